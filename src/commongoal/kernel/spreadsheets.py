"""What is written for spreadsheets to open: cells that they would run are tamed, and dates stay dates."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date

# The wide forms of the four signs are signs too where a spreadsheet speaks Japanese or Chinese.
RUNS_IN_SPREADSHEET = re.compile(r"^\s*[=+\-@\t\r＝＋－＠](?!\d*\.?\d*$)")

Cell = str | int | float | date | None


def tamed(cell: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for something to run."""
    return f"'{cell}" if RUNS_IN_SPREADSHEET.match(cell) else cell


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as CSV: dates in ISO form, texts tamed, nothing for what is not known."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue()


def workbook(sheet: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet: headings frozen and in bold, dates as dates of the spreadsheet, texts never formulas."""
    import xlsxwriter  # only those who export wait for it

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        page.write_row(0, 0, headings, book.add_format({"bold": True}))
        page.freeze_panes(1, 1)
        page.set_column(0, len(headings) - 1, 20)
        for at, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(at, column, cell, day)
                elif isinstance(cell, str):
                    page.write_string(at, column, cell)
                elif cell is not None:
                    page.write_number(at, column, cell)
    return content.getvalue()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return tamed(cell) if isinstance(cell, str) else cell.isoformat() if isinstance(cell, date) else str(cell)
