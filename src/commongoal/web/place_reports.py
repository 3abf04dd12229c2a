"""The pages of an area drawn from the evidence, and kept until something of it changes."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from commongoal.access.engine.refusals import NotThere
from commongoal.kernel.report import Report
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import Period
from commongoal.places.engine.report import compare_report, hot_spots_report, profile_report, trends_report
from commongoal.places.run import NoSuchArea, NoSuchIndicator, area_profile, comparison, hot_spots, trends
from commongoal.web.place_evidence import Known

KEPT = 64
"""Pages kept drawn in one process: a few hundred kilobytes each, mostly of maps."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of one area on a day; the number is that of the evidence, which says what else it depends on."""

    number: int
    name: str
    code: str
    on: dt.date
    indicator: str
    period: Period | None
    known: Known = field(compare=False)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as a report, its sections as markup, which indicator it shows, of which kind of parts and period."""

    report: Report
    sections: str
    chosen: str
    parts: AreaKind | None = None
    period: Period | None = None


@lru_cache(maxsize=KEPT)
def drawn_of(asked: Asked) -> Drawn:
    """The page, drawn. Raises `NotThere` for an area or indicator that nothing tells of."""
    try:
        return PAGES[asked.name](asked)
    except (NoSuchArea, NoSuchIndicator) as refusal:
        raise NotThere from refusal


def periods_of(asked: Asked, drawn: Drawn) -> tuple[Period, ...]:
    """The periods of the indicator that is shown, for the kind of areas that is shown, in order."""
    evidence = asked.known.evidence
    choice = evidence.indicator(drawn.chosen).count if drawn.chosen else None
    if choice is None:
        return ()
    return evidence.observations.periods(choice.dataset, choice.series, drawn.parts)


def _profile(asked: Asked) -> Drawn:
    found = area_profile(asked.known.evidence, asked.code, asked.on, asked.indicator, asked.period)
    return _drawn(profile_report(found, _link), found.chosen, found.layer)


def _comparison(asked: Asked) -> Drawn:
    found = comparison(asked.known.evidence, asked.code, asked.on, asked.indicator, asked.period)
    return _drawn(compare_report(found, _link), found.indicator, found.layer)


def _trends(asked: Asked) -> Drawn:
    found = trends(asked.known.evidence, asked.code, asked.on, asked.indicator)
    return _drawn(trends_report(found, _link), found.indicator, None)


def _hot_spots(asked: Asked) -> Drawn:
    found = hot_spots(asked.known.evidence, asked.code, asked.on, asked.indicator, asked.period)
    return _drawn(hot_spots_report(found, _link), found.indicator, found.layer)


def _drawn(report: Report, indicator: Any, layer: Any) -> Drawn:
    sections = render_to_string("commongoal/place/sections.html", {"report": report})
    shown = layer.figures[0].area.kind if layer and layer.figures else None
    return Drawn(report, sections, indicator.code if indicator else "", shown, layer.period if layer else None)


def _link(code: str) -> str:
    """Where the page of an area is."""
    return reverse("area", args=[code])


PAGES: dict[str, Callable[[Asked], Drawn]] = {
    "area": _profile,
    "area_compare": _comparison,
    "area_trends": _trends,
    "area_hot_spots": _hot_spots,
}
"""What draws each page, by the name of its route."""
