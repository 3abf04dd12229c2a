"""Fixtures of the platform tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import STAFF, Viewer
from commongoal.access.models import User
from commongoal.web.sign_in import MEMBERSHIP
from tests.platform.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A small partnership."""
    return make_world()


@pytest.fixture
def signed_in(db: None) -> Callable[[Viewer], Client]:
    """A client signed in as a viewer, past the password and, for staff, the one-time code."""

    def sign_in(viewer: Viewer) -> Client:
        from allauth.mfa.totp.internal.auth import TOTP

        user = User.objects.get(pk=viewer.user)
        if viewer.role in STAFF:
            TOTP.activate(user, "JBSWY3DPEHPK3PXP")
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[MEMBERSHIP] = viewer.membership
        session.save()
        return client

    return sign_in
