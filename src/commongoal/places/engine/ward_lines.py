"""Figures of wards written by hand, one line each: ward, people in need, share reached, at least, at most."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite

from commongoal.kernel.errors import Problem
from commongoal.places.engine.apportioning import Ward
from commongoal.places.engine.areas import is_area_code
from commongoal.places.engine.figures import AreaName

COLUMNS = ("need", "reach", "least", "most")
WHAT = {
    "need": "the people in need there, such as 120",
    "reach": "the share of them that can be reached, such as 60%",
    "least": "the fewest people it is to have, such as 5",
    "most": "the most people it may have, such as 40",
}


def wards_from(
    text: str, areas: Sequence[AreaName], needs: Mapping[str, float], file: str = "wards"
) -> tuple[tuple[Ward, ...], tuple[Problem, ...]]:
    """The wards with what was written of each, and every fault in the lines.

    `areas` are the wards there are (none: any code is taken), `needs` people in need by code, which a line may say
    otherwise. A ward with no figure of need is left out of what is given back.
    """
    known = {area.code: area for area in areas}
    by_name = {_plain(area.name): area.code for area in areas}
    found = {code: Ward(code, area.name, needs[code]) for code, area in known.items() if code in needs}
    problems: list[Problem] = []
    seen: set[str] = set()
    for row, cells in enumerate(csv.reader(text.splitlines(), skipinitialspace=True), start=1):
        if not any(cell.strip() for cell in cells):
            continue
        first = cells[0].strip()
        code = first if first in known or (not areas and is_area_code(first)) else by_name.get(_plain(first), "")
        if not code or code in seen:
            expected = "each ward once" if code else "the name or code of a ward of this area"
            problems.append(Problem(file, row, "ward", first, expected, "ward"))
            continue
        seen.add(code)
        given = dict(_figures(cells[1:], row, file, problems))
        ward = found.get(code) or Ward(code, known[code].name if code in known else code, 0.0)
        if code in found or "need" in given:
            found[code] = _changed(ward, given)
        else:
            problems.append(Problem(file, row, "need", "", WHAT["need"], "need"))
    return tuple(found.values()), tuple(problems)


def _figures(cells: Sequence[str], row: int, file: str, problems: list[Problem]) -> Iterator[tuple[str, float]]:
    if len(cells) > len(COLUMNS):
        problems.append(Problem(file, row, "", "", "at most five columns: ward, need, reach, least, most", "columns"))
    for column, cell in zip(COLUMNS, cells, strict=False):
        if not cell.strip():
            continue
        value = _number(cell, column)
        if value is None:
            problems.append(Problem(file, row, column, cell.strip(), WHAT[column], column))
        else:
            yield column, value


def _number(cell: str, column: str) -> float | None:
    """The number in a cell; a share may be written as a percentage."""
    text = cell.strip().replace(" ", "")
    share = text.endswith("%")
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        return None
    value = value / 100 if share else value
    whole = column in ("least", "most")
    fair = isfinite(value) and value >= 0 and (not whole or value == int(value))
    return value if fair and (column != "reach" or value <= 1) and (share is False or column == "reach") else None


def _changed(ward: Ward, given: Mapping[str, float]) -> Ward:
    most = int(given["most"]) if "most" in given else ward.most
    return replace(
        ward,
        need=given.get("need", ward.need),
        reach=given.get("reach", ward.reach),
        least=int(given.get("least", ward.least)),
        most=most,
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()
