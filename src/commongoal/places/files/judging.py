"""The columns of a file judged by a plan: each different text once, and rows looked for only where one is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from commongoal.kernel.errors import Problem
from commongoal.places.engine.areas import is_area_code, kind_of
from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import Status
from commongoal.places.engine.period_labels import EXPECTED as A_PERIOD
from commongoal.places.engine.row_order import ranked_numbers
from commongoal.places.engine.written_numbers import CellError, number_of
from commongoal.places.files.datasets import Said, status_of
from commongoal.places.files.delimited import Cells, Delimited, Faults
from commongoal.places.files.plans import Dimensions, Figures, Plan

LONGEST_CELL = 1_000
AN_AREA = "the code of an area, like E01008703"
A_KIND = "an area of a kind that is kept here, such as an LSOA (E01...), a ward (E05...) or a district (E08...)"
Ints = NDArray[np.signedinteger[Any]]
STATUSES = tuple(Status)


@dataclass(frozen=True, slots=True)
class Told:
    """For each row a number that stands for what the row says, and what each number stands for."""

    codes: Ints
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The good rows of one column of figures."""

    rows: Ints  # places of the rows in the file
    area: Ints
    name: Ints
    period: Ints
    series: Ints
    value: NDArray[np.float64]
    status: Ints
    provisional: NDArray[np.bool_]
    revised: NDArray[np.bool_]


class Judged:
    """Judges each column once and gives the good rows of each column of figures."""

    def __init__(self, opened: Delimited, plan: Plan, cells: Cells, faults: Faults) -> None:
        self.opened, self.plan, self.cells, self.faults = opened, plan, cells, faults
        self.remarks: list[Problem] = []
        self.kept = self._kept()
        self.good = self.kept.copy()
        self.area = self._told(plan.area, self._code, "area")
        self.name = self._told(plan.name, _plain, "name") if plan.name is not None else None
        self.periods: list[Period] = []
        self.period = self._period()
        self.dimensions: list[Dimensions] = []
        self.series = self._series()
        self.said = self._told(plan.status, _said, "status") if plan.status is not None else None

    def _kept(self) -> NDArray[np.bool_]:
        """Rows that the plan asks for."""
        kept = np.ones(self.cells.count, dtype=bool)
        for place, texts in self.plan.only:
            column = self.cells.columns[place]
            wanted = np.array([text.strip() in texts for text in column.dictionary.to_pylist()], dtype=bool)
            kept &= wanted[_codes(column)] if len(column) else kept
        return kept

    def _told(self, place: int, judge: Callable[[str], Any], code: str) -> Told:
        """What each row says in a column; rows whose text `judge` refuses (with `CellError`) are faults."""
        column = self.cells.columns[place]
        texts = column.dictionary.to_pylist()
        seen: dict[Any, int] = {}
        numbers, wrong = np.zeros(max(len(texts), 1), dtype=np.int32), {}
        for number, text in enumerate(texts):
            try:
                if len(text) > LONGEST_CELL:
                    raise CellError(f"at most {LONGEST_CELL:,} characters; here are {len(text):,}")
                numbers[number] = seen.setdefault(judge(text.strip()), len(seen))
            except CellError as fault:
                wrong[number] = str(fault)
        codes = _codes(column)
        if wrong:
            self._fault(place, codes, texts, wrong, code)
        return Told(numbers[codes] if len(codes) else codes, tuple(seen))

    def _fault(self, place: int, codes: Ints, texts: Sequence[str], wrong: Mapping[int, str], code: str) -> None:
        bad = np.zeros(len(texts), dtype=bool)
        bad[list(wrong)] = True
        rows = np.flatnonzero(bad[codes] & self.kept)
        column = self.opened.header[place] or f"column {place + 1}"
        shown = rows[: self.faults.room(code)]
        for row in shown.tolist():
            text = int(codes[row])
            self.faults.add(self.cells.row(row), column, texts[text], wrong[text], code)
        self.faults.more(code, len(rows) - len(shown))
        self.good[rows] = False

    def _code(self, text: str) -> str:
        return _area(self.plan.codes.get(text, text))

    def _period(self) -> Ints:
        """For each row the number of its period."""
        if self.plan.period is None:
            return np.zeros(self.cells.count, dtype=np.int32)
        told = self._told(self.plan.period, self._label, "period")
        self.periods = list(told.values)
        return told.codes

    def _label(self, text: str) -> Period:
        period = self.plan.labels(text)
        if period is None:
            raise CellError(A_PERIOD)
        return period

    def _series(self) -> Ints:
        """For each row the number of what its columns of the series say."""
        parts = [(name, self._told(place, _plain, "series")) for place, name in self.plan.series]
        several = [told for _, told in parts if len(told.values) > 1]
        count = self.cells.count
        key, size = np.zeros(count, dtype=np.int64), 1
        for told in several:
            if size * len(told.values) > 64 * count + 1_000_000:  # far more pairs than rows: only those there are
                key, size = _dense(key)
            key, size = key * len(told.values) + told.codes, size * len(told.values)
        codes, size = _dense(key)
        first = np.zeros(size, dtype=np.int64)
        first[codes[::-1]] = np.arange(count)[::-1]
        for row in first.tolist() if count else ():
            self.dimensions.append(tuple((name, told.values[told.codes[row]]) for name, told in parts))
        return codes

    def block(self, figures: Figures) -> Block:
        """The good rows of one column of figures."""
        before = self.good.copy()
        told = self._told(figures.place, self._figure, "figure")
        rows = np.flatnonzero(self.good)
        at = slice(None) if len(rows) == self.cells.count else rows  # all of them without a copy
        self.good = before  # a fault in one column of figures leaves the others of its row
        pairs = told.values or ((0.0, Status.MISSING),)
        value = np.array([pair[0] for pair in pairs])[told.codes[at]]
        status = np.array([STATUSES.index(pair[1]) for pair in pairs], dtype=np.int8)[told.codes[at]]
        provisional = revised = np.zeros(len(rows), dtype=bool)
        if self.said is not None:
            value, status, provisional, revised = self._with_status(value, status, at)
        period = (
            self.period[at]
            if figures.period is None
            else np.full(len(rows), self._fixed(figures.period), dtype=np.int32)
        )
        name = self.name.codes[at] if self.name else np.zeros(len(rows), dtype=np.int32)
        return Block(rows, self.area.codes[at], name, period, self.series[at], value, status, provisional, revised)

    def _with_status(self, value: Any, status: Any, at: Any) -> Any:
        """What the column of statuses adds: a figure that it says is not there is none."""
        assert self.said is not None
        said: tuple[Said, ...] = self.said.values or (Said(Status.GIVEN),)
        codes = self.said.codes[at]
        theirs = np.array([STATUSES.index(one.status) for one in said], dtype=np.int8)[codes]
        status = np.where(theirs > 0, theirs, status)
        value = np.where(status > 0, np.nan, value)
        flags = [np.array([getattr(one, name) for one in said])[codes] for name in ("provisional", "revised")]
        return value, status, *flags

    def _fixed(self, period: Period) -> int:
        if period not in self.periods:
            self.periods.append(period)
        return self.periods.index(period)

    def _figure(self, text: str) -> tuple[float, Status]:
        mark = self.plan.marks.get(text.casefold())
        return (np.nan, mark) if mark else (number_of(text, self.plan.negative), Status.GIVEN)


def _area(text: str) -> str:
    if not is_area_code(text):
        raise CellError(AN_AREA)
    if kind_of(text) is None:
        raise CellError(A_KIND)
    return text


def _plain(text: str) -> str:
    return " ".join(text.split())


def _said(text: str) -> Said:
    said = status_of(_plain(text))
    if said is None:
        raise CellError("a status that is known, such as Normal Value")
    return said


def _codes(column: pa.DictionaryArray) -> Ints:
    codes: Ints = column.indices.to_numpy()
    return codes


def _dense(key: Ints) -> tuple[Ints, int]:
    """The same distinctions as numbers without gaps."""
    if len(key) and int(key.max()) - int(key.min()) > 64 * len(key) + 1_000_000:
        values, codes = np.unique(key, return_inverse=True)
        return codes.astype(np.int32), len(values)
    codes, size = ranked_numbers(key)
    return codes.astype(np.int32), size
