"""Rules by which a merge brings two records together and parting takes them apart, said by each table of itself.

A table of any part may carry three class attributes, which `people.actions.merging` reads; it knows no table by name:
`one_running`, an `OneRunning`; `written_because_of`, the names of its foreign keys to the row that was the reason for
it: where that row goes when two records are parted, it goes; and `reckoned_again_by`, the dotted name of a function of
the act and a `Record`, for what is kept about all of a person's rows together, and is another once some came or went.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from commongoal.kernel.errors import Refused


class OtherGoesFurther(Refused):
    """Keep the other record of the two: there this person has gone further."""


@dataclass(frozen=True, slots=True)
class OneRunning:
    """A person has one running row with the same values in `like`; `end` is the field that is empty while it runs.

    `days` are the fields with the days it has come through, the last step first. A `story` is further the later it goes
    on, whatever its steps are; other rows are further the more steps they have come through, and the sooner. Where both
    records have one, the second waits with the record given up; or it ends (`second_ends`) and comes along to be read.
    """

    like: tuple[str, ...]
    end: str
    days: tuple[str, ...]
    story: bool = False
    second_ends: bool = False

    def further(self, one: Sequence[dt.date | None], other: Sequence[dt.date | None]) -> bool:
        """Whether a row with the days `one` has come further than one with the days `other`."""
        return later(one, other) if self.story else further(one, other)


class Record(Protocol):
    """A record of a person that a merge or a parting has just changed."""

    pk: int
    contact_by: str


@dataclass(frozen=True, slots=True)
class Since:
    """A row written since a merge, which may go to the record that comes back: its table, id, day and words."""

    table: str
    row: int
    on: dt.date
    words: str


def later(one: Sequence[dt.date | None], other: Sequence[dt.date | None]) -> bool:
    """Whether `one` goes on later than `other`, by its last day and then by the one before it."""
    return [day or dt.date.min for day in one] > [day or dt.date.min for day in other]


def further(one: Sequence[dt.date | None], other: Sequence[dt.date | None]) -> bool:
    """Whether `one` has come further than `other`: a later step, or the same step sooner. The last step comes first.

    What counts is the furthest step that either has reached: a person who has started is further than one who has not.
    """
    for mine, theirs in zip(one, other, strict=True):
        if mine != theirs:
            return theirs is None or (mine is not None and mine < theirs)
    return False
