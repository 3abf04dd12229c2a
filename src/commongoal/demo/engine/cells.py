"""Ground divided into cells around points, with borders roughened so that both sides of each stay the same.

Kilometres east and north. Polygons are of shapely, which is imported where it is needed.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import hypot
from typing import Any

import numpy as np

Data = Mapping[str, Any]
Shape = Any  # a polygon of shapely, or several
Point = tuple[float, float]

DECIMALS = 4  # of a kilometre: every corner to ten centimetres, so that neighbours agree on it
ROUGHNESS = (0.11, 0.05, 0.0)  # how far the middle of a border may be moved, as a share of its length


def inside(shape: Shape, count: int, margin: float, draw: np.random.Generator) -> list[Point]:
    """Points well inside a shape, `margin` from its border where there is room; in the units of the shape."""
    import shapely

    room = shape
    for part in (1.0, 0.5, 0.2):
        room = shape.buffer(-margin * part)
        if not room.is_empty:
            break
    west, south, east, north = room.bounds
    found: list[Point] = []
    while len(found) < count:
        x, y = draw.uniform(west, east), draw.uniform(south, north)
        if shapely.contains_xy(room, x, y):
            found.append((float(x), float(y)))
    return found


def scattered(small: Data, ground: Shape, draw: np.random.Generator) -> list[Point]:
    """A point for each piece: thick near the harbour, then moved to the middles of their cells some times."""
    import shapely

    near = round(small["atoms"] * small["of_them_near"])
    near_ground = ground.intersection(shapely.Point(small["harbour"]).buffer(2 * small["spread_km"]))
    points: list[Point] = []
    while len(points) < near:
        drawn = draw.normal(small["harbour"], small["spread_km"], 2)
        if shapely.contains_xy(near_ground, *drawn):
            points.append((float(drawn[0]), float(drawn[1])))
    points += inside(ground, small["atoms"] - near, 0.1, draw)
    for _ in range(small["rounds"]):
        points = [(cell.centroid.x, cell.centroid.y) for cell in _plain(points, ground)]
    return points


def _plain(points: Sequence[Point], ground: Shape) -> list[Shape]:
    import shapely

    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=ground, ordered=True)
    return [cell.intersection(ground) for cell in cells.geoms]


def cells(points: Sequence[Point], ground: Shape, shortest: float, seed: int) -> list[Shape]:
    """The ground divided among points, each to the nearest, with rough borders; one polygon for each, in order."""
    import shapely

    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=ground.buffer(1), ordered=True)
    rough = roughened(list(cells.geoms), shortest, seed)
    return [_rounded(_largest(cell.intersection(ground))) for cell in rough]


def _largest(shape: Shape) -> Shape:
    return max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)


def _rounded(shape: Shape) -> Shape:
    import shapely

    return shapely.transform(shape, lambda corners: np.round(corners, DECIMALS))


def roughened(shapes: Sequence[Shape], shortest: float, seed: int) -> list[Shape]:
    """The shapes with every border broken up alike from both sides, as far as none crosses another."""
    import shapely

    for roughness in ROUGHNESS:
        found = [shapely.Polygon(_rough_ring(shape, shortest, roughness, seed)) for shape in shapes]
        if all(shape.is_valid for shape in found) and shapely.coverage_is_valid(found):
            break
    return found


def _rough_ring(shape: Shape, shortest: float, roughness: float, seed: int) -> list[Point]:
    corners = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in shape.exterior.coords]
    ring: list[Point] = []
    for a, b in pairwise(corners):
        low, high = sorted((a, b))
        draw = np.random.default_rng([seed, *_whole(low), *_whole(high)])
        border = _broken(low, high, (shortest, roughness), draw)
        ring += (border if a == low else border[::-1])[:-1]
    return ring


def _whole(point: Point) -> tuple[int, int]:
    scale = 10**DECIMALS
    return round(point[0] * scale) % 2**32, round(point[1] * scale) % 2**32


def _broken(a: Point, b: Point, how: tuple[float, float], draw: np.random.Generator) -> list[Point]:
    """A line from a to b through a point beside its middle, and so on for both halves: `how` short and far aside."""
    shortest, roughness = how
    if hypot(b[0] - a[0], b[1] - a[1]) < 2 * shortest:
        return [a, b]
    along, aside = draw.uniform(0.42, 0.58), draw.uniform(-roughness, roughness)
    x = a[0] + along * (b[0] - a[0]) - aside * (b[1] - a[1])
    y = a[1] + along * (b[1] - a[1]) + aside * (b[0] - a[0])
    middle = (round(x, DECIMALS), round(y, DECIMALS))
    return _broken(a, middle, how, draw) + _broken(middle, b, how, draw)[1:]
