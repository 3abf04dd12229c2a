"""How a team's people moved in each area of life, paired per person, with small counts suppressed."""

from collections.abc import Iterator

from commongoal.access.queries.sharing import programmes_on
from commongoal.kernel.words import MINUS, counted, interval, number
from commongoal.pathway.engine.team_figures import LeftOut, TeamFigures
from commongoal.pathway.queries.team_figures import VERB, sees_all
from commongoal.pathway.queries.team_figures import team_figures as figures_of
from commongoal.web.routing import Page, Request, Route

HIDDEN = "Not shown"


def team(request: Request) -> Page:
    """A programme's figures; the first running one unless another is asked for."""
    running = programmes_on(request.today)
    asked = request.GET.get("programme", "")
    chosen = next((each for each in running if str(each.id) == asked), running[0] if running else None)
    values: dict[str, object] = {"heading": "No programme is running", "all": sees_all(request.viewer)}
    if chosen:
        found = figures_of(request.viewer, chosen.id)
        values |= {
            "heading": heading_of(found),
            "figures": found,
            "rows": tuple(rows_of(found)),
            "really": tuple(each for each in found.areas if each.threshold is not None),
            "programme": chosen,
            "others": [each for each in running if each != chosen],
        }
    return Page("commongoal/assessments/team.html", values)


def heading_of(found: TeamFigures) -> str:
    """In how many of the areas that can be shown the mean went up."""
    shown = [each for each in found.areas if each.change is not None]
    if not shown:
        return "Too few people have a first and a later assessment to show figures"
    up = sum(each.change is not None and each.change.point > 0 for each in shown)
    return f"On average people are better in {number(up)} of {counted(len(shown), 'area', 'areas')} of life"


def rows_of(found: TeamFigures) -> Iterator[dict[str, str]]:
    """The cells of the table, in words where a figure is suppressed; `why` stands for all figures of an area."""
    for each in found.areas:
        row = {"name": each.area.name, "paired": count(each.paired), "left_out": left_words(each.left_out)}
        if each.change is None:
            yield row | {"why": "Nobody has both" if each.paired == 0 else "Too few people to show"}
            continue
        yield row | {
            "first": number(each.mean_first, 2),
            "latest": number(each.mean_latest, 2),
            "change": signed(each.change.point),
            "under": interval(each.change, signed) if each.change.low is not None else "",
            "better": count(each.better),
            "same": count(each.same),
            "worse": count(each.worse),
        }


def count(value: int | None) -> str:
    """A count, or that it is suppressed."""
    return HIDDEN if value is None else number(value)


def left_words(left: LeftOut) -> str:
    """How many are left out, and why, as far as that may be said."""
    if left.total is None:
        return HIDDEN
    if not left.once and not left.unsaid:
        return number(left.total)
    return f"{number(left.total)}: {count(left.once)} assessed once, {count(left.unsaid)} not answered twice"


def signed(value: float) -> str:
    """A change to two places: "+0.75", "−0.20", "0.00"."""
    text = number(value, 2)
    return text if value <= 0 or text.startswith(MINUS) or text == "0.00" else f"+{text}"


ROUTES = (Route("assessments/team/", team, "team_figures", verb=VERB, menu="Team figures", section="Results"),)
