"""What another command wrote as JSON, as far as it is read again: who paid and who gained, with marks and years."""

from typing import Literal

from pydantic import ConfigDict

from commongoal.pathway.engine.programme import Part
from commongoal.valuation.files.reading import Money, Spending, Text

VALUATION, APPRAISAL = "commongoal-valuation/1", "commongoal-appraisal/1"


class Result(Part):
    """A part of a result; what is not needed here is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Median(Result):
    """The point of a figure with an interval."""

    point: Money


class Gain(Result):
    """Credit of one agency and kind."""

    agency: Text
    kind: Literal["fiscal", "economic", "social"]
    transfer: bool
    credit: Median
    mark: str


class Bore(Result):
    """What one partner bore of the cost."""

    partner: Text
    cost: Spending
    in_kind: Spending


class Total(Result):
    """The line of the whole programme."""

    cost: Spending


class Convention(Result):
    """A convention of the result."""

    id: str
    value: str


class ValuationRead(Result):
    """What is needed of a valuation."""

    programme: Text
    place: str
    invented: bool
    unit: str
    snapshot_on: str
    total: Total
    gains: tuple[Gain, ...]
    borne: tuple[Bore, ...] = ()
    conventions: tuple[Convention, ...]


class ValuationResult(Result):
    """The document of a valuation."""

    valuation: ValuationRead


class Agency(Result):
    """An agency of an appraisal."""

    id: str
    name: Text


class Value(Result):
    """What one agency has of one unit value by year."""

    outcome: str
    value: Text
    agency: str
    kind: Literal["fiscal", "economic", "social"]
    transfer: bool
    by_year: tuple[Money, ...]
    mark: str


class Spent(Result):
    """What one agency puts in by year."""

    name: Text
    agency: str
    by_year: tuple[Spending, ...]
    mark: str


class Discounting(Result):
    """How an appraisal discounts money."""

    discount_schedule: Text
    first_discounted_year: Literal[0, 1]


class Unit(Result):
    """Whether a unit value is discounted as wellbeing."""

    outcome: str
    name: str
    wellbeing: bool


class Given(Result):
    """The appraisal file within the result."""

    conventions: Discounting
    unit_values: tuple[Unit, ...]


class Factors(Result):
    """Discount factors by year."""

    discount: tuple[Money, ...]
    wellbeing_discount: tuple[Money, ...]


class AppraisalRead(Result):
    """What is needed of an appraisal."""

    name: Text
    place: str
    invented: bool
    price_year: Text
    years: tuple[Text, ...]
    agencies: tuple[Agency, ...]
    values: tuple[Value, ...]
    costs: tuple[Spent, ...]
    workings: Factors
    file: Given


class AppraisalResult(Result):
    """The document of an appraisal."""

    appraisal: AppraisalRead
