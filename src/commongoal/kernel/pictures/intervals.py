"""Ratios with intervals: a dot and a 90% line for each, in order of name or size, never of rank."""

from dataclasses import dataclass
from statistics import median
from typing import Literal

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures.drawing import (
    BLUE,
    GREY,
    HALO,
    INK,
    WIDE,
    Drawing,
    Picture,
    Scale,
    axis,
    nice_ticks,
    wrap,
)
from commongoal.kernel.pictures.tables import Cell, Table, cells, estimate_cell, heads
from commongoal.kernel.words import Written, counted, interval, number, pounds, short_pounds


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the picture. No estimate: `why` says why; `whole` is the programme, drawn as a diamond.

    Where the number of people is hidden, so is the row's place among them.
    """

    name: str
    people: int | None
    estimate: Estimate | None
    why: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Ratios:
    """What to draw: `measure` says what the scale is, as the ratio's definition does; `line` is the £1 mark."""

    title: str
    measure: str
    rows: tuple[Row, ...]
    order: Literal["name", "size"] = "size"
    unit: Literal["pounds", "number"] = "pounds"
    line: float | None = 1.0
    line_words: str = "£1 back for each £1"

    @property
    def sorted_rows(self) -> tuple[Row, ...]:
        """By name or by number of people, with the programme last."""
        if self.order == "name":
            return tuple(sorted(self.rows, key=lambda row: (row.whole, row.name.casefold())))
        return tuple(sorted(self.rows, key=lambda row: (row.whole, -(row.people or 0), row.name.casefold())))

    @property
    def written(self) -> Written:
        """How the ratio is written."""
        return _two_places if self.unit == "pounds" else _one_place


def ratios_picture(data: Ratios, key: str = "ratios", width: int = WIDE) -> Picture:
    """The picture and its table. Values beyond the scale end in an arrow, with the figure beside it."""
    drawing = Drawing(key, width)
    low, high = _ends(data)
    ticks = nice_ticks(low, high, 4 if drawing.narrow else 6)
    left, right = (10, width - 12) if drawing.narrow else (216, width - 196)
    scale = Scale(ticks[0], ticks[-1], left, right)
    tops, foot = _tops(data, drawing)
    axis(drawing, scale, ticks, 26, foot, short_pounds if data.unit == "pounds" else _tick_number)
    _line_of_one(data, drawing, scale, foot)
    for row, top in zip(data.sorted_rows, tops, strict=True):
        _row(data, drawing, scale, row, top)
    after = drawing.lines(
        left, foot + 44, wrap(data.measure, width - left - 4, drawing.size - 1, 6), 18, font_size=drawing.size - 1
    )
    after = _legend(drawing, left, after + 8, any(_beyond(row, scale) for row in data.rows))
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, after), (_table(data),))


def _ends(data: Ratios) -> tuple[float, float]:
    """The scale holds 0, the £1 line and most intervals; a few huge ones must not flatten all the others."""
    shown = [row.estimate for row in data.rows if row.estimate is not None]
    ends = [end for e in shown for end in (e.point, e.low, e.high) if end is not None and abs(end) < 1e300]
    must = [0.0] + ([data.line] if data.line is not None else [])
    limit = max([4 * median([abs(e.point) for e in shown]) if shown else 1.0, *(2 * m for m in must)])
    return max(min(ends + must), -limit), min(max([*ends, max(must) * 1.2, 1e-9]), limit)


def _name_lines(drawing: Drawing, row: Row) -> tuple[str, ...]:
    return wrap(row.name, drawing.width - 20 if drawing.narrow else 200, drawing.size, 2, bold=row.whole)


def _tops(data: Ratios, drawing: Drawing) -> tuple[list[float], float]:
    tops, y = [], 32.0
    for row in data.sorted_rows:
        tops.append(y)
        names = len(_name_lines(drawing, row))
        said = len(wrap(_said(data, row)[-1], 174, 13, 2))
        y += names * 18 + 58 if drawing.narrow else max(names * 19 + 12, said * 15 + 34)
    return tops, y


def _line_of_one(data: Ratios, drawing: Drawing, scale: Scale, foot: float) -> None:
    if data.line is None:
        return
    x = scale(data.line)
    drawing.line(x, 20, x, foot, stroke_width=2, stroke_dasharray="6 4")
    anchor = "middle" if 80 < x < drawing.width - 80 else "start" if x <= 80 else "end"
    drawing.text(x, 14, data.line_words, text_anchor=anchor, font_size=drawing.size - 1, font_weight="bold")


def _row(data: Ratios, drawing: Drawing, scale: Scale, row: Row, top: float) -> None:
    names = _name_lines(drawing, row)
    weight = "bold" if row.whole else "normal"
    colour = INK if _known(row) else GREY
    middle = top + len(names) * 18 + 12 if drawing.narrow else top + 20
    first = top + 16 if drawing.narrow else middle + 6 - 9 * (len(names) - 1)
    drawing.lines(10 if drawing.narrow else 0, first, names, 18, fill=colour, font_weight=weight, **HALO)
    if row.estimate is not None:
        _mark(drawing, scale, row, row.estimate, middle)
    _figures(data, drawing, row, middle, colour)


def _known(row: Row) -> bool:
    return row.estimate is not None and row.estimate.low is not None and row.estimate.high is not None


def _mark(drawing: Drawing, scale: Scale, row: Row, estimate: Estimate, y: float) -> None:
    x = scale(estimate.point)
    if estimate.low is not None and estimate.high is not None:
        drawing.line(scale(estimate.low), y, scale(estimate.high), y, stroke=BLUE, stroke_width=3)
        for end in (estimate.low, estimate.high):
            _end_of_line(drawing, scale, end, y)
    if estimate.point > scale.high or estimate.point < scale.low:
        _arrow(drawing, x, y, 1 if estimate.point > scale.high else -1, INK)
    elif row.whole:
        drawing.shape("path", d=f"M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8z", fill=INK)
    else:
        filled = INK if _known(row) else "#ffffff"
        drawing.shape("circle", cx=x, cy=y, r=6, fill=filled, stroke=INK if _known(row) else GREY, stroke_width=2)


def _end_of_line(drawing: Drawing, scale: Scale, end: float, y: float) -> None:
    if scale.low <= end <= scale.high:
        drawing.line(scale(end), y - 6, scale(end), y + 6, stroke=BLUE, stroke_width=2)
    else:
        _arrow(drawing, scale(end), y, 1 if end > 0 else -1, BLUE)


def _arrow(drawing: Drawing, x: float, y: float, way: int, colour: str) -> None:
    drawing.shape("path", d=f"M{x + 8 * way:.1f} {y:.1f}l{-10 * way} -6v12z", fill=colour)


def _said(data: Ratios, row: Row) -> tuple[str, ...]:
    """The figure and its interval, or why either is missing."""
    if row.estimate is None:
        return ("no ratio", row.why) if row.why else ("no ratio",)
    return data.written(row.estimate.point), interval(row.estimate, data.written)


def _figures(data: Ratios, drawing: Drawing, row: Row, middle: float, colour: str) -> None:
    words = _said(data, row)
    if drawing.narrow:
        drawing.text(
            10,
            middle + 24,
            wrap(words[0] + "".join(f" ({word})" for word in words[1:]), drawing.width - 20, 13, 1)[0],
            font_size=13,
            fill=colour,
            **HALO,
        )
        return
    x = drawing.width - 174
    drawing.text(
        x, middle - 1 if len(words) == 2 else middle + 5, wrap(words[0], 172, 14, 1)[0], font_size=15, fill=colour
    )
    if len(words) == 2:
        drawing.lines(x, middle + 16, wrap(words[1], 174, 13, 2), 15, font_size=14, fill=colour)


def _beyond(row: Row, scale: Scale) -> bool:
    ends = (row.estimate.point, row.estimate.low, row.estimate.high) if row.estimate else ()
    return any(end is not None and not scale.low <= end <= scale.high for end in ends)


def _legend(drawing: Drawing, x: float, y: float, beyond: bool) -> float:
    small = drawing.size - 1
    drawing.line(x, y, x + 30, y, stroke=BLUE, stroke_width=3)
    drawing.shape("circle", cx=x + 15, cy=y, r=6, fill=INK)
    drawing.text(x + 38, y + 5, "figure and its 90% interval", font_size=small)
    drawing.shape("circle", cx=x + 15, cy=y + 22, r=6, fill="#ffffff", stroke=GREY, stroke_width=2)
    drawing.text(x + 38, y + 27, "figure without an interval", font_size=small, fill=GREY)
    drawing.shape("path", d=f"M{x + 15} {y + 36}l8 8l-8 8l-8 -8z", fill=INK)
    drawing.text(x + 38, y + 49, "the whole programme", font_size=small)
    if beyond:
        _arrow(drawing, x + 14, y + 66, 1, INK)
        drawing.text(x + 38, y + 71, "runs beyond the scale", font_size=small)
    return y + (84 if beyond else 62)


def _description(data: Ratios) -> str:
    known = [row for row in data.rows if not row.whole]
    few = sum(row.estimate is not None and not _known(row) for row in known)
    none = sum(row.estimate is None for row in known)
    beyond = ""
    if data.line is not None:
        sure = [row.estimate for row in known if row.estimate and row.estimate.low is not None]
        above = sum(e.low is not None and e.low > data.line for e in sure)
        below = sum(e.high is not None and e.high < data.line for e in sure)
        beyond = f" The interval lies wholly above the £1 line for {above} and wholly below it for {below}."
    return (
        f"{data.measure} A dot and a 90% line for each of {len(known)}, in order of "
        f"{'name' if data.order == 'name' else 'number of people'}, not of rank.{beyond} "
        f"Without an interval: {few}. Without a ratio: {none}. The table gives every figure."
    )


def _table(data: Ratios) -> Table:
    rows = tuple(
        cells(
            row.name,
            counted(row.people, "person", "people"),
            estimate_cell(row.estimate, data.written, why=f"no ratio: {row.why}"),
        )
        for row in data.sorted_rows
    )
    return Table(data.title, heads("Name", "People", Cell("Ratio", "90% interval")), rows, note=data.measure)


def _two_places(value: float) -> str:
    return pounds(value, 2 if abs(value) < 1000 else 0)


def _one_place(value: float) -> str:
    return number(value, 1)


def _tick_number(value: float) -> str:
    return f"{value:,.6g}".replace("-", "\N{MINUS SIGN}")
