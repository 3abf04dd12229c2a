"""Statements that Django compiles once and that are asked many times: compiling one takes longer than its answer.

A statement is made with the negative numbers below in place of ids, which no row has, and asked with the ids. What the
database hands back is plain: `as_day`, `as_moment` and `as_list` make of SQLite's text what PostgreSQL gives already.
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from commongoal.access.engine.permissions import Role, Viewer

PERSON, MEMBERSHIP, ORGANISATION = -101, -102, -103


@dataclass(frozen=True, slots=True)
class Statement:
    """What the database is asked, and its values, some of which stand for ids."""

    sql: str
    values: tuple[Any, ...]


def stand_in(role: Role) -> Viewer:
    """The viewer of a statement for everybody of a role."""
    return Viewer(user=0, membership=MEMBERSHIP, organisation=ORGANISATION, role=role)


def statement(rows: QuerySet[Any, Any]) -> Statement:
    """The rows as a statement."""
    sql, values = rows.query.sql_with_params()
    return Statement(sql, tuple(values))


def answer(of: Statement, person: int, viewer: Viewer) -> list[tuple[Any, ...]]:
    """The rows for this person and viewer; one query."""
    ids = {PERSON: person, MEMBERSHIP: viewer.membership, ORGANISATION: viewer.organisation}
    values = [ids.get(value, value) if isinstance(value, int) else value for value in of.values]
    with connection.cursor() as cursor:
        cursor.execute(of.sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def as_day(value: dt.date | str | None) -> dt.date | None:
    """A date."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def as_moment(value: dt.datetime | str | None) -> dt.datetime | None:
    """A moment; SQLite keeps it in UTC."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


def as_list(value: list[Any] | str | None) -> list[Any]:
    """A list kept as JSON."""
    found: list[Any] = json.loads(value) if isinstance(value, str) else value or []
    return found
