"""The geometry of one GeoJSON feature: nested lists in, a polygon on the National Grid out, or what is wrong."""

from collections.abc import Iterator
from enum import Enum
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from commongoal.places.engine.grid import DECIMALS, on_the_grid

FEWEST = 4
"""Positions of a ring: a triangle, and its first corner again (RFC 7946, section 3.1.6)."""

MOVED = 0.01
"""A repair may change the area by this share of it; more, and nobody knows what was meant."""

OVERLAP = 0.01
"""Two areas may share this much of the smaller; more, and one of them is wrong."""

REAL_OVERLAP = 1.0
"""Square metres that two areas share before it is worth saying."""


class On(Enum):
    """What the numbers of a position are, and the lowest and highest that lie in or near the United Kingdom."""

    DEGREES = ("longitude, then latitude, in degrees, in or near the United Kingdom", (-9.5, 49.0), (2.5, 61.5))
    GRID = ("metres of the British National Grid", (-200_000.0, -100_000.0), (800_000.0, 1_300_000.0))

    def __init__(self, words: str, low: tuple[float, float], high: tuple[float, float]) -> None:
        self.words, self.low, self.high = words, low, high


class NotAnOutline(Exception):  # noqa: N818 - it is a fault of the file, gathered with the others
    """What is wrong with one feature's geometry: where, what was found, what would be right, and the rule's name."""

    def __init__(self, where: str, value: str, expected: str, code: str) -> None:
        self.where, self.value, self.expected, self.code = where, value, expected, code
        super().__init__(expected)


def outline_of(geometry: Any, on: On) -> tuple[Any, str]:
    """A shapely Polygon or MultiPolygon on the grid, in metres, and why it was repaired, if it was.

    Raises `NotAnOutline`.
    """
    from shapely import MultiPolygon, Polygon

    parts = [
        Polygon(rings[0], rings[1:]) for rings in ([_ring(ring, on) for ring in part] for part in _parts(geometry))
    ]
    shape = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    return (shape, "") if shape.is_valid else _repaired(shape)


def _parts(geometry: Any) -> Iterator[list[Any]]:
    """The polygons of a geometry, each a list of rings."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise NotAnOutline("geometry", str(kind), "a Polygon or a MultiPolygon", "geometry")
    coordinates = geometry.get("coordinates")
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts or not all(isinstance(part, list) and part for part in parts):
        raise NotAnOutline("coordinates", str(coordinates), f"the rings of a {kind}", "coordinates")
    yield from parts


def _ring(ring: Any, on: On) -> npt.NDArray[np.float64]:
    """The corners of one ring on the grid, in metres; the last is the first."""
    if not isinstance(ring, list) or len(ring) < FEWEST:
        raise NotAnOutline("coordinates", str(ring), f"rings of at least {FEWEST} positions", "ring")
    for position in ring:
        if not _is_position(position):
            raise NotAnOutline("coordinates", str(position), "positions of two numbers", "position")
    points = np.array([position[:2] for position in ring], dtype=np.float64)
    outside = (points < on.low) | (points > on.high)
    if outside.any():
        found = ", ".join(f"{number:.10g}" for number in points[outside.any(axis=1)][0])
        raise NotAnOutline("coordinates", found, on.words, "out of range")
    if (points[0] != points[-1]).any():
        raise NotAnOutline("coordinates", str(ring[-1]), f"a ring that ends where it starts, {ring[0]}", "open ring")
    return on_the_grid(points) if on is On.DEGREES else np.round(points, DECIMALS)


def _is_position(position: Any) -> bool:
    """Two numbers, and perhaps a height; a whole number too great for a float is none."""
    if not isinstance(position, list) or not 2 <= len(position) <= 3:
        return False
    return all(type(x) in (int, float) and abs(x) < 1e15 and isfinite(x) for x in position)


def _repaired(shape: Any) -> tuple[Any, str]:
    """The ground that a crossing outline encloses, and where it crosses. Raises `NotAnOutline` where it is unclear."""
    from shapely import is_valid_reason, make_valid, union_all

    why = str(is_valid_reason(shape))
    mended = make_valid(shape, method="structure", keep_collapsed=False)
    parts = [part for part in getattr(mended, "geoms", [mended]) if part.geom_type == "Polygon" and part.area > 0]
    whole = union_all(parts)
    if not parts or not whole.is_valid or abs(whole.area - shape.area) > MOVED * whole.area:
        raise NotAnOutline("geometry", why, "an outline that does not cross itself and encloses ground", "invalid")
    return whole, why


def overlaps(shapes: npt.NDArray[Any]) -> Iterator[tuple[int, int, float | None]]:
    """Pairs of outlines that share ground, and how much of the smaller; None where it is next to nothing."""
    from shapely import STRtree, area, coverage_is_valid, intersection

    if len(shapes) < 2 or coverage_is_valid(shapes):
        return
    left, right = STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b)
    for first, second in pairs:
        shared = float(area(intersection(shapes[first], shapes[second])))
        share = shared / min(shapes[first].area, shapes[second].area)
        if share > OVERLAP:
            yield first, second, share
        elif shared > REAL_OVERLAP:
            yield first, second, None
