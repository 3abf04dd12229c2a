"""A dated note or contact, as it is read."""

import datetime as dt
from dataclasses import dataclass

from commongoal.kernel.errors import Refused
from commongoal.people.engine.vocabulary import NoteKind


class NotesNotShared(Refused):
    """The notes about this person are not shared with your organisation."""


@dataclass(frozen=True, slots=True)
class Note:
    """What was written about a day, by whom and when; `corrects` is the note it took the place of."""

    pk: int
    kind: NoteKind
    text: str
    on: dt.date
    written_at: dt.datetime
    who: str
    organisation: str
    corrects: int | None = None
    ours: bool = False  # the viewer's organisation wrote it, and may correct it
