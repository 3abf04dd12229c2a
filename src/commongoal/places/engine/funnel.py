"""Funnel limits: how far from a reference chance alone would take an area of its size; used instead of league tables.

Source: D.J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005)
1185-1202: exact limits with interpolation (appendix A.1), overdispersion of winsorised scores (section 4).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Kind = Literal["share", "count"]

WINSORISED = 0.1
"""The share of scores at each end that is drawn in before overdispersion is found (Spiegelhalter 2005, section 4.2)."""
INNER, OUTER = 0.95, 0.998
"""The two limits of every funnel: about two and three standard deviations."""


class Beyond(StrEnum):
    """Where an area stands in its funnel."""

    ABOVE_OUTER = "above the 99.8% limit"
    ABOVE_INNER = "above the 95% limit"
    WITHIN = "within what chance explains"
    BELOW_INNER = "below the 95% limit"
    BELOW_OUTER = "below the 99.8% limit"
    NO_FIGURE = "no figure"


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """The four limits at each size; each (sizes,), on the scale of the rates."""

    size: Floats
    low: Floats
    high: Floats
    lowest: Floats
    highest: Floats


@dataclass(frozen=True, slots=True)
class Funnel:
    """Areas about a reference: rates (areas,), sizes (people, or the count expected), and the label of each.

    `overdispersion` is φ, the variance of the winsorised scores: 1 where chance explains the spread. Where it is
    beyond chance (`overdispersed`), limits are widened by sqrt(φ) and the labels are by those. `curve` are limits over
    the range of sizes, for drawing; `at` are those of each area.
    """

    kind: Kind
    reference: float
    rates: Floats
    sizes: Floats
    labels: tuple[Beyond, ...]
    scores: Floats
    overdispersion: float
    overdispersed: bool
    curve: FunnelLimits
    at: FunnelLimits


def funnel_of_shares(counts: ArrayLike, of: ArrayLike, reference: float | None = None) -> Funnel:
    """Shares x/n (areas,) about a reference share, which is that of all areas together unless given.

    Limits are binomial: ``(r - a)/n`` with r the smallest whole number of which F(r) >= p and
    ``a = (F(r) - p)/(F(r) - F(r-1))``. The score of an area is ``(x/n - θ) / sqrt(θ(1-θ)/n)``. A figure that is not
    known (`nan`, or of nobody) has no place in it.
    """
    x, n = np.asarray(counts, dtype=np.float64), np.asarray(of, dtype=np.float64)
    known = ~np.isnan(x) & (n > 0)
    middle = float(x[known].sum() / n[known].sum()) if reference is None and known.any() else float(reference or 0.0)
    return _funnel("share", x, np.where(known, n, np.nan), middle)


def funnel_of_counts(counts: ArrayLike, expected: ArrayLike) -> Funnel:
    """Counts x by those expected e (areas,), about 1, with Poisson limits; sizes are the counts expected.

    The score of an area is ``(x - e) / sqrt(e)``; limits are interpolated as those of shares.
    """
    x, e = np.asarray(counts, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    return _funnel("count", x, np.where(~np.isnan(x) & (e > 0), e, np.nan), 1.0)


def overdispersion(scores: ArrayLike) -> tuple[float, bool]:
    """φ = Σ z²/I of scores winsorised by a tenth at each end, and whether it is more than chance: φ > 1 + 2 sqrt(2/I).

    (Spiegelhalter 2005, section 4.2 and appendix A.3.) Scores that are `nan` are left out.
    """
    z = np.asarray(scores, dtype=np.float64)
    z = z[~np.isnan(z)]
    if not len(z):
        return 1.0, False
    low, high = np.quantile(z, (WINSORISED, 1 - WINSORISED))
    phi = float((np.clip(z, low, high) ** 2).mean())
    return phi, phi > 1 + 2 * float(np.sqrt(2 / len(z)))


def limits_of_shares(sizes: ArrayLike, reference: float, widened: float = 1.0) -> FunnelLimits:
    """Binomial limits about a reference share at each size (people), `widened` times as far from it."""
    n = np.asarray(sizes, dtype=np.float64)
    return _limits("share", n, reference, widened)


def limits_of_counts(expected: ArrayLike, widened: float = 1.0) -> FunnelLimits:
    """Poisson limits about 1 at each expected count, `widened` times as far from it."""
    return _limits("count", np.asarray(expected, dtype=np.float64), 1.0, widened)


def _funnel(kind: Kind, x: Floats, size: Floats, reference: float) -> Funnel:
    rates = x / size
    variance = (reference * (1 - reference) if kind == "share" else 1.0) / size
    scores = np.where(variance > 0, (rates - reference) / np.sqrt(np.where(variance > 0, variance, 1.0)), rates * 0)
    phi, over = overdispersion(scores)
    widened = float(np.sqrt(phi)) if over else 1.0
    known = ~np.isnan(size)
    sizes = np.geomspace(max(size[known].min(), 1.0), max(size[known].max(), 2.0), 120) if known.any() else np.ones(1)
    at = _limits(kind, size, reference, widened)
    return Funnel(kind, reference, rates, size, _labels(rates, at), scores, phi, over,
                  _limits(kind, sizes, reference, widened), at)  # fmt: skip


def _limits(kind: Kind, size: Floats, reference: float, widened: float) -> FunnelLimits:
    ends = [_limit(kind, size, reference, p, widened)
            for level in (INNER, OUTER) for p in ((1 - level) / 2, (1 + level) / 2)]  # fmt: skip
    return FunnelLimits(size, *ends)


def _limit(kind: Kind, size: Floats, reference: float, p: float, widened: float) -> Floats:
    from scipy.stats import binom, poisson

    n = np.where(np.isnan(size), 1.0, size)
    # A size that is no whole number (a weighted count of people) is rounded: binomials have none.
    found = binom(np.maximum(np.round(n), 1), reference) if kind == "share" else poisson(n * reference)
    r = np.maximum(found.ppf(p), 0.0)
    step = found.cdf(r) - found.cdf(r - 1)
    exact = r - np.where(step > 0, (found.cdf(r) - p) / np.where(step > 0, step, 1.0), 0.0)
    whole = np.maximum(np.round(n), 1) if kind == "share" else n
    limit = np.clip(reference + (exact / whole - reference) * widened, 0.0, 1.0 if kind == "share" else np.inf)
    return np.where(np.isnan(size), np.nan, limit)


def _labels(rates: Floats, at: FunnelLimits) -> tuple[Beyond, ...]:
    found = np.select(
        [np.isnan(rates) | np.isnan(at.low), rates > at.highest, rates > at.high, rates < at.lowest, rates < at.low],
        [5, 0, 1, 4, 3], default=2,
    )  # fmt: skip
    return tuple(tuple(Beyond)[place] for place in found)
