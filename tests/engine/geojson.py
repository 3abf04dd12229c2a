"""GeoJSON of small invented areas: squares a kilometre wide on the National Grid, in rows."""

import json
from typing import Any

Ring = list[list[float]]
GRID = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}


def square(x: float, y: float, side: float = 1000) -> Ring:
    x, y = 330_000 + x * 1000, 380_000 + y * 1000
    return [[x, y], [x, y + side], [x + side, y + side], [x + side, y], [x, y]]


def code(number: int) -> str:
    return f"E01{number:06d}"


def feature(number: int, *rings: Ring, **other: Any) -> dict[str, Any]:
    properties = {"LSOA21CD": code(number), "LSOA21NM": f"Marlhaven {number:03d}", "LAD25CD": "E08000099"}
    return {
        "type": "Feature",
        "properties": {**properties, **other},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def collection(*features: Any, crs: Any = GRID) -> bytes:
    document = {"type": "FeatureCollection", "features": list(features), **({"crs": crs} if crs else {})}
    return json.dumps(document).encode()


def grid(wide: int, tall: int) -> bytes:
    """Squares numbered from the south west, row by row."""
    return collection(*(feature(y * wide + x + 1, square(x, y)) for y in range(tall) for x in range(wide)))
