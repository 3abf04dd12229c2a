"""Statements that Django compiles once and that are asked many times: compiling one takes longer than its answer.

A statement is made with the stand-ins below in place of ids and of a day, which no row has, and asked with what they
stand for. What the database hands back is plain: `as_day`, `as_moment` and `as_list` make of SQLite's text what
PostgreSQL gives already.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

from commongoal.access.engine.permissions import Role, Viewer

PERSON, MEMBERSHIP, ORGANISATION, USER, PLAN = -101, -102, -103, -104, -105
DAY, OTHER_DAY = dt.date(1, 1, 2), dt.date(1, 1, 3)
MOMENT = dt.datetime(1, 1, 4, tzinfo=dt.UTC)
PEOPLE = (-1001, -1002)  # after `__in`: any number of ids, which travel as one value


@dataclass(frozen=True, slots=True)
class Statement:
    """What the database is asked, and its values, some of which stand for others."""

    sql: str
    values: tuple[Any, ...]


def stand_in(role: Role) -> Viewer:
    """The viewer of a statement for everybody of a role."""
    return Viewer(user=USER, membership=MEMBERSHIP, organisation=ORGANISATION, role=role)


@dataclass(frozen=True, slots=True)
class Models:
    """A statement whose rows are a model's, and what Django knows of their columns."""

    statement: Statement
    compiler: Any


def models(rows: QuerySet[Any, Any]) -> Models:
    """The rows, with what they are selected and annotated with, as a statement."""
    compiler = rows.query.get_compiler(connection.alias)
    return Models(_stated(*compiler.as_sql()), compiler)


def instances(of: Models, viewer: Viewer | None = None, **given: Any) -> list[Any]:
    """The rows as the model's objects, as Django makes them; one query. `given` is what `answer` takes."""
    compiler = of.compiler
    info, select = compiler.klass_info, compiler.select
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [field[0].target.attname for field in select[first:last]]
    related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]  # of a later Django
    found = []
    for row in compiler.results_iter(results=[answer(of.statement, viewer, **given)]):
        one = info["model"].from_db(connection.alias, names, row[first:last])
        for each in related:
            each.populate(row, one)
        for name, place in compiler.annotation_col_map.items():
            setattr(one, name, row[place])
        found.append(one)
    return found


def statement(rows: QuerySet[Any, Any]) -> Statement:
    """The rows as a statement."""
    return _stated(*rows.query.sql_with_params())


def _stated(sql: str, values: Sequence[Any]) -> Statement:
    many = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    pieces = sql.split("IN (%s, %s)")
    found, kept, place = pieces[0], list(values), pieces[0].count("%s")
    for piece in pieces[1:]:
        both = tuple(kept[place : place + 2])
        if both == PEOPLE:
            kept[place : place + 2] = [PEOPLE]
        found += (many if both == PEOPLE else "IN (%s, %s)") + piece
        place += (1 if both == PEOPLE else 2) + piece.count("%s")
    return Statement(found, tuple(kept))


def together(statements: Sequence[Statement]) -> Statement:
    """The rows of all of them in one answer, each with its own order and limit; their columns are of the same types."""
    sql = " UNION ALL ".join(f"SELECT * FROM ({each.sql}) AS part{at}" for at, each in enumerate(statements))
    return Statement(sql, tuple(value for each in statements for value in each.values))


def answer(
    of: Statement,
    viewer: Viewer | None = None,
    *,
    person: int = 0,
    user: int = 0,
    plan: int = 0,
    people: Sequence[int] = (),
    day: dt.date | None = None,
    other_day: dt.date | None = None,
    moment: dt.datetime | None = None,
) -> list[tuple[Any, ...]]:
    """The rows for these; one query. A statement without a stand-in needs no value for it."""
    given: dict[Any, Any] = {PERSON: person, USER: user, PLAN: plan}
    given[PEOPLE] = list(people) if connection.vendor == "postgresql" else json.dumps(list(people))
    if viewer:
        given |= {MEMBERSHIP: viewer.membership, ORGANISATION: viewer.organisation}
    for stands, value in ((DAY, day), (OTHER_DAY, other_day)):
        given |= {stands: value, str(stands): str(value)}  # SQLite keeps days as text
    if moment:
        adapt = connection.ops.adapt_datetimefield_value  # and moments
        given |= {MOMENT: moment, adapt(MOMENT): adapt(moment)}
    values = [
        given.get(value, value) if isinstance(value, int | str | tuple | dt.date) else value for value in of.values
    ]
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
