"""Files of lookups read, and lookups kept in the store for those who work without the platform.

    <folder>/lookups/<name>.parquet    one lookup, with the names of its areas; what it joins is in the metadata

A lookup taken in again takes the place of the one with its name, in one step.
"""

import csv
import io
import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from commongoal.kernel.collecting import not_collecting
from commongoal.kernel.errors import BadInput, Problem, Refused
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.geography import Geography, named_table
from commongoal.places.engine.lookup_file import LookupFile, LookupTable, lookup_file
from commongoal.places.engine.overlap_file import is_overlap, overlap_file
from commongoal.places.engine.rows import lines_of

MAGIC = b"PAR1"  # how a file in Parquet begins and ends
ENTRY = b"commongoal.lookup"
MOST_ROWS = 5_000_000
"""Rows of a table of overlaps at most: Great Britain's, of every output area, has a tenth of that."""


class LookupLost(Refused):
    """A lookup in the store cannot be read: it is damaged, or not of this store. Remove it, or take it in anew."""


def read_lookup(data: bytes, file: str) -> LookupFile:
    """A file of lookups in CSV, or a table of overlaps in CSV or Parquet, with every fault.

    Raises `BadInput` where it is neither.
    """
    if data.startswith(MAGIC):
        return overlap_file(_parquet_columns(data, file), file)
    head = data[:4096].decode("utf-8-sig", "replace").splitlines()[:1]
    header = next(csv.reader(head), [])
    if is_overlap(header):
        return overlap_file(_csv_columns(data, file), file)
    return lookup_file(io.BytesIO(data), file)


def _parquet_columns(data: bytes, file: str) -> dict[str, list[object]]:
    """The columns of such a table that hold areas and shares; a few bytes can stand for very many rows."""
    try:
        source = pq.ParquetFile(pa.BufferReader(data))
        if source.metadata.num_rows > MOST_ROWS:
            expected = f"a table of at most {MOST_ROWS:,} rows"
            raise BadInput([Problem(file, 0, "", f"{source.metadata.num_rows:,} rows", expected, "rows")])
        table = source.read()
        return {name: table.column(name).to_pylist() for name in table.column_names}
    except (pa.ArrowException, OSError) as fault:
        raise BadInput([Problem(file, 0, "", "", "a whole file in Parquet; this one is damaged", "parquet")]) from fault


def _csv_columns(data: bytes, file: str) -> dict[str, list[object]]:
    """The columns of a table of overlaps in CSV; what should be a number and is not stays as it is, to be refused."""
    rows = [line.cells for line in lines_of(io.BytesIO(data))]
    width = len(rows[0])
    wrong = [
        Problem(file, number, "", f"{len(row)} cells", f"{width} cells, as in the header", "cells")
        for number, row in enumerate(rows, start=1)
        if len(row) != width
    ]
    if wrong:
        raise BadInput(wrong)
    return {name: [_number(row[place]) for row in rows[1:]] for place, name in enumerate(rows[0])}


def _number(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell


def keep_lookup(folder: Path, found: LookupFile) -> tuple[str, ...]:
    """Write each lookup of a file to the store; the names of those written."""
    place = folder / "lookups"
    place.mkdir(parents=True, exist_ok=True)
    for table in found.tables:
        aside = place / f".{table.name}.{uuid.uuid4().hex}"
        try:
            pq.write_table(_as_arrow(table, found), aside, compression="zstd")
            aside.replace(place / f"{table.name}.parquet")
        finally:
            aside.unlink(missing_ok=True)
    return tuple(table.name for table in found.tables)


def _as_arrow(table: LookupTable, found: LookupFile) -> pa.Table:
    pairs = list(table.rows)
    entry = {
        "name": table.name,
        "from": [table.source.kind.value, table.source.vintage],
        "to": [table.target.kind.value, table.target.vintage],
    }
    return pa.table({
        "from_code": [source for source, _ in pairs],
        "from_name": [found.areas[source, table.source.vintage][1] for source, _ in pairs],
        "to_code": [target for _, target in pairs],
        "to_name": [found.areas[target, table.target.vintage][1] for _, target in pairs],
        "match": [table.rows[pair] for pair in pairs],
        "weight": pa.array([table.weights.get(pair) for pair in pairs], pa.float64()),
    }).replace_schema_metadata({ENTRY: json.dumps(entry).encode()})  # fmt: skip


def kept_geography(folder: Path) -> Geography:
    """The geography of all lookups kept in the store; one that knows no area where none is kept."""
    tables, names = [], {}
    with not_collecting():
        for path in sorted((folder / "lookups").glob("[!.]*.parquet")):
            table, named = _read(path)
            tables.append(table)
            names.update(named)
        return Geography(tables, names)


def _read(path: Path) -> tuple[LookupTable, dict[tuple[str, str], tuple[AreaKind, str]]]:
    """One kept lookup, and the names of its areas. Raises `LookupLost`."""
    try:
        kept = pq.read_table(path)
        return _kept(kept, json.loads(kept.schema.metadata[ENTRY]))
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as fault:
        raise LookupLost(f"It is {path.name}.") from fault


def _kept(kept: pa.Table, entry: dict[str, Any]) -> tuple[LookupTable, dict[tuple[str, str], tuple[AreaKind, str]]]:
    (from_kind, from_year), (to_kind, to_year) = entry["from"], entry["to"]
    columns = {name: kept.column(name).to_pylist() for name in kept.column_names}
    pairs = list(zip(columns["from_code"], columns["to_code"], strict=True))
    weights = {pair: weight for pair, weight in zip(pairs, columns["weight"], strict=True) if weight is not None}
    rows = dict(zip(pairs, columns["match"], strict=True))
    table = named_table(AreaKind(from_kind), from_year, AreaKind(to_kind), to_year, rows, entry["name"], weights)
    named = _named(columns["from_code"], columns["from_name"], AreaKind(from_kind), from_year)
    return table, named | _named(columns["to_code"], columns["to_name"], AreaKind(to_kind), to_year)


def _named(
    codes: Iterable[str], names: Iterable[str], kind: AreaKind, year: str
) -> dict[tuple[str, str], tuple[AreaKind, str]]:
    return {(code, year): (kind, name) for code, name in zip(codes, names, strict=True)}
