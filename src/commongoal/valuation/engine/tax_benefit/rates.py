"""Dated rates of tax and benefits as data, and the rates of one tax year as plain numbers.

A rate set in law has no range: its low and high are the amount itself.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.programme import Part

ONLY_CHECKED = ("pension_age", "living_wage_age", "minimum_wage_21", "minimum_wage_18")
"""Rates by which input is checked and which enter no figure, so that they mark none."""


class NoRatesForYear(Refused):
    """There are no rates of tax and benefits for that year."""


class Series(Part):
    """One rate over the years: amounts in the unit, and which of them somebody has checked."""

    what: str
    unit: str
    amounts: tuple[float, ...] = Field(min_length=1)
    verified: tuple[bool, ...] = Field(min_length=1)
    source: str = Field(min_length=1)


class RateBook(Part):
    """All rates, in the order of `years` (tax years such as "2025/26")."""

    years: tuple[str, ...] = Field(min_length=1)
    checked_on: date
    look_again_on: date
    series: dict[str, Series]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wanted = set(Rates.__dataclass_fields__) - {"year", "unverified"}
        if wrong := sorted(wanted ^ set(self.series)):
            raise ValueError(f"rates missing or not known: {', '.join(wrong)}")
        count = len(self.years)
        if short := sorted(n for n, s in self.series.items() if {len(s.amounts), len(s.verified)} != {count}):
            raise ValueError(f"amounts and verified need {count} items, one a year: {', '.join(short)}")
        return self

    def rates(self, year: str) -> "Rates":
        """The rates of a tax year, "2025/26" or "2025-26". Raises `NoRatesForYear`."""
        name = year.replace("-", "/")
        if name not in self.years:
            raise NoRatesForYear(f"Found {year!r}; there are {', '.join(self.years)}.")
        at = self.years.index(name)
        bare = [key for key, series in self.series.items() if not series.verified[at] and key not in ONLY_CHECKED]
        amounts = {key: series.amounts[at] for key, series in self.series.items()}
        return Rates(year=name, unverified=tuple(bare), **amounts)


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one tax year, in the units of the data file: pounds a year for taxes and the cap, pounds a month for
    Universal Credit, pounds a week for Child Benefit, pounds an hour for wages, shares, years of age.

    `unverified` names those that enter figures and that nobody has checked.
    """

    year: str
    unverified: tuple[str, ...]
    personal_allowance: float
    allowance_taper_from: float
    allowance_taper_rate: float
    basic_rate: float
    basic_rate_band: float
    higher_rate: float
    higher_rate_limit: float
    additional_rate: float
    primary_threshold: float
    upper_earnings_limit: float
    employee_rate: float
    employee_upper_rate: float
    secondary_threshold: float
    employer_rate: float
    zero_rate_age: float
    standard_single_young: float
    standard_single: float
    standard_couple_young: float
    standard_couple: float
    young_age: float
    child_first_born_before_2017: float
    child: float
    child_limit: float
    lcwra_protected: float
    lcwra_new: float
    work_allowance_lower: float
    work_allowance_higher: float
    taper: float
    cap_single: float
    cap_other: float
    cap_single_london: float
    cap_other_london: float
    cap_exempt_hours: float
    child_benefit_first: float
    child_benefit_other: float
    pension_age: float
    living_wage: float
    living_wage_age: float
    minimum_wage_21: float
    minimum_wage_18: float

    def minimum_wage(self, age: float) -> float:
        """Pounds an hour that somebody of this age, not an apprentice, must be paid at least."""
        if age >= self.living_wage_age:
            return self.living_wage
        return self.minimum_wage_21 if age >= 21 else self.minimum_wage_18
