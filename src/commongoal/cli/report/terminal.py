"""A valuation on a terminal: the report's words and tables, without its pictures."""

from collections.abc import Iterable

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as RichTable
from rich.text import Text

from commongoal.kernel.pictures import Cell, Table
from commongoal.kernel.words import clean
from commongoal.valuation.engine.report import Fact, Report, Section, report_of
from commongoal.valuation.engine.results import Valuation

NAME_WIDTH = 26
"""A row's name wraps at this width on a narrow terminal, so that figures keep their room."""

MOST = 36
"""The widest that any other column needs to be."""

BETWEEN = 3
"""What the box puts between two columns."""

SHORT = ("credited", "limits")
"""Sections that a short report keeps."""


def print_report(v: Valuation, console: Console | None = None, full: bool = True) -> None:
    """Prints the report, or with `full` false only the answer, who is credited and the limits.

    Names are printed as text, never as markup, and without control characters.
    """
    out = console or Console(highlight=False)
    report = report_of(v)
    _top(report, out)
    for section in report.sections:
        if full or section.id in SHORT:
            _section(section, out, 2)


def _top(report: Report, out: Console) -> None:
    if report.notice:
        out.print(Text(report.notice, style="reverse"))
    out.print()
    out.print(Text(clean(report.heading) + _marks(report.marks), style="bold"))
    for words in report.lead:
        out.print(Text(clean(words)))
    for words in report.warnings:
        out.print()
        out.print(Text(f"! Warning: {clean(words)}", style="bold yellow"))
    out.print()
    _facts(report.facts, out)


def _section(section: Section, out: Console, level: int) -> None:
    out.print()
    title = Text(clean(section.title), style="bold")
    out.print(Rule(title, align="left", style="dim") if level == 2 else title)
    for words in section.paragraphs:
        out.print(Text(clean(words)))
    _facts(section.facts, out)
    for point in section.points:
        out.print(Padding(Text(f"• {clean(point)}"), (0, 0, 0, 2)))
    for table in (*(section.figure.tables if section.figure else ()), *section.tables):
        print_table(table, out)
    for part in section.parts:
        _section(part, out, level + 1)


def _facts(facts: Iterable[Fact], out: Console) -> None:
    rows = [(fact.name, _text(fact.value, ", ")) for fact in facts]
    if not rows:
        return
    grid = RichTable(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(max_width=NAME_WIDTH + 4 if out.width < 100 else 44)
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(Text(clean(name)), value)
    out.print(grid)


def print_table(table: Table, out: Console) -> None:
    """Prints a table; where it is too wide, in pieces that each begin with the names of the rows."""
    out.print()
    out.print(Text(clean(table.caption), style="bold"))
    if table.note:
        out.print(Text(clean(table.note), style="italic"))
    for columns in pieces(table, out.width):
        out.print()
        out.print(_drawn(table, columns, out.width))


def pieces(table: Table, width: int) -> list[list[int]]:
    """Which columns stand together at this width: always the first, then as many as fit, in order."""
    least = _least(table, width)
    found: list[list[int]] = [[0]]
    used = least[0]
    for column in range(1, len(table.headers)):
        if used + least[column] + BETWEEN > width and len(found[-1]) > 1:
            found.append([0])
            used = least[0]
        found[-1].append(column)
        used += least[column] + BETWEEN
    return found


def _least(table: Table, width: int) -> list[int]:
    """Narrowest good width of each column: its figures whole, its headers broken at their spaces."""
    words = 24 if width < 100 else MOST
    others = (words if column in table.text_columns else MOST for column in range(1, len(table.headers)))
    limits = [NAME_WIDTH if width < 140 else 44, *others]
    return [min(_words_width(table, column), limit) for column, limit in enumerate(limits)]


def _words_width(table: Table, column: int) -> int:
    head = [cell_len(word) for word in _plain(table.headers[column]).split()]
    body = [cell_len(line) for row in table.rows for line in _plain(row[column]).split("\n")]
    return max([1, *head, *body])


def _widths(table: Table, columns: list[int], width: int) -> list[int]:
    """Widths of columns that stand together; room that is left goes to headers that would wrap, first come."""
    least = _least(table, width)
    widths = [least[column] for column in columns]
    spare = width - sum(widths) - BETWEEN * (len(columns) - 1)
    for place, column in enumerate(columns):
        whole = max(cell_len(line) for line in _plain(table.headers[column]).split("\n"))
        more = min(max(spare, 0), max(min(whole, MOST) - widths[place], 0))
        widths[place] += more
        spare -= more
    return widths


def _drawn(table: Table, columns: list[int], width: int) -> RichTable:
    drawn = RichTable(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    for column, wide in zip(columns, _widths(table, columns, width), strict=True):
        justify: JustifyMethod = "left" if column in table.text_columns else "right"
        drawn.add_column(_text(table.headers[column], "\n"), justify=justify, width=min(wide, width), overflow="fold")
    for place, row in enumerate(table.rows):
        last = place == len(table.rows) - table.footing - 1
        drawn.add_row(*(_text(row[column], "\n") for column in columns), end_section=bool(table.footing) and last)
    return drawn


def _marks(marks: tuple[str, ...]) -> str:
    return "".join(f" [{mark}]" for mark in marks)


def _plain(cell: Cell) -> str:
    return f"{clean(cell.text)}{_marks(cell.marks)}" + (f"\n{clean(cell.under)}" if cell.under else "")


def _text(cell: Cell, join: str) -> Text:
    written = Text(clean(cell.text) + _marks(cell.marks))
    return written.append(f"{join}{clean(cell.under)}", style="dim") if cell.under else written
