"""Figures of areas that a source lacks, added up from its figures of their parts, with the error that this brings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import AreaName, Period
from commongoal.places.engine.gathering import Number, smaller_kinds
from commongoal.places.engine.indicators import Choice
from commongoal.places.engine.observations import Status
from commongoal.places.engine.totals import AreasMissing, NothingToAdd, Part, total
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.given import Given, ask_ahead, given


@dataclass(frozen=True, slots=True)
class Added:
    """A sum of parts, the editions it was taken from, and what to know of it."""

    number: Number
    editions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def added_up(evidence: Evidence, choice: Choice, areas: Sequence[AreaName], period: Period) -> dict[str, Added]:
    """The areas that can be made up of parts that the source has, by code; parts missing block a sum and are said."""
    known = {area.code: evidence.kept(("added", choice, area, period)) for area in areas}
    found: dict[str, Added] = {code: one for code, one in known.items() if one is not None}
    for kind in {area.kind for area in areas}:
        for part_kind, vintage in smaller_kinds(kind, evidence.kinds_of(choice)):
            wanted = [area for area in areas if area.kind == kind and area.code not in found]
            found |= _from(evidence, choice, wanted, part_kind, vintage, period) if wanted else {}
    nothing = Added(Number(None, None, why=NOT_THERE))
    whole = {area.code: found.get(area.code, nothing) for area in areas}
    evidence.keep({("added", choice, area, period): whole[area.code] for area in areas})
    return whole


def add_ahead(evidence: Evidence, choice: Choice, area: AreaName, periods: Sequence[Period]) -> None:
    """Asks the store once for what `added_up` will want of one area in each of some periods."""
    ask_ahead(evidence, choice, (area.code,), None, periods)
    for kind, vintage in smaller_kinds(area.kind, evidence.kinds_of(choice)):
        codes = tuple(sorted(part.code for part in evidence.parts(area.code, kind, vintage)))
        if codes:
            ask_ahead(evidence, choice, codes, None, periods)
            return


def _from(
    evidence: Evidence, choice: Choice, areas: Sequence[AreaName], kind: AreaKind, vintage: str, period: Period
) -> dict[str, Added]:
    parts = {area.code: evidence.parts(area.code, kind, vintage) for area in areas}
    codes = {part.code for each in parts.values() for part in each}
    if not codes:
        return {}
    figures = given(evidence, choice, tuple(sorted(codes)), None, period.start, period.end)
    found = {}
    for area in areas:
        known = {part.code: figures[part.code, period] for part in parts[area.code] if (part.code, period) in figures}
        if known:
            used = evidence.geography.used(area.code, kind, vintage)
            found[area.code] = _sum(parts[area.code], known, used, evidence.accept_missing)
    return found


def added_without(evidence: Evidence, choice: Choice, area: AreaName, period: Period, without: Sequence[str]) -> Added:
    """An area made up of its parts save some, which may be of another kind than those that the source has."""
    for kind, vintage in smaller_kinds(area.kind, evidence.kinds_of(choice)):
        parts = evidence.parts(area.code, kind, vintage)
        left = {*without, *(part.code for code in without for part in evidence.parts(code, kind, vintage))}
        kept = tuple(part for part in parts if part.code not in left)
        codes = tuple(sorted(part.code for part in kept))
        figures = given(evidence, choice, codes, None, period.start, period.end) if codes else {}
        known = {code: figures[code, period] for code in codes if (code, period) in figures}
        if known and len(kept) < len(parts):
            found = _sum(kept, known, evidence.geography.used(area.code, kind, vintage))
            return replace(found, number=replace(found.number, without=tuple(without)))
    return Added(Number(None, None, why=NOT_THERE))


def _sum(
    expected: Sequence[AreaName], known: Mapping[str, Given], lookups: Sequence[str], accept_missing: bool = False
) -> Added:
    """The sum of the parts, or why there is none."""
    names = {area.code: area.name for area in expected}
    parts = [
        Part(code, names[code], one.value, one.edition.name, _status(one), one.provisional, one.revised)
        for code, one in known.items()
    ]
    editions = {one.edition.name: one.edition for one in known.values()}
    try:
        found = total(parts, editions.values(), expected, accept_missing=accept_missing)
    except AreasMissing as refused:
        return Added(Number(None, None, why=_lacking(refused, len(expected))), tuple(editions))
    except NothingToAdd as refused:
        return Added(Number(None, None, why=refused.sentence()), tuple(editions))
    lacking = [f"without {len(found.missing)} of its {len(expected)} parts"] if found.missing else []
    marks = tuple(dict.fromkeys((*lacking, "added up", *found.marks)))
    number = Number(found.value, found.error, marks, without=tuple(sorted(left.area for left in found.missing)))
    by = f"Parts found by the lookup {', then '.join(lookups)}." if lookups else ""
    return Added(number, found.editions, tuple(words for words in (*found.words, by) if words))


def _status(one: Given) -> Status:
    if one.value is not None:
        return Status.GIVEN
    return Status(one.why) if one.why in {status.value for status in Status} else Status.MISSING


def _lacking(refused: AreasMissing, expected: int) -> str:
    """Which parts have no figure: the first few by name."""
    names = [left.name for left in refused.missing[:SHOWN]]
    more = len(refused.missing) - len(names)
    said = ", ".join(names) + (f" and {more} more" if more > 0 else "")
    return f"{len(refused.missing)} of its {expected} parts have no figure ({said}), so they are not added up"


NOT_THERE = "the source has no figure for this area in this period, and none of its parts"
SHOWN = 3
"""Parts named when some are missing."""
