"""A person's agreement to share, and when it is in force."""

import datetime as dt
from dataclasses import dataclass

from commongoal.people.engine.vocabulary import AreaOfLife, DataClass


@dataclass(frozen=True, slots=True)
class Agreement:
    """From one organisation to another, what may travel, for which areas of life; from a day, until before a day."""

    pk: int
    person: int
    from_organisation: int
    from_name: str
    to_organisation: int
    to_name: str
    areas: frozenset[AreaOfLife]
    classes: frozenset[DataClass]
    given_how: str
    document_version: str
    from_on: dt.date
    until_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    withdrawn_how: str = ""

    def in_force(self, on: dt.date) -> bool:
        """Whether it holds that day: begun, not run out, and not withdrawn (it ends on the day it is withdrawn)."""
        ends = [day for day in (self.until_on, self.withdrawn_on) if day is not None]
        return self.from_on <= on and all(on < day for day in ends)

    def standing(self, on: dt.date) -> str:
        """One word for where it stands that day."""
        if self.withdrawn_on is not None and self.withdrawn_on <= on:
            return "replaced" if self.withdrawn_how == REPLACED else "withdrawn"
        return "in force" if self.in_force(on) else "ended" if self.from_on <= on else "not begun"


REPLACED = "replaced"
"""How an agreement ended that a newer one with the same organisation took the place of."""
