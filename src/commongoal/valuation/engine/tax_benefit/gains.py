"""Who gains what when the person of a household moves into work: the person, DWP, HMRC, and what the work is worth.

``earnings + employer NI = gain of the household + Universal Credit saved + income tax + employee NI + employer NI``:
what the work costs the employer, and is taken to be worth to it, is shared between the household and the state.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from commongoal.valuation.engine.results import Convention
from commongoal.valuation.engine.tax_benefit.calculation import Accounts, accounts
from commongoal.valuation.engine.tax_benefit.households import Floats, Household, households_of
from commongoal.valuation.engine.tax_benefit.rates import Rates
from commongoal.valuation.engine.terms import Gain


@dataclass(frozen=True, slots=True)
class WorkGains:
    """Changes between being out of work and in work, pounds a year, shape (n,).

    `household` is the change of net income; `dwp` the Universal Credit saved (below 0 where more is paid); the rest are
    taxes gained by HMRC; `earnings` what the person is paid and `output` what that costs the employer.
    """

    household: Floats
    dwp: Floats
    income_tax: Floats
    employee_ni: Floats
    employer_ni: Floats
    earnings: Floats
    output: Floats

    @property
    def hmrc(self) -> Floats:
        """All taxes gained."""
        return self.income_tax + self.employee_ni + self.employer_ni

    @property
    def kept(self) -> Floats:
        """Share of earnings that the household keeps; 0 where nothing is earned."""
        return np.divide(self.household, self.earnings, out=np.zeros_like(self.household), where=self.earnings != 0)


def gain_from_work(out: Accounts, into: Accounts) -> WorkGains:
    """The differences between two sets of accounts of the same households, `into` work less `out` of it."""
    earnings = into.earnings - out.earnings
    employer = into.employer_ni - out.employer_ni
    return WorkGains(
        household=into.net_income - out.net_income,
        dwp=out.universal_credit - into.universal_credit,
        income_tax=into.income_tax - out.income_tax,
        employee_ni=into.employee_ni - out.employee_ni,
        employer_ni=employer,
        earnings=earnings,
        output=earnings + employer,
    )


@dataclass(frozen=True, slots=True)
class Agencies:
    """The ids by which a programme file knows those who gain."""

    dwp: str = "dwp"
    hmrc: str = "hmrc"
    residents: str = "residents"


@dataclass(frozen=True, slots=True)
class MoveIntoWork:
    """A mix of households moving from no work into `hours` a week at `pay` an hour, by the rates of one year.

    `out`, `into` and `gains` have a place for each household; `weights` (n,) are their shares and sum to 1.
    """

    mix: tuple[Household, ...]
    hours: float
    pay: float
    rates: Rates
    out: Accounts
    into: Accounts
    gains: WorkGains
    weights: Floats

    def mean(self, values: Floats) -> float:
        """Mean over the mix by share."""
        return float(values @ self.weights)


def move_into_work(mix: Sequence[Household], hours: float, pay: float, rates: Rates) -> MoveIntoWork:
    """What changes for a mix of households. Refuses as `households_of` does."""
    households = households_of(mix, rates)
    nothing = np.zeros(len(mix))
    out = accounts(households, nothing, nothing, rates)
    into = accounts(households, np.full(len(mix), hours), np.full(len(mix), pay), rates)
    shares = np.array([household.share for household in mix])
    return MoveIntoWork(
        tuple(mix), hours, pay, rates, out, into, gain_from_work(out, into), np.asarray(shares / shares.sum())
    )


LINES: tuple[tuple[str, str, Literal["fiscal", "economic"], bool, Callable[[WorkGains], Floats]], ...] = (
    ("dwp", "Universal Credit no longer paid", "fiscal", True, lambda gains: gains.dwp),
    ("hmrc", "Income tax", "fiscal", True, lambda gains: gains.income_tax),
    ("hmrc", "Employee National Insurance", "fiscal", True, lambda gains: gains.employee_ni),
    ("hmrc", "Employer National Insurance", "fiscal", True, lambda gains: gains.employer_ni),
    (
        "residents",
        "What the work is worth (pay and employer National Insurance)",
        "economic",
        False,
        lambda g: g.output,
    ),
)
"""Agency, what, kind, whether a transfer, and where it stands in `WorkGains`."""


def job_gains(
    mix: Sequence[Household], hours: float, pay: float, rates: Rates, agencies: Agencies | None = None
) -> tuple[Gain, ...]:
    """What a job is worth a year to DWP, HMRC and residents, as a programme file holds it; see `gains_of`."""
    return gains_of(move_into_work(mix, hours, pay, rates), agencies)


def gains_of(move: MoveIntoWork, agencies: Agencies | None = None) -> tuple[Gain, ...]:
    """Yearly gains of a job as a programme file holds them: transfers of DWP and HMRC, and the work's worth.

    The figures are the mean over the mix and have no range: the rules are certain and the household is as stated. Taxes
    and benefits are transfers, so that public value counts the worth of the work once.
    """
    ids = agencies or Agencies()
    return tuple(
        Gain(
            agency=getattr(ids, agency),
            kind=kind,
            transfer=transfer,
            price_year=move.rates.year.replace("/", "-"),
            value=value,
            low=value,
            high=value,
            source=f"{what}, {_described(move)}",
            verified=not move.rates.unverified,
        )
        for agency, what, kind, transfer, found in LINES
        for value in [round(move.mean(found(move.gains)), 2)]
    )


def conventions(move: MoveIntoWork) -> tuple[Convention, ...]:
    """What every figure of the calculator carries."""
    mark = "unverified" if move.rates.unverified else ""
    return (
        Convention("tax_year", "Rates of tax and benefits", move.rates.year, mark),
        Convention("place", "Place", "England and Wales"),
        Convention("take_up", "Take-up", "full: every benefit due is claimed and paid"),
        Convention("annualised", "Time", "a whole year: 52 weeks of pay and 12 equal months"),
        Convention("benefit_cap", "Benefit cap", "modelled, without the nine months of grace"),
        Convention("rent", "Rent", "met in full for tenants: no local housing allowance limit, no service charges"),
        Convention("health", "Health element", "kept in work: the assessment is taken to stand"),
        Convention("council_tax", "Council tax reduction", "off: it differs by council; it would lower the gain"),
        Convention("childcare", "Childcare", "off: neither its cost nor help with it"),
        Convention("child_benefit_charge", "High Income Child Benefit Charge", "off: bears on pay above £60,000"),
        Convention("marriage_allowance", "Marriage allowance", "off: taken as not claimed"),
        Convention("other_benefits", "Other benefits", "off: legacy benefits, free school meals, prescriptions"),
        Convention("pension", "Workplace pension, student loan", "off: neither side pays anything"),
        Convention("savings", "Savings", "none, and no income but pay from an employer"),
        Convention("employment_allowance", "Employment Allowance", "off: the employer pays National Insurance in full"),
    )


def _described(move: MoveIntoWork) -> str:
    whom = move.mix[0].name or "one household" if len(move.mix) == 1 else f"a mix of {len(move.mix)} households"
    return (
        f"{whom}, from no work to {move.hours:g} hours a week at £{move.pay:.2f}, {move.rates.year} rates of tax and "
        "benefits in England and Wales, full take-up, by Common Goal's calculator, checked against policyengine-uk"
    )
