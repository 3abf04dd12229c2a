"""An agreement to share as the ledger takes it."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement: the person, with whom, which areas of life and classes of data, from when until before when."""

    person: int
    organisation: int
    areas: tuple[str, ...]
    classes: tuple[str, ...]
    from_on: dt.date
    to_on: dt.date | None
