"""Concentration: slow counting by hand, what a curve must do, and what rounding and chance would show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.places.engine.concentration import (
    NothingToShare,
    areas_holding,
    by_chance,
    by_rounding,
    concentration,
    top_areas,
    top_share,
)

counts_and_people = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 3_000)), min_size=1, max_size=40).filter(
    lambda areas: sum(x for x, _ in areas) > 0
)


def split(areas: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [x for x, _ in areas], [n for _, n in areas]


def slow_top_share(areas: list[tuple[int, int]], share: float) -> float:
    """Areas taken one by one from the highest rate, a group of equal rates as one, the last in part."""
    left, held = share * len(areas), 0.0
    rates = sorted({x / n for x, n in areas}, reverse=True)
    for rate in rates:
        group = [x for x, n in areas if x / n == rate]
        part = min(1.0, left / len(group))
        held += part * sum(group)
        left -= part * len(group)
    return held / sum(x for x, _ in areas)


@given(counts_and_people, st.floats(0, 1))
def test_top_share_is_that_of_slow_counting(areas: list[tuple[int, int]], share: float) -> None:
    assert top_share(*split(areas), share) == pytest.approx(slow_top_share(areas, share), abs=1e-9)


@given(counts_and_people)
def test_curve_rises_and_bends_down_over_people(areas: list[tuple[int, int]]) -> None:
    found = concentration(*split(areas))
    assert found.curve.held[0] == 0
    assert found.curve.held[-1] == found.curve.people[-1] == found.curve.areas[-1] == 1
    assert (np.diff(found.curve.held) >= -1e-12).all()
    slopes = np.diff(found.curve.held) / np.diff(found.curve.people)
    assert (np.diff(slopes) <= 1e-9).all()
    assert 0 <= found.hoover <= found.gini + 1e-9 <= 1 + 1e-9


@given(counts_and_people)
def test_indices_are_those_of_double_loops(areas: list[tuple[int, int]]) -> None:
    counts, people = (np.array(column, dtype=float) for column in split(areas))
    held, share = counts / counts.sum(), people / people.sum()
    # Gini as half the mean difference of rates between two people drawn at random, relative to the mean rate.
    mean = counts.sum() / people.sum()
    rates = counts / people
    gini = sum(abs(a - b) * p * q for a, p in zip(rates, share, strict=True) for b, q in zip(rates, share, strict=True))
    found = concentration(counts, people)
    assert found.gini == pytest.approx(gini / (2 * mean), abs=1e-9)
    assert found.hoover == pytest.approx(sum(abs(a - b) for a, b in zip(held, share, strict=True)) / 2)


def test_worked_example_of_a_tenth_of_22_wards() -> None:
    counts = [100.0, 90.0, 80.0, *([10.0] * 19)]
    assert top_share(counts, [1_000.0] * 22, 0.1) == pytest.approx((100 + 90 + 0.2 * 80) / 460)
    assert areas_holding(counts, [1_000.0] * 22, 190 / 460) == pytest.approx(2 / 22)
    assert np.flatnonzero(top_areas(counts, [1_000.0] * 22, 0.1)).tolist() == [0, 1, 2]


def test_equal_rates_make_no_order() -> None:
    counts, people = [30.0, 10.0, 20.0], [300.0, 100.0, 200.0]
    assert top_share(counts, people, 1 / 3) == pytest.approx(1 / 3)
    assert top_share(counts[::-1], people[::-1], 1 / 3) == pytest.approx(1 / 3)
    assert top_areas(counts, people, 1 / 3).all()
    assert top_share(counts, people, 0.25, people=True) == pytest.approx(0.25)
    assert concentration(counts, people).gini == pytest.approx(0, abs=1e-12)


def test_areas_without_a_figure_are_left_out_and_counted() -> None:
    found = concentration([np.nan, 5.0, 5.0, 9.0], [10.0, 10.0, 10.0, 0.0])
    assert (found.areas, found.left_out, found.total) == (2, 2, 10.0)
    assert found.curve.order.tolist() == [1, 2]


@pytest.mark.parametrize(("counts", "people"), [([], []), ([0.0], [5.0]), ([np.nan], [5.0]), ([5.0], [0.0])])
def test_nothing_to_share_is_refused(counts: list[float], people: list[float]) -> None:
    with pytest.raises(NothingToShare):
        top_share(counts, people, 0.1)


def test_rounding_moves_a_share_little_where_counts_are_large_and_more_where_small() -> None:
    rng = np.random.default_rng(1)
    people = np.full(100, 1_000.0)
    exact = rng.poisson(rng.gamma(4, 10, 100)).astype(float)
    small = rng.poisson(rng.gamma(4, 1, 100)).astype(float)
    wide = by_rounding(5 * np.round(small / 5), people, 0.1, 5, seed=1)
    narrow = by_rounding(5 * np.round(exact / 5), people, 0.1, 5, seed=1)
    assert narrow.low <= top_share(exact, people, 0.1) <= narrow.high
    assert 0 < narrow.high - narrow.low < (wide.high - wide.low) / 2
    assert by_rounding(exact, people, 0.1, 5, seed=1) == by_rounding(exact, people, 0.1, 5, seed=1)


def test_chance_alone_shows_more_than_a_tenth_in_the_top_tenth() -> None:
    people = np.full(200, 1_000.0)
    few, many = by_chance(np.full(200, 5.0), people, 0.1, 1), by_chance(np.full(200, 500.0), people, 0.1, 1)
    assert 0.15 < few.low < few.middle < few.high < 0.25
    assert 0.1 < many.low < many.high < 0.12
