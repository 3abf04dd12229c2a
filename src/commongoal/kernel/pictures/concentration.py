"""How much a few areas hold: the curve from the highest rate to the lowest, with the point that is talked about."""

import math
from dataclasses import dataclass

from commongoal.kernel.pictures.drawing import (
    BLUE,
    GREY,
    HALO,
    INK,
    TINT,
    WIDE,
    Attributes,
    Drawing,
    Picture,
    Scale,
    text_width,
    wrap,
)
from commongoal.kernel.pictures.tables import Table, cells, heads
from commongoal.kernel.words import percent

QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Hold:
    """So much of the count (`held`, 0..1) in so many of the areas (`share`, 0..1), and what is said of it.

    `rounding` is between what rounding leaves `held`; `chance` what it would be if the risk were the same everywhere.
    """

    share: float
    held: float
    rounding: tuple[float, float] | None = None
    chance: float | None = None

    def words(self, areas: str, what: str) -> str:
        """In a sentence: "10% of areas hold 31% of claimants"."""
        return f"{percent(self.share)} of {areas} hold {percent(self.held)} of {what}"


@dataclass(frozen=True, slots=True)
class Concentrated:
    """The curve: cumulative shares of areas and of what they hold, of equal length, from 0 to 1.

    `holds` are the points of the table; the first is marked. `areas` and `what` are plurals of which one says
    that they are somewhere: "areas", "claimants".
    """

    title: str
    areas: str
    what: str
    shares: tuple[float, ...]
    held: tuple[float, ...]
    holds: tuple[Hold, ...]
    note: str = ""


def concentration_picture(data: Concentrated, key: str = "concentration", width: int = WIDE) -> Picture:
    """The picture and its table: the curve over the line on which every area holds as much as any other."""
    drawing = Drawing(key, width)
    left, right, top = 52.0, width - 28.0, 12.0
    foot = top + min(right - left, 400.0)
    x, y = Scale(0, 1, left, right), Scale(0, 1, foot, top)
    _grid(drawing, x, y)
    _curve(data, drawing, x, y)
    if data.holds:
        _mark(data, drawing, x, y, data.holds[0])
    after = drawing.lines(
        left - 46, foot + 44, wrap(f"Share of {data.areas}, the highest rates first", width - 10, drawing.size - 1, 3),
        18, font_size=drawing.size - 1,
    )  # fmt: skip
    after = _legend(data, drawing, after + 2)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, after), (_table(data),))


def _grid(drawing: Drawing, x: Scale, y: Scale) -> None:
    small = drawing.size - 1
    for share in QUARTERS:
        drawing.line(x(share), y(0), x(share), y(1), stroke="#d8dadb")
        drawing.line(x(0), y(share), x(1), y(share), stroke="#d8dadb")
        drawing.text(x(0) - 6, y(share) + 5, percent(share), text_anchor="end", font_size=small)
        drawing.text(x(share), y(0) + 20, percent(share), text_anchor="middle", font_size=small)
    drawing.line(x(0), y(0), x(1), y(0), stroke_width=2)
    drawing.line(x(0), y(0), x(0), y(1), stroke_width=2)


def _curve(data: Concentrated, drawing: Drawing, x: Scale, y: Scale) -> None:
    points = [(x(a), y(b)) for a, b in zip(data.shares, data.held, strict=True)]
    path = " ".join(f"{'L' if n else 'M'}{a:.1f} {b:.1f}" for n, (a, b) in enumerate(points))
    if points:
        drawing.shape("path", d=f"{path} L{x(0):.1f} {y(0):.1f}z", fill=TINT, fill_opacity=0.55)
        drawing.line(x(0), y(0), x(1), y(1), stroke=GREY, stroke_width=1.5, stroke_dasharray="6 4")
        drawing.shape("path", d=path, fill="none", stroke=BLUE, stroke_width=3, stroke_linejoin="round")


def _mark(data: Concentrated, drawing: Drawing, x: Scale, y: Scale, hold: Hold) -> None:
    """The point, lines to both scales, and its words beside it where there is room."""
    at, high = x(hold.share), y(hold.held)
    drawing.line(at, y(0), at, high, stroke_dasharray="2 3")
    drawing.line(x(0), high, at, high, stroke_dasharray="2 3")
    drawing.shape("circle", cx=at, cy=high, r=6, fill=INK)
    words = wrap(hold.words(data.areas, data.what), 132 if drawing.narrow else 210, drawing.size, 4, bold=True)
    wide = max(text_width(line, drawing.size, bold=True) for line in words)
    left = min(at + 14, drawing.width - wide - 4)
    first = min(max(high + 6, y(1) + 16), y(0) - 18 * len(words))
    first = first if at + 14 <= left + 1 else min(high + 28, y(0) - 18 * len(words))
    drawing.lines(left, first, words, 19, font_weight="bold", **HALO)


def _legend(data: Concentrated, drawing: Drawing, y: float) -> float:
    small = drawing.size - 1
    drawn: tuple[tuple[str, Attributes], ...] = (
        (f"where {data.what} are", {"stroke": BLUE, "stroke_width": 3}),
        ("if every area held as much as any other", {"stroke": GREY, "stroke_width": 1.5, "stroke_dasharray": "6 4"}),
    )
    for words, stroke in drawn:
        drawing.line(6, y, 36, y, **stroke)
        y = drawing.lines(44, y + 5, wrap(words, drawing.width - 50, small, 2), 18, font_size=small) + 2
    return y


def _description(data: Concentrated) -> str:
    if not data.holds:
        return "There is nothing to show."
    told = "; ".join(hold.words(data.areas, data.what) for hold in data.holds)
    return f"A curve from the {data.areas} with the highest rates to those with the lowest. {told}."


def _table(data: Concentrated) -> Table:
    rounded = any(hold.rounding for hold in data.holds)
    chance = any(hold.chance is not None for hold in data.holds)
    names = [f"Share of {data.areas}", f"Share of {data.what}"]
    names += ["Between, as figures are rounded"] if rounded else []
    names += ["By chance alone"] if chance else []
    rows = tuple(cells(*_cells(hold, rounded, chance)) for hold in data.holds)
    return Table(data.title, heads(*names), rows, note=data.note)


def _cells(hold: Hold, rounded: bool, chance: bool) -> list[str]:
    out = [percent(hold.share), _tenth(hold.held)]
    if rounded:
        out.append(f"{_tenth(hold.rounding[0])} to {_tenth(hold.rounding[1])}" if hold.rounding else "not rounded")
    return [*out, _tenth(hold.chance)] if chance else out


def _tenth(share: float | None) -> str:
    """To a tenth of a per cent: the table says more than the picture."""
    return "not known" if share is None or not math.isfinite(share) else f"{share * 100:.1f}%"
