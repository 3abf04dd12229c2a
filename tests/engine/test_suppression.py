"""Small counts stay hidden: the attack is the test. Whoever solves the published table for what is hidden fails."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongoal.kernel.suppression import Balance, Protected, hidden_keys, protected, shown_count

CELLS = st.one_of(st.integers(0, 3), st.integers(0, 9))


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (9, None), (10, 10), (11, 11)])
def test_one_to_nine_are_suppressed(count: int, shown: int | None) -> None:
    assert shown_count(count) is shown


def test_the_threshold_can_be_another() -> None:
    assert shown_count(4, least=5) is None
    assert shown_count(5, least=5) == 5


def attack(table: Protected) -> dict[tuple[int, int], set[int]]:
    """Every value that each hidden cell could have, by trying all: from 1 up, whatever agrees with what is shown."""
    rows = [list(_rows(table, number)) for number in range(len(table.cells))]
    possible: dict[tuple[int, int], set[int]] = {}
    for full in itertools.product(*rows):
        columns = [sum(column) for column in zip(*full, strict=True)]
        if table.total not in (None, sum(columns)):
            continue
        if all(told in (None, found) for told, found in zip(table.column_totals, columns, strict=True)):
            for r, c in itertools.product(range(len(full)), range(len(columns))):
                if table.cells[r][c] is None:
                    possible.setdefault((r, c), set()).add(full[r][c])
    return possible


def _rows(table: Protected, number: int) -> Iterator[tuple[int, ...]]:
    """Every row that agrees with its own total; a cell is at most what a margin of it is, or the table's total."""
    total = table.row_totals[number]
    tops = [min(m for m in (total, table.column_totals[c], table.total, 30) if m is not None)
            for c in range(len(table.cells[number]))]  # fmt: skip
    ranges = [range(1, top + 1) if cell is None else (cell,)
              for cell, top in zip(table.cells[number], tops, strict=True)]  # fmt: skip
    return (row for row in itertools.product(*ranges) if total in (None, sum(row)))


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=4), st.sampled_from([3, 5]))
def test_no_hidden_cell_of_a_one_way_table_is_determined(row: list[int], least: int) -> None:
    table = protected([row], least)
    for place, values in attack(table).items():
        assert len(values) > 1, (row, table, place, values)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=3))
def test_no_hidden_cell_of_a_two_way_table_is_determined(rows: list[list[int]]) -> None:
    least = 3
    table = protected(rows, least)
    for place, values in attack(table).items():
        assert len(values) > 1, (rows, table, place, values)
    assert all(cell is None or not 0 < cell < least for row in table.cells for cell in row)


def test_without_complements_the_attack_succeeds() -> None:
    bare = Protected(((None, 20), (30, 40)), (23, 70), (33, 60), 93)
    assert attack(bare) == {(0, 0): {3}}
    assert all(len(values) > 1 for values in attack(protected([[3, 12], [13, 14]])).values())


def test_what_a_total_leaves_over_is_no_small_group() -> None:
    table = protected([[1, 2, 30, 40]])
    assert table.cells == ((None, None, None, 40),)
    assert table.total == 73


def test_large_counts_are_all_shown() -> None:
    table = protected([[10, 0, 30], [11, 12, 13]])
    assert table == Protected(((10, 0, 30), (11, 12, 13)), (40, 36), (21, 12, 43), 76)


def test_a_line_that_is_all_of_another_hides_with_it() -> None:
    counts = {"all": 100, "A": 5, "B": 30, "C": 65, "a": 5, "b": 30, "c": 65, "Aa": 5, "Bb": 30, "Cc": 65}
    balances = [
        Balance("all", ("A", "B", "C")), Balance("all", ("a", "b", "c")),
        *(Balance(whole, (f"{whole.upper()}{whole.lower()}",)) for whole in "ABCabc"),
    ]  # fmt: skip
    hidden = hidden_keys(counts, balances, withheld=("Aa", "Bb", "Cc"), adds_up=False)
    assert hidden == {"A", "a", "B", "b"}
