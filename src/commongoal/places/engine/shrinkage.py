"""Rates of small areas pulled towards their average by as much as chance explains: empirical Bayes.

Source: R.J. Marshall, "Mapping disease and mortality rates using empirical Bayes estimators", Applied Statistics 40
(1991) 283-294.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, eye_array

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Sparse: TypeAlias = Any
"""A scipy.sparse array or matrix, (areas, areas)."""

ENOUGH = 0.5
"""Below this weight the shrunk rate owes more to the other areas than to the area itself: it is too few to say."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Rates of areas, raw and shrunk, and how much of each shrunk rate is the area's own figure.

    `weight` is in 0..1: ``shrunk = weight * raw + (1 - weight) * towards``. `spread` is the variance between areas that
    chance does not explain, on the scale of the rates, one for each area. Areas without a figure are `nan` throughout.
    """

    raw: Floats
    shrunk: Floats
    weight: Floats
    towards: Floats
    spread: Floats

    @property
    def too_few(self) -> Flags:
        """Areas whose own figure carries less than half of the weight: nothing is to be said of them alone."""
        return self.weight < ENOUGH


def shrink(counts: ArrayLike, of: ArrayLike, neighbours: Sparse | None = None) -> Shrunk:
    """Rates ``x_i / n_i`` shrunk towards the average of all areas, or of the area and its neighbours.

    Marshall (1991): ``m = Σx/Σn``, ``s² = Σ n_i (r_i - m)² / Σn``, ``A = max(0, s² - m/n̄)`` with n̄ the mean of the
    n_i, weight ``A / (A + m/n_i)``; locally the sums run over the area and its neighbours. `counts` and `of` are
    (areas,); `neighbours` is (areas, areas), not zero where two areas touch. An area without a count (`nan`), or with
    nobody to count from, is left out of every sum.
    """
    x, n = np.asarray(counts, dtype=np.float64), np.asarray(of, dtype=np.float64)
    known = ~np.isnan(x) & (n > 0)
    raw = np.divide(x, n, out=np.full(len(x), np.nan), where=known)
    x, n = np.where(known, x, 0.0), np.where(known, n, 0.0)
    towards, spread = _whole(x, n, known) if neighbours is None else _around(x, n, known, neighbours)
    chance = np.divide(towards, n, out=np.full(len(x), np.nan), where=known)
    both = spread + chance
    weight = np.divide(spread, both, out=np.where(known, 0.0, np.nan), where=both > 0)
    return Shrunk(raw, towards + weight * (raw - towards), weight, _only(towards, known), _only(spread, known))


def spread_of(counts: ArrayLike, of: ArrayLike) -> float:
    """How much the risk of areas differs beyond chance: variance of the risk relative to its mean, squared.

    Marshall's A divided by m²: 0 where chance explains all; 0.25 where true rates differ by half of their mean.
    """
    found = shrink(counts, of)
    known = ~np.isnan(found.raw)
    if not known.any() or found.towards[known][0] <= 0:
        return 0.0
    return float(found.spread[known][0] / found.towards[known][0] ** 2)


def _whole(x: Floats, n: Floats, known: Flags) -> tuple[Floats, Floats]:
    every = np.ones((1, len(x)))
    towards, spread = _sums(x, n, known, every)
    return np.repeat(towards, len(x)), np.repeat(spread, len(x))


def _around(x: Floats, n: Floats, known: Flags, neighbours: Sparse) -> tuple[Floats, Floats]:
    window = (csr_array(neighbours) != 0).astype(np.float64) + eye_array(len(x), format="csr")
    return _sums(x, n, known, window)


def _sums(x: Floats, n: Floats, known: Flags, window: Sparse) -> tuple[Floats, Floats]:
    """m and A of every window (windows, areas) of ones."""
    people, areas = window @ n, window @ known.astype(np.float64)
    some = people > 0
    m = np.divide(window @ x, people, out=np.zeros(len(people)), where=some)
    # Σ n (r - m)² = Σ x²/n - m² Σ n, as Σ n r = m Σ n.
    squares = np.divide(x * x, n, out=np.zeros(len(x)), where=known)
    s2 = np.divide(window @ squares, people, out=np.zeros(len(people)), where=some) - m * m
    mean = np.divide(people, areas, out=np.ones(len(people)), where=areas > 0)
    return m, np.maximum(s2 - m / mean, 0.0)


def _only(values: Floats, known: Flags) -> Floats:
    return np.where(known, values, np.nan)
