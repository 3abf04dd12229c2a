"""Who needs me today."""

from commongoal.pathway.queries.today import sees_team
from commongoal.pathway.queries.today import today as needed_today
from commongoal.web.asking import page_number
from commongoal.web.routing import Page, Request, Route
from commongoal.web.today_rows import rows


def today(request: Request) -> Page:
    """The people who need the viewer; with `?whose=team`, where the role has it, the whole organisation."""
    team = request.GET.get("whose") == "team"
    shown = needed_today(request.viewer, request.at, page_number(request), team=team)
    may = sees_team(request.viewer)
    people = rows(shown.value.part.rows)
    values = {"today": shown.value, "people": people, "may_see_team": may, "team": team and may}
    return Page("commongoal/today/today.html", values, listed=shown.listed)


ROUTES = (Route("today/", today, "today", verb="see today", menu="Today"),)
