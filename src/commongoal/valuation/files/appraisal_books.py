"""Appraisals as workbooks: a sheet for each table, a row for each row, plain headings; written and read by one layout.

A number with a range takes five columns: itself, "low", "high", "source" and "verified". Years stand side by side as
"year 1", "year 2"; agency shares as "share AGENCY".
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from commongoal.kernel.errors import Problem
from commongoal.valuation.files.grids import Grid, read_grids

SHEETS = {
    "agencies": "Agencies",
    "outcomes": "Outcomes",
    "unit_values": "Unit values",
    "costs": "Costs",
    "profiles": "Profile",
}
"""Tables and their sheets; the sheet Conventions holds everything else, one row for each."""

CONVENTIONS = "Conventions"
RANGED = ("", "low", "high", "source", "verified")
NUMBERS = {
    "outcomes": (*("population", "engagement", "retention", "impact", "deadweight", "displacement", "attribution"),),
    "profiles": ("duration_months", "drop_off"),
}
PLAIN = {
    "agencies": ("id", "name", "public"),
    "outcomes": ("id", "name", "deadweight_basis", "grades", "job"),
    "unit_values": (
        *("outcome", "id", "name", "kind", "value", "low", "high", "source", "verified", "price_year", "per"),
        *("transfer", "cashable", "wellbeing", "contains", "goes_to"),
    ),
    "costs": ("id", "name", "agency", "kind", "low", "high", "price_year", "grades", "source", "verified"),
    "profiles": ("outcome", "lag_months"),
}
YEARS = {"costs": "amounts", "profiles": "starts"}
TEXTS = {
    *(
        "id",
        "name",
        "outcome",
        "agency",
        "kind",
        "source",
        "price_year",
        "first_year",
        "per",
        "job",
        "goes_to",
        "place",
    ),
    *("deadweight_basis", "note", "deflator_vintage", "discount_schedule", "wellbeing_schedule", "sampling"),
    *("grades_rule", "bias_table"),
}
LISTS = {"grades", "contains"}
TOP = ("format", "name", "place", "invented", "note")
TERMS = (
    *("price_year", "deflator_vintage", "discount_schedule", "wellbeing_schedule", "first_discounted_year"),
    *("first_year", "years", "draws", "seed", "sampling", "bias_table", "grades_rule"),
)
INCOMES = ("taxpayers", "participants", "elasticity")
_YEAR = re.compile(r"year ([1-9]|[1-5][0-9]|60)")
FLAGS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(slots=True)
class Places:
    """Where each path of a file stands: its label, and its row or line; faults found before the rules looked at it.

    `missing` are tables without a sheet. In sheets the rest of a path is a heading; in TOML the whole path is said.
    """

    rows: dict[str, tuple[str, int]]
    problems: list[Problem]
    missing: set[str] = field(default_factory=set)
    in_sheets: bool = True

    def problem(self, fault: Problem) -> Problem:
        """A fault at its place in the file."""
        path = fault.column
        while path and path not in self.rows:
            path = path.rpartition(".")[0]
        label, row = self.rows.get(path, (fault.file, 0))
        column = fault.column
        if self.in_sheets and row:
            column = _heading([part for part in fault.column[len(path) :].split(".") if part])
        return Problem(label, row, column, fault.value, fault.expected, fault.code)


def _heading(path: list[str]) -> str:
    if len(path) > 1 and path[0] == "shares":
        return f"share {path[1]}"
    if len(path) > 1 and path[0] in YEARS.values():
        return f"year {int(path[1]) + 1}" if path[1].isdigit() else " ".join(path)
    if len(path) > 1 and path[0] in LISTS:
        return path[0]
    return " ".join(part for part in path if part != "value" or len(path) == 1).replace("_", " ")


def parse_book(path: Path) -> tuple[dict[str, Any], Places]:
    """A workbook in the shape of parsed TOML, and where everything stands. Raises `BadInput` if it cannot be read."""
    places = Places({}, [])
    grids = {grid.sheet.strip().lower(): grid for grid in read_grids(path)}
    parsed = _conventions(grids.get(CONVENTIONS.lower()), path, places)
    for table, sheet in SHEETS.items():
        grid = grids.get(sheet.lower())
        if grid is None or not grid.rows:
            places.problems.append(_missing(path, sheet))
            places.missing.add(table)
        else:
            parsed[table] = _table(table, grid, places)
    return parsed, places


def _missing(path: Path, sheet: str) -> Problem:
    return Problem(path.name, 0, "", "", f"a sheet {sheet!r} with a row of headings", "missing_sheet")


def _conventions(grid: Grid | None, path: Path, places: Places) -> dict[str, Any]:
    """Rows of "what" and "value", a number with a range having low, high, source and verified beside it."""
    parsed: dict[str, Any] = {"conventions": {}}
    if grid is None or not grid.rows:
        places.problems.append(_missing(path, CONVENTIONS))
        return parsed
    places.rows |= {"conventions": (grid.label, 1)}
    for row, cells in grid.rows[1:]:
        key, given = cells[0].lower().replace(" ", "_"), [*cells[1:], *[""] * 5]
        if not given[0] and key not in INCOMES:
            continue
        if key in INCOMES:
            parsed.setdefault("distribution", {})[key] = _ranged(given)
            places.rows[f"distribution.{key}"] = (grid.label, row)
        elif key in TOP or key in TERMS:
            (parsed if key in TOP else parsed["conventions"])[key] = _value(key, given[0])
            places.rows[key if key in TOP else f"conventions.{key}"] = (grid.label, row)
        else:
            known = ", ".join((*TOP, *TERMS, *INCOMES))
            places.problems.append(Problem(grid.label, row, "what", cells[0], f"one of: {known}", "unknown_row"))
    if not any((parsed.get("distribution") or {}).values()):
        parsed.pop("distribution", None)
    return parsed


def _ranged(cells: list[str]) -> dict[str, Any]:
    return {name or "value": _value(name, cell) for name, cell in zip(RANGED, cells, strict=False) if cell}


def _table(table: str, grid: Grid, places: Places) -> list[dict[str, Any]]:
    headings = [_plain(heading) for heading in grid.rows[0][1]]
    paths = [_path_of(table, heading) for heading in headings]
    number = grid.rows[0][0]
    for index, (heading, path) in enumerate(zip(headings, paths, strict=True)):
        if not heading:
            continue
        if path is None:
            wanted = f"a heading of the template: {', '.join(headings_of(table))}"
            places.problems.append(Problem(grid.label, number, "", heading, wanted, "unknown_heading"))
        elif heading in headings[:index]:
            places.problems.append(Problem(grid.label, number, "", heading, "each heading once", "repeated_heading"))
    found: list[dict[str, Any]] = []
    for row, cells in grid.rows[1:]:
        places.rows[f"{table}.{len(found)}"] = (grid.label, row)
        found.append(_row(table, paths, cells))
    return found


def _plain(heading: str) -> str:
    return " ".join(heading.replace("_", " ").lower().split())


def _path_of(table: str, heading: str) -> tuple[str, ...] | None:
    if table == "unit_values" and heading.startswith("share "):
        return "shares", heading.removeprefix("share ").replace(" ", "_")
    if table in YEARS and (year := _YEAR.fullmatch(heading)):
        return YEARS[table], str(int(year[1]) - 1)
    for name in NUMBERS.get(table, ()):
        for part in RANGED:
            if heading == _plain(f"{name} {part}"):
                return name, part or "value"
    return next(((name,) for name in PLAIN[table] if heading == _plain(name)), None)


def _row(table: str, paths: list[tuple[str, ...] | None], cells: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    years: dict[int, Any] = {}
    for path, cell in zip(paths, cells, strict=False):
        if path is None or not cell:
            continue
        if table in YEARS and path[0] == YEARS[table]:
            years[int(path[1])] = _value("", cell)
        elif len(path) == 2:
            found.setdefault(path[0], {})[path[1]] = _value(path[1], cell)
        else:
            found[path[0]] = _value(path[0], cell)
    if years:
        found[YEARS[table]] = [years.get(year, 0.0) for year in range(max(years) + 1)]
    return found


def _value(name: str, cell: str) -> Any:
    """A cell as what its column holds; what is not so stays text, for the rules to refuse in their own words."""
    if name in TEXTS:
        return cell
    if name in LISTS:
        parts = [part.strip() for part in re.split(r"[,;]", cell) if part.strip()]
        return parts if name == "contains" else [_value("", part) for part in parts]
    if cell.lower() in FLAGS:
        return FLAGS[cell.lower()]
    if not re.fullmatch(r"[+-]?(\d{1,30}\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", cell, re.ASCII):
        return cell
    number = float(cell)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def headings_of(table: str, years: int = 0, agencies: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The headings of one sheet, in order."""
    found = [name.replace("_", " ") for name in PLAIN[table]]
    found += [f"{_plain(name)} {part}".strip() for name in NUMBERS.get(table, ()) for part in RANGED]
    if table == "unit_values":
        found += [f"share {agency}" for agency in agencies]
    if table in YEARS:
        found += [f"year {year + 1}" for year in range(years)]
    return tuple(found)


def template() -> dict[str, Any]:
    """The invented rows of the template, as parsed TOML."""
    return tomllib.loads((files("commongoal.valuation") / "data" / "appraisal_template.toml").read_text("utf-8"))


def write_book(parsed: Mapping[str, Any], path: Path) -> None:
    """Writes an appraisal, as parsed TOML, to a workbook that `parse_book` reads back."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True, "bg_color": "#cfe1f2", "text_wrap": True, "valign": "top"})
        _write_conventions(book.add_worksheet(CONVENTIONS), parsed, bold)
        years = int(parsed["conventions"]["years"])
        agencies = tuple(agency["id"] for agency in parsed["agencies"])
        for table, name in SHEETS.items():
            sheet = book.add_worksheet(name)
            headings = headings_of(table, years, agencies)
            sheet.write_row(0, 0, headings, bold)
            for index, row in enumerate(parsed[table], start=1):
                for column, heading in enumerate(headings):
                    _write(sheet, index, column, _found(row, _path_of(table, _plain(heading)) or ()))
            sheet.freeze_panes(1, 2)
            sheet.set_column(0, len(headings), 16)


def _write_conventions(sheet: Any, parsed: Mapping[str, Any], bold: Any) -> None:
    sheet.write_row(0, 0, ("what", "value", "low", "high", "source", "verified"), bold)
    rows = [(key, [parsed.get(key)]) for key in TOP] + [(key, [parsed["conventions"].get(key)]) for key in TERMS]
    incomes = parsed.get("distribution", {})
    rows += [(key, [incomes.get(key, {}).get(part or "value") for part in RANGED]) for key in INCOMES]
    for index, (key, values) in enumerate(rows, start=1):
        sheet.write_string(index, 0, key.replace("_", " "))
        for column, value in enumerate(values, start=1):
            _write(sheet, index, column, value)
    sheet.set_column(0, 4, 24)


def _found(row: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = row
    for part in path:
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    """Text is written as text, never as a formula or a link."""
    if isinstance(value, list | tuple):
        value = ", ".join(str(part) for part in value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)
