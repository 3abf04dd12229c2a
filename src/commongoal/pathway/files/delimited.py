"""Tables from comma-, semicolon- or tab-separated text."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from commongoal.kernel.encodings import Decoded, as_escapes, as_if_windows, decode, strays
from commongoal.kernel.errors import Problem
from commongoal.pathway.engine.checks.columns import normal
from commongoal.pathway.engine.checks.raw import Raw, problem
from commongoal.pathway.engine.ledger import TABLES

SEPARATORS = ",;\t"
LONGEST_CELL = 1_000_000
KNOWN = {column.name for table in TABLES for column in table.columns}
UNEVEN = re.compile(r'"|\r(?!\n)|^[,;\t ]*\r?\n|\n[,;\t ]*\r?\n|\n[,;\t ]+\r?\Z')
"""Records that a plain split at line ends could misread: quotes, bare carriage returns, records without content."""


def read_delimited(path: Path, label: str, table: str) -> Raw:
    """The table in a text file. Faults of the file are problems of what is returned, never an exception."""
    try:
        decoded = decode(path.read_bytes())
    except UnicodeDecodeError as fault:
        said = f"text in one encoding: as {fault.encoding} it breaks at byte {fault.start:,} ({fault.reason})"
        return unreadable(label, table, said, "bad_encoding")
    if not decoded.text.strip():
        return unreadable(label, table, "a header row and records: the file is empty", "unreadable")
    separator = sniffed(decoded.text)
    return _quickly(decoded, separator, label, table) or _carefully(decoded, separator, label, table)


def unreadable(label: str, table: str, expected: str, code: str) -> Raw:
    """A table of which nothing could be read, and why."""
    return Raw(label, table, (), (), np.zeros(0, dtype=np.int64), (problem(label, 0, "", "", expected, code),))


def sniffed(text: str) -> str:
    """The separator under which the first line shows most names of columns, then most columns."""
    line = text.partition("\n")[0]

    def standing(separator: str) -> tuple[int, int]:
        names = [normal(name.strip('" \r')) for name in line.split(separator)]
        return sum(name in KNOWN for name in names), len(names)

    return max(SEPARATORS, key=standing)


def _quickly(decoded: Decoded, separator: str, label: str, table: str) -> Raw | None:
    """Arrow's reader, for text without anything that needs care; None where it does."""
    header, _, body = decoded.text.partition("\n")
    header = header.removesuffix("\r")
    if decoded.mixed or not body or header.count('"') % 2 or "\r" in header or UNEVEN.search(body):
        return None
    try:
        headings = tuple(next(csv.reader([header], delimiter=separator, strict=True), ()))
    except csv.Error:
        return None
    names = [f"f{index}" for index in range(len(headings))]
    try:
        read = arrow_csv.read_csv(
            io.BytesIO(body.encode()),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=8 << 20),
            parse_options=arrow_csv.ParseOptions(delimiter=separator, quote_char=False, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns = tuple(one_array(column) for column in read.columns)
    return Raw(label, table, headings, columns, np.arange(2, len(read) + 2))


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    whole = column.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _carefully(decoded: Decoded, separator: str, label: str, table: str) -> Raw:
    """Python's reader: quotes, empty lines, records of the wrong length, stray bytes."""
    csv.field_size_limit(LONGEST_CELL)
    problems: list[Problem] = []
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=separator, strict=True)
    try:
        records.extend(reader)
    except csv.Error as fault:
        said = f"records that can be told apart: near line {reader.line_num}, {fault}"
        return unreadable(label, table, said, "broken_csv")
    headings = [as_if_windows(heading) for heading in records[0]]
    rows, good, spoiled = [], [], {}
    for row, record in enumerate(records[1:], start=2):
        if not "".join(record).strip():
            continue
        if decoded.mixed:
            problems += _mixed(record, headings, label, row)
            record = [as_if_windows(cell) for cell in record]  # noqa: PLW2901 - the record as it would be
        beyond = len(record) > len(headings) and "".join(record[len(headings) :]).strip()
        if len(record) >= len(headings) and not beyond:
            rows.append(row)
            good.append(record[: len(headings)])
        else:
            spoiled[row] = tuple(record)
            said = f"{len(headings)} cells, one for each heading; here are {len(record)}"
            problems.append(problem(label, row, "", "", said, "ragged_row"))
    columns = tuple(pa.array(cells, pa.string()) for cells in zip(*good, strict=True)) if good else ()
    empty = tuple(pa.array([], pa.string()) for _ in headings)
    return Raw(
        label, table, tuple(headings), columns or empty, np.array(rows, dtype=np.int64), tuple(problems), spoiled
    )


def _mixed(record: list[str], headings: list[str], label: str, row: int) -> list[Problem]:
    """A problem for each cell with bytes that are not UTF-8 although the rest of the file is."""
    found = []
    for index, cell in enumerate(record):
        if stray := strays(cell):
            heading = normal(headings[index]) if index < len(headings) else ""
            codes = " ".join(f"{byte:02X}" for byte in stray[:8])
            said = f"UTF-8, like the rest of the file: byte {codes} would make {as_if_windows(cell)!r} in Windows-1252"
            hidden_as = problem(label, row, heading, as_if_windows(cell), said, "mixed_encoding")
            value = hidden_as.value if hidden_as.value == "(hidden)" else as_escapes(cell)
            expected = "UTF-8, like the rest of the file" if value == "(hidden)" else said
            found.append(problem(label, row, heading, value, expected, "mixed_encoding"))
    return found
