"""The invented land: a coverage in both years, with lookups that add up, and files that the importers take."""

import json
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

shapely = pytest.importorskip("shapely")

from commongoal.demo.engine.geography import land_from, ward_code  # noqa: E402 - they need shapely
from commongoal.demo.engine.place_files import boundary_files, lookup_files, postcode_file  # noqa: E402
from commongoal.demo.engine.residents import UNITS  # noqa: E402
from commongoal.demo.place import geography_data, land  # noqa: E402
from commongoal.places.engine.areas import Match, kind_of  # noqa: E402
from commongoal.places.engine.lookup_file import lookup_file  # noqa: E402
from commongoal.places.engine.postcode_file import postcode_rows  # noqa: E402
from commongoal.places.files.boundaries import read_geojson  # noqa: E402

LAYERS = ("lsoa21", "lsoa11", "msoa21", "ward24", "pcon25", "ltla24")
BRITAIN_EAST_OF = 1.77  # degrees: the easternmost point of Great Britain is at 1.763 (Lowestoft Ness)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_is_a_coverage(layer: str) -> None:
    shapes = [area.shape for area in land().layers[layer]]
    assert all(shape.is_valid and not shape.is_empty for shape in shapes)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).geom_type == "Polygon"
    assert shapely.union_all(shapes).interiors == shapely.Polygon().interiors or not shapely.union_all(shapes).interiors


def test_a_gap_or_an_overlap_would_be_found() -> None:
    shapes = [area.shape for area in land().layers["lsoa21"]]
    shifted = shapely.transform(shapes[0], lambda corners: corners + np.array([0.0005, 0.0]))
    assert not shapely.coverage_is_valid([shifted, *shapes[1:]])


def test_the_layers_cover_the_same_ground() -> None:
    whole = shapely.union_all([area.shape for area in land().layers["lsoa21"]])
    for layer in ("lsoa11", "msoa21", "ward24", "pcon25"):
        other = shapely.union_all([area.shape for area in land().layers[layer]])
        assert whole.symmetric_difference(other).area < 1e-9 * whole.area, layer
    district = land().layers["ltla24"][0].shape
    assert whole.symmetric_difference(district).area < 1e-4 * whole.area  # corners are kept to ten centimetres


def test_small_areas_lie_in_what_the_lookups_say() -> None:
    outlines = {layer: {area.code: area.shape for area in land().layers[layer]} for layer in LAYERS}
    for each in land().small:
        inner = outlines["lsoa21"][each.code].buffer(-0.0001)
        for layer, code in (("ward24", each.ward), ("msoa21", each.msoa), ("pcon25", each.constituency)):
            assert outlines[layer][code].contains(inner), (each, layer)


def test_it_lies_in_the_sea_and_its_codes_are_nobodys() -> None:
    for layer in LAYERS:
        for area in land().layers[layer]:
            assert re.fullmatch(r"E(01|02|05|14|07)999\d{3}", area.code), area
            assert kind_of(area.code), area
    own = [area.shape.bounds[0] for area in land().layers["ward24"]]
    assert min(own) > BRITAIN_EAST_OF


def test_boundaries_changed_in_every_way() -> None:
    changes = land().changes
    assert {match for _, _, match in changes} == {match.value for match in Match}
    before, after = (Counter(each[place] for each in changes) for place in (0, 1))
    for old, new, match in changes:
        alone = before[old] == after[new] == 1
        assert alone == (match == Match.UNCHANGED)
        assert (after[new] > 1 and before[old] == 1) == (match == Match.MERGED) or match == Match.IRREGULAR
    outlines = {layer: {area.code: area.shape for area in land().layers[layer]} for layer in ("lsoa11", "lsoa21")}
    for old, new, match in changes:
        shared = outlines["lsoa11"][old].intersection(outlines["lsoa21"][new]).area
        assert shared > 0
        if match == Match.UNCHANGED:
            assert shared == pytest.approx(outlines["lsoa21"][new].area)


def test_wards_are_those_of_the_partnership(place: dict) -> None:
    assert [ward["name"] for ward in place["wards"]] == [ward["name"] for ward in geography_data()["wards"]]
    assert set(land().names("ward24").values()) == {ward["name"] for ward in place["wards"]}
    assert sum(ward["share"] for ward in place["wards"]) == pytest.approx(1)
    assert min(Counter(each.ward for each in land().small).values()) >= 3
    assert 60 <= len(land().small) <= 120


@pytest.fixture
def place() -> dict:
    import tomllib
    from importlib.resources import files

    return tomllib.loads(files("commongoal.demo").joinpath("marlhaven_partnership.toml").read_text(encoding="utf-8"))


def test_postcodes_lie_in_their_small_areas(place: dict) -> None:
    sectors = {ward_code(number): ward["sectors"] for number, ward in enumerate(place["wards"])}
    whole = postcode_file(land(), sectors, UNITS, 1)
    rows = list(postcode_rows(whole.content.splitlines(keepends=True), whole.name))
    assert len(rows) == len(place["wards"]) * 2 * len(UNITS)
    assert all(isinstance(row, dict) for row in rows)
    assert len({row["lsoa_2021"] for row in rows}) == len(land().small)
    for layer, field in (("lsoa21", "lsoa_2021"), ("lsoa11", "lsoa_2011"), ("ward24", "ward"), ("ltla24", "district")):
        assert found_in(whole.content, layer, rows) == [row[field] for row in rows], layer


def found_in(content: bytes, layer: str, rows: Sequence[dict]) -> list[str]:
    """Where the points lie by the boundaries as they are read from their file."""
    from commongoal.places.engine.outlines import areas_at

    outlines = read_geojson(boundaries(layer), layer)
    points = np.array([(row["easting"], row["northing"]) for row in rows], dtype=float)
    return list(areas_at({each.code: each for each in outlines.outlines}, points))


def boundaries(layer: str) -> bytes:
    return next(each.content for each in boundary_files(land()) if each.name == f"{layer}.geojson")


@pytest.mark.parametrize("layer", LAYERS)
def test_boundaries_are_read_without_a_remark(layer: str) -> None:
    found = read_geojson(boundaries(layer), f"{layer}.geojson")
    assert found.remarks == ()
    assert {area.code: area.name for area in land().layers[layer]} == {each.code: each.name for each in found.outlines}


def test_lookups_are_read_without_a_problem_and_leave_no_area_out() -> None:
    tables = {}
    for each in lookup_files(land(), geography_data()):
        found = lookup_file(each.content.splitlines(keepends=True), each.name)
        assert found.problems == [], each.name
        tables |= {table.name: table.rows for table in found.tables}
    assert {old for old, _ in tables["lsoa11-lsoa21"]} == set(land().names("lsoa11"))
    for name, layer in (("lsoa21-ward24", "lsoa21"), ("lsoa21-msoa21", "lsoa21"), ("ltla23-region23", "ltla24")):
        assert {source for source, _ in tables[name]} == set(land().names(layer)), name


def test_equal_files_give_equal_land() -> None:
    again = land_from(geography_data())
    assert again.small == land().small
    assert again.changes == land().changes
    assert [json.loads(each.content) for each in boundary_files(again)] == [
        json.loads(each.content) for each in boundary_files(land())
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_seed_gives_a_coverage(seed: int) -> None:
    other = land_from({**geography_data(), "seed": seed, "changes": []})
    assert other.pieces != land().pieces
    assert shapely.coverage_is_valid([area.shape for area in other.layers["lsoa21"]])
