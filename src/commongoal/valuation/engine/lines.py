"""The lines of the account: credit, cost, ratio and rank of every provider, intervention, stage and segment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.estimates import Estimate, average_ranks, from_draws, pooled_variance
from commongoal.valuation.engine.results import Line, LineKind

Floats = NDArray[np.float64]

FEWEST = 50
TOO_FEW = f"fewer than {FEWEST} people: too few for an interval"
NO_COST = "no cost is recorded, so there is no ratio"
NOT_A_RATIO = "the relative rule compares providers; it is never a ratio"


@dataclass(frozen=True, slots=True)
class Cost:
    """What something cost in pounds, and how much of it was given in kind."""

    total: float = 0.0
    in_kind: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.total + other.total, self.in_kind + other.in_kind)

    def share(self, part: float) -> "Cost":
        """A part of it, from 0 to 1."""
        return Cost(self.total * part, self.in_kind * part)


@dataclass(frozen=True, slots=True)
class Costs:
    """Pounds by (provider, intervention) numbers, None where a cost belongs to no one provider or intervention."""

    cells: Mapping[tuple[int | None, int | None], Cost]

    def where(self, test: Callable[[int | None, int | None], bool]) -> Cost:
        """The sum of the cells that pass."""
        return sum((cost for key, cost in self.cells.items() if test(*key)), Cost())

    @property
    def all(self) -> Cost:
        """Everything."""
        return self.where(lambda _p, _i: True)

    @property
    def without_owner(self) -> Cost:
        """What belongs to no provider: in the programme's ratio, never spread."""
        return self.where(lambda provider, _i: provider is None)


@dataclass(frozen=True, slots=True)
class Account:
    """What a line is made from: draws of credit in the result's unit and in jobs, with sampling in both."""

    kind: LineKind
    id: str
    name: str
    people: int
    credit: Floats
    jobs: Floats
    cost: Cost
    second_shape: float | None = None


def estimate(draws: Floats, people: int) -> Estimate:
    """Median and 90% interval, or the median alone where there are too few people."""
    found = from_draws(draws)
    return found if people >= FEWEST else Estimate(found.point, why=TOO_FEW)


def ratio(account: Account, in_pounds: bool, comparable: bool) -> tuple[Estimate | None, str]:
    """Credit per pound of cost, or why there is none."""
    if not comparable:
        return None, NOT_A_RATIO
    if not in_pounds:
        return None, "no value in pounds is given, so there is no ratio"
    if account.cost.total <= 0:
        return None, NO_COST
    return estimate(account.credit / account.cost.total, account.people), ""


def line(account: Account, in_pounds: bool, comparable: bool = True) -> Line:
    """One line, unranked."""
    per_pound, why = ratio(account, in_pounds, comparable)
    return Line(
        kind=account.kind,
        id=account.id,
        name=account.name,
        people=account.people,
        credit=estimate(account.credit, account.people),
        jobs=estimate(account.jobs, account.people),
        cost=account.cost.total,
        cost_in_kind=account.cost.in_kind,
        ratio=per_pound,
        why_no_ratio=why,
        chance_above_one=float((account.credit > account.cost.total).mean())
        if per_pound and account.people >= FEWEST
        else None,
        second_shape=account.second_shape,
    )


def ranked(accounts: list[Account], in_pounds: bool, comparable: bool = True) -> tuple[Line, ...]:
    """Lines of one kind with the rank interval of those that have a ratio and people enough.

    Ranking alone shrinks: ``r~ = B r + (1 - B) r_bar`` with ``B = tau2 / (tau2 + v)`` (method.md section 3, step 7).
    Under the
    relative rule, which has no ratio, credit per person is ranked.
    """
    lines = [line(account, in_pounds, comparable) for account in accounts]
    able = [n for n, account in enumerate(accounts) if account.people >= FEWEST and _rankable(account, comparable)]
    if len(able) < 2:
        return tuple(lines)
    draws = np.stack([_ranking_figure(accounts[n], in_pounds and comparable) for n in able])
    shrunk = shrink(draws)
    ranks = average_ranks(shrunk)
    for at, n in enumerate(able):
        lines[n] = replace(lines[n], shrunk=from_draws(shrunk[at]), rank=from_draws(ranks[at]))
    return tuple(lines)


def _rankable(account: Account, comparable: bool) -> bool:
    return (account.cost.total > 0 or not comparable) and float(np.ptp(account.credit)) > 0


def _ranking_figure(account: Account, as_ratio: bool) -> Floats:
    return account.credit / (account.cost.total if as_ratio else max(account.people, 1))


def shrink(draws: Floats) -> Floats:
    """Draws (units, draws) pulled towards their precision-weighted mean, draw by draw."""
    variances = np.maximum(draws.var(axis=1), 1e-300)
    tau2 = pooled_variance(np.median(draws, axis=1), variances)
    keep = (tau2 / (tau2 + variances))[:, None]
    weights = 1 / (tau2 + variances)
    mean = weights @ draws / weights.sum()
    return np.asarray(keep * draws + (1 - keep) * mean)
