"""Bars along a scale: what moves the answer, and who gains."""

from dataclasses import dataclass
from typing import Literal

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures.drawing import (
    BLUE,
    TINT,
    WIDE,
    Drawing,
    Picture,
    Scale,
    axis,
    nice_ticks,
    text_width,
    wrap,
)
from commongoal.kernel.pictures.tables import Cell, Table, cells, estimate_cell, heads
from commongoal.kernel.words import Written, jobs, number, percent, plain, pounds, short_pounds

Measure = Literal["share", "pounds", "number", "people"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is called, what is said under the name, how long it is, and marks such as "unverified".

    `hatched` sets a kind apart without colour; `hatch_words` of the picture says what that means.
    """

    name: str
    value: Estimate
    under: str = ""
    marks: tuple[str, ...] = ()
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars in the order given, with the first column's header and the values' header for the table."""

    title: str
    names: str
    values: str
    bars: tuple[Bar, ...]
    measure: Measure
    hatch_words: str = ""

    @property
    def written(self) -> Written:
        """How a value is written beside its bar and in the table."""
        return {"share": percent, "pounds": pounds, "number": jobs, "people": number}[self.measure]


def bars_picture(data: Bars, key: str = "bars", width: int = WIDE) -> Picture:
    """The picture and its table; bars run left of the zero line where the value is negative."""
    drawing = Drawing(key, width)
    hatch = drawing.hatch("hatch", BLUE)
    ends = [end for bar in data.bars for end in _ends(bar.value)] or [1.0]
    ticks = nice_ticks(min(0.0, *ends, 0.0), max(0.0, *ends, 0.0), 3 if drawing.narrow else 5)
    figures = max((text_width(data.written(bar.value.point), drawing.size) for bar in data.bars), default=0)
    left, right = (22 if drawing.narrow else 250), width - figures - 12
    scale = Scale(ticks[0], ticks[-1], left, right)
    blocks = [_words_of(drawing, bar) for bar in data.bars]
    tops, foot = _tops(drawing, blocks)
    axis(drawing, scale, ticks, 4, foot, _TICKS[data.measure])
    for bar, words, top in zip(data.bars, blocks, tops, strict=True):
        _bar(data, drawing, scale, bar, words, top, hatch)
    drawing.line(scale(0), 4, scale(0), foot, stroke_width=2)
    height = _legend(data, drawing, foot + 36, hatch)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, height), (_table(data),))


def _ends(value: Estimate) -> list[float]:
    return [end for end in (value.point, value.low, value.high) if end is not None and abs(end) < 1e300]


def _words_of(drawing: Drawing, bar: Bar) -> list[tuple[str, str]]:
    """Lines beside or above a bar, each with its weight."""
    room = drawing.width - 8 if drawing.narrow else 236
    words = [(line, "bold") for line in wrap(bar.name, room, drawing.size, 2, bold=True)]
    under = ", ".join(part for part in (bar.under, *(f"[{mark}]" for mark in bar.marks)) if part)
    return words + ([(line, "normal") for line in wrap(under, room, drawing.size - 1, 2)] if under else [])


def _tops(drawing: Drawing, blocks: list[list[tuple[str, str]]]) -> tuple[list[float], float]:
    tops, y = [], 8.0
    for words in blocks:
        tops.append(y)
        y += len(words) * 18 + 38 if drawing.narrow else max(len(words) * 19 + 14, 46)
    return tops, y


def _bar(
    data: Bars, drawing: Drawing, scale: Scale, bar: Bar, words: list[tuple[str, str]], top: float, hatch: str
) -> None:
    y = top + 15
    for line, weight in words:
        drawing.text(
            4 if drawing.narrow else 0, y, line, font_weight=weight, font_size=drawing.size - (weight == "normal")
        )
        y += 18
    middle = top + len(words) * 18 + 14 if drawing.narrow else top + 10 + max(len(words) - 1, 0) * 9
    zero, end = scale(0), scale(bar.value.point)
    fill = hatch if bar.hatched else TINT
    drawing.rect(min(zero, end), middle - 11, abs(end - zero), 22, fill=fill, stroke=BLUE, stroke_width=2)
    if bar.value.low is not None and bar.value.high is not None:
        low, high = scale(bar.value.low), scale(bar.value.high)
        for x1, x2, tall in ((low, high, 0), (low, low, 6), (high, high, 6)):
            drawing.line(x1, middle - tall, x2, middle + tall, stroke_width=2)
    _figure(data, drawing, scale, bar, middle)


def _figure(data: Bars, drawing: Drawing, scale: Scale, bar: Bar, middle: float) -> None:
    """The value stands beyond whatever is drawn furthest right."""
    x = max(scale(end) for end in (*_ends(bar.value), 0.0)) + 7
    drawing.text(x, middle + 5, data.written(bar.value.point))


def _legend(data: Bars, drawing: Drawing, y: float, hatch: str) -> float:
    if not (data.hatch_words and any(bar.hatched for bar in data.bars)):
        return y
    drawing.rect(4, y, 30, 16, fill=hatch, stroke=BLUE, stroke_width=2)
    return drawing.lines(
        42, y + 13, wrap(data.hatch_words, drawing.width - 46, drawing.size - 1, 3), 18, font_size=drawing.size - 1
    )


def _description(data: Bars) -> str:
    if not data.bars:
        return "There is nothing to show."
    largest = max(data.bars, key=lambda bar: bar.value.point)
    return (
        f"{len(data.bars)} bars. The longest is {largest.name}{f', {largest.under}' if largest.under else ''}: "
        f"{data.written(largest.value.point)}. The table gives every figure."
    )


def _table(data: Bars) -> Table:
    ranged = any(bar.value.low is not None for bar in data.bars)
    rows = tuple(
        cells(
            Cell(bar.name, bar.under),
            estimate_cell(bar.value, data.written, bar.marks)
            if ranged
            else Cell(data.written(bar.value.point), marks=bar.marks),
        )
        for bar in data.bars
    )
    return Table(data.title, heads(data.names, Cell(data.values, "90% interval" if ranged else "")), rows)


_TICKS: dict[Measure, Written] = {"share": percent, "pounds": short_pounds, "number": plain, "people": plain}
