"""Households as columns of equal length, and the rules about which of them the calculator takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.programme import Part
from commongoal.valuation.engine.tax_benefit.rates import Rates

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]
Health = Literal["none", "lcw", "lcwra_protected", "lcwra_new"]
HEALTH: tuple[Health, ...] = ("none", "lcw", "lcwra_protected", "lcwra_new")
Nation = Literal["england", "wales", "scotland", "northern_ireland"]
Pounds = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
ADULT = 18


class OnlyEnglandAndWales(Refused):
    """The calculator covers England and Wales: Scotland sets income tax bands and benefits of its own, and Northern
    Ireland pays Universal Credit under rules of its own.
    """


class PensionAge(Refused):
    """Somebody in the household has reached State Pension age, whose benefits are not in the calculator."""


class Household(Part):
    """One household: the person who may move into work, an optional partner, their children and rent.

    Ages in years; `children_before_2017` are those of `children` born before 6 April 2017; `rent_month` the rent of a
    tenant in pounds a month, 0 for no housing element; `health` is what an assessment found for either adult;
    `partner_earnings` in pounds a year, the same whether the person works or not; savings none; `share` the
    household's part in a mix.
    """

    name: str = ""
    nation: Nation = "england"
    london: bool = False
    couple: bool = False
    age: int = Field(ge=ADULT, le=120)
    partner_age: int | None = Field(None, ge=ADULT, le=120)
    children: int = Field(0, ge=0, le=20)
    children_before_2017: int = Field(0, ge=0, le=20)
    rent_month: Pounds = 0.0
    health: Health = "none"
    partner_earnings: Pounds = 0.0
    share: float = Field(1.0, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.couple != (self.partner_age is not None):
            raise ValueError("a couple needs partner_age, and a single person has none")
        if self.partner_earnings and not self.couple:
            raise ValueError("partner_earnings need couple = true")
        if self.children_before_2017 > self.children:
            raise ValueError("children_before_2017 cannot be more than children")
        if self.london and self.nation != "england":
            raise ValueError("London is in England")
        return self


@dataclass(frozen=True, slots=True)
class Households:
    """Columns of shape (n,). `health` holds places in `HEALTH`; a single person's `partner_age` is not read."""

    couple: Bools
    age: Floats
    partner_age: Floats
    children: Floats
    children_before_2017: Floats
    rent_month: Floats
    health: Codes
    london: Bools
    partner_earnings: Floats

    def __len__(self) -> int:
        return len(self.age)


def households_of(mix: Sequence[Household], rates: Rates) -> Households:
    """The columns of a list of households.

    Raises `OnlyEnglandAndWales` or `PensionAge` for those that the calculator does not take.
    """
    for household in mix:
        _taken(household, rates)
    return Households(
        couple=np.array([household.couple for household in mix], dtype=np.bool_),
        age=_column(household.age for household in mix),
        partner_age=_column(household.partner_age or 0 for household in mix),
        children=_column(household.children for household in mix),
        children_before_2017=_column(household.children_before_2017 for household in mix),
        rent_month=_column(household.rent_month for household in mix),
        health=np.array([HEALTH.index(household.health) for household in mix], dtype=np.int8),
        london=np.array([household.london for household in mix], dtype=np.bool_),
        partner_earnings=_column(household.partner_earnings for household in mix),
    )


def _column(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _taken(household: Household, rates: Rates) -> None:
    if household.nation not in ("england", "wales"):
        raise OnlyEnglandAndWales(f"{_name(household)} is in {household.nation.replace('_', ' ').title()}.")
    if old := [age for age in _ages(household) if age >= rates.pension_age]:
        raise PensionAge(f"{_name(household)} has somebody of {old[0]}; the limit is {rates.pension_age:g}.")


def _name(household: Household) -> str:
    return f"The household {household.name!r}" if household.name else "The household"


def _ages(household: Household) -> Iterator[int]:
    yield household.age
    if household.partner_age is not None:
        yield household.partner_age
