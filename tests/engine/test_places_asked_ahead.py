"""One question to the store for many periods and patterns, against a question for each."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from commongoal.cli.places_profile import evidence_in
from commongoal.places.engine.observations import SCHEMA, Series
from commongoal.places.files.store import keep, kept_editions
from commongoal.places.run import adding, given, hot_spots, layers, trends
from tests.engine import places_store as small

MONTHS = tuple(small.month(2025 + number // 12, number % 12 + 1) for number in range(8))
SERIES = (
    Series("all", "Claimant count", "people"),
    Series("men", "Claimant count, men", "people"),
    Series("old", "Claimants", "people"),
)
ON = dt.date(2026, 9, 9)


def figures(folder: Path, seed: int, months: tuple[tuple[dt.date, dt.date], ...], fetched: dt.date) -> None:
    """Counts of small areas by series: some missing, some suppressed, so that months fall back on other series."""
    rng, rows = np.random.default_rng(seed), []
    for key, chance in (("all", 0.9), ("men", 0.95), ("old", 1.0)):
        for start, end in months:
            for code in (*small.LSOAS, *small.OTHERS):
                if rng.random() < (1.0 if start.month % 3 == 0 else chance):
                    hidden = rng.random() < 0.01
                    value = None if hidden else float(5 * rng.integers(1, 30))
                    rows.append((code, start, end, key, value, "suppressed" if hidden else ""))
    keep(folder, small.reading("claimant-count", rows, SERIES, fetched_on=fetched, digest=f"{seed}" * 64))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two editions of some months; the later one is of half of them."""
    made = tmp_path_factory.mktemp("store")
    figures(made, 1, MONTHS, dt.date(2026, 9, 1))
    figures(made, 2, MONTHS[3:6], dt.date(2026, 9, 2))
    small.population(made)
    small.lookups(made)
    small.boundaries(made)
    return made


def both(folder: Path, monkeypatch: pytest.MonkeyPatch, ask: object) -> tuple[object, object]:
    """What is answered as it stands, and by a question for each period that takes every row in."""
    quick = ask(evidence_in(folder))
    with monkeypatch.context() as patched:
        for module in (adding, layers):
            patched.setattr(module, "ask_ahead", lambda *_: None)
        patched.setattr(given, "_best", lambda table, _ranks: table)
        slow = ask(evidence_in(folder))
    return quick, slow


@pytest.mark.parametrize("code", [small.DISTRICT, small.WARDS[0], small.REGION, small.LSOAS[3]])
@pytest.mark.parametrize("indicator", ["claimant-count", "claimant-rate"])
def test_a_trend_is_that_of_a_question_for_each_month(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: str, indicator: str
) -> None:
    quick, slow = both(folder, monkeypatch, lambda evidence: trends(evidence, code, ON, indicator))
    assert quick.lines
    assert quick == slow


def test_a_trend_asks_the_store_a_few_times_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence, asked = evidence_in(folder), []
    figures_of = evidence.observations.figures
    monkeypatch.setattr(evidence.observations, "figures", lambda *each: asked.append(each) or figures_of(*each))
    assert len(trends(evidence, small.WARDS[0], ON, "claimant-rate").lines[0][1].points) >= len(MONTHS) // 2
    whole = len(asked)
    evidence = evidence_in(folder)
    figures_of = evidence.observations.figures
    asked.clear()
    monkeypatch.setattr(evidence.observations, "figures", lambda *each: asked.append(each) or figures_of(*each))
    for module in (adding, layers):
        monkeypatch.setattr(module, "ask_ahead", lambda *_: None)
    trends(evidence, small.WARDS[0], ON, "claimant-rate")
    assert whole <= len(asked) - len(MONTHS)


def test_hot_months_are_those_of_a_question_for_each(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow = both(folder, monkeypatch, lambda evidence: hot_spots(evidence, small.DISTRICT, ON, "claimant-rate"))
    assert len(quick.months) > 1
    assert repr(quick) == repr(slow)


def test_kinds_are_those_of_the_areas(folder: Path) -> None:
    evidence = evidence_in(folder)
    for dataset in {edition.dataset for edition in kept_editions(folder)}:
        named = {(area.kind, area.vintage) for area in evidence.observations.areas(dataset)}
        assert evidence.observations.kinds(dataset) == named


def test_values_are_listed_as_they_stand() -> None:
    rows = [("E01999101", *MONTHS[0], "all", None, "suppressed"), ("E01999102", *MONTHS[1], "men", 5.0, "")]
    table = small.reading("claimant-count", rows * 3, SERIES).table
    assert table.schema == SCHEMA
    for name in SCHEMA.names:
        assert given._plain(table[name]) == table[name].to_pylist()
