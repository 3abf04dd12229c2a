"""Sign-in by e-mail, password and one-time code (django-allauth), and which membership a user acts under."""

import base64
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from commongoal.access.engine.permissions import STAFF
from commongoal.access.queries.keys import key_ring
from commongoal.access.queries.viewers import viewers_of
from commongoal.web.routing import Request
from commongoal.web.sessions import BEGAN, WITHOUT_CODE

MEMBERSHIP = "membership"  # the session's key for the membership chosen
FRESH = 5 * 60  # seconds after sign-in in which nobody is asked for the password again


def tried_address(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The e-mail address that a lock is on, whatever its case.

    In capitals first: a database takes some signs (ſ, ı, the sign of kelvin) for the letters that they are in capitals.
    """
    given = (credentials or {}).get("email") or request.POST.get("login") or ""
    return str(given).strip().upper().lower()


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Nobody signs up: accounts come from invitations."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right",
        "too_many_login_attempts": "There were too many wrong tries. Wait half an hour, then try again",
        "rate_limited": "There were too many wrong tries. Wait half an hour, then try again",
        "enter_current_password": "This is not your password",
        "incorrect_password": "This is not your password",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth calls it with the request
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A locked address is told so before anything is tried; axes alone counts passwords, and allauth codes."""
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out = True  # type: ignore[attr-defined]  # the middleware of axes then shows the page
            raise self.validation_error("too_many_login_attempts")

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether this is the user's password; wrong ones count towards the lock."""
        found = self.authenticate(context.request, email=user.get_username(), password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for whoever has just signed in."""
        if time.time() - context.request.session.get(BEGAN, 0) < FRESH:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, context: Any = None, email: str | None = None
    ) -> None:
        """To the address that the user signs in with."""
        super().send_notification_mail(template_prefix, user, context, email or user.get_username())


class CodesAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """One-time codes; their secrets are sealed at rest with the installation's keys."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right. Use the one that the app shows now",
        "cannot_delete_authenticator": "Everybody who works with people's records needs one-time codes",
    }

    def encrypt(self, text: str) -> str:
        """Sealed, as text."""
        return base64.b64encode(key_ring().seal(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed."""
        return key_ring().open(base64.b64decode(encrypted_text))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Only for those whose every membership does without."""
        viewers = viewers_of(authenticator.user_id, timezone.localdate())
        return not any(viewer.role in STAFF for viewer in viewers)


def sent_elsewhere(request: Request) -> HttpResponse | None:
    """Where to go for whoever is not signed in, has no code yet or no membership; else sets `request.viewer`."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
    viewers = viewers_of(request.user.pk, timezone.localdate(request.at))
    chosen = request.session.get(MEMBERSHIP)
    viewer = next((viewer for viewer in viewers if viewer.membership == chosen), None)
    if viewer is None and len(viewers) != 1:
        return HttpResponseRedirect(reverse("choose_membership" if viewers else "no_membership"))
    viewer = viewer or viewers[0]
    if viewer.role in STAFF and (elsewhere := _to_the_code(request)):
        return elsewhere
    request.viewer = viewer
    return None


def _to_the_code(request: Request) -> HttpResponse | None:
    """Where staff go who have shown no one-time code: to set it up, or to sign in again with it."""
    if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    if request.session.get(WITHOUT_CODE):  # the code was set up in another session after this one began
        logout(request)
        return HttpResponseRedirect(reverse(settings.LOGIN_URL))
    return None
