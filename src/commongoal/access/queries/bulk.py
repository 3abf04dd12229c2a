"""Whole tables read at once, as Arrow columns: for the ledger, which takes a million rows.

The database writes its rows as lines of CSV and Arrow reads them: four times as fast as a row at a time, and in the
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
AT_ONCE = 500_000  # ids in one statement: SQLite makes its lines as one text, at most a thousand million bytes
FORMATS = {"whole": "%d", "slug": "%s", "day": "%s", "number": "%s", "text": '"%w"'}  # %w doubles quotes within
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
    source = f"{name} t {join}"
    read = _copied if connection.vendor == "postgresql" else _concatenated
    schema = pa.schema([(column, ARROW[kind]) for column, (_, kind) in columns.items()])
    parts = [_parsed(lines, schema) for lines in read(source, name, columns, where) if lines]
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


def _condition(where: Sequence[str]) -> str:
    return " AND ".join(where) or "TRUE"


def _copied(source: str, name: str, columns: Mapping[str, tuple[str, Kind]], where: Sequence[str]) -> Iterator[bytes]:
    """PostgreSQL writes CSV by itself."""
    del name
    chosen = ", ".join(sql for sql, _ in columns.values())
    with connection.cursor() as cursor:
        statement = f"COPY (SELECT {chosen} FROM {source} WHERE {_condition(where)}) TO STDOUT (FORMAT csv)"
        with cursor.copy(statement) as copy:
            yield b"".join(copy)


def _concatenated(
    source: str, name: str, columns: Mapping[str, tuple[str, Kind]], where: Sequence[str]
) -> Iterator[bytes]:
    """SQLite is told how to write a line, and joins them."""
    line = ",".join(FORMATS[kind] for _, kind in columns.values())
    chosen = ", ".join(sql for sql, _ in columns.values())
    with connection.cursor() as cursor:
        last = cursor.execute(f"SELECT max(id) FROM {name}").fetchone()[0] or 0
        for start in range(0, last, AT_ONCE):
            here = f"t.id > {start} AND t.id <= {start + AT_ONCE}"
            text = f"SELECT group_concat(printf('{line}', {chosen}), char(10))"
            cursor.execute(f"{text} FROM {source} WHERE {here} AND {_condition(where)}")
            yield (cursor.fetchone()[0] or "").encode()


def _parsed(lines: bytes, schema: pa.Schema) -> pa.Table:
    reading = csv.ReadOptions(column_names=schema.names, block_size=BLOCK)
    converting = csv.ConvertOptions(column_types=schema, strings_can_be_null=False, null_values=[""])
    return csv.read_csv(pa.BufferReader(lines), reading, csv.ParseOptions(newlines_in_values=True), converting)
