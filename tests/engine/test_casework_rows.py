"""Rows of casework put in order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from commongoal.pathway.engine.casework_rows import ordered

keys = st.integers(1, 4).flatmap(
    lambda many: st.lists(st.tuples(*[st.integers(-3, 3) | st.integers(-(2**40), 2**40)] * many), max_size=30)
)


@given(keys)
def test_rows_are_ordered_as_lexsort_orders_them(rows: list[tuple[int, ...]]) -> None:
    columns = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)] or [np.zeros(0, np.int64)]
    assert ordered(*columns).tolist() == np.lexsort(columns).tolist()


def test_keys_too_wide_for_one_number_are_ordered_too() -> None:
    wide = np.array([2**40, 0, 2**39])
    assert ordered(wide, np.array([1, 1, 0])).tolist() == [2, 1, 0]
    assert ordered(wide, wide).tolist() == [1, 2, 0]
