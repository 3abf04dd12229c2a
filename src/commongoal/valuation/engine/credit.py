"""Credit: what the counts are worth at the potential of a rule, for all draws at once.

A potential is ``V[g, s, t] = W[g] * phi[g, s, t]``; the products here are with phi, so they are in sustained jobs, and
money follows by segment. Method.md section 3, steps 4, 5 and 7.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.periods import DAYS_NUMERATOR
from commongoal.pathway.engine.chances import Rates, chance, chance_at_start, month_matrix, with_leavers_keeping
from commongoal.pathway.engine.scan import GROUPS, WHOLE, Ints, Statistics, fold
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.valuation.engine.terms import RULES, Rule
from commongoal.valuation.engine.without import Setting, Without

Floats = NDArray[np.float64]
FIXED: tuple[Rule, ...] = ("equal", "outcome_only")
"""Rules whose potential is the same in every draw."""

_CHUNK = 200
"""Draws in one product: what keeps memory flat."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The first scan's counts as people (not 487ths or sixtieths), flat over (S + 1) * (H + 1), by segment first.

    `own[rule kind]` (G, J, cells), `stretch[rule kind]` (G, 2 * S, cells) with closed windows in the second half,
    rule kinds
    being keeps (net) and loses (the others) what is left behind; `returned` (G, 1, cells) counts returns; `arrived`,
    `standing` and `away` (G, 1, cells) where spells stand at their end.
    """

    own: dict[bool, Floats]
    stretch: dict[bool, Floats]
    returned: Floats
    ends: Floats

    @classmethod
    def of(cls, stats: Statistics, frame: Frame) -> "Counted":
        """From the statistics of the first scan."""
        finish, begin = fold(stats["finish"]), fold(stats["begin"])
        last, stage = frame.last, np.arange(frame.last)
        net = np.zeros((*begin.shape[:3], last + 1, begin.shape[-1]), dtype=np.int64)
        net += finish[:, :, :, : last + 1]
        for end in (frame.left, frame.cut, frame.open):
            net[:, :, stage, stage] += finish[:, :, :, end]
        net[:, :, stage, stage] -= begin
        gross = net.copy()
        gross[:, :, stage, stage] -= finish[:, :, :, frame.left]
        own_gross = stats.own.copy()
        own_gross[:, :, :last] -= stats.own_left
        returned = fold(stats["returns"].sum(axis=0))
        return cls(
            own={True: _by_segment(stats.own) / WHOLE, False: _by_segment(own_gross) / WHOLE},
            stretch={True: _stages(net), False: _stages(gross)},
            returned=_by_segment(returned[None]),
            ends=np.concatenate([_by_segment(part[None]) for part in _ends(stats, frame, returned)], axis=1),
        )


def _by_segment(counts: Ints) -> Floats:
    """(J, G, s, m) as (G, J, s * m), in people."""
    moved = np.moveaxis(counts, 1, 0)
    return np.asarray(moved.reshape(*moved.shape[:2], moved.shape[2] * moved.shape[3]) / DAYS_NUMERATOR)


def _stages(counts: Ints) -> Floats:
    """(2, G, s0, s, m) as (G, 2 * s0, s * m), in people."""
    moved = np.moveaxis(counts, 1, 0)
    return np.asarray(moved.reshape(moved.shape[0], moved.shape[1] * moved.shape[2], -1) / DAYS_NUMERATOR)


def _ends(stats: Statistics, frame: Frame, returned: Ints) -> Iterator[Ints]:
    """Where spells stand at their end: arrived, open at the snapshot, away after leaving; each (G, S + 1, H + 1)."""
    finish = fold(stats["finish"].sum(axis=0))
    last, shape = frame.last, returned.shape
    arrived, still, away = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    arrived[:, last] = finish[:, :, last].sum(axis=1) + returned[:, last]
    still[:, :last] = finish[:, :, frame.open]
    away[:, :last] = finish[:, :, frame.left] - fold(stats["gaps"].sum(axis=0))
    yield from (arrived, still, away)


@dataclass(slots=True)
class Drawn:
    """Results of all draws, in sustained jobs unless said; arrays end in draws.

    `own` (J, draws) in W's unit and `own_jobs` in jobs; `stretch[rule]` (G, 2 * S, draws); `returned[rule]` (G, draws);
    `ends` (G, 3, draws) under the main rule; `mean[rule]` (G, S + 1, H + 1) the mean potential in jobs.
    `with_programme` and `without` (G, draws): chance from stage 0 at referral, leavers keeping what they have.
    """

    own: Floats
    own_jobs: Floats
    stretch: dict[Rule, Floats] = field(default_factory=dict)
    returned: dict[Rule, Floats] = field(default_factory=dict)
    ends: Floats = field(default_factory=lambda: np.zeros(0))
    mean: dict[Rule, Floats] = field(default_factory=dict)
    with_programme: Floats = field(default_factory=lambda: np.zeros(0))
    without: Floats = field(default_factory=lambda: np.zeros(0))


def keeps(rule: Rule) -> bool:
    """Whether somebody who leaves keeps the value of where they stand."""
    return rule == "net"


def potential(rule: Rule, p: Floats | None, without: Floats | None, shape: tuple[int, ...]) -> Floats:
    """phi (..., S + 1, H + 1) of a rule: the value of standing at a stage, in sustained jobs.

    From H on every stage before S is worth 0. `p` is needed by `relative`, `without` by `net`; `shape` is (S + 1, H
    + 1).
    """
    if rule == "net" and without is not None:
        return without
    if rule == "relative" and p is not None:
        return p
    stages, months = shape
    phi = np.zeros(shape)
    if rule == "equal":
        phi[:, : months - 1] = (np.arange(stages) / (stages - 1))[:, None]
    phi[-1] = 1.0
    return phi


def draw_credit(counted: Counted, setting: Setting, other: Without | None, main: Rule, worth: Floats) -> Drawn:
    """Credit of every owner, stage and segment in every draw. `worth` (G, draws) is W."""
    draws, segments = setting.rates.to.shape[0], len(setting.spells)
    owners, rows = counted.own[True].shape[1], counted.stretch[True].shape[1]
    out = Drawn(np.zeros((owners, draws)), np.zeros((owners, draws)))
    for rule in RULES if other else RULES[1:]:
        out.stretch[rule], out.returned[rule] = np.zeros((segments, rows, draws)), np.zeros((segments, draws))
    out.ends = np.zeros((segments, 3, draws))
    out.with_programme, out.without = np.zeros((segments, draws)), np.zeros((segments, draws))
    chunks = [slice(start, min(start + _CHUNK, draws)) for start in range(0, draws, _CHUNK)]
    shape = (segments, setting.rates.stages + 1, setting.horizon + 1)
    for rule in FIXED:
        fixed = np.broadcast_to(potential(rule, None, None, shape[1:]), shape)
        _credit(slice(None), counted, rule, main, worth, fixed.reshape(segments, -1, 1), out)
        out.mean[rule] = fixed.copy()
    with ThreadPoolExecutor(2) as pool:
        sums = list(pool.map(lambda at: _chunk(at, counted, setting, other, main, worth, out), chunks))
    for rule in sums[0]:
        out.mean[rule] = sum((found[rule] for found in sums), np.zeros(shape)) / draws
    return out


def _chunk(
    at: slice, counted: Counted, setting: Setting, other: Without | None, main: Rule, worth: Floats, out: Drawn
) -> dict[Rule, Floats]:
    """Chances and credit of some draws, written into `out`; the sums of the potentials that differ by draw."""
    rates = Rates(setting.rates.to[at])
    p = chance(month_matrix(rates.generator()), setting.bands, setting.horizon)
    drawn: dict[Rule, Floats] = {"relative": p}
    out.with_programme[:, at] = p[..., 0, 0].T
    if other:
        apart = Rates(other.rates.to[at])
        without = chance(month_matrix(apart.generator()), setting.bands, setting.horizon)
        both = chance_at_start(month_matrix(with_leavers_keeping(rates, apart)), setting.bands, setting.horizon)
        out.with_programme[:, at], out.without[:, at] = both.T, without[..., 0, 0].T
        drawn["net"] = without
    for rule, phi in drawn.items():
        cells = np.moveaxis(phi, 0, -1).reshape(phi.shape[1], -1, phi.shape[0])
        _credit(at, counted, rule, main, worth, cells, out)
    return {rule: phi.sum(axis=0) for rule, phi in drawn.items()}


def _credit(at: slice, counted: Counted, rule: Rule, main: Rule, worth: Floats, cells: Floats, out: Drawn) -> None:
    """Counts times a potential (G, cells, draws, or one for all draws), segment by segment."""
    kept = keeps(rule)
    for g, values in enumerate(np.ascontiguousarray(cells)):
        out.stretch[rule][g, :, at] = counted.stretch[kept][g] @ values
        if not kept:
            out.returned[rule][g, at] = (counted.returned[g] @ values)[0]
        if rule == main:
            jobs = counted.own[kept][g] @ values
            out.own_jobs[:, at] += jobs
            out.own[:, at] += jobs * worth[g, at]
            out.ends[g, :, at] = counted.ends[g] @ values


def shape_shift(other: Without, setting: Setting, counts: Floats, worth: Floats) -> Floats:
    """How much each row of counts (G, rows, cells) would earn more under the second shape, at central rates and W (G,).

    Both shapes have the same chance without the programme; in the second nobody steps back.
    """
    if other.other_shape is None:
        return np.zeros(counts.shape[1])
    first, second = (
        chance(month_matrix(rates.generator()), setting.bands, setting.horizon).reshape(len(worth), -1)
        for rates in (other.mean, other.other_shape)
    )
    return np.asarray(np.einsum("grc,gc,g->r", counts, second - first, worth))


@dataclass(frozen=True, slots=True)
class Sampling:
    """The people as a sample: fifty groups weighed at random, the same weights for everything.

    `weights` (draws, 50) are Dirichlet(1, ..., 1). `people` (50,) are spells by group.
    """

    weights: Floats
    people: Floats

    @classmethod
    def of(cls, draws: int, people: Floats, rng: np.random.Generator) -> "Sampling":
        """Fresh weights."""
        return cls(rng.dirichlet(np.ones(GROUPS), size=draws), people)

    def noise(self, groups: Floats, rule: Rule) -> Floats:
        """What sampling of people adds to a credit with group totals `groups` (50, ...): shape (..., draws).

        Net rules: ``sqrt(51/49) * sum((50 w - 1) c)``; gross rules: ``sum(w c) / sum(w n) * n - sum(c)``.
        """
        if rule in ("net", "relative"):
            centred = np.sqrt((GROUPS + 1) / (GROUPS - 1)) * (GROUPS * self.weights - 1)
            return np.moveaxis(np.tensordot(centred, groups, axes=1), 0, -1)
        return np.asarray(self.rescaled(groups) - groups.sum(axis=0)[..., None])

    def rescaled(self, groups: Floats) -> Floats:
        """A total resampled as a rate: ``sum(w c) / sum(w n) * n``, shape (..., draws)."""
        top = np.moveaxis(np.tensordot(self.weights, groups, axes=1), 0, -1)
        return np.asarray(top / (self.weights @ self.people) * self.people.sum())
