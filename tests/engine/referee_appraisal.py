"""The chain of an appraisal in plain loops, one number at a time: slow, obvious; the engine must agree with it."""

from typing import Any

from commongoal.valuation.engine.appraisal.model import Appraisal, Outcome, Profile, UnitValue
from commongoal.valuation.engine.appraisal.tables import Tables


def additional(o: Outcome) -> float:
    people = o.population.value * o.engagement.value * o.retention.value
    if o.deadweight_basis == "points":
        found = people * (o.impact.value - o.deadweight.value)
    elif o.deadweight_basis == "share_of_gross":
        found = people * o.impact.value * (1 - o.deadweight.value)
    else:
        found = people * o.impact.value
    return found * o.attribution.value * (1 - o.displacement.value)


def in_effect(profile: Profile, month: int, part: int) -> float:
    """How much of a tenth of a month since a cohort started is in effect, drop-off included."""
    since = 10 * (month - profile.lag_months) + part
    if not 0 <= since < round(10 * profile.duration_months.value):
        return 0.0
    return float((1 - profile.drop_off.value) ** (since // 120))


def years_of_effect(profile: Profile, year: int, per: str) -> float:
    """In year `year`: years of effect, or arrivals, of every cohort; durations in tenths of a month."""
    total = 0.0
    for start, share in enumerate(profile.starts):
        if per == "once":
            total += share * (year == start + profile.lag_months // 12)
            continue
        for month in range(12):
            for part in range(10):
                total += share * in_effect(profile, 12 * (year - start) + month, part) / 120
    return total


def bias(tables: Tables, side: str, grades: tuple[int, ...], rule: str) -> float:
    percents = [
        row.percent for row in tables.bias.rows for grade in grades if (row.side, row.grade) == (side, str(grade))
    ]
    chosen = max(percents, key=abs) if rule == "worst" else sum(percents) / len(percents)
    return 1 + chosen / 100


def discount(tables: Tables, value: UnitValue | None, year: int, first: int) -> float:
    schedule = tables.wellbeing if value is not None and value.wellbeing else tables.money
    factor = 1.0
    for elapsed in range(1, year + (1 if first == 0 else 0) + 1):
        factor /= 1 + [band.rate for band in schedule.bands if band.from_year <= elapsed][-1]
    return factor


def appraised(a: Appraisal, tables: Tables) -> dict[str, Any]:
    """Present values of the cases and of MVPF's two sides; value by outcome, kind, agency, year before discounting."""
    terms = a.conventions
    found: dict[str, float] = dict.fromkeys(("fiscal", "cash", "public", "weighted", "willing"), 0.0)
    cells: dict[tuple[str, str, str, int], float] = {}
    weight = 1.0 if a.distribution is None else a.distribution.weight
    for value in a.unit_values:
        outcome = next(o for o in a.outcomes if o.id == value.outcome)
        for year in range(terms.years):
            pounds = additional(outcome) * bias(tables, "benefits", outcome.grades, terms.grades_rule) * value.value
            pounds *= tables.price(value.price_year, terms.price_year)
            pounds *= years_of_effect(a.profile_of(outcome.id), year, value.per)
            for agency, share in value.shares.items() or {"people": 1.0}.items():
                key = (outcome.id, value.kind, agency, year)
                cells[key] = cells.get(key, 0.0) + pounds * share
            now = pounds * discount(tables, value, year, terms.first_discounted_year)
            own = weight if value.goes_to == "participants" else 1.0
            if value.kind == "fiscal":
                found["fiscal"] += now
                found["cash"] += now * value.cashable
                found["public"] += 0.0 if value.transfer else now
                found["weighted"] += now - weight * now if value.transfer else now
                found["willing"] -= now if value.transfer else 0.0
            else:
                found["public"] += now
                found["weighted"] += now * own
                found["willing"] += now
    return found | {"cells": cells} | costs(a, tables)


def costs(a: Appraisal, tables: Tables) -> dict[str, float]:
    terms, public = a.conventions, {agency.id for agency in a.agencies if agency.public}
    found = dict.fromkeys(("cost", "cash_cost", "public_cost"), 0.0)
    for cost in a.costs:
        for year, amount in enumerate(cost.amounts):
            now = amount * tables.price(cost.price_year, terms.price_year)
            now *= bias(tables, "costs", cost.grades, terms.grades_rule)
            now *= discount(tables, None, year, terms.first_discounted_year)
            found["cost"] += now
            found["cash_cost"] += now if cost.agency in public and cost.kind != "in_kind" else 0.0
            found["public_cost"] += now if cost.agency in public else 0.0
    return found
