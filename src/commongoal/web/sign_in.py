"""Sign-in by e-mail, password and one-time code (django-allauth), and which membership a user acts under."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from commongoal.access.engine.permissions import STAFF
from commongoal.access.queries.viewers import viewers_of
from commongoal.web.routing import Request

MEMBERSHIP = "membership"  # the session's key for the membership chosen


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Nobody signs up: accounts come from invitations."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth calls it with the request
        """Never."""
        return False


class CodesAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """One-time codes; their secrets are sealed at rest with the installation's keys."""


def sent_elsewhere(request: Request) -> HttpResponse | None:
    """Where to go for whoever is not signed in, has no code yet or no membership; else sets `request.viewer`."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('account_login')}?next={request.get_full_path()}")
    viewers = viewers_of(request.user.pk, timezone.localdate(request.at))
    chosen = request.session.get(MEMBERSHIP)
    viewer = next((viewer for viewer in viewers if viewer.membership == chosen), viewers[0] if viewers else None)
    if viewer is None:
        return HttpResponseRedirect(reverse("no_membership"))
    if viewer.role in STAFF and not is_mfa_enabled(request.user):
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    request.viewer = viewer
    return None
