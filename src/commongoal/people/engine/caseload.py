"""A named worker's people, as lines of a list."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseloadPerson:
    """Somebody on a caseload, and the day of the last contact with them; none where there was none.

    `quiet_since` is that day, or the named worker's first with them if that is later.
    """

    person: int
    name: str
    last_contact_on: dt.date | None
    quiet_since: dt.date


@dataclass(frozen=True, slots=True)
class EndingAgreement:
    """An agreement to share that ends soon. `until_on` is the first day without it."""

    agreement: int
    person: int
    name: str
    to_name: str
    until_on: dt.date
