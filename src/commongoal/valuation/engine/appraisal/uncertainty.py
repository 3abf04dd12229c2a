"""How sure an appraisal is: draws of every number with a range, one-at-a-time sensitivity, and switching values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc, sobol_indices, uniform

from commongoal.valuation.engine.appraisal.chain import Chain, Input, Levels, Place, Weights, present_values

Floats = NDArray[np.float64]
CHUNK = 4096
"""Designed points are evaluated this many at a time, so that memory does not grow with the number of inputs."""


def uncertain(chain: Chain) -> tuple[Input, ...]:
    """The numbers that have a range, in file order."""
    return tuple(one for one in chain.inputs if one.low < one.high)


def triangular(share: Floats, one: Input) -> Floats:
    """Inverse of the triangular distribution from low to high with its peak at the value, at shares in [0, 1]."""
    width, left = one.high - one.low, one.value - one.low
    below = one.low + np.sqrt(share * width * left)
    above = one.high - np.sqrt((1 - share) * width * (one.high - one.value))
    return np.asarray(np.where(share * width < left, below, above))


def points(dimensions: int, draws: int, seed: int, sampling: str) -> Floats:
    """Points (dimensions, draws) in the unit cube: scrambled Sobol, or pseudo-random, from the same seed."""
    rng = np.random.default_rng(seed)
    if sampling == "random" or dimensions == 0:
        return rng.random((dimensions, draws))
    found = qmc.Sobol(dimensions, scramble=True, rng=rng).random_base2(int(draws - 1).bit_length())
    return np.ascontiguousarray(found[:draws].T)


def levels_at(chain: Chain, inputs: Sequence[Input], values: Floats) -> Levels:
    """Central values, with those of `inputs` replaced by the rows of `values` (len(inputs), n)."""
    return chain.central() | {one.place: row for one, row in zip(inputs, values, strict=True)}


@dataclass(frozen=True, slots=True)
class Draws:
    """Present values by unit value (U, n) and by cost (C, n), every number with a range drawn at once."""

    worth: Floats
    cost: Floats


def drawn(chain: Chain) -> Draws:
    """Monte Carlo of the appraisal by its own conventions: draws, seed and sampling."""
    terms, inputs = chain.appraisal.conventions, uncertain(chain)
    shares = points(len(inputs), terms.draws, terms.seed, terms.sampling)
    levels = chain.central()
    for one, row in zip(inputs, shares, strict=True):
        levels[one.place] = triangular(row, one)
    return Draws(*present_values(chain, levels, terms.draws))


def net_present(chain: Chain, weights: Weights, levels: Levels, draws: int) -> Floats:
    """Net present public value (n,)."""
    worth, cost = present_values(chain, levels, draws)
    return np.asarray(weights.public @ worth - weights.cost @ cost)


@dataclass(frozen=True, slots=True)
class Swing:
    """What one number at the ends of its range does to net present public value, all others at their value."""

    input: Input
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """How far apart the two ends are."""
        return abs(self.at_high - self.at_low)


def tornado(chain: Chain, weights: Weights) -> tuple[Swing, ...]:
    """Swings of every number with a range, widest first."""
    inputs = uncertain(chain)
    low = _one_at_a_time(chain, weights, inputs, [one.low for one in inputs])
    high = _one_at_a_time(chain, weights, inputs, [one.high for one in inputs])
    found = [Swing(one, float(a), float(b)) for one, a, b in zip(inputs, low, high, strict=True)]
    return tuple(sorted(found, key=lambda swing: -swing.width))


def _one_at_a_time(chain: Chain, weights: Weights, inputs: Sequence[Input], moved: Sequence[float]) -> Floats:
    """Net present public value (len(inputs),) with the i-th input alone moved."""
    found = np.empty(len(inputs))
    step = max(1, CHUNK * 64 // max(len(inputs), 64))
    for start in range(0, len(inputs), step):
        part = inputs[start : start + step]
        values = np.repeat(np.array([[one.value] for one in part]), len(part), axis=1)
        np.fill_diagonal(values, moved[start : start + step])
        found[start : start + step] = net_present(chain, weights, levels_at(chain, part, values), len(part))
    return found


@dataclass(frozen=True, slots=True)
class Switch:
    """The value of one number at which net present public value is 0, all others at theirs.

    `switch` is None where the number does not enter; `possible` says whether a number of that kind can be so.
    """

    input: Input
    switch: float | None
    possible: bool


SWITCHED = ("impact", "deadweight", "value", "cost")


def switching(chain: Chain, weights: Weights) -> tuple[Switch, ...]:
    """Switching values of impact, deadweight, unit value and cost, row by row.

    Net present value is linear in each of them, so two points give the answer: ``x + net * d / (net - net(x + d))``.
    """
    inputs = [one for one in chain.inputs if one.place[0] in SWITCHED]
    step = [abs(one.value) or 1.0 for one in inputs]
    moved = _one_at_a_time(chain, weights, inputs, [one.value + d for one, d in zip(inputs, step, strict=True)])
    net = float(net_present(chain, weights, chain.central(), 1)[0])
    scale = max(float(np.abs(moved).max(initial=0)), abs(net), 1.0)
    return tuple(
        _switch(chain, one, net, (float(after) - net) / d, scale)
        for one, after, d in zip(inputs, moved, step, strict=True)
    )


def _switch(chain: Chain, one: Input, net: float, slope: float, scale: float) -> Switch:
    if abs(slope) <= 1e-13 * scale:
        return Switch(one, None, False)
    value = one.value - net / slope
    return Switch(one, value, _possible(chain, one.place, value))


def _possible(chain: Chain, place: Place, value: float) -> bool:
    """Deadweight and cost are never negative, and a share is at most 1."""
    field, row = place
    if field == "deadweight" and chain.appraisal.outcomes[row].deadweight_basis == "share_of_gross":
        return 0 <= value <= 1
    return value >= 0 or field in ("impact", "value")


def variance_shares(chain: Chain, weights: Weights, base: int = 256) -> dict[Place, tuple[float, float]]:
    """First-order and total Sobol indices of net present public value by number with a range.

    `base` is a power of two; the chain is computed ``base * (inputs + 2)`` times. Source: Saltelli and others (2010).
    """
    inputs = uncertain(chain)
    if not inputs:
        return {}

    def net(shares: Floats) -> Floats:
        values = np.stack([triangular(row, one) for one, row in zip(inputs, shares, strict=True)])
        found = net_present(chain, weights, levels_at(chain, inputs, values), values.shape[1])
        return np.stack([found, found])  # twice, because the library takes no single output of a single input

    rng = np.random.default_rng(chain.appraisal.conventions.seed)
    found = sobol_indices(func=net, n=base, dists=[uniform()] * len(inputs), rng=rng)
    first, total = (np.reshape(order, (2, len(inputs)))[0] for order in (found.first_order, found.total_order))
    return {one.place: (float(a), float(b)) for one, a, b in zip(inputs, first, total, strict=True)}
