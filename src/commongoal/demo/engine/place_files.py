"""The invented land and its figures in the layouts in which real ones are published: names of files and their bytes."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from commongoal.demo.engine.cells import inside
from commongoal.demo.engine.geography import Land
from commongoal.places.engine.distances import grid_reference

Data = Mapping[str, Any]
KEYS = {
    "lsoa21": "LSOA21",
    "lsoa11": "LSOA11",
    "msoa21": "MSOA21",
    "ward24": "WD24",
    "pcon25": "PCON25",
    "ltla24": "LAD24",
}
DEGREE_DECIMALS = 7
MARGIN = 0.0006  # of a degree: how far inside its small area a postcode lies, where there is room


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """One file as it would be fetched: its name and what is in it."""

    name: str
    content: bytes


def boundary_files(land: Land) -> list[PlaceFile]:
    """One file of outlines for each layer, in the GeoJSON of the Open Geography Portal."""
    found = []
    for layer, areas in land.layers.items():
        key = KEYS[layer]
        features = [
            {
                "type": "Feature",
                "properties": {"FID": number, f"{key}CD": area.code, f"{key}NM": area.name},
                "geometry": _geometry(area.shape),
            }
            for number, area in enumerate(areas, start=1)
        ]
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
        whole = {"type": "FeatureCollection", "name": layer, "crs": crs, "features": features}
        found.append(PlaceFile(f"{layer}.geojson", json.dumps(whole).encode()))
    return found


def lookup_files(land: Land, data: Data) -> list[PlaceFile]:
    """The lookups from small areas up, between the years, and from districts to combined authority and region."""
    districts, region, authority = data["districts"], data["region"], data["combined_authority"]
    home = districts[0]
    names = {layer: land.names(layer) for layer in land.layers}
    years = ("21", "22", "23", "24")
    same = [word for year in years for word in (f"ltla{year}_code", f"ltla{year}_name")]
    return [
        _lookup(
            "lookup_lsoa11_lsoa21_ltla22",
            ("lsoa11_name", "lsoa11_code", "change_code", "lsoa21_name", "lsoa21_code", "ltla22_name", "ltla22_code"),
            [
                (names["lsoa11"][old], old, match, names["lsoa21"][new], new, home["name"], home["code"])
                for old, new, match in land.changes
            ],
        ),
        _lookup(
            "lookup_lsoa21_ward24_ltla24",
            ("lsoa21_name", "lsoa21_code", "ward24_name", "ward24_code", "ltla24_name", "ltla24_code"),
            [
                (each.name, each.code, names["ward24"][each.ward], each.ward, home["name"], home["code"])
                for each in land.small
            ],
        ),
        _lookup(
            "lookup_lsoa11_ltla21",
            ("lsoa11_name", "lsoa11_code", "ltla21_name", "ltla21_code"),
            [(name, code, home["name"], home["code"]) for code, name in names["lsoa11"].items()],
        ),
        _lookup(
            "lookup_lsoa21_msoa21",
            ("lsoa21_name", "lsoa21_code", "msoa21_name", "msoa21_code"),
            [(each.name, each.code, names["msoa21"][each.msoa], each.msoa) for each in land.small],
        ),
        _lookup(
            "lookup_lsoa21_pcon25",
            ("lsoa21_name", "lsoa21_code", "pcon25_name", "pcon25_code"),
            [(each.name, each.code, names["pcon25"][each.constituency], each.constituency) for each in land.small],
        ),
        _lookup("lookup_ltla_ltla", same, [(each["code"], each["name"]) * len(years) for each in districts]),
        _lookup(
            "lookup_ltla23_region23",
            ("ltla23_name", "ltla23_code", "region23_name", "region23_code"),
            [(each["name"], each["code"], region["name"], region["code"]) for each in districts],
        ),
        _lookup(
            "lookup_ltla23_cauth23",
            ("ltla23_name", "ltla23_code", "cauth23_name", "cauth23_code"),
            [
                (each["name"], each["code"], authority["name"], authority["code"])
                for each in districts
                if each.get("cauth")
            ],
        ),
    ]


def postcode_file(land: Land, sectors: Mapping[str, Sequence[str]], units: Sequence[str], seed: int) -> PlaceFile:
    """The postcodes of sectors by code of ward, in the layout of the National Statistics Postcode Lookup.

    Each half of a ward's small areas shares one of its sectors, and a postcode lies well inside its small area.
    """
    draw = np.random.default_rng(seed)
    shape = {area.code: area.shape for area in land.layers["lsoa21"]}
    before = {area.code: area.shape for area in land.layers["lsoa11"]}
    rows: list[tuple[object, ...]] = []
    for ward, theirs in sectors.items():
        small = [each for each in land.small if each.ward == ward]
        for half, sector in enumerate(theirs):
            here = small[half :: len(theirs)]
            for number, unit in enumerate(units):
                area = here[number % len(here)]
                ((longitude, latitude),) = inside(shape[area.code], 1, MARGIN, draw)
                east, north = grid_reference(latitude, longitude)
                old = _holding(before, longitude, latitude)
                rows.append((f"{sector}{unit}", "", east, f"{north:07}", area.district, ward, old, area.code))
    head = ("pcds", "doterm", "oseast1m", "osnrth1m", "laua", "ward", "lsoa11", "lsoa21")
    return PlaceFile("postcodes.csv", csv_of([head, *rows], quoted=False))


def csv_of(rows: Iterable[Sequence[object]], quoted: bool = True) -> bytes:
    """Rows as the offices write them: text in quotes and numbers not, or quotes only where a cell needs them."""
    lines = (",".join(_cell(cell, quoted) for cell in row) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _cell(value: object, quoted: bool) -> str:
    text = str(value)
    if isinstance(value, str) and (quoted or any(mark in text for mark in ',"\n')):
        return '"' + text.replace('"', '""') + '"'
    return text


def month_words(month: dt.date) -> str:
    """A month as Stat-Xplore and Nomis write it: August 2026."""
    return f"{month:%B %Y}"


def _lookup(name: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> PlaceFile:
    return PlaceFile(f"{name}.csv", csv_of([head, *rows]))


def _holding(shapes: Mapping[str, Any], longitude: float, latitude: float) -> str:
    import shapely

    return next(code for code, shape in shapes.items() if shapely.contains_xy(shape, longitude, latitude))


def _geometry(shape: Any) -> dict[str, Any]:
    """The geometry as GeoJSON, with outer rings counter-clockwise and degrees to a centimetre."""
    import shapely

    turned = shapely.orient_polygons(shape)
    rounded = shapely.transform(turned, lambda corners: np.round(corners, DEGREE_DECIMALS))
    found: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return found
