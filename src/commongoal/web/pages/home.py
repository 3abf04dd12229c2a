"""The first page, for each role its own."""

from django.http import HttpResponse

from commongoal.web.routing import Page, Request, Route


def start(request: Request) -> Page | HttpResponse:
    """What this partnership is for, for anybody; or the first page of the role."""
    return Page("commongoal/start.html")


ROUTES = (Route("", start, "start", public=True),)
