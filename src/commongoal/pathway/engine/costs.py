"""Costs as values: what may be recorded, what stands, and what has no cost at all."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commongoal.kernel.errors import Problem, Refused
from commongoal.pathway.engine.casework import CostBasis
from commongoal.pathway.engine.programme import Programme

CostKey = tuple[str, str, dt.date, dt.date, str, str]


class NoAmount(Refused):
    """Enter an amount of more than nothing, so that no ratio divides by nothing. Leave a cost of nothing out."""


class UnknownProvider(Refused):
    """Choose a provider of this programme, or none for the programme as a whole."""


class UnknownIntervention(Refused):
    """Choose a kind of help of this programme, or none for the provider as a whole."""


class UnknownPartner(Refused):
    """Choose which partner bore the cost."""


class PeriodBackwards(Refused):
    """The last day of the period cannot be before the first."""


class PeriodNotOver(Refused):
    """Record a cost when its period is over: its last day is today at the latest."""


class NeedsSource(Refused):
    """Say where the figure comes from, such as “accounts of 2025-26, line 12”."""


class CostThereAlready(Refused):
    """There is a cost of the same provider, kind of help, period, bearer and kind already: correct that one."""


class CostNeedsWhy(Refused):
    """Say why."""


@dataclass(frozen=True, slots=True)
class CostDetails:
    """An amount in pence for a period; `to_on` is the first day after it. Empty: of the whole (see `Cost`)."""

    provider: str
    intervention: str
    from_on: dt.date
    to_on: dt.date
    amount_pence: int
    borne_by: str
    basis: CostBasis
    source: str

    @property
    def key(self) -> CostKey:
        """What no two costs of a programme may share, as in the ledger."""
        return (self.provider, self.intervention, self.from_on, self.to_on, self.borne_by, self.basis.value)

    @property
    def last_on(self) -> dt.date:
        """The last day of the period."""
        return self.to_on - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CostRecord:
    """A cost that stands, who entered it and when, and from which file."""

    id: int
    programme: int
    details: CostDetails
    who: str
    organisation: str
    on: dt.date
    file: str = ""
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """What one provider cost, in pence: spent in money and given in kind. An empty provider is the programme."""

    provider: str
    cash: int
    in_kind: int

    @property
    def whole(self) -> int:
        """Both together."""
        return self.cash + self.in_kind


@dataclass(frozen=True, slots=True)
class PeriodTotal:
    """What one period cost, in pence; `to_on` is the first day after it."""

    from_on: dt.date
    to_on: dt.date
    cash: int
    in_kind: int

    @property
    def last_on(self) -> dt.date:
        """The last day of the period."""
        return self.to_on - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Costs:
    """A page of the costs that the viewer may see, totals of all that the filter leaves, and what has none at all."""

    rows: tuple[CostRecord, ...]
    totals: tuple[Total, ...]
    without: tuple[str, ...]  # ids of providers
    page: int = 1
    more: bool = False
    by_help: tuple[Total, ...] = ()  # the same by kind of help, whose id stands for a provider's
    by_period: tuple[PeriodTotal, ...] = ()  # the newest first

    @property
    def together(self) -> tuple[int, int, int]:
        """Pence of everything that the filter leaves: in money, in kind, and both."""
        cash, in_kind = sum(total.cash for total in self.totals), sum(total.in_kind for total in self.totals)
        return cash, in_kind, cash + in_kind


@dataclass(frozen=True, slots=True)
class CostFilter:
    """Which costs are asked for; what is empty leaves all. A period leaves the costs that touch it."""

    provider: str = ""
    intervention: str = ""
    borne_by: str = ""
    basis: str = ""
    from_on: dt.date | None = None
    last_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CostsTaken:
    """What came of a file: rows read, added, there already, and every fault."""

    read: int
    added: int
    there: int
    problems: tuple[Problem, ...] = ()


def checked_cost(details: CostDetails, programme: Programme, standing: Iterable[CostKey], today: dt.date) -> None:
    """Refuse a cost that the ledger would refuse, or that stands already; raises the refusals above."""
    if details.provider and details.provider not in {each.id for each in programme.providers}:
        raise UnknownProvider
    if details.intervention and details.intervention not in {each.id for each in programme.interventions}:
        raise UnknownIntervention
    if details.borne_by not in {each.id for each in programme.partners}:
        raise UnknownPartner
    if details.to_on <= details.from_on:
        raise PeriodBackwards
    if details.last_on > today:
        raise PeriodNotOver
    if details.amount_pence <= 0:
        raise NoAmount
    if not details.source.strip():
        raise NeedsSource
    if details.key in set(standing):
        raise CostThereAlready


def totals_of(sums: Mapping[tuple[str, str], int], order: Iterable[str]) -> tuple[Total, ...]:
    """Pence by provider and basis as totals: the programme's own first, then providers in the programme's order."""
    found = {provider for provider, _ in sums}
    names = [each for each in ("", *order) if each in found]
    names += sorted(found - set(names))
    cash, in_kind = CostBasis.CASH.value, CostBasis.IN_KIND.value
    return tuple(Total(each, sums.get((each, cash), 0), sums.get((each, in_kind), 0)) for each in names)
