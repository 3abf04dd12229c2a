"""The invented land: its shore, districts and small areas as a coverage without gaps or overlaps, of 2011 and of 2021.

Kilometres east and north of an origin while it is made, degrees of longitude and latitude when it is done. Small areas
are cells around points drawn from a seed, with borders roughened so that both sides of each stay the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

import numpy as np

from commongoal.demo.engine.cells import Point, Shape, cells, roughened, scattered

Data = Mapping[str, Any]

KM_A_DEGREE = 111.32  # of latitude, and of longitude at the equator; near enough for a place that is not there
SHORTEST = {"shore": 0.22, "district": 0.9, "small": 0.16}  # km: no border is roughened further than this


@dataclass(frozen=True, slots=True)
class Outlined:
    """One area: its code, its name and its shape in degrees."""

    code: str
    name: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class SmallArea:
    """An LSOA of 2021 and the areas it lies in, by code."""

    code: str
    name: str
    ward: str
    msoa: str
    constituency: str
    district: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What small areas of both years are made of."""

    middle: Point  # km
    ward: int
    lsoa11: str
    lsoa21: str


@dataclass(frozen=True, slots=True)
class Land:
    """All of it. `layers` by the word of a lookup's column ("lsoa21", "ward24"); `changes` are rows of a lookup."""

    layers: Mapping[str, tuple[Outlined, ...]]
    pieces: tuple[Piece, ...]
    small: tuple[SmallArea, ...]
    changes: tuple[tuple[str, str, str], ...]  # of 2011, of 2021, and what became of it

    def names(self, layer: str) -> dict[str, str]:
        """The name of each area of a layer by its code."""
        return {area.code: area.name for area in self.layers[layer]}


def land_from(data: Data) -> Land:
    """The land that a geography file describes. Equal data give equal land."""
    import shapely

    draw = np.random.default_rng(data["seed"])
    ground = roughened([shapely.Polygon(data["coast"])], SHORTEST["shore"], data["seed"])[0]
    districts = cells([each["at"] for each in data["districts"]], ground, SHORTEST["district"], data["seed"])
    points = scattered(data["small"], districts[0], draw)
    shapes = cells(points, districts[0], SHORTEST["small"], data["seed"])
    wards = [_nearest(point, [ward["at"] for ward in data["wards"]]) for point in points]
    groups = _changed(data["changes"], data["wards"], wards, shapes)
    pieces = _pieces(points, wards, groups)
    return _land(data, pieces, shapes, districts)


def to_degrees(point: Point, data: Data) -> Point:
    """Longitude and latitude of a point in kilometres from the origin."""
    origin = data["origin"]
    wide = KM_A_DEGREE * cos(radians(origin["latitude"]))
    return origin["longitude"] + point[0] / wide, origin["latitude"] + point[1] / KM_A_DEGREE


def ward_code(number: int) -> str:
    """The code of the ward that stands at a place in the list, counted from 0."""
    return f"E05999{number + 1:03}"


def _nearest(point: Point, places: Sequence[Sequence[float]]) -> int:
    return min(range(len(places)), key=lambda n: hypot(point[0] - places[n][0], point[1] - places[n][1]))


def _changed(
    changes: Sequence[Data], wards: Sequence[Data], ward_of: Sequence[int], shapes: Sequence[Shape]
) -> list[tuple[str, list[int]]]:
    """The pieces of each change: neighbours in its ward, the last there are, so that the first stay as they are."""
    names, taken, found = [ward["name"] for ward in wards], set[int](), []
    for change in changes:
        ward = names.index(change["ward"])
        free = [n for n in reversed(range(len(shapes))) if ward_of[n] == ward and n not in taken]
        chains = (_chain(first, free, shapes, change["parts"]) for first in free)
        chain = next(chain for chain in chains if chain)
        taken.update(chain)
        found.append((change["match"], chain))
    return found


def _chain(first: int, free: Sequence[int], shapes: Sequence[Shape], length: int) -> list[int]:
    """So many pieces, each beside the one before; none where there are not."""
    chain = [first]
    while len(chain) < length:
        beside = [n for n in free if n not in chain and shapes[n].intersection(shapes[chain[-1]]).length > 0]
        if not beside:
            return []
        chain.append(beside[0])
    return chain


def _pieces(
    points: Sequence[Point], wards: Sequence[int], groups: Sequence[tuple[str, list[int]]]
) -> tuple[Piece, ...]:
    """Every piece with the small areas it belongs to: each its own, but for what changed."""
    count = max(wards) + 1
    first = {ward: [n for n, at in enumerate(wards) if at == ward][:2] for ward in range(count)}
    order = [n for ward in range(count) for n in first[ward]]
    order += [n for n in range(len(points)) if n not in set(order)]
    old = {piece: f"E01999{number + 1:03}" for number, piece in enumerate(order)}
    new, spare = dict(old), len(order)
    for match, chain in groups:
        parts = {"S": [[n] for n in chain], "M": [chain], "X": [chain[:1], chain[1:]]}[match]
        whole = {"S": [chain], "M": [], "X": [chain[:2]]}[match]
        for group in parts:
            spare += 1
            new |= dict.fromkeys(group, f"E01999{spare:03}")
        for group in whole:
            old |= dict.fromkeys(group, old[group[0]])
    return tuple(Piece(point, wards[n], old[n], new[n]) for n, point in enumerate(points))


def _land(data: Data, pieces: Sequence[Piece], shapes: Sequence[Shape], districts: Sequence[Shape]) -> Land:
    import shapely

    def joined(key: Mapping[int, str]) -> dict[str, Shape]:
        return {
            code: shapely.union_all([shapes[n] for n in range(len(shapes)) if key[n] == code])
            for code in sorted(set(key.values()))
        }

    def layer(found: Mapping[str, Shape], names: Mapping[str, str]) -> tuple[Outlined, ...]:
        return tuple(Outlined(code, names[code], _degrees(shape, data)) for code, shape in found.items())

    lsoa21 = joined({n: piece.lsoa21 for n, piece in enumerate(pieces)})
    lsoa11 = joined({n: piece.lsoa11 for n, piece in enumerate(pieces)})
    small = _small(data, pieces, lsoa21)
    inside_of = {each.code: each for each in small}
    of_piece = [inside_of[piece.lsoa21] for piece in pieces]
    names21 = {each.code: each.name for each in small}
    layers = {
        "lsoa21": layer(lsoa21, names21),
        "lsoa11": layer(lsoa11, _names_of_2011(pieces, names21)),
        "msoa21": layer(
            joined({n: each.msoa for n, each in enumerate(of_piece)}), {each.msoa: each.name[:-1] for each in small}
        ),
        "ward24": layer(
            joined({n: each.ward for n, each in enumerate(of_piece)}),
            {ward_code(n): ward["name"] for n, ward in enumerate(data["wards"])},
        ),
        "pcon25": layer(
            joined({n: each.constituency for n, each in enumerate(of_piece)}),
            {each["code"]: each["name"] for each in data["constituencies"]},
        ),
        "ltla24": tuple(
            Outlined(each["code"], each["name"], _degrees(shape, data))
            for each, shape in zip(data["districts"], districts, strict=True)
        ),
    }
    changes = sorted({(piece.lsoa11, piece.lsoa21, _match(piece, pieces)) for piece in pieces})
    return Land(layers, tuple(pieces), small, tuple(changes))


def _match(piece: Piece, pieces: Sequence[Piece]) -> str:
    """U, S, M or X, by how many small areas of each year hang together with the piece."""
    before, after = {piece.lsoa11}, {piece.lsoa21}
    for _ in pieces:
        together = [each for each in pieces if each.lsoa11 in before or each.lsoa21 in after]
        more = {each.lsoa11 for each in together}, {each.lsoa21 for each in together}
        if more == (before, after):
            break
        before, after = more
    if len(before) == len(after) == 1:
        return "U"
    return "S" if len(before) == 1 else "M" if len(after) == 1 else "X"


def _small(data: Data, pieces: Sequence[Piece], shapes: Mapping[str, Shape]) -> tuple[SmallArea, ...]:
    """The LSOAs of 2021 with the areas they lie in; the MSOA is the one whose middle is nearest."""
    ward_of = {piece.lsoa21: piece.ward for piece in pieces}
    middles, letters, found = data["small"]["msoas"], dict[int, int](), []
    for code, shape in shapes.items():
        msoa = _nearest((shape.centroid.x, shape.centroid.y), middles)
        letters[msoa] = letters.get(msoa, -1) + 1
        ward = data["wards"][ward_of[code]]
        found.append(
            SmallArea(
                code,
                f"{data['small']['names']} {msoa + 1:03}{chr(ord('A') + letters[msoa])}",
                ward_code(ward_of[code]),
                f"E02999{msoa + 1:03}",
                data["constituencies"][ward["pcon"]]["code"],
                data["districts"][0]["code"],
            )
        )
    return tuple(found)


def _names_of_2011(pieces: Sequence[Piece], names: Mapping[str, str]) -> dict[str, str]:
    """The name that the area kept, or one of its own after those of its MSOA."""
    kept: dict[str, str] = {}
    for piece in pieces:
        if piece.lsoa11 in kept:
            continue
        msoa = names[piece.lsoa21][:-1]
        used = {*kept.values(), *names.values()}
        fresh = next(name for letter in range(26) if (name := f"{msoa}{chr(ord('A') + letter)}") not in used)
        kept[piece.lsoa11] = names.get(piece.lsoa11, fresh)
    return kept


def _degrees(shape: Shape, data: Data) -> Shape:
    import shapely

    def turned(corners: Any) -> Any:
        return np.array([to_degrees((x, y), data) for x, y in corners]).reshape(-1, 2)

    return shapely.transform(shape, turned)
