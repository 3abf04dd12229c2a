"""How much of a count a few areas hold: shares of the top areas, the curve, Gini and Hoover.

A full count has no sampling error, so none is given. What can move a share is rounding (`by_rounding`), and what
chance alone would show is said beside it (`by_chance`): in small areas the top tenth always holds more than a tenth.
Source of the indices: E.M. Hoover, "The measurement of industrial localization" (1936); C. Gini (1912), as in
C. Dagum, "Gini ratio", The New Palgrave (1987).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commongoal.kernel.errors import Refused

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
DRAWS = 999
OUTER = (0.025, 0.975)
"""The ends between which 95% of draws lie."""


class NothingToShare(Refused):
    """There is nothing to share: no area has a figure with people to count from, or all the figures are 0."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The areas from the highest rate to the lowest: cumulative shares, each from 0 to 1 in equal length.

    `areas` is the share of areas, `people` of those counted from, `held` of the count. Areas of equal rate are one
    straight piece, so the order among them changes nothing. `order` are the places of the areas, the highest first.
    """

    areas: Floats
    people: Floats
    held: Floats
    order: Ints


@dataclass(frozen=True, slots=True)
class Concentration:
    """How a count is spread over areas. `gini` and `hoover` compare the count with `of`: 0 is even, 1 is all in one.

    `hoover` is the share of the count that would have to be elsewhere for every area to have the same rate.
    """

    curve: Curve
    gini: float
    hoover: float
    total: float
    areas: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Range:
    """A middle value with the ends between which 95% of draws lie."""

    middle: float
    low: float
    high: float


def concentration(counts: ArrayLike, of: ArrayLike) -> Concentration:
    """The curve and its indices for counts (areas,) from `of` people (areas,); areas without either are left out.

    ``Gini = 2 ∫ held d(people) - 1`` over the curve from the highest rate (twice the area between it and evenness);
    ``Hoover = ½ Σ |x_i/Σx - n_i/Σn|``. Raises `NothingToShare`.
    """
    x, n, places = _taken(counts, of)
    found = _curve(x, n, places)
    gini = float(np.sum(np.diff(found.people) * (found.held[1:] + found.held[:-1])) - 1)
    hoover = float(np.abs(x / x.sum() - n / n.sum()).sum() / 2)
    return Concentration(found, max(gini, 0.0), hoover, float(x.sum()), len(x), len(np.asarray(counts)) - len(x))


def top_share(counts: ArrayLike, of: ArrayLike, share: float, people: bool = False) -> float:
    """Share (0..1) of the count in the top `share` (0..1) of areas by rate; of people instead where `people`.

    Areas are ordered by rate. Where the share ends inside an area, the area counts in part: a tenth of 22 wards is the
    two highest and a fifth of the third. Areas of equal rate there count alike, each by the same part.
    """
    return _at(_curve(*_taken(counts, of)), share, people)


def areas_holding(counts: ArrayLike, of: ArrayLike, held: float) -> float:
    """The smallest share (0..1) of areas, taken by rate, that holds at least `held` (0..1) of the count."""
    found = _curve(*_taken(counts, of))
    return float(np.interp(held, found.held, found.areas))


def top_areas(counts: ArrayLike, of: ArrayLike, share: float) -> NDArray[np.bool_]:
    """Which areas lie in the top `share` by rate, wholly or in part; with equal rates at the edge, all of them."""
    x, n, places = _taken(counts, of)
    rates = x / n
    whole = max(int(np.ceil(share * len(x) - 1e-9)), 1)
    out = np.zeros(len(np.asarray(counts)), dtype=np.bool_)
    out[places[rates >= np.sort(rates)[::-1][whole - 1]]] = True
    return out


def by_rounding(
    counts: ArrayLike, of: ArrayLike, share: float, base: float, seed: int, draws: int = DRAWS, people: bool = False
) -> Range:
    """Between what rounding of every count to `base` leaves the top share: 95% of draws of the figures before it.

    Each figure before rounding is taken to lie anywhere within half of `base` of the published one, never below 0, and
    the areas are put in order afresh. Deterministic for a seed.
    """
    x, n, places = _taken(counts, of)
    rng = np.random.default_rng(seed)
    found = np.empty(draws)
    for draw in range(draws):
        moved = np.maximum(x + rng.uniform(-base / 2, base / 2, len(x)), 0.0)
        found[draw] = _at(_curve(moved, n, places), share, people) if moved.sum() > 0 else np.nan
    return _range(found)


def by_chance(
    counts: ArrayLike, of: ArrayLike, share: float, seed: int, draws: int = DRAWS, people: bool = False
) -> Range:
    """What the top share would be if everybody had the same risk: the total dealt out at random by `of` (multinomial).

    A share that lies within this says nothing about places. Deterministic for a seed.
    """
    x, n, places = _taken(counts, of)
    dealt = np.random.default_rng(seed).multinomial(round(x.sum()), n / n.sum(), size=draws)
    return _range(np.array([_at(_curve(row.astype(np.float64), n, places), share, people) for row in dealt]))


def _taken(counts: ArrayLike, of: ArrayLike) -> tuple[Floats, Floats, Ints]:
    """The counts and denominators that are known, and their places. Raises `NothingToShare`."""
    x, n = np.asarray(counts, dtype=np.float64), np.asarray(of, dtype=np.float64)
    places = np.flatnonzero(~np.isnan(x) & (n > 0))
    if not len(places) or not x[places].sum() > 0:
        raise NothingToShare
    return x[places], n[places], places


def _curve(x: Floats, n: Floats, places: Ints) -> Curve:
    rates = x / n
    order = np.lexsort((places, -rates))
    last = np.append(np.flatnonzero(np.diff(rates[order])), len(x) - 1)  # where a run of equal rates ends
    held, people = np.cumsum(x[order])[last] / x.sum(), np.cumsum(n[order])[last] / n.sum()
    return Curve(_from_0((last + 1) / len(x)), _from_0(people), _from_0(held), places[order])


def _from_0(values: Floats) -> Floats:
    values[-1] = 1.0  # not one float less
    return np.concatenate([[0.0], values])


def _at(curve: Curve, share: float, people: bool) -> float:
    return float(np.interp(share, curve.people if people else curve.areas, curve.held))


def _range(found: Floats) -> Range:
    low, middle, high = np.nanquantile(found, (OUTER[0], 0.5, OUTER[1]))
    return Range(float(middle), float(low), float(high))
