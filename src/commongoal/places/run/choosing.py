"""Which indicator is meant where none is named."""

from commongoal.places.engine.indicators import Indicator
from commongoal.places.run.evidence import Evidence

FIRST = ("claimant-rate", "employment-deprivation-2025-share", "employment-deprivation-2019-share", "claimant-count")
"""Where the place is asked about without naming an indicator: the first of these that the store has figures of."""


def indicator_for(evidence: Evidence, code: str = "") -> Indicator:
    """The indicator of a code; without one, the first of `FIRST` with figures, or else any with figures."""
    if code:
        return evidence.indicator(code)
    named = {one.code: one for one in evidence.indicators}
    for each in (*FIRST, *named):
        one = named.get(each)
        if one is not None and held(evidence, one):
            return one
    return named.get(FIRST[0]) or evidence.indicators[0]


def held(evidence: Evidence, indicator: Indicator) -> bool:
    """Whether the store has the tables that an indicator is made of."""
    sides = (indicator.count, indicator.of) if indicator.of else (indicator.count,)
    return all(side is not None and bool(evidence.of_dataset(side)) for side in sides)
