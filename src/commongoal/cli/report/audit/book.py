"""A workbook under construction: sheets, styles, and the list of figures to be checked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

from commongoal.cli.report.audit.terms import Given, Term, Value
from commongoal.kernel.words import clean

HEAD = 3
"""Row of the headings, counted from 0: a title and a note stand above."""
FIRST = HEAD + 1
LONGEST = 32_000
"""A cell holds no longer text."""

SHEETS = (
    *("Read me", "Inputs", "Factors", "Outcomes", "Profiles", "Values", "Value by agency", "Costs", "Financial case"),
    *("Public value case", "MVPF", "By agency", "By year", "By kind", "Sensitivity", "Checks"),
)
MONEY = "£#,##0.00;[Red]-£#,##0.00;–"
"""Pounds and pence, red where negative; a dash is exactly nothing."""
NUMBER = "#,##0.00####;[Red]-#,##0.00####"
INPUT: Mapping[str, Any] = {"font_color": "#0B3D91", "bg_color": "#FFF8DC", "border": 1, "border_color": "#D8D2B0"}
HEAD_STYLE: Mapping[str, Any] = {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "note": {"italic": True, "font_color": "#444444"},
    "head": {**HEAD_STYLE, "text_wrap": True, "valign": "vcenter", "border": 1},
    "block": {"bold": True, "font_size": 12, "bottom": 2},
    "text": {"indent": 1},
    "strong": {"bold": True},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "mark": {"indent": 1, "font_color": "#9C5700", "bg_color": "#FFEB9C"},
    "money": {"num_format": MONEY},
    "total": {"num_format": MONEY, "bold": True, "top": 1},
    "number": {"num_format": NUMBER},
    "whole": {"num_format": "#,##0;[Red]-#,##0"},
    "factor": {"num_format": "0.00000000;[Red]-0.00000000"},
    "ratio": {"num_format": "0.0000;[Red]-0.0000", "bold": True},
    "flag": {"align": "center"},
    "answer": {"align": "left", "bold": True},
    "input": {**INPUT, "num_format": "#,##0.######;[Red]-#,##0.######"},
    "input_rate": {**INPUT, "num_format": "0.00%"},
    "input_text": {**INPUT},
    "small": {"num_format": "0.0E+00"},
}  # fmt: skip

Kind = Literal["money", "number", "ratio", "text"]


@dataclass(frozen=True, slots=True)
class Check:
    """A figure that the program printed, by its place in the result, and the cell that computes it again."""

    figure: str
    path: str
    kind: Kind
    printed: Value
    cell: Term


class Sheet:
    """One sheet; cells are given by row and column, counted from 0, and handed back as references."""

    def __init__(self, file: Any, name: str, styles: Mapping[str, Any]) -> None:
        self.name, self.page, self._styles = name, file.add_worksheet(name), styles
        self._prefix = f"{quote_sheetname(name)}!"

    def lay_out(self, title: str, note: str, widths: Sequence[float], frozen: int = 0, blocks: bool = False) -> None:
        """Title, note, widths of the first columns (the last for all that follow), and what stays on the screen.

        The headings stay too, unless the sheet has several `blocks`, each with its own.
        """
        for column, width in enumerate(widths):
            last = 90 if column == len(widths) - 1 else column
            self.page.set_column(column, last, width)
        self.say(0, 0, title, "title")
        self.say(1, 0, note, "note")
        self.page.freeze_panes(HEAD if blocks else FIRST, frozen)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        if not blocks:
            self.page.repeat_rows(HEAD)

    def heads(self, titles: Sequence[str], row: int = HEAD, column: int = 0) -> None:
        """A row of headings."""
        self.page.set_row(row, 46)
        for place, title in enumerate(titles, start=column):
            self.page.write_string(row, place, clean(title), self._styles["head"])

    def say(self, row: int, column: int, text: str, style: str = "text") -> Term:
        """A text, never a formula whatever it begins with."""
        shown = clean(text)[:LONGEST]
        self.page.write_string(row, column, shown, self._styles[style])
        return Term(self._prefix + str(xl_rowcol_to_cell(row, column)), shown)

    def mark(self, row: int, column: int, mark: str) -> None:
        """The mark of a row, where it has one."""
        if mark:
            self.say(row, column, mark, "mark")

    def put(self, row: int, column: int, given: Given, style: str) -> Term:
        """A constant, or a formula with its value."""
        if isinstance(given, str):
            return self.say(row, column, given, style)
        value = given.value if isinstance(given, Term) else given
        if isinstance(given, Term):
            # What is not a number is a branch that no formula takes: no viewer could show it.
            shown = 0.0 if isinstance(value, float) and math.isnan(value) else value
            text = given.text.replace(self._prefix, "")
            self.page.write_formula(row, column, f"={text}", self._styles[style], shown)
        else:
            self.page.write(row, column, given, self._styles[style])
        return Term(self._prefix + str(xl_rowcol_to_cell(row, column)), value)

    def put_row(self, row: int, column: int, given: Sequence[Given], style: str) -> list[Term]:
        """Cells side by side."""
        return [self.put(row, place, one, style) for place, one in enumerate(given, start=column)]


@dataclass(slots=True)
class Book:
    """The workbook: its sheets by name, in order, and what is to be checked."""

    file: Any
    sheets: dict[str, Sheet]
    checks: list[Check] = field(default_factory=list)

    def agrees(self, figure: str, path: str, kind: Kind, printed: Value | None, cell: Term) -> None:
        """Say that a cell computes a figure of the result again."""
        self.checks.append(Check(figure, path, kind, in_words(printed), cell))


def open_book(path: Path) -> Book:
    """A new workbook with its sheets in order and nothing in them."""
    file = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False})
    file.set_calc_mode("auto")
    styles = {name: file.add_format(dict(given)) for name, given in STYLES.items()}
    return Book(file, {name: Sheet(file, name, styles) for name in SHEETS})


def in_words(printed: Value | None) -> Value:
    """A figure that a cell can hold: what is missing or infinite is said in words."""
    if printed is None:
        return NO_RATIO
    if isinstance(printed, float) and printed in (float("inf"), float("-inf")):
        return INFINITE if printed > 0 else MINUS_INFINITE
    return printed


NO_RATIO, INFINITE, MINUS_INFINITE = "no ratio", "infinite", "minus infinite"
