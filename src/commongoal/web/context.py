"""What every page's frame shows: the name and colour of the partnership, who is signed in, and the menu of the role."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from commongoal.access.engine.permissions import Viewer, relations_allowing
from commongoal.access.queries.partnerships import front
from commongoal.access.queries.viewers import viewers_of
from commongoal.web.sign_in import MEMBERSHIP


@dataclass(frozen=True)
class Item:
    """A page in the navigation; `here` is the one, or the branch, that is shown."""

    text: str
    href: str
    here: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Values for `base.html`."""
    viewer, several = _viewer(request)
    return {
        "viewer": viewer,
        "several": several,
        "partnership": front(viewer),
        "navigation": navigation(viewer, request.path) if viewer else (),
        "demonstration": settings.DEMONSTRATION,
        "signed_in": bool(getattr(getattr(request, "user", None), "is_authenticated", False)),
    }


def navigation(viewer: Viewer, path: str) -> tuple[Item, ...]:
    """The pages that the role has, its first page before the others; at most one of them is here."""
    from commongoal.web.pages.home import first_page
    from commongoal.web.routes import ROUTES

    found = [
        (route.menu, reverse(route.name))
        for route in ROUTES
        if route.menu and _has(viewer, route.menu_verb or route.verb, route.public)
    ]
    found.sort(key=lambda item: item[1] != first_page(viewer))
    branches = [href for _, href in found if path == href or (href != "/" and path.startswith(href))]
    here = max(branches, key=len, default="")
    return tuple(Item(text, href, href == here) for text, href in found)


def _has(viewer: Viewer, verb: str, public: bool) -> bool:
    return public or bool(relations_allowing(viewer.role, verb))


def _viewer(request: HttpRequest) -> tuple[Viewer | None, bool]:
    """Who asks, and whether they could act under another membership.

    The guard has set the viewer of most pages; on a public page or a fault it is the membership of the session.
    """
    found: Viewer | None = getattr(request, "viewer", None)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None, False
    chosen = request.session.get(MEMBERSHIP)
    if found:
        return found, bool(chosen)
    viewers = viewers_of(user.pk, timezone.localdate())
    if len(viewers) == 1:
        return viewers[0], False
    return next((viewer for viewer in viewers if viewer.membership == chosen), None), len(viewers) > 1
