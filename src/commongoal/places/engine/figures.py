"""What an indicator says of areas: figures with intervals and error, and why some are not there.

Numbers are in the unit of the indicator as it is read (4.1 for 4.1 per cent).
"""

import datetime as dt
from dataclasses import dataclass

from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.indicators import Break, Indicator


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area as it is named: its code, kind and year."""

    code: str
    name: str
    kind: AreaKind
    vintage: str = ""


@dataclass(frozen=True, slots=True)
class AreaFigure:
    """One indicator of one area in one period.

    `low` and `high` are the ends of the 95% interval, absent where there is none; `error` is how far rounding and
    perturbation may have moved the value, None where nobody published that. Without a value, `why` says the reason.
    `marks` are "provisional", "revised", "rounded to 5", "perturbed", "added up".
    """

    area: AreaName
    value: float | None
    low: float | None = None
    high: float | None = None
    count: float | None = None
    of: float | None = None
    error: float | None = 0.0
    why: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to before another."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Layer:
    """One indicator over areas of one kind in one period; `editions` are the names of those it was taken from."""

    indicator: Indicator
    period: Period
    figures: tuple[AreaFigure, ...]
    editions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def broken_between(indicator: Indicator, first: Period, second: Period) -> Break | None:
    """The first break between two periods, or in the midst of either; none where they can be compared."""
    early, late = sorted((first, second), key=lambda one: one.start)
    return indicator.broken(early.start, late.end - dt.timedelta(days=1))
