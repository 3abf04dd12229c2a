"""Tables with an area in each row and a figure in each column, as observations."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import SCHEMA, Status

STATUSES = tuple(Status)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one cell holds: a value, or why there is none."""

    value: float | None
    status: Status = Status.GIVEN
    provisional: bool = False
    revised: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One area, as it is named in the file, with the figure of each column."""

    area: str
    name: str
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Column:
    """The key of a column's series, and its period."""

    series: str
    period: Period


def table_of(rows: Sequence[Row], columns: Sequence[Column]) -> pa.Table:
    """The figures by series, then start, then area, with the columns of `SCHEMA`. Every area is once in the rows."""
    rows = sorted(rows, key=lambda row: row.area)
    order = sorted(range(len(columns)), key=lambda place: (columns[place].series, columns[place].period.start))
    codes, names, series = ([*dict.fromkeys(texts)] for texts in (
        [row.area for row in rows], [row.name for row in rows], [columns[place].series for place in order],
    ))  # fmt: skip
    by_area = np.arange(len(rows))
    named = _numbers([row.name for row in rows], names)
    measured = _numbers([columns[place].series for place in order], series)
    figures = [row.figures[place] for place in order for row in rows]
    status = np.array([STATUSES.index(figure.status) for figure in figures], dtype=np.int32)
    return pa.table(
        [
            _texts(np.tile(by_area, len(order)), codes),
            _texts(np.tile(named, len(order)), names),
            _days([columns[place].period.start for place in order], len(rows)),
            _days([columns[place].period.end for place in order], len(rows)),
            _texts(np.repeat(measured, len(rows)), series),
            pa.array([figure.value for figure in figures], pa.float64()),
            _texts(status, [each.value for each in STATUSES]),
            pa.array([figure.provisional for figure in figures], pa.bool_()),
            pa.array([figure.revised for figure in figures], pa.bool_()),
        ],
        schema=SCHEMA,
    )


def _numbers(texts: Sequence[str], among: Sequence[str]) -> NDArray[np.int64]:
    place = {text: number for number, text in enumerate(among)}
    return np.array([place[text] for text in texts], dtype=np.int64)


def _texts(numbers: NDArray[np.int64] | NDArray[np.int32], among: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), pa.array(list(among), pa.string()))


def _days(days: Sequence[dt.date], each: int) -> pa.Array:
    epoch = dt.date(1970, 1, 1)
    return pa.array(np.repeat([(day - epoch).days for day in days], each).astype(np.int32)).cast(pa.date32())
