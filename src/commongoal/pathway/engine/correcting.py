"""What was said of somebody and put right since: it is kept, can be read, and counts for nothing."""

import datetime as dt
from dataclasses import dataclass

from commongoal.kernel.errors import Refused


class NothingToCorrect(Refused):
    """That is what it says already."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was said before: in words, with its note; who put it right, and on which day."""

    said: str
    note: str
    who: str
    on: dt.date
