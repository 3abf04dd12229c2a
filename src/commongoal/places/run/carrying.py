"""Figures of areas of another year than the source has, carried to them by a named lookup."""

from collections.abc import Sequence

from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.carrying import carry
from commongoal.places.engine.figures import AreaName, Period
from commongoal.places.engine.gathering import Number
from commongoal.places.engine.geography import NoLookup
from commongoal.places.engine.indicators import Choice
from commongoal.places.engine.lookup_file import LookupTable
from commongoal.places.run.adding import Added
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.given import given

CARRIED = "Figures of areas"


def carried(evidence: Evidence, choice: Choice, areas: Sequence[AreaName], period: Period) -> dict[str, Added]:
    """Those of the areas whose figure follows from areas of another year: unchanged under a new code, or merged.

    An area that was split has none: nothing says in what shares.
    """
    found: dict[str, Added] = {}
    for kind, year in dict.fromkeys((area.kind, area.vintage) for area in areas):
        wanted = [area for area in areas if (area.kind, area.vintage) == (kind, year)]
        for other, other_year in evidence.kinds_of(choice):
            if other == kind and other_year and year and other_year != year:
                found |= _from(evidence, choice, wanted, _lookup(evidence, kind, other_year, year), period)
    return found


def _lookup(evidence: Evidence, kind: AreaKind, from_year: str, to_year: str) -> LookupTable | None:
    """The one lookup between two years; none where there is none, or it takes several."""
    try:
        path = evidence.geography.path(kind, from_year, to_year)
    except NoLookup:
        return None
    return path[0] if len(path) == 1 else None


def _from(
    evidence: Evidence, choice: Choice, areas: Sequence[AreaName], lookup: LookupTable | None, period: Period
) -> dict[str, Added]:
    if lookup is None:
        return {}
    codes = {area.code for area in areas}
    sources = tuple(sorted({source for source, target in lookup.rows if target in codes}))
    figures = given(evidence, choice, sources, None, period.start, period.end)
    known = {code: one for (code, when), one in figures.items() if when == period and one.value is not None}
    if not known:
        return {}
    result = carry({code: one.value or 0.0 for code, one in known.items()}, lookup)
    errors = [one.error for one in known.values()]
    error = None if any(each is None for each in errors) else max(each or 0.0 for each in errors)
    made: dict[str, int] = {}
    for source, target in lookup.rows:
        made[target] = made.get(target, 0) + (source in known)
    mark = f"carried from {lookup.source.vintage}"
    editions = tuple(dict.fromkeys(one.edition.name for one in known.values()))
    years = f"{lookup.source.vintage} were carried to those of {lookup.target.vintage} by the lookup {lookup.name}"
    note = " ".join((f"{CARRIED} of {years}.", *result.words))
    return {
        code: Added(Number(value, None if error is None else error * made[code], (mark,)), editions, (note,))
        for code, value in result.values.items()
        if code in codes
    }
