"""Where high rates stand together: local Moran's I and Getis-Ord Gi*, with the rate of false discoveries controlled.

Three things are done about what usually makes such maps cry wolf.

* Unequal populations: areas are compared by empirical-Bayes deviates, ``z_i = (r_i - m) / sqrt(A + m/n_i)``
  with Marshall's m and A (R.M. Assunção and E.A. Reis, "A new proposal to adjust Moran's I for population density",
  Statistics in Medicine 18 (1999) 2147-2162). Areas that differ without any order on the map are then no cluster.
* Chances: not from the normal curve, which is too sure in the tails, but from the same deviates dealt out at random
  over the map; as many deals as the smallest chance needed. Areas with as many neighbours share their deals.
* Many areas asked at once: Benjamini and Hochberg's rate of false discoveries. Sums over windows that overlap depend on
  one another positively, for which the rate holds (Y. Benjamini and D. Yekutieli, Annals of Statistics 29 (2001),
  theorem 1.2); for local statistics of maps M. Caldas de Castro and B.H. Singer found the same (Geographical Analysis
  38 (2006) 180-208), and `proof/places_clusters.py` checks it for these. Their bound for any dependence whatever is
  seven times stricter for 400 areas and finds little.

Sources of the statistics: L. Anselin, Geographical Analysis 27 (1995) 93-115; J.K. Ord and A. Getis, Geographical
Analysis 27 (1995) 286-306. The tests hold statistics and chances to those of `esda`, which is not loaded here: its 999
deals cannot show a chance small enough for hundreds of areas asked at once, and it brings pandas and scikit-learn.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.special import ndtr

from commongoal.places.engine.shrinkage import Sparse, shrink

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]
Method = Literal["moran", "getis"]

FALSE_DISCOVERIES = 0.05
"""The stated rate: of the areas said to be hot or cold, so many at most are so by chance, on average."""
FEWEST_DRAWS, MOST_DRAWS = 49_999, 1_999_999
DRAWS_OVER = 10
"""Times areas / rate. One area alone needs a two-sided chance of rate / areas, which two such draws could just show."""
AT_ONCE = 4_000_000
"""Places drawn at once, which bounds the memory that is used."""


class Label(StrEnum):
    """What is said of an area."""

    HOT = "hot"
    COLD = "cold"
    HIGH_BESIDE_LOW = "high beside low"
    LOW_BESIDE_HIGH = "low beside high"
    NOTHING = "nothing beyond chance"
    NO_FIGURE = "no figure"
    ALONE = "no neighbours"


@dataclass(frozen=True, slots=True)
class HotSpots:
    """One statistic for every area (areas,), in the order of the counts given.

    `statistic` is I_i or Gi* (in standard deviations), `p` its two-sided chance, `q` the smallest rate of false
    discoveries at which the area would be named; `nan` without a figure or neighbours. `z` are the deviates compared.
    """

    method: Method
    statistic: Floats
    p: Floats
    q: Floats
    labels: tuple[Label, ...]
    z: Floats
    rate: float
    draws: int

    @property
    def hot(self) -> Flags:
        """The areas labelled hot."""
        return np.array([label == Label.HOT for label in self.labels], dtype=np.bool_)

    @property
    def cold(self) -> Flags:
        """The areas labelled cold."""
        return np.array([label == Label.COLD for label in self.labels], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Together:
    """Whether rates of neighbours are alike over the whole map: global Moran's I, and its two-sided chance."""

    statistic: float
    expected: float
    p: float


def local_moran(
    counts: ArrayLike, of: ArrayLike, neighbours: Sparse, seed: int, rate: float = FALSE_DISCOVERIES
) -> HotSpots:
    """Local Moran's I: ``I_i = (N-1) y_i Σ_j w_ij y_j / Σ y²``, y the deviates less their mean, Σ_j w_ij = 1.

    `counts` and `of` are (areas,), `neighbours` (areas, areas), not zero where two areas touch. Its chance is that of
    the sum over the neighbours, the area itself held in its place, so that both sides of it count. Labels: hot (high
    among high), cold (low among low), and the two kinds of outlier. The same for the same seed.
    """
    m = _Map.of(counts, of, neighbours)
    y = m.y
    lag, touching = m.window @ y, m.degree > 0
    mean = np.divide(lag, m.degree, out=np.zeros(len(y)), where=touching)
    squares = float(y @ y)
    statistic = (len(y) - 1) * y * mean / squares if squares > 0 else np.zeros(len(y))
    draws = _draws(len(y), rate)
    p = _chances(y, lag, m.degree, touching, draws, seed, held=True)
    kinds = np.where(lag > 0, np.where(y > 0, Label.HOT, Label.LOW_BESIDE_HIGH),
                     np.where(y > 0, Label.HIGH_BESIDE_LOW, Label.COLD))  # fmt: skip
    return _found("moran", m, statistic, p, kinds, rate, draws)


class Deals:
    """What was dealt for one map, for others of as many areas, month after month. Only what one go takes is kept."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, int, int], NDArray[np.int32]] = {}

    def first(self, seed: int, areas: int, draws: int, deepest: int) -> NDArray[np.int32]:
        """The places that `_deal` gives first for a seed."""
        key = (seed, areas, draws, deepest)
        if key not in self._kept:
            self._kept = {key: _deal(np.random.default_rng(seed), areas, draws, deepest)}
        return self._kept[key]


def getis_ord(
    counts: ArrayLike, of: ArrayLike, neighbours: Sparse, seed: int, rate: float = FALSE_DISCOVERIES,
    deals: Deals | None = None,
) -> HotSpots:  # fmt: skip
    """Gi*: the sum of the area and its neighbours against what it would be on average, in standard deviations.

    ``Gi* = (Σ_j w_ij z_j - W_i z̄) / (s sqrt((N W_i - W_i²)/(N-1)))`` with w 1 for the area and its neighbours,
    W_i = Σ w_ij and s² = Σ (z - z̄)²/N. Its chance is that of as many areas taken from the whole map. Labels: hot or
    cold. Shapes and seed as in `local_moran`. `deals`, given again for the next map, spares dealing anew: it is dealt
    alike for the same seed.
    """
    m = _Map.of(counts, of, neighbours)
    y, n, size = m.y, len(m.y), m.degree + 1
    lag, touching = m.window @ y + y, m.degree > 0
    sigma = np.sqrt(y @ y / max(n, 1)) * np.sqrt(np.maximum(n * size - size * size, 0) / max(n - 1, 1))
    statistic = np.divide(lag, sigma, out=np.zeros(n), where=sigma > 0)
    draws = _draws(n, rate)
    p = _chances(y, lag, size, touching, draws, seed, held=False, deals=deals)
    return _found("getis", m, statistic, p, np.where(lag > 0, Label.HOT, Label.COLD), rate, draws)


def global_moran(counts: ArrayLike, of: ArrayLike, neighbours: Sparse) -> Together:
    """Global Moran's I of the deviates: ``I = N Σ w_ij y_i y_j / (S0 Σ y²)``, w_ij = 1 / neighbours of i.

    Its two-sided chance is the analytic one under randomisation (A.D. Cliff and J.K. Ord, "Spatial Processes" (1981),
    p. 21, from the fourth moment of the deviates). Areas without neighbours are left out of w.
    """
    m = _Map.of(counts, of, neighbours)
    y, n = m.y, len(m.y)
    scale = np.divide(1.0, m.degree, out=np.zeros(n), where=m.degree > 0)
    w = m.window.multiply(scale[:, None]).tocsr()
    s0, squares = float(w.sum()), float(y @ y)
    if n < 4 or s0 == 0 or squares == 0:
        return Together(0.0, 0.0, 1.0)
    both = w + w.T
    s1 = float(both.multiply(both).sum()) / 2
    s2 = float(((np.asarray(w.sum(axis=1)) + np.asarray(w.sum(axis=0))) ** 2).sum())
    statistic, expected = n * float(y @ (w @ y)) / (s0 * squares), -1 / (n - 1)
    k = n * float((y**4).sum()) / squares**2
    top = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0) - k * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)
    variance = top / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) - expected * expected
    return Together(statistic, expected, float(2 * ndtr(-abs(statistic - expected) / np.sqrt(max(variance, 1e-300)))))


def false_discovery(p: Floats) -> Floats:
    """Benjamini and Hochberg's q of every p (JRSS B 57 (1995) 289-300): ``q_(i) = min over j >= i of m p_(j) / j``.

    `nan` stays `nan` and is not counted among the m.
    """
    q, known = np.full(len(p), np.nan), np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    ranked = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q


def deviates(counts: ArrayLike, of: ArrayLike) -> Floats:
    """Empirical-Bayes standardised deviates (areas,) of rates (Assunção and Reis 1999); `nan` without a figure."""
    found = shrink(counts, of)
    scale = np.sqrt(found.spread + found.towards / np.where(np.isnan(found.raw), np.nan, np.asarray(of, dtype=float)))
    return np.where(scale > 0, (found.raw - found.towards) / np.where(scale > 0, scale, 1.0), found.raw * 0)


@dataclass(frozen=True, slots=True)
class _Map:
    """The areas with a figure: their deviates as given (all areas) and less their mean, and who touches whom."""

    z: Floats
    places: Ints
    y: Floats
    window: csr_array
    degree: Ints

    @classmethod
    def of(cls, counts: ArrayLike, of: ArrayLike, neighbours: Sparse) -> "_Map":
        z = deviates(counts, of)
        places = np.flatnonzero(~np.isnan(z))
        window = (csr_array(neighbours) != 0).astype(np.float64)[places][:, places]
        window.setdiag(0.0)
        window.eliminate_zeros()
        y = z[places] - (z[places].mean() if len(places) else 0.0)
        return cls(z, places, y, window, np.diff(window.indptr).astype(np.intp))


def _draws(areas: int, rate: float) -> int:
    return int(min(max(round(DRAWS_OVER * areas / rate), FEWEST_DRAWS), MOST_DRAWS))


def _found(
    method: Method, m: _Map, statistic: Floats, p: Floats, kinds: NDArray[np.object_], rate: float, draws: int
) -> HotSpots:
    """The results of the areas with a figure put back among all areas."""
    every = len(m.z)
    wide = np.full((2, every), np.nan)
    wide[:, m.places] = np.where(m.degree > 0, statistic, np.nan), p
    q = false_discovery(wide[1])
    labels = np.full(every, Label.NO_FIGURE, dtype=object)
    labels[m.places] = np.where(m.degree == 0, Label.ALONE, np.where(q[m.places] <= rate, kinds, Label.NOTHING))
    return HotSpots(method, wide[0], wide[1], q, tuple(Label(label) for label in labels), m.z, rate, draws)


def _chances(
    y: Floats, lag: Floats, size: Ints, wanted: Flags, draws: int, seed: int, *, held: bool, deals: Deals | None = None
) -> Floats:
    """Two-sided chance of every area's sum over `size` areas, when the deviates are dealt out at random.

    Where `held`, the area itself is not dealt: deals that hold it among its first `size` are taken out again, which
    leaves exactly the deals of the others. `nan` where not wanted.
    """
    deepest = int(size[wanted].max()) if wanted.any() else 0
    if deepest == 0 or deepest >= len(y):
        return np.where(wanted, 1.0, np.nan)
    near = 1e-9 * max(float(np.abs(y).max()), 1.0)  # sums of the same figures in another order are equal
    rng, tally = np.random.default_rng(seed), np.zeros((3, len(y)))
    at_once = max(AT_ONCE // deepest, 1)
    for start in range(0, draws, at_once):
        if deals and draws <= at_once:
            dealt = deals.first(seed, len(y), draws, deepest)
        else:
            dealt = _deal(rng, len(y), min(at_once, draws - start), deepest)
        sums = np.cumsum(y[dealt], axis=1)
        tally += _tally(sums, lag, size, near)
        tally -= _holding(dealt, sums, lag, size, near) if held else 0.0
    above, below, number = tally
    p = np.minimum(2 * (np.minimum(above, below) + 1) / (number + 1), 1.0)
    return np.where(wanted, p, np.nan)


def _deal(rng: np.random.Generator, areas: int, draws: int, deepest: int) -> NDArray[np.int32]:
    """Places (draws, deepest), all different in a row, every order as likely."""
    out = rng.integers(0, areas, (draws, deepest), dtype=np.int32)
    for column in range(1, deepest):
        again = np.flatnonzero((out[:, :column] == out[:, column, None]).any(axis=1))
        while len(again):
            out[again, column] = rng.integers(0, areas, len(again), dtype=np.int32)
            again = again[(out[again, :column] == out[again, column, None]).any(axis=1)]
    return out


def _tally(sums: Floats, lag: Floats, size: Ints, near: float) -> Floats:
    """For every area, how many deals reach its sum, how many do not exceed it, and how many there are (3, areas)."""
    out = np.zeros((3, len(lag)))
    for depth in np.unique(size[size > 0]):
        if depth <= sums.shape[1]:
            ranked, those = np.sort(sums[:, depth - 1]), size == depth
            out[0, those] = len(ranked) - np.searchsorted(ranked, lag[those] - near, side="left")
            out[1, those] = np.searchsorted(ranked, lag[those] + near, side="right")
            out[2, those] = len(ranked)
    return out


def _holding(dealt: NDArray[np.int32], sums: Floats, lag: Floats, size: Ints, near: float) -> Floats:
    """The same counts of the deals that hold the area itself among its first `size`."""
    rows, columns = np.nonzero(np.arange(dealt.shape[1]) < size[dealt])
    area = dealt[rows, columns]
    found = sums[rows, size[area] - 1]
    reach, under = found >= lag[area] - near, found <= lag[area] + near
    return np.stack([np.bincount(area[kind], minlength=len(lag)) for kind in (reach, under, slice(None))]).astype(float)
