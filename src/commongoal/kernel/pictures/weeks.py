"""Weeks counted: a cell for each week of a window, filled where it counts, hollow where it is still to come."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from commongoal.kernel.pictures.drawing import BLUE, GREY, INK, TRACK, WHITE, WIDE, Drawing, Picture, text_width, wrap
from commongoal.kernel.pictures.tables import Table, cells, heads
from commongoal.kernel.words import written_day

CELL, GAP, TOP = 28, 6, 12


class Mark(StrEnum):
    """How a week stands, in the words of the table."""

    COUNTS = "Counts"
    MISSED = "Does not count"
    NEEDED = "Still needed"
    SPARE = "To spare"


LEGEND = {
    Mark.COUNTS: "counts",
    Mark.MISSED: "does not count",
    Mark.NEEDED: "still needed",
    Mark.SPARE: "to spare, if a week does not count",
}


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks of a window from a day on, in order; `last_on` is the last day on which it can still be met."""

    title: str
    start: dt.date
    marks: tuple[Mark, ...]
    last_on: dt.date | None = None


def weeks_picture(data: Weeks, key: str = "weeks", width: int = WIDE) -> Picture:
    """The picture and its table: as many cells in a row as fit, the last possible day marked at the end."""
    drawing = Drawing(key, width)
    across = max((width - 4) // (CELL + GAP), 1)
    for place, mark in enumerate(data.marks):
        x, y = 4 + place % across * (CELL + GAP), TOP + place // across * (CELL + GAP + 8)
        _cell(drawing, x, y, mark, place + 1)
    rows = -(-len(data.marks) // across)
    foot = float(TOP + rows * (CELL + GAP + 8))
    if data.last_on and data.marks:
        foot = _last_day(drawing, data.last_on, (len(data.marks) - 1) % across, foot)
    height = _legend(drawing, data.marks, foot + drawing.size)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, height), (_table(data),))


def _cell(drawing: Drawing, x: float, y: float, mark: Mark, number: int) -> None:
    """Told apart without colour: solid, struck through, hollow with a thick edge, hollow with a dashed one."""
    looks: dict[Mark, dict[str, str | float]] = {
        Mark.COUNTS: {"fill": BLUE, "stroke": BLUE, "stroke_width": 2},
        Mark.MISSED: {"fill": TRACK, "stroke": GREY, "stroke_width": 1},
        Mark.NEEDED: {"fill": WHITE, "stroke": BLUE, "stroke_width": 2},
        Mark.SPARE: {"fill": WHITE, "stroke": GREY, "stroke_width": 1, "stroke_dasharray": "3 3"},
    }
    drawing.rect(x, y, CELL, CELL, rx=3, **looks[mark])
    if mark is Mark.MISSED:
        drawing.line(x + 5, y + CELL - 5, x + CELL - 5, y + 5, stroke=GREY, stroke_width=2)
        return
    fill = WHITE if mark is Mark.COUNTS else INK
    drawing.text(x + CELL / 2, y + 19, str(number), text_anchor="middle", font_size=14, fill=fill)


def _last_day(drawing: Drawing, last_on: dt.date, column: int, y: float) -> float:
    """A pointer under the last cell, and the day in words on the side where there is room."""
    x, y = 4 + column * (CELL + GAP) + CELL / 2, y + 6
    drawing.shape("path", d=f"M{x - 6:.0f} {y - 1:.0f}h12l-6 -9z", fill=INK)
    words = f"{written_day(last_on)}: the last day it can be met"
    size = drawing.size - 1
    wide = text_width(words, size, bold=True)
    if x + 12 + wide <= drawing.width:
        at, anchor = x + 12, "start"
    elif x - 12 - wide >= 0:
        at, anchor = x - 12, "end"
    else:
        lines = wrap(words, drawing.width - 8, size, 2, bold=True)
        return drawing.lines(4, y + size + 6, lines, size + 4, font_size=size, font_weight="bold")
    drawing.text(at, y + 1, words, text_anchor=anchor, font_size=size, font_weight="bold")
    return y + 10


def _legend(drawing: Drawing, marks: tuple[Mark, ...], y: float) -> float:
    x, size = 4.0, drawing.size - 1
    for mark in (each for each in Mark if each in marks):
        words = LEGEND[mark]
        wide = 34 + text_width(words, size)
        if x > 4 and x + wide > drawing.width:
            x, y = 4.0, y + 30
        _swatch(drawing, x, y, mark)
        drawing.text(x + 28, y + 15, words, font_size=size)
        x += wide + 14
    return y + 30


def _swatch(drawing: Drawing, x: float, y: float, mark: Mark) -> None:
    looks: dict[Mark, dict[str, str | float]] = {
        Mark.COUNTS: {"fill": BLUE, "stroke": BLUE},
        Mark.MISSED: {"fill": TRACK, "stroke": GREY},
        Mark.NEEDED: {"fill": WHITE, "stroke": BLUE, "stroke_width": 2},
        Mark.SPARE: {"fill": WHITE, "stroke": GREY, "stroke_dasharray": "3 3"},
    }
    drawing.rect(x, y, 20, 20, rx=3, **looks[mark])
    if mark is Mark.MISSED:
        drawing.line(x + 4, y + 16, x + 16, y + 4, stroke=GREY, stroke_width=2)


def _description(data: Weeks) -> str:
    told = "; ".join(f"{mark.value.lower()}: {data.marks.count(mark)}" for mark in Mark if mark in data.marks)
    last = f" The last day it can be met is {written_day(data.last_on)}." if data.last_on else ""
    return (
        f"Weeks from {written_day(data.start)} on. {told[:1].upper()}{told[1:]}.{last}"
        if data.marks
        else "There are no weeks to show."
    )


def _table(data: Weeks) -> Table:
    """A row for each run of weeks that stand alike."""
    runs: list[tuple[int, int, Mark]] = []
    for place, mark in enumerate(data.marks):
        if runs and runs[-1][2] is mark:
            runs[-1] = (runs[-1][0], place, mark)
        else:
            runs.append((place, place, mark))
    rows = tuple(cells(*_run(data.start, *run)) for run in runs)
    return Table(data.title, heads("Weeks", "From", "To", "How they stand"), rows, text_columns=(0, 1, 2, 3))


def _run(start: dt.date, first: int, last: int, mark: Mark) -> tuple[str, str, str, str]:
    numbers = f"{first + 1}" if first == last else f"{first + 1} to {last + 1}"
    ends = start + dt.timedelta(weeks=last + 1, days=-1)
    return numbers, written_day(start + dt.timedelta(weeks=first)), written_day(ends), mark.value
