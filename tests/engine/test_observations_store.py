"""The store of observations and the questions to it, beside a slow referee over plain rows."""

import datetime as dt
import fnmatch
import random
import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commongoal.places.engine.areas import kind_of
from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import SCHEMA, Edition, Perturbation, Reading, Series
from commongoal.places.engine.row_order import joined, order_of, ranked_numbers
from commongoal.places.files import store
from commongoal.places.sessions.observations import FIGURES, Observations, StoreUnreadable

Row = dict[str, Any]
MONTHS = [dt.date(2023, number, 1) for number in range(1, 7)]


def rows_of(luck: random.Random, series: list[str], codes: list[str]) -> list[Row]:
    return [
        {
            "area": code, "name": f"Area {code}", "start": start, "end": end, "series": key,
            "value": float(luck.randrange(500)), "status": "", "provisional": luck.random() < 0.2, "revised": False,
        }
        for key in series for start, end in pairwise(MONTHS) for code in codes
        if luck.random() < 0.8
    ]  # fmt: skip


def reading_of(rows: list[Row], words: dict[str, str], fetched_on: dt.date, **changes: Any) -> Reading:
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    edition = Edition(
        "claimant-count", "Claimants", "ONS", "UCJSA", "OGL", "tidy", "file.csv", "0" * 64, fetched_on,
        (("lsoa", "2021"), ("ward", "2023")), 5.0, Perturbation.NONE, None,
        tuple(Series(key, text, "people", (("sex", "Total"),)) for key, text in words.items()),
        min(row["start"] for row in rows), max(row["end"] for row in rows), len(rows), ("a note",), (("..", "nil"),),
    )  # fmt: skip
    return Reading(table, replace(edition, **changes))


CODES = ["E01000001", "E01000002", "W01000003", "E05000001", "E08000015"]


@pytest.fixture
def several(tmp_path: Path) -> tuple[Path, dict[str, tuple[dict[str, str], list[Row]]]]:
    """Three editions that overlap; the last was fetched before the others."""
    luck = random.Random(4)
    kept = {}
    days = (dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(2023, 12, 1))
    words = (
        {"a": "Claimant count", "b": "Claimant count; gender: Male"},
        {"z": "claimant count"},
        {"a": "Claimant count"},
    )
    for day, keys in zip(days, words, strict=True):
        rows = rows_of(luck, list(keys), CODES)
        luck.shuffle(rows)
        kept[store.keep(tmp_path, reading_of(rows, keys, day)).name] = (keys, rows)
    return tmp_path, kept


def test_entry_comes_back_as_it_was(tmp_path: Path) -> None:
    reading = reading_of(rows_of(random.Random(1), ["a"], CODES), {"a": "Claimant count"}, dt.date(2024, 1, 1))
    edition = store.keep(tmp_path, reading)
    assert edition.name == "claimant-count-2024-01-01-1"
    assert store.kept_editions(tmp_path) == (edition,)
    assert store.edition_from(store.edition_as_data(edition)) == edition
    assert len(store.digest_of(tmp_path, edition.name)) == 64
    store.remove(tmp_path, edition.name)
    assert store.kept_editions(tmp_path) == ()


def test_the_same_again_is_kept_once_and_another_beside_it(tmp_path: Path) -> None:
    reading = reading_of(rows_of(random.Random(1), ["a"], CODES), {"a": "Claimant count"}, dt.date(2024, 1, 1))
    first = store.keep(tmp_path, reading)
    assert store.keep(tmp_path, reading) == first
    other = store.keep(tmp_path, replace(reading, edition=replace(reading.edition, digest="1" * 64)))
    assert other.name == "claimant-count-2024-01-01-2"
    assert [edition.name for edition in store.kept_editions(tmp_path)] == [first.name, other.name]


def test_writers_at_once_take_names_of_their_own(tmp_path: Path) -> None:
    reading = reading_of(rows_of(random.Random(1), ["a"], CODES), {"a": "Claimant count"}, dt.date(2024, 1, 1))
    others = [replace(reading, edition=replace(reading.edition, digest=str(n) * 64)) for n in range(4)]
    threads = [threading.Thread(target=store.keep, args=(tmp_path, one)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {edition.digest for edition in store.kept_editions(tmp_path)} == {str(n) * 64 for n in range(4)}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_writer_that_dies_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = reading_of(rows_of(random.Random(1), ["a"], CODES), {"a": "Claimant count"}, dt.date(2024, 1, 1))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="No space"):
        store.keep(tmp_path, reading)
    assert not list(tmp_path.iterdir())


def test_refusals(tmp_path: Path) -> None:
    reading = reading_of(rows_of(random.Random(1), ["a"], CODES), {"a": "Claimant count"}, dt.date(2024, 1, 1))
    with pytest.raises(store.BadDataset):
        store.keep(tmp_path, replace(reading, edition=replace(reading.edition, dataset="../up")))
    with pytest.raises(store.NothingToKeep):
        store.keep(tmp_path, replace(reading, table=SCHEMA.empty_table()))
    for name in ("../../etc/passwd", "claimant-count", "a-2024-01-01-1/../x"):
        with pytest.raises(store.NotKept):
            store.path_of(tmp_path, name)
    edition = store.keep(tmp_path, reading)
    whole = store.path_of(tmp_path, edition.name).read_bytes()
    store.path_of(tmp_path, edition.name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(store.NotKept):
        store.kept_editions(tmp_path)
    with pytest.raises(StoreUnreadable):
        Observations(tmp_path, [edition]).figures("claimant-count")


Questions = dict[str, Any]


def wanted(
    kept: dict[str, tuple[dict[str, str], list[Row]]], editions: tuple[Edition, ...], asked: Questions
) -> list[tuple[Any, ...]]:
    """The referee: every row of every edition, the last by day and place winning."""
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    numbered = sorted(enumerate(editions), key=lambda pair: (pair[1].fetched_on, pair[0]))
    for _, edition in numbered:
        keys, rows = kept[edition.name]
        for row in rows:
            words = keys[row["series"]].casefold()
            if (
                any(fnmatch.fnmatchcase(words, pattern.casefold()) for pattern in asked.get("series", ("*",)))
                and (asked.get("areas") is None or row["area"] in asked["areas"])
                and (asked.get("kind") is None or kind_of(row["area"]) == asked["kind"])
                and (asked.get("start") is None or row["start"] >= asked["start"])
                and (asked.get("end") is None or row["end"] <= asked["end"])
            ):
                found[words, row["start"], row["end"], row["area"]] = (
                    *(row[name] for name in ("series", "start", "area", "end", "value", "provisional")), edition.name,
                )  # fmt: skip
    return sorted(found.values())


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"series": ("claimant COUNT",)},
        {"series": ("*male",)},
        {"areas": ["E05000001", "E01000002"]},
        {"areas": []},
        {"kind": "lsoa"},
        {"kind": "ward", "start": dt.date(2023, 3, 1)},
        {"start": dt.date(2023, 2, 1), "end": dt.date(2023, 4, 1)},
        {"series": ("nothing",)},
        {"end": dt.date(2020, 1, 1)},
    ],
)
def test_figures_agree_with_the_referee(
    several: tuple[Path, dict[str, tuple[dict[str, str], list[Row]]]], asked: Questions
) -> None:
    folder, kept = several
    editions = store.kept_editions(folder)
    table = Observations(folder, editions).figures("claimant-count", **asked)
    assert table.schema == FIGURES
    names = ("series", "start", "area", "end", "value", "provisional", "edition")
    told = [tuple(row[name] for name in names) for row in table.to_pylist()]
    assert sorted(told) == wanted(kept, editions, asked)
    places = [(row["series"], row["start"], row["area"]) for row in table.to_pylist()]
    assert places == sorted(places)


def test_of_two_fetched_on_one_day_the_one_kept_last_wins(tmp_path: Path) -> None:
    row = rows_of(random.Random(1), ["a"], CODES[:1])[0]
    first = store.keep(tmp_path, reading_of([row | {"value": 1.0}], {"a": "Count"}, dt.date(2024, 1, 1)))
    second = store.keep(
        tmp_path, reading_of([row | {"value": 2.0}], {"a": "Count"}, dt.date(2024, 1, 1), digest="1" * 64)
    )
    assert Observations(tmp_path, [first, second]).figures("claimant-count")["value"].to_pylist() == [2.0]
    assert Observations(tmp_path, [second, first]).figures("claimant-count")["value"].to_pylist() == [1.0]
    both = Observations(tmp_path, [first, second]).revisions("claimant-count")
    assert both["value"].to_pylist() == [1.0, 2.0]
    assert both["edition"].to_pylist() == [first.name, second.name]


def test_periods_and_areas(several: tuple[Path, dict[str, tuple[dict[str, str], list[Row]]]]) -> None:
    folder, kept = several
    observations = Observations(folder, store.kept_editions(folder))
    every = [row for _, rows in kept.values() for row in rows]
    assert observations.periods("claimant-count") == tuple(
        Period(*pair) for pair in sorted({(row["start"], row["end"]) for row in every})
    )
    assert observations.periods("claimant-count", kind="msoa") == ()
    assert [area.code for area in observations.areas("claimant-count", "lsoa")] == [
        "E01000001",
        "E01000002",
        "W01000003",
    ]
    assert {area.vintage for area in observations.areas("claimant-count", "ward")} == {"2023"}
    assert observations.areas("other") == ()


def test_a_question_about_some_areas_passes_over_the_rest(tmp_path: Path) -> None:
    """Rows stand by area, so that groups of rows can be told apart by it."""
    luck = random.Random(2)
    rows = rows_of(luck, ["a"], [f"E01{number:06}" for number in range(200)])
    edition = store.keep(tmp_path, reading_of(rows, {"a": "Count"}, dt.date(2024, 1, 1)))
    areas = pq.read_table(store.path_of(tmp_path, edition.name))["area"].to_pylist()
    assert areas == sorted(areas)


@pytest.mark.parametrize("size", [40, 10**12])
def test_order_and_repeats_agree_with_sorting(size: int) -> None:
    luck = np.random.default_rng(1)
    codes = luck.integers(0, size, 30)
    codes[3] = codes[20] = codes[7]
    order, repeats = order_of((codes, size))
    assert order is not None
    assert repeats is not None
    firsts = {value: list(codes).index(value) for value in codes.tolist()}
    assert order.tolist() == [firsts[value] for value in sorted(firsts)]
    assert repeats.tolist() == [firsts[value] != place for place, value in enumerate(codes.tolist())]
    assert order_of((np.arange(5), 5)) == (None, None)


def test_keys_are_joined_by_rank() -> None:
    days = np.array([100, 50, 100, 70])
    codes, size = ranked_numbers(days)
    assert (codes.tolist(), size) == ([2, 0, 2, 1], 3)
    both, count = joined([(codes, size), (np.array([1, 0, 0, 1]), 2)])
    assert (both.tolist(), count) == ([5, 0, 4, 3], 6)


def test_many_areas_are_asked_for_as_few_are(
    several: tuple[Path, dict[str, tuple[dict[str, str], list[Row]]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, kept = several
    editions = store.kept_editions(folder)
    few = Observations(folder, editions).figures("claimant-count", areas=CODES[:3])
    monkeypatch.setattr("commongoal.places.sessions.observations.FEW", 2)
    assert Observations(folder, editions).figures("claimant-count", areas=CODES[:3]).equals(few)
    assert len(kept) == 3
