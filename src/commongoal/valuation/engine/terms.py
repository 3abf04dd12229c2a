"""The terms of a valuation, as data: what a sustained job is worth, what would have happened anyway, and conventions.

They are the `[valuation]` table of the programme file. Every figure carries its source, price year and range.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.engine.programme import Id, Part, Programme, read_part
from commongoal.valuation.engine.results import Measure

Rule = Literal["net", "equal", "outcome_only", "relative"]
LONGEST, HEAVIEST = 600, 10_000
RULES: tuple[Rule, ...] = ("net", "equal", "outcome_only", "relative")
Finite = Annotated[float, Field(allow_inf_nan=False, ge=-1e12, le=1e12)]


class Figure(Part):
    """A number with its range and where it comes from; drawn as a triangle from `low` to `high` peaking at `value`."""

    value: Finite
    low: Finite
    high: Finite
    source: str = Field(min_length=1)
    verified: bool = False

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"the range must hold the value: low {self.low} <= value {self.value} <= high {self.high}")
        return self


class Gain(Figure):
    """Pounds a year that one agency, or society, gains while somebody stays in a job; a transfer moves money only."""

    agency: Id
    kind: Literal["fiscal", "economic", "social"]
    transfer: bool = False
    price_year: str
    who: dict[Id, Id] = Field(default_factory=dict, description="only people with these attribute values")


class Job(Part):
    """What a sustained job is worth: yearly gains times the discounted years of additional work."""

    duration_months: Figure
    gains: tuple[Gain, ...] = ()

    @model_validator(mode="after")
    def _lasts_a_while(self) -> Self:
        if not (self.duration_months.low > 0 and self.duration_months.high <= LONGEST):
            raise ValueError(f"duration_months and its range lie above 0 and up to {LONGEST}")
        return self


class Assumed(Part):
    """No comparison: the chance of sustained work without the programme is a stated deadweight with a range."""

    basis: Literal["assumed"]
    deadweight: Figure

    @model_validator(mode="after")
    def _is_a_chance(self) -> Self:
        if not (self.deadweight.low >= 0 and self.deadweight.high < 1):
            raise ValueError("a deadweight and its range are chances, from 0 to below 1")
        return self


class ComparisonLedger(Part):
    """A comparison group recorded with stages, in the same ledger format."""

    basis: Literal["ledger"]
    path: str
    source: str
    verified: bool = False


class Outcome(Part):
    """How many of a comparison group reached sustained work by the horizon, for one segment or for everybody."""

    segment: str = "everybody"
    people: int = Field(gt=0)
    sustained: int = Field(ge=0)

    @model_validator(mode="after")
    def _not_more_than_all(self) -> Self:
        if self.sustained > self.people:
            raise ValueError(f"{self.sustained} sustained of {self.people} people: more than all of them")
        return self


class Outcomes(Part):
    """A comparison group of which only the outcome is known."""

    basis: Literal["outcomes"]
    groups: tuple[Outcome, ...] = Field(min_length=1)
    source: str
    verified: bool = False


class Effect(Part):
    """An effect that an evaluation found: a risk difference at the horizon, or a hazard ratio of moving forward."""

    basis: Literal["risk_difference", "hazard_ratio"]
    effect: Figure

    @model_validator(mode="after")
    def _hazard_ratios_are_positive(self) -> Self:
        if self.basis == "hazard_ratio" and self.effect.low <= 0:
            raise ValueError("a hazard ratio and its range lie above 0")
        if self.basis == "risk_difference" and not (self.effect.low > -1 and self.effect.high < 1):
            raise ValueError("a risk difference and its range are differences of chances, between -1 and 1")
        return self


class NoComparison(Part):
    """Nothing is known of what would have happened anyway: only `equal`, `outcome_only` gross, and `relative`."""

    basis: Literal["none"]


Counterfactual = Annotated[Assumed | ComparisonLedger | Outcomes | Effect | NoComparison, Field(discriminator="basis")]


class Comparator(Part):
    """Somebody else's cost per start, job or sustained job, to stand beside ours."""

    measure: Measure
    name: str
    value: float
    low: float | None = None
    high: float | None = None
    definition: str
    price_year: str
    source: str
    verified: bool = False


class Terms(Part):
    """Everything a valuation needs beyond the ledger and the pathway."""

    price_year: str
    deflator_vintage: str
    discount_schedule: str = "green_book_standard"
    first_discounted_year: Literal[0, 1] = 1
    rule: Rule = "net"
    draws: int = Field(2000, ge=200, le=20_000)
    seed: int = Field(1, ge=0)
    prior_months: float = Field(6.0, gt=0, le=1200)
    time_bands: tuple[int, ...] = (0,)
    job: Job | None = None
    counterfactual: Counterfactual
    comparators: tuple[Comparator, ...] = ()
    weights: dict[str, int] = Field(default_factory=dict, description="share of overlap by 'provider/intervention'")

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if self.time_bands[:1] != (0,) or list(self.time_bands) != sorted(set(self.time_bands)):
            raise ValueError("time_bands start at 0 and rise, as in [0, 3, 6, 12, 24]")
        if bad := sorted(key for key, weight in self.weights.items() if not 1 <= weight <= HEAVIEST):
            raise ValueError(f"weights are whole numbers from 1 to {HEAVIEST}: {', '.join(bad)}")
        if self.rule == "net" and self.counterfactual.basis == "none":
            raise ValueError("rule 'net' needs a counterfactual; with basis 'none' use equal, outcome_only or relative")
        return self


def terms_of(programme: Programme, file: str = "programme") -> Terms:
    """The programme's `[valuation]` table, checked against its own partners, segments and providers.

    Raises `BadInput` with every fault at once.
    """
    terms = read_part(Terms, programme.valuation, file, "valuation.")
    if faults := list(_strangers(terms, programme)):
        raise BadInput(
            [Problem(file, 0, f"valuation.{path}", value, expected, "unknown") for path, value, expected in faults]
        )
    return terms


def _strangers(terms: Terms, programme: Programme) -> list[tuple[str, str, str]]:
    partners = {partner.id for partner in programme.partners}
    pairs = {f"{p.id}/{i.id}" for p in programme.providers for i in programme.interventions}
    segments = {segment.id for segment in programme.segments} | {"everybody"}
    values: Mapping[str, set[str]] = {a.id: {v.id for v in a.values} for a in programme.attributes}
    found: list[tuple[str, str, str]] = []
    if terms.time_bands[-1] >= programme.pathway.horizon_months:
        found.append(("time_bands", str(terms.time_bands[-1]), f"months before H, {programme.pathway.horizon_months}"))
    for index, gain in enumerate(terms.job.gains if terms.job else ()):
        if gain.price_year != terms.price_year:
            right = f"{terms.price_year}, the price year of the valuation: uprate it first"
            found.append((f"job.gains.{index}.price_year", gain.price_year, right))
        if gain.agency not in partners:
            found.append(
                (f"job.gains.{index}.agency", gain.agency, f"one of the partners: {', '.join(sorted(partners))}")
            )
        for attribute, value in gain.who.items():
            if value not in values.get(attribute, set()):
                found.append(
                    (f"job.gains.{index}.who.{attribute}", value, "an attribute of the programme and its value")
                )
    if isinstance(terms.counterfactual, Outcomes):
        found += [
            (f"counterfactual.groups.{i}.segment", group.segment, "a segment of the programme, or 'everybody'")
            for i, group in enumerate(terms.counterfactual.groups)
            if group.segment not in segments
        ]
    found += [
        (f"weights.{key}", key, "'provider/intervention' of the programme") for key in terms.weights if key not in pairs
    ]
    return found
