"""All that a partnership needs of one area: facts by group, the map of its parts, what is missing."""

import datetime as dt
from collections.abc import Iterable

from commongoal.places.engine.figures import AreaName, Period
from commongoal.places.engine.indicators import Indicator
from commongoal.places.engine.profile import IndicatorOfArea, Profile
from commongoal.places.run.choosing import held, indicator_for
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.given import open_window
from commongoal.places.run.layers import gathered, newest_period
from commongoal.places.run.mapping import NO_PARTS, concentrated, parts_layer, spots_of
from commongoal.places.run.trending import change_over_a_year, within


def area_profile(
    evidence: Evidence, code: str, on: dt.date, indicator: str = "", period: Period | None = None
) -> Profile:
    """All that is known of an area on a day. `indicator` and `period` are of the map; the newest where none is given.

    Raises `NoSuchArea`, `NoSuchIndicator`.
    """
    area = evidence.area(code)
    chosen = indicator_for(evidence, indicator)
    around = within(evidence, area)
    open_window(evidence, (area.code, *(one.code for one in around)))
    told = [one for one in evidence.indicators if not one.template]
    facts = tuple(fact_of(evidence, one, area, around, on) for one in told)
    layer = parts_layer(evidence, chosen, area, period)
    return Profile(
        area=area,
        on=on,
        chosen=chosen,
        within=around,
        facts=facts,
        layer=layer,
        concentrations=concentrated(layer) if layer else (),
        spots=spots_of(evidence, area, layer, whole=False) if layer else None,
        to_fill=tuple(one for one in evidence.indicators if one.template),
        sources=evidence.sources(
            (*(name for fact in facts for name in fact.editions), *(layer.editions if layer else ()))
        ),
        missing=tuple(_missing(facts, layer is None)),
    )


def fact_of(
    evidence: Evidence, indicator: Indicator, area: AreaName, around: tuple[AreaName, ...], on: dt.date
) -> IndicatorOfArea:
    """One indicator of an area in its newest period, beside the areas it lies in, with its change over a year."""
    overdue = indicator.overdue(on)
    period = newest_period(evidence, indicator, area, on) if held(evidence, indicator) else None
    found = gathered(evidence, indicator, (area, *around), period)
    own, beside = found.figures[0], found.figures[1:]
    if period is None or own.value is None:
        return IndicatorOfArea(indicator, own, period, found.of_period, beside, overdue=overdue)
    change = change_over_a_year(evidence, indicator, own, period)
    return IndicatorOfArea(
        indicator, own, period, found.of_period, beside, change, found.editions, found.notes, overdue
    )


def _missing(facts: Iterable[IndicatorOfArea], no_parts: bool) -> Iterable[str]:
    """What the profile should say and cannot, with the reason."""
    for fact in facts:
        if fact.figure.value is None:
            yield f"{fact.indicator.name}: {fact.figure.why or 'not available'}"
    if no_parts:
        yield f"A map of smaller areas: {NO_PARTS}"
