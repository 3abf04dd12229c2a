"""What an appraisal says, as frozen values: the same for the terminal, JSON, the HTML report and the audit workbook.

Amounts are pounds of the stated price year, real; present values are discounted, amounts by year are not.
"""

from dataclasses import dataclass

from commongoal.kernel.estimates import Estimate
from commongoal.valuation.engine.appraisal.model import Appraisal
from commongoal.valuation.engine.results import Convention, Limit, SourceNote


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio that is never printed without its definition; None with a reason where it has no meaning.

    A ratio may be negative, or infinite where there is gain without cost. `chance_above_one` is the share of draws in
    which the gain exceeds the cost.
    """

    name: str
    definition: str
    value: Estimate | None
    why_none: str = ""
    chance_above_one: float | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One of the two cases: what it counts as gain and as cost, the difference, and their ratio."""

    id: str
    name: str
    definition: str
    gain: Estimate
    cost: Estimate
    net: Estimate
    ratio: Ratio
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Payback:
    """The first year from which discounted savings that free a budget stay at or above discounted cash costs."""

    year: str
    number: int | None
    cumulative: tuple[float, ...]
    chance: float
    why_none: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One outcome line: people, what is additional among them, and its present value by kind."""

    id: str
    name: str
    basis: str
    people: float
    additional: Estimate
    bias: float
    fiscal: float
    economic: float
    social: float
    transfers: float
    public_value: Estimate
    mark: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What one agency (or people) gains from one unit value: by year before discounting, and as a present value."""

    outcome: str
    value: str
    agency: str
    kind: str
    transfer: bool
    cashable: float
    by_year: tuple[float, ...]
    present: Estimate
    mark: str


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one agency puts in: by year before discounting, with its bias, and as a present value."""

    id: str
    name: str
    agency: str
    kind: str
    by_year: tuple[float, ...]
    present: Estimate
    mark: str


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """Who pays and who gains: one agency's gains, savings that free a budget, and costs, by year and in total."""

    id: str
    name: str
    public: bool
    gains: tuple[float, ...]
    cashable: tuple[float, ...]
    costs: tuple[float, ...]
    present_gain: Estimate
    present_cashable: Estimate
    present_cost: Estimate
    mark: str


@dataclass(frozen=True, slots=True)
class KindYear:
    """Value of one kind by year, before discounting, and its present value."""

    kind: str
    transfer: bool
    by_year: tuple[float, ...]
    present: Estimate
    mark: str


@dataclass(frozen=True, slots=True)
class SwingRow:
    """Sensitivity to one number alone: its ends, and net present public value at each."""

    line: str
    quantity: str
    low: float
    high: float
    net_at_low: float
    net_at_high: float
    mark: str


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """The value of one number at which net present public value is 0; a cost is in multiples of itself."""

    line: str
    quantity: str
    value: float
    switch: float | None
    possible: bool
    why_none: str
    mark: str


@dataclass(frozen=True, slots=True)
class Workings:
    """Every factor of the deterministic arithmetic, so that it can be done again by hand or by a spreadsheet.

    By row of the file: `price` and `cost_price` (year of the row to the target year), `bias` (outcomes) and
    `cost_bias`; `discount` and `wellbeing_discount` by year; `profiles` by outcome and year with drop-off and starts,
    `arrivals` the same for values felt once; `additional` by outcome; `shares` by unit value over agencies, then
    people.
    """

    price: tuple[float, ...]
    bias: tuple[float, ...]
    cost_price: tuple[float, ...]
    cost_bias: tuple[float, ...]
    discount: tuple[float, ...]
    wellbeing_discount: tuple[float, ...]
    profiles: tuple[tuple[float, ...], ...]
    arrivals: tuple[tuple[float, ...], ...]
    additional: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Appraised:
    """A whole result."""

    name: str
    place: str
    invented: bool
    price_year: str
    years: tuple[str, ...]
    financial: Case
    public: Case
    weighted: Case | None
    payback: Payback
    mvpf: Ratio
    mvpf_weighted: Ratio | None
    willingness_to_pay: Estimate
    net_cost_to_government: Estimate
    outcomes: tuple[OutcomeLine, ...]
    kinds: tuple[KindYear, ...]
    agencies: tuple[AgencyRow, ...]
    values: tuple[ValueRow, ...]
    costs: tuple[CostRow, ...]
    tornado: tuple[SwingRow, ...]
    switching: tuple[SwitchRow, ...]
    conventions: tuple[Convention, ...]
    limits: tuple[Limit, ...]
    sources: tuple[SourceNote, ...]
    workings: Workings
    file: Appraisal
