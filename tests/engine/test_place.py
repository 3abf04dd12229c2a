"""The invented place: its files say what they must, and its records pass the checks that anybody's must pass."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from commongoal.demo.command import build
from commongoal.demo.engine.place import place_from, world_from
from commongoal.demo.engine.worlds import chance_alone
from commongoal.demo.place import assumed_text, marlhaven, programme, programme_text
from commongoal.demo.records import in_pounds
from commongoal.pathway.engine.programme import programme_from
from commongoal.pathway.files import open_manifest, read_programme
from commongoal.valuation.engine.terms import Assumed, ComparisonLedger, terms_of


@pytest.fixture(scope="module")
def world_data(root: Path) -> dict[str, object]:
    return tomllib.loads((root / "src/commongoal/demo/marlhaven_world.toml").read_text(encoding="utf-8"))


def test_both_programme_files_hold_whole_terms() -> None:
    measured = terms_of(programme())
    assumed = terms_of(programme_from(tomllib.loads(assumed_text())))
    assert isinstance(measured.counterfactual, ComparisonLedger)
    assert isinstance(assumed.counterfactual, Assumed)
    assert measured.job == assumed.job
    assert programme_text() != assumed_text()


def test_every_figure_is_in_one_price_year() -> None:
    terms = terms_of(programme())
    assert terms.job is not None
    years = {gain.price_year for gain in terms.job.gains} | {comparator.price_year for comparator in terms.comparators}
    assert years == {terms.price_year}


def test_what_is_invented_or_unchecked_does_not_claim_to_be_verified() -> None:
    terms = terms_of(programme())
    assert terms.job is not None
    verified = [gain.source for gain in terms.job.gains if gain.verified]
    assert verified
    assert all("HC Deb 6 February 2013" in source for source in verified)
    assert not any(comparator.verified for comparator in terms.comparators)


def test_people_only_move_as_the_pathway_allows(world_data: dict[str, object]) -> None:
    pathway = programme().pathway
    world = world_from(programme(), world_data)
    stages = [stage.id for stage in pathway.stages]
    moves = {(stages[a], stages[b]) for a, b in np.argwhere(world.without.sum(axis=0) > 0)}
    assert moves == set(pathway.moves)
    assert 0.15 < float(chance_alone(world) @ world.shares) < 0.30


def test_one_provider_is_too_small_for_an_interval_and_the_others_are_not() -> None:
    support = marlhaven().ledger["support"].group_by("provider").aggregate([("person", "count_distinct")])
    people = dict(
        zip(*(support.column(name).to_pylist() for name in ("provider", "person_count_distinct")), strict=True)
    )
    assert 5 <= people.pop("thimble_row") < 50
    assert min(people.values()) > 500


def test_equal_seeds_give_equal_places(world_data: dict[str, object]) -> None:
    first, second = (place_from(programme(), world_data, seed=7, people=300) for _ in range(2))
    other = place_from(programme(), world_data, seed=8, people=300)
    assert all(first.ledger[name].equals(second.ledger[name]) for name in first.ledger)
    assert not first.ledger["entries"].equals(other.ledger["entries"])
    assert first.comparison["people"].num_rows == 180


def test_levels_rise_from_the_first_reading_to_the_last() -> None:
    readings = marlhaven().ledger["readings"].filter(pc.equal(marlhaven().ledger["readings"]["area"], "skills"))
    person, level = np.array(readings["person"]), np.array(readings["level"], dtype=np.float64)
    starts = np.r_[True, person[1:] != person[:-1]]
    ends = np.r_[starts[1:], True]
    assert level.min() >= 1
    assert level.max() <= 10
    assert (level[ends] - level[starts]).mean() > 0.5


def test_pounds_are_exact() -> None:
    table = pa.table({"amount_pence": pa.array([5, 1234567, 100], pa.int64())})
    assert [Decimal(text) for text in in_pounds(table)["amount"].to_pylist()] == [
        Decimal("0.05"),
        Decimal("12345.67"),
        Decimal("1.00"),
    ]


def test_records_pass_the_checks_of_an_import(tmp_path: Path) -> None:
    path = build(tmp_path, people=300)
    assert read_programme(path).invented
    assert open_manifest(tmp_path / "ledger").rows["people"] == 300
    assert open_manifest(tmp_path / "comparison").snapshot_on == date(2026, 3, 31)
    assert read_programme(tmp_path / "marlhaven_assumed.toml").name == read_programme(path).name
    build(tmp_path, people=200)
    assert open_manifest(tmp_path / "ledger").rows["people"] == 200
