"""Kulldorff's spatial scan: the circle of areas whose count is least like the rest, and how often chance finds one.

Source: M. Kulldorff, "A spatial scan statistic", Communications in Statistics: Theory and Methods 26 (1997) 1481-1496.
The plain test supposes that every area has the same risk but for the cluster. Claimant rates differ from area to area
for many reasons that have no order on the map, and the plain test then always finds something. So the maps drawn for
comparison differ by as much (`spread`, Marshall's variance between areas beyond chance) unless told otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commongoal.places.engine.shrinkage import spread_of

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LARGEST = 0.5
"""A circle holds at most this share of the people at risk (Kulldorff 1997)."""
MOST_AREAS = 200
"""A circle holds at most so many areas: in a map of thousands, half of the people are a region and no neighbourhood."""
REPLICAS = 999
CHANCE = 0.025
"""Only clusters with more than their share are looked for, so that the 5% of a question with two sides is 2.5%."""
AT_ONCE = 800_000
"""Circles of all maps looked at in one go, which bounds the memory that is used."""
TOGETHER = 32
"""Maps looked at together."""
BLOCK = 4_096
"""Centres whose nearest areas are found in one go."""
SLACK = 1.001
"""What single precision may take from the bound."""
NEAR = 1e-12
"""Shares that differ by less are equal."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A circle with more than its share: places of its areas (the centre first), its count and what was expected.

    `risk` is the rate inside over the rate outside; `ratio` the log-likelihood ratio; `p` how often the highest ratio
    of a map without a cluster is as high.
    """

    areas: tuple[int, ...]
    count: float
    expected: float
    people: float
    risk: float
    ratio: float
    p: float

    @property
    def centre(self) -> int:
        """The place of the area at whose centre the circle stands."""
        return self.areas[0]


@dataclass(frozen=True, slots=True)
class Scan:
    """The most likely cluster first, then others that overlap none before them, as far as `p` is at most `chance`.

    The first is given whatever its p: `found` says which are beyond chance.
    """

    clusters: tuple[Cluster, ...]
    spread: float
    replicas: int
    largest: float
    chance: float
    left_out: int

    @property
    def found(self) -> tuple[Cluster, ...]:
        """The clusters beyond chance."""
        return tuple(cluster for cluster in self.clusters if cluster.p <= self.chance)


def scan(
    counts: ArrayLike, of: ArrayLike, centres: ArrayLike, seed: int, replicas: int = REPLICAS, largest: float = LARGEST,
    most_areas: int = MOST_AREAS, spread: float | None = None, chance: float = CHANCE,
) -> Scan:  # fmt: skip
    """Circles round every area's centre (areas, 2), in metres or any plane unit, that hold more than their share.

    ``LLR = c ln(c/e) + (C-c) ln((C-c)/(C-e))`` where c > e = C n/N, of all circles of at most `largest` of the people
    and `most_areas` areas; p from `replicas` maps of the same total. `spread` 0 is Kulldorff's own test; None finds it.
    Areas without a figure are left out. Areas as far from a centre as one another come in the order given.
    """
    x, n = np.asarray(counts, dtype=np.float64), np.asarray(of, dtype=np.float64)
    places = np.flatnonzero(~np.isnan(x) & (n > 0))
    differ = (spread_of(x, n) if len(places) else 0.0) if spread is None else spread
    if len(places) < 2 or not x[places].sum() > 0:
        return Scan((), differ, replicas, largest, chance, len(x) - len(places))
    circles = _Circles.round(
        np.asarray(centres, dtype=np.float64)[places], n[places], x[places].sum(), largest, most_areas
    )
    rng = np.random.default_rng(seed)
    highest = circles.highest(_map(rng, circles, differ) for _ in range(replicas))
    clusters = _clusters(circles, x[places], highest, chance)
    named = tuple(replace(cluster, areas=tuple(int(places[area]) for area in cluster.areas)) for cluster in clusters)
    return Scan(named, differ, replicas, largest, chance, len(x) - len(places))


def log_ratio(count: Floats, expected: Floats, total: float) -> Floats:
    """Kulldorff's log-likelihood ratio of circles with `count` of `total` where `expected` were; 0 where not above."""
    above = (count > expected) & (expected > 0)
    c, e = np.where(above, count, 1.0), np.where(above, expected, 1.0)
    rest, rest_expected = np.maximum(total - c, 0.0), np.maximum(total - e, 1e-300)
    outside = np.where(rest > 0, rest * np.log(np.where(rest > 0, rest, 1.0) / rest_expected), 0.0)
    return np.where(above, c * np.log(c / e) + outside, 0.0)


@dataclass(frozen=True, slots=True)
class _Circles:
    """Every circle of the map: for each centre its nearest areas in order, and what is expected in the first so many.

    `nearest` (areas, most), `expected` likewise; `bound` is what (c-e)² is to be multiplied by for a number that the
    log-likelihood ratio never exceeds, 0 for circles that are too large. Single precision: these are the big arrays.
    """

    nearest: NDArray[np.int32]
    expected: NDArray[np.float32]
    bound: NDArray[np.float32]
    people: Floats
    total: float

    @classmethod
    def round(cls, centres: Floats, people: Floats, total: float, largest: float, most: int) -> "_Circles":
        nearest = _nearest(centres, min(most, len(people)))
        # No circle larger than the largest that holds few enough people is ever looked at.
        nearest = nearest[:, : _deepest(nearest, people, largest)].copy()
        expected, bound = np.empty(nearest.shape, np.float32), np.empty(nearest.shape, np.float32)
        for start in range(0, len(nearest), BLOCK):
            part = slice(start, start + BLOCK)
            share = np.cumsum(people[nearest[part]], axis=1) / people.sum()
            small = (share <= largest + NEAR) & (share < 1 - NEAR)
            # With u = (c-e)/e >= 0, (1+u)ln(1+u) - u <= u²/2; with v = (c-e)/(C-e) in 0..1, (1-v)ln(1-v) + v <= v².
            weight = 1 / (2 * total * share) + 1 / (total * np.where(small, 1 - share, 1.0))
            expected[part], bound[part] = total * share, np.where(small, weight, 0.0)
        return cls(nearest, expected, bound, people, float(total))

    def highest(self, maps: Iterable[Floats]) -> Floats:
        """The highest log-likelihood ratio of each map; logarithms only where the bound beats the best so far.

        Many maps are looked at together: all circles grow by one area at a time, in long rows of numbers.
        """
        rows = max(AT_ONCE // (self.nearest.shape[1] * TOGETHER), 1)
        found, waiting = [], iter(maps)
        while group := list(islice(waiting, TOGETHER)):
            counts, best = np.array(group, dtype=np.float32).T.copy(), np.zeros(len(group))
            for start in range(0, len(self.nearest), rows):
                self._raise(best, counts, slice(start, start + rows))
            found.append(best)
        return np.concatenate(found)

    def _raise(self, best: Floats, counts: NDArray[np.float32], part: slice) -> None:
        """Raises `best` (maps,) to the highest ratio of the circles round some centres; `counts` is (areas, maps)."""
        nearest, expected, bound = self.nearest[part], self.expected[part], self.bound[part]
        sums = np.zeros((len(nearest), len(best)), np.float32)
        inside, reach = np.empty((2, nearest.shape[1], *sums.shape), np.float32)
        for size, (circles, over) in enumerate(zip(inside, reach, strict=True)):
            sums += counts[nearest[:, size]]
            circles[:] = sums
            np.subtract(sums, expected[:, size, None], out=over)
            np.maximum(over, 0, out=over)
            np.square(over, out=over)
            np.multiply(over, bound[:, size, None], out=over)
        furthest, every = reach.max(axis=0), np.arange(len(best))
        first = furthest.argmax(axis=0)
        self._try(best, inside, expected, (reach[:, first, every].argmax(axis=0), first, every))
        centre, which = np.nonzero(furthest * SLACK > best)
        deep, pair = np.nonzero(reach[:, centre, which] * SLACK > best[which])
        self._try(best, inside, expected, (deep, centre[pair], which[pair]))

    def _try(
        self, best: Floats, inside: NDArray[np.float32], expected: NDArray[np.float32], tried: tuple[Ints, Ints, Ints]
    ) -> None:
        """Raises `best` to the ratios of circles: how many areas they hold beyond one, which centre, which map."""
        size, centre, which = tried
        ratios = log_ratio(inside[tried].astype(np.float64), expected[centre, size].astype(np.float64), self.total)
        np.maximum.at(best, which, ratios)

    def best_of_each(self, counts: Floats) -> tuple[Floats, Ints]:
        """For every centre the highest ratio of its circles, and how many areas that circle holds."""
        highest, sizes = np.zeros(len(self.nearest)), np.zeros(len(self.nearest), dtype=np.intp)
        for centre, areas in enumerate(self.nearest):
            expected = self.total * np.cumsum(self.people[areas]) / self.people.sum()
            ratios = np.where(self.bound[centre] > 0, log_ratio(np.cumsum(counts[areas]), expected, self.total), 0.0)
            sizes[centre] = ratios.argmax() + 1
            highest[centre] = ratios[sizes[centre] - 1]
        return highest, sizes


def _deepest(nearest: NDArray[np.int32], people: Floats, largest: float) -> int:
    """How many areas the circle with most areas holds, of those with at most the largest share of the people."""
    deepest, every = 1, people.sum()
    for start in range(0, len(nearest), BLOCK):
        share = np.cumsum(people[nearest[start : start + BLOCK]], axis=1) / every
        deepest = max(deepest, int(((share <= largest + NEAR) & (share < 1 - NEAR)).sum(axis=1).max()))
    return deepest


def _nearest(centres: Floats, most: int) -> NDArray[np.int32]:
    """The places of the nearest areas of each (areas, most), itself first; as far as one another: as given."""
    from scipy.spatial import cKDTree

    tree = cKDTree(centres)
    out = np.empty((len(centres), most), dtype=np.int32)
    for start in range(0, len(centres), BLOCK):
        far, found = tree.query(centres[start : start + BLOCK], k=np.arange(1, most + 1))
        by_place = np.argsort(found, axis=1)
        found, far = np.take_along_axis(found, by_place, 1), np.take_along_axis(far, by_place, 1)
        far[found == np.arange(start, start + len(found))[:, None]] = -1.0  # itself, before others at the same spot
        order = np.argsort(np.round(far, 6), axis=1, kind="stable")
        out[start : start + BLOCK] = np.take_along_axis(found, order, 1)
    return out


def _map(rng: np.random.Generator, circles: _Circles, spread: float) -> Floats:
    """A map without a cluster: the same total, dealt out by people at risk, times risks that differ by `spread`."""
    weight = circles.people
    if spread > 0:
        weight = weight * rng.gamma(1 / spread, spread, len(weight))
    return rng.multinomial(round(circles.total), weight / weight.sum()).astype(np.float64)


def _clusters(circles: _Circles, counts: Floats, highest: Floats, chance: float) -> list[Cluster]:
    """The first whatever its chance, then those beyond chance that share no area with one before."""
    ratios, sizes = circles.best_of_each(counts)
    taken = np.zeros(len(counts), dtype=np.bool_)
    found: list[Cluster] = []
    ranked = np.sort(highest)
    for centre in np.lexsort((np.arange(len(ratios)), -ratios)):
        p = (len(ranked) - np.searchsorted(ranked, ratios[centre] - 1e-9) + 1) / (len(ranked) + 1)
        if ratios[centre] <= 0 or (found and p > chance):
            break
        areas = circles.nearest[centre, : sizes[centre]]
        if not taken[areas].any():
            taken[areas] = True
            found.append(_cluster(circles, counts, areas, float(ratios[centre]), float(p)))
    return found


def _cluster(circles: _Circles, counts: Floats, areas: NDArray[np.int32], ratio: float, p: float) -> Cluster:
    count, people = float(counts[areas].sum()), float(circles.people[areas].sum())
    every = float(circles.people.sum())
    rest, others = float(counts.sum()) - count, every - people
    risk = (count / people) / (rest / others) if rest > 0 and others > 0 else float("inf")
    return Cluster(tuple(int(area) for area in areas), count, circles.total * people / every, people, risk, ratio, p)
