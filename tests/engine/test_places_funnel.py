"""Funnels: limits against sums of chances, overdispersion, and labels that chance alone gives at the stated rate."""

import math

import numpy as np
import pytest
from scipy.stats import binom, poisson

from commongoal.places.engine.funnel import (
    Beyond,
    funnel_of_counts,
    funnel_of_shares,
    limits_of_counts,
    limits_of_shares,
    overdispersion,
)


def slow_limit(cumulative: list[float], p: float) -> float:
    """Spiegelhalter's interpolation over the chances of 0, 1, 2, ... added up one by one."""
    r = next(n for n, total in enumerate(cumulative) if total >= p)
    below = cumulative[r - 1] if r else 0.0
    return r - (cumulative[r] - p) / (cumulative[r] - below)


@pytest.mark.parametrize(("size", "share"), [(20, 0.3), (150, 0.05), (400, 0.5)])
def test_limits_of_shares_are_those_of_chances_added_up(size: int, share: float) -> None:
    total, cumulative = 0.0, []
    for n in range(size + 1):
        total += math.comb(size, n) * share**n * (1 - share) ** (size - n)
        cumulative.append(total)
    found = limits_of_shares([size], share)
    for limit, p in ((found.low, 0.025), (found.high, 0.975), (found.lowest, 0.001), (found.highest, 0.999)):
        assert float(limit[0]) == pytest.approx(max(slow_limit(cumulative, p), 0.0) / size, abs=1e-9)


def test_limits_of_counts_are_those_of_chances_added_up() -> None:
    for expected in (0.5, 12.3, 80.0):
        cumulative = np.cumsum([poisson.pmf(n, expected) for n in range(300)]).tolist()
        found = limits_of_counts([expected])
        for limit, p in ((found.low, 0.025), (found.high, 0.975), (found.lowest, 0.001), (found.highest, 0.999)):
            assert float(limit[0]) == pytest.approx(max(slow_limit(cumulative, p), 0.0) / expected, abs=1e-9)


def test_limits_close_in_as_areas_grow() -> None:
    found = funnel_of_shares([50.0, 60.0, 700.0], [1_000.0, 1_000.0, 14_000.0]).curve
    assert (np.diff(found.high - found.low) < 1e-3).all()
    assert found.high[0] - found.low[0] > 3 * (found.high[-1] - found.low[-1])
    assert ((found.lowest <= found.low) & (found.low < found.high) & (found.high <= found.highest)).all()


def test_chance_alone_puts_as_many_beyond_as_stated() -> None:
    rng = np.random.default_rng(1)
    people = rng.integers(500, 5_000, 20_000)
    found = funnel_of_shares(rng.binomial(people, 0.05), people, 0.05)
    assert not found.overdispersed
    assert np.mean([label != Beyond.WITHIN for label in found.labels]) == pytest.approx(0.05, abs=0.012)
    outer = [label in (Beyond.ABOVE_OUTER, Beyond.BELOW_OUTER) for label in found.labels]
    assert np.mean(outer) == pytest.approx(0.002, abs=0.001)


def test_areas_that_differ_widen_the_limits_and_it_is_said() -> None:
    rng = np.random.default_rng(2)
    people = rng.integers(800, 1_500, 206)
    counts = rng.binomial(people, np.clip(0.05 * rng.gamma(4, 0.25, 206), 0, 1)).astype(float)
    found = funnel_of_shares(counts, people)
    assert found.overdispersed
    assert found.overdispersion > 5
    plain = limits_of_shares(people, found.reference)
    width = (found.at.high - found.reference) / (plain.high - found.reference)
    np.testing.assert_allclose(width, math.sqrt(found.overdispersion))
    assert np.mean([label == Beyond.WITHIN for label in found.labels]) > 0.85


def test_overdispersion_is_its_formula_and_one_outlier_does_not_make_it() -> None:
    scores = np.random.default_rng(3).normal(size=100)
    ranked = sorted(scores)
    low, high = np.quantile(ranked, 0.1), np.quantile(ranked, 0.9)
    wanted = sum(min(max(z, low), high) ** 2 for z in ranked) / 100
    assert overdispersion(scores)[0] == pytest.approx(wanted)
    assert overdispersion(np.append(scores, 40.0))[1] is False
    assert overdispersion(scores * 3)[1] is True
    assert overdispersion([np.nan]) == (1.0, False)


def test_labels_say_where_an_area_stands() -> None:
    people = np.full(45, 1_000.0)
    counts = np.array([*([100.0] * 40), 180.0, 125.0, 75.0, 40.0, np.nan])
    found = funnel_of_shares(counts, people, 0.1)
    assert found.labels == (
        *([Beyond.WITHIN] * 40), Beyond.ABOVE_OUTER, Beyond.ABOVE_INNER, Beyond.BELOW_INNER, Beyond.BELOW_OUTER,
        Beyond.NO_FIGURE,
    )  # fmt: skip
    assert binom.sf(124, 1_000, 0.1) < 0.025


def test_counts_by_those_expected_stand_about_one() -> None:
    found = funnel_of_counts([100.0, 95.0, 200.0, np.nan], [100.0, 100.0, 100.0, 5.0])
    assert found.reference == 1.0
    assert found.rates[2] == 2.0
    assert found.labels[3] == Beyond.NO_FIGURE
    assert found.scores[2] == pytest.approx(10.0)


def test_nothing_known_is_no_fault() -> None:
    found = funnel_of_shares([np.nan, 5.0], [10.0, 0.0])
    assert found.labels == (Beyond.NO_FIGURE, Beyond.NO_FIGURE)
