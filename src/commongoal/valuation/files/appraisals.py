"""Appraisal files: read from TOML or from the workbook that the command writes, with every fault at its place."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from commongoal.kernel.errors import BadInput, Problem, Refused
from commongoal.valuation.engine.appraisal.chain import chain_of
from commongoal.valuation.engine.appraisal.model import Appraisal
from commongoal.valuation.engine.appraisal.rules import appraisal_from
from commongoal.valuation.engine.appraisal.tables import Tables
from commongoal.valuation.files.appraisal_books import Places, parse_book
from commongoal.valuation.files.grids import WORKBOOKS
from commongoal.valuation.files.parameters import book
from commongoal.valuation.files.reading import parsed_toml

Found = TypeVar("Found")

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z_]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z_]+)\s*=")


def open_appraisal(path: Path) -> tuple[Appraisal, Tables]:
    """The appraisal in a TOML file or a workbook, and the tables that its conventions name.

    Raises `BadInput` with every fault at once, price years without an index and unknown names among them: a TOML file
    by line and field, a workbook by sheet, row and heading.
    """
    path = Path(path)
    parsed, places = _parsed(path)
    try:
        appraisal = appraisal_from(parsed, path.name)
        tables = tables_for(appraisal, path.name)
        chain_of(appraisal, tables, path.name)
    except BadInput as fault:
        raise BadInput([*places.problems, *_placed(fault.problems, places)]) from None
    if places.problems:
        raise BadInput(places.problems)
    return appraisal, tables


def read_appraisal(path: Path) -> Appraisal:
    """The appraisal alone; as `open_appraisal`."""
    return open_appraisal(path)[0]


def tables_for(appraisal: Appraisal, file: str = "appraisal") -> Tables:
    """The deflator, schedules and corrections that the conventions name. Raises `BadInput` for every unknown name."""
    terms, problems = appraisal.conventions, list[Problem]()

    def named(field: str, find: Callable[[str], Found]) -> Found | None:
        try:
            return find(getattr(terms, field))
        except Refused as refused:
            shown, code = getattr(terms, field), type(refused).__name__
            problems.append(Problem(file, 0, f"conventions.{field}", shown, str(refused), code))
            return None

    deflator = named("deflator_vintage", book().deflator)
    money = named("discount_schedule", book().schedule)
    wellbeing = named("wellbeing_schedule", book().schedule)
    bias = named("bias_table", book().bias_table)
    if deflator is None or money is None or wellbeing is None or bias is None:
        raise BadInput(problems)
    return Tables(deflator, money, wellbeing, bias)


def _parsed(path: Path) -> tuple[dict[str, Any], Places]:
    if path.suffix.lower() in WORKBOOKS:
        return parse_book(path)
    parsed = parsed_toml(path)
    lines = _lines(path.read_text(encoding="utf-8-sig"))
    return parsed, Places({where: (path.name, line) for where, line in lines.items()}, [], in_sheets=False)


def _placed(problems: Sequence[Problem], places: Places) -> list[Problem]:
    """Faults at their places; that a whole sheet is missing has been said."""
    return [places.problem(problem) for problem in problems if problem.column not in places.missing]


def _lines(text: str) -> dict[str, int]:
    """Line of each table, row and key, by path: "costs.1" and "costs.1.agency"."""
    found: dict[str, int] = {}
    under, counts = "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = header[2]
            counts[table] = counts.get(table, -1) + 1
            under = f"{table}.{counts[table]}." if header[1] == "[[" else f"{table}."
            found.setdefault(under.rstrip("."), number)
        elif key := _KEY.match(line):
            found.setdefault(f"{under}{key[1]}", number)
    return found
