"""Boundaries: what is read of GeoJSON, what is refused, who touches whom, and what lies where."""

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.errors import BadInput
from commongoal.places.engine.distances import grid_reference
from commongoal.places.engine.grid import on_the_grid
from commongoal.places.engine.outlines import (
    Outline,
    areas_at,
    centres,
    contiguity,
    for_a_map,
    rings,
    simplified,
)
from commongoal.places.files.boundaries import (
    OutlinesLost,
    keep_outlines,
    kept_outlines,
    outlines_for,
    outlines_of,
    read_geojson,
    remove_outlines,
)
from tests.engine.geojson import code, collection, feature, grid, square


def by_code(data: bytes) -> dict[str, Outline]:
    return {outline.code: outline for outline in read_geojson(data, "areas.geojson").outlines}


def refused(data: bytes) -> list[tuple[str, str]]:
    """Place and rule of every fault."""
    with pytest.raises(BadInput) as caught:
        read_geojson(data, "areas.geojson")
    return [(problem.column, problem.code) for problem in caught.value.problems]


@given(st.lists(st.tuples(st.floats(-8, 2), st.floats(50, 60.5)), min_size=1, max_size=20))
def test_many_points_at_once_stand_where_one_by_one_they_do(points: list[tuple[float, float]]) -> None:
    found = on_the_grid(np.array(points))
    one_by_one = np.array([grid_reference(latitude, longitude) for longitude, latitude in points])
    assert np.abs(found - one_by_one).max() <= 0.501  # whole metres there, millimetres here


def test_the_smallest_area_of_a_feature_is_what_it_outlines() -> None:
    read = read_geojson(grid(2, 1), "areas.geojson")
    assert (read.kind, read.vintage, len(read.outlines)) == ("lsoa", "2021", 2)
    assert read.outlines[0] == Outline("E01000001", "Marlhaven 001", read.outlines[0].geometry)
    assert read.outlines[0].geometry.area == 1_000_000


def test_degrees_and_metres_are_told_apart() -> None:
    ring = [[-3.05, 53.36], [-3.05, 53.37], [-3.03, 53.37], [-3.03, 53.36], [-3.05, 53.36]]
    for crs in (None, {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}):
        middle = centres(by_code(collection(feature(1, ring), crs=crs)))[code(1)]
        assert np.hypot(*np.subtract(middle, grid_reference(53.365, -3.04))) < 2
    assert centres(by_code(collection(feature(1, square(0, 0)), crs=None)))[code(1)] == (330_500, 380_500)
    swapped = [[y, x] for x, y in ring]
    assert refused(collection(feature(1, swapped), crs=None)) == [("feature 1, coordinates", "out of range")]
    other = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    assert ("crs", "crs") in refused(collection(feature(1, ring), crs=other))


def test_holes_parts_and_areas_without_an_outline() -> None:
    hole = square(0.25, 0.25, 500)
    data = collection(
        feature(1, square(0, 0), hole),
        feature(2, square(0.25, 0.25, 500)),
        feature(3, square(4, 0)),
        feature(3, square(6, 0)),
        {**feature(4), "geometry": None},
    )
    read = read_geojson(data, "areas.geojson")
    assert [outline.geometry.area for outline in read.outlines] == [750_000, 250_000, 2_000_000]
    assert [(remark.column, remark.code) for remark in read.remarks] == [
        ("feature 4, LSOA21CD", "parts"),
        ("feature 5, geometry", "no outline"),
    ]
    assert [len(rings(outline)) for outline in read.outlines] == [2, 1, 2]
    assert contiguity({outline.code: outline for outline in read.outlines}).matrix[0, 1] == 1


def test_every_fault_is_told_at_once_with_its_feature() -> None:
    open_ring, bow = [*square(2, 0)[:-1], [0.0, 0.0]], square(4, 0)
    bow[1], bow[2] = bow[2], bow[1]
    data = collection(
        feature(1, square(0, 0), LSOA21CD="E05000001"),
        feature(2, square(1, 0), LSOA21NM=" "),
        feature(3, open_ring),
        feature(4, bow),
        {**feature(5), "geometry": {"type": "Point", "coordinates": [1, 2]}},
        feature(6, [[330_000, "380000"], [1, 2], [3, 4], [5, 6]]),
        feature(7, [[330_000, 10**400], [1, 2], [3, 4], [5, 6]]),
        "not a feature",
    )
    assert refused(data) == [
        ("feature 1, LSOA21CD", "area code"),
        ("feature 2, LSOA21NM", "no name"),
        ("feature 3, coordinates", "open ring"),
        ("feature 4, geometry", "invalid"),
        ("feature 5, geometry", "geometry"),
        ("feature 6, coordinates", "position"),
        ("feature 7, coordinates", "position"),
        ("feature 8, LSOA21CD", "area code"),
        ("feature 8, LSOA21NM", "no name"),
        ("feature 8, geometry", "geometry"),
    ]


def test_a_spike_is_put_right_and_told() -> None:
    spiked = [*square(0, 0)[:2], [331_000, 381_000], [331_900, 381_000], [331_000, 381_000], *square(0, 0)[3:]]
    read = read_geojson(collection(feature(1, spiked)), "areas.geojson")
    assert [remark.code for remark in read.remarks] == ["repaired"]
    assert read.outlines[0].geometry.is_valid
    assert read.outlines[0].geometry.area == 1_000_000


def test_areas_do_not_cover_the_same_ground() -> None:
    assert refused(collection(feature(1, square(0, 0)), feature(2, square(0.5, 0)))) == [
        ("feature 2, geometry", "overlap")
    ]
    assert refused(collection(feature(1, square(0, 0)), feature(1, square(0, 0)))) == [("feature 2, LSOA21CD", "twice")]
    barely = read_geojson(collection(feature(1, square(0, 0)), feature(2, square(0.995, 0))), "areas.geojson")
    assert [remark.code for remark in barely.remarks] == ["border"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"[" * 200_000, b"null", b"[]", b'{"type":"FeatureCollection"}', b'{"a":' + b"9" * 5000 + b"}",
     b'{"type":"FeatureCollection","features":[]}', collection({"type": "Feature"}), collection(feature(1), 7),
     collection(feature(1, square(0, 0)), crs={"properties": 7}), collection({**feature(1), "geometry": None})],
)  # fmt: skip
def test_what_is_not_a_file_of_boundaries_is_refused(data: bytes) -> None:
    assert refused(data)


def test_nan_is_no_place() -> None:
    data = collection(feature(1, square(0, 0))).replace(b"380000", b"NaN", 1)
    assert refused(data) == [("feature 1, coordinates", "position")]


def test_sides_and_corners_make_neighbours() -> None:
    found = contiguity(by_code(grid(4, 3)))
    degrees = np.asarray(found.matrix.sum(axis=1)).ravel().reshape(3, 4)
    assert degrees.tolist() == [[3, 5, 5, 3], [5, 8, 8, 5], [3, 5, 5, 3]]
    assert (found.matrix != found.matrix.T).nnz == 0
    assert found.matrix.diagonal().sum() == 0
    assert not found.joined


def test_a_corner_in_the_middle_of_a_side_touches_it() -> None:
    data = collection(feature(1, square(0, 0)), feature(2, square(1, 0.5)))
    assert contiguity(by_code(data)).matrix.nnz == 2


def test_an_island_is_joined_to_the_nearest() -> None:
    data = collection(*(feature(n, square(x, 0)) for n, x in ((1, 0), (2, 1), (3, 5), (4, 20))))
    found = contiguity(by_code(data))
    assert found.joined == ((code(3), code(2)), (code(4), code(3)))
    assert found.matrix.toarray().tolist() == [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]]
    assert contiguity(by_code(collection(feature(1, square(0, 0))))).matrix.nnz == 0
    assert contiguity({}).codes == ()


def test_a_point_lies_in_its_area_and_on_a_border_in_the_first() -> None:
    points = np.array([[330_500, 380_500], [331_000, 380_500], [331_001, 380_500], [340_000, 380_500]], dtype=float)
    assert areas_at(by_code(grid(2, 1)), points) == (code(1), code(1), code(2), "")
    assert areas_at({}, points) == ("",) * 4


def test_the_centre_of_a_bent_area_lies_inside_it() -> None:
    x, y = 330_000.0, 380_000.0
    bent = [[x, y], [x, y + 900], [x + 100, y + 900], [x + 100, y + 100], [x + 900, y + 100], [x + 900, y], [x, y]]
    areas = by_code(collection(feature(1, bent)))
    assert areas_at(areas, np.array([centres(areas)[code(1)]])) == (code(1),)


def test_simpler_outlines_keep_their_shared_borders() -> None:
    luck = Random(7)
    side = [[331_000 + luck.uniform(-40, 40), 380_000 + step * 10.0] for step in range(1, 100)]
    corner, top = [331_000.0, 380_000.0], [331_000.0, 381_000.0]
    west = [[330_000, 380_000], corner, *side, top, [330_000, 381_000], [330_000, 380_000]]
    east = [corner, [332_000, 380_000], [332_000, 381_000], top, *reversed(side), corner]
    areas = by_code(collection(feature(1, west), feature(2, east)))
    simpler = simplified(areas, 60)
    first, second = (set(rings(simpler[code(n)])[0]) for n in (1, 2))
    assert 2 <= len(first & second) < 60
    assert simpler[code(1)].geometry.intersection(simpler[code(2)].geometry).area == 0
    assert sum(area.geometry.area for area in simpler.values()) == pytest.approx(2_000_000)
    assert for_a_map({}) == {}


def test_what_is_kept_is_read_back_and_only_what_is_asked_for(tmp_path: Path) -> None:
    read = read_geojson(grid(3, 2), "areas.geojson")
    name = keep_outlines(tmp_path, read)
    assert keep_outlines(tmp_path, read) == name
    (kept,) = kept_outlines(tmp_path)
    assert (kept.name, kept.kind, kept.vintage, kept.areas) == (name, "lsoa", "2021", 6)
    assert outlines_of(tmp_path, name) == {outline.code: outline for outline in read.outlines}
    assert list(outlines_of(tmp_path, name, [code(2), "E01999999"])) == [code(2)]
    assert outlines_for(tmp_path, "lsoa", "2021", [code(5)]).keys() == {code(5)}
    assert not outlines_of(tmp_path, name, ())
    assert not outlines_for(tmp_path, "lsoa", "2011")
    remove_outlines(tmp_path, name)
    assert kept_outlines(tmp_path) == ()


def test_lost_boundaries_are_said_to_be_lost(tmp_path: Path) -> None:
    name = keep_outlines(tmp_path, read_geojson(grid(2, 1), "areas.geojson"))
    next(tmp_path.rglob("*.parquet")).write_bytes(b"PAR1 no more")
    assert kept_outlines(tmp_path) == ()
    for lost in (name, "lsoa-2021-000000000000", "../../etc/passwd"):
        with pytest.raises(OutlinesLost):
            outlines_of(tmp_path, lost)


def spoilt(data: bytes, luck: Random) -> bytes:
    """A few bytes changed, dropped, repeated, or one word for another."""
    found = bytearray(data)
    for _ in range(luck.choice((1, 1, 2, 10))):
        at = luck.randrange(len(found))
        match luck.randrange(4):
            case 0:
                found[at] ^= 1 << luck.randrange(8)
            case 1:
                del found[at : at + luck.choice((1, 3, 400))]
            case 2:
                found[at:at] = found[at : at + luck.choice((1, 60, 900))]
            case _:
                found[at : at + luck.randrange(4)] = luck.choice(
                    (b"null", b"-", b"e9", b"[]", b'"', b"E01", b"{", b"0")
                )
    return bytes(found)


def holds(data: bytes) -> bool:
    """Whether a damaged file was read; then what was read makes sense in itself. Anything but a refusal is a fault."""
    try:
        read = read_geojson(data, "areas.geojson")
    except BadInput as refusal:
        _ = [str(problem) for problem in refusal.problems]
        return False
    codes = [outline.code for outline in read.outlines]
    assert codes == sorted(set(codes))
    assert all(outline.geometry.is_valid and outline.geometry.area > 0 for outline in read.outlines)
    return True


def test_damaged_files_are_refused_or_make_sense() -> None:
    luck, good = Random(61), json.dumps(json.loads(grid(3, 3)), indent=1).encode()
    read = sum(holds(spoilt(good, luck)) for _ in range(400))
    assert 20 < read < 380
