"""Judged columns as one table of observations, in order and each once, with its series."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.observations import SCHEMA, Asked, Series
from commongoal.places.engine.period_labels import last_of
from commongoal.places.engine.row_order import joined, order_of
from commongoal.places.files.datasets import Dataset, chosen
from commongoal.places.files.judging import STATUSES, Block, Ints, Judged
from commongoal.places.files.plans import Dimensions, Plan, joined_words

LONGEST_KEY = 60
EPOCH = dt.date(1970, 1, 1)
Built = tuple[pa.Table, tuple[Series, ...], Dataset, tuple[Problem, ...]]


def ordered_table(blocks: Sequence[Block], plan: Plan, asked: Asked, reader: Judged) -> Built:
    """All blocks as one table in order, its series, what table it is of, and what to know of it."""
    own = _words(reader.dimensions, plan)
    words = [[figures.words or word for word in own] for figures in plan.figures]
    there = [np.bincount(block.series, minlength=len(reader.dimensions)) > 0 for block in blocks]
    found = dict.fromkeys(word for row, seen in zip(words, there, strict=True) for word, is_in in zip(row, seen, strict=True) if is_in)  # fmt: skip  # noqa: E501
    if not found:
        raise BadInput(reader.faults.all())
    dataset = chosen(found, asked, reader.opened.file, plan.dataset)
    taken = [word for word in found if plan.dataset or not word or not dataset.series or dataset.knows(word)]
    remarks = tuple(
        Problem(reader.opened.file, 0, "", word, f"passed over: not of {dataset.code}", "other series")
        for word in found if word not in taken
    )  # fmt: skip
    series = _series_of(taken, words, plan, reader, dataset)
    number = {one.words: place for place, one in enumerate(series)}
    maps = [np.array([number.get(word or dataset.title, -1) for word in row], dtype=np.int32) for row in words]
    return _ordered(blocks, maps, series, plan, reader, dataset), series, dataset, remarks


def _words(dimensions: Sequence[Dimensions], plan: Plan) -> list[str]:
    """The words of each series; where two would have the same, what each leaves out is said too."""
    words = [plan.words(one) for one in dimensions]
    count = Counter(word.casefold() for word in words)
    return [
        joined_words(tuple((name, f"{name}: {value}") for name, value in one)) if count[word.casefold()] > 1 else word
        for one, word in zip(dimensions, words, strict=True)
    ]


def _series_of(
    taken: Sequence[str], words: list[list[str]], plan: Plan, reader: Judged, dataset: Dataset
) -> tuple[Series, ...]:
    """The series by their keys, which are their words in small letters with hyphens between."""
    found: dict[str, Series] = {}
    for figures, row in zip(plan.figures, words, strict=True):
        for dimensions, word in zip(reader.dimensions, row, strict=True):
            if word in taken and (word or dataset.title) not in found:
                text = word or dataset.title
                unit = dataset.unit if figures.unit is None else figures.unit
                found[text] = Series(_key(text, found.values()), text, unit, dimensions)
    return tuple(sorted(found.values(), key=lambda one: one.key))


def _key(words: str, others: Any) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:LONGEST_KEY] or "figures"
    used, key, number = {one.key for one in others}, stem, 2
    while key in used:
        key, number = f"{stem}-{number}", number + 1
    return key


def _ordered(
    blocks: Sequence[Block],
    maps: Sequence[Ints],
    series: tuple[Series, ...],
    plan: Plan,
    reader: Judged,
    dataset: Dataset,
) -> pa.Table:
    """The observations by series, start and area, each once."""
    numbers = [maps[place][block.series] for place, block in enumerate(blocks)]
    if any((one < 0).any() for one in numbers):
        blocks = [_chosen(block, one >= 0) for block, one in zip(blocks, numbers, strict=True)]
        numbers = [one[one >= 0] for one in numbers]
    whole = blocks[0] if len(blocks) == 1 else Block(*(
        np.concatenate([getattr(block, name) for block in blocks]) for name in Block.__slots__
    ))  # fmt: skip
    area = _sorted_values(reader.area.values)
    periods = [last_of(one, dataset.months) for one in reader.periods]
    period = _sorted_values(periods, key=lambda one: (one.start, one.end))
    keys = (
        (np.concatenate(numbers), max(len(series), 1)),
        (period[0][whole.period] if len(period[1]) else whole.period, max(len(period[1]), 1)),
        (area[0][whole.area] if len(area[1]) else whole.area, max(len(area[1]), 1)),
    )
    order = _without_repeats(whole, joined(keys), plan, reader, [len(block.rows) for block in blocks])
    cut = slice(None) if order is None else order
    (series_codes, _), (period_codes, _), (area_codes, _) = keys
    names = reader.name.values if reader.name else ("",)
    missing = whole.status[cut] > 0
    days = [
        np.array([(getattr(one, end) - EPOCH).days for one in period[1]], dtype=np.int32) for end in ("start", "end")
    ]
    return pa.table(
        [
            _dictionary(area_codes[cut], area[1]),
            _dictionary(whole.name[cut], names or ("",)),
            *(pa.array(day[period_codes[cut]] if len(day) else day, pa.int32()).cast(pa.date32()) for day in days),
            _dictionary(series_codes[cut], [one.key for one in series]),
            pa.array(whole.value[cut], pa.float64(), mask=missing),
            _dictionary(whole.status[cut], [status.value for status in STATUSES]),
            pa.array(whole.provisional[cut]),
            pa.array(whole.revised[cut]),
        ],
        schema=SCHEMA,
    )


def _chosen(block: Block, wanted: NDArray[np.bool_]) -> Block:
    return Block(*(getattr(block, name)[wanted] for name in Block.__slots__))


def _without_repeats(whole: Block, key: tuple[Ints, int], plan: Plan, reader: Judged, sizes: list[int]) -> Ints | None:
    """The order of the rows. The same figure again is passed over; another one for the same is a fault of both."""
    order, repeats = order_of(key)
    if repeats is None or order is None:
        return order
    again = np.flatnonzero(repeats)
    first = order[np.searchsorted(key[0][order], key[0][again])]
    same = (whole.value[again] == whole.value[first]) | (np.isnan(whole.value[again]) & np.isnan(whole.value[first]))
    same &= whole.status[again] == whole.status[first]
    ends = np.cumsum(sizes)
    faults, differ = reader.faults, again[~same]
    room = faults.room("twice")
    for place, origin in zip(differ[:room].tolist(), first[~same][:room].tolist(), strict=True):
        column = reader.opened.header[plan.figures[int(np.searchsorted(ends, place, side="right"))].place]
        area = reader.area.values[int(whole.area[place])]
        found = f"{area}: {_shown(whole.value[place])}"
        there = f"row {reader.cells.row(int(whole.rows[origin]))} has {_shown(whole.value[origin])}"
        expected = f"one figure for each area, period and series; {there}"
        faults.add(reader.cells.row(int(whole.rows[place])), column, found, expected, "twice")
    faults.more("twice", max(0, len(differ) - room))
    if same.any():
        found = f"{int(same.sum()):,} figures stand twice"
        reader.remarks.append(Problem(faults.file, 0, "", found, "each once; they agree, and are kept once", "twice"))
    spoiled = np.unique(first[~same])
    return order[~np.isin(order, spoiled)] if len(spoiled) else order


def _shown(value: float) -> str:
    return "no figure" if np.isnan(value) else f"{value:g}"


def _sorted_values(values: Sequence[Any], key: Callable[[Any], Any] | None = None) -> tuple[Ints, tuple[Any, ...]]:
    """For each value its rank, and the values in order."""
    order = sorted(range(len(values)), key=lambda place: key(values[place]) if key else values[place])
    rank = np.zeros(max(len(values), 1), dtype=np.int32)
    rank[order] = np.arange(len(order))
    return rank, tuple(values[place] for place in order)


def _dictionary(codes: Ints, values: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32, copy=False)), pa.array(list(values), pa.string())
    )
