"""A tornado: how far one number at a time moves an answer, from the low and the high end of its range."""

from dataclasses import dataclass

from commongoal.kernel.pictures.drawing import (
    BLUE,
    HALO,
    TINT,
    WIDE,
    Drawing,
    Picture,
    Scale,
    axis,
    nice_ticks,
    wrap,
)
from commongoal.kernel.pictures.tables import Cell, Table, cells, heads
from commongoal.kernel.words import about_pounds, pounds, short_pounds


@dataclass(frozen=True, slots=True)
class Swing:
    """One number: its name, its range as words, and the answer in pounds at the low and at the high end."""

    name: str
    ends: str
    at_low: float
    at_high: float
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tornado:
    """Swings in the order given, about the answer with every number at its value."""

    title: str
    answer: str
    central: float
    swings: tuple[Swing, ...]


def tornado_picture(data: Tornado, key: str = "tornado", width: int = WIDE) -> Picture:
    """The picture and its table: a light bar to the answer at the low end, a dark bar to that at the high end."""
    drawing = Drawing(key, width)
    ends = [end for swing in data.swings for end in (swing.at_low, swing.at_high)]
    ticks = nice_ticks(min([0.0, data.central, *ends]), max([0.0, data.central, *ends]), 3 if drawing.narrow else 5)
    scale = Scale(ticks[0], ticks[-1], 12 if drawing.narrow else 262, width - 24)
    step = 84 if drawing.narrow else 50
    foot = 8.0 + step * len(data.swings)
    axis(drawing, scale, ticks, 4, foot, short_pounds)
    for place, swing in enumerate(data.swings):
        _swing(data, drawing, scale, swing, 8.0 + step * place)
    drawing.line(scale(data.central), 4, scale(data.central), foot, stroke_width=2)
    height = _legend(drawing, foot + 40)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, height), (_table(data),))


def _swing(data: Tornado, drawing: Drawing, scale: Scale, swing: Swing, top: float) -> None:
    room = drawing.width - 8 if drawing.narrow else 248
    names = wrap(swing.name, room, drawing.size, 2)
    drawing.lines(4 if drawing.narrow else 0, top + 15, names, 18, **HALO)
    y = top + (44 if drawing.narrow else 10)
    middle = scale(data.central)
    for value, fill in ((swing.at_low, TINT), (swing.at_high, BLUE)):
        end = scale(value)
        drawing.rect(min(middle, end), y, abs(end - middle), 22, fill=fill, stroke=BLUE, stroke_width=2)


def _legend(drawing: Drawing, y: float) -> float:
    for fill, words in ((TINT, "the number at the low end of its range"), (BLUE, "at the high end")):
        drawing.rect(4, y, 30, 16, fill=fill, stroke=BLUE, stroke_width=2)
        drawing.text(42, y + 13, words, font_size=drawing.size - 1)
        y += 24
    return y + 4


def _description(data: Tornado) -> str:
    if not data.swings:
        return "No number has a range, so there is nothing to show."
    widest = data.swings[0]
    return (
        f"{len(data.swings)} numbers, each moved alone. {data.answer} is {about_pounds(data.central)} with every "
        f"number at its value. The first, {widest.name}, moves it from {about_pounds(widest.at_low)} to "
        f"{about_pounds(widest.at_high)}. The table gives every figure."
    )


def _table(data: Tornado) -> Table:
    rows = tuple(
        cells(Cell(swing.name, marks=swing.marks), swing.ends, pounds(swing.at_low), pounds(swing.at_high))
        for swing in data.swings
    )
    headers = heads("Number", "Low to high", Cell(data.answer, "at the low end"), Cell(data.answer, "at the high end"))
    return Table(data.title, headers, rows, text_columns=(0, 1))
