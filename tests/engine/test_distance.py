"""Distance travelled against a slow referee that follows one person at a time."""

import math
import statistics
import tempfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.pathway.engine import distance, scan_sql
from commongoal.pathway.engine.dialect import DUCKDB
from commongoal.pathway.engine.ledger import TABLES
from commongoal.pathway.engine.programme import Area, Programme, programme_from
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.pathway.sessions import DuckSession

EPOCH = date(1970, 1, 1)
SNAPSHOT = date(2025, 6, 30)
Reading = tuple[str, date, str, int]

PROGRAMME = programme_from(
    {
        "name": "Readings",
        "place": "Nowhere",
        "pathway": {"stages": [{"id": s, "name": s} for s in ("a", "b")], "work_stage": "b"},
        "providers": [{"id": "one", "name": "One"}],
        "interventions": [{"id": "talk", "name": "Talk"}],
        "areas": [
            {"id": "money", "name": "Money", "levels": 3},
            {"id": "health", "name": "Health", "levels": 10, "reliability": 0.8},
        ],
    }
)
PEOPLE = [f"p{i}" for i in range(8)]


def referee(readings: list[Reading], area: str) -> tuple[list[tuple[str, int, int]], int]:
    """(person, first, latest) of everybody on the ledger with readings on two days by the snapshot; how many on one."""
    of: dict[str, dict[date, int]] = defaultdict(dict)
    for person, on, where, level in readings:
        if where == area and on <= SNAPSHOT and person in PEOPLE:
            of[person][on] = level
    two = [(person, days[min(days)], days[max(days)]) for person, days in of.items() if len(days) > 1]
    return two, sum(len(days) == 1 for days in of.values())


def counted(readings: list[Reading], programme: Programme = PROGRAMME, chunk: int = 100) -> distance.Paired:
    empty = pa.table({"person": pa.array([], pa.string())})
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            pq.write_table(empty, Path(folder) / f"{table.name}.parquet")
        pq.write_table(pa.table({"person": PEOPLE}), Path(folder) / "people.parquet")
        pq.write_table(_readings(readings), Path(folder) / "readings.parquet")
        frame = Frame(programme, DUCKDB, (SNAPSHOT - EPOCH).days, (0,))
        found = distance.nothing_paired(frame)
        with DuckSession(Path(folder), chunk=chunk) as session:
            for _ in session.chunks():
                session.keep("persons", scan_sql.persons(frame))
                found += distance.count_distance(session, frame)
    return found


def _readings(readings: list[Reading]) -> pa.Table:
    schema = pa.schema([("person", pa.string()), ("on", pa.date32()), ("area", pa.string()), ("level", pa.int16())])
    columns = zip(*readings, strict=True) if readings else [[], [], [], []]
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)


@st.composite
def readings_of_some(draw: st.DrawFn) -> list[Reading]:
    days = st.integers(-40, 10).map(lambda d: SNAPSHOT + timedelta(days=d))
    who = st.sampled_from([*PEOPLE, "stranger"])
    keys = draw(st.lists(st.tuples(who, days, st.sampled_from(["money", "health"])), max_size=40, unique=True))
    return [(*key, draw(st.integers(1, 3 if key[2] == "money" else 10))) for key in keys]


@given(readings_of_some(), st.sampled_from([2, 3, 100]))
def test_pairs_are_those_of_the_referee(readings: list[Reading], chunk: int) -> None:
    """First and latest by day, strangers and later readings unread, however the people are cut into chunks."""
    found = counted(readings, chunk=chunk)
    for i, area in enumerate(PROGRAMME.areas):
        two, single = referee(readings, area.id)
        expected = np.zeros_like(found.pairs[i])
        for _, first, latest in two:
            expected[first - 1, latest - 1] += 1
        assert (found.pairs[i] == expected).all()
        assert found.single[i] == single
        sums = (len(two), sum(first for _, first, _ in two), sum(latest for *_, latest in two))
        assert tuple(found.groups[i].sum(axis=0)) == sums


@given(st.lists(st.tuples(st.integers(1, 10), st.integers(1, 10)), min_size=2, max_size=200))
def test_figures_are_those_of_plain_lists(levels: list[tuple[int, int]]) -> None:
    area = Area(id="health", name="Health", levels=10, reliability=0.8)
    pairs = np.zeros((1, 10, 10), dtype=np.int64)
    for first, latest in levels:
        pairs[0, first - 1, latest - 1] += 1
    found = distance.Paired(pairs, np.array([4]), np.zeros((1, 50, 3), dtype=np.int64))
    told = distance.distance(found, [area])[0]
    firsts, changes = [first for first, _ in levels], [latest - first for first, latest in levels]
    assert (told.paired, told.left_out) == (len(levels), 4)
    assert told.mean_first == pytest.approx(statistics.mean(firsts))
    assert told.mean_latest == pytest.approx(statistics.mean(latest for _, latest in levels))
    assert told.change is not None
    assert told.change.point == pytest.approx(statistics.mean(changes), abs=1e-12)
    if len(levels) >= 50:
        half = statistics.NormalDist().inv_cdf(0.95) * statistics.stdev(changes) / math.sqrt(len(levels))
        assert told.change.high == pytest.approx(statistics.mean(changes) + half, abs=1e-9)
        assert told.change.low == pytest.approx(statistics.mean(changes) - half, abs=1e-9)
    else:
        assert (told.change.low, told.change.why) == (None, "too few for an interval")
    if told.threshold is None:
        assert len(levels) < 10 or len(set(firsts)) == 1
        assert told.why_no_threshold
        assert told.really_better is None
    else:
        assert told.threshold == pytest.approx(1.96 * math.sqrt(2) * statistics.stdev(firsts) * math.sqrt(0.2))
        assert told.really_better == sum(change > told.threshold for change in changes)
        assert told.really_worse == sum(change < -told.threshold for change in changes)


def test_without_reliability_no_change_is_called_real() -> None:
    pairs = np.full((1, 3, 3), 40, dtype=np.int64)
    paired = distance.Paired(pairs, np.array([0]), np.zeros((1, 50, 3), dtype=np.int64))
    told = distance.distance(paired, [PROGRAMME.areas[0]])
    assert (told[0].really_better, told[0].why_no_threshold) == (None, "no reliability is given for this area")


def test_an_area_without_pairs_says_so() -> None:
    told = distance.distance(counted([("p1", SNAPSHOT, "money", 2)]), PROGRAMME.areas)
    assert (told[0].paired, told[0].left_out, told[0].change) == (0, 1, None)
    assert told[0].why_no_threshold == "nobody has two readings"


def test_a_programme_without_areas_has_no_distance() -> None:
    bare = PROGRAMME.model_copy(update={"areas": ()})
    assert distance.distance(counted([], bare), bare.areas) == ()
