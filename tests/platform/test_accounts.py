"""People invited to see their own record."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Membership
from commongoal.access.queries.viewers import viewer
from commongoal.people.actions.accounts import HasOwnAccount, NoEmail, accept_invitation, invite_resident
from commongoal.people.models import ResidentAccount
from commongoal.people.queries.reach import require
from tests.platform.world import World, make_person, now


def test_the_link_leads_to_the_record_and_to_no_other(world: World) -> None:
    person, other = make_person(world, email="rosa@example.org"), make_person(world)
    invited = invite_resident(by=world.viewer(), at=now(), person=person)
    resident = viewer(accept_invitation(invited.token, name="Rosa", password="long enough it is", at=now()))
    assert resident.role is Role.RESIDENT
    assert require(person, resident, "see own record") >= {Relation.SELF}
    with pytest.raises(NotThere):
        require(other, resident, "see own record")
    with pytest.raises(NotThere):  # their account is with the organisation that invited them, and gives no reach by it
        require(other, resident, "read person")
    with pytest.raises(HasOwnAccount):
        invite_resident(by=world.viewer(), at=now(), person=person)


def test_before_the_link_is_opened_nobody_is_anybody(world: World) -> None:
    person = make_person(world, email="rosa@example.org")
    invite_resident(by=world.viewer(), at=now(), person=person)
    assert not Membership.objects.filter(role="resident").exists()
    assert ResidentAccount.objects.get().membership is None


def test_asked_again_the_old_link_ends(world: World) -> None:
    person = make_person(world, email="rosa@example.org")
    first = invite_resident(by=world.viewer(), at=now(), person=person)
    second = invite_resident(by=world.viewer(), at=now(), person=person)
    assert first.id == second.id
    assert first.token != second.token
    assert ResidentAccount.objects.count() == 1


def test_it_needs_an_address_and_reach(world: World) -> None:
    person = make_person(world)
    with pytest.raises(NoEmail):
        invite_resident(by=world.viewer(), at=now(), person=person)
    with pytest.raises(NotThere):
        invite_resident(by=world.viewer("provider"), at=now(), person=person)


def test_from_the_page_to_their_own_information(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    person = make_person(world, email="rosa@example.org")
    staff = signed_in(world.viewer())
    assert "rosa@example.org" in staff.get(f"/people/{person}/invite/").content.decode()
    assert staff.post(f"/people/{person}/invite/").status_code == 302
    [letter] = mail.outbox
    assert letter.to == ["rosa@example.org"]
    assert "Marden" not in letter.subject + letter.body
    link = re.search(r"https?://[^/]+(/invitation/\S+)", letter.body)
    assert link is not None
    resident = Client()
    resident.get(link[1])
    password = "a long enough sentence"
    answer = resident.post("/invitation/", {"name": "Rosa", "password": password, "again": password})
    assert answer.status_code == 302
    resident.force_login(
        Membership.objects.get(role="resident").user, "allauth.account.auth_backends.AuthenticationBackend"
    )
    own = resident.get("/my-information/")
    assert own.status_code == 200
    assert "The council" in own.content.decode()
