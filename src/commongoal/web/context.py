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
    """A page in the navigation, or a section of several; `here` is the one, or the branch, that is shown."""

    text: str
    href: str
    here: bool
    pages: "tuple[Item, ...]" = ()  # of a section of which the role has more than one


def frame(request: HttpRequest) -> dict[str, Any]:
    """Values for `base.html`."""
    viewer, several = _viewer(request)
    return {
        "viewer": viewer,
        "several": several,
        "partnership": getattr(request, "front", None) or front(viewer),
        "navigation": navigation(viewer, request.path) if viewer else (),
        "demonstration": settings.DEMONSTRATION,
        "signed_in": bool(getattr(getattr(request, "user", None), "is_authenticated", False)),
    }


def navigation(viewer: Viewer, path: str) -> tuple[Item, ...]:
    """The pages that the role has, its first page before the others; at most one of them is here.

    Pages of one section are one item, which leads to the first of them.
    """
    from commongoal.web.pages.home import first_page
    from commongoal.web.routes import ROUTES

    found = [
        (route.section or route.menu, route.menu, reverse(route.name))
        for route in ROUTES
        if route.menu and _has(viewer, route.menu_verb or route.verb, route.public)
    ]
    found.sort(key=lambda item: item[2] != first_page(viewer))
    branches = [href for *_, href in found if path == href or (href != "/" and path.startswith(href))]
    here = max(branches, key=len, default="")
    sections: dict[str, list[Item]] = {}
    for section, text, href in found:
        sections.setdefault(section, []).append(Item(text, href, href == here))
    return tuple(_section(name, pages) for name, pages in sections.items())


def _section(name: str, pages: list[Item]) -> Item:
    """One item of the menu: a page alone, or a section by its name."""
    if len(pages) == 1:
        return pages[0]
    pages.sort(key=lambda page: page.text != name)
    return Item(name, pages[0].href, any(page.here for page in pages), tuple(pages))


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
