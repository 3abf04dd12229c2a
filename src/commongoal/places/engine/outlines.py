"""Outlines of areas: what touches what, where their centres are, what lies in them, and simpler ones for a map.

Every outline is a polygon, or several, of shapely on the National Grid, in metres.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from commongoal.kernel.errors import Problem
from commongoal.places.engine.areas import AreaKind

NEAR = 1.0
"""Metres within which two areas count as touching: a corner of one in the middle of the other's side moves by less
when both are turned from degrees to the grid."""

MAP_STEPS = 300
"""How many steps a map across a page can tell apart, from side to side."""

Ring = tuple[tuple[float, float], ...]
Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outline:
    """One area: its code and name, and a shapely Polygon or MultiPolygon on the National Grid, in metres."""

    code: str
    name: str
    geometry: Any


@dataclass(frozen=True, slots=True)
class Outlines:
    """All the outlines of one file, by code; `remarks` are what was put right or left out in reading it."""

    kind: AreaKind
    vintage: str
    file: str
    outlines: tuple[Outline, ...]
    digest: str = ""  # SHA-256 of the file
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Who touches whom: `matrix` is a scipy.sparse csr of 0 and 1, symmetric, its diagonal zero, in order of `codes`.

    `joined` are the pairs that do not touch: an area without neighbours, and the nearest to it.
    """

    codes: tuple[str, ...]
    matrix: Any
    joined: tuple[tuple[str, str], ...] = ()


def contiguity(outlines: Mapping[str, Outline]) -> Neighbours:
    """Areas that share a side or a corner (queen contiguity).

    An area that touches none is joined to the nearest, as their outlines lie; of several as near, to the first by code.
    An area alone has no neighbour.
    """
    from scipy.sparse import csr_matrix
    from shapely import STRtree

    codes, shapes = _arrays(outlines)
    tree = STRtree(shapes)
    left, right = tree.query(shapes, predicate="dwithin", distance=NEAR)
    pairs = {(int(a), int(b)) for a, b in zip(left, right, strict=True) if a != b}
    touched = {a for a, _ in pairs}
    joined = []
    for place in range(len(codes) if len(codes) > 1 else 0):
        if place not in touched:
            other = _nearest(shapes, place)
            pairs |= {(place, other), (other, place)}
            joined.append((codes[place], codes[other]))
    rows, columns = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(codes), len(codes)))
    return Neighbours(codes, matrix, tuple(joined))


def _nearest(shapes: npt.NDArray[Any], place: int) -> int:
    from shapely import distance

    away = distance(shapes, shapes[place])
    away[place] = np.inf
    return int(np.argmin(away))


def centres(outlines: Mapping[str, Outline]) -> dict[str, tuple[float, float]]:
    """Easting and northing of the middle of each area, in metres: its centre of gravity, or a point inside it where
    that lies outside, as it does in an area bent like a banana.
    """
    from shapely import centroid, contains, get_coordinates, point_on_surface

    codes, shapes = _arrays(outlines)
    middles = centroid(shapes)
    points = get_coordinates(np.where(contains(shapes, middles), middles, point_on_surface(shapes)))
    return {code: (float(x), float(y)) for code, (x, y) in zip(codes, points, strict=True)}


def areas_at(outlines: Mapping[str, Outline], points: Points) -> tuple[str, ...]:
    """The code of the area in which each point lies, empty where it lies in none; on a border, the first by code.

    `points` are (n, 2) eastings and northings in metres (`engine.grid.on_the_grid` makes them of degrees).
    """
    from shapely import STRtree
    from shapely import points as shapely_points

    codes, shapes = _arrays(outlines)
    found = [""] * len(points)
    at, areas = STRtree(shapes).query(shapely_points(points), predicate="intersects")
    for place, area in sorted(zip(at.tolist(), areas.tolist(), strict=True), reverse=True):
        found[place] = codes[area]
    return tuple(found)


def simplified(outlines: Mapping[str, Outline], metres: float) -> dict[str, Outline]:
    """The same areas with fewer corners, none moved by much more than `metres`; a border that two share stays one.

    Islets and holes smaller than a square of that side are left out, unless nothing would be left.
    """
    from shapely import coverage_simplify

    codes, shapes = _arrays(outlines)
    # Visvalingam and Whyatt: a corner goes when the triangle it makes is smaller than the tolerance squared.
    simpler = coverage_simplify(shapes, metres) if len(codes) else shapes
    return {
        code: Outline(code, outlines[code].name, _without_specks(shape, metres * metres))
        for code, shape in zip(codes, simpler, strict=True)
    }


def for_a_map(outlines: Mapping[str, Outline]) -> dict[str, Outline]:
    """The same areas as simple as a map across a page can show: by a pixel and a half of one about 450 pixels wide."""
    from shapely import total_bounds

    if not outlines:
        return {}
    west, south, east, north = total_bounds(_arrays(outlines)[1])
    return simplified(outlines, max(east - west, north - south) / MAP_STEPS)


def _without_specks(shape: Any, least: float) -> Any:
    from shapely import MultiPolygon, Polygon

    parts = sorted(getattr(shape, "geoms", [shape]), key=lambda part: -part.area)
    kept = [
        Polygon(part.exterior, [hole for hole in part.interiors if Polygon(hole).area >= least])
        for number, part in enumerate(parts)
        if number == 0 or part.area >= least
    ]
    return kept[0] if len(kept) == 1 else MultiPolygon(kept)


def rings(outline: Outline) -> tuple[Ring, ...]:
    """Every ring of an outline, outer ones and holes, as plain eastings and northings: what a picture is drawn from."""
    parts = getattr(outline.geometry, "geoms", [outline.geometry])
    lines = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return tuple(tuple((float(x), float(y)) for x, y in line.coords) for line in lines)


def _arrays(outlines: Mapping[str, Outline]) -> tuple[tuple[str, ...], npt.NDArray[Any]]:
    """Codes in order, and their shapes."""
    codes: Sequence[str] = sorted(outlines)
    shapes = np.empty(len(codes), dtype=object)
    shapes[:] = [outlines[code].geometry for code in codes]
    return tuple(codes), shapes
