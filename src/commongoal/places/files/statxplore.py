"""Tables downloaded from Stat-Xplore as CSV: a block of what was asked, months across, areas by name down.

    "Households on Universal Credit (I II z)"                        title, with marks of its notes
    "Counting: Households on Universal Credit"
    "Month","November 2022 (r)","November 2022 - Annotations","November 2023 (p)","November 2023 - Annotations",
    "National - Regional - LA - OAs",
    "County Durham 001",..,,514,,
    "Total",...
    "INFO","Statistical disclosure control has been applied to this table ..."
    Symbol,Description
    Source: Department for Work and Pensions

Everything is found by its label. The block at the head and the notes at the foot may be missing, as in a table that was
cut out; what they would say must then be said by whoever imports it.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from commongoal.kernel.encodings import as_escapes, decode, is_stray
from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import Asked, Edition, Perturbation, Reading, Series, Status
from commongoal.places.engine.period_labels import period_of
from commongoal.places.engine.rows import shown
from commongoal.places.engine.written_numbers import CellError, number_of
from commongoal.places.files.datasets import chosen
from commongoal.places.files.delimited import Data
from commongoal.places.files.grids import Column, Figure, Row, table_of
from commongoal.places.files.named_areas import Names, find_areas

NAME = "stat-xplore"
ANNOTATIONS = " - Annotations"
COUNTING = "Counting:"
MARKED = re.compile(r"(.*?)\s*\(([a-z](?:[ ,]+[a-z])*)\)", re.DOTALL)
NOTES = re.compile(r"\s*\((?:[IVX]+|[a-z])(?: (?:[IVX]+|[a-z]))*\)$")
SOURCE = re.compile(r"Source:\s*(.+)", re.DOTALL)
CONTROL = "disclosure control"
REMARKED = frozenset({"total", "unknown", "not available / not applicable", "missing"})
NO_FIGURE = {"..": Status.NIL, "": Status.MISSING, "-": Status.MISSING}
MOST = 1_000  # problems of a file that are shown one by one
GAP = 5  # months without figures that are named one by one


@dataclass(frozen=True, slots=True)
class _Heading:
    """One column of figures: where it and its annotations stand, its period, and the marks of its label."""

    place: int
    notes: int | None
    period: Period
    letters: frozenset[str]


@dataclass(slots=True)
class _Sheet:
    """A file taken apart: rows with their numbers, and the texts around them."""

    headings: list[_Heading] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)  # columns without a label
    width: int = 0
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    title: str = ""
    counting: str = ""
    filters: list[tuple[str, str]] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
    symbols: list[tuple[str, str]] = field(default_factory=list)
    source: str = ""
    problems: list[Problem] = field(default_factory=list)
    judged: dict[tuple[str, str, frozenset[str]], "Figure | tuple[str, str]"] = field(default_factory=dict)


def recognises(data: Data, _file: str) -> bool:
    """Whether a file begins as a table of Stat-Xplore does, or is the bare table with its columns of annotations."""
    start = bytes(data[: 1 << 16]).decode("utf-8-sig", "replace")
    first = start.lstrip().split("\n", 1)[0].strip().strip('",')
    return first == "Stat-Xplore" or f'{ANNOTATIONS}"' in start.split("\n", 1)[0]


def read(data: Data, file: str, asked: Asked, names: Names | None = None) -> Reading:
    """A table of Stat-Xplore, with its areas found among `names`. Raises `BadInput` with every fault."""
    sheet = _taken_apart(bytes(data), file)
    areas = [(row, cells) for row, cells in sheet.rows if cells[0].casefold() not in REMARKED]
    others = [(row, cells) for row, cells in sheet.rows if cells[0].casefold() in REMARKED]
    if not areas:
        raise BadInput([*sheet.problems, Problem(file, 0, "", "", "at least one row of an area", "no rows")])
    found = find_areas([(row, cells[0]) for row, cells in areas], names, asked, file)
    problems = [*sheet.problems, *found.problems]
    rows = []
    for row, cells in areas:
        figures = _figures(row, cells, sheet, file, problems)
        if figures and row in found.codes:
            rows.append(Row(found.codes[row], cells[0], figures))
    problems = sorted(problems)
    if problems and not (asked.keep_good and rows):
        raise BadInput(_first(problems, file))
    edition = _edition(sheet, replace(asked, vintages=found.vintages), file, bytes(data))
    key = edition.series[0].key
    table = table_of(rows, [Column(key, heading.period) for heading in sheet.headings])
    remarks = [_remark(row, cells, file) for row, cells in others] + _gaps(sheet, file)
    remarks.append(Problem(file, 0, "area", "", f"taken by name: each row is {found.words}", "names"))
    return Reading(table, replace(edition, rows=len(table)), tuple(_first(problems, file)), tuple(remarks))


def _first(problems: Sequence[Problem], file: str) -> list[Problem]:
    more = len(problems) - MOST
    said = [Problem(file, 0, "", f"{more:,} more", "no problems like the others", "more")] if more > 0 else []
    return [*problems[:MOST], *said]


def _taken_apart(data: bytes, file: str) -> _Sheet:
    records = list(_records(data, file))
    place = next((number for number, (_, cells) in enumerate(records) if _labels(cells)), None)
    if place is None:
        expected = 'a row of months, such as "Month","November 2023 (p)","November 2023 - Annotations"'
        raise BadInput([Problem(file, 0, "", "", expected, "columns")])
    sheet = _Sheet()
    _head(records[:place], sheet)
    _header(*records[place], sheet, file)
    _body(records[place + 1 :], sheet, file)
    return sheet


def _records(data: bytes, file: str) -> Iterator[tuple[int, list[str]]]:
    """The records with anything in them, each with the number of its first line; cells without outer blanks."""
    try:
        text = decode(data).text
        if "\0" in text:
            raise ValueError("a byte of zero is in it")
        reader = csv.reader(io.StringIO(text, newline=""))
        line = 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except (csv.Error, ValueError) as fault:
        raise BadInput([Problem(file, 0, "", "", f"text in CSV that can be read: {fault}", "text")]) from None


def _labels(cells: Sequence[str]) -> bool:
    """Whether a record is the row of months: a label, then at least one month."""
    return len(cells) > 1 and any(_period(cell) for cell in cells[1:])


def _period(label: str) -> tuple[Period, frozenset[str]] | None:
    """A month and the letters that mark it: "December 2022 (r)"."""
    marked = MARKED.fullmatch(label)
    period = period_of(marked[1] if marked else label)
    return (period, frozenset(re.findall("[a-z]", marked[2])) if marked else frozenset()) if period else None


def _head(records: Sequence[tuple[int, list[str]]], sheet: _Sheet) -> None:
    """What was asked: title, what is counted, filters."""
    asked = False
    for _, cells in records:
        if asked:
            sheet.filters.append((cells[0], "; ".join(filter(None, cells[1:]))))
        elif cells[0].startswith(COUNTING):
            sheet.counting = cells[0].removeprefix(COUNTING).strip()
        elif cells[0].startswith("Filters"):
            asked = True
        elif cells[0] != "Stat-Xplore" and not sheet.title:
            sheet.title = NOTES.sub("", cells[0])


def _header(row: int, cells: list[str], sheet: _Sheet, file: str) -> None:
    """The columns by their labels. One that is neither a month nor its annotations is a fault."""
    sheet.width = len(cells)
    notes = {cell.removesuffix(ANNOTATIONS): place for place, cell in enumerate(cells) if cell.endswith(ANNOTATIONS)}
    seen: dict[Period, str] = {}
    for place, cell in enumerate(cells[1:], start=1):
        found = _period(cell)
        if found is not None:
            period, letters = found
            marked = MARKED.fullmatch(cell)
            plain = marked[1] if marked else cell
            if period in seen:
                sheet.problems.append(Problem(file, row, cell, cell, "each month once", "twice"))
            seen[period] = cell
            sheet.headings.append(_Heading(place, notes.get(plain, notes.get(cell)), period, letters))
        elif not cell:
            sheet.blank.append(place)
        elif not (cell.endswith(ANNOTATIONS) and _period(cell.removesuffix(ANNOTATIONS))):
            expected = "a month such as November 2023, or its annotations"
            sheet.problems.append(Problem(file, row, shown(cell), shown(cell), expected, "columns"))


def _body(records: Sequence[tuple[int, list[str]]], sheet: _Sheet, file: str) -> None:
    """The rows of areas, then the notes: what they say, the symbols, the source."""
    symbols = False
    for number, (row, cells) in enumerate(records):
        source = SOURCE.fullmatch(cells[0])
        if source:
            sheet.source = source[1].strip()
        elif cells[0].casefold() == "info":
            sheet.info += [" ".join(cell.split()) for cell in cells[1:] if cell]
        elif [cell.casefold() for cell in cells[:2]] == ["symbol", "description"]:
            symbols = True
        elif symbols:
            sheet.symbols.append((cells[0], _unquoted(", ".join(filter(None, cells[1:])))))
        elif number == 0 and not any(cells[1:]):
            continue  # the label of the areas
        elif len(cells) == sheet.width:
            sheet.rows.append((row, cells))
        else:
            expected = f"{sheet.width} cells, as in the row of months; areas down, one label in each row"
            sheet.problems.append(Problem(file, row, "", f"{len(cells)} cells", expected, "cells"))


def _unquoted(text: str) -> str:
    """A description whose quotes within quotes were not doubled as CSV asks."""
    return text.replace('""', '"').strip('" ') if text.count('"') % 2 else text


def _figures(row: int, cells: list[str], sheet: _Sheet, file: str, problems: list[Problem]) -> list[Figure] | None:
    """The figures of a row; None where one of its cells is at fault."""
    before, found = len(problems), []
    for heading in sheet.headings:
        text, notes = cells[heading.place], cells[heading.notes] if heading.notes is not None else ""
        key = (text, notes, heading.letters)
        figure = sheet.judged.get(key)
        if figure is None:
            figure = sheet.judged[key] = _judged(text, notes, heading.letters, sheet)
        if isinstance(figure, Figure):
            found.append(figure)
        else:
            place = heading.place if figure[1] != "annotation" else heading.notes or 0
            problems.append(Problem(file, row, f"column {place + 1}", _seen(cells[place]), *figure))
    for place in sheet.blank:
        if cells[place]:
            expected = "nothing: the column has no month"
            problems.append(Problem(file, row, f"column {place + 1}", _seen(cells[place]), expected, "columns"))
    if any(map(is_stray, cells[0])):
        problems.append(Problem(file, row, "area", _seen(cells[0]), "text in UTF-8", "encoding"))
    return found if len(problems) == before else None


def _judged(text: str, notes: str, letters: frozenset[str], sheet: _Sheet) -> Figure | tuple[str, str]:
    """What a cell and its annotation hold, or what would be right and the name of the rule.

    The marks of an annotation are p, r and those that the file explains.
    """
    marks = frozenset(re.findall(r"[A-Za-z]+", notes))
    known = {symbol for symbol, _ in sheet.symbols} | {"p", "r"}
    if marks - known or (notes and not marks):
        return f"marks that the file explains: {', '.join(sorted(known))}", "annotation"
    flags = "p" in letters | marks, "r" in letters | marks
    if text in NO_FIGURE:
        return Figure(None, NO_FIGURE[text], *flags)
    try:
        return Figure(number_of(text), Status.GIVEN, *flags)
    except CellError as fault:
        return f"{fault}, or .. for next to none", "figure"


def _seen(text: str) -> str:
    return shown(as_escapes(text))


def _remark(row: int, cells: list[str], file: str) -> Problem:
    return Problem(file, row, "area", cells[0], "passed over: it is no area", "no area")


def _gaps(sheet: _Sheet, file: str) -> list[Problem]:
    """Periods between the first and the last that the table has no column for."""
    periods = sorted((heading.period for heading in sheet.headings), key=lambda period: period.start)
    return [
        Problem(file, 0, "", f"{before.end:%B %Y}", f"taken as it is: no figures until {after.start:%B %Y}", "gap")
        for before, after in pairwise(periods)
        if before.end < after.start
    ]


def _edition(sheet: _Sheet, asked: Asked, file: str, data: bytes) -> Edition:
    words = sheet.counting or sheet.title or asked.title
    controlled = any(CONTROL in note.casefold() for note in sheet.info)
    if controlled and asked.perturbation is None:
        asked = replace(asked, perturbation=Perturbation.NOISE)
    asked = replace(
        asked,
        title=asked.title or sheet.title or words,
        source=asked.source or (f"{sheet.source}, Stat-Xplore" if sheet.source else ""),
        dataset=asked.dataset,
    )
    dataset = chosen([words] if words else [], asked, file)
    text = words or dataset.title
    series = Series(_key(text), text, dataset.unit, tuple(sheet.filters))
    return Edition(
        dataset=dataset.code,
        title=dataset.title,
        source=dataset.source,
        table=dataset.table or sheet.title,
        licence=dataset.licence,
        layout=NAME,
        file=file,
        digest=hashlib.sha256(data).hexdigest(),
        fetched_on=asked.fetched_on,
        vintages=asked.vintages,
        rounding=dataset.rounding,
        perturbation=dataset.perturbation,
        noise=dataset.noise,
        series=(series,),
        first=min(heading.period.start for heading in sheet.headings),
        last=max(heading.period.end for heading in sheet.headings),
        rows=0,
        notes=tuple(sheet.info),
        symbols=tuple(sheet.symbols),
    )


def _key(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:60].strip("-") or "figures"
