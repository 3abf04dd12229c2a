"""An indicator: what is measured, from which figures, and who answers for the definition."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Which way is better."""

    LOWER = "lower is better"
    HIGHER = "higher is better"
    NEITHER = "neither is better"


class Method(StrEnum):
    """How the 95% interval of an indicator is found."""

    WILSON = "wilson"  # a share of people: both counts known
    BYAR = "byar"  # a count, or a count by what it came from, where the two are not parts of one another
    NONE = "none"  # published as a figure only; its own error is not known
    PUBLISHED = "published"  # the source gives it


@dataclass(frozen=True, slots=True)
class Choice:
    """Which figures: a dataset, and patterns (as of a shell, without case) that the words of a series match."""

    dataset: str
    series: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class Break:
    """A day from which figures are not to be compared with those before, and why."""

    on: dt.date
    words: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measure of a place. `value = per x count / of`, or the count itself where there is no `of`.

    `count` without a dataset is an indicator that no source here gives: `not_available` says why. `template` are those
    of a plan that a partnership fills with figures of its own.
    """

    code: str
    name: str
    definition: str
    unit: str  # "per cent of people aged 16 to 64"
    direction: Direction
    count: Choice | None
    of: Choice | None = None
    per: float = 1.0
    decimals: int = 0
    method: Method = Method.NONE
    group: str = ""  # the heading it stands under: "Out of work", "Why", "How long"
    source: str = ""
    author: str = ""
    checked_by: str = ""
    checked_on: dt.date | None = None
    review_on: dt.date | None = None
    breaks: tuple[Break, ...] = ()
    not_available: str = ""
    template: bool = False
