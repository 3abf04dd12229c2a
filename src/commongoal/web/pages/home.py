"""The first page, for each role its own, and the pages that anybody may read."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from commongoal.access.engine.front import is_colour, words_on
from commongoal.access.engine.permissions import Viewer, allowed, relations_allowing
from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.partnerships import members_of_the_partnership
from commongoal.web.routing import Page, Request, Route
from commongoal.web.sign_in import sent_elsewhere

# The first page is that of the first of these verbs that the role has.
FIRST_PAGES = (
    ("see today", "today"),
    ("see own record", "own_plan"),
    ("see audit", "audit"),
    ("see members", "own_members"),
    ("follow evidence", "evidence_changes"),
    ("see the partnership", "partnership"),
)


def start(request: Request) -> Page | HttpResponse:
    """What this partnership is for, for anybody; the first page of the role for whoever is signed in."""
    if not request.user.is_authenticated:
        return Page("commongoal/start.html")
    return sent_elsewhere(request) or HttpResponseRedirect(first_page(request.viewer))


def first_page(viewer: Viewer) -> str:
    """The address of the role's first page."""
    for verb, name in FIRST_PAGES:
        if relations_allowing(viewer.role, verb):
            return reverse(name)
    return reverse("partnership")


def partnership(request: Request) -> Page:
    """The organisations that work together, and what the viewer's role can do here today."""
    nothing_more = first_page(request.viewer) == reverse("partnership")
    values = {
        "partners": members_of_the_partnership(request.viewer),
        "nothing_more": nothing_more,
        "may_see_bases": allowed(request.viewer, "see bases"),
        "may_see_place": allowed(request.viewer, "see place"),
        "may_return": bool(relations_allowing(request.viewer.role, "send return")),
    }
    return Page("commongoal/partnership.html", values)


def about(request: Request) -> Page:
    """What this partnership is for, for whoever is signed in too."""
    return Page("commongoal/start.html")


def privacy(request: Request) -> Page:
    """What is kept about people, why, and what they can ask for."""
    return Page("commongoal/privacy.html", {"partners": members_of_the_partnership(None)})


def accessibility(request: Request) -> Page:
    """How accessible the pages are, and whom to tell."""
    return Page("commongoal/accessibility.html", {"partners": members_of_the_partnership(None)})


def cookies(request: Request) -> Page:
    """What the browser keeps."""
    return Page("commongoal/cookies.html")


def colour(request: Request, code: str) -> HttpResponse:
    """The partnership's colour as a style sheet, since no page carries style of its own."""
    shade = f"#{code}"
    if not is_colour(shade):
        raise NotThere
    style = f".cg-header{{background:{shade};color:{words_on(shade)}}}"
    answer = HttpResponse(style, content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


ROUTES = (
    Route("", start, "start", public=True),
    Route("about/", about, "about", public=True),
    Route("privacy/", privacy, "privacy", public=True),
    Route("accessibility/", accessibility, "accessibility", public=True),
    Route("cookies/", cookies, "cookies", public=True),
    Route("colours/<str:code>.css", colour, "colour", public=True, about=("colour",), lasting=True),
    Route(
        "partnership/",
        partnership,
        "partnership",
        verb="see the partnership",
        menu="Partnership",
        section="Partnership",
    ),
)
