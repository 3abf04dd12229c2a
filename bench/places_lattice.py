"""Hot spots of a generated lattice of 35,000 areas, as many as England has small areas: what `bench/places.py` calls.

Counts are drawn at 5% of populations that differ as those of small areas do, in areas whose risk differs, with twenty
clusters of fifty areas at twice the risk. `esda` and numba are not loaded. Memory is what the work adds at its peak.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_array, diags_array, eye_array, kron
from scipy.spatial import cKDTree

from commongoal.places.engine.concentration import top_share
from commongoal.places.engine.hot_spots import HotSpots, getis_ord, local_moran
from commongoal.places.engine.scan import Scan, scan
from commongoal.places.engine.shrinkage import shrink

AREAS = 35_000
AREAS_TO_A_CLUSTER, CLUSTER_SIZE, RISK = 1_750, 50, 2.0
SEED = 20_261_122


def lattice(areas: int) -> tuple[np.ndarray, csr_array]:
    """Centres (areas, 2) and who touches whom, corners too, of a lattice of rows of equal length, nearly a square."""
    columns = int(np.sqrt(areas))
    columns = next(c for c in range(columns, 0, -1) if areas % c == 0)
    rows = areas // columns

    def line(length: int) -> csr_array:
        beside = np.ones(length - 1)
        return diags_array([beside, beside], offsets=[-1, 1]) + eye_array(length)

    centres = np.stack(np.divmod(np.arange(areas), columns)[::-1], axis=1).astype(float)
    touching = csr_array(kron(line(rows), line(columns))) - eye_array(areas, format="csr")
    touching.eliminate_zeros()
    return centres, touching


def counted(centres: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, people and which areas lie in a planted cluster."""
    rng, areas = np.random.default_rng(seed), len(centres)
    people = np.round(np.exp(rng.normal(np.log(1_000), 0.25, areas)))
    inside = np.zeros(areas, dtype=bool)
    found = cKDTree(centres).query(
        centres[rng.choice(areas, max(areas // AREAS_TO_A_CLUSTER, 1), replace=False)], k=min(CLUSTER_SIZE, areas)
    )
    inside[found[1].ravel()] = True
    risk = 0.05 * rng.gamma(1 / 0.09, 0.09, areas) * np.where(inside, RISK, 1.0)
    return rng.poisson(risk * people).astype(float), people, inside


def timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What the work gives, and its wall and processor seconds."""
    began, used = time.perf_counter(), time.process_time()
    out = work()
    took = {"seconds": round(time.perf_counter() - began, 2), "cpu_seconds": round(time.process_time() - used, 2)}
    return out, took


def peak(work: Callable[[], Any]) -> float:
    """Memory in MB that the work adds at its peak, of what Python and numpy ask for. Tracing slows it: never timed."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return round(most / 1e6, 1)


def found_of(result: HotSpots | Scan, inside: np.ndarray) -> dict[str, float]:
    """How much of what was planted is found, so that speed is not bought with blindness."""
    if isinstance(result, Scan):
        hot = np.zeros(len(inside), dtype=bool)
        for cluster in result.found:
            hot[list(cluster.areas)] = True
    else:
        hot = result.hot
    return {"hot": int(hot.sum()), "of_planted": round(float(hot[inside].mean()), 3)}


def measured(store: object = None) -> dict[str, Any]:
    """The full size, as `bench/places.py` asks for it; it needs nothing from the store."""
    return lattice_bench()


def lattice_bench(areas: int = AREAS, replicas: int = 999) -> dict[str, Any]:
    """Seconds, memory and what is found, for each method, on a lattice of so many areas."""
    centres, touching = lattice(areas)
    counts, people, inside = counted(centres, SEED)
    out: dict[str, Any] = {"areas": areas, "planted": int(inside.sum()), "replicas": replicas}
    works: dict[str, Callable[[int], HotSpots | Scan]] = {
        "moran": lambda _: local_moran(counts, people, touching, SEED),
        "getis": lambda _: getis_ord(counts, people, touching, SEED),
        "scan": lambda number: scan(counts, people, centres, SEED, replicas=number),
    }
    for name, work in works.items():
        result, took = timed(lambda work=work: work(replicas))
        # Every map drawn by the scan takes the same memory, so a few show its peak.
        out[name] = {**took, "peak_mb": peak(lambda work=work: work(min(replicas, 3))), **found_of(result, inside)}
    _, out["shrunk"] = timed(lambda: shrink(counts, people, touching))
    _, out["top_tenth"] = timed(lambda: top_share(counts, people, 0.1))
    out["numba"] = "numba" in sys.modules
    out["ok"] = not out["numba"] and min(out[name]["of_planted"] for name in works) > 0.5
    return out
