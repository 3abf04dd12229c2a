"""Real postcodes: every live one resolves, and stands inside the areas that its file says it lies in."""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.spec.test_places_boundaries import by_code

from commongoal.kernel.errors import Problem
from commongoal.places.engine.outlines import areas_at
from commongoal.places.engine.postcode_file import Row, postcode_rows
from commongoal.places.engine.postcodes import PostcodeAreas, PostcodeState, is_postcode, normal_postcode

NSPL = {"SR": (6622, 2143, 77), "WN": (7197, 2038, 0)}  # live, terminated, live with no place as published
NO_PLACE = "9"  # of osgrdind: no grid reference, and so no areas (ONS, NSPL user guide)
FILES = {"wirral": ("E08000015", 8699), "ne_lincs": ("E06000012", 4439), "thanet": ("E07000114", 3925)}
NOT_INWARD = "CIKMOV"  # letters that no postcode ends in (Royal Mail)
# What does not agree, with how far the point stands outside the area that its file gives: the water's edge, where a
# boundary "clipped to the coast" leaves out a pier, and borders that the points of the grid meet within 2 metres.
WATER = {"CH44 6NR": 5, "DN35 8SF": 43, "CT11 9RN": 10}
BORDER = {"CH42 9LW": 2.1, "CT8 8AA": 2.1, "CT10 2EN": 2.1}


@cache
def rows(shared: Path, name: str) -> tuple[tuple[dict[str, str], Row], ...]:
    """Each row as it is in the file, and as it is read."""
    path = shared / "data" / "geography" / "postcodes" / name
    with path.open(encoding="utf-8", newline="") as text, path.open("rb") as lines:
        read = list(postcode_rows(lines, name))
        assert not [row for row in read if isinstance(row, Problem)]
        return tuple(zip(csv.DictReader(text), read, strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("outward", NSPL)
def test_every_live_postcode_resolves_and_terminated_ones_are_told_apart(shared: Path, outward: str) -> None:
    with (shared / "data" / "geography" / "lookups" / "lookup_lsoa11_lsoa21_ltla22.csv").open() as file:
        became = {row["lsoa11_code"] for row in csv.DictReader(file)}
    found: Counter[str] = Counter()
    for raw, row in rows(shared, f"NSPL_NOV_2021_UK_{outward}.csv"):
        areas = PostcodeAreas(**row)
        assert (areas.state is PostcodeState.LIVE) == (raw["doterm"] == "")
        found[areas.state] += 1
        if areas.state is PostcodeState.LIVE and raw["osgrdind"] == NO_PLACE:
            found["no place"] += 1
            assert areas.codes == ()
        elif areas.state is PostcodeState.LIVE:
            assert (areas.lsoa_2011, areas.ward, areas.district) == (raw["lsoa11"], raw["ward"], raw["laua"])
            assert areas.lsoa_2011 in became
            assert None not in (areas.easting, areas.northing)
    assert (found["live"], found["terminated"], found["no place"]) == NSPL[outward]


@pytest.mark.parametrize("outward", NSPL)
def test_postcodes_are_one_however_they_are_written_and_malformed_ones_are_none(shared: Path, outward: str) -> None:
    for raw, row in rows(shared, f"NSPL_NOV_2021_UK_{outward}.csv"):
        ways = (raw["pcd"], raw["pcd2"], raw["pcds"], raw["pcds"].lower(), f" {raw['pcds'].replace(' ', '-')}.")
        assert {normal_postcode(way) for way in ways} == {row["postcode"]}
    for number, (raw, _) in enumerate(rows(shared, f"NSPL_NOV_2021_UK_{outward}.csv")[::37]):
        good = raw["pcds"]
        wrong = (
            good[:-1],
            good[:-3],
            f"{good}A",
            f"1{good}",
            f"{good[:-1]}{NOT_INWARD[number % 6]}",
            f"{good[:-3]}A{good[-2:]}",
        )
        assert [text for text in wrong if is_postcode(text)] == []


@pytest.mark.parametrize("place", FILES)
@pytest.mark.parametrize(
    ("kind", "column", "inside"),
    [
        ("lsoa11", "lsoa_2011", "inside_lsoa11_polygon"),
        ("lsoa", "lsoa_2021", "inside_lsoa21_polygon"),
        ("ward", "ward", ""),
    ],
)
def test_points_lie_inside_the_areas_of_their_postcodes(
    shared: Path, place: str, kind: str, column: str, inside: str
) -> None:
    district, count = FILES[place]
    read, areas = rows(shared, f"{place}_{district}.csv"), by_code(shared, kind, district)
    assert len(read) == count
    at = areas_at(areas, np.array([[row["easting"], row["northing"]] for _, row in read], dtype=float))
    from shapely import Point

    apart = {
        raw["postcode"]: areas[row[column]].geometry.distance(Point(row["easting"], row["northing"]))
        for (raw, row), code in zip(read, at, strict=True)
        if code != row[column]
    }
    known = WATER if inside else WATER | BORDER
    assert {postcode: metres for postcode, metres in apart.items() if metres > known.get(postcode, 0)} == {}
    if inside:  # the file says itself which points lie in no area
        assert set(apart) == {raw["postcode"] for raw, _ in read if raw[inside] == "FALSE"}
