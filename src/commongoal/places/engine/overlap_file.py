"""Tables of overlaps: what share of the people of one area live in another. They become a lookup with weights.

The layout is mySociety's (https://github.com/mysociety/2025-constituencies): columns of codes named by kind and year,
such as `LSOA11` and `PARL25`, and the share, a fraction given in hundredths. It gives no names: codes stand for them.
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.areas import COLUMN_KINDS, is_area_code
from commongoal.places.engine.lookup_file import Areas, LookupFile, LookupTable
from commongoal.places.engine.rows import shown

COLUMN = re.compile(rf"({'|'.join(COLUMN_KINDS)})(\d\d)")
SHARE = "percentage_overlap_pop"
SHARES_AGREE = 0.005  # shares given in hundredths add up to 1 within this


def is_overlap(header: Sequence[str]) -> bool:
    """Whether a table with these columns is one of overlaps."""
    return SHARE in header and sum(bool(COLUMN.fullmatch(name.lower())) for name in header) == 2


def overlap_file(columns: Mapping[str, Sequence[object]], file: str) -> LookupFile:
    """The table, given by columns, with every fault. Areas whose shares do not add up to 1 are named in the remarks.

    Raises `BadInput` when it has not two columns of areas and their share.
    """
    if not is_overlap(list(columns)):
        expected = f"two columns of codes like LSOA11 and PARL25, and {SHARE}"
        raise BadInput([Problem(file, 0, "", shown(", ".join(columns)), expected, "columns")])
    source, target = (_areas(name, place) for place, name in enumerate(columns) if COLUMN.fullmatch(name.lower()))
    first, second = list(columns)[source.code], list(columns)[target.code]
    table = LookupTable(f"{source.word}-{target.word}", source, target)
    found = LookupFile(tables=[table])
    for row, values in enumerate(zip(columns[first], columns[second], columns[SHARE], strict=True), start=2):
        faults = _faults(values, (first, second), table, row, file)
        found.problems += faults
        if not faults:
            one, other, share = str(values[0]), str(values[1]), float(str(values[2]))
            table.rows[one, other], table.weights[one, other] = "", share
            found.areas[one, source.vintage] = (source.kind, one)
            found.areas[other, target.vintage] = (target.kind, other)
    found.remarks += _sums(table, first, file)
    return found


def _areas(name: str, place: int) -> Areas:
    parts = COLUMN.fullmatch(name.lower())
    assert parts is not None
    return Areas(parts[0], COLUMN_KINDS[parts[1]], f"20{parts[2]}", place, place)


def _faults(
    values: tuple[object, object, object], names: tuple[str, str], table: LookupTable, row: int, file: str
) -> list[Problem]:
    problems = []
    for name, code in zip(names, values[:2], strict=True):
        if not isinstance(code, str) or not is_area_code(code):
            expected = "the code of an area, like E01008703 or UKPARL.2025.SAN"
            problems.append(Problem(file, row, name, shown(str(code)), expected, "area code"))
    share = values[2]
    if not isinstance(share, int | float) or not math.isfinite(share) or not 0 <= share <= 1:
        problems.append(Problem(file, row, SHARE, shown(str(share)), "a fraction from 0 to 1", "share"))
    if (values[0], values[1]) in table.rows:
        problems.append(Problem(file, row, names[0], shown(str(values[0])), "each pair once", "twice"))
    return problems


def _sums(table: LookupTable, column: str, file: str) -> list[Problem]:
    """The areas whose shares do not add up to 1, so that people of theirs are lost or come twice."""
    sums: dict[str, float] = defaultdict(float)
    for (source, _), share in table.weights.items():
        sums[source] += share
    return [
        Problem(file, 0, column, code, f"shares that add up to 1; those of {code} come to {total:.2f}", "shares")
        for code, total in sums.items()
        if abs(total - 1) > SHARES_AGREE
    ]
