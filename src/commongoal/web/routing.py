"""A page's address, its guard, and what a page hands back.

A view is a function `view(request, **ids) -> Page | HttpResponse`. It is reached through `guarded` alone, which knows
who asks (`request.viewer`) and when (`request.at`), refuses what the table of permissions refuses, turns a `Refused`
into words, and writes the access rows from the people that a page says it showed.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from commongoal.access.actions.reading import note_reading
from commongoal.access.engine.front import Front
from commongoal.access.engine.permissions import Viewer, relations_allowing
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.kernel.errors import Refused

LARGEST_ID = 2**63 - 1


class Request(HttpRequest):
    """A request that passed the guard. `viewer` is absent on a public page."""

    viewer: Viewer
    at: dt.datetime
    today: dt.date  # in the time zone of the place
    front: Front  # of the viewer's partnership, where the page has asked for it already


@dataclass(frozen=True)
class Page:
    """A template with its values, and the people whose records it shows (opened, or as a line of a list)."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[int, ...] = ()
    listed: tuple[int, ...] = ()
    status: int = 200


View = Callable[..., Page | HttpResponseBase]


@dataclass(frozen=True)
class Route:
    """One address. `verb` is asked of the table of permissions; `about` says what each id in the address is the id of.

    A public page has no verb. A route is listed once, beside its view, and tested for every role and relation.
    """

    address: str
    view: View
    name: str
    verb: str = ""
    about: tuple[str, ...] = ()
    public: bool = False
    menu: str = ""  # its words in the navigation of those whose role has the verb
    section: str = ""  # pages that share an item of the navigation, shown beside one another on each of them
    menu_verb: str = ""  # a verb that fewer roles have, where the menu is to be shorter than what is allowed
    lasting: bool = False  # the same for everybody and for ever, so that browsers may keep it


def goto(name: str, *ids: Any, query: str = "") -> HttpResponseRedirect:
    """A redirect to a named page."""
    return HttpResponseRedirect(reverse(name, args=ids) + (f"?{query}" if query else ""))


def as_pattern(route: Route) -> URLPattern:
    """The route as Django knows it, behind its guard."""
    return path(route.address, guarded(route), name=route.name)


def guarded(route: Route) -> Callable[..., HttpResponseBase]:
    """The view behind the checks that every page has."""
    if not route.public and not route.verb:
        raise ValueError(f"{route.name}: a page is public or has a verb")

    @wraps(route.view)
    def answer(request: Request, **ids: Any) -> HttpResponseBase:
        request.at = timezone.now()
        request.today = timezone.localdate(request.at)
        try:
            page = _elsewhere(request, route) or route.view(request, **_possible(ids))
        except NotThere as refusal:
            raise Http404 from refusal
        except NotAllowed:
            return render(request, "commongoal/not_allowed.html", status=403)
        except Refused as refusal:
            return render(request, "commongoal/refused.html", {"refusal": refusal}, status=409)
        return _rendered(page, request, route) if isinstance(page, Page) else page

    return answer if route.lasting else never_cache(answer)


def _possible(ids: dict[str, Any]) -> dict[str, Any]:
    """The ids of an address, if there can be such; raises `NotThere` for a number larger than databases count to."""
    if any(isinstance(number, int) and number > LARGEST_ID for number in ids.values()):
        raise NotThere
    return ids


def _elsewhere(request: Request, route: Route) -> HttpResponse | None:
    """Sign-in, where that is needed first; raises `NotAllowed` for a role that never has the verb."""
    if route.public:
        return None
    from commongoal.web.sign_in import sent_elsewhere

    if elsewhere := sent_elsewhere(request):
        return elsewhere
    if not relations_allowing(request.viewer.role, route.verb):
        raise NotAllowed
    return None


def _rendered(page: Page, request: Request, route: Route) -> HttpResponse:
    """The page, with its access rows written."""
    if page.people or page.listed:
        note_reading(page.people, page=route.name, by=request.viewer, at=request.at, lines=page.listed)
    return render(request, page.template, dict(page.values), status=page.status)
