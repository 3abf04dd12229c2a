"""The access rows: who looked at whose record. Written by the guard of the pages, never by a query."""

import datetime as dt
import secrets
from collections.abc import Iterable
from functools import lru_cache

from django.db import connection

from commongoal.access.engine.chain import content_digest, reading_content
from commongoal.access.engine.permissions import Viewer
from commongoal.access.models import Reading

COLUMNS = ("at", "membership_id", "page", "person_id", "listed", "salt", "content_digest", "erasure")


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
    when = connection.ops.adapt_datetimefield_value(at)
    rows = [(when, by.membership, page, *_content(person, listed)) for person in people]
    rows += [(when, by.membership, page, *_content(person, listed=True)) for person in lines]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_insert(len(rows)), [value for row in rows for value in row])


def _content(person: int, listed: bool) -> tuple[int, bool, str, str, str]:
    salt = secrets.token_hex(16)
    return person, listed, salt, content_digest(salt, reading_content(person, listed)), ""


@lru_cache
def _insert(rows: int) -> str:
    """The statement for so many rows. Every page writes them: Django takes four times as long to make it each time."""
    columns = ", ".join(map(connection.ops.quote_name, COLUMNS))
    each = f"({', '.join(['%s'] * len(COLUMNS))})"
    table = connection.ops.quote_name(Reading._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([each] * rows)}"
