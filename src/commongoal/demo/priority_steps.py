"""What the partnership made of the evidence: a neighbourhood drawn, priorities set and cited for, one of them ended."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.demo.engine.place_figures import spot_pieces
from commongoal.demo.founding import Founded
from commongoal.demo.place import figures_data, geography_data, land
from commongoal.demo.steps import at_work
from commongoal.places.actions.neighbourhoods import draw_neighbourhood
from commongoal.places.actions.priorities import cite, end_priority, set_priority
from commongoal.places.engine.evidence import Stance
from commongoal.places.engine.evidence_given import NewCitation, NewPriority
from commongoal.places.engine.neighbourhoods import Drawing
from commongoal.web.official_figures import official_in
from commongoal.web.place_evidence import known_of

NOON = dt.time(12)
LATER = dt.timedelta(days=12)  # from setting a priority to ending it, where it is ended
Act = tuple[dt.datetime, Callable[[dt.datetime], object]]


@dataclass
class Known:
    """What is referred to later: findings by research and theme, returns by organisation and theme, priorities."""

    findings: dict[str, int] = field(default_factory=dict)
    returns: dict[tuple[str, str], int] = field(default_factory=dict)
    priorities: dict[str, int] = field(default_factory=dict)


def moment(on: dt.date, days: int, minutes: int = 0) -> dt.datetime:
    """A moment of a day so many days ago, at work; what stands later in a list comes later in the day."""
    noon = dt.datetime.combine(on - dt.timedelta(days=days), NOON, dt.UTC)
    return at_work(noon + dt.timedelta(minutes=minutes))


def priorities_set(made: Founded, told: Mapping[str, Any], known: Known, on: dt.date) -> Iterator[Act]:
    """Each step with its moment, by the commissioner."""
    commissioner = made.first(Role.COMMISSIONER)
    drawn = told["neighbourhood"]
    yield moment(on, drawn["days_ago"]), lambda at: _draw(commissioner, drawn, at)
    for each in told["priorities"]:
        at = moment(on, each["days_ago"])
        yield at, lambda at, each=each: _set(commissioner, each, known, at)  # type: ignore[misc]
        if "ended" in each:
            yield (
                at_work(at + LATER),
                lambda at, each=each: end_priority(  # type: ignore[misc]
                    by=commissioner, at=at, priority=known.priorities[each["id"]], why=each["ended"]
                ),
            )


def _draw(by: Viewer, drawn: Mapping[str, Any], at: dt.datetime) -> int:
    """The small areas that a planted hot spot touches, as a neighbourhood."""
    spot = figures_data()["claimants"]["hot_spots"][drawn["spot"]]
    lsoas = sorted({land().pieces[number].lsoa21 for number in spot_pieces(spot, land())})
    drawing = Drawing(drawn["name"], tuple(lsoas), geography_data()["vintages"]["lsoa21"], drawn["why"])
    return draw_neighbourhood(by=by, at=at, drawing=drawing)


def _set(by: Viewer, each: Mapping[str, Any], known: Known, at: dt.datetime) -> None:
    priority = NewPriority(each["title"], each["theme"], each["area"], each["why"])
    pk = set_priority(by=by, at=at, priority=priority, token=f"priority-{each['id']}")
    known.priorities[each["id"]] = pk
    official = {figure.indicator: figure for figure in official_in(known_of(by), (each["area"],), at.date())}
    for cited in each["cites"]:
        if "indicator" in cited and cited["indicator"] not in official:
            continue  # no source here gives it, so there is nothing to cite
        citation = NewCitation(
            Stance(cited["stance"]),
            cited.get("words", ""),
            official.get(cited.get("indicator", "")),
            known.findings.get(cited.get("finding", "")),
            known.returns.get(tuple(cited.get("returned", ("", "")))),
        )
        cite(by=by, at=at, priority=pk, citation=citation)
