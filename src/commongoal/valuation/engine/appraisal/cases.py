"""The two cases and MVPF: what is counted as gain and cost, and how their ratio is told where it is no plain number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.estimates import Estimate, from_draws
from commongoal.valuation.engine.appraisal.chain import Chain, Weights
from commongoal.valuation.engine.appraisal.results import Case, Payback, Ratio
from commongoal.valuation.engine.appraisal.uncertainty import Draws

Floats = NDArray[np.float64]

FINANCIAL = (
    "present value of fiscal savings that free a budget (fiscal value times its cashable share, transfers included) "
    "for each £1 of capital and revenue cost to public agencies"
)
PUBLIC = (
    "present value of fiscal, economic and social value, less transfers, for each £1 of all cost (capital, revenue, in "
    "kind), whoever bears it"
)
WEIGHTED = PUBLIC + ", what participants gain and lose being weighted by income"
MVPF = (
    "willingness to pay (economic and social value, less transfers that people lose) for each £1 of net cost to "
    "government (all cost to public agencies, less all fiscal value, cashable or not)"
)


@dataclass(frozen=True, slots=True)
class Both:
    """One figure at the central values and in every draw (n,)."""

    central: float
    draws: Floats

    def __sub__(self, other: "Both") -> "Both":
        return Both(self.central - other.central, self.draws - other.draws)

    @property
    def estimate(self) -> Estimate:
        """The central figure with the middle 90% of the draws."""
        if np.ptp(self.draws) == 0:
            return Estimate(self.central, self.central, self.central)
        return from_draws(self.draws, self.central)


@dataclass(frozen=True, slots=True)
class Present:
    """Present values at the central values and drawn: of unit values (U, n) and costs (C, n)."""

    central: Draws
    drawn: Draws

    def worth(self, weights: Floats) -> Both:
        """A weighted sum of unit values."""
        return Both(float((weights @ self.central.worth)[0]), weights @ self.drawn.worth)

    def cost(self, weights: Floats) -> Both:
        """A weighted sum of costs."""
        return Both(float((weights @ self.central.cost)[0]), weights @ self.drawn.cost)


def case(identity: str, name: str, definition: str, gain: Both, cost: Both, mark: str) -> Case:
    """One case from its gain and cost."""
    ratio = _ratio("Ratio of gain to cost", definition, gain, cost, mark)
    net = gain - cost
    return Case(identity, name, definition, gain.estimate, cost.estimate, net.estimate, ratio, mark)


def _ratio(name: str, definition: str, gain: Both, cost: Both, mark: str) -> Ratio:
    """Gain over cost: negative and infinite are told as they are; a cost below 0 makes no ratio."""
    above = float(np.mean(gain.draws > cost.draws))
    if cost.central < 0 or (cost.central == 0 and gain.central == 0):
        why = "the cost is below 0" if cost.central < 0 else "neither gain nor cost"
        return Ratio(name, definition, None, f"no ratio: {why}; see the net value", above, mark)
    if cost.central == 0:
        value = Estimate(float(np.copysign(np.inf, gain.central)), why="there is no cost")
        return Ratio(name, definition, value, "", above, mark)
    point = gain.central / cost.central
    if cost.draws.min() <= 0:
        return Ratio(name, definition, Estimate(point, why="the cost is 0 or less in some draws"), "", above, mark)
    with np.errstate(over="ignore"):  # a cost of next to nothing makes a ratio beyond any number, told as infinite
        ratios = gain.draws / cost.draws
    if not np.isfinite(ratios).all():
        return Ratio(
            name, definition, Estimate(point, why="the cost is next to nothing in some draws"), "", above, mark
        )
    return Ratio(name, definition, Both(point, ratios).estimate, "", above, mark)


def mvpf_value(willing: float, net_cost: float) -> float:
    """Marginal value of public funds: willingness to pay over net cost to government, never clamped.

    Infinite where the purse loses nothing and people gain; negative where people lose, whatever the sign of the net
    cost; not a number where the purse loses nothing and nobody else gains or loses. Source: Hendren and Sprung-Keyser
    (2020), method.md section 2.
    """
    if net_cost > 0:
        return willing / net_cost
    if willing > 0:
        return float("inf")
    if willing < 0:
        return float("-inf") if net_cost == 0 else willing / -net_cost
    return float("nan")


def mvpf(name: str, willing: Both, net_cost: Both, mark: str) -> Ratio:
    """MVPF with the middle 90% of its draws; ends may be infinite."""
    above = float(np.mean(willing.draws > net_cost.draws))
    value = mvpf_value(willing.central, net_cost.central)
    if np.isnan(value):
        return Ratio(name, MVPF, None, "no ratio: the purse loses nothing, and nobody else gains or loses", above, mark)
    draws = np.array([mvpf_value(float(w), float(c)) for w, c in zip(willing.draws, net_cost.draws, strict=True)])
    known = draws[~np.isnan(draws)]
    if not known.size:
        return Ratio(name, MVPF, Estimate(value, why="no draw has a ratio"), "", above, mark)
    low, high = (float(np.quantile(known, share, method="inverted_cdf")) for share in (0.05, 0.95))
    return Ratio(name, MVPF, Estimate(value, low, high), "", above, mark)


def payback(chain: Chain, weights: Weights, present: Present, by_year: Floats, labels: tuple[str, ...]) -> Payback:
    """When savings that free a budget have paid back the cash put in, from values by unit value and year (U, T)."""
    gain = (weights.cash[:, None] * by_year * chain.discount).sum(axis=0)
    cost = (weights.cash_cost[:, None] * chain.amounts).sum(axis=0) * chain.money
    total = np.cumsum(gain - cost)
    chance = float(np.mean((present.worth(weights.cash) - present.cost(weights.cash_cost)).draws >= 0))
    cumulative = tuple(float(value) for value in total)
    slack = 1e-9 * max(float(np.abs(total).max()), 1.0)
    short = np.flatnonzero(total < -slack)
    first = 0 if not short.size else int(short[-1]) + 1
    if first >= len(labels):
        return Payback("", None, cumulative, chance, "not within the years appraised")
    return Payback(labels[first], first, cumulative, chance)
