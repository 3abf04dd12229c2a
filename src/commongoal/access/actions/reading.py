"""The access rows: who looked at whose record. Written by the guard of the pages, never by a query."""

import datetime as dt
import secrets
from collections.abc import Iterable

from commongoal.access.engine.chain import content_digest, reading_content
from commongoal.access.engine.permissions import Viewer
from commongoal.access.models import Reading


def note_reading(
    people: Iterable[int],
    *,
    page: str,
    by: Viewer,
    at: dt.datetime,
    listed: bool = False,
    lines: Iterable[int] = (),
) -> None:
    """One row for each person whose record was shown on `page`, and for each who was a line of a list there.

    One query for both; `listed` says that `people` were lines too.
    """
    rows = [_row(person, page, by.membership, at, listed) for person in people]
    rows += [_row(person, page, by.membership, at, listed=True) for person in lines]
    if rows:
        Reading.objects.bulk_create(rows)


def _row(person: int, page: str, membership: int, at: dt.datetime, listed: bool) -> Reading:
    salt = secrets.token_hex(16)
    digest = content_digest(salt, reading_content(person, listed))
    return Reading(
        at=at,
        membership_id=membership,
        person_id=person,
        page=page,
        listed=listed,
        salt=salt,
        content_digest=digest,
    )
