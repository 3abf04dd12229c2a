"""The nine published files of lookups: each is read, and what is odd in one is known."""

from functools import cache
from pathlib import Path

import pytest

from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.geography import Geography
from commongoal.places.engine.lookup_file import LookupFile
from commongoal.places.files.lookups import keep_lookup, kept_geography, read_lookup

# File -> its lookups, and how many pairs the first has.
FILES = {
    "LSOA11_PARL25_combo_overlap.parquet": ("lsoa11-parl25", 44_728),
    "lookup_lsoa01_lsoa11.csv": ("lsoa01-lsoa11", 34_917),
    "lookup_lsoa11_lsoa21_ltla22.csv": ("lsoa11-lsoa21 lsoa11-ltla22 lsoa21-ltla22", 35_795),
    "lookup_lsoa11_ltla21.csv": ("lsoa11-ltla21", 34_753),
    "lookup_lsoa21_ward24_ltla24.csv": ("lsoa21-ward24 lsoa21-ltla24 ward24-ltla24", 35_672),
    "lookup_ltla22_ltla23.csv": ("ltla22-ltla23", 374),
    "lookup_ltla23_cauth23.csv": ("ltla23-cauth23", 53),
    "lookup_ltla23_region23.csv": ("ltla23-region23", 296),
    "lookup_ltla_ltla.csv": (
        " ".join([f"ltla16-ltla{year}" for year in range(17, 25)] + [f"ltla{y}-ltla{y + 1}" for y in range(17, 24)]),
        391,
    ),
}


@cache
def found_in(shared: Path, name: str) -> LookupFile:
    """One of the files, read once for all tests."""
    return read_lookup((shared / "data/geography/lookups" / name).read_bytes(), name)


@pytest.fixture(scope="module")
def geography(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Geography:
    """All nine files through the store."""
    kept = tmp_path_factory.mktemp("store")
    for name in FILES:
        keep_lookup(kept, found_in(shared, name))
    return kept_geography(kept)


def test_the_list_is_of_all_the_files(shared: Path) -> None:
    assert {path.name for path in (shared / "data/geography/lookups").iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_read_whole(shared: Path, name: str) -> None:
    found = found_in(shared, name)
    assert found.problems == []
    assert (" ".join(table.name for table in found.tables), len(found.tables[0].rows)) == FILES[name]
    # Shares given in hundredths do not add up to 1 for 74 areas; one of them has nobody in it.
    assert len(found.remarks) == (74 if name.endswith("parquet") else 0)


def test_areas_of_real_places(geography: Geography) -> None:
    wirral, lincolnshire, manchester = "E08000015", "E06000012", "E47000001"
    assert len(geography.parts(wirral, AreaKind.WARD, "2024")) == 22
    assert len(geography.parts(lincolnshire, AreaKind.WARD, "2024")) == 15
    assert [len(geography.parts(wirral, AreaKind.LSOA, year)) for year in ("2001", "2011", "2021")] == [207, 206, 209]
    assert len(geography.parts(manchester, AreaKind.DISTRICT)) == 10
    assert len(geography.parts(manchester, AreaKind.LSOA, "2011")) == 1673
    assert geography.used(manchester, AreaKind.LSOA, "2011") == ("ltla23-cauth23", "lsoa11-ltla21")
    named = [(area.kind.value, area.name) for area in geography.parents("E01007133")]
    assert named == [
        ("ward", "Bidston and St James"),
        ("constituency", "UKPARL.2025.BKH"),
        ("district", "Wirral"),
        ("combined authority", "Liverpool City Region"),
        ("region", "North West"),
    ]


def test_the_chain_of_districts_crosses_two_councils_of_scotland(geography: Geography) -> None:
    """Fife and Perth and Kinross got new codes in 2018; the file gives each both codes, so neither can be carried."""
    rows = geography.tables["ltla17-ltla18"].rows
    assert sum(source != target for source, target in rows) == 4
    assert {source for source, target in rows if source != target} == {"S12000015", "S12000024"}
