"""Which areas lie in which, from invented lookups: parts, parents, ways between years, neighbourhoods."""

import io

import pytest

from commongoal.kernel.errors import BadInput
from commongoal.places.engine.areas import AreaKind, kind_of
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.geography import Geography, NoLookup, turned
from commongoal.places.engine.lookup_file import LookupFile, LookupTable, lookup_file
from commongoal.places.engine.overlap_file import overlap_file

LSOAS = b"""lsoa11_name,lsoa11_code,change_code,lsoa21_name,lsoa21_code,ltla22_name,ltla22_code
Test 1,E01000001,U,Test 1,E01000001,Test,E06000001
Test 2,E01000002,S,Test 2a,E01000021,Test,E06000001
Test 2,E01000002,S,Test 2b,E01000022,Test,E06000001
Test 3,E01000003,M,Test 34,E01000034,Test,E06000001
Test 4,E01000004,M,Test 34,E01000034,Test,E06000001
Far 9,E01000009,U,Far 9,E01000009,Far,E06000009
"""
WARDS = b"""LSOA21CD,LSOA21NM,MSOA21CD,MSOA21NM,WD24CD,WD24NM,LAD24CD,LAD24NM
E01000001,Test 1,E02000001,Test 001,E05000001,North,E06000001,Test
E01000021,Test 2a,E02000001,Test 001,E05000001,North,E06000001,Test
E01000022,Test 2b,E02000002,Test 002,E05000002,South,E06000001,Test
E01000034,Test 34,E02000002,Test 002,E05000002,South,E06000001,Test
E01000009,Far 9,E02000009,Far 001,E05000009,Middle,E06000009,Far
"""
REGIONS = b"""ltla23_name,ltla23_code,region23_name,region23_code
Test,E06000001,Somewhere,E12000001
Far,E06000009,Somewhere,E12000001
"""


def read(*texts: bytes) -> LookupFile:
    """The files as one."""
    found = LookupFile()
    for text in texts:
        one = lookup_file(io.BytesIO(text), "file.csv")
        assert one.problems == []
        found.tables += one.tables
        found.areas.update(one.areas)
    return found


@pytest.fixture(scope="module")
def geography() -> Geography:
    found = read(LSOAS, WARDS, REGIONS)
    return Geography(found.tables, found.areas)


def codes(areas: tuple[AreaName, ...]) -> list[str]:
    return [area.code for area in areas]


def test_headings_of_both_kinds_give_lookups_from_each_column_to_the_next() -> None:
    names = [table.name for table in read(WARDS).tables]
    assert names == ["lsoa21-msoa21", "lsoa21-wd24", "lsoa21-lad24", "msoa21-wd24", "wd24-lad24"]
    assert read(WARDS).areas["E02000002", "2021"] == (AreaKind.MSOA, "Test 002")


def test_parts_by_kind_and_year_and_by_which_lookups(geography: Geography) -> None:
    assert codes(geography.parts("E06000001", AreaKind.LSOA, "2021")) == [
        "E01000001", "E01000021", "E01000022", "E01000034",
    ]  # fmt: skip
    assert codes(geography.parts("E06000001", AreaKind.LSOA, "2011")) == [f"E0100000{n}" for n in range(1, 5)]
    assert geography.used("E06000001", AreaKind.LSOA, "2021") == ("lsoa21-lad24",)
    assert geography.used("E06000001", AreaKind.LSOA, "2011") == ("lsoa11-ltla22",)
    assert codes(geography.parts("E06000001", AreaKind.WARD)) == ["E05000001", "E05000002"]
    assert codes(geography.parts("E05000001", AreaKind.LSOA)) == ["E01000001", "E01000021"]
    assert geography.parts("E06000001", AreaKind.LSOA, "2001") == ()
    assert geography.parts("E06000999", AreaKind.LSOA) == ()
    assert geography.parts("E01000001", AreaKind.DISTRICT) == ()
    assert geography.parts("E06000001", AreaKind.DISTRICT, "2022") == (
        AreaName("E06000001", "Test", AreaKind.DISTRICT, "2022"),
    )


def test_a_region_of_one_year_is_made_of_wards_of_another_through_districts_with_the_same_codes(
    geography: Geography,
) -> None:
    assert codes(geography.parts("E12000001", AreaKind.WARD)) == ["E05000009", "E05000001", "E05000002"]
    assert geography.used("E12000001", AreaKind.WARD) == ("ltla23-region23", "wd24-lad24")


def test_a_district_that_has_gone_is_not_taken_for_another() -> None:
    gone = REGIONS + b"Old,E06000008,Somewhere,E12000001\n"
    found = read(LSOAS, WARDS, gone)
    geography = Geography(found.tables, found.areas)
    assert geography.parts("E12000001", AreaKind.WARD) == ()
    assert len(geography.parts("E12000001", AreaKind.DISTRICT, "2023")) == 3


def test_parents_from_small_to_large(geography: Geography) -> None:
    assert codes(geography.parents("E01000022")) == ["E02000002", "E05000002", "E06000001", "E12000001"]
    assert codes(geography.parents("E01000002")) == [
        "E02000001", "E02000002", "E05000001", "E05000002", "E06000001", "E12000001",
    ]  # fmt: skip
    assert geography.parent("E01000022", AreaKind.WARD) == AreaName("E05000002", "South", AreaKind.WARD, "2024")
    assert geography.parent("E01000002", AreaKind.WARD) is None
    assert geography.parents("E01999999") == ()
    assert [area.vintage for area in geography.parents("E01000022", "2022") if area.kind == AreaKind.DISTRICT] == [
        "2022"
    ]


def test_names_kinds_and_years(geography: Geography) -> None:
    assert geography.name("E01000021") == "Test 2a"
    assert geography.name("E01999999") == "E01999999"
    assert geography.kind("E05000001") == AreaKind.WARD
    assert geography.kind("E47000001") == AreaKind.COMBINED_AUTHORITY
    assert geography.kind("nonsense") is None
    assert geography.vintages(AreaKind.DISTRICT) == ("2022", "2023", "2024")
    assert geography.codes_by_name(AreaKind.WARD)["North"] == ("E05000001",)
    assert geography.knows("E05000001")
    assert not geography.knows("E05000003")


def test_the_way_between_years(geography: Geography) -> None:
    (there,) = geography.path(AreaKind.LSOA, "2011", "2021")
    assert there.name == "lsoa11-lsoa21"
    (back,) = geography.path(AreaKind.LSOA, "2021", "2011")
    assert back.name == "lsoa11-lsoa21, turned"
    assert back.rows["E01000021", "E01000002"] == "M"
    assert back.rows["E01000034", "E01000003"] == "S"
    assert turned(back).rows == there.rows
    assert geography.path(AreaKind.LSOA, "2011", "2011") == ()
    with pytest.raises(NoLookup, match="from lsoa 2011 to lsoa 2001"):
        geography.path(AreaKind.LSOA, "2011", "2001")


def test_the_way_that_spans_the_fewest_years_is_taken() -> None:
    text = b"ltla16_code,ltla16_name,ltla22_code,ltla22_name,ltla23_code,ltla23_name\n"
    text += b"E06000001,A,E06000001,A,E06000001,A\n"
    found = read(text)
    geography = Geography(found.tables, found.areas)
    assert [table.name for table in geography.path(AreaKind.DISTRICT, "2022", "2023")] == ["ltla22-ltla23"]
    assert [table.name for table in geography.path(AreaKind.DISTRICT, "2016", "2023")] == ["ltla16-ltla23"]


def test_a_neighbourhood_has_its_parts_and_lies_where_they_lie(geography: Geography) -> None:
    drawn = AreaName("Q00000001", "Around the docks", AreaKind.NEIGHBOURHOOD, "2021")
    other = AreaName("Q00000002", "Overlapping", AreaKind.NEIGHBOURHOOD, "2021")
    whole = geography.with_neighbourhoods({drawn: ("E01000001", "E01000022"), other: ("E01000001",)})
    assert codes(whole.parts("Q00000001", AreaKind.LSOA)) == ["E01000001", "E01000022"]
    assert codes(whole.parents("Q00000001")) == ["E06000001", "E12000001"]
    assert codes(whole.parts("E06000001", AreaKind.WARD)) == ["E05000001", "E05000002"]
    assert {"Q00000001", "Q00000002"} < set(codes(whole.parents("E01000001")))
    assert whole.areas(AreaKind.NEIGHBOURHOOD) == (drawn, other)
    assert whole.parts("E06000001", AreaKind.NEIGHBOURHOOD) == (drawn, other)
    assert not geography.parts("E06000001", AreaKind.NEIGHBOURHOOD)
    assert not whole.parts("E06000001", AreaKind.NEIGHBOURHOOD, "2011")
    ward = next(one.code for one in whole.parents("E01000001") if one.kind == AreaKind.WARD)
    assert drawn not in whole.parts(ward, AreaKind.NEIGHBOURHOOD)  # half of it lies in another ward
    assert other in whole.parts(ward, AreaKind.NEIGHBOURHOOD)
    assert not geography.knows("Q00000001")


OVERLAPS = {
    "LSOA11": ["E01000001", "E01000002", "E01000002", "95AA01S1"],
    "PARL25": ["UKPARL.2025.SAN", "UKPARL.2025.SAN", "UKPARL.2025.WRW", "UKPARL.2025.WRW"],
    "percentage_overlap_pop": [1.0, 0.25, 0.75, 0.8],
}


def test_overlaps_are_a_lookup_with_weights() -> None:
    found = overlap_file(OVERLAPS, "overlap.parquet")
    assert found.problems == []
    (table,) = found.tables
    assert (table.name, table.target.kind, table.target.vintage) == ("lsoa11-parl25", AreaKind.CONSTITUENCY, "2025")
    assert table.weights["E01000002", "UKPARL.2025.WRW"] == 0.75
    assert [(remark.value, remark.code) for remark in found.remarks] == [("95AA01S1", "shares")]
    geography = Geography([table], found.areas)
    assert codes(geography.parts("UKPARL.2025.WRW", AreaKind.LSOA)) == ["95AA01S1", "E01000002"]
    assert codes(geography.parents("E01000002")) == ["UKPARL.2025.WRW"]
    assert kind_of("UKPARL.2025.WRW") is AreaKind.CONSTITUENCY


def test_every_fault_of_overlaps() -> None:
    bad = {
        "LSOA11": ["E0100", "E01000002", "E01000002", "E01000003", None],
        "PARL25": ["UKPARL.2025.SAN", "UKPARL.2025.SAN", "UKPARL.2025.SAN", "San", "UKPARL.2025.SAN"],
        "percentage_overlap_pop": [1.0, 0.5, 0.5, float("nan"), 2],
    }
    found = overlap_file(bad, "overlap.parquet")
    assert [(problem.row, problem.code) for problem in found.problems] == [
        (2, "area code"), (4, "twice"), (5, "area code"), (5, "share"), (6, "area code"), (6, "share"),
    ]  # fmt: skip
    assert len(found.tables[0].rows) == 1


def test_a_lookup_without_weights_is_turned_whole(geography: Geography) -> None:
    table: LookupTable = geography.tables["lsoa11-lsoa21"]
    assert len(turned(table).rows) == len(table.rows)


def test_records_that_cannot_be_told_apart_are_refused() -> None:
    broken = LSOAS.replace(b"Test 1,E01000001,U", b"Test 1,\rE01000001,U")
    with pytest.raises(BadInput, match="records that can be told apart"):
        lookup_file(io.BytesIO(broken), "file.csv")
