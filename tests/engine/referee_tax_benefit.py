"""The slow, obvious tax-benefit calculator: one household at a time, band by band and month by month."""

from typing import Any

from commongoal.valuation.engine.tax_benefit.households import Household
from commongoal.valuation.engine.tax_benefit.rates import Rates


def income_tax(earnings: float, rates: Rates) -> float:
    allowance = rates.personal_allowance
    if earnings > rates.allowance_taper_from:
        allowance = max(0.0, allowance - (earnings - rates.allowance_taper_from) / 2)
    left = max(0.0, earnings - allowance)
    tax = 0.0
    for width, rate in (
        (rates.basic_rate_band, rates.basic_rate),
        (rates.higher_rate_limit - rates.basic_rate_band, rates.higher_rate),
        (float("inf"), rates.additional_rate),
    ):
        part = min(left, width)
        tax += part * rate
        left -= part
    return tax


def employee_ni(earnings: float, rates: Rates) -> float:
    if earnings <= rates.primary_threshold:
        return 0.0
    if earnings <= rates.upper_earnings_limit:
        return (earnings - rates.primary_threshold) * rates.employee_rate
    main = (rates.upper_earnings_limit - rates.primary_threshold) * rates.employee_rate
    return main + (earnings - rates.upper_earnings_limit) * rates.employee_upper_rate


def employer_ni(earnings: float, age: int, rates: Rates) -> float:
    free = rates.upper_earnings_limit if age < 21 else rates.secondary_threshold
    return (earnings - free) * rates.employer_rate if earnings > free else 0.0


def child_benefit(children: int, rates: Rates) -> float:
    return sum(52 * (rates.child_benefit_first if n == 0 else rates.child_benefit_other) for n in range(children))


def maximum_a_month(home: Household, rates: Rates) -> float:
    if home.partner_age is None:
        standard = rates.standard_single_young if home.age < 25 else rates.standard_single
    elif home.age < 25 and home.partner_age < 25:
        standard = rates.standard_couple_young
    else:
        standard = rates.standard_couple
    children = 0.0
    for place in range(home.children):  # the eldest first
        old = place < home.children_before_2017
        if old or place < rates.child_limit:
            children += rates.child_first_born_before_2017 if place == 0 and old else rates.child
    health = {"lcwra_protected": rates.lcwra_protected, "lcwra_new": rates.lcwra_new}.get(home.health, 0.0)
    return standard + children + health + home.rent_month


def credit_a_month(home: Household, net_a_month: float, rates: Rates) -> float:
    allowance = 0.0
    if home.children or home.health != "none":
        allowance = rates.work_allowance_lower if home.rent_month else rates.work_allowance_higher
    return max(0.0, maximum_a_month(home, rates) - rates.taper * max(0.0, net_a_month - allowance))


def capped(home: Household, credit: float, net_a_month: float, rates: Rates) -> float:
    """The year's credit after the benefit cap."""
    if home.health.startswith("lcwra") or net_a_month >= int(16 * rates.living_wage * 52 / 12):
        return credit
    if home.couple or home.children:
        limit = rates.cap_other_london if home.london else rates.cap_other
    else:
        limit = rates.cap_single_london if home.london else rates.cap_single
    over = credit + child_benefit(home.children, rates) - limit
    return max(0.0, credit - over) if over > 0 else credit


def accounts(home: Household, hours: float, pay: float, rates: Rates) -> dict[str, Any]:
    earnings = hours * pay * 52
    found = {
        "earnings": earnings,
        "income_tax": income_tax(earnings, rates),
        "employee_ni": employee_ni(earnings, rates),
        "employer_ni": employer_ni(earnings, home.age, rates),
        "partner_income_tax": income_tax(home.partner_earnings, rates),
        "partner_ni": employee_ni(home.partner_earnings, rates),
        "child_benefit": child_benefit(home.children, rates),
    }
    mine = earnings - found["income_tax"] - found["employee_ni"]
    theirs = home.partner_earnings - found["partner_income_tax"] - found["partner_ni"]
    before = 12 * credit_a_month(home, (mine + theirs) / 12, rates)
    credit = capped(home, before, (mine + theirs) / 12, rates)
    return found | {
        "universal_credit": credit,
        "benefit_cap_cut": before - credit,
        "net_income": mine + theirs + credit + found["child_benefit"],
    }
