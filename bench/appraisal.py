"""How long the draws of an appraisal take beside numpy written by hand for this one case: 100 lines, 10 years, 10,000
draws.

Both take the same random numbers, draw every input as a triangle, and must end with the same net present value in every
draw. They run in turn, and medians are compared. The last line is one JSON object.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.engine.appraisals import cost, number, outcome, private, profile, small, tables, unit_value

from commongoal.valuation.engine.appraisal.chain import Chain, chain_of, weights
from commongoal.valuation.engine.appraisal.rules import appraisal_from
from commongoal.valuation.engine.appraisal.uncertainty import drawn

LINES, YEARS, DRAWS, REPEATS = 100, 10, 10_000, 7
RATE, LAG = 0.035, 6
TARGETS = {"draws": 1.5}


def spread(value: float) -> dict[str, Any]:
    return number(value, 0.8 * value, 1.2 * value)


def made() -> dict[str, Any]:
    """100 lines, each with a saving and earnings for each year in work, and one cost."""
    names = [f"line{i}" for i in range(LINES)]
    return small(
        conventions=small()["conventions"] | {"years": YEARS, "draws": DRAWS, "sampling": "random", "seed": 7},
        outcomes=[
            outcome(name, population=spread(300 + i), engagement=spread(0.7), retention=spread(0.6), impact=spread(0.3),
                    deadweight=spread(0.2), displacement=spread(0.1), attribution=spread(0.8))
            for i, name in enumerate(names)
        ],
        unit_values=[
            row for i, name in enumerate(names) for row in (
                unit_value(outcome=name, per="year") | spread(5000 + i),
                private("pay", outcome=name, per="year") | spread(9000),
            )
        ],
        profiles=[
            profile(name, lag_months=LAG, duration_months=spread(36), drop_off=spread(0.2)) for name in names
        ],
        costs=[cost(f"c{i}", amounts=[20_000.0] * 3, low=0.9, high=1.2) for i in range(LINES)],
    )  # fmt: skip


def by_engine(chain: Chain) -> np.ndarray:
    found, counted = drawn(chain), weights(chain.appraisal)
    return np.asarray(counted.public @ found.worth - counted.cost @ found.cost)


def triangles(share: np.ndarray, low: np.ndarray, mode: np.ndarray, high: np.ndarray) -> np.ndarray:
    width, left = high - low, mode - low
    below = low + np.sqrt(share * width * left)
    return np.where(share * width < left, below, high - np.sqrt((1 - share) * width * (high - mode)))


def by_hand(ends: np.ndarray) -> np.ndarray:
    """Written for this file alone: nine inputs a line, then two values a line, then costs; arrays of whole lines."""
    shares = np.random.default_rng(7).random((LINES * 12, DRAWS))
    x = triangles(shares, *(ends[:, i, None] for i in range(3)))
    lines = x[: LINES * 9].reshape(LINES, 9, DRAWS)
    values = x[LINES * 9 : LINES * 11].reshape(LINES, 2, DRAWS).sum(axis=1)
    population, engagement, retention, impact, dead, displaced, ours, months, drop = np.moveaxis(lines, 1, 0)
    jobs = population * engagement * retention * impact * (1 - dead) * ours * (1 - displaced)
    discount = (1 + RATE) ** -np.arange(YEARS)
    present, kept = np.zeros((LINES, DRAWS)), np.ones((LINES, DRAWS))
    for k in range(YEARS):
        left = months - 12 * k
        present += discount[k] * kept * np.clip(left, 0, 12 - LAG) / 12
        if k + 1 < YEARS:
            present += discount[k + 1] * kept * np.clip(left - (12 - LAG), 0, LAG) / 12
        kept = kept * (1 - drop)
    spent = x[LINES * 11 :].sum(axis=0) * 20_000 * discount[:3].sum()
    return np.asarray((jobs * values * present).sum(axis=0) - spent)


def seconds(work: Callable[[], np.ndarray]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> int:
    """Check that the numbers are the same, measure, print the JSON line; 1 when a target is missed."""
    chain = chain_of(appraisal_from(made()), tables(RATE))
    ends = np.array([[one.low, one.value, one.high] for one in chain.inputs])
    same = bool(np.allclose(by_engine(chain), by_hand(ends), rtol=1e-9))
    runs: dict[str, list[float]] = {"engine": [], "hand": []}
    for _ in range(REPEATS):
        runs["engine"].append(seconds(lambda: by_engine(chain)))
        runs["hand"].append(seconds(lambda: by_hand(ends)))
    medians = {name: statistics.median(times) for name, times in runs.items()}
    for name, median in medians.items():
        print(f"{name:<8}{median:7.3f} s, median of {REPEATS}")
    ratios = {"draws": round(medians["engine"] / medians["hand"], 2)}
    ok = same and all(ratios[name] <= target for name, target in TARGETS.items())
    milliseconds = {name: round(1000 * median) for name, median in medians.items()}
    line = {"name": "appraisal", "ratios": ratios, "targets": TARGETS, "ok": ok, "same": same, "ms": milliseconds}
    print(json.dumps(line | {"cores": os.cpu_count()}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
