"""The scan of millions against the referee of one person at a time, on generated ledgers."""

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine import chances, scan
from commongoal.pathway.engine.dialect import DUCKDB
from commongoal.pathway.engine.ledger import TABLES
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.pathway.sessions import DuckSession
from tests.engine import ledgers, referee, referee_credit

EPOCH_ORDINAL = 719163


def frame_of(case: referee.Case) -> Frame:
    closes = tuple(math.ceil(Fraction(duration) * 487 / 16) for duration in case.durations)
    return Frame(case.programme, DUCKDB, case.snapshot.toordinal() - EPOCH_ORDINAL, closes, case.weights)


@contextmanager
def opened(case: referee.Case, chunk: int = 600_000) -> Iterator[DuckSession]:
    tables = ledgers.tables(case)
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            empty = pa.table({column.name: pa.array([], pa.string()) for column in table.columns})
            pq.write_table(tables.get(table.name, empty), Path(folder) / f"{table.name}.parquet")
        with DuckSession(Path(folder), chunk=chunk) as session:
            yield session


def scanned(case: referee.Case, chunk: int = 600_000) -> scan.Statistics:
    with opened(case, chunk) as session:
        return scan.first_scan(session, frame_of(case))


def test_people_out_of_order_are_refused_where_they_would_be_cut_into_chunks(tmp_path: Path) -> None:
    people = pa.table({"person": ["b", "a", "c"], "area": pa.array([None] * 3, pa.string())})
    for table in TABLES:
        empty = pa.table({column.name: pa.array([], pa.string()) for column in table.columns})
        pq.write_table(people if table.name == "people" else empty, tmp_path / f"{table.name}.parquet")
    with DuckSession(tmp_path, chunk=2) as session, pytest.raises(Refused, match="not in order"):
        list(session.chunks())


def pairs_of(case: referee.Case) -> list[tuple[str, str]]:
    return [(p.id, i.id) for p in case.programme.providers for i in case.programme.interventions]


def as_dense(table: dict, shape: tuple[int, ...]) -> np.ndarray:
    out = np.zeros(shape, dtype=np.int64)
    for key, value in table.items():
        out[key] += value
    return out


GENERATED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@GENERATED
@given(ledgers.cases())
def test_rates_are_those_of_the_referee(case: referee.Case) -> None:
    found = chances.seen(scanned(case), frame_of(case))
    told = referee.rates(case)
    last, segments = case.last, len(case.programme.segments)
    moves = as_dense(told.moves, (segments, last, last + 1))
    assert (found.moves[0, ..., : last + 1] == moves).all()
    assert (found.moves[0, ..., last + 1] == as_dense(told.left, (segments, last))).all()
    assert (found.moves[0, ..., last + 2] == as_dense(told.ended, (segments, last))).all()
    days = found.months[0] * 487 / 16
    assert np.allclose(days, as_dense(told.days, (segments, last)), rtol=0, atol=1e-9)


@GENERATED
@given(ledgers.cases(), st.integers(1, 3))
def test_counts_are_those_of_the_referee_in_whole_numbers(case: referee.Case, chunk: int) -> None:
    """However the people are cut into chunks."""
    found, told = scanned(case, chunk), referee_credit.counts(case)
    pairs, months = pairs_of(case), case.horizon + 1
    segments, last = len(case.programme.segments), case.last
    net = np.zeros((len(pairs), segments, last + 1, months), dtype=np.int64)
    left = np.zeros((len(pairs), segments, last, months), dtype=np.int64)
    for (owner, g, s, m), value in told.net.items():
        if owner is not None:
            net[pairs.index(owner), g, s, m] = value
    for (owner, g, s, m), value in told.leavings.items():
        if owner is not None:
            left[pairs.index(owner), g, s, m] = value
    seen = np.zeros(len(pairs), dtype=bool)
    seen[found.owners] = True
    assert (found.own == net[seen]).all()
    assert (net[~seen] == 0).all()
    assert (found.own_left == left[seen]).all()
    back = scan.fold(found["returns"].sum(axis=0)) * scan.WHOLE
    assert (back == as_dense(told.returns, back.shape)).all()


@GENERATED
@given(ledgers.cases())
def test_days_of_support_and_spells_are_those_of_the_referee(case: referee.Case) -> None:
    found = scanned(case)
    pairs = pairs_of(case)
    days = {(pairs.index(o), g, s): n for (o, g, s), n in referee.support_days(case).items() if o is not None}
    assert (found["own_days"] == as_dense(days, found["own_days"].shape)).all()
    spells = [spell for of in referee.spells(case).values() for spell in of]
    assert found["spells"].sum() == len(spells)
    assert found["reached"][:, case.last].sum() == sum(spell.arrived is not None for spell in spells)


@GENERATED
@given(st.data())
def test_credit_is_that_of_the_referee_at_a_fixed_potential(data: st.DataObject) -> None:
    """All four rules, by owner, by segment and by stage, from the counts and from the second scan."""
    case = data.draw(ledgers.cases())
    potential = data.draw(ledgers.potentials(case.programme))
    value = np.asarray(potential, dtype=np.float64)
    frame = frame_of(case)
    with opened(case) as session:
        seen = scan.first_scan(session, frame)
        groups = scan.second_scan(session, frame, seen, value[None].astype(np.int64), (True,))
        gross = scan.second_scan(session, frame, seen, value[None].astype(np.int64), (False,))
    pairs = pairs_of(case)
    told = referee_credit.credit(case, "net", potential), referee_credit.credit(case, "equal", potential)
    for rule, weighed, counts in ((told[0], groups, seen.own), (told[1], gross, _without_leavings(seen))):
        for j, owner in enumerate(seen.owners):
            expected = float(rule.owners[pairs[owner]])
            fast = float((counts[j] * value).sum()) / (487 * 60)
            assert fast == pytest.approx(expected, rel=1e-9, abs=1e-6)
            assert weighed.by_owner[0, :, j].sum() / (487 * 60) == pytest.approx(expected, rel=1e-9, abs=1e-6)
            for (k, who), credit in rule.groups.items():
                if who == pairs[owner]:
                    assert weighed.by_owner[0, k, j] / (487 * 60) == pytest.approx(float(credit), rel=1e-9, abs=1e-6)
    back = float((scan.fold(seen["returns"].sum(axis=0)) * value).sum()) / 487
    assert groups.by_stretch.sum() / 487 == pytest.approx(float(sum(told[0].owners.values())), rel=1e-9, abs=1e-6)
    assert gross.by_stretch.sum() / 487 + back == pytest.approx(float(sum(told[1].owners.values())), rel=1e-9, abs=1e-6)
    closed_back = float((scan.fold(seen["closed_returns"].sum(axis=0)) * value).sum()) / 487
    closed_gross = float(sum(told[1].closed.values()))
    assert gross.by_stretch[0, :, 1].sum() / 487 + closed_back == pytest.approx(closed_gross, rel=1e-9, abs=1e-6)
    for g in range(len(case.programme.segments)):
        expected = float(told[0].segments[g])
        assert groups.by_stretch[0, :, :, g].sum() / 487 == pytest.approx(expected, rel=1e-9, abs=1e-6)
    closed = float(sum(told[0].closed.values()))
    assert groups.by_stretch[0, :, 1].sum() / 487 == pytest.approx(closed, rel=1e-9, abs=1e-6)
    for s in range(case.last):
        expected = float(told[0].stages[s])
        assert groups.by_stretch[0, ..., s].sum() / 487 == pytest.approx(expected, rel=1e-9, abs=1e-6)


def _without_leavings(seen: scan.Statistics) -> np.ndarray:
    counts = seen.own.copy()
    counts[:, :, :-1] -= seen.own_left
    return counts
