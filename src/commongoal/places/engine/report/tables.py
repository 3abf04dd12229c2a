"""Every table of a report as rows, with its notes, for a spreadsheet."""

from collections.abc import Iterator

from commongoal.kernel.pictures import Cell, Table
from commongoal.kernel.report import Report, Section

Rows = tuple[tuple[str, ...], ...]


def tables_of(report: Report) -> Rows:
    """The heading, each table with its caption, note and rows, then points and paragraphs of notes and sources.

    An interval or a reason under a figure stands in a cell of its own beside it, so that figures stay figures.
    """
    return tuple(_rows(report))


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    yield (report.heading,)
    for words in (*report.lead, *report.warnings):
        yield (words,)
    for fact in report.facts:
        yield (fact.name, *_parts(fact.value))
    for section in report.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[tuple[str, ...]]:
    yield ()
    yield (section.title,)
    for words in (*section.paragraphs, *section.points):
        yield (words,)
    for fact in section.facts:
        yield (fact.name, *_parts(fact.value))
    for table in (*(section.figure.tables if section.figure else ()), *section.tables):
        yield from _table(table)
    for part in section.parts:
        yield from _section(part)


def _table(table: Table) -> Iterator[tuple[str, ...]]:
    yield ()
    yield (table.caption,)
    if table.note:
        yield (table.note,)
    under = [any(row[column].under for row in table.rows) for column in range(len(table.headers))]
    marks = [any(row[column].marks for row in table.rows) for column in range(len(table.headers))]
    yield tuple(cell for column, head in enumerate(table.headers) for cell in _head(head, under[column], marks[column]))
    for row in table.rows:
        yield tuple(text for column, cell in enumerate(row) for text in _cells(cell, under[column], marks[column]))


def _head(head: Cell, under: bool, marks: bool) -> Iterator[str]:
    yield head.text
    if under:
        yield f"{head.text}: {head.under or 'interval or reason'}"
    if marks:
        yield f"{head.text}: marks"


def _cells(cell: Cell, under: bool, marks: bool) -> Iterator[str]:
    yield cell.text
    if under:
        yield cell.under
    if marks:
        yield "; ".join(cell.marks)


def _parts(cell: Cell) -> Iterator[str]:
    yield cell.text
    if cell.under:
        yield cell.under
