"""Rules by which a merge brings two records together and parting takes them apart, said by each table of itself.

A table of any part may carry two class attributes, which `people.actions.merging` reads; it knows no table by name:
`one_running`, an `OneRunning`, and `written_because_of`, the names of its foreign keys to the row that was the reason
for it: where that row goes when two records are parted, it goes.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from commongoal.kernel.errors import Refused


class OtherGoesFurther(Refused):
    """Keep the other record of the two: there this person has gone further."""


@dataclass(frozen=True, slots=True)
class OneRunning:
    """A person has one running row with the same values in `like`; `end` is the field that is empty while it runs.

    `days` are the fields with the days it has come through, the last step first.
    """

    like: tuple[str, ...]
    end: str
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """A row written since a merge, which may go to the record that comes back: its table, id, day and words."""

    table: str
    row: int
    on: dt.date
    words: str


def further(one: Sequence[dt.date | None], other: Sequence[dt.date | None]) -> bool:
    """Whether `one` has come further than `other`: a later step, or the same step sooner. The last step comes first.

    What counts is the furthest step that either has reached: a person who has started is further than one who has not.
    """
    for mine, theirs in zip(one, other, strict=True):
        if mine != theirs:
            return theirs is None or (mine is not None and mine < theirs)
    return False
