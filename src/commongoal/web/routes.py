"""Every page of ours, one list. A page that is not here cannot be reached; a test walks the list for every role."""

from commongoal.web.pages import home
from commongoal.web.routing import Route, as_pattern

__all__ = ["ROUTES", "as_pattern"]

ROUTES: tuple[Route, ...] = (*home.ROUTES,)
