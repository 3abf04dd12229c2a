"""95% intervals of shares, counts and rates, by the methods that public health in England uses.

Sources: E.B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212;
N.E. Breslow and N.E. Day, "Statistical Methods in Cancer Research" volume II (IARC 1987), p. 69, for Byar's
approximation; Office for Health Improvement and Disparities, "Public health technical guide: confidence intervals"
(formerly APHO Technical Briefing 3, 2008), which asks for Wilson for shares, Byar for counts and rates, and the exact
Poisson limits where a count is under 10.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commongoal.kernel.errors import Refused

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEVEL = 0.95
FEWEST_FOR_BYAR = 10
"""Below this count Byar's approximation is too rough, and the exact Poisson limits stand (OHID technical guide)."""


class NotAShare(Refused):
    """A share needs people who are part of the people counted below the line."""


class NotACount(Refused):
    """A count cannot be below nothing, and what it is divided by has to be above nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Values with the ends of their intervals, one for each figure given; `nan` where a figure was `nan`."""

    value: Floats
    low: Floats
    high: Floats


def wilson(counts: ArrayLike, of: ArrayLike, level: float = LEVEL) -> Limits:
    """Wilson score interval of the share `counts / of`, each in 0..1.

    ``(2x + z² ± z sqrt(z² + 4x(1 - x/n))) / (2(n + z²))`` for x of n (Wilson 1927; OHID).
    `nan` in either leaves `nan`. Raises `NotAShare` where a count is negative or above `of`, or `of` is not above 0.
    """
    x, n = _pair(counts, of)
    _require(NotAShare, (x < 0) | (n <= 0) | (x > n))
    z = normal_point(level)
    middle, reach = 2 * x + z * z, z * np.sqrt(np.maximum(z * z + 4 * x * (1 - x / n), 0.0))
    # Rounding of floats must not put a limit on the wrong side of the point at 0 and 1.
    low = np.where(x == 0, 0.0, np.clip((middle - reach) / (2 * (n + z * z)), 0.0, x / n))
    high = np.where(x == n, 1.0, np.clip((middle + reach) / (2 * (n + z * z)), x / n, 1.0))
    return Limits(x / n, _known(low, x, n), _known(high, x, n))


def poisson_limits(counts: ArrayLike, level: float = LEVEL) -> Limits:
    """Interval of a count: exact Poisson limits below 10, Byar's approximation from 10 on (OHID technical guide).

    Counts that are not whole (weighted, or carried to other areas) are allowed. Raises `NotACount` for negative ones.
    """
    x = np.asarray(counts, dtype=np.float64)
    _require(NotACount, x < 0)
    rough, fine = byar(x, level), exact_poisson(x, level)
    few = x < FEWEST_FOR_BYAR
    return Limits(x, np.where(few, fine.low, rough.low), np.where(few, fine.high, rough.high))


def byar(counts: ArrayLike, level: float = LEVEL) -> Limits:
    """Byar's approximation to the interval of a Poisson count O.

    ``low = O (1 - 1/(9 O) - z/(3 sqrt(O)))³``, ``high = (O+1) (1 - 1/(9 (O+1)) + z/(3 sqrt(O+1)))³``
    (Breslow and Day 1987, p. 69). The low end of 0 is 0.
    """
    x = np.asarray(counts, dtype=np.float64)
    _require(NotACount, x < 0)
    z, safe, above = normal_point(level), np.maximum(x, 1e-12), x + 1
    low = safe * (1 - 1 / (9 * safe) - z / (3 * np.sqrt(safe))) ** 3
    high = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return Limits(x, np.where(x == 0, 0.0, np.maximum(low, 0.0)), high)


def exact_poisson(counts: ArrayLike, level: float = LEVEL) -> Limits:
    """Exact limits of a Poisson count O: ``χ²(α/2; 2 O)/2`` and ``χ²(1-α/2; 2 O + 2)/2`` (Garwood 1936; OHID)."""
    # χ²(p; k) is twice the inverse of the incomplete gamma function at k/2; scipy.stats takes a second to load.
    from scipy.special import gammaincinv

    x = np.asarray(counts, dtype=np.float64)
    _require(NotACount, x < 0)
    tail = (1 - level) / 2
    low = np.where(x == 0, 0.0, gammaincinv(np.maximum(x, 1e-12), tail))
    return Limits(x, np.where(np.isnan(x), np.nan, low), gammaincinv(x + 1, 1 - tail))


def rate(counts: ArrayLike, of: ArrayLike, per: float = 1.0, level: float = LEVEL) -> Limits:
    """A count by what it came from, times `per`, with the limits of its count (`poisson_limits`) so divided.

    For rates whose count is not part of `of` (vacancies by residents), or recurs. Raises `NotACount`.
    """
    x, n = _pair(counts, of)
    _require(NotACount, n <= 0)
    found = poisson_limits(x, level)
    return Limits(per * found.value / n, per * found.low / n, per * found.high / n)


def normal_point(level: float) -> float:
    """How many standard deviations the middle `level` of a normal distribution reaches: 1.96 for 0.95."""
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2))


def _pair(counts: ArrayLike, of: ArrayLike) -> tuple[Floats, Floats]:
    x, n = np.broadcast_arrays(np.asarray(counts, dtype=np.float64), np.asarray(of, dtype=np.float64))
    return x, n


def _require(rule: type[Refused], wrong: Flags) -> None:
    """Comparison with `nan` is false, so what is not known is never wrong."""
    if wrong.any():
        raise rule(f"{int(wrong.sum())} of {wrong.size} figures are not so.")


def _known(limit: Floats, x: Floats, n: Floats) -> Floats:
    return np.where(np.isnan(x) | np.isnan(n), np.nan, limit)
