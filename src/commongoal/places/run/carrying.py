"""Figures of areas of another year than the source has, carried to them by a named lookup."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from commongoal.kernel.words import listed
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.carrying import carry
from commongoal.places.engine.figures import AreaName, Period
from commongoal.places.engine.gathering import ADDED_UP, Number
from commongoal.places.engine.geography import NoLookup
from commongoal.places.engine.indicators import Choice
from commongoal.places.engine.lookup_file import LookupTable
from commongoal.places.engine.total_words import short
from commongoal.places.run.adding import Added
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.given import Given, given

CARRIED = "Figures of areas"


def carried(evidence: Evidence, choice: Choice, areas: Sequence[AreaName], period: Period) -> dict[str, Added]:
    """Those of the areas that lie in areas of another year which have figures.

    The figure follows where they are unchanged under a new code, or merged. Part of an area that was split has none, as
    nothing says in what shares: the reason names the area and what it had.
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
    near = _near(lookup, set(known))
    result = carry({code: one.value or 0.0 for code, one in known.items()}, near)
    errors = [one.error for one in known.values()]
    error = None if any(each is None for each in errors) else max(each or 0.0 for each in errors)
    made: dict[str, list[str]] = {target: [] for _, target in near.rows}
    for source, target in near.rows:
        made[target] += [source] if source in known else []
    mark = f"carried from {lookup.source.vintage}"
    editions = tuple(dict.fromkeys(one.edition.name for one in known.values()))
    years = f"{lookup.source.vintage} were carried to those of {lookup.target.vintage} by the lookup {lookup.name}"
    note = " ".join((f"{CARRIED} of {years}.", *result.words))
    found = {
        code: Added(Number(None, None, why=_why_not(code, known, near)), editions)
        for code, of in made.items()
        if of and code in codes
    }
    return found | {
        code: Added(
            Number(value, None if error is None else error * len(made[code]), _marks(mark, made[code], known)),
            editions, (note,),
        )
        for code, value in result.values.items()
        if code in codes
    }  # fmt: skip


def _marks(mark: str, of: Sequence[str], known: Mapping[str, Given]) -> tuple[str, ...]:
    """What stands beside a carried figure: that of every figure it was made of, and whether they were added up."""
    those = (words for source in of for words in known[source].marks)
    return tuple(dict.fromkeys((mark, *((ADDED_UP,) if len(of) > 1 else ()), *those)))


def _near(lookup: LookupTable, sources: set[str]) -> LookupTable:
    """The lookup with only the rows of some areas and of others that went to the same ones."""
    targets = {target for source, target in lookup.rows if source in sources}
    rows = {pair: match for pair, match in lookup.rows.items() if pair[0] in sources or pair[1] in targets}
    return replace(lookup, rows=rows)


def _why_not(code: str, known: Mapping[str, Given], lookup: LookupTable) -> str:
    """Of which areas one is made that cannot be shared out, and what they had."""
    sources = sorted(source for source, target in lookup.rows if target == code)
    year = lookup.source.vintage
    if lacking := [source for source in sources if source not in known]:
        have = "has" if len(lacking) == 1 else "have"
        return f"it is made of areas of {year}, and {listed(lacking)} {have} no figure"
    had = listed([f"{source} of {year}, which had {short(known[source].value or 0.0)} in all" for source in sources])
    return f"it is part of {had}: nothing says in what shares that is to be parted"
