"""What a valuation says, as frozen values: the same for the terminal, JSON, the HTML report and later the pages.

Amounts are pounds of the stated price year where `unit` is "pounds"; without a job value the unit is "sustained jobs".
"""

from dataclasses import dataclass
from typing import Literal

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.words import HIDDEN

Count = int | None
"""A count of people or spells; None where it is suppressed, which is a state of its own (`shown`)."""

Measure = Literal["start", "job", "sustained"]
LineKind = Literal["programme", "provider", "intervention", "provider_intervention", "stage", "segment", "unattributed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the account: what a provider, intervention, stage or segment is credited with.

    `credit` is in the result's unit under its rule; `jobs` the same in sustained jobs; `people` those who had any of
    it. `ratio` is credit / cost by the result's definition, None with `why_no_ratio` where it has no meaning.
    `shrunk` and `rank` serve ranking only. `second_shape` is the credit under the other assumed shape.
    """

    kind: LineKind
    id: str
    name: str
    people: Count
    credit: Estimate
    jobs: Estimate
    cost: float
    cost_in_kind: float
    ratio: Estimate | None = None
    why_no_ratio: str = ""
    chance_above_one: float | None = None
    shrunk: Estimate | None = None
    rank: Estimate | None = None
    second_shape: float | None = None

    @property
    def hidden(self) -> bool:
        """Whether its money is suppressed; the number of its people may be so too, or alone."""
        return self.credit.why == HIDDEN


@dataclass(frozen=True, slots=True)
class RuleTotal:
    """The programme under one rule: gross or net value, what it adds up to, and the same times additionality."""

    rule: str
    meaning: str
    credit: Estimate
    adds_up_to: str
    additional: Estimate | None
    ratio: Estimate | None
    why_no_ratio: str = ""


@dataclass(frozen=True, slots=True)
class Gain:
    """The programme's credit by agency and kind: who gains."""

    agency: str
    kind: str
    transfer: bool
    credit: Estimate
    mark: str


@dataclass(frozen=True, slots=True)
class Borne:
    """What one partner bore of the programme's cost, in pounds, and how much of it was given in kind."""

    partner: str
    cost: float
    in_kind: float


@dataclass(frozen=True, slots=True)
class UnitCost:
    """Cost per start, job or sustained job beside a stated comparator."""

    measure: Measure
    definition: str
    count: Count
    cost: Estimate
    comparator: str = ""
    comparator_value: Estimate | None = None
    comparator_note: str = ""


@dataclass(frozen=True, slots=True)
class Driver:
    """Share of the variance of the programme's credit that one group of inputs explains (squared rank correlation)."""

    id: str
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class FlowStage:
    """One stage of the pathway: people who got there or further, who stand there now, who left from it, value of its
    steps.
    """

    id: str
    name: str
    reached: Count
    now: Count
    left: Count
    ended: Count
    credit: Estimate
    worth_of_standing: Estimate


@dataclass(frozen=True, slots=True)
class FlowMove:
    """People-moves from one stage to another (ids), within the horizon, and the months a move typically takes."""

    origin: str
    target: str
    moves: Count


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """A step of the commonest kind of journey: the stage, the months spent there, who usually helped, the
    worth of standing there.
    """

    stage: str
    months: float
    helped_by: str
    worth: float


@dataclass(frozen=True, slots=True)
class Distance:
    """Distance travelled in one area of life, from people with a first and a later reading."""

    area: str
    paired: Count
    left_out: Count
    mean_first: float
    mean_latest: float
    change: Estimate
    really_better: int | None
    really_worse: int | None
    threshold: float | None
    why_no_threshold: str = ""


@dataclass(frozen=True, slots=True)
class Occupation:
    """Share of people at a stage after some months: what the model says and what Aalen-Johansen finds."""

    stage: str
    months: int
    model: float
    observed: Estimate
    outside: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """Something the reader must know to use the result; a warning is one that this result trips."""

    id: str
    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention that every figure of the result carries."""

    id: str
    name: str
    value: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A number that went in: what it is, its value and range as text, where it comes from, and its mark.

    One that does not enter the result (a comparator) only stands beside it, and marks nothing but itself.
    """

    what: str
    value: str
    source: str
    mark: str
    enters: bool = True


@dataclass(frozen=True, slots=True)
class Valuation:
    """A whole result."""

    programme: str
    place: str
    invented: bool
    snapshot_on: str
    rule: str
    basis: str
    unit: Literal["pounds", "sustained jobs"]
    people: Count
    spells: Count
    sustained: Count
    sustained_after_horizon: Count
    ratio_definition: str
    total: Line
    lines: tuple[Line, ...]
    unattributed: Line
    rules: tuple[RuleTotal, ...]
    gains: tuple[Gain, ...]
    unit_costs: tuple[UnitCost, ...]
    additionality: Estimate | None
    chance_with: Estimate
    chance_without: Estimate | None
    slowing: Estimate | None
    standing_share: Estimate
    closed_total: Estimate
    closed_spells: Count
    costs_after_horizon: float
    costs_without_owner: float
    drivers: tuple[Driver, ...]
    stages: tuple[FlowStage, ...]
    moves: tuple[FlowMove, ...]
    journey: tuple[JourneyStep, ...]
    distance: tuple[Distance, ...]
    occupation: tuple[Occupation, ...]
    limits: tuple[Limit, ...]
    conventions: tuple[Convention, ...]
    sources: tuple[SourceNote, ...]
    borne: tuple[Borne, ...] = ()

    def of(self, kind: LineKind) -> tuple[Line, ...]:
        """The lines of one kind, in programme order."""
        return tuple(line for line in self.lines if line.kind == kind)
