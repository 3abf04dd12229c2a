"""A report as a PDF that can be read aloud, its pictures with words in their place."""

import json
import re
from typing import Any, Literal

from commongoal.kernel.pictures import Cell, Table
from commongoal.kernel.report import Fact, Report, Section
from commongoal.kernel.words import clean

FOR_EVERYBODY: Literal["ua-1"] = "ua-1"  # PDF/UA: tagged, with a language and a title
WIDEST, NARROWEST = 30, 8
LINK = re.compile(r'<a\b[^>]*class="cg-map-skip".*?</a>|</?a\b[^>]*>', re.DOTALL)
"""Links of a picture lead nowhere on paper; the one past a map says nothing there either."""
LONG = 40
"""Rows of a table that stands where it belongs; a longer one comes after everything else."""


def as_pdf(report: Report) -> bytes:
    """The report as a PDF/UA-1; the same report is always the same bytes.

    The words go in as data, so that no sign in them is taken for the layout's. A letter that no font has leaves a box,
    in a PDF that is tagged as well but does not claim the standard.
    """
    from importlib.resources import files

    import typst  # comes with the platform

    words = {"paper": json.dumps(paper_of(report), ensure_ascii=False)}
    layout = (files("commongoal.places") / "data" / "report.typ").read_bytes()
    try:
        made = typst.compile(layout, format="pdf", sys_inputs=words, pdf_standards=FOR_EVERYBODY)
    except typst.TypstError:
        made = typst.compile(layout, format="pdf", sys_inputs=words)
    assert isinstance(made, bytes)  # pages of a picture would be a list
    return made


def paper_of(report: Report) -> dict[str, Any]:
    """All that the layout needs, as JSON can hold it."""
    return {
        "title": clean(report.title),
        "heading": clean(report.heading),
        "lead": [clean(words) for words in report.lead],
        "warnings": [clean(words) for words in report.warnings],
        "facts": [_fact(fact) for fact in report.facts],
        "sections": [_section(section) for section in report.sections],
        "long": [_table(table) for section in report.sections for table in _tables_in(section) if _is_long(table)],
    }


def _tables_in(section: Section) -> tuple[Table, ...]:
    return (*(section.figure.tables if section.figure else ()), *section.tables)


def _is_long(table: Table) -> bool:
    return len(table.rows) > LONG


def _section(section: Section) -> dict[str, Any]:
    drawn = section.figure
    tables = _tables_in(section)
    said = f" {'; '.join(drawn.marks).capitalize()}." if drawn and drawn.marks else ""
    return {
        "title": clean(section.title),
        "paragraphs": [clean(words) for words in section.paragraphs],
        "points": [clean(words) for words in section.points],
        "facts": [_fact(fact) for fact in section.facts],
        "picture": LINK.sub("", drawn.wide) if drawn else "",
        "caption": clean(f"{drawn.caption}{said}") if drawn else "",
        "alt": f"{clean(drawn.caption)} A table says the same." if drawn else "",
        "tables": [_table(table) for table in tables if not _is_long(table)],
        "later": [clean(table.caption) for table in tables if _is_long(table)],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"name": clean(fact.name), "value": _cell(fact.value)}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"text": clean(cell.text), "under": clean(cell.under), "marks": [clean(mark) for mark in cell.marks]}


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": clean(table.caption),
        "note": clean(table.note),
        "headers": [_cell(head) for head in table.headers],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
        "text_columns": list(table.text_columns),
        "widths": [_width(table, column) for column in range(len(table.headers))],
    }


def _width(table: Table, column: int) -> int:
    """How wide a column wants to be beside the others, in letters: as its words need, within bounds."""
    cells = [row[column] for row in (table.headers, *table.rows)]
    return max(NARROWEST, *(min(max(len(line) for line in _lines(cell)), WIDEST) for cell in cells))


def _lines(cell: Cell) -> tuple[str, str]:
    """What a cell should have room for in one line: its text with its marks, and an interval whole."""
    return cell.text + "".join(f" [{mark}]" for mark in cell.marks), cell.under if len(cell.under) < WIDEST else ""
