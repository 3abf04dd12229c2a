"""From counts to rates, and from rates to the chance of sustained work by the horizon.

Arrays carry draws and segments first: rates are (..., S, S), generators and monthly matrices (..., S + 1, S + 1) with S
absorbing, chances (..., S + 1, H + 1). Time is in months. Source of the formulas: method.md section 3, step 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.kernel.periods import DAYS_NUMERATOR, last_day
from commongoal.pathway.engine.scan import Ints, Statistics
from commongoal.pathway.engine.scan_sql import Frame

Floats = NDArray[np.float64]
_NORM, _TERMS = 0.25, 10
"""Taylor terms of exp for a matrix scaled to this norm: the first left out is below 1e-13 of the first kept."""


class NobodySeen(Refused):
    """A stage that people can reach has nobody's time in it, so the chance of moving on from it cannot be told."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Moves `moves[b, g, s, e]` (e: stage, S + 1 left, S + 2 ended) and months of exposure `months[b, g, s]`, by band.

    `dead_ends` are stages from which the pathway allows no move: their rates are 0 by definition.
    """

    moves: Ints
    months: Floats
    dead_ends: frozenset[int] = frozenset()

    @property
    def last(self) -> int:
        """S."""
        return int(self.months.shape[2])

    def pooled(self) -> Floats:
        """Rate of each move over all segments, ``sum n / sum T``; a stage nobody reaches has rate 0.

        Raises `NobodySeen` where moves lead to a stage without exposure.
        """
        moves, months = self.moves.sum(axis=1), self.months.sum(axis=1)
        reached = np.cumsum(moves[:, :, : self.last].sum(axis=1), axis=0) > 0
        reached[:, 0] = True
        reached[:, sorted(self.dead_ends)] = False
        if (reached & (months <= 0)).any():
            band, stage = np.argwhere(reached & (months <= 0))[0]
            raise NobodySeen(
                f"It is stage number {stage}, in time band {band + 1}; with fewer time bands it may be told."
            )
        rates: Floats = moves / np.where(months > 0, months, np.inf)[..., None]
        return rates


@dataclass(frozen=True, slots=True)
class Rates:
    """Monthly rates (..., b, g, S, S + 3): to each stage, to leaving and to ending for good."""

    to: Floats

    @property
    def stages(self) -> int:
        """S: the stages that people move from."""
        return int(self.to.shape[-2])

    def forward(self, factor: Floats | float) -> "Rates":
        """Moves forward times a factor that broadcasts over (...,); steps back keep their rate."""
        ahead = np.triu(np.ones((self.stages, self.stages + 1)), 1).astype(bool)
        to = self.to.copy()
        part = to[..., : self.stages + 1]
        scale = np.asarray(factor, dtype=np.float64)[..., None, None]
        to[..., : self.stages + 1] = np.where(ahead, part * scale, part)
        return Rates(to)

    def without_leaving(self) -> "Rates":
        """The same with nobody leaving; ending for good remains."""
        to = self.to.copy()
        to[..., self.stages + 1] = 0.0
        return Rates(to)

    def without_steps_back(self) -> "Rates":
        """The same with no move to an earlier stage."""
        to = self.to.copy()
        back = np.tril(np.ones((self.stages, self.stages)), -1).astype(bool)
        to[..., : self.stages] = np.where(back, 0.0, to[..., : self.stages])
        return Rates(to)

    def generator(self) -> Floats:
        """Q over the stages 0..S; leaving and ending lead to a state worth 0 that is not kept."""
        size = self.stages + 1
        q = np.zeros((*self.to.shape[:-2], size, size))
        q[..., : self.stages, :] = self.to[..., :size]
        index = np.arange(self.stages)
        q[..., index, index] = 0.0
        q[..., index, index] = -(q[..., : self.stages, :].sum(axis=-1) + self.to[..., size:].sum(axis=-1))
        return q


def seen(stats: Statistics, frame: Frame, bands: Sequence[int] = (0,)) -> Seen:
    """Moves and exposure by segment and band of months since referral. Exposure is whole days, as months."""
    moves = moves_by_month(stats["finish"].sum(axis=0), frame)
    sixteenths = exposure(stats["begin"].sum(axis=0), stats["finish"].sum(axis=0), frame)
    edges = [*bands, frame.horizon]
    spans = [slice(low, high) for low, high in pairwise(edges)]
    return Seen(
        np.stack([moves[..., span].sum(axis=-1) for span in spans]),
        np.stack([sixteenths[..., span].sum(axis=-1) for span in spans]) / DAYS_NUMERATOR,
        _dead_ends(frame),
    )


def _dead_ends(frame: Frame) -> frozenset[int]:
    """Stages from which the pathway lists no move."""
    pathway = frame.programme.pathway
    ids = [stage.id for stage in pathway.stages]
    return frozenset(s for s in range(frame.last) if not any(pathway.allows(ids[s], to) for to in ids))


def moves_by_month(finish: Ints, frame: Frame) -> Ints:
    """Moves (..., S, S + 3, H) from ends of stretches (..., S, e, H + 1, 2); one at exactly H counts in the last
    month.
    """
    count = np.asarray(finish.sum(axis=-1) // DAYS_NUMERATOR, dtype=np.int64)
    moves: Ints = count[..., : frame.last + 3, :-1].copy()
    moves[..., -1] += count[..., : frame.last + 3, -1]
    stage = np.arange(frame.last)
    moves[..., stage, stage, :] = 0
    return moves


def exposure(begin: Ints, finish: Ints, frame: Frame) -> Ints:
    """Time in care (..., S, H) by month, in sixteenths of a day: exact, whole days in all.

    A stretch cut at exactly H counts to the last whole day.
    """
    time = _since(begin) - _since(finish.sum(axis=-3))
    part_day = DAYS_NUMERATOR * frame.horizon - 16 * last_day(frame.horizon)
    cut = finish[..., frame.cut, -1, :].sum(axis=-1) // DAYS_NUMERATOR
    time[..., -1] -= cut * part_day
    return time


def _since(points: Ints) -> Ints:
    """Sixteenth-days in each month from points (..., H + 1, 2) on, as if nothing ended."""
    before = np.cumsum(points.sum(axis=-1), axis=-1) - points.sum(axis=-1)
    return np.asarray(points[..., :-1, 0] + before[..., :-1], dtype=np.int64)


def mean_rates(seen: Seen, prior: float) -> Rates:
    """Posterior mean ``(prior * pooled + n) / (prior + T)``, (b, g, S, S + 3)."""
    shape = prior * seen.pooled()[:, None] + seen.moves
    return Rates(shape / (prior + seen.months)[..., None])


def draw_rates(seen: Seen, prior: float, draws: int, rng: np.random.Generator) -> Rates:
    """Draws of ``Gamma(prior * pooled + n, prior + T)``, (draws, b, g, S, S + 3). A move never seen has rate 0."""
    shape = prior * seen.pooled()[:, None] + seen.moves
    drawn = np.zeros((draws, *shape.shape))
    happens = shape > 0
    drawn[:, happens] = rng.standard_gamma(shape[happens], size=(draws, int(happens.sum())))
    return Rates(drawn / (prior + seen.months)[..., None])


def month_matrix(generator: Floats) -> Floats:
    """``exp(Q)`` over one month, stacked, by scaling and squaring of a Taylor series."""
    norm = float(np.abs(generator).sum(axis=-1).max(initial=0.0))
    halvings = max(0, int(np.ceil(np.log2(norm / _NORM)))) if norm > 0 else 0
    scaled = generator / 2.0**halvings
    one = np.broadcast_to(np.eye(generator.shape[-1]), generator.shape)
    out = one + scaled / _TERMS
    for term in range(_TERMS - 1, 0, -1):
        out = one + scaled @ out / term
    for _ in range(halvings):
        out = out @ out
    return out


def chance(matrices: Floats, bands: Sequence[int], horizon: int, value: Floats | None = None) -> Floats:
    """p (..., g, A, H + 1): chance of having arrived by H from each stage and month, 1 at the last state.

    `matrices` is (..., b, g, A, A), one month of each band; `value` is what states are worth at H, 1 at the last
    unless given.
    """
    shape = (*matrices.shape[:-4], *matrices.shape[-3:-1])
    out = np.zeros((horizon + 1, *shape))
    out[horizon, ..., -1] = 1.0
    if value is not None:
        out[horizon] = value
    month_band = np.searchsorted(np.asarray(bands), np.arange(horizon), side="right") - 1
    for month in range(horizon - 1, -1, -1):
        out[month] = (matrices[..., month_band[month], :, :, :] @ out[month + 1][..., None])[..., 0]
    return np.moveaxis(out, 0, -1)


def chance_at_start(matrices: Floats, bands: Sequence[int], horizon: int) -> Floats:
    """p at stage 0 and month 0 only, (..., g), by powers of the monthly matrices."""
    edges = [*bands, horizon]
    state = np.zeros((*matrices.shape[:-4], *matrices.shape[-3:-1]))
    state[..., -1] = 1.0
    for band in range(len(bands) - 1, -1, -1):
        power, months = matrices[..., band, :, :, :], edges[band + 1] - edges[band]
        while months:
            if months & 1:
                state = (power @ state[..., None])[..., 0]
            months >>= 1
            if months:
                power = power @ power
    return np.asarray(state[..., 0])


def with_leavers_keeping(programme: Rates, without: Rates) -> Floats:
    """Generator in which a person who leaves goes on as without the programme: first the stages without, then those
    in it.

    Shape (..., 2S + 1, 2S + 1): stages in the programme 0..S-1, stages without it S..2S-1, and S last.
    """
    inside, outside = programme.generator(), without.generator()
    stages = programme.stages
    size = 2 * stages + 1
    q = np.zeros((*inside.shape[:-2], size, size))
    q[..., :stages, :stages] = inside[..., :stages, :stages]
    q[..., :stages, -1] = inside[..., :stages, -1]
    index = np.arange(stages)
    q[..., index, stages + index] = programme.to[..., index, stages + 1]
    q[..., stages:, stages:] = outside
    return q
