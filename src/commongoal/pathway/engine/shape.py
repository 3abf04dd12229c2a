"""The canonical shape of a ledger's tables: Arrow types, order of rows, and `seq` always filled.

Files say pounds; a canonical table says whole pence in a column named ``<name>_pence``. Periods and days are `date32`.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from commongoal.pathway.engine.ledger import Column, Table
from commongoal.pathway.engine.programme import Programme

Integers = NDArray[np.int64]

ARROW = {
    "id": pa.string(),
    "text": pa.string(),
    "choice": pa.string(),
    "date": pa.date32(),
    "count": pa.int32(),
    "level": pa.int16(),
    "number": pa.float64(),
    "pounds": pa.int64(),
    "flag": pa.bool_(),
}
PEOPLE_COLUMNS = ("person", "area")
ROOM = 2**62


def columns_of(table: Table, programme: Programme) -> tuple[Column, ...]:
    """The columns of a table as files have them; `people` also has one for each attribute of the programme."""
    if table.name != "people":
        return table.columns
    more = (Column(a.id, "choice", a.meaning or a.name, among=f"attribute:{a.id}") for a in programme.attributes)
    return (*table.columns, *more)


def canonical_name(column: Column) -> str:
    """The column's name once imported: pounds become whole pence."""
    return f"{column.name}_pence" if column.kind == "pounds" else column.name


def schema_of(table: Table, attributes: Sequence[str] = ()) -> pa.Schema:
    """The canonical Arrow schema of a table; `attributes` are the further columns of `people`, as strings."""
    fields = [pa.field(canonical_name(column), ARROW[column.kind]) for column in table.columns]
    further = attributes if table.name == "people" else ()
    return pa.schema([*fields, *(pa.field(name, pa.string()) for name in further)])


def shaped(table: Table, rows: pa.Table) -> pa.Table:
    """`rows` with the canonical columns, types and order of rows, and `seq` filled.

    A column that is not there is filled with nulls; further columns of `people` are its attributes. Raises
    `pyarrow.ArrowInvalid` where a column cannot take its type, and `KeyError` for a column that is not the table's.
    """
    attributes = [name for name in rows.column_names if name not in PEOPLE_COLUMNS] if table.name == "people" else []
    schema = schema_of(table, attributes)
    if strangers := set(rows.column_names) - set(schema.names):
        raise KeyError(f"{table.name} has no column {', '.join(sorted(strangers))}")
    columns = [
        rows.column(field.name).cast(field.type) if field.name in rows.column_names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    ordered = in_order(table, pa.table(columns, schema=schema))
    return numbered(ordered) if table.name == "entries" else ordered


def in_order(table: Table, rows: pa.Table) -> pa.Table:
    """`rows` by person, then dates, then `seq` (empty last), then what is left of the key; ties keep their order."""
    names = {column.name for column in table.columns}
    first = [name for name in ("person", "on", "from_on", "to_on", "seq") if name in names]
    rest = [] if table.name == "entries" else [name for name in table.key if name not in first]
    columns = [rows.column(name) for name in first + rest]
    if table.name == "entries":
        columns[-1] = pc.fill_null(columns[-1], 2**31 - 1)
    place = combined(columns, len(rows))
    if bool(np.all(place[1:] >= place[:-1])):
        return rows
    return rows.take(pa.array(np.argsort(place, kind="stable")))


def numbered(entries: pa.Table) -> pa.Table:
    """Entries in order with `seq` counted from 0 within person and day."""
    same = combined([entries.column("person"), entries.column("on")], len(entries))
    seq = pa.array(position_within(same).astype(np.int32))
    return entries.set_column(entries.column_names.index("seq"), pa.field("seq", pa.int32()), seq)


def position_within(group: Integers) -> Integers:
    """How many rows of the same group stand before each row; `group` is such that equal values are neighbours."""
    places = np.arange(len(group))
    return places - starts_of(group)


def starts_of(group: Integers) -> Integers:
    """For each row, where its run of equal values of `group` begins."""
    places = np.arange(len(group))
    fresh = np.ones(len(group), dtype=bool)
    fresh[1:] = group[1:] != group[:-1]
    return np.maximum.accumulate(np.where(fresh, places, 0)) if len(group) else places


def combined(columns: Iterable[pa.ChunkedArray], length: int) -> Integers:
    """One whole number a row, equal where all the columns are equal and rising as they rise; nulls come first."""
    key, size = np.zeros(length, dtype=np.int64), 1
    for column in columns:
        codes, count = ranks(column)
        if size * count >= ROOM:
            _, key = np.unique(key, return_inverse=True)
            size = int(key.max(initial=0)) + 1
        key, size = key * count + codes, size * count
    return key


def ranks(column: pa.ChunkedArray | pa.Array) -> tuple[Integers, int]:
    """Each value's rank from 1, 0 for null, and one more than the highest rank; whole numbers and dates keep gaps."""
    if column.null_count == len(column):
        return np.zeros(len(column), dtype=np.int64), 1
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    if pa.types.is_integer(column.type):
        numbers = pc.fill_null(column.cast(pa.int64()), pc.min(column)).to_numpy()
        low = int(numbers.min())
        if int(numbers.max()) - low < 2**40:
            return np.where(pc.is_null(column).to_numpy(), 0, numbers - low + 1), int(numbers.max()) - low + 2
    encoded = (column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column).dictionary_encode()
    order = pc.rank(encoded.dictionary, sort_keys="ascending", tiebreaker="dense").to_numpy().astype(np.int64)
    at = pc.fill_null(encoded.indices, len(order)).to_numpy()
    return np.append(order, 0)[at], len(order) + 1
