"""The order in which rows stand, and rows that stand twice, without comparing texts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Codes = tuple[NDArray[np.signedinteger[Any]], int]
"""For each row the rank of its value among all values, and how many values there are."""

ROOM = 8
"""Up to so many places for each row, rows are put straight into their places; beyond, they are sorted."""


def ranked(column: pa.DictionaryArray) -> Codes:
    """Rows of a column without gaps, by the alphabet of its values."""
    values = column.dictionary
    rank = np.empty(max(len(values), 1), dtype=np.int64)
    rank[pc.sort_indices(values).to_numpy()] = np.arange(len(values))
    return rank[column.indices.to_numpy()], max(len(values), 1)


def ranked_numbers(numbers: NDArray[np.signedinteger[Any]]) -> Codes:
    """Whole numbers that stand close together, such as days, by their size."""
    if not len(numbers):
        return numbers, 1
    apart = numbers - numbers.min()
    present = np.zeros(int(apart.max()) + 1, dtype=bool)
    present[apart] = True
    rank = np.cumsum(present) - 1
    return rank[apart], int(rank[-1]) + 1


def joined(keys: Sequence[Codes]) -> Codes:
    """Several keys as one, the first the most important."""
    codes, size = keys[0][0].astype(np.int64), keys[0][1]
    for more, count in keys[1:]:
        codes = codes * count + more
        size *= count
    return codes, size


def order_of(key: Codes) -> tuple[NDArray[np.int64] | None, NDArray[np.bool_] | None]:
    """The order of rows by their key, None where they stand in it; and which rows repeat the key of an earlier one.

    With rows that repeat (None: there are none), the order has the first of each only.
    """
    codes, size = key
    if np.all(codes[1:] > codes[:-1]):
        return None, None
    rows = np.arange(len(codes))
    if size <= ROOM * len(codes):
        first = np.full(size, -1, dtype=np.int64)
        first[codes[::-1]] = rows[::-1]
        order = first[first >= 0]
        repeats = first[codes] != rows
    else:
        sorted_rows = np.argsort(codes, kind="stable")
        again = np.zeros(len(codes), dtype=bool)
        again[1:] = codes[sorted_rows][1:] == codes[sorted_rows][:-1]
        order = sorted_rows[~again]
        repeats = np.zeros(len(codes), dtype=bool)
        repeats[sorted_rows[again]] = True
    return order, repeats if repeats.any() else None
