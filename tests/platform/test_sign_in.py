"""Signing in as people do it: password, one-time code, lock, limits of a session, several memberships."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.checks import run_checks
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from commongoal.access.actions.members import add_membership, end_membership, reset_codes
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.models import Organisation, User
from commongoal.access.queries.demonstration import sign_ins
from commongoal.access.queries.keys import key_ring
from commongoal.web import sessions
from commongoal.web.pages.demonstration import code_now
from tests.platform.world import PASSWORD, World, now

SECRET = "JBSWY3DPEHPK3PXP"
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _nothing_counted_yet(db: None) -> None:
    cache.clear()


def user_of(viewer: Viewer) -> User:
    return User.objects.get(pk=viewer.user)


def give_password(client: Client, viewer: Viewer, password: str = PASSWORD) -> object:
    return client.post(LOGIN, {"login": user_of(viewer).email, "password": password})


def test_staff_sign_in_with_password_and_code(world: World) -> None:
    worker = world.viewer()
    TOTP.activate(user_of(worker), SECRET)
    client = Client()
    first = give_password(client, worker)
    assert first.headers["Location"] == reverse("mfa_authenticate")
    assert client.get("/account/").status_code == 302  # not signed in yet
    second = client.post(reverse("mfa_authenticate"), {"code": code_now(SECRET)})
    assert second.status_code == 302
    assert client.get("/account/").status_code == 200


def test_a_code_works_once(world: World) -> None:
    worker = world.viewer()
    TOTP.activate(user_of(worker), SECRET)
    code = code_now(SECRET)
    answers = []
    for client in (Client(), Client()):
        give_password(client, worker)
        answers.append(client.post(reverse("mfa_authenticate"), {"code": code}))
    if code == code_now(SECRET):  # else the half minute was over in between
        assert [answer.status_code for answer in answers] == [302, 200]
        assert "This code is not right" in answers[1].content.decode()


def test_staff_without_codes_reach_nothing_but_setting_them_up(world: World) -> None:
    worker = world.viewer()
    client = Client()
    give_password(client, worker)
    for address in ("/account/", "/members/", "/organisations/"):
        assert client.get(address).headers["Location"] == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = re.search(r'cg-key">([A-Z2-7]+)<', page.content.decode())
    assert secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret[1])})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert codes.status_code == 200
    assert len(re.findall(r"<li>\d{8}</li>", codes.content.decode())) == 10
    assert client.get("/account/").status_code == 200


def test_secrets_are_sealed_at_rest(world: World) -> None:
    worker = world.viewer()
    TOTP.activate(user_of(worker), SECRET)
    kept = Authenticator.objects.get(user_id=worker.user).data["secret"]
    assert SECRET not in kept
    assert Authenticator.objects.get(user_id=worker.user).wrap().validate_code(code_now(SECRET))
    assert key_ring().seal(SECRET) != key_ring().seal(SECRET)


def test_a_session_without_a_code_ends_when_codes_are_set_up_elsewhere(world: World) -> None:
    worker = world.viewer()
    before = Client()
    give_password(before, worker)
    TOTP.activate(user_of(worker), SECRET)
    assert before.get("/account/").headers["Location"] == LOGIN
    assert before.get("/account/").headers["Location"].startswith(f"{LOGIN}?next=")


def test_residents_may_do_without_codes_and_stop_them(world: World) -> None:
    resident = world.viewer("council", Role.RESIDENT)
    client = Client()
    give_password(client, resident)
    assert client.get("/account/").status_code == 200
    TOTP.activate(user_of(resident), SECRET)
    assert "Stop using one-time codes?" in client.get(reverse("mfa_deactivate_totp")).content.decode()
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.filter(user_id=resident.user).exists()


def test_staff_cannot_stop_their_codes(world: World) -> None:
    worker = world.viewer()
    TOTP.activate(user_of(worker), SECRET)
    client = Client()
    give_password(client, worker)
    client.post(reverse("mfa_authenticate"), {"code": code_now(SECRET)})
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 200
    assert Authenticator.objects.filter(user_id=worker.user).exists()


def test_five_wrong_passwords_lock_the_address_whatever_its_case(world: World) -> None:
    worker = world.viewer("council", Role.RESIDENT)
    email = user_of(worker).email
    answers = [
        Client().post(LOGIN, {"login": email.upper() if n % 2 else email, "password": "wrong"}).status_code
        for n in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]
    locked = give_password(Client(), worker)
    assert locked.status_code == 429
    assert "Wait half an hour" in locked.content.decode()


def test_wrong_tries_leave_no_address_or_password_in_a_log_or_table(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    email = user_of(world.viewer("council", Role.RESIDENT)).email
    for _ in range(6):
        Client().post(LOGIN, {"login": email, "password": "not the password"})
    assert "AXES" in caplog.text
    assert email not in caplog.text
    kept = str(list(AccessAttempt.objects.values()))
    assert email in kept  # it is what the lock is on
    assert "not the password" not in kept


def test_signing_in_forgets_the_wrong_tries(world: World) -> None:
    resident = world.viewer("council", Role.RESIDENT)
    for _ in range(2):
        for _ in range(4):
            assert give_password(Client(), resident, "wrong").status_code == 200
        assert give_password(Client(), resident).status_code == 302
    assert not AccessAttempt.objects.exists()
    assert not AccessLog.objects.exists()


def test_an_address_nobody_has_is_locked_alike(world: World) -> None:
    answers = [Client().post(LOGIN, {"login": "no@example.org", "password": "wrong"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429, 429]
    known = Client().post(LOGIN, {"login": user_of(world.viewer()).email, "password": "wrong"})
    words = "The e-mail address or the password is not right"
    assert words in known.content.decode()
    assert words in answers[0].content.decode()


def test_five_wrong_codes_lock_the_code_too(world: World) -> None:
    worker = world.viewer()
    TOTP.activate(user_of(worker), SECRET)
    for _ in range(5):
        client = Client()
        give_password(client, worker)
        wrong = f"{(int(code_now(SECRET)) + 7) % 10**6:06d}"
        assert client.post(reverse("mfa_authenticate"), {"code": wrong}).status_code == 200
    client = Client()
    give_password(client, worker)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_now(SECRET)})
    assert "Wait half an hour" in answer.content.decode()


def test_nobody_signs_up_and_only_the_addresses_in_use_exist() -> None:
    for name in ("account_signup", "account_email", "account_set_password", "mfa_list_webauthn", "socialaccount_login"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert Client().get("/account/signup/").status_code == 404
    assert Client().get("/account/email/").status_code == 404


def test_a_session_ends_after_twelve_hours_however_busy(
    world: World, signed_in: Callable[[Viewer], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(world.viewer())
    began = time.time()
    assert client.get("/account/").status_code == 200
    for hour in range(1, 24):
        monkeypatch.setattr(sessions.time, "time", lambda hour=hour: began + hour * 1700)
        answer = client.get("/account/")
    assert answer.status_code == 200
    monkeypatch.setattr(sessions.time, "time", lambda: began + settings.SESSION_LONGEST + 1)
    assert client.get("/account/").headers["Location"].startswith(LOGIN)


def test_a_session_is_written_at_most_once_a_minute(
    world: World, signed_in: Callable[[Viewer], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(world.viewer())
    client.get("/account/")
    first = Session.objects.get(pk=client.session.session_key).expire_date
    client.get("/account/")
    assert Session.objects.get(pk=client.session.session_key).expire_date == first
    began = time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: began + sessions.TOUCH + 1)
    client.get("/account/")
    assert Session.objects.get(pk=client.session.session_key).expire_date > first
    assert (Session.objects.get(pk=client.session.session_key).expire_date - now()).total_seconds() <= 30 * 60


def test_a_new_password_by_e_mail_says_nothing_about_who_has_an_account(world: World) -> None:
    worker = world.viewer("council", Role.RESIDENT)
    email = user_of(worker).email
    answers = [Client().post(reverse("account_reset_password"), {"email": to}) for to in (email, "no@example.org")]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (302, reverse("account_reset_password_done"))
    }
    assert [message.to for message in mail.outbox] == [[email]]
    assert "—" not in mail.outbox[0].body
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    assert link
    client = Client()
    hidden = client.get(link[1]).headers["Location"]
    new = "quite another long phrase"
    done = client.post(hidden, {"password1": new, "password2": new})
    assert done.headers["Location"] == reverse("account_reset_password_from_key_done")
    assert give_password(Client(), worker, new).status_code == 302
    assert "This link no longer works" in Client().get(link[1]).content.decode()
    assert "was changed" in mail.outbox[1].subject


def test_whoever_has_two_roles_chooses_one(world: World) -> None:
    resident = world.viewer("council", Role.RESIDENT)
    admin = world.viewer("council", Role.ADMINISTRATOR)
    employer = world.organisations["employer"].pk
    add_membership(resident.user, employer, Role.EMPLOYER, by=admin, at=now())
    client = Client()
    give_password(client, resident)
    assert client.get("/account/").headers["Location"] == reverse("choose_membership")
    page = client.get(reverse("choose_membership")).content.decode()
    assert "Resident, the council" in page
    assert client.post(reverse("choose_membership"), {"membership": 999999}).status_code == 200
    assert client.post(reverse("choose_membership"), {"membership": resident.membership}).status_code == 302
    assert "resident, The council" in client.get("/account/").content.decode()


def test_somebody_elses_membership_cannot_be_chosen(world: World) -> None:
    one, other = world.viewer("council", Role.RESIDENT), world.another("council", Role.RESIDENT)
    client = Client()
    give_password(client, one)
    answer = client.post(reverse("choose_membership"), {"membership": other.membership})
    assert answer.status_code == 200
    assert client.session.get("membership") is None


def test_a_membership_that_ends_ends_at_once(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    worker, admin = world.viewer(), world.viewer("council", Role.ADMINISTRATOR)
    client = signed_in(worker)
    assert client.get("/account/").status_code == 200
    end_membership(worker.membership, by=admin, at=now())
    assert client.get("/account/").headers["Location"] == reverse("no_membership")
    assert "You are in no organisation now" in client.get(reverse("no_membership")).content.decode()


def test_reset_codes_send_a_member_back_to_setting_up(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    worker, admin = world.viewer(), world.viewer("council", Role.ADMINISTRATOR)
    client = signed_in(worker)
    reset_codes(worker.membership, by=admin, at=now())
    assert client.get("/account/").headers["Location"] == reverse("mfa_activate_totp")


def test_members_of_a_closed_organisation_reach_nothing(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    client = signed_in(world.viewer("charity"))
    Organisation.objects.filter(name="The charity").update(closed_on=now().date())
    assert client.get("/account/").headers["Location"] == reverse("no_membership")


def test_every_page_of_sign_in_is_drawn(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    for name in ("account_login", "account_reset_password", "account_reset_password_done", "account_inactive"):
        assert Client().get(reverse(name)).status_code == 200, name
    client = signed_in(world.viewer())
    names = (
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
    )
    for name in names:
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        assert "govuk-heading-l" in answer.content.decode(), name
        assert 'style="' not in answer.content.decode(), name


def test_the_demonstration_shows_a_sign_in_for_each_role(world: World) -> None:
    for role in Role:
        viewer = world.viewer("employer" if role == Role.EMPLOYER else "council", role)
        if role not in {Role.RESIDENT, Role.EMPLOYER}:
            TOTP.activate(user_of(viewer), SECRET)
    page = Client().get("/demonstration/").content.decode()
    for known in sign_ins():
        assert known.email in page
    assert code_now(SECRET) in page or code_now(SECRET) != code_now(SECRET)
    assert SECRET not in page
    with override_settings(DEMONSTRATION=False):
        assert Client().get("/demonstration/").status_code == 404


def test_check_deploy_refuses_the_demonstration() -> None:
    assert "commongoal.E001" in {found.id for found in run_checks(include_deployment_checks=True)}
    with override_settings(DEMONSTRATION=False):
        assert "commongoal.E001" not in {found.id for found in run_checks(include_deployment_checks=True)}
