"""Scaling up: what a local scheme's cost per sustained job would buy elsewhere, if it shrinks as such schemes do.

``cost at scale = own cost / (1 - shrinkage)`` and ``jobs = budget / cost at scale`` (method.md section 4).
"""

from dataclasses import dataclass

import numpy as np

from commongoal.kernel.estimates import Estimate, from_draws
from commongoal.valuation.engine.job import drawn
from commongoal.valuation.engine.terms import Figure


@dataclass(frozen=True, slots=True)
class Scaling:
    """Pounds per sustained job, ours and the comparator's; `shrinkage` is the share of jobs for each pound lost.

    `jobs_claimed` is a stated number of sustained jobs to hold against what the budget buys, if there is one.
    """

    own: Figure
    comparator: Figure
    shrinkage: Figure
    budget: float
    claimants: int
    jobs_claimed: float | None = None
    draws: int = 2000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Scaled:
    """What scaling up would buy; costs in pounds per sustained job, `saving` as a share of the comparator's cost.

    `break_even` is the shrinkage at which it costs as much as the comparator, `shrinkage_for_claim` the most shrinkage
    that the claim could bear; negative where it would have to do better than it does now.
    """

    at_scale: Estimate
    jobs: Estimate
    comparator_jobs: Estimate
    share_of_claimants: Estimate
    saving: Estimate
    cost_of_same_jobs: Estimate
    chance_cheaper: float
    break_even: float
    chance_of_claim: float | None
    shrinkage_for_claim: float | None


def scaled(scaling: Scaling) -> Scaled:
    """Cost and jobs at scale beside a comparator's, with intervals from seeded draws; points at the central values."""
    streams = np.random.default_rng(scaling.seed).spawn(3)
    figures = (scaling.own, scaling.comparator, scaling.shrinkage)
    own, other, lost = (
        np.concatenate([[figure.value], drawn(figure, scaling.draws, stream)])
        for figure, stream in zip(figures, streams, strict=True)
    )
    cost = own / (1 - lost)
    jobs, others = scaling.budget / cost, scaling.budget / other

    def estimate(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Estimate:
        return from_draws(values[1:], float(values[0]))

    claimed = scaling.jobs_claimed
    return Scaled(
        at_scale=estimate(cost),
        jobs=estimate(jobs),
        comparator_jobs=estimate(others),
        share_of_claimants=estimate(jobs / scaling.claimants),
        saving=estimate(1 - cost / other),
        cost_of_same_jobs=estimate(others * cost),
        chance_cheaper=float((cost[1:] < other[1:]).mean()),
        break_even=1 - scaling.own.value / scaling.comparator.value,
        chance_of_claim=None if claimed is None else float((jobs[1:] >= claimed).mean()),
        shrinkage_for_claim=None if claimed is None else 1 - claimed * scaling.own.value / scaling.budget,
    )
