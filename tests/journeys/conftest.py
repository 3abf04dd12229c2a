"""Fixtures of the journeys: a browser, and the site with a small partnership in it."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.journeys.browser import DESK, launched, listening, press, shot

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Playwright keeps an event loop in this thread, which Django would otherwise take for asynchronous code."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield from launched()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Site:
    """The site running, the partnership in it, and who is at which browser."""

    address: str
    browser: object
    world: object
    pictures: Path
    contexts: list = field(default_factory=list)

    def page(self, viewer=None, width: int = DESK, scripts: bool = True):
        """A new browser, signed in as a viewer (past the form of sign-in, which has its own journey)."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        self.contexts.append(context)
        if viewer:
            context.add_cookies(
                [{"name": "session", "value": self.client(viewer).session.session_key, "url": self.address}]
            )
        page = listening(context.new_page())
        page.set_default_timeout(30000)
        return page

    def client(self, viewer):
        """A client of the tests signed in as a viewer."""
        return _client(viewer)

    def open(self, page, address: str):
        """A page of the site by its address."""
        return page.goto(self.address + address)

    def shot(self, page, name: str) -> None:
        """A photograph on a phone and at a desk."""
        shot(page, self.pictures, name)


def _client(viewer):
    """A client signed in, past password and code."""
    from allauth.mfa.models import Authenticator
    from django.test import Client

    from commongoal.access.engine.permissions import STAFF
    from commongoal.access.models import User
    from commongoal.web.sign_in import MEMBERSHIP

    user = User.objects.get(pk=viewer.user)
    if viewer.role in STAFF and not Authenticator.objects.filter(user=user).exists():
        activate(user)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[MEMBERSHIP] = viewer.membership
    session.save()
    return client


def activate(user) -> None:
    """One-time codes for a user, with the secret of the tests."""
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(user, SECRET)


def code_now() -> str:
    """The one-time code of this half minute."""
    from allauth.mfa.totp.internal import auth

    return auth.format_hotp_value(auth.hotp_value(SECRET, int(time.time()) // 30))


@pytest.fixture
def site(browser, transactional_db, live_server, request, root: Path) -> Iterator[Site]:
    from tests.platform.world import make_world

    name = request.module.__name__.rpartition("test_")[2]
    found = Site(live_server.url, browser, make_world(), root / "build" / "screenshots" / name)
    yield found
    for context in found.contexts:
        context.close()


@pytest.fixture
def sign_in(site) -> Callable:
    """Signs in by the form itself: e-mail, password, one-time code."""
    from tests.platform.world import PASSWORD

    def by_form(page, viewer) -> None:
        from commongoal.access.models import User

        user = User.objects.get(pk=viewer.user)
        activate(user)
        site.open(page, "/account/login/")
        page.fill("[name=login]", user.email)
        page.fill("[name=password]", PASSWORD)
        press(page, "main button[type=submit]:not([formnovalidate])")
        page.fill("[name=code]", code_now())
        press(page, "main button[type=submit]")

    return by_form
