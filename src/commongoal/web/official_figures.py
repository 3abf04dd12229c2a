"""Official figures of the site as evidence, and counts of people in need by ward, from what is known of places."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from commongoal.access.engine.refusals import NotThere
from commongoal.places.engine.edition_words import period_words
from commongoal.places.engine.gathering import adds_up
from commongoal.places.engine.indicators import Indicator
from commongoal.places.engine.official import OfficialFigure, official_figure
from commongoal.places.run.choosing import held
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.layers import gathered, newest_period
from commongoal.places.run.profile import fact_of
from commongoal.places.run.trending import within
from commongoal.web.area_choices import Areas
from commongoal.web.place_evidence import Known

OWN_FIGURES = "people in need, by figures of the partnership’s own"


@dataclass(frozen=True, slots=True)
class Needs:
    """Counts of people in need by ward, with where they come from; wards without a figure are not in `counts`."""

    words: str = OWN_FIGURES
    counts: Mapping[str, float] = field(default_factory=dict)
    source: str = ""
    period: str = ""
    editions: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """Figures of an area on a day; the number makes other evidence another."""

    number: int
    area: str
    on: dt.date
    known: Known = field(compare=False)


def official_in(known: Known, areas: Iterable[str], on: dt.date) -> tuple[OfficialFigure, ...]:
    """Every indicator of these areas that has a figure, beside the areas they lie in."""
    return tuple(
        figure for area in areas if known.has(area) for figure in _official(_Asked(known.number, area, on, known))
    )


@lru_cache(maxsize=128)
def _official(asked: _Asked) -> tuple[OfficialFigure, ...]:
    evidence = asked.known.evidence
    area = evidence.area(asked.area)
    around = within(evidence, area)
    told = [one for one in evidence.indicators if not one.template and held(evidence, one)]
    facts = (fact_of(evidence, one, area, around, asked.on) for one in told)
    return tuple(official_figure(fact) for fact in facts if fact.figure.value is not None)


def count_indicators(known: Known) -> tuple[Indicator, ...]:
    """The indicators that count people and that the store has figures of."""
    evidence = known.evidence
    return tuple(one for one in evidence.indicators if _counts(one) and held(evidence, one))


def ward_needs(known: Known, areas: Areas, indicator: str, on: dt.date) -> Needs:
    """The newest count of an indicator in each ward of an area. Raises `NotThere`."""
    found = {one.code: one for one in count_indicators(known)}
    if indicator not in found:
        raise NotThere
    return _needs(known.evidence, found[indicator], areas, on)


def _needs(evidence: Evidence, indicator: Indicator, areas: Areas, on: dt.date) -> Needs:
    wards = [evidence.area(area.code) for area in areas.wards]
    period = newest_period(evidence, indicator, wards[0], on) if wards else None
    if period is None:
        return Needs(indicator.name.lower(), source=indicator.source)
    layer = gathered(evidence, indicator, wards, period)
    counts = {each.area.code: each.count for each in layer.figures if each.value is not None and each.count is not None}
    marks = dict.fromkeys(mark for each in layer.figures for mark in each.marks)
    words = period_words(period.start, period.end)
    return Needs(indicator.name.lower(), counts, indicator.source, words, layer.editions, tuple(marks))


def _counts(indicator: Indicator) -> bool:
    """Whether it is a count of people, not a share or a rate."""
    return indicator.of is None and not indicator.template and adds_up(indicator)
