"""Tables from Parquet files."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from commongoal.kernel.errors import Problem
from commongoal.pathway.engine.checks.raw import Raw, problem
from commongoal.pathway.files.delimited import one_array, unreadable

DAY_IN = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def read_parquet(path: Path, label: str, table: str) -> Raw:
    """The table in a Parquet file; one that cannot be read as a problem."""
    try:
        read = pq.read_table(path, page_checksum_verification=True, partitioning=None)
        read.validate(full=True)
        columns, problems = [], []
        for name in read.column_names:
            column, faults = _plain(read.column(name), label, name)
            columns.append(column)
            problems += faults
    except (pa.ArrowException, OSError, MemoryError, UnicodeDecodeError, ValueError) as fault:
        if isinstance(fault, FileNotFoundError | PermissionError):
            raise
        said = " ".join(str(fault).split())[:200]
        return unreadable(label, table, f"a Parquet file that can be read: {said}", "unreadable")
    return Raw(label, table, tuple(read.column_names), tuple(columns), np.arange(2, len(read) + 2), tuple(problems))


def _plain(column: pa.ChunkedArray, label: str, name: str) -> tuple[pa.Array, list[Problem]]:
    """A column as strings, days, whole numbers, floats or flags; of any other type, a problem and nothing."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type), label, name)
    if pa.types.is_timestamp(kind):
        return _days(column), []
    if pa.types.is_date64(kind):
        return one_array(column.cast(pa.date32())), []
    if pa.types.is_date32(kind) or pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return one_array(column), []
    if pa.types.is_floating(kind):
        return one_array(column.cast(pa.float64())), []
    if pa.types.is_null(kind) or pa.types.is_decimal(kind) or _is_words(kind):
        return one_array(column.cast(pa.string())), []
    said = f"text, days, numbers or yes and no; here are {kind}"
    return pa.nulls(len(column), pa.string()), [problem(label, 1, name, "", said, "unreadable")]


def _is_words(kind: pa.DataType) -> bool:
    return any(
        test(kind)
        for test in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_binary,
            pa.types.is_large_binary,
        )
    )


def _days(column: pa.ChunkedArray) -> pa.Array:
    """Timestamps as days where all are at midnight, else as text, which then says what is wrong."""
    whole = one_array(column.cast(pa.timestamp(column.type.unit)))
    ticks = pc.drop_null(whole).cast(pa.int64()).to_numpy()
    if not (ticks % DAY_IN[column.type.unit]).any():
        return whole.cast(pa.date32())
    return whole.cast(pa.string())
