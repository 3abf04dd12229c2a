"""Hot spots: against esda, against every deal of a small map counted out, and in maps that are planted."""

import subprocess
import sys
import warnings
from itertools import combinations

import numpy as np
import pytest
from bench.places_lattice import lattice, lattice_bench
from proof.places_clusters import cases, looked_at, proved, scattered
from scipy.sparse import csr_array

from commongoal.places.engine.hot_spots import (
    HotSpots,
    Label,
    deviates,
    false_discovery,
    getis_ord,
    global_moran,
    local_moran,
)
from commongoal.places.engine.shrinkage import shrink

RUNS = 10  # of each kind, twenty in all


def small_map(areas: int = 9, seed: int = 1) -> tuple[np.ndarray, np.ndarray, csr_array]:
    rng = np.random.default_rng(seed)
    touching = scattered(areas, rng)[1]
    people = rng.integers(500, 2_000, areas).astype(float)
    return rng.poisson(people * 0.05 * rng.gamma(4, 0.25, areas)).astype(float), people, touching


def larger_map() -> tuple[np.ndarray, np.ndarray, csr_array]:
    return small_map(250, 7)


def two_sided(deals: list[float], seen: float) -> float:
    above, below = (np.mean([deal * sign >= seen * sign - 1e-9 for deal in deals]) for sign in (1, -1))
    return min(1.0, 2 * min(above, below))


def test_deviates_are_marshalls() -> None:
    counts, people, _ = larger_map()
    found = shrink(counts, people)
    for place, z in enumerate(deviates(counts, people)):
        m, spread = found.towards[place], found.spread[place]
        assert z == pytest.approx((counts[place] / people[place] - m) / np.sqrt(spread + m / people[place]))


def test_chances_are_those_of_every_deal_counted_out() -> None:
    counts, people, touching = small_map()
    y = deviates(counts, people)
    y = y - y.mean()
    moran, getis = local_moran(counts, people, touching, 1), getis_ord(counts, people, touching, 1)
    for place in range(len(y)):
        near = np.flatnonzero(touching[[place]].toarray()[0])
        others = [other for other in range(len(y)) if other != place]
        held = [sum(y[list(deal)]) for deal in combinations(others, len(near))]
        every = [sum(y[list(deal)]) for deal in combinations(range(len(y)), len(near) + 1)]
        assert moran.p[place] == pytest.approx(two_sided(held, y[near].sum()), abs=0.02)
        assert getis.p[place] == pytest.approx(two_sided(every, y[near].sum() + y[place]), abs=0.02)


@pytest.mark.slow
def test_statistics_and_chances_are_those_of_esda() -> None:
    counts, people, touching = larger_map()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import esda
        from libpysal.weights import WSP

        z, w = deviates(counts, people), WSP(touching).to_W(silence_warnings=True)
        theirs = esda.Moran_Local(z, w, permutations=1_999, seed=1)
        # Gi* does not change with the zero of the scale; esda divides by the sum, so that it must not be negative.
        g = esda.G_Local(z + 10, w, transform="B", star=True, permutations=0)
        whole = esda.Moran(z, w, permutations=0)
    ours = local_moran(counts, people, touching, 1)
    np.testing.assert_allclose(ours.statistic, theirs.Is, atol=1e-9)
    # esda's chance is that of one side.
    np.testing.assert_allclose(ours.p, np.minimum(2 * theirs.p_sim, 1), atol=0.06)
    np.testing.assert_allclose(getis_ord(counts, people, touching, 1).statistic, g.Zs, atol=1e-9)
    together = global_moran(counts, people, touching)
    assert (together.statistic, together.expected, together.p) == (
        pytest.approx(whole.I), pytest.approx(whole.EI), pytest.approx(whole.p_rand, abs=1e-9),
    )  # fmt: skip


def test_false_discovery_is_the_step_up_rule() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        p = np.round(rng.random(30) ** 3, 2)  # with ties
        q = false_discovery(p)
        for rate in (0.01, 0.05, 0.2):
            ranked = sorted(p)
            passing = [k for k, value in enumerate(ranked, start=1) if value <= rate * k / len(p) + 1e-12]
            limit = ranked[passing[-1] - 1] if passing else -1.0
            assert ((q <= rate + 1e-12) == (p <= limit)).all()
    assert np.isnan(false_discovery(np.array([0.01, np.nan, 0.5]))).tolist() == [False, True, False]
    np.testing.assert_allclose(false_discovery(np.array([0.01, np.nan, 0.5])), [0.02, np.nan, 0.5])


def planted() -> tuple[np.ndarray, np.ndarray, csr_array]:
    """A block of high rates, a block of low ones, and one high area among the low."""
    _, touching = lattice(400)
    row, column = np.divmod(np.arange(400), 20)
    risk = np.full(400, 0.05)
    risk[(row < 5) & (column < 5)] = 0.1
    risk[(row > 13) & (column > 13)] = 0.02
    risk[16 * 20 + 16] = 0.2
    return np.random.default_rng(1).poisson(1_000 * risk).astype(float), np.full(400, 1_000.0), touching


def test_planted_blocks_are_labelled() -> None:
    counts, people, touching = planted()
    moran, getis = local_moran(counts, people, touching, 1), getis_ord(counts, people, touching, 1)
    assert moran.labels[2 * 20 + 2] == getis.labels[2 * 20 + 2] == Label.HOT
    assert moran.labels[18 * 20 + 18] == getis.labels[18 * 20 + 18] == Label.COLD
    assert moran.labels[16 * 20 + 16] == Label.HIGH_BESIDE_LOW
    assert moran.hot.sum() >= 15
    assert moran.cold.sum() >= 10
    assert np.mean([label == Label.NOTHING for label in moran.labels]) > 0.8


@pytest.mark.parametrize("work", [local_moran, getis_ord])
def test_the_same_seed_says_the_same_and_figures_that_are_missing_are_left_out(work: object) -> None:
    counts, people, touching = planted()
    counts[[0, 7]] = np.nan
    people[9] = 0.0
    first: HotSpots = work(counts, people, touching, 5)  # type: ignore[operator]
    again: HotSpots = work(counts, people, touching, 5)  # type: ignore[operator]
    assert first.labels == again.labels
    np.testing.assert_array_equal(first.p, again.p)
    gone = [0, 7, 9]
    assert np.isnan(first.p[gone]).all()
    assert not np.isnan(np.delete(first.p, gone)).any()
    assert [first.labels[place] for place in gone] == [Label.NO_FIGURE] * 3
    kept = np.delete(np.arange(400), gone)
    alone: HotSpots = work(counts[kept], people[kept], touching[kept][:, kept], 5)  # type: ignore[operator]
    np.testing.assert_allclose(first.statistic[kept], alone.statistic)
    assert tuple(np.array(first.labels)[kept]) == alone.labels


def test_an_area_without_neighbours_is_said_to_be_alone() -> None:
    counts, people, touching = planted()
    dense = touching.toarray()
    dense[5, :] = dense[:, 5] = 0
    found = local_moran(counts, people, csr_array(dense), 1)
    assert found.labels[5] == Label.ALONE
    assert np.isnan(found.p[5])


def test_maps_on_which_nothing_can_be_said() -> None:
    _, touching = lattice(25)
    for counts, people in ((np.zeros(25), np.full(25, 10.0)), (np.full(25, np.nan), np.ones(25)),
                           (np.full(25, 5.0), np.full(25, 100.0))):  # fmt: skip
        for work in (local_moran, getis_ord):
            assert set(work(counts, people, touching, 1).labels) <= {Label.NOTHING, Label.NO_FIGURE}
        assert global_moran(counts, people, touching).p == 1.0
    two = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert set(local_moran([5.0, 9.0], [50.0, 50.0], two, 1).labels) == {Label.NOTHING}


def test_nothing_heavy_is_loaded() -> None:
    code = (
        "import sys, numpy as np; from scipy.sparse import csr_array; "
        "from commongoal.places.engine.hot_spots import local_moran; "
        "from commongoal.places.engine.scan import scan; "
        "local_moran(np.arange(4.), np.full(4, 9.), csr_array(np.ones((4, 4))), 1); "
        "scan(np.arange(4.), np.full(4, 9.), np.arange(8.).reshape(4, 2), 1, replicas=9); "
        "sys.exit(' '.join({'numba', 'pandas', 'geopandas', 'esda', 'libpysal', 'sklearn'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.stderr.strip() == ""


@pytest.mark.slow
def test_the_proof_holds_in_small() -> None:
    asked = cases(RUNS, 0) + cases(RUNS, 2)
    result = proved(RUNS, [(case, looked_at(case)) for case in asked])
    for row in result["rows"].values():  # ten maps tell less than two hundred
        assert row["without"]["quiet"] >= 0.8
        assert row["with"]["false"] <= 0.1
        assert row["with"]["maps_found"] > 0.9
        assert row["with"]["planted_found"] > 0.4


def test_the_bench_finds_what_it_planted() -> None:
    found = lattice_bench(900, replicas=39)
    assert found["ok"], found
    assert found["moran"]["peak_mb"] > 0
