"""What an appraisal file may contain: conventions, agencies, outcomes, their values and profiles, and costs.

The tables are flat, so that one sheet of a workbook and one table of a TOML file hold the same rows. Every number that
is not a convention carries its range and its source.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from commongoal.pathway.engine.programme import Id, Part
from commongoal.valuation.engine.parameters import NotAPriceYear, price_year

Kind = Literal["fiscal", "economic", "social"]
KINDS: tuple[Kind, ...] = ("fiscal", "economic", "social")
Basis = Literal["points", "share_of_gross", "already_net"]
CostKind = Literal["capital", "revenue", "in_kind"]

LARGEST = 1e12
"""No number of an appraisal is larger, in either direction: what is, is a slip of the keyboard."""

Amount = Annotated[float, Field(strict=True, ge=-LARGEST, le=LARGEST)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
NotNegative = Annotated[float, Field(strict=True, ge=0, le=LARGEST)]
Multiple = Annotated[float, Field(strict=True, ge=0, le=100)]
Grade = Annotated[int, Field(strict=True, ge=1, le=6)]


def _year(text: str) -> str:
    try:
        return str(price_year(text))
    except NotAPriceYear as refused:
        raise ValueError(str(refused)) from None


Year = Annotated[str, AfterValidator(_year), Field(description='"2025/26", or "2025" for a calendar year')]


class Row(Part):
    """A table of an appraisal file: no number in it is infinite or missing."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Number(Row):
    """A number with its range and source, drawn as a triangle peaking at `value`; without a range it is certain."""

    value: Amount
    low: Amount
    high: Amount
    source: str = Field(min_length=1, max_length=2000)
    verified: bool = False

    @model_validator(mode="before")
    @classmethod
    def _certain_without_range(cls, given: Any) -> Any:
        if isinstance(given, dict) and "value" in given:
            return {"low": given["value"], "high": given["value"], **given}
        return given

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"the range must hold the value: low {self.low} <= value {self.value} <= high {self.high}")
        return self

    @property
    def certain(self) -> bool:
        """Whether there is no range to draw from."""
        return self.low == self.high


class Proportion(Number):
    """A number from 0 to 1."""

    value: Share
    low: Share
    high: Share


class Quantity(Number):
    """A number that is never negative."""

    value: NotNegative
    low: NotNegative
    high: NotNegative


class Conventions(Row):
    """What every figure of the appraisal carries."""

    price_year: Year
    deflator_vintage: str = Field(min_length=1)
    discount_schedule: str = Field("green_book_standard", description="of money")
    wellbeing_schedule: str = Field("green_book_health", description="of values with `wellbeing = true`")
    first_discounted_year: Literal[0, 1] = 1
    first_year: Year
    years: int = Field(ge=1, le=60, description="how many years are appraised, the first included")
    draws: int = Field(2000, ge=200, le=20_000)
    seed: int = Field(1, ge=0, le=2**32 - 1)
    sampling: Literal["sobol", "random"] = "sobol"
    bias_table: str = Field("gm_local_partnerships", description="corrections for optimism, by confidence grade")
    grades_rule: Literal["worst", "mean"] = Field("worst", description="how several grades of one line make one bias")


class Agency(Row):
    """A partner that pays or gains; `public` ones make up the public purse."""

    id: Id
    name: str = Field(min_length=1)
    public: bool = True


class Outcome(Row):
    """One outcome line: how many people, and what difference it makes to them.

    ``people = population * engagement * retention``; what of the impact is additional depends on `deadweight_basis`:
    `points` takes deadweight off the impact, `share_of_gross` takes that share of it, `already_net` takes nothing.
    """

    id: Id
    name: str = Field(min_length=1)
    population: Quantity
    engagement: Proportion
    retention: Proportion
    impact: Number
    deadweight_basis: Basis
    deadweight: Number
    displacement: Proportion
    attribution: Proportion
    grades: tuple[Grade, ...] = Field(
        min_length=1, max_length=10, description="confidence in the data, 1 best, 6 worst"
    )
    job: str = Field("", description="lines about the same job share this word, and may not count it twice")


class UnitValue(Row):
    """What one additional outcome is worth, of one kind, once or for each year that it lasts, shared among agencies.

    `shares` sum to one over agencies; a value that falls on people alone has none. `contains` lists the ids of other
    values, or the word "wellbeing", that this value already holds.
    """

    outcome: Id
    id: Id
    name: str = Field(min_length=1)
    kind: Kind
    value: Amount
    low: Amount
    high: Amount
    source: str = Field(min_length=1, max_length=2000)
    verified: bool = False
    price_year: Year
    per: Literal["year", "once"] = "year"
    transfer: bool = Field(False, description="money that changes hands: fiscal case only")
    cashable: Share = Field(1.0, description="share that frees a budget")
    wellbeing: bool = False
    contains: tuple[str, ...] = ()
    goes_to: Literal["participants", "others"] = "participants"
    shares: dict[Id, Amount] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _certain_without_range(cls, given: Any) -> Any:
        if isinstance(given, dict) and "value" in given:
            return {"low": given["value"], "high": given["value"], **given}
        return given

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"the range must hold the value: low {self.low} <= value {self.value} <= high {self.high}")
        return self


class Profile(Row):
    """When an outcome is felt: people start by year, then a lag, then a duration with a yearly drop-off.

    The effect runs at 1 in its first twelve months and is multiplied by ``1 - drop_off`` after each twelve.
    """

    outcome: Id
    starts: tuple[Share, ...] = Field((1.0,), min_length=1, max_length=60)
    lag_months: int = Field(0, ge=0, le=720)
    duration_months: Quantity
    drop_off: Proportion


class Cost(Row):
    """What one agency puts in, by year; the range is in multiples of those amounts, with its own confidence grades."""

    id: Id
    name: str = Field(min_length=1)
    agency: Id
    kind: CostKind
    amounts: tuple[Amount, ...] = Field(min_length=1, max_length=60)
    low: Multiple = Field(1.0, description="lowest, in multiples of the amounts")
    high: Multiple = Field(1.0, description="highest, in multiples of the amounts")
    price_year: Year
    grades: tuple[Grade, ...] = Field(min_length=1, max_length=10)
    source: str = Field(min_length=1, max_length=2000)
    verified: bool = False

    @model_validator(mode="after")
    def _range_holds_one(self) -> Self:
        if not self.low <= 1 <= self.high:
            raise ValueError(f"low and high are multiples of the amounts: low {self.low} <= 1 <= high {self.high}")
        return self


class Distribution(Row):
    """Incomes that weigh a pound to the people helped: ``(median of taxpayers / of participants) ** elasticity``."""

    taxpayers: Quantity
    participants: Quantity
    elasticity: Number

    @model_validator(mode="after")
    def _incomes_are_positive(self) -> Self:
        if self.taxpayers.value <= 0 or self.participants.value <= 0 or not 0 <= self.elasticity.value <= 10:
            raise ValueError("median incomes above 0, and an elasticity from 0 to 10")
        return self

    @property
    def weight(self) -> float:
        """The weight of a pound to participants."""
        return float((self.taxpayers.value / self.participants.value) ** self.elasticity.value)


class Appraisal(Row):
    """A whole appraisal file."""

    format: Literal[1] = 1
    name: str = Field(min_length=1)
    place: str = ""
    invented: bool = False
    note: str = ""
    conventions: Conventions
    agencies: tuple[Agency, ...] = Field(min_length=1, max_length=60)
    outcomes: tuple[Outcome, ...] = Field(min_length=1, max_length=200)
    unit_values: tuple[UnitValue, ...] = Field(min_length=1, max_length=1000)
    profiles: tuple[Profile, ...] = Field(min_length=1, max_length=200)
    costs: tuple[Cost, ...] = Field(min_length=1, max_length=500)
    distribution: Distribution | None = None

    def profile_of(self, outcome: str) -> Profile:
        """The profile of an outcome; the rules have seen to it that there is one."""
        return next(profile for profile in self.profiles if profile.outcome == outcome)
