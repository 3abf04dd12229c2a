"""A figure with its interval, and the summaries of draws that make one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVEL = 0.90
"""Every interval printed is the middle 90% of its draws."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A point with the ends of its 90% interval, in the unit of whatever it measures.

    `low` and `high` are None where there is no interval; `why` then says why ("too few for an interval").
    """

    point: float
    low: float | None = None
    high: float | None = None
    why: str = ""

    def scaled(self, factor: float) -> "Estimate":
        """The same estimate in another unit: point and ends times a positive factor."""
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return Estimate(self.point * factor, low, high, self.why)


def from_draws(draws: Floats, point: float | None = None) -> Estimate:
    """Middle 90% of `draws` (shape (n,)); the point is their median unless one is given."""
    low, middle, high = np.quantile(draws, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    return Estimate(float(middle if point is None else point), float(low), float(high))


def pooled_variance(values: Floats, variances: Floats) -> float:
    """Between-unit variance by Paule-Mandel, floored at 0.

    Solves ``sum((x - m)^2 / (v + tau2)) = n - 1`` with m the weighted mean at the same weights; values and variances
    have shape (n,), in the unit and its square. Source: Paule and Mandel (1982), method.md section 3 step 7.
    """
    if len(values) < 2:
        return 0.0

    def excess(tau2: float) -> float:
        weight = 1.0 / (variances + tau2)
        mean = float((weight * values).sum() / weight.sum())
        return float((weight * (values - mean) ** 2).sum()) - (len(values) - 1)

    if excess(0.0) <= 0:
        return 0.0
    high = float(np.var(values)) + float(variances.max())
    while excess(high) > 0:
        high *= 2
    return _bisect(excess, 0.0, high)


def _bisect(falling: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def average_ranks(values: NDArray[Any]) -> Floats:
    """Ranks from the highest (1) down each column of `values` (units, draws), ties averaged."""
    above = (values[None, :, :] > values[:, None, :]).sum(axis=1)
    equal = (values[None, :, :] == values[:, None, :]).sum(axis=1)
    return np.asarray(above + (equal + 1) / 2, dtype=np.float64)
