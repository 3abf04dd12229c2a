"""Whether hot spots are found where they are, and not where they are not: planted clusters in generated maps.

Half of the maps are lattices of 400 areas with 1,000 people each; half are irregular: 300 areas round scattered points,
whose neighbours are those of a Voronoi map, with populations that differ as those of small areas do. In half of each
the risk is the same everywhere but in the clusters; in the other half it differs from area to area besides (standard
deviation 30% of the mean) without any order on the map. 200 maps have two clusters of 13 areas with more than the
general risk (half as much again, or twice as much where areas differ); 200 have none.

* Maps without a cluster: local Moran, Gi* (each with the rate of false discoveries held at 5%) and the scan find
  nothing in at least 95%.
* Maps with clusters: of what a method names, the share that is no discovery is at most 5% on average (the upper end of
  its interval does not exceed it). A discovery is false when its window, the area and its neighbours (for the scan: the
  circle), touches no planted area; how far names spread beyond the clusters themselves is printed too.

Power is printed as it is: the share of planted areas named hot, and of maps in which any was.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from bench.places_lattice import lattice
from scipy.sparse import coo_array, csr_array
from scipy.spatial import Delaunay

from commongoal.places.engine.hot_spots import FALSE_DISCOVERIES, HotSpots, Label, getis_ord, local_moran
from commongoal.places.engine.intervals import wilson
from commongoal.places.engine.scan import Scan, scan

SEED = 20_261_122
RUNS = 200
LATTICE, IRREGULAR = 400, 300
GENERAL_RISK, DIFFER = 0.05, 0.09
CLUSTERS, CLUSTER_SIZE = 2, 13
TIMES = {0.0: 1.5, DIFFER: 2.0}
REPLICAS = 199  # the chance of the scan is exact for any number of replicas; fewer cost power
METHODS = ("moran", "getis", "scan")
SAID_NOTHING = {Label.NOTHING, Label.NO_FIGURE, Label.ALONE}


@dataclass(frozen=True)
class Case:
    """One map: its kind, how areas differ (variance of the risk over its squared mean), how many clusters, its seed."""

    irregular: bool
    spread: float
    clusters: int
    seed: int


@dataclass(frozen=True)
class Seen:
    """What one method made of one map: how many it named, how many of them false, and two shares of areas.

    `outside` is the share of named areas in no cluster, `found` that of planted areas named hot.
    """

    named: int
    false: int
    outside: float
    found: float


def drawn(case: Case) -> tuple[np.ndarray, csr_array, np.ndarray, np.ndarray, np.ndarray]:
    """Centres, neighbours, people, counts and which areas are planted."""
    rng = np.random.default_rng(case.seed)
    if case.irregular:
        centres, touching = scattered(IRREGULAR, rng)
        people = np.round(np.exp(rng.normal(np.log(800), 0.6, IRREGULAR))) + 50
    else:
        centres, touching = lattice(LATTICE)
        people = np.full(LATTICE, 1_000.0)
    planted = np.zeros(len(people), dtype=bool)
    for centre in rng.choice(len(people), case.clusters, replace=False):
        far = ((centres - centres[centre]) ** 2).sum(axis=1)
        planted[np.argsort(far, kind="stable")[:CLUSTER_SIZE]] = True
    risk = GENERAL_RISK * np.where(planted, TIMES[case.spread], 1.0)
    if case.spread:
        risk = risk * rng.gamma(1 / case.spread, case.spread, len(risk))
    return centres, touching, people, rng.poisson(risk * people).astype(float), planted


def scattered(areas: int, rng: np.random.Generator) -> tuple[np.ndarray, csr_array]:
    """Points denser towards one corner, as a town is, and which of their Voronoi cells touch."""
    centres = rng.uniform(0, 1, (areas, 2)) ** 1.5
    sides = Delaunay(centres).simplices[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    both = np.concatenate([sides, sides[:, ::-1]])
    touching = coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(areas, areas)).tocsr()
    return centres, (touching != 0).astype(float).tocsr()


def looked_at(case: Case) -> dict[str, Seen]:
    """What every method makes of the map."""
    centres, touching, people, counts, planted = drawn(case)
    near = planted | ((touching @ planted) > 0)
    return {
        "moran": of_map(local_moran(counts, people, touching, case.seed), planted, near),
        "getis": of_map(getis_ord(counts, people, touching, case.seed), planted, near),
        "scan": of_scan(scan(counts, people, centres, case.seed, replicas=REPLICAS), planted),
    }


def of_map(result: HotSpots, planted: np.ndarray, near: np.ndarray) -> Seen:
    named = np.array([label not in SAID_NOTHING for label in result.labels])
    found = float(result.hot[planted].mean()) if planted.any() else 0.0
    outside = float((named & ~planted).sum() / max(named.sum(), 1))
    return Seen(int(named.sum()), int((named & ~near).sum()), outside, found)


def of_scan(result: Scan, planted: np.ndarray) -> Seen:
    """Circles are what the scan names: one is false when it holds no planted area."""
    hot = np.zeros(len(planted), dtype=bool)
    for cluster in result.found:
        hot[list(cluster.areas)] = True
    false = sum(not planted[list(cluster.areas)].any() for cluster in result.found)
    outside = float((hot & ~planted).sum() / max(hot.sum(), 1))
    return Seen(len(result.found), false, outside, float(hot[planted].mean()) if planted.any() else 0.0)


def cases(runs: int, clusters: int, first: int = SEED) -> list[Case]:
    """So many maps, a quarter of each kind."""
    kinds = [(irregular, spread) for irregular in (False, True) for spread in TIMES]
    return [Case(*kinds[run % len(kinds)], clusters, first + run + 1_000_000 * clusters) for run in range(runs)]


def without(seen: list[Seen]) -> dict[str, float | list[float]]:
    """In what share of maps nothing was named, with its 95% interval."""
    quiet = sum(one.named == 0 for one in seen)
    limits = wilson(quiet, len(seen))
    return {"quiet": quiet / len(seen), "interval": [round(float(limits.low), 4), round(float(limits.high), 4)]}


def with_clusters(seen: list[Seen]) -> dict[str, float | list[float]]:
    """The mean share of false discoveries with its Monte-Carlo interval, and the power."""
    false = np.array([one.false / max(one.named, 1) for one in seen])
    middle, error = float(false.mean()), float(false.std(ddof=1) / np.sqrt(len(false))) if len(false) > 1 else 0.0
    return {
        "false": round(middle, 4),
        "interval": [round(max(middle - 1.96 * error, 0.0), 4), round(middle + 1.96 * error, 4)],
        "beyond_edge": round(float(np.mean([one.outside for one in seen])), 4),
        "planted_found": round(float(np.mean([one.found for one in seen])), 4),
        "maps_found": round(float(np.mean([one.found > 0 for one in seen])), 4),
    }


def proved(runs: int, looks: Iterable[tuple[Case, dict[str, Seen]]]) -> dict[str, object]:
    """The rows of the proof and whether it holds."""
    every = list(looks)
    rows: dict[str, dict[str, object]] = {}
    for name in METHODS:
        empty = without([seen[name] for case, seen in every if not case.clusters])
        full = with_clusters([seen[name] for case, seen in every if case.clusters])
        rows[name] = {"without": empty, "with": full}
    ok = all(
        row["without"]["quiet"] >= 1 - FALSE_DISCOVERIES and row["with"]["interval"][1] <= FALSE_DISCOVERIES
        for row in rows.values()
    )
    return {"name": "places_clusters", "maps": 2 * runs, "rows": rows, "ok": ok}


def shown(result: dict[str, object]) -> None:
    print("method   nothing in maps without        false discoveries            beyond edge  planted found  maps found")
    for name, row in result["rows"].items():
        a, b = row["without"], row["with"]
        print(f"{name:8} {a['quiet']:6.1%} ({a['interval'][0]:.1%} to {a['interval'][1]:.1%})  "
              f"{b['false']:8.1%} ({b['interval'][0]:.1%} to {b['interval'][1]:.1%})  {b['beyond_edge']:12.1%} "
              f"{b['planted_found']:14.1%} {b['maps_found']:11.1%}")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="maps with clusters, and as many without")
    parser.add_argument("--seed", type=int, default=SEED, help="of the first map: other maps than those of the page")
    args = parser.parse_args()
    runs = args.runs
    began = time.monotonic()
    asked = cases(runs, 0, args.seed) + cases(runs, CLUSTERS, args.seed)
    with ProcessPoolExecutor(2) as pool:
        result = proved(runs, zip(asked, pool.map(looked_at, asked, chunksize=5), strict=True))
    shown(result)
    print(json.dumps(result | {"seconds": round(time.monotonic() - began, 1)}))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
