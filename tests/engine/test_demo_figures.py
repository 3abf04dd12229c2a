"""The invented figures: in the real layouts, read without a problem, adding up as real ones do, and what is planted."""

import datetime as dt
from collections import defaultdict

import pytest

pytest.importorskip("shapely")

from commongoal.demo.engine.place_figures import months_to, rounded, spot_pieces
from commongoal.demo.engine.place_files import lookup_files
from commongoal.demo.official import Fetched, made_on, official_files
from commongoal.demo.place import figures_data, geography_data, land
from commongoal.places.engine.geography import Geography
from commongoal.places.engine.lookup_file import lookup_file
from commongoal.places.engine.observations import Perturbation, Reading, Status
from commongoal.places.files.reading import read_file

ON = dt.date(2026, 11, 22)
NEWEST = dt.date(2026, 10, 1)
Key = tuple[str, dt.date, str]


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    """Every file as its importer reads it, by name."""
    names = geography()
    return {each.file.name: read(each, names) for each in official_files(ON)}


def geography() -> Geography:
    tables, areas = [], {}
    for each in lookup_files(land(), geography_data()):
        found = lookup_file(each.content.splitlines(keepends=True), each.name)
        tables += found.tables
        areas |= found.areas
    return Geography(tables, areas)


def read(each: Fetched, names: Geography) -> Reading:
    return read_file(each.file.content, each.file.name, each.asked, names=names)


def values(reading: Reading, words: str) -> dict[tuple[str, dt.date], float | None]:
    keys = {series.key for series in reading.edition.series if series.words == words}
    rows = reading.table.to_pylist()
    return {(row["area"], row["start"]): row["value"] for row in rows if row["series"] in keys}


def test_every_layout_is_there_and_read_without_a_problem(readings: dict[str, Reading]) -> None:
    assert {reading.edition.layout for reading in readings.values()} == {
        "population", "deprivation", "nomis-api", "nomis-workbook", "stat-xplore",
    }  # fmt: skip
    assert all(reading.problems == () for reading in readings.values())
    assert all("Invented" in reading.edition.source for reading in readings.values())


def test_a_spoilt_file_would_be_refused() -> None:
    from commongoal.kernel.errors import BadInput

    (each,) = (each for each in official_files(ON) if each.file.name == "working_age_lsoa21_2024.csv")
    with pytest.raises(BadInput):
        read_file(each.file.content.replace(b"E01999003", b"E01X"), each.file.name, each.asked)


def test_small_areas_add_up_to_their_wards_and_these_to_the_district_within_rounding(
    readings: dict[str, Reading],
) -> None:
    small, wards, districts = (
        values(readings[f"nomis_claimants_{layer}_2026-10.csv"], "Claimant count")
        for layer in ("lsoa21", "ward24", "ltla24")
    )
    parts, whole = defaultdict(list), defaultdict(list)
    for each in land().small:
        for month in months_to(NEWEST, 36):
            parts[each.ward, month].append(small[each.code, month])
    for (ward, month), held in parts.items():
        assert abs(sum(held) - wards[ward, month]) <= 2.5 * (len(held) + 1)
        whole["E07999001", month].append(wards[ward, month])
    for (district, month), held in whole.items():
        assert abs(sum(held) - districts[district, month]) <= 2.5 * (len(held) + 1)
    assert any(sum(held) != wards[key] for key, held in parts.items()), "rounding would not show"
    assert all(value % 5 == 0 for value in small.values())


def test_people_are_conserved_between_the_years_of_the_areas() -> None:
    made = made_on(ON)
    old, new = (
        sum(value for _, value in made.by_area(layer, made.truth.people).values()) for layer in ("lsoa11", "lsoa21")
    )
    assert old == new == made.truth.people.sum()


def test_benefits_are_perturbed_so_that_parts_nearly_add_up_and_some_are_nil(readings: dict[str, Reading]) -> None:
    households = readings["stat_xplore_households_msoa21.csv"]
    assert households.edition.perturbation == Perturbation.NOISE
    found = values(households, "Households on Universal Credit")
    month = max(start for _, start in found)
    parts = [value for (code, start), value in found.items() if start == month and code.startswith("E02")]
    whole = found["E07999001", month]
    assert 0 < abs(sum(parts) - whole) <= 2 * (len(parts) + 1)
    small = readings["stat_xplore_over_5_years_lsoa21.csv"].table.to_pylist()
    nil = [row for row in small if row["status"] == Status.NIL.value]
    assert nil
    assert all(row["value"] is None for row in nil)


def test_the_newest_are_provisional_and_were_revised_since(readings: dict[str, Reading]) -> None:
    first, later = (readings[f"nomis_claimants_lsoa21_2026-{month}.csv"] for month in ("09", "10"))
    provisional = {row["start"] for row in later.table.to_pylist() if row["provisional"]}
    assert provisional == {NEWEST}
    before, after = values(first, "Claimant count"), values(later, "Claimant count")
    changed = {start for (code, start), value in before.items() if after[code, start] != value}
    assert changed
    assert changed <= set(months_to(dt.date(2026, 9, 1), 2))
    assert first.edition.fetched_on < later.edition.fetched_on


def test_one_hot_spot_stays_and_one_fades() -> None:
    made, spots = made_on(ON), figures_data()["claimants"]["hot_spots"]
    rates = made.truth.claimants / made.truth.people
    usual = rates.mean(axis=1)
    stays, fades = (rates[:, spot_pieces(spot, land())].mean(axis=1) / usual for spot in spots[:2])
    assert stays.min() > 1.7
    assert fades[:24].min() > 1.6
    assert fades[-1] < 1.25


def test_the_break_of_the_definition_shows() -> None:
    made, change = made_on(ON), figures_data()["claimants"]["break"]
    total, months = made.truth.claimants.sum(axis=1), made.truth.months
    place = months.index(change["from_on"])
    assert total[place] / total[place - 1] > 1 + (change["times"] - 1) / 2


def test_figures_of_a_month_are_the_same_whenever_the_place_is_made() -> None:
    assert official_files(ON) == official_files(ON)
    elsewhere = [made_on(day).truth.elsewhere["E07999004"][0] for day in (ON, dt.date(2027, 3, 3))]
    assert elsewhere[0] == elsewhere[1]


@pytest.mark.parametrize("on", [dt.date(2027, 1, 2), dt.date(2027, 2, 28), dt.date(2028, 12, 31)])
def test_it_can_be_made_on_any_day(on: dt.date) -> None:
    names = geography()
    for each in official_files(on):
        found = read(each, names)
        assert found.problems == ()
        assert found.edition.last <= each.asked.fetched_on or found.edition.dataset == "earnings", each.file.name


def test_rounding_is_to_the_nearest() -> None:
    assert rounded([0, 2, 3, 7, 8, 12, 13], 5).tolist() == [0, 0, 5, 5, 10, 10, 15]
