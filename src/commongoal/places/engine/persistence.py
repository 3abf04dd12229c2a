"""How long areas stay hot: in how many months, for how long at a time, and how many change from one to the next."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Ints = NDArray[np.intp]

MOST_MONTHS = 0.8
"""An area hot in this share of months or more is hot most of the time; below it, now and then."""


class Lasting(StrEnum):
    """How often an area was hot."""

    ALWAYS = "every month"
    MOSTLY = "most months"
    SOMETIMES = "some months"
    NEVER = "no month"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Turnover:
    """What became of areas between a month and the one before it, of those known in both."""

    stayed_hot: int
    became_hot: int
    cooled: int
    stayed_cool: int


@dataclass(frozen=True, slots=True)
class Persistence:
    """By area (areas,): months known, months hot, the longest run of hot months, the run that the last month ends.

    `first` and `last` are the places of the first and last hot month, -1 where there is none. `turnover` has one for
    each month after the first.
    """

    known: Ints
    hot: Ints
    longest: Ints
    current: Ints
    first: Ints
    last: Ints
    lasting: tuple[Lasting, ...]
    turnover: tuple[Turnover, ...]


def persistence(hot: Flags, known: Flags | None = None) -> Persistence:
    """From `hot` (months, areas), the earliest month first; `known` of the same shape is true where it could be said.

    A month that is not known ends a run: nothing is said of what was not seen.
    """
    seen = np.ones_like(hot) if known is None else known
    hot = hot & seen
    runs = _runs(hot)
    any_hot = hot.any(axis=0)
    first = np.where(any_hot, hot.argmax(axis=0), -1)
    last = np.where(any_hot, len(hot) - 1 - hot[::-1].argmax(axis=0), -1)
    months, times = seen.sum(axis=0), hot.sum(axis=0)
    lasting = tuple(_lasting(int(k), int(h)) for k, h in zip(months, times, strict=True))
    turnover = tuple(_turnover(hot[m - 1 : m + 1], seen[m - 1 : m + 1]) for m in range(1, len(hot)))
    return Persistence(months, times, runs.max(axis=0), runs[-1], first, last, lasting, turnover)


def _runs(hot: Flags) -> Ints:
    """How many months in a row each area had been hot by each month (months, areas)."""
    out = np.zeros(hot.shape, dtype=np.intp)
    for month, row in enumerate(hot):
        out[month] = np.where(row, (out[month - 1] if month else 0) + 1, 0)
    return out


def _lasting(known: int, hot: int) -> Lasting:
    if known == 0:
        return Lasting.UNKNOWN
    if hot in (0, known):
        return Lasting.ALWAYS if hot else Lasting.NEVER
    return Lasting.MOSTLY if hot >= MOST_MONTHS * known else Lasting.SOMETIMES


def _turnover(hot: Flags, seen: Flags) -> Turnover:
    both = seen.all(axis=0)
    before, after = hot[0][both], hot[1][both]
    return Turnover(
        int((before & after).sum()), int((~before & after).sum()), int((before & ~after).sum()),
        int((~before & ~after).sum()),
    )  # fmt: skip
