"""Files of postcodes: the layout of the National Statistics Postcode Lookup, and others with some of its columns.

Source of the layout: Office for National Statistics, "National Statistics Postcode Lookup user guide".
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.areas import is_area_code
from commongoal.places.engine.postcodes import is_postcode, normal_postcode
from commongoal.places.engine.rows import Line, line_problem, lines_of, shown

# Each field and the columns that hold it in the editions since 2011; the first found is taken.
COLUMNS: dict[str, tuple[str, ...]] = {
    "postcode": ("pcds", "pcd", "pcd7", "pcd2", "pcd8", "postcode"),
    "terminated_on": ("doterm",),
    "lsoa_2011": ("lsoa11", "lsoa11cd", "lsoa11_derived"),
    "lsoa_2021": ("lsoa21", "lsoa21cd", "lsoa21_derived"),
    "ward": ("ward", "osward", "wd25cd", "wd24cd", "os_ward_code"),
    "district": ("laua", "oslaua", "lad25cd", "lad24cd", "os_district_code"),
    "easting": ("oseast1m", "east1m", "easting"),
    "northing": ("osnrth1m", "north1m", "northing"),
}
AREAS = ("lsoa_2011", "lsoa_2021", "ward", "district")
YEAR_AND_MONTH = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])")
METRES = re.compile(r"\d{1,7}")
# What a code stands for where there is no such area: "E99999999" is England (pseudo), and so on.
PSEUDO = re.compile(r"[A-Z]99999999")

Row = dict[str, Any]


def postcode_rows(lines: Iterable[bytes], file: str) -> Iterator[Row | Problem]:
    """Every row of the file as fields and values, or what is wrong with it, in one pass.

    A row has only the fields whose columns the file has. Raises `BadInput` when the header holds no postcodes or no
    areas. The postcodes seen are kept to find one that comes twice.
    """
    records = lines_of(lines)
    header = next(records, Line(1, ()))
    places = columns_of(header, file)
    seen: set[str] = set()
    for line in records:
        problem = line_problem(line, len(header.cells), file)
        if problem:
            yield problem
            continue
        row, problems = _row(line, places, header, file)
        if not problems and row["postcode"] in seen:
            problems = [_problem(line, "postcode", places, header, file, "each postcode once", "twice")]
        if problems:
            yield from problems
        else:
            seen.add(row["postcode"])
            yield row


def columns_of(header: Line, file: str) -> dict[str, int]:
    """Where each field stands in the header. Raises `BadInput` where postcodes or every area are missing."""
    names = {name.lower(): place for place, name in reversed(list(enumerate(header.cells)))}
    found = {field: names[name] for field, aliases in COLUMNS.items() for name in reversed(aliases) if name in names}
    problems = []
    if "postcode" not in found:
        expected = f"a column of postcodes: {', '.join(COLUMNS['postcode'])}"
        problems.append(Problem(file, 1, "", shown(", ".join(header.cells)), expected, "no postcodes"))
    if not any(area in found for area in AREAS):
        expected = "a column of areas: " + ", ".join(name for area in AREAS for name in COLUMNS[area])
        problems.append(Problem(file, 1, "", shown(", ".join(header.cells)), expected, "no areas"))
    if problems:
        raise BadInput(problems)
    return found


def _row(line: Line, places: Mapping[str, int], header: Line, file: str) -> tuple[Row, list[Problem]]:
    row: Row = {}
    problems = []
    for field, place in places.items():
        try:
            row[field] = _value(field, line.cells[place])
        except ValueError as error:
            problems.append(_problem(line, field, places, header, file, str(error), field))
    return row, problems


def _value(field: str, text: str) -> Any:
    """The value of a cell. Raises `ValueError` with what would be right."""
    if field == "postcode":
        if not is_postcode(text):
            raise ValueError("a full postcode, like CH41 1AA")
        return normal_postcode(text)
    if field in AREAS:
        if not text or PSEUDO.fullmatch(text):
            return ""
        if not is_area_code(text):
            raise ValueError("the code of an area, like E01008703, or nothing")
        return text
    if field == "terminated_on":
        if text and not YEAR_AND_MONTH.fullmatch(text):
            raise ValueError("year and month as YYYYMM, or nothing while the postcode is in use")
        return dt.date(int(text[:4]), int(text[4:]), 1) if text else None
    if text and not METRES.fullmatch(text):
        raise ValueError("metres of the National Grid as a whole number, or nothing")
    return int(text) if text else None


def _problem(
    line: Line, field: str, places: Mapping[str, int], header: Line, file: str, expected: str, code: str
) -> Problem:
    place = places[field]
    return Problem(file, line.row, header.cells[place], shown(line.cells[place]), expected, code)
