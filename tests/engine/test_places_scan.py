"""The scan: every circle in loops, and what is found in planted maps."""

import math

import numpy as np
import pytest

from commongoal.places.engine.scan import TOGETHER, Scan, _Circles, log_ratio, scan


def drawn(areas: int = 40, seed: int = 1, times: float = 3.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centres, people = rng.uniform(0, 10_000, (areas, 2)), rng.integers(200, 3_000, areas).astype(float)
    far = ((centres - centres[3]) ** 2).sum(axis=1)
    planted = np.argsort(far)[:5]
    risk = np.full(areas, 0.05)
    risk[planted] *= times
    return rng.poisson(people * risk).astype(float), people, centres, planted


def slow_circles(
    counts: np.ndarray, people: np.ndarray, centres: np.ndarray, largest: float, most: int
) -> list[tuple[float, frozenset[int]]]:
    """The ratio of every circle with more than its share."""
    out, total, everybody = [], counts.sum(), people.sum()
    for centre in range(len(counts)):
        order = sorted(range(len(counts)), key=lambda a: math.dist(centres[centre], centres[a]))[:most]
        for size in range(1, len(order) + 1):
            inside = order[:size]
            c, n = sum(counts[inside]), sum(people[inside])
            e = total * n / everybody
            if n <= largest * everybody and size < len(counts) and c > e:
                rest = (total - c) * math.log((total - c) / (total - e)) if c < total else 0.0
                out.append((c * math.log(c / e) + rest, frozenset(inside)))
    return out


@pytest.mark.parametrize(("largest", "most", "seed"), [(0.5, 40, 1), (0.2, 40, 2), (0.5, 6, 3), (1.0, 40, 4)])
def test_the_highest_ratio_is_that_of_loops_over_every_circle(largest: float, most: int, seed: int) -> None:
    for times in (1.0, 3.0):
        counts, people, centres, _ = drawn(seed=seed, times=times)
        ratio, areas = max(slow_circles(counts, people, centres, largest, most), key=lambda found: found[0])
        circles = _Circles.round(centres, people, counts.sum(), largest, most)
        others = [drawn(seed=seed + number)[0] for number in range(TOGETHER)]
        highest = circles.highest([*others, counts, counts])
        assert highest[-2:] == pytest.approx([ratio, ratio], rel=1e-5)
        assert highest[:3] == pytest.approx([circles.highest([one])[0] for one in others[:3]], rel=1e-12)
        first = scan(counts, people, centres, 1, replicas=19, largest=largest, most_areas=most).clusters[0]
        assert first.ratio == pytest.approx(ratio, rel=1e-9)
        assert frozenset(first.areas) == areas
        inside = list(areas)
        assert first.count == counts[inside].sum()
        assert first.expected == pytest.approx(counts.sum() * people[inside].sum() / people.sum())
        outside = np.delete(np.arange(40), inside)
        rates = [counts[part].sum() / people[part].sum() for part in (inside, outside)]
        assert first.risk == pytest.approx(rates[0] / rates[1])


def test_the_bound_never_falls_short() -> None:
    """What lets the scan pass over circles without logarithms."""
    rng = np.random.default_rng(5)
    total = 500.0
    expected = rng.uniform(0.01, 499.9, 20_000)
    count = np.minimum(expected + rng.exponential(30, 20_000), total)
    bound = (count - expected) ** 2 * (1 / (2 * expected) + 1 / (total - expected))
    assert (log_ratio(count, expected, total) <= bound * (1 + 1e-12)).all()


def test_planted_cluster_is_found_where_it_is() -> None:
    counts, people, centres, planted = drawn()
    found = scan(counts, people, centres, 1)
    assert found.clusters[0].p <= 0.01
    assert scan(counts, people, centres, 1, spread=0.0).clusters[0].p == pytest.approx(1 / 1_000)
    assert set(planted) == set(found.clusters[0].areas)
    assert 2 < found.clusters[0].risk < 4


def test_clusters_share_no_area_and_come_in_order() -> None:
    counts, people, centres, _ = drawn(120, 6)
    far = ((centres - centres[3]) ** 2).sum(axis=1)
    counts[np.argsort(far)[-6:]] *= 3
    found = scan(counts, people, centres, 1, spread=0.0)
    assert len(found.found) >= 2
    areas = [area for cluster in found.clusters for area in cluster.areas]
    assert len(areas) == len(set(areas))
    assert [c.ratio for c in found.clusters] == sorted((c.ratio for c in found.clusters), reverse=True)
    assert [c.p for c in found.clusters] == sorted(c.p for c in found.clusters)


def test_chance_is_even_where_there_is_no_cluster() -> None:
    found = [scan(*drawn(40, seed, 1.0)[:3], seed, replicas=99).clusters[0].p for seed in range(80)]
    assert np.mean(np.array(found) <= 0.05) <= 0.13
    assert 0.4 < np.mean(found) < 0.65


def test_areas_that_merely_differ_are_a_cluster_to_the_plain_test_only() -> None:
    rng = np.random.default_rng(8)
    plain, ours = [], []
    for seed in range(20):
        centres, people = rng.uniform(0, 10, (100, 2)), np.full(100, 1_000.0)
        counts = rng.poisson(50 * rng.gamma(4, 0.25, 100)).astype(float)
        plain.append(len(scan(counts, people, centres, seed, replicas=39, spread=0.0).found) > 0)
        ours.append(len(scan(counts, people, centres, seed, replicas=39).found) > 0)
    assert np.mean(plain) > 0.9
    assert np.mean(ours) < 0.25


def test_missing_figures_are_left_out_and_places_stay_their_own() -> None:
    counts, people, centres, planted = drawn()
    counts = np.concatenate([[np.nan, 5.0], counts])
    people, centres = np.concatenate([[100.0, 0.0], people]), np.concatenate([[[0, 0], [1, 1]], centres])
    found = scan(counts, people, centres, 1, replicas=99)
    assert found.left_out == 2
    assert set(found.clusters[0].areas) == {area + 2 for area in planted}


def test_maps_on_which_nothing_can_be_said() -> None:
    for counts in ([0.0, 0.0, 0.0], [np.nan] * 3, [5.0, np.nan, np.nan]):
        assert scan(counts, [10.0] * 3, np.eye(3)[:, :2], 1, replicas=9).clusters == ()


def test_the_same_seed_says_the_same() -> None:
    one, two = (scan(*drawn()[:3], 4, replicas=49) for _ in range(2))
    assert isinstance(one, Scan)
    assert one == two


def test_areas_at_one_spot_are_each_their_own_centre() -> None:
    circles = _Circles.round(np.zeros((4, 2)), np.ones(4), 4.0, 0.5, 4)
    assert circles.nearest[:, 0].tolist() == [0, 1, 2, 3]
