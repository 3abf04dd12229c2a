"""The file of `commongoal share`: who pays, who gains, what was handed over, and what groups could do alone."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from commongoal.pathway.engine.programme import Id, Named, Part
from commongoal.valuation.engine.job import Schedule
from commongoal.valuation.engine.sharing import Amount, Matrix, Member, Moved, Scheme, matrix_of
from commongoal.valuation.files.reading import (
    Fault,
    Money,
    Spending,
    Text,
    ids,
    read_as,
    repeated,
    rows,
    stranger,
    wrong_length,
)

UNDISCOUNTED = "none"


class Cost(Part):
    """What one partner spends, by year."""

    partner: Id
    pounds: tuple[Spending, ...]
    source: Text
    verified: bool = False


class Gained(Part):
    """What one partner gains by year; a loss is negative. `lost_by` names a partner whose loss it is."""

    partner: Id
    kind: Literal["fiscal", "economic", "social"]
    pounds: tuple[Money, ...]
    source: Text
    verified: bool = False
    transfer: bool = False
    lost_by: Id | None = None


class Handed(Part):
    """What one partner hands another towards the cost, by year: a grant, a recharge."""

    giver: Id
    receiver: Id
    pounds: tuple[Spending, ...]
    source: Text


class Coalition(Part):
    """What a group of partners could do alone: its value, or the cost of its scheme and what each would gain."""

    partners: tuple[Id, ...] = Field(min_length=1)
    value: Money | None = None
    cost: Spending | None = None
    gains: dict[Id, Money] = Field(default_factory=dict)
    source: Text
    verified: bool = False

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Self:
        by_scheme = self.cost is not None or bool(self.gains)
        if (self.value is not None) == by_scheme or (by_scheme and self.cost is None):
            raise ValueError("either a value, or a cost and gains")
        if strangers := sorted(set(self.gains) - set(self.partners)):
            raise ValueError(f"gains of partners who are not in the group: {', '.join(strangers)}")
        return self

    @property
    def pounds(self) -> float:
        """Present value of what the group could win alone: nothing, where its scheme would not pay."""
        return self.value if self.value is not None else max(0.0, sum(self.gains.values()) - (self.cost or 0.0))


class SharingFile(Part):
    """A whole file. Amounts are pounds of `price_year`, one for each year; coalitions are present values."""

    format: Literal[1] = 1
    name: Text
    place: str = ""
    invented: bool = False
    note: str = ""
    price_year: Text
    years: tuple[Text, ...] = Field(min_length=1, max_length=60)
    discount_schedule: str = "green_book_standard"
    first_discounted_year: Literal[0, 1] = 1
    partner: tuple[Named, ...] = Field(min_length=1, max_length=200)
    cost: tuple[Cost, ...] = Field(min_length=1)
    gain: tuple[Gained, ...] = Field(min_length=1)
    moved: tuple[Handed, ...] = ()
    coalition: tuple[Coalition, ...] = ()

    @property
    def unverified(self) -> bool:
        """Whether any figure was not checked at its origin."""
        marks = [row.verified for row in self.cost] + [row.verified for row in self.gain]
        return not all(marks + [row.verified for row in self.coalition])

    def matrix(self, schedule: Schedule | None) -> Matrix:
        """Partners by years, with factors of `schedule`, or undiscounted without one."""
        amounts = [Amount("spent", cost.partner, cost.pounds) for cost in self.cost]
        amounts += [Amount("gained", g.partner, g.pounds, g.transfer, g.lost_by or "") for g in self.gain]
        moved = [Moved(row.giver, row.receiver, row.pounds) for row in self.moved]
        factors = schedule.factors(len(self.years), self.first_discounted_year) if schedule else None
        return matrix_of([Member(p.id, p.name) for p in self.partner], self.years, amounts, moved, factors)

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """What groups could win alone."""
        return tuple(Scheme(row.partners, row.pounds, row.source) for row in self.coalition)


def read_sharing(path: Path) -> SharingFile:
    """The file, or `BadInput` with every fault in it."""
    return read_as(SharingFile, path, _between)


def _between(parsed: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults between tables: names nobody has, amounts that do not fit the years, groups that make no sense."""
    partners = ids(parsed, "partner")
    yield from repeated(parsed, "partner")
    for table, keys in (("cost", ("partner",)), ("gain", ("partner", "lost_by")), ("moved", ("giver", "receiver"))):
        for path, row in rows(parsed, table):
            for key in keys:
                yield from stranger(f"{path}.{key}", row.get(key), partners, "one of the partners")
            if len(keys) == 2 and isinstance(row.get(keys[1]), str) and row.get(keys[0]) == row[keys[1]]:
                yield f"{path}.{keys[1]}", row[keys[1]], "another partner than the one it is set against"
            yield from wrong_length(f"{path}.pounds", row.get("pounds"), parsed.get("years"))
    yield from _groups(parsed, partners)


def _groups(parsed: Mapping[str, Any], partners: list[str]) -> Iterator[Fault]:
    seen: set[frozenset[str]] = set()
    for path, row in rows(parsed, "coalition"):
        named = row.get("partners")
        names = [name for name in named if isinstance(name, str)] if isinstance(named, list) else []
        for place, name in enumerate(names):
            yield from stranger(f"{path}.partners.{place}", name, partners, "one of the partners")
        group = frozenset(names)
        if len(group) < len(names):
            yield f"{path}.partners", ", ".join(names), "each partner once"
        if group and group == set(partners):
            yield f"{path}.partners", ", ".join(names), "a smaller group: everybody together is the programme itself"
        if group and group in seen:
            yield f"{path}.partners", ", ".join(names), "a group of its own: this one stands more than once"
        seen.add(group)
