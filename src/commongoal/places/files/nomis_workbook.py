"""Workbooks of a query on the site of Nomis: title, when it was fetched, what was asked, a head, rows, footnotes.

    annual survey of hours and earnings - resident analysis
    ONS Crown Copyright Reserved [from Nomis on 5 December 2024]

    date          2024
    sex           Total
    pay           Annual pay - gross

    local authority: district / unitary (as of April 2023) |           | Median |
                                                           |           | number | conf %
    Hartlepool                                             | E06000001 | 27504  | 7.6
    # These figures are suppressed as statistically unreliable.

Everything is found by its label: the head is what stands above the first row with the code of an area. The published
error of a survey ("conf %") is a series of its own beside the figures that it is of.
"""

import datetime as dt
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.areas import is_area_code, kind_of
from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import Asked, Edition, Reading, Series, Status
from commongoal.places.engine.period_labels import EXPECTED, period_of
from commongoal.places.engine.rows import shown
from commongoal.places.engine.written_numbers import CellError, number_of
from commongoal.places.files.datasets import Dataset, chosen
from commongoal.places.files.delimited import Data
from commongoal.places.files.grids import Column, Figure, Row, table_of
from commongoal.places.files.packed import MOST_CELLS, TOO_LARGE, plain_workbook

NAME = "nomis-workbook"
ZIP = b"PK\x03\x04"
FETCHED = re.compile(r"\[from Nomis on (\d{1,2} [A-Z][a-z]+ \d{4})\]")
MARK = re.compile(r"(\S{1,2}) (These figures are .*)", re.DOTALL)
YEAR = re.compile(r"\b(20[0-4]\d)\b")
# What a footnote says of its mark, by a word in it; the first that is there.
STATUS_WORDS = (
    ("unreliable", Status.UNRELIABLE), ("missing", Status.MISSING), ("suppressed", Status.SUPPRESSED),
    ("disclosive", Status.SUPPRESSED), ("negligible", Status.NIL), ("not available", Status.MISSING),
)  # fmt: skip
SOURCE = "Office for National Statistics, Nomis"
ERROR, ERROR_UNIT = "conf %", "per cent of the figure"
DATE, CONFIDENCE = "date", "confidence"
TOTALS = frozenset({"column total", "total"})
KEY = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class _Sheet:
    """A sheet taken apart."""

    title: str = ""
    fetched_on: dt.date | None = None
    asked: dict[str, str] = field(default_factory=dict)
    areas: str = ""  # the label above the names
    name: int = 0
    code: int = 1
    columns: list[tuple[int, str, str]] = field(default_factory=list)  # place, label, what of it: "number", "conf %"
    head: int = 0  # the row number of the first row of the head
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    marks: dict[str, Status] = field(default_factory=dict)
    symbols: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def recognises(data: Data, file: str) -> bool:
    """Whether a file is a workbook that says it is from Nomis. Raises `BadInput` for one that is too large."""
    if bytes(data[:4]) != ZIP:
        return False
    try:
        return any(FETCHED.search(cell) for row in _grid(bytes(data), file)[:10] for cell in row)
    except BadInput as fault:
        if any(problem.code == TOO_LARGE for problem in fault.problems):
            raise
        return False


def read(data: Data, file: str, asked: Asked) -> Reading:
    """A workbook of Nomis. Raises `BadInput` with every fault."""
    content = bytes(data)
    sheet = _taken_apart(_grid(content, file), file)
    period = period_of(sheet.asked.get(DATE, ""))
    if period is None:
        sheet.problems.append(Problem(file, 0, DATE, shown(sheet.asked.get(DATE, "")), EXPECTED, "period"))
    rows, remarks = [], []
    seen: dict[str, int] = {}
    for number, cells in sheet.rows:
        if not cells[sheet.code] and cells[sheet.name].casefold() in TOTALS:
            remarks.append(Problem(file, number, "area", cells[sheet.name], "passed over: it is no area", "no area"))
            continue
        figures = _figures(number, cells, sheet, file)
        if _area(number, cells, sheet, seen, file) and figures:
            rows.append(Row(cells[sheet.code], cells[sheet.name], figures))
    if not rows and not sheet.problems:
        sheet.problems.append(Problem(file, 0, "", "", "at least one row of an area", "no rows"))
    problems = tuple(sorted(sheet.problems))
    if problems and not (asked.keep_good and rows and period):
        raise BadInput(problems)
    assert period is not None
    return _reading(sheet, rows, period, asked, file, content, problems, remarks)


def _grid(data: bytes, file: str) -> list[list[str]]:
    """The one sheet that holds anything, as text."""
    from python_calamine import CalamineWorkbook  # only those who read workbooks wait for it

    plain = plain_workbook(data, file)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(plain)) as book:
            grids = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except BaseException as fault:  # the reader is compiled: what it does on damage is not always an `Exception`
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise
        said = f"a workbook that can be read: {str(fault)[:200]}"
        raise BadInput([Problem(file, 0, "", "", said, "workbook")]) from None
    found = [grid for grid in grids if grid]
    if len(found) != 1 or sum(map(len, found[0])) > MOST_CELLS:
        expected = f"one sheet with figures, of at most {MOST_CELLS:,} cells"
        raise BadInput([Problem(file, 0, "", f"{len(found)} sheets", expected, "sheets")])
    return [[_text(cell) for cell in row] for row in found[0]]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _taken_apart(grid: list[list[str]], file: str) -> _Sheet:
    first = next((number for number, row in enumerate(grid) if any(map(is_area_code, row[1:]))), None)
    if first is None:
        raise BadInput([Problem(file, 0, "", "", "rows with the code of an area beside its name", "columns")])
    sheet = _Sheet(code=next(place for place, cell in enumerate(grid[first]) if place and is_area_code(cell)))
    sheet.name = sheet.code - 1
    top = first
    while top > 0 and any(grid[top - 1]):
        top -= 1
    sheet.head = top + 1
    _columns(grid[top:first], sheet, file)
    _asked(grid[:top], sheet)
    body = first
    while body < len(grid) and any(grid[body]):
        sheet.rows.append((body + 1, grid[body]))
        body += 1
    _footnotes(grid[body:], sheet, body, file)
    return sheet


def _columns(head: Sequence[list[str]], sheet: _Sheet, file: str) -> None:
    """The labels of the columns: the upper row reaches over the cells beside it that are empty."""
    if not head:
        sheet.problems.append(Problem(file, sheet.head, "", "", "labels above the figures", "columns"))
        return
    upper, lower = head[0], head[-1] if len(head) > 1 else [""] * len(head[0])
    sheet.areas = upper[sheet.name]
    label = ""
    for place in range(sheet.code + 1, len(upper)):
        label = upper[place] or label
        if label or lower[place]:
            sheet.columns.append((place, label, lower[place]))
    names = [(label, what) for _, label, what in sheet.columns]
    for name in {name for name in names if names.count(name) > 1}:
        sheet.problems.append(Problem(file, sheet.head, name[0], " ".join(name), "each column once", "twice"))


def _asked(top: Sequence[list[str]], sheet: _Sheet) -> None:
    """Title, day of fetching, and what was asked: a key and a value in each row."""
    for row in top:
        cells = [cell for cell in row if cell]
        if len(cells) == 1:
            fetched = FETCHED.search(cells[0])
            if fetched:
                sheet.fetched_on = _day(fetched[1])
            elif not sheet.title:
                sheet.title = cells[0][:1].upper() + cells[0][1:]
        elif len(cells) > 1:
            sheet.asked[cells[0].rstrip(":").casefold()] = "; ".join(cells[1:])


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return None


def _footnotes(rows: Sequence[list[str]], sheet: _Sheet, before: int, file: str) -> None:
    for number, row in enumerate(rows, start=before + 1):
        cells = [cell for cell in row if cell]
        if len(cells) > 1:
            expected = "footnotes after the figures; a second table comes in a workbook of its own"
            sheet.problems.append(Problem(file, number, "", shown(" | ".join(cells)), expected, "second table"))
            return
        mark = MARK.fullmatch(cells[0]) if cells else None
        if mark:
            sheet.symbols.append((mark[1], mark[2]))
            status = next((status for word, status in STATUS_WORDS if word in mark[2].casefold()), None)
            if status:
                sheet.marks[mark[1]] = status
        elif cells:
            sheet.notes.append(cells[0])


def _figures(row: int, cells: list[str], sheet: _Sheet, file: str) -> list[Figure] | None:
    """The figures of a row; None where one of its cells is at fault."""
    found: list[Figure] = []
    for place, label, what in sheet.columns:
        text = cells[place]
        if text in sheet.marks or not text:
            found.append(Figure(None, sheet.marks.get(text, Status.MISSING)))
            continue
        try:
            found.append(Figure(number_of(text, negative=True)))
        except CellError as fault:
            marks = ", ".join(sheet.marks)
            expected = f"{fault}{f', or a mark that a footnote explains: {marks}' if marks else ''}"
            sheet.problems.append(Problem(file, row, " ".join((label, what)).strip(), shown(text), expected, "figure"))
    return found if len(found) == len(sheet.columns) else None


def _area(row: int, cells: list[str], sheet: _Sheet, seen: dict[str, int], file: str) -> bool:
    """Whether a row is of an area that is known by its code and has not come before."""
    code, expected = cells[sheet.code], ""
    if not is_area_code(code) or kind_of(code) is None:
        expected = "the code of an area, like E06000001"
    elif code in seen:
        expected = f"each area once; {code} stands in row {seen[code]} already"
    seen.setdefault(code, row)
    if expected:
        sheet.problems.append(Problem(file, row, "code", shown(code or cells[sheet.name]), expected, "area code"))
    return not expected


def _reading(
    sheet: _Sheet, rows: list[Row], period: Period, asked: Asked, file: str, data: bytes,
    problems: tuple[Problem, ...], remarks: list[Problem],
) -> Reading:  # fmt: skip
    told = replace(asked, title=asked.title or sheet.title, source=asked.source or SOURCE)
    measured = [_words(sheet, label, what) for _, label, what in sheet.columns if what != ERROR]
    series = _series(sheet, dataset := chosen(measured, told, file))
    table = table_of(rows, [Column(one.key, period) for one in series])
    if sheet.fetched_on and sheet.fetched_on != asked.fetched_on:
        expected = f"fetched on {sheet.fetched_on:%-d %B %Y}, as the file says"
        remarks.append(Problem(file, 0, "", asked.fetched_on.isoformat(), expected, "fetched on"))
    edition = Edition(
        dataset=dataset.code,
        title=asked.title or dataset.title,
        source=dataset.source,
        table=asked.table or sheet.title or dataset.table,
        licence=dataset.licence,
        layout=NAME,
        file=file,
        digest=hashlib.sha256(data).hexdigest(),
        fetched_on=sheet.fetched_on or asked.fetched_on,
        vintages=_vintages(sheet, rows, asked),
        rounding=dataset.rounding,
        perturbation=dataset.perturbation,
        noise=dataset.noise,
        series=tuple(sorted(series, key=lambda one: one.key)),
        first=period.start,
        last=period.end,
        rows=len(table),
        notes=tuple(sheet.notes),
        symbols=tuple(sheet.symbols),
    )
    return Reading(table, edition, problems, tuple(remarks))


def _vintages(sheet: _Sheet, rows: list[Row], asked: Asked) -> tuple[tuple[str, str], ...]:
    """The year of each kind: as asked for, or as the label of the areas says ("as of April 2023")."""
    year = YEAR.search(sheet.areas)
    said = {kind.value: year[1] for row in rows if year and (kind := kind_of(row.area))}
    return tuple(sorted((said | dict(asked.vintages)).items()))


def _words(sheet: _Sheet, label: str, what: str) -> str:
    """What is measured, of whom: "Annual pay - gross; Median". A whole ("Total") is not said."""
    measured = [
        value if key in ("pay", "variable", "item", "measure", "cell") else f"{key}: {value}"
        for key, value in sheet.asked.items()
        if key not in (DATE, CONFIDENCE) and value.casefold() != "total"
    ]
    error = [sheet.asked.get(CONFIDENCE, "Error of the figure").lower()] if what == ERROR else []
    return "; ".join(filter(None, [*measured, label, *error, "" if what in ("number", ERROR) else what]))


def _series(sheet: _Sheet, dataset: Dataset) -> tuple[Series, ...]:
    """One series for each column, in their order."""
    given = tuple((key, value) for key, value in sheet.asked.items() if key not in (DATE, CONFIDENCE))
    found: dict[str, Series] = {}
    for _, label, what in sheet.columns:
        words = _words(sheet, label, what)
        key = KEY.sub("-", words.casefold()).strip("-") or "figures"
        while key in found:
            key += "-other"
        unit = ERROR_UNIT if what == ERROR else "jobs" if "number of jobs" in label.casefold() else dataset.unit
        found[key] = Series(key, words, unit, (*given, ("item", label), ("figure", what)))
    return tuple(found.values())
