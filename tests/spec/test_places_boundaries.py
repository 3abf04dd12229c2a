"""Real boundaries of four districts: every area is read, borders meet, neighbours are libpysal's, maps are small."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.engine.fuzz_boundaries import fuzzed_boundaries

from commongoal.kernel.pictures import NARROW, WIDE
from commongoal.kernel.pictures.place_map import MapArea, PlaceMap, place_map_picture
from commongoal.places.engine.outlines import (
    Outline,
    Outlines,
    areas_at,
    centres,
    contiguity,
    for_a_map,
    rings,
)
from commongoal.places.files.boundaries import read_geojson

NE_LINCOLNSHIRE, THANET, MANCHESTER, WIRRAL = "E06000012", "E07000114", "E08000003", "E08000015"
AREAS = {
    "lsoa": (("lsoa", "2021"), {NE_LINCOLNSHIRE: 107, THANET: 86, MANCHESTER: 295, WIRRAL: 209}),
    "lsoa11": (("lsoa", "2011"), {NE_LINCOLNSHIRE: 106, THANET: 84, MANCHESTER: 282, WIRRAL: 206}),
    "msoa": (("msoa", "2021"), {NE_LINCOLNSHIRE: 22, THANET: 17, MANCHESTER: 59, WIRRAL: 42}),
    "ward": (("ward", "2025"), {NE_LINCOLNSHIRE: 15, THANET: 23, MANCHESTER: 32, WIRRAL: 22}),
}
LARGEST = 150_000  # bytes of a map of one district's LSOAs


@cache
def outlines(shared: Path, kind: str, district: str) -> Outlines:
    path = shared / "data" / "geography" / "boundaries" / kind / f"{district}.geojson"
    return read_geojson(path.read_bytes(), path.name)


def by_code(shared: Path, kind: str, district: str) -> dict[str, Outline]:
    return {outline.code: outline for outline in outlines(shared, kind, district).outlines}


@pytest.mark.parametrize(("kind", "district"), [(kind, d) for kind, (_, each) in AREAS.items() for d in each])
def test_every_area_is_read_and_borders_meet(shared: Path, kind: str, district: str) -> None:
    read = outlines(shared, kind, district)
    (of, vintage), counts = AREAS[kind]
    assert (read.kind, read.vintage, len(read.outlines)) == (of, vintage, counts[district])
    assert read.remarks == ()  # no overlap, nothing repaired: shared borders stay shared on the grid
    areas = by_code(shared, kind, district)
    middles = centres(areas)
    assert areas_at(areas, np.array(list(middles.values()))) == tuple(middles)


@pytest.mark.parametrize("kind", ["lsoa", "ward"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_neighbours_are_those_of_libpysal(shared: Path, kind: str) -> None:
    geopandas, weights = pytest.importorskip("geopandas"), pytest.importorskip("libpysal.weights")
    areas = by_code(shared, kind, WIRRAL)
    found = contiguity(areas)
    frame = geopandas.GeoDataFrame(geometry=[areas[code].geometry for code in found.codes], index=list(found.codes))
    queen = weights.Queen.from_dataframe(frame, use_index=True, silence_warnings=True)
    theirs = {(a, b) for a, near in queen.neighbors.items() for b in near}
    rows, columns = found.matrix.nonzero()
    ours = {(found.codes[a], found.codes[b]) for a, b in zip(rows, columns, strict=True)}
    assert ours == theirs
    assert not found.joined


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_map_of_wirral_is_small_and_true(shared: Path, width: int) -> None:
    areas = by_code(shared, "lsoa", WIRRAL)
    simple = for_a_map(areas)
    with (shared / "data" / "deprivation" / "derived_imd2025_employment_england_lsoa21.csv").open() as file:
        share = {row["lsoa21_code"]: float(row["Employment_score"]) for row in csv.DictReader(file)}
    drawn = tuple(
        MapArea(code, o.name, rings(simple[code]), share[code], f"{share[code]:.1%} of people", f"/places/{code}/")
        for code, o in areas.items()
    )
    picture = place_map_picture(PlaceMap("Wirral", "Employment deprivation", drawn), width=width)
    assert len(picture.svg.encode()) < LARGEST
    assert picture.svg.count('class="cg-area"') == 209
    assert len(picture.tables[0].rows) == 209
    moved = sum(simple[code].geometry.symmetric_difference(o.geometry).area for code, o in areas.items())
    assert moved / sum(o.geometry.area for o in areas.values()) < 0.05  # a border that moves counts on both sides


def test_damaged_files_are_refused_or_read_as_they_stand(shared: Path) -> None:
    outcomes = fuzzed_boundaries(shared / "data", 200, 62)
    assert min(outcomes["refused"], outcomes["read"]) > 20
