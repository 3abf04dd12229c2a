"""Figures of an indicator for areas: as published where the source has the area, else added up from its parts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from commongoal.places.engine.areas import SIZES, AreaKind
from commongoal.places.engine.edition_words import period_words
from commongoal.places.engine.figures import AreaFigure, AreaName, Layer, Period
from commongoal.places.engine.gathering import ADDED_UP, Number, adds_up, area_figures, newest_up_to, smaller_kinds
from commongoal.places.engine.indicators import Choice, Indicator
from commongoal.places.engine.report.wording import kinds_words
from commongoal.places.run.adding import Added, added_up, added_without
from commongoal.places.run.carrying import CARRIED, carried
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.given import Given, ask_ahead, given

NOT_HELD = "no file with these figures has been taken in"
NO_FIGURE = "the source has no figure for this area in this period"
NO_FIGURE_NOR_SUM = "the source has no figure for this area, and shares of smaller areas are not to be added up"
NO_SERIES = "the tables held here have no such figures"


@dataclass(frozen=True, slots=True)
class Gathered:
    """An indicator of some areas in one period, with the denominator's own period and what it was taken from."""

    indicator: Indicator
    period: Period | None
    of_period: Period | None
    figures: tuple[AreaFigure, ...]
    editions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def layer(self) -> Layer:
        """The same as a layer. There has to be a period."""
        assert self.period is not None
        return Layer(self.indicator, self.period, self.figures, self.editions, self.notes)


@dataclass(frozen=True, slots=True)
class _Side:
    """The count or the denominator of some areas, in their order."""

    numbers: tuple[Number, ...]
    editions: tuple[str, ...]
    notes: tuple[str, ...] = ()


def newest_period(evidence: Evidence, indicator: Indicator, area: AreaName, on: dt.date | None = None) -> Period | None:
    """The newest period (begun by a day) that the source has for the area, or for parts that make it up."""
    if indicator.count is None or not evidence.of_dataset(indicator.count):
        return None
    choice = indicator.count
    offered = evidence.kinds_of(choice)
    kinds = [area.kind] if any(kind == area.kind for kind, _ in offered) else []
    if adds_up(indicator):
        kinds += list(dict.fromkeys(kind for kind, _ in smaller_kinds(area.kind, offered)))
    for kind in kinds:
        found = [one for one in periods_of(evidence, choice, kind) if on is None or one.start <= on]
        for period in sorted(found, key=lambda one: (one.end, one.start), reverse=True)[:1]:
            if kind != area.kind or (area.code, period) in given(
                evidence, choice, (area.code,), None, period.start, period.end
            ):
                return period
        if kind == area.kind:
            own = [period for (code, period) in given(evidence, choice, (area.code,)) if code == area.code]
            if own := [one for one in own if on is None or one.start <= on]:
                return max(own, key=lambda one: (one.end, one.start))
    return _newest_of_another_year(evidence, choice, area, on) if adds_up(indicator) else None


def _newest_of_another_year(evidence: Evidence, choice: Choice, area: AreaName, on: dt.date | None) -> Period | None:
    """The newest period of areas of another year that this one was made of: a figure is carried, or it is said why not.

    It is the newest period that areas of the kind have; an older one is not looked for.
    """
    found = [one for one in periods_of(evidence, choice, area.kind) if on is None or one.start <= on]
    newest = max(found, key=lambda one: (one.end, one.start), default=None)
    return newest if newest and area.code in carried(evidence, choice, (area,), newest) else None


def periods_of(evidence: Evidence, choice: Choice, kind: AreaKind | None = None) -> tuple[Period, ...]:
    """The periods of a choice for areas of a kind."""
    return evidence.once(
        ("periods", choice, kind), lambda: evidence.observations.periods(choice.dataset, choice.series, kind)
    )


def gathered(evidence: Evidence, indicator: Indicator, areas: Sequence[AreaName], period: Period | None) -> Gathered:
    """The indicator of the areas in a period, each with its marks, error and interval, or the reason it has none."""
    if indicator.count is None or not evidence.of_dataset(indicator.count) or period is None:
        why = why_nothing(evidence, indicator)
        return Gathered(indicator, period, None, tuple(AreaFigure(area, None, error=None, why=why) for area in areas))
    key = ("gathered", indicator.code, tuple((area.code, area.vintage) for area in areas), period)
    return evidence.once(key, lambda: _gathered(evidence, indicator, areas, period))


def why_nothing(evidence: Evidence, indicator: Indicator) -> str:
    """Why an indicator has no figure at all: no file, no such figures in the files, or none for the area."""
    if indicator.count is None or not evidence.of_dataset(indicator.count):
        return indicator.not_available or NOT_HELD
    if not periods_of(evidence, indicator.count):
        return indicator.not_available or NO_SERIES
    return NO_FIGURE if adds_up(indicator) else NO_FIGURE_NOR_SUM


def _gathered(evidence: Evidence, indicator: Indicator, areas: Sequence[AreaName], period: Period) -> Gathered:
    assert indicator.count is not None
    adds = adds_up(indicator)
    counts = _side(evidence, indicator.count, areas, period, adds)
    if indicator.of is None:
        figures = area_figures(indicator, areas, counts.numbers)
        return Gathered(indicator, period, None, figures, counts.editions, counts.notes)
    of_period = _denominator_period(evidence, indicator.of, areas, period)
    if of_period is None:
        below = _Side(tuple(Number(None, None, why=NOT_HELD) for _ in areas), ())
    else:
        below = _without(
            evidence, indicator.of, areas, of_period, counts, _side(evidence, indicator.of, areas, of_period, adds)
        )
    figures = area_figures(indicator, areas, counts.numbers, below.numbers)
    of_notes = (f"The people it is out of: {note[:1].lower()}{note[1:]}" for note in below.notes)
    notes = (*counts.notes, *of_notes, *year_note(period, of_period))
    editions = tuple(dict.fromkeys((*counts.editions, *below.editions)))
    return Gathered(indicator, period, of_period, figures, editions, tuple(dict.fromkeys(notes)))


def year_note(period: Period, of_period: Period | None) -> tuple[str, ...]:
    """Of when the denominator is, where that is another time than the count's."""
    if of_period is None or of_period == period:
        return ()
    words = period_words(of_period.start, of_period.end)
    late = of_period.start >= period.end
    return (f"The people it is out of are those of {words}{', the first there is after the count' if late else ''}.",)


def _denominator_period(evidence: Evidence, choice: Choice, areas: Sequence[AreaName], period: Period) -> Period | None:
    """The newest of the denominator up to the count, for the kind of the first area or of its parts."""
    kind = areas[0].kind if areas else None
    found = periods_of(evidence, choice, kind) or periods_of(evidence, choice)
    return newest_up_to(found, period)


def _side(evidence: Evidence, choice: Choice, areas: Sequence[AreaName], period: Period, adds: bool) -> _Side:
    """One side of all areas: published, or added up from parts where the source lacks the area."""
    published = _published(evidence, choice, areas, period)
    lacking = [area for area in areas if area.code not in published]
    added = made_of_others(evidence, choice, lacking, period) if adds and lacking else {}
    numbers: list[Number] = []
    editions: dict[str, None] = {}
    notes = _other_year(areas, published)
    for area in areas:
        if area.code in published:
            one = published[area.code]
            numbers.append(Number(one.value, one.error, one.marks, one.why))
            editions[one.edition.name] = None
        else:
            part = added.get(area.code, Added(Number(None, None, why=NO_FIGURE)))
            numbers.append(part.number)
            editions.update(dict.fromkeys(part.editions))
    return _Side(tuple(numbers), tuple(editions), (*notes, *_made_notes(areas[0], added)))


def _without(
    evidence: Evidence, choice: Choice, areas: Sequence[AreaName], period: Period, counts: _Side, below: _Side
) -> _Side:
    """The denominators, where a count is without some parts made up without the same."""
    pairs = zip(areas, counts.numbers, below.numbers, strict=True)
    numbers = [
        added_without(evidence, choice, area, period, count.without).number if count.without else under
        for area, count, under in pairs
    ]
    return replace(below, numbers=tuple(numbers))


def made_of_others(evidence: Evidence, choice: Choice, areas: Sequence[AreaName], period: Period) -> dict[str, Added]:
    """Figures that the source lacks: added up from parts, or else carried from areas of another year."""
    found = added_up(evidence, choice, areas, period)
    lacking = [area for area in areas if found[area.code].number.value is None]
    return found | carried(evidence, choice, lacking, period)


def _made_notes(first: AreaName, made: dict[str, Added]) -> tuple[str, ...]:
    """How figures were made of others: of a few areas for the first of them, of many how many there are.

    What was carried from another year is said of all, with the totals before and after.
    """
    those = {code: one for code, one in made.items() if one.number.value is not None}
    notes = dict.fromkeys(note for one in those.values() for note in one.notes if note.startswith(CARRIED))
    if len(those) <= FEW:
        return tuple(dict.fromkeys((*(those[first.code].notes if first.code in those else ()), *notes)))
    sums = sum(ADDED_UP in one.number.marks for one in those.values())
    return (*([f"The figures of {sums} areas are added up from their parts."] if sums else []), *notes)


def _other_year(areas: Sequence[AreaName], published: dict[str, Given]) -> tuple[str, ...]:
    """That figures are of areas of another year, whose codes and so boundaries are the same."""
    years = {
        (area.kind, published[area.code].edition.vintage(area.kind), area.vintage)
        for area in areas
        if area.code in published
    }
    return tuple(
        f"Figures of {kinds_words(kind)} of {theirs} stand for those of {ours} that kept their code and boundary."
        for kind, theirs, ours in sorted(years)
        if theirs and ours and theirs != ours and SIZES[kind] < SIZES[AreaKind.DISTRICT]
    )


def _published(evidence: Evidence, choice: Choice, areas: Sequence[AreaName], period: Period) -> dict[str, Given]:
    """The figures there are for exactly that period. Many areas of one kind are asked for by the kind."""
    found = given(evidence, choice, *_asked(areas), period.start, period.end)
    wanted = {area.code for area in areas}
    return {code: one for (code, when), one in found.items() if when == period and code in wanted}


def _asked(areas: Sequence[AreaName]) -> tuple[tuple[str, ...] | None, AreaKind | None]:
    """Which areas, or which kind of areas, the store is asked for."""
    kinds = {area.kind for area in areas}
    many = len(areas) > MANY and len(kinds) == 1
    return (None, kinds.pop()) if many else (tuple(area.code for area in areas), None)


def gather_ahead(
    evidence: Evidence, indicator: Indicator, areas: Sequence[AreaName], periods: Sequence[Period]
) -> None:
    """Asks the store once for the counts that `gathered` will want of the same areas in each of some periods."""
    if indicator.count is not None and areas:
        ask_ahead(evidence, indicator.count, *_asked(areas), periods)


FEW = 4
"""Of so many figures made of others that of the first area is explained; of more, that there are such."""

MANY = 3_000
"""From so many areas on, a question by kind is quicker than one that lists them."""
