"""The file of `commongoal impact`: a strategy's targets and what they save, and scaling up, or either."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from commongoal.pathway.engine.programme import Id, Named, Part
from commongoal.valuation.engine import scaling as engine
from commongoal.valuation.engine.strategy_impact import (
    EVERYBODY,
    PUBLIC,
    Claim,
    Saving,
    Staying,
    Strategy,
    Target,
)
from commongoal.valuation.engine.terms import Figure
from commongoal.valuation.files.reading import (
    LARGEST,
    Fault,
    Spending,
    Text,
    ids,
    read_as,
    repeated,
    rows,
    stranger,
    wrong_length,
)

PRICES = "the price year of the file; uprate it first"
People = Annotated[float, Field(strict=True, ge=0, le=1e8, allow_inf_nan=False)]


class ShareOf(Figure):
    """A share between 0 and 1, with its range."""

    @model_validator(mode="after")
    def _is_a_share(self) -> Self:
        if self.low < 0 or self.high > 1:
            raise ValueError("a share: value, low and high between 0 and 1")
        return self


class Shrinkage(ShareOf):
    """A share that is lost, and never all."""

    @model_validator(mode="after")
    def _leaves_something(self) -> Self:
        if self.high >= 1:
            raise ValueError("below 1: something is left after shrinking")
        return self


class Cost(Figure):
    """Pounds per sustained job, above nothing, with what it counts."""

    definition: Text
    price_year: Text

    @model_validator(mode="after")
    def _is_above_nothing(self) -> Self:
        if self.low <= 0:
            raise ValueError("pounds above 0")
        return self


class TargetRow(Part):
    """How many people of a group are to be moved, by year."""

    group: Id
    people: tuple[People, ...]
    source: Text


class SavingRow(Figure):
    """Pounds a year that an agency saves for each person while the move lasts; without groups, for every group."""

    agency: Id
    kind: Literal["fiscal", "economic", "social"]
    groups: tuple[Id, ...] = ()
    transfer: bool = False
    price_year: Text


class StayingRow(Part):
    """How long a move lasts for a group, or for everybody."""

    group: Id = EVERYBODY
    first_year: ShareOf
    drop_off: ShareOf
    most_years: int = Field(ge=1, le=60)


class ClaimRow(Part):
    """A stated saving to the public purse over the strategy."""

    pounds: Annotated[float, Field(strict=True, gt=0, le=LARGEST, allow_inf_nan=False)]
    discounted: bool = False
    source: Text


class ScalingTable(Part):
    """A local scheme at scale, beside what it would stand in for."""

    own: Cost
    comparator: Cost
    comparator_name: Text
    shrinkage: Shrinkage
    budget: Annotated[float, Field(strict=True, gt=0, le=LARGEST, allow_inf_nan=False)]
    budget_source: Text
    claimants: int = Field(gt=0, le=100_000_000)
    claimants_source: Text
    jobs_claimed: Spending | None = None
    jobs_source: str = ""


class StrategyFile(Part):
    """A whole file; amounts are pounds of `price_year`."""

    format: Literal[1] = 1
    name: Text
    place: str = ""
    invented: bool = False
    note: str = ""
    price_year: Text
    years: tuple[Text, ...] = Field((), max_length=60)
    discount_schedule: str = "green_book_standard"
    first_discounted_year: Literal[0, 1] = 1
    draws: int = Field(2000, ge=200, le=20_000)
    seed: int = Field(1, ge=0, le=2**63)
    group: tuple[Named, ...] = ()
    agency: tuple[Named, ...] = ()
    target: tuple[TargetRow, ...] = ()
    saving: tuple[SavingRow, ...] = Field((), max_length=200)
    staying: tuple[StayingRow, ...] = ()
    additional: ShareOf | None = None
    reached: ShareOf = ShareOf(value=1, low=1, high=1, source="The targets are met.", verified=True)
    claim: ClaimRow | None = None
    scaling: ScalingTable | None = None

    @model_validator(mode="after")
    def _has_a_question(self) -> Self:
        parts = {"years": self.years, "group": self.group, "agency": self.agency, "target": self.target,
                 "saving": self.saving, "staying": self.staying, "additional": self.additional}  # fmt: skip
        missing = [name for name, part in parts.items() if not part]
        if self.scaling is None and len(missing) == len(parts):
            raise ValueError("a strategy (years, group, agency, target, saving, staying, additional), or scaling")
        if missing and len(missing) < len(parts):
            raise ValueError(f"a strategy needs {', '.join(missing)} as well")
        if self.claim and missing:
            raise ValueError("a claim needs the strategy that it is about")
        if self.claim and not any(row.kind in PUBLIC for row in self.saving):
            raise ValueError("a claim is about the public purse, and there is no fiscal saving")
        return self

    @property
    def figures(self) -> tuple[tuple[str, Figure], ...]:
        """Every figure that enters, with what it is."""
        names = {row.id: row.name for row in (*self.agency, *self.group)} | {EVERYBODY: "everybody"}
        found: list[tuple[str, Figure]] = [
            (f"Pounds a year: {names.get(s.agency, s.agency)}, {s.kind}", s) for s in self.saving
        ]
        for row in self.staying:
            found += [(f"Share of the first year that counts: {names.get(row.group, row.group)}", row.first_year)]
            found += [(f"Share who drop off each year: {names.get(row.group, row.group)}", row.drop_off)]
        found += [("Share who would not have moved anyway", self.additional)] if self.additional else []
        found += [("Share of the targets that is reached", self.reached)] if self.target else []
        if self.scaling:
            found += [("Own cost per sustained job", self.scaling.own), ("Shrinkage at scale", self.scaling.shrinkage)]
            found += [(f"Cost per sustained job: {self.scaling.comparator_name}", self.scaling.comparator)]
        return tuple(found)

    @property
    def strategy(self) -> Strategy | None:
        """What the engine works on, where the file has a strategy."""
        if self.additional is None:
            return None
        names = {agency.id: agency.name for agency in self.agency}
        return Strategy(
            years=self.years,
            targets=tuple(Target(row.group, row.people) for row in self.target),
            savings=tuple(Saving(names.get(r.agency, r.agency), r.kind, r, r.groups, r.transfer) for r in self.saving),
            staying=tuple(Staying(r.group, r.first_year, r.drop_off, r.most_years) for r in self.staying),
            additional=self.additional,
            reached=self.reached,
            draws=self.draws,
            seed=self.seed,
        )

    @property
    def stated(self) -> Claim | None:
        """The claim, where there is one."""
        return Claim(self.claim.pounds, self.claim.discounted) if self.claim else None

    @property
    def at_scale(self) -> engine.Scaling | None:
        """What the engine of scaling up works on, where the file asks for it."""
        if (s := self.scaling) is None:
            return None
        return engine.Scaling(
            s.own, s.comparator, s.shrinkage, s.budget, s.claimants, s.jobs_claimed, self.draws, self.seed
        )


def read_strategy(path: Path) -> StrategyFile:
    """The file, or `BadInput` with every fault in it."""
    return read_as(StrategyFile, path, _between)


def _between(parsed: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults between tables: names nobody has, people that do not fit the years, groups without staying."""
    groups, agencies = ids(parsed, "group"), ids(parsed, "agency")
    for table in ("group", "agency"):
        yield from repeated(parsed, table)
    for path, row in rows(parsed, "target"):
        yield from stranger(f"{path}.group", row.get("group"), groups, "one of the groups")
        yield from wrong_length(f"{path}.people", row.get("people"), parsed.get("years"))
    for path, row in _priced(parsed):
        yield from stranger(f"{path}.price_year", row.get("price_year"), [str(parsed.get("price_year"))], PRICES)
    for path, row in rows(parsed, "saving"):
        yield from stranger(f"{path}.agency", row.get("agency"), agencies, "one of the agencies")
        named = row.get("groups")
        for place, name in enumerate(named if isinstance(named, list) else []):
            yield from stranger(f"{path}.groups.{place}", name, groups, "one of the groups")
    yield from _stayings(parsed, groups)


def _priced(parsed: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Tables that carry a price year of their own."""
    yield from rows(parsed, "saving")
    scaling = parsed.get("scaling")
    for name in ("own", "comparator"):
        if isinstance(scaling, dict) and isinstance(scaling.get(name), dict):
            yield f"scaling.{name}", scaling[name]


def _stayings(parsed: Mapping[str, Any], groups: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for path, row in rows(parsed, "staying"):
        group = row.get("group", EVERYBODY)
        yield from stranger(f"{path}.group", group, [*groups, EVERYBODY], "one of the groups, or everybody")
        if isinstance(group, str) and group in seen:
            yield f"{path}.group", group, "a group of its own: this one stands more than once"
        seen |= {group} if isinstance(group, str) else set()
    for path, row in rows(parsed, "target"):
        group = row.get("group")
        if isinstance(group, str) and group in groups and not {group, EVERYBODY} & seen:
            yield f"{path}.group", group, "a group with a row in staying, or one row there for everybody"
