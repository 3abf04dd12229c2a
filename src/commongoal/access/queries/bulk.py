"""Whole tables read at once, as Arrow columns: for the ledger, which takes a million rows.

The database makes one text of each column and Arrow reads it: many times as fast as a row at a time, and in the
transaction that asks, so what it wrote itself is seen. A driver with a connection of its own would not see that.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

import pyarrow as pa
import pyarrow.csv as csv
from django.db import connection, transaction
from django.db.models import Model

Kind = Literal["whole", "slug", "text", "day", "number"]
ARROW = {"whole": pa.int64(), "slug": pa.string(), "text": pa.string(), "day": pa.date32(), "number": pa.float64()}
NULLABLE = ("day", "number")
AT_ONCE = 500_000  # ids in one statement: a text is of at most a thousand million bytes
BLOCK = 1 << 24  # bytes, more than the longest line


@contextmanager
def one_view() -> Iterator[None]:
    """One view of the database for all that is read within. On SQLite nobody writes meanwhile."""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def columns_read(
    model: type[Model], columns: Mapping[str, tuple[str, Kind]], where: Sequence[str] = (), join: str = ""
) -> pa.Table:
    """The rows of a model's table, called `t`, as a table of these columns: name to expression and kind.

    Expressions, conditions and `join` are SQL of the program's own, never input. Only days and numbers may be null. A
    slug has neither commas nor quotes nor line breaks in it.
    """
    name = connection.ops.quote_name(model._meta.db_table)
    schema = pa.schema([(column, ARROW[kind]) for column, (_, kind) in columns.items()])
    kinds = [kind for _, kind in columns.values()]
    chosen = ", ".join(_as_one(sql, kind) for sql, kind in columns.values())
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {name}")
        for start in range(0, cursor.fetchone()[0] or 0, AT_ONCE):
            here = (f"t.id > {start} AND t.id <= {start + AT_ONCE}", *where)
            cursor.execute(f"SELECT {chosen} FROM {name} t {join} WHERE {' AND '.join(here)}")
            found = cursor.fetchone()
            if found[0] is not None:
                parts.append(pa.table([*map(_column, found, kinds)], schema))
    return pa.concat_tables(parts) if parts else schema.empty_table()


def among(expression: str, ids: Iterable[int]) -> str:
    """The condition that an expression is one of these ids, however many."""
    listed = [int(each) for each in ids]
    if connection.vendor == "postgresql":
        return f"{expression} = ANY('{{{','.join(map(str, listed))}}}'::bigint[])"
    return f"{expression} IN (SELECT value FROM json_each('{json.dumps(listed)}'))"


def standing(model: type[Model]) -> tuple[str, ...]:
    """The conditions that a row is neither superseded by another nor withdrawn, where the table has such a thing."""
    name = connection.ops.quote_name(model._meta.db_table)
    fields = {field.name for field in model._meta.get_fields()}
    latest = f"t.id NOT IN (SELECT supersedes_id FROM {name} WHERE supersedes_id IS NOT NULL)"
    return (latest, "t.withdrawn_at IS NULL") if "withdrawn_at" in fields else (latest,)


def moment(expression: str) -> str:
    """The expression of a moment as ISO text in UTC, empty where there is none."""
    if connection.vendor == "postgresql":
        return f"coalesce(to_char({expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"'), '')"
    return f"coalesce(replace(substr({expression}, 1, 19), ' ', 'T') || '+00:00', '')"


def _as_one(sql: str, kind: Kind) -> str:
    """The values of a column as one text: commas between, or, of texts, in quotes and a line each.

    Databases pass over nulls here. SQLite's comma is its own: with one that is told it takes twice as long.
    """
    if connection.vendor == "postgresql":
        text = f"({sql})::text"
        if kind == "text":
            return f"""string_agg('"' || replace({text}, '"', '""') || '"', '\n')"""
        return f"string_agg({_filled(text) if kind in NULLABLE else text}, ',')"
    if kind == "text":  # %w doubles quotes within, and takes longer than there is text
        quoted = f"""CASE WHEN {sql} = '' THEN '""' ELSE printf('"%w"', {sql}) END"""
        return f"CAST(group_concat({quoted}, '\n') AS BLOB)"
    return f"CAST(group_concat({_filled(sql) if kind in NULLABLE else sql}) AS BLOB)"


def _filled(text: str) -> str:
    return f"coalesce({text}, '')"


def _column(values: bytes | str, kind: Kind) -> pa.ChunkedArray:
    lines = values if isinstance(values, bytes) else values.encode()
    if kind != "text":
        lines = lines.replace(b",", b"\n")
    reading = csv.ReadOptions(column_names=["value"], block_size=BLOCK)
    written = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    converting = csv.ConvertOptions(column_types={"value": ARROW[kind]}, strings_can_be_null=False, null_values=[""])
    return csv.read_csv(pa.BufferReader(lines + b"\n"), reading, written, converting).column(0)
