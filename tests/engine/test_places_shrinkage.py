"""Empirical Bayes: loops straight from the formula, and what shrinking must do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from commongoal.places.engine.shrinkage import shrink, spread_of

figures = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 3_000)), min_size=1, max_size=25)


def slow(counts: list[float], people: list[float], around: list[list[int]]) -> list[tuple[float, float]]:
    """Shrunk rate and weight of each area, by Marshall's formula over the areas around it."""
    out = []
    for place, areas in enumerate(around):
        every = sum(people[a] for a in areas)
        m = sum(counts[a] for a in areas) / every
        s2 = sum(people[a] * (counts[a] / people[a] - m) ** 2 for a in areas) / every
        spread = max(0.0, s2 - m / (every / len(areas)))
        chance = m / people[place]
        weight = spread / (spread + chance) if spread + chance > 0 else 0.0
        out.append((weight * counts[place] / people[place] + (1 - weight) * m, weight))
    return out


@given(figures)
def test_whole_map_is_as_the_loops_have_it(areas: list[tuple[int, int]]) -> None:
    counts, people = [float(x) for x, _ in areas], [float(n) for _, n in areas]
    found = shrink(counts, people)
    wanted = slow(counts, people, [list(range(len(areas)))] * len(areas))
    np.testing.assert_allclose(found.shrunk, [value for value, _ in wanted], atol=1e-9)
    np.testing.assert_allclose(found.weight, [weight for _, weight in wanted], atol=1e-6)
    between = np.sort(np.stack([found.raw, found.towards]), axis=0)
    assert ((between[0] - 1e-12 <= found.shrunk) & (found.shrunk <= between[1] + 1e-12)).all()


def test_neighbours_only_are_as_the_loops_have_it() -> None:
    rng = np.random.default_rng(2)
    touching = np.triu(rng.random((30, 30)) < 0.2, 1)
    touching = touching | touching.T
    people = rng.integers(100, 2_000, 30).astype(float)
    counts = rng.poisson(0.05 * people * rng.gamma(4, 0.25, 30)).astype(float)
    found = shrink(counts, people, csr_array(touching.astype(float)))
    around = [[place, *np.flatnonzero(touching[place])] for place in range(30)]
    wanted = slow(counts.tolist(), people.tolist(), around)
    np.testing.assert_allclose(found.shrunk, [value for value, _ in wanted], atol=1e-12)
    np.testing.assert_allclose(found.weight, [weight for _, weight in wanted], atol=1e-9)


def test_small_areas_are_pulled_most_and_said_to_be_too_few() -> None:
    rng = np.random.default_rng(3)
    people = np.array([20.0, *([1_000.0] * 99)])
    counts = np.array([4.0, *rng.poisson(50 * rng.gamma(4, 0.25, 99))])
    found = shrink(counts, people)
    assert found.weight[0] < 0.5 < found.weight[1:].min()
    assert found.too_few.tolist() == [True, *([False] * 99)]
    assert found.shrunk[0] < 0.15 < found.raw[0]


def test_shrunk_rates_are_nearer_the_truth() -> None:
    rng = np.random.default_rng(4)
    people = np.round(np.exp(rng.normal(4.5, 0.7, 400))) + 1
    truth = 0.05 * rng.gamma(6, 1 / 6, 400)
    found = shrink(rng.poisson(truth * people), people)
    assert ((found.shrunk - truth) ** 2).mean() < 0.6 * ((found.raw - truth) ** 2).mean()


def test_spread_is_found_and_is_none_where_chance_explains_all() -> None:
    rng = np.random.default_rng(5)
    people = np.full(4_000, 1_000.0)
    assert spread_of(rng.poisson(50 * rng.gamma(4, 0.25, 4_000)), people) == pytest.approx(0.25, abs=0.02)
    assert spread_of(rng.poisson(50, 4_000), people) < 0.002
    assert spread_of([0.0, 0.0], [10.0, 10.0]) == spread_of([np.nan], [10.0]) == 0.0


def test_areas_without_a_figure_are_left_out_of_every_sum() -> None:
    found, without = shrink([5.0, np.nan, 9.0, 3.0], [100.0, 100.0, 100.0, 0.0]), shrink([5.0, 9.0], [100.0, 100.0])
    assert np.isnan(found.shrunk).tolist() == np.isnan(found.weight).tolist() == [False, True, False, True]
    np.testing.assert_allclose(found.shrunk[[0, 2]], without.shrunk)
