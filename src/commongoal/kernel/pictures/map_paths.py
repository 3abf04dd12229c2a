"""From rings of eastings and northings to the paths of a map: whole tenths of a pixel, so that shared borders agree."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Ring = Sequence[tuple[float, float]]
Corner = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where ground stands in a picture: its western and northern edge in metres, pixels a metre, and its corner."""

    west: float
    north: float
    scale: float
    x: float
    y: float

    def corners(self, ring: Ring) -> list[Corner]:
        """The corners of a ring in tenths of a pixel, without those that fall on the one before; north is up."""
        found: list[Corner] = []
        for east, north in ring:
            x, y = self.x + (east - self.west) * self.scale, self.y + (self.north - north) * self.scale
            corner = (round(x * 10), round(y * 10))
            if not found or found[-1] != corner:
                found.append(corner)
        return found


def framed(rings: Iterable[Ring], x: float, y: float, width: float, tallest: float) -> tuple[Frame, float, float]:
    """The frame that fits all rings into a box, and the width and height in pixels that they fill of it."""
    points = [point for ring in rings for point in ring]
    if not points:
        return Frame(0, 0, 1, x, y), width, 0
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    scale = min(width / max(east - west, 1e-9), tallest / max(north - south, 1e-9))
    filled = (east - west) * scale
    return Frame(west, north, scale, x + (width - filled) / 2, y), filled, (north - south) * scale


def path(lines: Iterable[Sequence[Corner]]) -> str:
    """The `d` of closed lines, in steps from corner to corner."""
    return "".join(_closed(line) for line in lines if len(line) > 3)


def _closed(line: Sequence[Corner]) -> str:
    steps = [f"M{_tenths(line[0][0])} {_tenths(line[0][1])}l"]
    for (x1, y1), (x2, y2) in pairwise(line[:-1]):
        dx, dy = _tenths(x2 - x1), _tenths(y2 - y1)
        steps.append(f"{dx}{'' if dy.startswith('-') else ' '}{dy} ")
    return "".join(steps).rstrip().replace(" -", "-") + "z"


def _tenths(value: int) -> str:
    """A number of tenths in as few letters as there are: -5 is "-.5", 120 is "12"."""
    sign, (whole, part) = "-" if value < 0 else "", divmod(abs(value), 10)
    return f"{sign}{whole or ('' if part else '0')}{f'.{part}' if part else ''}"


def border(lines: Iterable[Sequence[Corner]]) -> list[list[Corner]]:
    """The border round areas taken together: sides that two of them share drop out. `lines` are their closed rings."""
    sides = Counter(frozenset(side) for line in lines for side in pairwise(line))
    after: dict[Corner, list[Corner]] = {}
    for first, second in (tuple(side) for side, times in sorted(sides.items(), key=_first) if times == 1):
        after.setdefault(first, []).append(second)
        after.setdefault(second, []).append(first)
    found = []
    while after:
        found.append(_walked(after))
    return found


def _first(side: tuple[frozenset[Corner], int]) -> list[Corner]:
    return sorted(side[0])


def _walked(after: dict[Corner, list[Corner]]) -> list[Corner]:
    """One line along sides not walked yet, which are taken out as it goes."""
    at = next(iter(after))
    line = [at]
    while after.get(at):
        onward = after[at].pop()
        after[onward].remove(at)
        for end in (at, onward):
            if not after[end]:
                del after[end]
        at = onward
        line.append(at)
    return line
