"""Tables from the sheets of a workbook."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineWorkbook

from commongoal.pathway.engine.checks.raw import Raw, cell_text
from commongoal.pathway.files.delimited import unreadable

MOST_BYTES = 512 << 20


def read_workbook(path: Path, label: str) -> list[Raw]:
    """Each sheet that holds anything, as a table of the sheet's name; a workbook that cannot be read as a problem."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return [
                unreadable(
                    label, path.stem, "a workbook under 512 MB; larger tables come as CSV or Parquet", "too_large"
                )
            ]
        with CalamineWorkbook.from_path(path) as book:
            return [
                _sheet(book.get_sheet_by_name(name).to_python(skip_empty_area=False), f"{label} [{name}]", name)
                for name in book.sheet_names
            ]
    except OSError:
        raise
    except BaseException as fault:  # the reader is compiled: what it does on damage is not always an `Exception`
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise
        return [unreadable(label, path.stem, f"a workbook that can be read: {str(fault)[:200]}", "unreadable")]


def _sheet(grid: list[list[Any]], label: str, name: str) -> Raw:
    if not grid:
        return unreadable(label, name, "a header row and records: the sheet is empty", "unreadable")
    texts = [(row, [_text(cell) for cell in record]) for row, record in enumerate(grid, start=1)]
    kept = [(row, record) for row, record in texts[1:] if any(cell.strip() for cell in record)]
    width = max((i + 1 for _, record in (texts[0], *kept) for i, cell in enumerate(record) if cell.strip()), default=0)
    headings = tuple(texts[0][1][:width])
    columns = tuple(pa.array([record[i] for _, record in kept], pa.string()) for i in range(width))
    return Raw(label, name, headings, columns, np.array([row for row, _ in kept], dtype=np.int64))


def _text(cell: object) -> str:
    """A cell as text; midnight is no time at all."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell_text(cell)
