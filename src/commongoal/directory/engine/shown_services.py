"""Services as pages show them."""

import datetime as dt
from dataclasses import dataclass

from commongoal.access.engine.pages import Part
from commongoal.directory.engine.entries import ServiceEntry

SUMMARY = 220


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: words, one or more needs of which one is enough, and a place with miles around it."""

    text: str = ""
    needs: tuple[str, ...] = ()
    near: str = ""  # a postcode
    miles: float | None = None


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service in a list. `miles` is the straight distance to its nearest place, where both are known.

    `checked_on` is the later of what its source assures and what was checked here.
    """

    id: int
    name: str
    summary: str
    provider: str
    organisation: int | None
    needs: tuple[str, ...]
    checked_on: dt.date | None
    overdue: bool
    url: str = ""
    miles: float | None = None


@dataclass(frozen=True, slots=True)
class ServicesFound:
    """A page of services. `near_unknown` says that the postcode is in no file, so the place was not looked at."""

    part: Part[ServiceLine]
    near_unknown: bool = False


@dataclass(frozen=True, slots=True)
class ServiceShown:
    """One service, whole, with what was checked here and whether it is still offered."""

    id: int
    entry: ServiceEntry
    source: str
    organisation: int | None
    organisation_name: str
    needs: tuple[str, ...]
    offered: bool
    gone_on: dt.date | None
    checked_on: dt.date | None
    checked_by: str
    last_checked_on: dt.date | None
    overdue: bool
    version: int


def last_checked(assured_on: dt.date | None, checked_on: dt.date | None) -> dt.date | None:
    """The later of two days, either of which may be missing."""
    return max((day for day in (assured_on, checked_on) if day), default=None)


def is_overdue(last: dt.date | None, on: dt.date, months: int) -> bool:
    """Whether a service last checked on `last`, or never, must be checked again by `on`."""
    if last is None:
        return True
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    return (on.year, on.month, on.day) >= (year, month + 1, last.day)


def summary(description: str) -> str:
    """The beginning of a description, to the end of a word."""
    line = " ".join(description.split())
    return line if len(line) <= SUMMARY else line[:SUMMARY].rpartition(" ")[0] + "…"
