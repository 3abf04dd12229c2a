"""The access rows: who looked at whose record. Written by the guard of the pages, never by a query."""

import datetime as dt
from collections.abc import Iterable

from commongoal.access.engine.permissions import Viewer
from commongoal.access.models import Reading


def note_reading(people: Iterable[int], *, page: str, by: Viewer, at: dt.datetime, listed: bool = False) -> None:
    """One row for each person whose record was shown on `page`."""
    rows = [
        Reading(at=at, membership_id=by.membership, person_id=person, page=page, listed=listed) for person in people
    ]
    if rows:
        Reading.objects.bulk_create(rows)
