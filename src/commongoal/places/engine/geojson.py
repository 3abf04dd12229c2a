"""Boundaries as the Office for National Statistics publishes them: GeoJSON in, outlines or every fault out.

Source of the format: RFC 7946, and the `crs` member of the GeoJSON of 2008 that published files still carry.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from commongoal.kernel.errors import BadInput, Problem
from commongoal.kernel.words import clean
from commongoal.places.engine.areas import AreaKind, is_area_code, kind_of
from commongoal.places.engine.geometry import NotAnOutline, On, outline_of, overlaps
from commongoal.places.engine.outlines import Outline, Outlines
from commongoal.places.engine.rows import shown

# "LSOA21CD" and "LSOA21NM": what the area is, the year, and whether it is the code or the name.
COLUMN = re.compile(r"([a-z]+)(\d\d)(cd|nm)", re.IGNORECASE)
# The word of each kind in such a column, the smallest kind first: of a ward's file, which names the ward's district
# as well, the outlines are the ward's.
WORDS = {
    "lsoa": AreaKind.LSOA,
    "msoa": AreaKind.MSOA,
    "wd": AreaKind.WARD,
    "pcon": AreaKind.CONSTITUENCY,
    "lad": AreaKind.DISTRICT,
    "cty": AreaKind.COUNTY,
    "cauth": AreaKind.COMBINED_AUTHORITY,
    "rgn": AreaKind.REGION,
    "ctry": AreaKind.COUNTRY,
}
LONGEST_NAME = 120
SYSTEMS = {"CRS84": On.DEGREES, "4326": On.DEGREES, "27700": On.GRID}
"""How the name of a coordinate reference system ends, and what its numbers are."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which properties hold the code and the name, and what they say the areas are."""

    kind: AreaKind
    vintage: str
    code: str
    name: str


@dataclass(slots=True)
class _Found:
    """What has been read so far."""

    file: str
    outlines: dict[str, Outline] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)  # code -> number of the feature it came in
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def fault(self, feature: int, column: str, value: str, expected: str, code: str) -> None:
        """One more problem."""
        self.problems.append(_at(self.file, feature, column, value, expected, code))

    def remark(self, feature: int, column: str, value: str, expected: str, code: str) -> None:
        """One more thing to know."""
        self.remarks.append(_at(self.file, feature, column, value, expected, code))


def outlines_in(document: object, file: str) -> Outlines:
    """The outlines in a GeoJSON document, by code. Raises `BadInput` with every fault; features count from 1.

    A feature without a geometry is left out, several features of one area are joined, and an outline that crosses
    itself is repaired where that leaves its area as it was: each with a remark.
    """
    features = _features(document, file)
    columns = _columns(features, file)
    found = _Found(file)
    on = _system(document, features, found)
    for number, feature in enumerate(features, start=1):
        _take(number, feature, columns, on, found)
    if not found.problems and not found.outlines:
        found.fault(0, "geometry", "", "the outline of one area at least", "no outlines")
    if not found.problems:
        _check_overlaps(found)
    if found.problems:
        raise BadInput(found.problems)
    kept = tuple(found.outlines[code] for code in sorted(found.outlines))
    return Outlines(columns.kind, columns.vintage, file, kept, remarks=tuple(found.remarks))


def _features(document: object, file: str) -> list[Any]:
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        features = document.get("features")
        if isinstance(features, list) and features:
            return features
    raise BadInput([Problem(file, 0, "", "", "a GeoJSON FeatureCollection with one feature at least", "not geojson")])


def _columns(features: list[Any], file: str) -> Columns:
    """By the properties that any feature has; the smallest kind, and of that the newest year."""
    names = {name: None for feature in features for name in _properties(feature)}
    parts = [match for match in map(COLUMN.fullmatch, names) if match]
    codes = {part[1].lower() + part[2]: part[0] for part in parts if part[3].lower() == "cd"}
    titles = {part[1].lower() + part[2]: part[0] for part in parts if part[3].lower() == "nm"}
    for word, kind in WORDS.items():
        for both in sorted(codes.keys() & titles.keys(), reverse=True):
            if both[:-2] == word:
                return Columns(kind, f"20{both[-2:]}", codes[both], titles[both])
    expected = "a code and a name of each area, such as LSOA21CD and LSOA21NM, or WD25CD and WD25NM"
    raise BadInput([Problem(file, 0, "properties", shown(", ".join(names)), expected, "columns")])


def _system(document: Any, features: list[Any], found: _Found) -> On:
    """What the numbers are: as `crs` says; without it degrees, unless one is too great for that."""
    crs = document.get("crs")
    if crs is None:
        return On.GRID if any(abs(x) > 180 for x in _first_numbers(features)) else On.DEGREES
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else ""
    for end, on in SYSTEMS.items():
        if re.search(rf"(?<![0-9A-Za-z]){end}$", name):
            return on
    expected = "longitude and latitude (CRS84 or EPSG:4326) or the British National Grid (EPSG:27700)"
    found.fault(0, "crs", shown(name or str(crs)), expected, "crs")
    return On.DEGREES


def _first_numbers(features: list[Any]) -> Iterator[float]:
    """The first number of each feature's outline."""
    for feature in features:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        inside = geometry.get("coordinates") if isinstance(geometry, dict) else None
        while isinstance(inside, list) and inside:
            inside = inside[0]
        if isinstance(inside, int | float):
            yield inside


def _take(number: int, feature: Any, columns: Columns, on: On, found: _Found) -> None:
    before = len(found.problems)
    properties = _properties(feature)
    code, name = properties.get(columns.code), properties.get(columns.name)
    if not isinstance(code, str) or not _stands_for(code, columns.kind):
        found.fault(number, columns.code, shown(_text(code)), f"the code of one {columns.kind}", "area code")
    if not isinstance(name, str) or not 0 < len(clean(name).strip()) <= LONGEST_NAME:
        found.fault(number, columns.name, shown(_text(name)), f"a name of 1 to {LONGEST_NAME} letters", "no name")
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if geometry is None and isinstance(feature, dict) and "geometry" in feature:
        if len(found.problems) == before:
            found.remark(number, "geometry", str(code), "an outline; the area was left out without one", "no outline")
        return
    try:
        shape, repaired = outline_of(geometry, on)
    except NotAnOutline as fault:
        found.fault(number, fault.where, shown(fault.value), fault.expected, fault.code)
        return
    if len(found.problems) == before:
        if repaired:
            found.remark(
                number, "geometry", repaired, "an outline that does not cross itself; it was put right", "repaired"
            )
        _add(number, Outline(str(code), clean(str(name)).strip(), shape), columns, found)


def _add(number: int, new: Outline, columns: Columns, found: _Found) -> None:
    """Add an area, or a further part of one."""
    from shapely import intersection, union

    first = found.outlines.get(new.code)
    if first is None:
        found.outlines[new.code], found.places[new.code] = new, number
        return
    place = found.places[new.code]
    if first.name != new.name:
        expected = f"{first.name!r}, the name that {new.code} has in feature {place}"
        found.fault(number, columns.name, shown(new.name), expected, "two names")
    elif intersection(first.geometry, new.geometry).area > 1:
        found.fault(number, columns.code, new.code, f"each area once; feature {place} covers the same ground", "twice")
    elif not (whole := union(first.geometry, new.geometry)).is_valid:
        found.fault(number, "geometry", new.code, f"a part that can be joined to that in feature {place}", "invalid")
    else:
        found.outlines[new.code] = Outline(new.code, new.name, whole)
        found.remark(number, columns.code, new.code, f"each area once; it was joined to feature {place}", "parts")


def _check_overlaps(found: _Found) -> None:
    """Areas of one kind and year share borders and nothing more."""
    codes = list(found.outlines)
    shapes = np.empty(len(codes), dtype=object)
    shapes[:] = [found.outlines[code].geometry for code in codes]
    for first, second, share in overlaps(shapes):
        place, other = found.places[codes[first]], found.places[codes[second]]
        ground = f"no ground in common with {codes[first]} (feature {place})"
        if share is None:
            expected = f"{ground}, whose border it does not quite meet"
            found.remark(other, "geometry", codes[second], expected, "border")
        else:
            expected = f"{ground}; they share {share:.0%} of the smaller"
            found.fault(other, "geometry", codes[second], expected, "overlap")


def _properties(feature: Any) -> Mapping[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _stands_for(code: str, kind: AreaKind) -> bool:
    """Whether it is the code of such an area; the digits of Northern Ireland's do not say what they stand for."""
    return is_area_code(code) and (code[0].isdigit() or kind_of(code) == kind)


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else repr(value)


def _at(file: str, feature: int, column: str, value: str, expected: str, code: str) -> Problem:
    place = f"feature {feature}, {column}" if feature else column
    return Problem(file, 0, place, clean(value), expected, code)
