"""A series over time with its gaps, breaks, provisional and revised figures; change is said only where it can be.

A break is a day from which a figure counts something else (a definition, a benefit that was brought in): figures on
the two sides are never taken from one another.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from commongoal.kernel.words import written_day
from commongoal.places.engine.figures import Period
from commongoal.places.engine.indicators import Break


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series. Without a value, `why` says the reason. `low` and `high` are the 95% interval."""

    period: Period
    value: float | None
    low: float | None = None
    high: float | None = None
    provisional: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """No figures of the periods that start from a day to before another; `why` is the reason where one was given."""

    start: dt.date
    end: dt.date
    why: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """A series in order of time.

    `segments` are the points between breaks, which can be compared; `runs` are the points with a value between breaks
    and gaps, which are drawn as one line. `step` is the months from one point to the next.
    """

    points: tuple[Point, ...]
    segments: tuple[tuple[Point, ...], ...]
    runs: tuple[tuple[Point, ...], ...]
    breaks: tuple[Break, ...]
    gaps: tuple[Gap, ...]
    step: int

    @property
    def last(self) -> Point | None:
        """The latest point with a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


@dataclass(frozen=True, slots=True)
class Change:
    """From one figure to a later one of the same segment.

    `low` and `high` are the 95% interval of the difference, None where either has none. `provisional` where either is.
    `seasonal` where the two are of different times of the year, so that the season is part of the difference.
    """

    start: Point
    end: Point
    difference: float
    low: float | None
    high: float | None
    ratio: float | None
    provisional: bool
    seasonal: bool

    @property
    def beyond_chance(self) -> bool | None:
        """Whether the interval of the difference leaves out 0; None where there is no interval."""
        return None if self.low is None or self.high is None else self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class NotComparable:
    """Why no change is said, as a sentence; `break_on` is the day of the break that stands between, if one does."""

    words: str
    break_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Vintage:
    """A figure as one edition gave it."""

    period: Period
    edition: str
    fetched_on: dt.date
    value: float | None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """One period's figure over its editions, the first fetched first; `difference` is latest less first."""

    period: Period
    vintages: tuple[Vintage, ...]

    @property
    def difference(self) -> float | None:
        """How far the latest figure is from the first, both of which have to be there."""
        known = [found.value for found in self.vintages if found.value is not None]
        return known[-1] - known[0] if len(known) > 1 else None

    @property
    def revised(self) -> bool:
        """Whether any edition gave another figure than the first."""
        return len({found.value for found in self.vintages}) > 1


def trend(points: Sequence[Point], breaks: Sequence[Break] = ()) -> Trend:
    """A series from points in any order; the step is the commonest one between neighbours, in months.

    A point stands after a break when its period starts on the break's day or later. One whose period holds the day in
    its midst counts some of the one and some of the other, and stands alone. Breaks that part no points are left out.
    """
    ordered = tuple(sorted(points, key=lambda point: point.period.start))
    starts = [point.period.start for point in ordered]
    step = _step(starts)
    between = tuple(
        b for b in sorted(breaks, key=lambda b: b.on) if starts and starts[0] < b.on < ordered[-1].period.end
    )
    segments = _cut(ordered, lambda before, after: _parted(before, after, between) is not None)
    runs = tuple(
        run
        for segment in segments
        for run in _cut(
            tuple(point for point in segment if point.value is not None),
            lambda before, after: _months(before.period.start, after.period.start) > step,
        )
    )
    return Trend(ordered, segments, runs, between, _gaps(ordered, step), step)


def change(series: Trend, start: dt.date, end: dt.date) -> Change | NotComparable:
    """From the figure whose period starts on `start` to the one that starts on `end`.

    The interval of the difference is from those of the two figures, taken as independent: ``d - sqrt((v2-l2)² +
    (u1-v1)²)`` and ``d + sqrt((u2-v2)² + (v1-l1)²)`` (R.G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method
    10; G.Y. Zou and A. Donner, Statistics in Medicine 27 (2008) 1693-1702).
    """
    before, after = (next((p for p in series.points if p.period.start == day), None) for day in (start, end))
    for day, point in ((start, before), (end, after)):
        if point is None or point.value is None:
            why = f": {point.why}" if point is not None and point.why else ""
            return NotComparable(f"There is no figure for {_month(day)}{why}.")
    assert before is not None
    assert after is not None
    broken = _parted(before, after, series.breaks)
    if broken is not None:
        return NotComparable(_broken(broken), broken.on)
    return _change(before, after)


def over_a_year(series: Trend, on: dt.date | None = None) -> Change | NotComparable:
    """From the same time a year earlier, so that the season is in both; to the latest figure unless `on` is given."""
    latest = series.last.period.start if series.last else None
    day = on or latest
    if day is None:
        return NotComparable("There are no figures.")
    return change(series, _year_before(day), day)


def revisions(vintages: Sequence[Vintage]) -> tuple[Revision, ...]:
    """The figures of several editions by period, in order of time; only periods that more than one edition gave."""
    found: dict[Period, list[Vintage]] = {}
    for vintage in vintages:
        found.setdefault(vintage.period, []).append(vintage)
    return tuple(
        Revision(period, tuple(sorted(found[period], key=lambda v: (v.fetched_on, v.edition))))
        for period in sorted(found, key=lambda p: (p.start, p.end))
        if len(found[period]) > 1
    )


def _step(starts: list[dt.date]) -> int:
    """The commonest number of months between neighbours, the smaller where two are as common; 1 where there is one."""
    apart = [_months(a, b) for a, b in pairwise(starts)]
    return max(sorted(set(apart)), key=apart.count, default=1) or 1


def _months(start: dt.date, end: dt.date) -> int:
    """Whole calendar months from the month of one day to that of another."""
    return (end.year - start.year) * 12 + end.month - start.month


def _months_on(day: dt.date, months: int) -> dt.date:
    """The first of the month so many months after that of a day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def _cut(points: tuple[Point, ...], parts: Callable[[Point, Point], bool]) -> tuple[tuple[Point, ...], ...]:
    """The points cut wherever `parts` says so of two neighbours."""
    if not points:
        return ()
    out: list[list[Point]] = [[points[0]]]
    for before, after in pairwise(points):
        if parts(before, after):
            out.append([])
        out[-1].append(after)
    return tuple(tuple(run) for run in out)


def _parted(before: Point, after: Point, breaks: Sequence[Break]) -> Break | None:
    """The latest break between two points or in the midst of either, if there is one."""
    return next((b for b in reversed(breaks) if before.period.start < b.on < after.period.end), None)


def _gaps(points: tuple[Point, ...], step: int) -> tuple[Gap, ...]:
    """Stretches without a figure between two that have one: periods that are not there, or there without a value."""
    known = [n for n, point in enumerate(points) if point.value is not None]
    found = []
    for a, b in pairwise(known):
        between = points[a + 1 : b]
        if between or _months(points[a].period.start, points[b].period.start) > step:
            why = next((point.why for point in between if point.why), "")
            found.append(Gap(_months_on(points[a].period.start, step), points[b].period.start, why))
    return tuple(found)


def _change(before: Point, after: Point) -> Change:
    v1, v2 = before.value or 0.0, after.value or 0.0
    difference, low, high = v2 - v1, None, None
    if None not in (before.low, before.high, after.low, after.high):
        low = difference - hypot(v2 - (after.low or 0.0), (before.high or 0.0) - v1)
        high = difference + hypot((after.high or 0.0) - v2, v1 - (before.low or 0.0))
    seasonal = before.period.start.month != after.period.start.month
    ratio = v2 / v1 if v1 else None
    return Change(before, after, difference, low, high, ratio, before.provisional or after.provisional, seasonal)


def _broken(broken: Break) -> str:
    why = broken.words.strip().rstrip(".")
    return (
        f"Figures from {written_day(broken.on)} count something else than those before: {why}. "
        "The difference is not to be read as a change in unemployment."
    )


def _year_before(day: dt.date) -> dt.date:
    """The same day a year earlier; 28 February for a 29th."""
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _month(day: dt.date) -> str:
    return f"{day:%B %Y}"
