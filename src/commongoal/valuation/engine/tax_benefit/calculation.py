"""Tax, National Insurance, Universal Credit and net income of households, by the rates of one tax year.

Everything is in pounds a year and has shape (n,). Twelve equal months, 52 weeks of pay, one employer a person, benefits
claimed in full. Sources of the formulas: Income Tax Act 2007 ss 10, 23 and 35; Social Security (Contributions)
Regulations 2001 (annual earnings period); Universal Credit Regulations 2013 regs 22, 24, 27, 36 and 78 to 82.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commongoal.valuation.engine.tax_benefit.households import HEALTH, Bools, Floats, Households
from commongoal.valuation.engine.tax_benefit.rates import Rates

MONTHS = 12
WEEKS = 52
LCWRA = HEALTH.index("lcwra_protected")


@dataclass(frozen=True, slots=True)
class Accounts:
    """What a household earns, pays and receives in a year; taxes of the person and of the partner apart.

    `net_income` is the household's: earnings of both less their taxes, plus Universal Credit and Child Benefit.
    `benefit_cap_cut` is what the cap took off Universal Credit.
    """

    earnings: Floats
    income_tax: Floats
    employee_ni: Floats
    employer_ni: Floats
    partner_income_tax: Floats
    partner_ni: Floats
    child_benefit: Floats
    universal_credit: Floats
    benefit_cap_cut: Floats
    net_income: Floats


def accounts(households: Households, hours: Floats, pay: Floats, rates: Rates) -> Accounts:
    """The accounts of households whose person works `hours` a week at `pay` pounds an hour, each (n,) or a number."""
    earnings = np.broadcast_to(np.asarray(hours, np.float64) * pay * WEEKS, len(households))
    partner = households.partner_earnings
    taxes, insurance = income_tax(earnings, rates), employee_ni(earnings, rates)
    theirs = (income_tax(partner, rates), employee_ni(partner, rates))
    family = child_benefit(households.children, rates)
    net_earnings = earnings - taxes - insurance + partner - theirs[0] - theirs[1]
    before_cap = uncapped_credit(households, net_earnings, rates)
    cut = benefit_cap_cut(households, before_cap, family, net_earnings, rates)
    credit = before_cap - cut
    return Accounts(
        earnings=earnings,
        income_tax=taxes,
        employee_ni=insurance,
        employer_ni=employer_ni(earnings, households.age, rates),
        partner_income_tax=theirs[0],
        partner_ni=theirs[1],
        child_benefit=family,
        universal_credit=credit,
        benefit_cap_cut=cut,
        net_income=net_earnings + credit + family,
    )


def income_tax(earnings: Floats, rates: Rates) -> Floats:
    """Income tax on earnings: the allowance tapers away, then three bands of taxable income."""
    withdrawn = rates.allowance_taper_rate * np.maximum(earnings - rates.allowance_taper_from, 0)
    taxable = np.maximum(earnings - np.maximum(rates.personal_allowance - withdrawn, 0), 0)
    at_higher = np.maximum(taxable - rates.basic_rate_band, 0)
    at_additional = np.maximum(taxable - rates.higher_rate_limit, 0)
    return _floats(
        rates.basic_rate * taxable
        + (rates.higher_rate - rates.basic_rate) * at_higher
        + (rates.additional_rate - rates.higher_rate) * at_additional
    )


def employee_ni(earnings: Floats, rates: Rates) -> Floats:
    """Class 1 contributions of an employee over a year: the main rate between two thresholds, a lower one above."""
    above = np.maximum(earnings - rates.upper_earnings_limit, 0)
    main = np.maximum(earnings - rates.primary_threshold, 0) - above
    return _floats(rates.employee_rate * main + rates.employee_upper_rate * above)


def employer_ni(earnings: Floats, age: Floats, rates: Rates) -> Floats:
    """Class 1 contributions of the employer; for the young only above the upper threshold. No Employment Allowance."""
    threshold = np.where(age < rates.zero_rate_age, rates.upper_earnings_limit, rates.secondary_threshold)
    return _floats(rates.employer_rate * np.maximum(earnings - threshold, 0))


def child_benefit(children: Floats, rates: Rates) -> Floats:
    """Child Benefit for a year, before any High Income Child Benefit Charge."""
    others = np.maximum(children - 1, 0)
    return _floats(WEEKS * (rates.child_benefit_first * (children > 0) + rates.child_benefit_other * others))


def credit_maximum(households: Households, rates: Rates) -> Floats:
    """Universal Credit before earnings: standard allowance, children, health and rent."""
    elements = _standard(households, rates) + _children(households, rates) + _health(households, rates)
    return _floats(MONTHS * (elements + households.rent_month))


def uncapped_credit(households: Households, net_earnings: Floats, rates: Rates) -> Floats:
    """Universal Credit before the benefit cap: the maximum less the taper on net earnings above the work allowance.

    ``max(0, maximum - taper * max(0, net earnings - work allowance))``; a work allowance only with children or limited
    capability for work, the lower one where rent is met.
    """
    allowed = (households.children > 0) | (households.health > 0)
    level = np.where(households.rent_month > 0, rates.work_allowance_lower, rates.work_allowance_higher)
    counted = np.maximum(net_earnings - MONTHS * level * allowed, 0)
    return _floats(np.maximum(credit_maximum(households, rates) - rates.taper * counted, 0))


def benefit_cap_cut(
    households: Households, credit: Floats, family: Floats, net_earnings: Floats, rates: Rates
) -> Floats:
    """What the benefit cap takes off: Universal Credit and Child Benefit above the limit, at most the credit.

    None where the award has a health element, or net earnings reach 16 hours a week at the National Living Wage,
    whole pounds a month. The nine months of grace after work are not modelled.
    """
    alone = ~households.couple & (households.children == 0)
    outside = np.where(alone, rates.cap_single, rates.cap_other)
    inside = np.where(alone, rates.cap_single_london, rates.cap_other_london)
    limit = np.where(households.london, inside, outside)
    a_month = np.floor(rates.cap_exempt_hours * rates.living_wage * WEEKS / MONTHS)
    exempt = (households.health >= LCWRA) | (net_earnings >= MONTHS * a_month)
    return _floats(np.where(exempt, 0, np.clip(credit + family - limit, 0, credit)))


def _standard(households: Households, rates: Rates) -> Floats:
    young = households.age < rates.young_age
    both_young = young & (households.partner_age < rates.young_age)
    single = np.where(young, rates.standard_single_young, rates.standard_single)
    couple = np.where(both_young, rates.standard_couple_young, rates.standard_couple)
    return _floats(np.where(households.couple, couple, single))


def _children(households: Households, rates: Rates) -> Floats:
    """Children born before 6 April 2017 always count; later ones while the family is within the limit."""
    before = households.children_before_2017
    counted = np.maximum(before, np.minimum(households.children, rates.child_limit))
    more_for_first = rates.child_first_born_before_2017 - rates.child
    return _floats(rates.child * counted + more_for_first * (before > 0))


def _health(households: Households, rates: Rates) -> Floats:
    by_code = np.array([0.0, 0.0, rates.lcwra_protected, rates.lcwra_new])
    return _floats(by_code[households.health])


def _floats(values: NDArray[np.float64] | Bools) -> Floats:
    return np.asarray(values, dtype=np.float64)
