"""Everything one valuation has computed, before it is put into words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.periods import DAYS_NUMERATOR
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.engine.scan import WHOLE, Groups, Statistics, fold
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.valuation.engine.credit import Counted, Drawn, Sampling, keeps
from commongoal.valuation.engine.job import Worth
from commongoal.valuation.engine.lines import Costs
from commongoal.valuation.engine.results import Distance
from commongoal.valuation.engine.terms import Rule, Terms
from commongoal.valuation.engine.without import Setting, Without

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Material:
    """One run: what it was given, what it counted and what it drew. `scale` is the whole number that made V̄
    integral.
    """

    programme: Programme
    terms: Terms
    frame: Frame
    stats: Statistics
    counted: Counted
    setting: Setting
    other: Without | None
    worth: Worth
    drawn: Drawn
    sampling: Sampling
    groups: Groups
    scale: float
    costs: Costs
    distance: tuple[Distance, ...]
    snapshot_on: str
    own_noise_in_jobs: Floats
    own_noise: Floats
    shape_shift: Floats | None

    @property
    def main(self) -> Rule:
        """The rule of the result."""
        return self.terms.rule

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that this run could value by."""
        return tuple(self.drawn.stretch)

    def groups_of(self, rule: Rule) -> Floats:
        """Group totals (50, 2, G, S) in jobs at the mean potential of a rule, by closed window."""
        return np.asarray(self.groups.by_stretch[self.rules.index(rule)] / (DAYS_NUMERATOR * self.scale))

    def returned_draws(self, in_jobs: bool) -> Floats:
        """What returns bring under the main rule (draws,), with sampling of people."""
        worth, mean = self._worth(in_jobs)
        drawn = (worth * self.drawn.returned[self.main]).sum(axis=0)
        return np.asarray(drawn + self.sampling.noise(self.returned_groups(self.main) @ mean, self.main))

    def returned_groups(self, rule: Rule, which: str = "returns") -> Floats:
        """Group totals (50, G) of what returns bring under the rules that take value off leavers, in jobs."""
        if keeps(rule):
            return np.zeros((self.sampling.people.size, len(self.setting.spells)))
        back = fold(self.stats[which]) / DAYS_NUMERATOR
        return np.asarray(np.einsum("kgsm,gsm->kg", back, self.drawn.mean[rule]))

    def segment_draws(self, rule: Rule, in_jobs: bool = False) -> Floats:
        """Credit of each segment (G, draws), with sampling of people, unattributed included."""
        worth, mean = self._worth(in_jobs)
        jobs = self.drawn.stretch[rule].sum(axis=1) + self.drawn.returned[rule]
        groups = self.groups_of(rule).sum(axis=(1, 3)) + self.returned_groups(rule)
        return np.asarray(worth * jobs + self.sampling.noise(groups * mean, rule))

    def stage_draws(self, rule: Rule, in_jobs: bool = False) -> Floats:
        """Credit of the stretches at each stage (S, draws), with sampling of people."""
        worth, mean = self._worth(in_jobs)
        stages = self.frame.last
        jobs = self.drawn.stretch[rule]
        both = jobs[:, :stages] + jobs[:, stages:]
        groups = np.einsum("kcgs,g->ks", self.groups_of(rule), mean)
        return np.asarray(np.einsum("gsd,gd->sd", both, worth) + self.sampling.noise(groups, rule))

    def total_draws(self, rule: Rule, in_jobs: bool = False) -> Floats:
        """Credit of the whole programme (draws,), with sampling of people."""
        return np.asarray(self.segment_draws(rule, in_jobs).sum(axis=0))

    def closed_draws(self) -> Floats:
        """Credit under the main rule of spells whose window had closed (draws,), with sampling of people."""
        closed = self.drawn.stretch[self.main][:, self.frame.last :].sum(axis=1)
        groups = np.einsum("kgs,g->k", self.groups_of(self.main)[:, 1], self.worth.mean)
        back = self.returned_groups(self.main, "closed_returns")
        closed = closed + back.sum(axis=0)[:, None]
        groups = groups + back @ self.worth.mean
        return np.asarray((self.worth.public * closed).sum(axis=0) + self.sampling.noise(groups, self.main))

    def owner_draws(self, chosen: NDArray[np.bool_], in_jobs: bool = False) -> Floats:
        """Credit of some owners together (draws,), with sampling of people."""
        credit = self.drawn.own_jobs if in_jobs else self.drawn.own
        noise = self.own_noise_in_jobs if in_jobs else self.own_noise
        return np.asarray(credit[chosen].sum(axis=0) + noise[chosen].sum(axis=0))

    def _worth(self, in_jobs: bool) -> tuple[Floats, Floats]:
        if in_jobs:
            return np.ones_like(self.worth.public), np.ones_like(self.worth.mean)
        return self.worth.public, self.worth.mean


def owner_noise(sampling: Sampling, groups: Groups, scale: float, unit: float, which: int, rule: Rule) -> Floats:
    """Sampling noise of every owner (J, draws) from group totals at potential number `which`, `unit` to a pound or
    job.
    """
    totals = groups.by_owner[which] / (DAYS_NUMERATOR * WHOLE * scale) * unit
    return sampling.noise(totals, rule)
