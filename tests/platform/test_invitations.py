"""The only way to an account: a link that works once, for a week, and is kept nowhere."""

import datetime as dt
import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from commongoal.access.actions import invitations as actions
from commongoal.access.actions.invitations import accept_invitation, cancel_invitation, invite_member, send_again
from commongoal.access.actions.members import RoleDoesNotFit
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed
from commongoal.access.models import Action, Invitation, Membership, Partnership, User
from commongoal.access.queries.members import invitation_with
from commongoal.web.letters import send_mail
from tests.platform.world import PASSWORD, World, now

NEW = "three words unrelated"


def invite(world: World, **other: object) -> actions.Invited:
    named = {"email": "Nora@Example.org ", "name": "Nora", "role": Role.KEY_WORKER, "at": now(), **other}
    by = world.viewer("council", Role.ADMINISTRATOR)
    return invite_member(organisation=world.organisations["charity"].pk, by=by, **named)  # type: ignore[arg-type]


def test_an_invitation_makes_one_account_and_membership(world: World) -> None:
    invited = invite(world)
    kept = Invitation.objects.get()
    assert invited.token not in str(vars(kept))
    assert invited.token not in str(list(Action.objects.values()))
    assert kept.expires_at - kept.invited_at == dt.timedelta(days=7)
    membership = accept_invitation(invited.token, name="Nora Marsh", password=NEW, at=now())
    made = Membership.objects.select_related("user").get(pk=membership)
    assert (made.user.email, made.user.name, made.role) == ("nora@example.org", "Nora Marsh", "key worker")
    assert made.user.check_password(NEW)
    row = Action.objects.latest("id")
    assert (row.verb, row.membership_id, row.after["user"]) == ("accept invitation", membership, made.user_id)
    assert NEW not in str(row.after)
    with pytest.raises(actions.LinkNoLongerWorks):
        accept_invitation(invited.token, name="Nora", password=NEW, at=now())
    assert User.objects.filter(email="nora@example.org").count() == 1


def test_a_link_runs_out_is_cancelled_and_is_replaced(world: World) -> None:
    by = world.viewer("council", Role.ADMINISTRATOR)
    late = invite(world, at=now() - dt.timedelta(days=7))
    assert invitation_with(late.token, now()) is None
    with pytest.raises(actions.LinkNoLongerWorks):
        accept_invitation(late.token, name="Nora", password=NEW, at=now())
    again = send_again(late.id, by=by, at=now())
    assert again.token != late.token
    assert invitation_with(again.token, now())
    with pytest.raises(actions.LinkNoLongerWorks):
        accept_invitation(late.token, name="Nora", password=NEW, at=now())
    cancel_invitation(late.id, by=by, at=now())
    with pytest.raises(actions.LinkNoLongerWorks):
        accept_invitation(again.token, name="Nora", password=NEW, at=now())
    with pytest.raises(actions.NoLongerOpen):
        send_again(late.id, by=by, at=now())
    assert not User.objects.filter(email="nora@example.org").exists()


def test_who_is_refused(world: World) -> None:
    invite(world)
    with pytest.raises(actions.AlreadyInvited):
        invite(world, role=Role.MANAGER)
    known = Membership.objects.get(pk=world.viewer().membership).user.email
    with pytest.raises(actions.HasAccount):
        invite(world, email=known)
    with pytest.raises(RoleDoesNotFit):
        invite(world, email="other@example.org", role=Role.EMPLOYER)
    charity, by = world.organisations["charity"].pk, world.viewer("charity", Role.MANAGER)
    with pytest.raises(NotAllowed):
        invite_member("other@example.org", "Other", charity, Role.KEY_WORKER, by=by, at=now())
    assert Invitation.objects.count() == 1


def test_the_whole_way_from_invitation_to_account(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    charity = world.organisations["charity"].pk
    client = signed_in(world.viewer("council", Role.ADMINISTRATOR))
    given = {"name": "Nora", "email": "nora@example.org", "role": "key worker"}
    sent = client.post(reverse("invite_member", args=[charity]), given, follow=True).content.decode()
    assert "An invitation is on its way to nora@example.org" in sent
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    assert link
    assert link[1] not in sent
    visitor = Client()
    moved = visitor.get(link[1])
    assert moved.headers["Location"] == "/invitation/"
    assert moved.headers["Referrer-Policy"] == "no-referrer"
    page = visitor.get("/invitation/").content.decode()
    assert "Welcome, Nora" in page
    assert link[1] not in page
    for password, words in {
        "short": "at least 12 characters",
        "qwerty123456": "too common",
        "nora@example.org": "too similar",
    }.items():
        wrong = visitor.post("/invitation/", {"name": "Nora", "password": password, "again": password})
        assert words in wrong.content.decode()
    unlike = visitor.post("/invitation/", {"name": "Nora", "password": NEW, "again": NEW + "x"})
    assert "The two passwords are not the same" in unlike.content.decode()
    done = visitor.post("/invitation/", {"name": "Nora Marsh", "password": NEW, "again": NEW})
    assert done.headers["Location"] == reverse("account_login")
    assert visitor.get("/invitation/").status_code == 410
    signed = visitor.post(reverse("account_login"), {"login": "nora@example.org", "password": NEW})
    assert signed.status_code == 302
    assert visitor.get("/account/").headers["Location"] == reverse("mfa_activate_totp")


def test_whoever_used_the_browser_before_is_signed_out(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    client, invited = signed_in(world.viewer()), invite(world)
    client.get(reverse("open_invitation", args=[invited.token]))
    client.post("/invitation/", {"name": "Nora", "password": NEW, "again": NEW})
    assert client.get("/account/").headers["Location"].startswith(reverse("account_login"))


def test_sending_again_and_cancelling_on_the_page(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    invited, charity = invite(world), world.organisations["charity"].pk
    client = signed_in(world.viewer("council", Role.ADMINISTRATOR))
    again = reverse("send_invitation_again", args=[charity, invited.id])
    cancel = reverse("cancel_invitation", args=[charity, invited.id])
    elsewhere = reverse("cancel_invitation", args=[world.organisations["council"].pk, invited.id])
    assert client.post(elsewhere).status_code == 404
    assert client.get(again).status_code == 302
    assert mail.outbox == []
    client.post(again)
    assert len(mail.outbox) == 1
    assert invitation_with(invited.token, now()) is None
    assert "is cancelled" in client.post(cancel, follow=True).content.decode()
    assert client.post(cancel).status_code == 404


def test_mail_that_cannot_be_sent_is_said(
    world: World, signed_in: Callable[[Viewer], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(f"commongoal.web.letters.{send_mail.__name__}", broken)
    client = signed_in(world.viewer("council", Role.ADMINISTRATOR))
    given = {"name": "Nora", "email": "nora@example.org", "role": "key worker"}
    address = reverse("invite_member", args=[world.organisations["charity"].pk])
    assert "could not be sent" in client.post(address, given, follow=True).content.decode()
    assert Invitation.objects.filter(cancelled_at=None).count() == 1


@pytest.mark.django_db
def test_a_made_up_link_says_nothing() -> None:
    client = Client()
    assert client.get("/invitation/made-up/").status_code == 302
    answer = client.get("/invitation/")
    assert answer.status_code == 410
    assert "no longer works" in answer.content.decode()


@pytest.mark.django_db
def test_the_first_administrator_of_an_installation() -> None:
    given = {
        "partnership": "Marlhaven into work",
        "area_code": "E07000099",
        "area_name": "Marlhaven",
        "organisation": "Marlhaven Council",
        "name": "Ada",
        "email": "ada@example.org",
    }

    def link() -> str:
        out = StringIO()
        call_command("first_administrator", stdout=out, **given)
        found = re.search(r"/invitation/([\w-]+)/", out.getvalue())
        assert found
        return found[1]

    first, second = link(), link()
    assert first != second
    assert Partnership.objects.count() == 1
    assert set(Action.objects.values_list("membership_id", flat=True)) == {None}
    with pytest.raises(actions.LinkNoLongerWorks):
        accept_invitation(first, name="Ada", password=PASSWORD, at=now())
    membership = accept_invitation(second, name="Ada", password=PASSWORD, at=now())
    assert Membership.objects.get(pk=membership).role == Role.ADMINISTRATOR
    with pytest.raises(CommandError, match="has members already"):
        link()
