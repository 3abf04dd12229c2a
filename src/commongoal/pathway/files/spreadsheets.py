"""A workbook for spreadsheets to open, in which nothing runs."""

import io
from collections.abc import Iterable, Sequence
from datetime import date

from commongoal.kernel.spreadsheets import Cell


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
