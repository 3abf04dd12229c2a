"""An indicator of an area from its count and its denominator: value, 95% interval, and how far rounding may move it."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from commongoal.places.engine import intervals
from commongoal.places.engine.areas import SIZES, AreaKind
from commongoal.places.engine.figures import AreaFigure, AreaName, Period
from commongoal.places.engine.indicators import Indicator, Method

ADDED_UP = "added up"
OF_ADDED_UP = "denominator added up"
OTHER_PARTS = "the count is without some parts, and the people it is out of cannot be told without the same parts"


@dataclass(frozen=True, slots=True)
class Number:
    """A count (or a published figure) of an area, with how far it may be out and what stands beside it.

    `error` is None where nobody published how figures were rounded or moved. Without a value, `why` says the reason.
    `without` are the codes of parts that a sum is knowingly without.
    """

    value: float | None
    error: float | None = 0.0
    marks: tuple[str, ...] = ()
    why: str = ""
    without: tuple[str, ...] = ()


def adds_up(indicator: Indicator) -> bool:
    """Whether figures of parts may be added: counts of people may, rates, scores and pay may not."""
    return indicator.count is not None and indicator.method in (Method.WILSON, Method.BYAR)


def area_figures(
    indicator: Indicator, areas: Sequence[AreaName], counts: Sequence[Number], of: Sequence[Number] | None = None
) -> tuple[AreaFigure, ...]:
    """The indicator of each area: `per × count / of`, or the count itself, in the unit of the indicator.

    Error: rounding moves the count by at most its error e and the denominator by at most its own d, so the value is at
    most ``per × (count + e) / (of - d)``, which is farther from it than the least it can be. None where d is all of it.
    """
    below: Sequence[Number | None] = of if of is not None else [None] * len(areas)
    pairs = zip(areas, counts, below, strict=True)
    figures = [_figure(indicator, area, count, under) for area, count, under in pairs]
    return _with_intervals(indicator, figures)


def _figure(indicator: Indicator, area: AreaName, count: Number, of: Number | None) -> AreaFigure:
    below = (OF_ADDED_UP,) if of and ADDED_UP in of.marks and ADDED_UP not in count.marks else ()
    marks = tuple(dict.fromkeys((*count.marks, *below)))
    if count.value is None:
        return AreaFigure(area, None, error=None, why=count.why, marks=marks)
    if of is None:
        size = None if count.error is None else count.error * indicator.per
        return AreaFigure(area, count.value * indicator.per, count=count.value, error=size, marks=marks)
    if of.value is None or of.value <= 0:
        why = of.why or "nobody lives there to count from"
        return AreaFigure(
            area, None, count=count.value, error=None, why=f"the denominator is not there: {why}", marks=marks
        )
    if count.without != of.without:
        return AreaFigure(area, None, count=count.value, error=None, why=OTHER_PARTS, marks=marks)
    value = indicator.per * count.value / of.value
    error = None
    if count.error is not None and of.error is not None and of.error < of.value:
        error = indicator.per * (count.value + count.error) / (of.value - of.error) - value
    return AreaFigure(area, value, count=count.value, of=of.value, error=error, marks=marks)


def _with_intervals(indicator: Indicator, figures: list[AreaFigure]) -> tuple[AreaFigure, ...]:
    """The same with 95% intervals; a share of more than all is taken back, with the reason."""
    if indicator.method not in (Method.WILSON, Method.BYAR):
        return tuple(figures)
    checked = [_possible(indicator, figure) for figure in figures]
    counts = np.array([math.nan if f.value is None or f.count is None else f.count for f in checked])
    of = np.array([math.nan if f.value is None or f.of is None else f.of for f in checked])
    if indicator.method == Method.WILSON:
        found = intervals.wilson(counts, of)
    elif indicator.of is None:
        found = intervals.poisson_limits(counts)
    else:
        found = intervals.rate(counts, of)
    ends = zip((found.low * indicator.per).tolist(), (found.high * indicator.per).tolist(), strict=True)
    return tuple(
        figure if figure.value is None or math.isnan(low) else replace(figure, low=low, high=high)
        for figure, (low, high) in zip(checked, ends, strict=True)
    )


def _possible(indicator: Indicator, figure: AreaFigure) -> AreaFigure:
    if figure.count is not None and figure.count < 0:
        return replace(figure, value=None, error=None, why="the source has a count below 0")
    more = figure.count is not None and figure.of is not None and figure.count > figure.of
    if indicator.method == Method.WILSON and more:
        return replace(figure, value=None, error=None, why="the source counts more people than live there")
    return figure


def a_year_before(period: Period) -> Period:
    """The same period of the year before."""
    return Period(_back(period.start), _back(period.end))


def newest_up_to(periods: Sequence[Period], period: Period) -> Period | None:
    """Of the denominator's periods the newest that starts no later than the count's ends; else the first after it."""
    before = [one for one in periods if one.start < period.end]
    if before:
        return max(before, key=lambda one: (one.start, one.end))
    return min(periods, key=lambda one: (one.start, one.end), default=None)


def smaller_kinds(kind: AreaKind, offered: Sequence[tuple[AreaKind, str]]) -> tuple[tuple[AreaKind, str], ...]:
    """Kinds and years of areas smaller than a kind, the largest first."""
    smaller = [one for one in offered if SIZES[one[0]] < SIZES[kind]]
    return tuple(sorted(smaller, key=lambda one: -SIZES[one[0]]))


def _back(day: dt.date) -> dt.date:
    """A year earlier; the last day of February for the 29th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
