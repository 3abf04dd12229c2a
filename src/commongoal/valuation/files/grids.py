"""Cells of CSV files and workbooks as text, sheet by sheet, with the row numbers that the reader of the file sees."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineWorkbook

from commongoal.kernel.encodings import as_if_windows, decode
from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.engine.checks.raw import cell_text

TEXT = (".csv", ".tsv")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
MOST_BYTES = 64 << 20
LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Grid:
    """One table of cells: `label` is what problems call it, `rows` are (row number, cells), blank rows left out."""

    label: str
    sheet: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Every sheet of a workbook, or the one table of a text file. Raises `BadInput` for a file that cannot be read."""
    ending = path.suffix.lower()
    if ending not in TEXT + WORKBOOKS:
        raise _refused(path, f"a file that ends in {', '.join(TEXT + WORKBOOKS)}", "no_input")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refused(path, "a file under 64 MB", "too_large")
        data = path.read_bytes()
    except OSError as fault:
        raise _refused(path, f"a file that can be opened: {fault.strerror or fault}", "no_input") from None
    grids = (_text_grid(path, data),) if ending in TEXT else _sheets(path, data)
    if not any(grid.rows for grid in grids):
        raise _refused(path, "a row of headings and rows of values: the file is empty", "unreadable")
    return grids


def _refused(path: Path, expected: str, code: str) -> BadInput:
    return BadInput([Problem(path.name, 0, "", "", expected, code)])


def _text_grid(path: Path, data: bytes) -> Grid:
    try:
        text = decode(data).text
    except UnicodeDecodeError as fault:
        raise _refused(path, f"text in one encoding: it breaks at byte {fault.start:,}", "bad_encoding") from None
    first = text.lstrip("\ufeff\r\n").partition("\n")[0]
    separator = max(",;\t", key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator)
    try:
        return Grid(path.name, path.stem, _kept([[as_if_windows(cell) for cell in row] for row in reader]))
    except csv.Error as fault:
        raise _refused(
            path, f"rows that can be told apart: near line {reader.line_num}, {fault}", "broken_csv"
        ) from None


def _sheets(path: Path, data: bytes) -> tuple[Grid, ...]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = [
                (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
            ]
    except BaseException as fault:  # the reader is compiled: what it does on damage is not always an `Exception`
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise
        raise _refused(path, f"a workbook that can be read: {str(fault)[:200]}", "unreadable") from None
    return tuple(
        Grid(f"{path.name} [{name}]", name, _kept([[_text(cell) for cell in row] for row in rows]))
        for name, rows in sheets
    )


def _kept(rows: list[list[str]]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    stripped = [(number, tuple(cell.strip() for cell in row)) for number, row in enumerate(rows, start=1)]
    return tuple((number, row) for number, row in stripped if any(row))


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else cell_text(cell)
