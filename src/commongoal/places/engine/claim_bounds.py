"""Bounds that counts, shares and sums put on one another.

Every pair of quantities has a range for its ratio, and a quantity by itself is its ratio to 1. A share bounds one
ratio; ratios multiply along chains, so the tightest bounds are shortest paths between logarithms (Floyd-Warshall); a
sum bounds its total by its parts, measured in any quantity. Bounds are only ever drawn in as far as they must be: a set
of figures that is called impossible is impossible (interval propagation; Davis, "Constraint propagation with interval
labels", Artificial Intelligence 32, 1987).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from commongoal.kernel.estimates import Floats

TOLERANCE = 1e-9
"""Relative room for the arithmetic of computers."""
MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Ratio:
    """`part` is from `low` to `high` times `of`; quantity 0 is the number 1, so `of = 0` bounds a count."""

    part: int
    of: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sum:
    """`parts` have nothing in common and make up `total`, or, where they are not all, are at most it."""

    total: int
    parts: tuple[int, ...]
    complete: bool = True


def bounds(quantities: int, ratios: Sequence[Ratio], sums: Sequence[Sum] = ()) -> tuple[Floats, Floats] | None:
    """Lowest and highest of every quantity in every other, each of shape (quantities, quantities); None: impossible.

    `low[i, j]` is the least that quantity i can be, measured in quantity j.
    """
    high = _log_highs(quantities, ratios)
    for _ in range(MOST_ROUNDS):
        before = high.copy()
        _chain(high)
        if np.diagonal(high).min() < -TOLERANCE:
            return None
        np.fill_diagonal(high, 0.0)
        for row in sums:
            _add_up(high, row)
        if np.array_equal(np.isinf(before), np.isinf(high)) and _still(before, high):
            break
    if (high + TOLERANCE < -high.T).any():
        return None
    with np.errstate(over="ignore"):
        return np.exp(-high.T), np.exp(high)


def _log_highs(quantities: int, ratios: Sequence[Ratio]) -> Floats:
    """log of the highest ratio of row to column; the lowest is minus its mirror image."""
    high = np.full((quantities, quantities), np.inf)
    np.fill_diagonal(high, 0.0)
    with np.errstate(divide="ignore"):
        for row in ratios:
            high[row.part, row.of] = min(high[row.part, row.of], float(np.log(row.high)))
            high[row.of, row.part] = min(high[row.of, row.part], float(-np.log(row.low)))
    return high


def _chain(high: Floats) -> None:
    for middle in range(len(high)):
        np.minimum(high, high[:, middle, None] + high[None, middle, :], out=high)


def _add_up(high: Floats, row: Sum) -> None:
    """A total is at most the sum of the most of its parts; a part at most the total less the least of the others."""
    parts = list(row.parts)
    most, least = np.exp(high[parts]), np.exp(-high[:, parts].T)  # measured in every quantity
    with np.errstate(divide="ignore", invalid="ignore"):
        if row.complete:
            high[row.total] = np.minimum(high[row.total], np.log(most.sum(axis=0)))
        high[:, row.total] = np.minimum(high[:, row.total], -np.log(least.sum(axis=0)))
        for place, part in enumerate(parts):
            room = np.exp(high[row.total]) - np.delete(least, place, axis=0).sum(axis=0)
            high[part] = np.minimum(high[part], np.log(np.maximum(room, 1e-300)))
            if row.complete:
                rest = np.exp(-high[:, row.total]) - np.delete(most, place, axis=0).sum(axis=0)
                high[:, part] = np.where(rest > 0, np.minimum(high[:, part], -np.log(rest)), high[:, part])


def _still(before: Floats, after: Floats) -> bool:
    finite = np.isfinite(after)
    return bool(np.allclose(before[finite], after[finite], rtol=0, atol=TOLERANCE / 10))
