"""Amounts by year as stacked bars: what is saved in each year, and by which agency."""

import math
from dataclasses import dataclass

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures.drawing import (
    BLUE,
    GREY,
    HALO,
    INK,
    TINT,
    WHITE,
    WIDE,
    Attributes,
    Drawing,
    Picture,
    Scale,
    axis,
    nice_ticks,
    text_width,
    wrap,
)
from commongoal.kernel.pictures.tables import Cell, Table, cells, estimate_cell, heads
from commongoal.kernel.words import about_pounds, pounds, short_pounds

TALL = 22
MOST = 6
"""So many agencies are told apart by their fill; the rest are drawn as one, and the table has them all."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One agency: its name, what is said under it, its pounds by year, and marks such as "unverified"."""

    name: str
    by_year: tuple[float, ...]
    under: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Years:
    """Layers by year, and the totals by year with their intervals; one amount and one total for each year."""

    title: str
    years: tuple[str, ...]
    layers: tuple[Layer, ...]
    totals: tuple[Estimate, ...]
    whole: Estimate | None = None
    note: str = ""


def years_picture(data: Years, key: str = "years", width: int = WIDE) -> Picture:
    """The picture and its table: a bar for each year, cut by agency, with the year's 90% interval as a thin line."""
    drawing = Drawing(key, width)
    fills = _fills(drawing)
    layers = _drawn_layers(data)
    ends = [0.0, *_stack_ends(data, layers), *(end for total in data.totals for end in _ends(total))]
    ticks = nice_ticks(min(ends), max(ends), 3 if drawing.narrow else 5)
    figures = max((text_width(_total(total), drawing.size, bold=True) for total in data.totals), default=0.0)
    left = 8.0 if drawing.narrow else 108.0
    scale = Scale(ticks[0], ticks[-1], left, max(width - 24 if drawing.narrow else width - figures - 16, left + 40))
    step = 60 if drawing.narrow else 40
    foot = 8.0 + step * len(data.years)
    axis(drawing, scale, ticks, 4, foot, short_pounds)
    for place, year in enumerate(data.years):
        _year(data, drawing, scale, layers, fills, place, year, 8.0 + step * place)
    drawing.line(scale(0), 4, scale(0), foot, stroke_width=2)
    height = _legend(data, drawing, layers, fills, foot + 44)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, height), (_table(data),))


def _fills(drawing: Drawing) -> tuple[Attributes, ...]:
    """Fills that differ in print and to everybody's eyes: solid, hatched, and empty ones."""
    return (
        {"fill": BLUE, "stroke": BLUE},
        {"fill": TINT, "stroke": BLUE},
        {"fill": drawing.hatch("lines", BLUE), "stroke": BLUE},
        {"fill": GREY, "stroke": GREY},
        {"fill": WHITE, "stroke": INK},
        {"fill": drawing.hatch("grey", GREY), "stroke": GREY},
        {"fill": INK, "stroke": INK},
    )


def _drawn_layers(data: Years) -> tuple[Layer, ...]:
    if len(data.layers) <= MOST + 1:
        return data.layers
    rest = data.layers[MOST:]
    summed = tuple(sum(_finite(layer.by_year[n]) for layer in rest) for n in range(len(data.years)))
    return (*data.layers[:MOST], Layer(f"{len(rest)} others, in the table", summed))


def _finite(value: float) -> float:
    return value if math.isfinite(value) and abs(value) < 1e300 else 0.0


def _ends(total: Estimate) -> list[float]:
    return [end for end in (total.point, total.low, total.high) if end is not None and abs(end) < 1e300]


def _stack_ends(data: Years, layers: tuple[Layer, ...]) -> list[float]:
    """How far each year's stack runs right and left of nothing."""
    found = []
    for place in range(len(data.years)):
        amounts = [_finite(layer.by_year[place]) for layer in layers]
        found += [sum(a for a in amounts if a > 0), sum(a for a in amounts if a < 0)]
    return found


def _total(total: Estimate) -> str:
    return about_pounds(total.point) if math.isfinite(total.point) else pounds(total.point)


def _year(
    data: Years, drawing: Drawing, scale: Scale, layers: tuple[Layer, ...], fills: tuple[Attributes, ...],
    place: int, year: str, top: float,
) -> None:  # fmt: skip
    total = data.totals[place]
    y = top + 26 if drawing.narrow else top + 8
    sides = {True: 0.0, False: 0.0}
    for layer, fill in zip(layers, fills, strict=False):
        amount = _finite(layer.by_year[place])
        start, end = scale(sides[amount >= 0]), scale(sides[amount >= 0] + amount)
        if abs(end - start) > 0.05:
            drawing.rect(min(start, end), y, abs(end - start), TALL, stroke_width=1.5, **fill)
        sides[amount >= 0] += amount
    _interval(drawing, scale, total, y)
    if drawing.narrow:
        drawing.text(8, top + 18, wrap(f"{year}: {_total(total)}", drawing.width - 16, drawing.size, 1, bold=True)[0],
                     font_weight="bold", **HALO)  # fmt: skip
        return
    drawing.text(0, y + 16, wrap(year, 104, drawing.size, 1)[0])
    x = max(scale(end) for end in (*_ends(total), sides[True], 0.0)) + 8
    drawing.text(min(x, drawing.width - 4), y + 16, _total(total), font_weight="bold", **HALO)


def _interval(drawing: Drawing, scale: Scale, total: Estimate, y: float) -> None:
    """The interval of a year's total, below its bar, where it does not hide the parts."""
    if total.low is None or total.high is None or total.low == total.high:
        return
    low, high, middle = scale(total.low), scale(total.high), y + TALL + 5
    for x1, x2, tall in ((low, high, 0), (low, low, 4), (high, high, 4)):
        drawing.line(x1, middle - tall, x2, middle + tall, stroke_width=1.5)


def _legend(data: Years, drawing: Drawing, layers: tuple[Layer, ...], fills: tuple[Attributes, ...], y: float) -> float:
    small = drawing.size - 1
    for layer, fill in zip(layers, fills, strict=False):
        drawing.rect(4, y - 12, 30, 15, stroke_width=1.5, **fill)
        named = ", ".join(part for part in (layer.name, layer.under) if part)
        said = " ".join([named, *(f"[{mark}]" for mark in layer.marks)])
        y = drawing.lines(42, y, wrap(said, drawing.width - 46, small, 2), 18, font_size=small) + 6
    if any(total.low is not None and total.low != total.high for total in data.totals):
        for x1, x2, tall in ((4, 34, 0), (4, 4, 4), (34, 34, 4)):
            drawing.line(x1, y - 5 - tall, x2, y - 5 + tall, stroke_width=1.5)
        y = drawing.lines(42, y, ("the year's 90% interval",), 18, font_size=small)
    return y


def _description(data: Years) -> str:
    if not data.years:
        return "There is nothing to show."
    told = "; ".join(f"{year} {about_pounds(total.point)}" for year, total in zip(data.years, data.totals, strict=True))
    named = ", ".join(layer.name for layer in data.layers)
    return f"A bar for each of {len(data.years)} years, cut by agency ({named}). {told}. The table gives every figure."


def _table(data: Years) -> Table:
    rows = [
        cells(Cell(layer.name, layer.under, layer.marks), *(pounds(v) for v in layer.by_year),
              pounds(math.fsum(_finite(v) for v in layer.by_year)))
        for layer in data.layers
    ]  # fmt: skip
    rows.append(
        cells("Everybody", *(estimate_cell(total, pounds) for total in data.totals),
              estimate_cell(data.whole, pounds) if data.whole else Cell(pounds(sum(t.point for t in data.totals))))
    )  # fmt: skip
    return Table(data.title, heads("Agency", *data.years, "All years"), tuple(rows), note=data.note, footing=1)
