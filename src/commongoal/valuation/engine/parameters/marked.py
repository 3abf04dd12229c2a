"""Numbers that carry where they come from, and price years in every usual spelling."""

import re
from dataclasses import dataclass
from typing import Protocol

from commongoal.kernel.errors import Refused

OWN_LICENCE = "user's own licence"
"""The mark of a value from a bank that only its licensed user may see."""

_YEAR = re.compile(r"([12][0-9]{3})(?:\s*[/\-–]\s*([0-9]{2}|[12][0-9]{3}))?")


class NotAPriceYear(Refused):
    """This is not a price year."""


@dataclass(frozen=True, slots=True)
class Year:
    """A price year: the calendar year, or the financial year that begins in April of `start`."""

    start: int
    financial: bool

    def __str__(self) -> str:
        return f"{self.start}/{(self.start + 1) % 100:02d}" if self.financial else str(self.start)


def price_year(text: str) -> Year:
    """A price year from 2012/13, 2012-13, 2012/2013 or 2012. Refuses anything else, such as 2012/14."""
    found = _YEAR.fullmatch(str(text).strip())
    if not found or (found[2] and int(found[2]) % 100 != (int(found[1]) + 1) % 100):
        raise NotAPriceYear(f"Found {text!r}; write 2012/13 for a financial year and 2012 for a calendar year.")
    if found[2] and len(found[2]) == 4 and int(found[2]) != int(found[1]) + 1:
        raise NotAPriceYear(f"Found {text!r}; the second year follows the first.")
    return Year(int(found[1]), bool(found[2]))


def marks(*found: str) -> str:
    """Marks joined without repeating any: what travels from inputs to what is made of them."""
    parts = [part for mark in found for part in mark.split("; ") if part]
    return "; ".join(dict.fromkeys(parts))


@dataclass(frozen=True, slots=True)
class Marked:
    """A number with its range, where it comes from, what nobody checked (`mark`) and what to know of it (`label`)."""

    value: float
    low: float
    high: float
    source: str
    mark: str = ""
    label: str = ""


class Priced(Protocol):
    """A figure in pounds of one price year, with its range and source."""

    @property
    def value(self) -> float:
        """Pounds."""
        ...

    @property
    def low(self) -> float:
        """The lower end of its range."""
        ...

    @property
    def high(self) -> float:
        """The upper end of its range."""
        ...

    @property
    def price_year(self) -> str:
        """The year of its prices."""
        ...

    @property
    def source(self) -> str:
        """Where it comes from."""
        ...

    @property
    def verified(self) -> bool:
        """Whether somebody checked it there."""
        ...


def mark_of(figure: object) -> str:
    """The mark of a figure: its own, or "unverified" where it has none and says that nobody checked it."""
    own = getattr(figure, "mark", None)
    return own if isinstance(own, str) else "" if getattr(figure, "verified", False) else "unverified"
