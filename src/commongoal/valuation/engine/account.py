"""The account: every provider, intervention, pair, stage and segment, and the programme as a whole."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.periods import DAYS_NUMERATOR
from commongoal.valuation.engine.credit import keeps, shape_shift
from commongoal.valuation.engine.lines import Account, Cost, estimate, line, ranked
from commongoal.valuation.engine.material import Material
from commongoal.valuation.engine.results import Gain, Line, LineKind, Measure, RuleTotal, UnitCost
from commongoal.valuation.engine.terms import Rule

Floats = NDArray[np.float64]

TINY = 1e-12
MEANING = {
    "net": "value of moving somebody on, less what they would have drifted to anyway",
    "equal": "each stage is worth an equal step of a sustained job",
    "outcome_only": "only arriving at sustained work is worth anything",
    "relative": "each step against the chance this programme usually gives; for comparing providers, never a ratio",
}
ADDS_UP = {
    "net": "the effect of the programme as delivered up to leaving, snapshot or horizon, then withdrawn",
    "equal": "the gross value; times additionality",
    "outcome_only": "the gross value; times additionality",
    "relative": "about zero; what is left over is shown",
}


def accounts(material: Material) -> tuple[Line, ...]:
    """Every line of the account but the programme's own, in programme order."""
    comparable, in_pounds = material.main != "relative", material.worth.in_pounds
    found: list[Line] = []
    for made in (_providers(material), _interventions(material), _pairs(material)):
        found += ranked(list(made), in_pounds, comparable)
    for made in (_stages(material), _segments(material)):
        found += [line(account, in_pounds, comparable) for account in made]
    return tuple(found)


def whole(material: Material) -> Line:
    """The programme's own line: every credit, every cost."""
    rule = material.main
    account = Account(
        "programme",
        "programme",
        material.programme.name,
        int(material.stats["people"].sum()),
        material.total_draws(rule),
        material.total_draws(rule, in_jobs=True),
        material.costs.all,
        _second_shape_total(material),
    )
    return line(account, material.worth.in_pounds, rule != "relative")


def unattributed(material: Material) -> Line:
    """What happened while nobody was active: the programme's total less every owner's."""
    everyone = np.ones(len(material.stats.owners), dtype=bool)
    rule = material.main
    total, jobs = material.total_draws(rule), material.total_draws(rule, in_jobs=True)
    account = Account(
        "unattributed",
        "unattributed",
        "Unattributed (nobody active)",
        int(material.stats["people"].sum()),
        total - material.owner_draws(everyone),
        jobs - material.owner_draws(everyone, in_jobs=True),
        material.costs.without_owner,
    )
    made = line(account, in_pounds=False)
    return replace(made, why_no_ratio="nobody was helping, so there is no cost to divide by")


def _owner_account(
    material: Material, kind: LineKind, id_: str, name: str, people: int, chosen: NDArray[np.bool_], cost: Cost
) -> Account:
    credit = material.owner_draws(chosen)
    other = material.shape_shift
    second = None if other is None else float(np.median(credit) + other[chosen].sum())
    return Account(kind, id_, name, people, credit, material.owner_draws(chosen, in_jobs=True), cost, second)


def _second_shape_total(material: Material) -> float | None:
    """The programme's credit if nobody stepped back without it."""
    if material.other is None or material.other.other_shape is None or material.main != "net":
        return None
    shift = shape_shift(material.other, material.setting, material.counted.stretch[keeps("net")], material.worth.mean)
    return float(np.median(material.total_draws("net")) + shift.sum())


def _providers(material: Material) -> Iterator[Account]:
    width = len(material.programme.interventions)
    for p, provider in enumerate(material.programme.providers):
        people = int(material.stats["provider_people"][p])
        cost = material.costs.where(lambda provider, _i, p=p: provider == p)  # type: ignore[misc]
        if people or cost.total:
            chosen = material.stats.owners // width == p
            yield _owner_account(material, "provider", provider.id, provider.name, people, chosen, cost)


def _interventions(material: Material) -> Iterator[Account]:
    width = len(material.programme.interventions)
    for i, intervention in enumerate(material.programme.interventions):
        people = int(material.stats["intervention_people"][i])
        cost = material.costs.where(lambda _p, intervention, i=i: intervention == i)  # type: ignore[misc]
        if people or cost.total:
            chosen = material.stats.owners % width == i
            yield _owner_account(material, "intervention", intervention.id, intervention.name, people, chosen, cost)


def _pairs(material: Material) -> Iterator[Account]:
    programme = material.programme
    for owner in material.stats.owners:
        p, i = divmod(int(owner), len(programme.interventions))
        provider, intervention = programme.providers[p], programme.interventions[i]
        yield _owner_account(
            material,
            "provider_intervention",
            f"{provider.id}/{intervention.id}",
            f"{provider.name}: {intervention.name}",
            int(material.stats["own_people"][owner]),
            material.stats.owners == owner,
            material.costs.cells.get((p, i), Cost()),
        )


def _days_shared(material: Material) -> tuple[Floats, Floats]:
    """Each pair's cost, and what of it was in kind, by segment and stage (G, S), shared by days of support."""
    days = material.stats["own_days"].astype(np.float64)
    total = days.sum(axis=(1, 2), keepdims=True)
    shares: Floats = np.divide(days, total, out=np.zeros_like(days), where=total > 0)
    width = len(material.programme.interventions)
    costs = np.zeros((2, days.shape[0]))
    for (p, i), cost in material.costs.cells.items():
        if p is not None and i is not None:
            costs[:, p * width + i] = cost.total, cost.in_kind
    spread, in_kind = np.einsum("co,ogs->cgs", costs, shares)
    return spread, in_kind


def _stages(material: Material) -> Iterator[Account]:
    """Steps from each stage; cost shared by days of support at that stage. Returns are nobody's, and cost nothing."""
    shared, in_kind = _days_shared(material)
    credit, jobs = (material.stage_draws(material.main, in_jobs) for in_jobs in (False, True))
    reached = np.cumsum(material.stats["reached"].sum(axis=0)[::-1])[::-1]
    for s, stage in enumerate(material.programme.pathway.stages[:-1]):
        cost = Cost(float(shared[:, s].sum()), float(in_kind[:, s].sum()))
        yield Account("stage", stage.id, f"From {stage.name}", int(reached[s]), credit[s], jobs[s], cost)
    if material.main != "net":
        back, back_jobs = (material.returned_draws(in_jobs) for in_jobs in (False, True))
        people = int(material.stats["returns"][..., :].sum()) // DAYS_NUMERATOR
        yield Account("stage", "returns", "Coming back after leaving", people, back, back_jobs, Cost())


def _segments(material: Material) -> Iterator[Account]:
    """People of each segment; cost shared by days of support they had."""
    shared, in_kind = _days_shared(material)
    credit, jobs = (material.segment_draws(material.main, in_jobs) for in_jobs in (False, True))
    for g, segment in enumerate(material.programme.segments):
        people = int(material.stats["people"][g])
        if people:
            cost = Cost(float(shared[g].sum()), float(in_kind[g].sum()))
            yield Account("segment", segment.id, segment.name, people, credit[g], jobs[g], cost)


def additionality(material: Material) -> Floats | None:
    """``1 - sum(w W p0) / sum(w W p)`` by draw, where leavers keep what they have in p.

    None without a counterfactual, or where nobody's sustained work is worth anything in some draw.
    """
    if material.other is None:
        return None
    weight = material.setting.spells[:, None] * material.worth.public
    gross = (weight * material.drawn.with_programme).sum(axis=0)
    if (np.abs(gross) <= TINY).any():
        return None
    return np.asarray(1 - (weight * material.drawn.without).sum(axis=0) / gross)


def rule_totals(material: Material) -> tuple[RuleTotal, ...]:
    """The programme under every rule that can be used."""
    extra = additionality(material)
    people, cost = int(material.stats["people"].sum()), material.costs.all
    found = []
    for rule in material.rules:
        credit = material.total_draws(rule)
        gross = rule in ("equal", "outcome_only")
        additional = credit * extra if gross and extra is not None else None
        value = additional if additional is not None else credit
        account = Account("programme", rule, rule, people, value, value, cost)
        per_pound, why = _rule_ratio(material, rule, account, gross and extra is None)
        found.append(
            RuleTotal(
                rule,
                MEANING[rule],
                estimate(credit, people),
                ADDS_UP[rule],
                None if additional is None else estimate(additional, people),
                per_pound,
                why,
            )
        )
    return tuple(found)


def _rule_ratio(material: Material, rule: Rule, account: Account, gross_only: bool) -> tuple[Estimate | None, str]:
    if gross_only:
        return None, "gross value without a comparison is not compared with cost"
    made = line(account, material.worth.in_pounds, rule != "relative")
    return made.ratio, made.why_no_ratio


def gains(material: Material) -> tuple[Gain, ...]:
    """The programme's credit by agency, kind and whether it is a transfer; sampling noise in proportion.

    A sum is unverified if any line in it is.
    """
    jobs = material.segment_draws(material.main, in_jobs=True)
    people = int(material.stats["people"].sum())
    names = {partner.id: partner.name for partner in material.programme.partners}
    found: dict[tuple[str, Literal["fiscal", "economic", "social"], bool], tuple[Floats, bool]] = {}
    for n, gain in enumerate(material.worth.gains):
        key = (names.get(gain.agency, gain.agency), gain.kind, gain.transfer)
        credit, verified = found.get(key, (np.zeros(jobs.shape[1]), True))
        found[key] = (credit + (material.worth.lines[n] * jobs).sum(axis=0), verified and gain.verified)
    return tuple(
        Gain(*key, estimate(credit, people), "" if verified else "unverified")
        for key, (credit, verified) in found.items()
    )


_UNIT: dict[Measure, str] = {
    "start": "all costs as recorded, cash and in kind, ÷ spells that started",
    "job": "all costs as recorded, cash and in kind, ÷ spells that reached work by the horizon",
    "sustained": "all costs as recorded, cash and in kind, ÷ spells that reached sustained work by the horizon",
}


def unit_costs(material: Material) -> tuple[UnitCost, ...]:
    """Cost per start, job and sustained job, each beside the comparators of its measure. Empty without costs."""
    cost = material.costs.all.total
    if cost <= 0:
        return ()
    reached = material.stats["reached"].astype(np.float64)
    work = material.programme.pathway.number(material.programme.pathway.work_stage)
    groups: dict[Measure, Floats] = {
        "start": material.sampling.people,
        "job": reached[:, work:].sum(axis=1),
        "sustained": reached[:, -1],
    }
    return tuple(made for measure, counts in groups.items() for made in _unit_cost(material, measure, counts, cost))


def _unit_cost(material: Material, measure: Measure, counts: Floats, cost: float) -> Iterator[UnitCost]:
    total = int(counts.sum())
    if not total:
        return
    if measure == "start":
        found = Estimate(cost / total, why="what was spent and counted: nothing is estimated")
    else:
        draws = cost / np.maximum(material.sampling.rescaled(counts), 1e-9)
        found = replace(estimate(draws, int(material.sampling.people.sum())), point=cost / total)
    own = UnitCost(measure, _UNIT[measure], total, found)
    beside = [other for other in material.terms.comparators if other.measure == measure]
    if not beside:
        yield own
    for other in beside:
        mark = "" if other.verified else " [unverified]"
        note = f"{other.definition}; {other.price_year} prices; {other.source}{mark}"
        value = Estimate(other.value, other.low, other.high)
        yield replace(own, comparator=other.name, comparator_value=value, comparator_note=note)
