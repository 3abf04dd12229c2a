"""Unit values: what one unit of an outcome is worth, by kind, and which agencies it falls to (method.md section 1)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from commongoal.kernel.errors import Refused
from commongoal.valuation.engine.parameters.marked import marks

Kind = Literal["fiscal", "economic", "social"]
KINDS: tuple[Kind, ...] = ("fiscal", "economic", "social")
SHARES_WITHIN = 1e-6


class SharesDoNotSum(Refused):
    """The agency shares of a value must add up to one."""


class NotAUnitValue(Refused):
    """A unit value must hold its figure between the ends of its range."""


@dataclass(frozen=True, slots=True)
class AgencyShare:
    """The part of a value that falls to one agency; a transfer moves money and creates none."""

    agency: str
    share: float
    transfer: bool = False


@dataclass(frozen=True, slots=True)
class UnitValue:
    """What one unit of an outcome is worth, in pounds of a price year, by one kind, and to whom.

    Raises `SharesDoNotSum` and `NotAUnitValue`.
    """

    code: str
    detail: str
    unit: str
    kind: Kind
    value: float
    low: float
    high: float
    price_year: str
    shares: tuple[AgencyShare, ...]
    source: str
    verified: bool = False
    domain: str = ""
    range: str = ""
    split: str = ""
    rag: str = ""
    note: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        total = math.fsum(share.share for share in self.shares)
        if not abs(total - 1) <= SHARES_WITHIN or any(share.share < 0 for share in self.shares):
            raise SharesDoNotSum(f"{self.code}: they add up to {total:.6g}.")
        if self.kind not in KINDS or not -math.inf < self.low <= self.value <= self.high < math.inf:
            raise NotAUnitValue(f"{self.code}: {self.kind}, {self.low:g} <= {self.value:g} <= {self.high:g}.")

    @property
    def mark(self) -> str:
        """What stands beside the value wherever it is used."""
        return marks("" if self.verified else "unverified", self.licence)

    @property
    def transfer(self) -> float:
        """The share of the value, 0 to 1, that is a transfer."""
        return math.fsum(share.share for share in self.shares if share.transfer)

    def by_agency(self) -> dict[str, float]:
        """Pounds by agency; they add up to the value."""
        return {share.agency: self.value * share.share for share in self.shares}


def fiscal_value(values: Iterable[UnitValue]) -> float:
    """Pounds that public budgets gain: the fiscal values, transfers and all."""
    return math.fsum(value.value for value in values if value.kind == "fiscal")


def public_value(values: Iterable[UnitValue]) -> float:
    """Pounds of public value: fiscal, economic and social, less transfers."""
    return math.fsum(value.value * (1 - value.transfer) for value in values)


def annual_part(present_value: float, years: int) -> float:
    """A lifetime's present value by plain division over its years, as the unit cost database does: never an annuity."""
    return present_value / years


def shares_from(amounts: Sequence[tuple[str, float]], transfers: Iterable[str] = ()) -> tuple[AgencyShare, ...]:
    """Shares in proportion to amounts by agency, those in `transfers` being transfers. Amounts are zero or more.

    Raises `SharesDoNotSum` where they add up to nothing.
    """
    total = math.fsum(amount for _, amount in amounts)
    if not 0 < total < math.inf:
        raise SharesDoNotSum(f"They add up to {total:g}, of which nothing can be shared.")
    moved = set(transfers)
    return tuple(AgencyShare(agency, amount / total, agency in moved) for agency, amount in amounts)
