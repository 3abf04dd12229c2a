"""Files of lookups: columns `lsoa11_code`, `lsoa11_name`, ... and, between two vintages, `change_code`.

The headings of the Office for National Statistics, `LSOA11CD`, `LSOA11NM`, `CHGIND`, are read too. Tables of overlaps,
which have weights, are read in `overlap_file`.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.areas import COLUMN_KINDS, SIZES, AreaKind, Match, is_area_code
from commongoal.places.engine.rows import Line, line_problem, lines_of, shown

COLUMN = re.compile(rf"({'|'.join(COLUMN_KINDS)})(\d\d)_?(code|name|cd|nm)")
CHANGE = ("change_code", "chgind", "chngind")
MATCHES = frozenset(match.value for match in Match)


@dataclass(frozen=True, slots=True)
class Areas:
    """One column of areas in a file: the kind, the vintage as four digits, and where its code and name stand."""

    word: str
    kind: AreaKind
    vintage: str
    code: int
    name: int


@dataclass(slots=True)
class LookupTable:
    """One named lookup: (from code, to code) -> the kind of match, empty where the file does not say.

    `weights`, where the file has them: the share of the people of the first who live in the second.
    """

    name: str
    source: Areas
    target: Areas
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    weights: dict[tuple[str, str], float] = field(default_factory=dict)


@dataclass(slots=True)
class LookupFile:
    """All that a file holds: the names of areas by code and vintage, its lookups, and what is wrong with it.

    `remarks` are of rows taken all the same.
    """

    areas: dict[tuple[str, str], tuple[AreaKind, str]] = field(default_factory=dict)
    tables: list[LookupTable] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


def lookup_file(lines: Iterable[bytes], file: str) -> LookupFile:
    """The file read, with every fault. The first column of areas is looked up in each of the others, and each of these
    in the next, if that is of no smaller areas.

    Raises `BadInput` when the header has not two columns of areas.
    """
    records = lines_of(lines)
    header = next(records, Line(1, ()))
    columns = _columns(header, file)
    change = next((place for place, name in enumerate(header.cells) if name.lower() in CHANGE), -1)
    first, *others = columns
    found = LookupFile(tables=_tables(columns))
    origin: dict[tuple[str, str], int] = {}
    for line in records:
        problems = _faults(line, header, columns, change, found, file)
        pair = (line.cells[first.code], line.cells[others[0].code]) if not problems else ("", "")
        if not problems and pair in origin and (len(others) == 1 or change >= 0):
            expected = f"each pair once; it stands in row {origin[pair]} already"
            problems.append(Problem(file, line.row, header.cells[first.code], pair[0], expected, "twice"))
        found.problems += problems
        if not problems:
            origin[pair] = line.row
            _take(line, columns, change, found)
    found.problems += _false_matches(found.tables[0], origin, header, file)
    return found


def _columns(header: Line, file: str) -> list[Areas]:
    places = {name.lower(): place for place, name in enumerate(header.cells)}
    found = []
    for name, place in places.items():
        parts = COLUMN.fullmatch(name)
        called = name.replace("code", "name") if name.endswith("code") else name[:-2] + "nm"
        if parts and parts[3] in {"code", "cd"} and called in places:
            word = parts[1] + parts[2]
            found.append(Areas(word, COLUMN_KINDS[parts[1]], f"20{parts[2]}", place, places[called]))
    if len(found) < 2:
        expected = "two columns of codes with their names, like lsoa11_code, lsoa11_name, lsoa21_code, lsoa21_name"
        raise BadInput([Problem(file, 1, "", shown(", ".join(header.cells)), expected, "columns")])
    word = _first_word(header)
    return sorted(found, key=lambda areas: areas.word != word)


def _first_word(header: Line) -> str:
    """The kind and vintage of the leftmost column of areas, be it of codes or of names."""
    found = next(parts for name in header.cells if (parts := COLUMN.fullmatch(name.lower())))
    return found[1] + found[2]


def _tables(columns: list[Areas]) -> list[LookupTable]:
    first, *others = columns
    pairs = [(first, other) for other in others]
    pairs += [(one, next_) for one, next_ in pairwise(others) if SIZES[one.kind] <= SIZES[next_.kind]]
    return [LookupTable(f"{one.word}-{other.word}", one, other) for one, other in pairs]


def _faults(line: Line, header: Line, columns: list[Areas], change: int, found: LookupFile, file: str) -> list[Problem]:
    whole = line_problem(line, len(header.cells), file)
    if whole:
        return [whole]
    problems = []

    def fault(place: int, expected: str, code: str) -> None:
        problems.append(Problem(file, line.row, header.cells[place], shown(line.cells[place]), expected, code))

    for areas in columns:
        code, name = line.cells[areas.code], line.cells[areas.name]
        known = found.areas.get((code, areas.vintage), (areas.kind, name))
        if not is_area_code(code):
            fault(areas.code, "the code of an area, like E01008703", "area code")
        elif not name:
            fault(areas.name, "the name of the area", "no name")
        elif known != (areas.kind, name):
            fault(areas.name, f"{known[1]!r}, the name that {code} has in an earlier row", "two names")
    if change >= 0 and line.cells[change] not in MATCHES:
        fault(change, "U (unchanged), S (split), M (merged) or X (irregular)", "match")
    return problems


def _take(line: Line, columns: list[Areas], change: int, found: LookupFile) -> None:
    for areas in columns:
        found.areas[line.cells[areas.code], areas.vintage] = (areas.kind, line.cells[areas.name])
    for number, table in enumerate(found.tables):
        pair = line.cells[table.source.code], line.cells[table.target.code]
        table.rows[pair] = line.cells[change] if change >= 0 and number == 0 else ""


def _false_matches(table: LookupTable, origin: dict[tuple[str, str], int], header: Line, file: str) -> list[Problem]:
    """Pairs said to be unchanged although one of the two areas stands in another pair too."""
    unchanged = [pair for pair, match in table.rows.items() if match == Match.UNCHANGED]
    sources = Counter(source for source, _ in table.rows)
    targets = Counter(target for _, target in table.rows)
    column = header.cells[table.source.code]
    return [
        Problem(file, origin[pair], column, pair[0], f"S, M or X: {pair[0]} or {pair[1]} stands elsewhere too", "match")
        for pair in unchanged
        if sources[pair[0]] > 1 or targets[pair[1]] > 1
    ]
