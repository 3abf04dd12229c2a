"""Intervals of shares, counts and rates: published worked values, the exact limits, and what every interval must do."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from commongoal.kernel.errors import Refused
from commongoal.places.engine.intervals import (
    NotACount,
    NotAShare,
    byar,
    exact_poisson,
    normal_point,
    poisson_limits,
    rate,
    wilson,
)

# R.G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998) 857-872,
# table I, method 3 (score without continuity correction).
NEWCOMBE = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
# Exact limits of Poisson counts, as in E.S. Pearson and H.O. Hartley, "Biometrika Tables for Statisticians", table 40.
PEARSON_HARTLEY = [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (9, 4.115, 17.085)]

people = st.integers(1, 10**7)
shares = people.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("x", "n", "low", "high"), NEWCOMBE)
def test_wilson_is_as_published(x: int, n: int, low: float, high: float) -> None:
    found = wilson(x, n)
    assert (round(float(found.low), 4), round(float(found.high), 4)) == (low, high)


@pytest.mark.parametrize(("x", "low", "high"), PEARSON_HARTLEY)
def test_small_counts_have_the_exact_limits(x: int, low: float, high: float) -> None:
    found = poisson_limits(x)
    assert float(found.low) == pytest.approx(low, rel=1e-3)
    assert float(found.high) == pytest.approx(high, rel=5e-4)


def test_from_ten_on_byar_stands_and_is_near_the_exact_limits() -> None:
    counts = np.array([10.0, 11, 25, 100, 1_000, 10_000])
    found, exact = poisson_limits(counts), exact_poisson(counts)
    assert (found.low == byar(counts).low).all()
    assert (found.high == byar(counts).high).all()
    np.testing.assert_allclose(found.low, exact.low, rtol=2e-3)
    np.testing.assert_allclose(found.high, exact.high, rtol=2e-3)
    assert (poisson_limits(9.0).low != byar(9.0).low).all()


def test_byar_is_its_formula() -> None:
    for count in (10, 65, 1_045):
        z = norm.ppf(0.975)
        low = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
        high = (count + 1) * (1 - 1 / (9 * (count + 1)) + z / (3 * math.sqrt(count + 1))) ** 3
        assert (float(byar(count).low), float(byar(count).high)) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("count", range(10))
def test_exact_limits_cut_off_two_and_a_half_per_cent(count: int) -> None:
    found = exact_poisson(count)
    assert poisson.cdf(count, found.high) == pytest.approx(0.025)
    if count:
        assert poisson.sf(count - 1, found.low) == pytest.approx(0.025)


@given(shares)
def test_wilson_solves_its_equation_and_holds_the_share(given_share: tuple[int, int]) -> None:
    x, n = given_share
    found, z = wilson(x, n), normal_point(0.95)
    low, value, high = float(found.low), float(found.value), float(found.high)
    assert 0 <= low <= value <= high <= 1
    for limit in (low, high):
        if 0 < limit < 1:  # |x/n - p| = z sqrt(p(1-p)/n)
            assert abs(value - limit) == pytest.approx(z * math.sqrt(limit * (1 - limit) / n), rel=1e-5, abs=1e-9)


@given(shares)
def test_wilson_of_a_larger_count_lies_higher(given_share: tuple[int, int]) -> None:
    x, n = given_share
    if x < n:
        here, there = wilson(x, n), wilson(x + 1, n)
        assert here.low <= there.low
        assert here.high <= there.high


@given(st.integers(0, 10**7))
def test_limits_of_counts_hold_the_count_and_rise(count: int) -> None:
    found, above = poisson_limits(count), poisson_limits(count + 1)
    assert 0 <= found.low <= count <= found.high
    # Where the methods change, at 10, the ends still rise.
    assert found.low <= above.low
    assert found.high <= above.high


def test_rate_is_the_count_by_people_times_per() -> None:
    found, count = rate([20.0, 3.0], [1_000.0, 500.0], per=100.0), poisson_limits([20.0, 3.0])
    np.testing.assert_allclose(found.low, 100 * count.low / [1_000, 500])
    np.testing.assert_allclose(found.value, [2.0, 0.6])


def test_unknown_figures_stay_unknown_among_known_ones() -> None:
    for found in (wilson([np.nan, 5, 5], [10, np.nan, 10]), rate([np.nan, 5, 5], [10, np.nan, 10])):
        assert np.isnan(found.low).tolist() == np.isnan(found.high).tolist() == [True, True, False]


@pytest.mark.parametrize(("x", "n"), [(-1, 10), (11, 10), (0, 0)])
def test_what_is_no_share_is_refused(x: int, n: int) -> None:
    with pytest.raises(NotAShare):
        wilson([5, x], [10, n])


@pytest.mark.parametrize("work", [lambda: rate(5, 0), lambda: poisson_limits(-1), lambda: byar([-2.0, 1.0])])
def test_what_is_no_count_is_refused(work: object) -> None:
    with pytest.raises(NotACount) as refused:
        work()  # type: ignore[operator]
    assert isinstance(refused.value, Refused)
    assert "above nothing" in str(refused.value)
