"""An indicator of an area over time, beside the areas it lies in; breaks part it, revisions are told."""

import datetime as dt
from collections.abc import Iterable, Sequence

from commongoal.kernel.words import listed, written_day
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.edition_words import period_words
from commongoal.places.engine.figures import AreaFigure, AreaName, Period, broken_between
from commongoal.places.engine.gathering import Number, a_year_before, adds_up, area_figures, newest_up_to
from commongoal.places.engine.indicators import Break, Indicator
from commongoal.places.engine.profile import Change, Trends
from commongoal.places.engine.trends import Change as Changed
from commongoal.places.engine.trends import (
    NotComparable,
    Point,
    Revision,
    Trend,
    Vintage,
    over_a_year,
    revisions,
    trend,
)
from commongoal.places.engine.trends import change as changed
from commongoal.places.run.adding import add_ahead
from commongoal.places.run.choosing import indicator_for
from commongoal.places.run.evidence import Evidence
from commongoal.places.run.given import given
from commongoal.places.run.layers import NOT_HELD, gathered, periods_of, year_note

BESIDE = (AreaKind.DISTRICT, AreaKind.COMBINED_AUTHORITY, AreaKind.REGION, AreaKind.COUNTRY)
"""The kinds of area that an area is set beside, in order."""
MOST_ADDED = 60
"""Periods that are added up from parts, the newest."""


def within(evidence: Evidence, area: AreaName) -> tuple[AreaName, ...]:
    """The areas that one lies in and is set beside, from small to large."""
    parents = evidence.geography.parents(area.code, area.vintage)
    chosen = [one for kind in BESIDE for one in parents if one.kind == kind]
    return tuple(one for one in chosen if sum(other.kind == one.kind for other in chosen) == 1)


def trends(evidence: Evidence, code: str, on: dt.date, indicator: str = "") -> Trends:
    """An indicator of an area over time. Raises `NoSuchArea`, `NoSuchIndicator`."""
    area = evidence.area(code)
    chosen = indicator_for(evidence, indicator)
    if chosen.count is None or not evidence.of_dataset(chosen.count):
        return Trends(area, chosen, why=chosen.not_available or NOT_HELD)
    breaks = breaks_of(chosen)
    lines, editions, notes = [], {}, {}
    for one in (area, *within(evidence, area)):
        points, used, said = history(evidence, chosen, one, on)
        if points:
            lines.append((one, trend(points, breaks)))
            editions.update(dict.fromkeys(used))
            notes.update(dict.fromkeys(said if one == area else ()))
    if not lines or lines[0][0] != area:
        return Trends(area, chosen, why="the source has no figures of this area, and none of parts that make it up")
    own = lines[0][1]
    return Trends(
        area, chosen, tuple(lines), _year(chosen, own), tuple(_segments(chosen, own)),
        _revised(evidence, chosen, area), tuple(notes), "", chosen.overdue(on), evidence.sources(editions),
    )  # fmt: skip


def breaks_of(indicator: Indicator) -> tuple[Break, ...]:
    """The breaks of an indicator; one that took a while ends with another, so that what came after is a segment."""
    ends = [
        Break(one.until + dt.timedelta(days=1), one.words, None, one.source) for one in indicator.breaks if one.until
    ]
    return tuple(sorted((*indicator.breaks, *ends), key=lambda one: one.on))


def history(
    evidence: Evidence, indicator: Indicator, area: AreaName, on: dt.date
) -> tuple[list[Point], tuple[str, ...], tuple[str, ...]]:
    """Every period of an area up to a day, as points, with the editions and what to know of them."""
    assert indicator.count is not None
    counts = given(evidence, indicator.count, (area.code,))
    if not counts and adds_up(indicator):
        return _added_history(evidence, indicator, area, on)
    own = sorted((when for code, when in counts if code == area.code and when.start <= on), key=lambda one: one.start)
    numbers = [counts[area.code, when] for when in own]
    below: list[Number] | None = None
    of_periods: list[Period | None] = []
    of_editions: tuple[str, ...] = ()
    if indicator.of is not None:
        below, of_periods, of_editions = _denominators(evidence, indicator, area, own)
    figures = area_figures(
        indicator, [area] * len(own), [Number(one.value, one.error, one.marks, one.why) for one in numbers], below
    )
    points = [_point(when, figure) for when, figure in zip(own, figures, strict=True)]
    editions = dict.fromkeys((*(one.edition.name for one in numbers), *of_editions))
    return points, tuple(editions), _of_words(own, of_periods)


def _of_words(own: Sequence[Period], of_periods: Sequence[Period | None]) -> tuple[str, ...]:
    """Of when the people are that figures are out of, where that is another time."""
    pairs = [(when, of) for when, of in zip(own, of_periods, strict=False) if of is not None and of != when]
    if not pairs:
        return ()
    years = listed([period_words(one.start, one.end) for one in dict.fromkeys(of for _, of in pairs)])
    late = any(of.start >= when.end for when, of in pairs)
    first = " Figures of before that are out of the first there is." if late else ""
    return (f"The people that each figure is out of are the newest estimate up to then: {years}.{first}",)


def _denominators(
    evidence: Evidence, indicator: Indicator, area: AreaName, own: Sequence[Period]
) -> tuple[list[Number], list[Period | None], tuple[str, ...]]:
    """The denominator of each period, the newest up to it, with its own period; and the editions they are from."""
    assert indicator.of is not None
    people = _people(indicator)
    known = sorted({when for code, when in given(evidence, indicator.of, (area.code,)) if code == area.code},
                   key=lambda one: one.start) or list(periods_of(evidence, indicator.of))  # fmt: skip
    chosen = [newest_up_to(known, when) for when in own]
    found = {of: gathered(evidence, people, (area,), of) for of in dict.fromkeys(chosen)}
    figures = [found[of].figures[0] for of in chosen]
    numbers = [Number(one.value, one.error, one.marks, one.why) for one in figures]
    return numbers, chosen, tuple(name for one in found.values() for name in one.editions)


def _people(indicator: Indicator) -> Indicator:
    """The denominator as an indicator of its own, so that it can be added up from parts."""
    from dataclasses import replace

    from commongoal.places.engine.indicators import Method

    return replace(indicator, code=f"{indicator.code}-of", count=indicator.of, of=None, per=1.0, method=Method.BYAR)


def _added_history(
    evidence: Evidence, indicator: Indicator, area: AreaName, on: dt.date
) -> tuple[list[Point], tuple[str, ...], tuple[str, ...]]:
    assert indicator.count is not None
    every = sorted((one for one in periods_of(evidence, indicator.count) if one.start <= on), key=lambda one: one.start)
    points, editions, of_periods = [], {}, []
    notes: tuple[str, ...] = ()
    add_ahead(evidence, indicator.count, area, every[-MOST_ADDED:])
    for when in every[-MOST_ADDED:]:
        found = gathered(evidence, indicator, (area,), when)
        if found.figures[0].value is not None:
            points.append(_point(when, found.figures[0]))
            editions.update(dict.fromkeys(found.editions))
            of_periods.append(found.of_period)
            years = year_note(when, found.of_period)
            notes = tuple(note for note in found.notes if note not in years)  # of the newest
    return points, tuple(editions), (*notes, *_of_words([point.period for point in points], of_periods))


def _point(when: Period, figure: AreaFigure) -> Point:
    return Point(when, figure.value, figure.low, figure.high, "provisional" in figure.marks, figure.why)


def _segments(indicator: Indicator, series: Trend) -> Iterable[Changed | NotComparable]:
    """From the first to the last figure of each segment; none while a break lasts."""
    for segment in series.segments:
        known = [point.period for point in segment if point.value is not None]
        if len(known) > 1:
            yield _compared(indicator, series, known[0], known[-1])


def _year(indicator: Indicator, series: Trend) -> Changed | NotComparable:
    last = series.last
    if last is None:
        return NotComparable("There are no figures.")
    lasting = broken_between(indicator, a_year_before(last.period), last.period)
    if lasting is not None:
        return NotComparable(f"A break stands between: {lasting.words}", lasting.on)
    return over_a_year(series)


def _compared(indicator: Indicator, series: Trend, first: Period, last: Period) -> Changed | NotComparable:
    lasting = broken_between(indicator, first, last)
    if lasting is not None:
        days = f"From {first.start:%B %Y} to {last.start:%B %Y}"
        return NotComparable(f"{days} no change is read. {lasting.words}", lasting.on)
    return changed(series, first.start, last.start)


def _revised(evidence: Evidence, indicator: Indicator, area: AreaName) -> tuple[Revision, ...]:
    """Periods of the count that more than one edition gives, and not alike."""
    assert indicator.count is not None
    if len(evidence.of_dataset(indicator.count)) < 2:
        return ()
    rows = evidence.observations.revisions(
        indicator.count.dataset, indicator.count.series[:1], (area.code,)
    ).to_pylist()
    found = [
        Vintage(
            Period(row["start"], row["end"]), row["edition"], evidence.by_name[row["edition"]].fetched_on,
            row["value"], bool(row["provisional"]),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(one for one in revisions(found) if one.revised)


def change_over_a_year(evidence: Evidence, indicator: Indicator, now: AreaFigure, period: Period) -> Change:
    """The figure beside that of a year before, where no break lies between."""
    before = a_year_before(period)
    lasting = broken_between(indicator, before, period)
    if lasting is not None:
        return Change(before, None, None, why=f"what is counted changed on {written_day(lasting.on)}: {lasting.words}")
    then = gathered(evidence, indicator, (now.area,), before).figures[0]
    if then.value is None or now.value is None:
        return Change(before, then, None, why="there is no figure of a year before")
    own = trend([_point(before, then), _point(period, now)], ())
    found = changed(own, before.start, period.start)
    if isinstance(found, NotComparable):
        return Change(before, then, None, why=found.words)
    return Change(before, then, found.difference, found.beyond_chance)
