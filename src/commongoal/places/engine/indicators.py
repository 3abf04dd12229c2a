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
    """A day from which figures are not to be compared with those before, and why.

    Where the change took a while, `until` is its last day: no change is read between two periods in it either.
    """

    on: dt.date
    words: str
    until: dt.date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a partnership's plan says of an outcome measure; empty texts are still to be filled.

    `returns` are (period, figure) as they came in. `official` is the code of the indicator that official figures have.
    """

    baseline: str = ""
    baseline_period: str = ""
    target: str = ""
    target_by: str = ""
    returns: tuple[tuple[str, str], ...] = ()
    official: str = ""

    @property
    def to_fill(self) -> tuple[str, ...]:
        """What is still to be filled, in words."""
        told = {
            "baseline": self.baseline, "period of the baseline": self.baseline_period,
            "target": self.target, "day of the target": self.target_by,
        }  # fmt: skip
        return (*(name for name, text in told.items() if not text), *(() if self.returns else ("returns",)))


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
    figures_of: str = ""  # of when figures are, where a table is named for the year it came out
    template: bool = False
    plan: Plan | None = None

    def overdue(self, on: dt.date) -> bool:
        """Whether nobody answers for the definition, or it was to be looked at again before that day."""
        answered = self.author and self.checked_by and self.checked_on and self.review_on
        return not answered or (self.review_on is not None and self.review_on < on)

    def broken(self, first: dt.date, second: dt.date) -> Break | None:
        """The first break between two days, or that either lies in while it lasts; none where they can be compared."""
        early, late = sorted((first, second))
        for one in self.breaks:
            inside = one.until is not None and (one.on <= early <= one.until or one.on <= late <= one.until)
            if early < one.on <= late or inside:
                return one
        return None
