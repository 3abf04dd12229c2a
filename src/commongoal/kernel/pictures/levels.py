"""Levels at the first, the last and the newest assessment: a row for each area of life, dots joined in that order."""

from dataclasses import dataclass
from itertools import pairwise

from commongoal.kernel.pictures.drawing import (
    BLUE,
    GREY,
    INK,
    TRACK,
    WHITE,
    WIDE,
    Drawing,
    Picture,
    Scale,
    text_width,
    wrap,
)
from commongoal.kernel.pictures.tables import Cell, Table, cells, heads
from commongoal.kernel.words import counted

UNSAID = "Preferred not to say"
UNASKED = "Not asked"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one area at one time: the level, 1 to the most, and its words; no level with the reason."""

    level: int | None
    words: str = UNASKED


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One area: its name, its highest level, and what was found at each time, the earliest first."""

    name: str
    most: int
    found: tuple[Found, ...]

    @property
    def known(self) -> tuple[tuple[int, int], ...]:
        """Which time, and the level then, wherever there is one."""
        return tuple((time, each.level) for time, each in enumerate(self.found) if each.level is not None)


@dataclass(frozen=True, slots=True)
class Levels:
    """What to draw: one to three `times` ("First, 4 May 2026"), the last being now, and the rows in order."""

    title: str
    times: tuple[str, ...]
    rows: tuple[LevelRow, ...]


def levels_picture(data: Levels, key: str = "levels", width: int = WIDE) -> Picture:
    """The picture and its table: further right is better, and the dot is now."""
    drawing = Drawing(key, width)
    y = _legend(data, drawing)
    left, right = (14, width - 14) if drawing.narrow else (236, width - 20)
    for row in data.rows:
        y = _row(drawing, row, len(data.times), left, right, y)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, y), (_table(data),))


def _marks(times: int) -> tuple[str, ...]:
    """How each time is drawn: a square, a ring, and a dot, which is always the last."""
    return ("first", "last", "now")[-times:] if times != 2 else ("first", "now")


def _dot(drawing: Drawing, mark: str, x: float, y: float) -> None:
    """One mark; each later one is smaller, so that those on the same level stay seen around it."""
    if mark == "first":
        drawing.rect(x - 13, y - 13, 26, 26, fill=WHITE, stroke=GREY, stroke_width=2)
    elif mark == "last":
        drawing.shape("circle", cx=x, cy=y, r=10, fill=WHITE, stroke=BLUE, stroke_width=3)
    else:
        drawing.shape("circle", cx=x, cy=y, r=6, fill=INK)


def _legend(data: Levels, drawing: Drawing) -> float:
    """What the marks mean: beside one another, or under one another on a phone."""
    x, y = 16.0, 16.0
    for mark, words in zip(_marks(len(data.times)), data.times, strict=True):
        _dot(drawing, mark, x, y)
        drawing.text(x + 22, y + 5, words)
        x, y = (x, y + 32) if drawing.narrow else (x + 22 + text_width(words, drawing.size) + 34, y)
    return y + (4 if drawing.narrow else 34)


def _row(drawing: Drawing, row: LevelRow, times: int, left: float, right: float, top: float) -> float:
    """One area; returns where the next begins."""
    names = wrap(row.name, drawing.width - 20 if drawing.narrow else 210, drawing.size, 3, bold=True)
    ends = _ends(row)
    room = right - left if drawing.narrow else 216
    words = wrap(ends, drawing.width - 20 if drawing.narrow else room, drawing.size - 1, 4)
    x = 4 if drawing.narrow else 0
    after = drawing.lines(x, top + 16, names, 19, font_weight="bold")
    after = drawing.lines(x, after, words, 17, font_size=drawing.size - 1, fill=GREY)
    middle = after + 8 if drawing.narrow else top + (after - top - 12) / 2
    _track(drawing, row, times, Scale(1, row.most, left + 12, right - 12), middle)
    foot = middle + 26 if drawing.narrow else max(after, middle + 20) + 8
    drawing.line(0, foot, drawing.width, foot, stroke="#b1b4b6")
    return foot + 10


def _ends(row: LevelRow) -> str:
    """The level now in figures, and where it came from."""
    if row.found[-1].level is None:
        return row.found[-1].words
    levels = [level for _, level in row.known]
    since = f", from {levels[0]}" if len(levels) > 1 and levels[0] != levels[-1] else ""
    return f"{levels[-1]} of {row.most}{since}"


def _track(drawing: Drawing, row: LevelRow, times: int, scale: Scale, y: float) -> None:
    """The levels as ticks on a track, and the dots, the newest drawn last."""
    drawing.rect(scale(1) - 12, y - 5, scale(row.most) - scale(1) + 24, 10, fill=TRACK, rx=5)
    for level in range(1, row.most + 1) if row.most <= 12 else ():
        drawing.line(scale(level), y - 10, scale(level), y + 10, stroke="#b1b4b6")
    marks = _marks(times)
    for (_, early), (_, late) in pairwise(row.known):
        drawing.line(scale(early), y, scale(late), y, stroke=BLUE, stroke_width=4)
    for time, level in row.known:
        _dot(drawing, marks[time], scale(level), y)


def _description(data: Levels) -> str:
    told = [f"{row.name}: {_ends(row)}" for row in data.rows]
    return f"{counted(len(data.rows), 'area', 'areas')} of life. {'; '.join(told)}. The table gives the words."


def _table(data: Levels) -> Table:
    rows = tuple(cells(row.name, *(_cell(each) for each in row.found)) for row in data.rows)
    return Table(data.title, heads("Area of life", *data.times), rows, text_columns=tuple(range(len(data.times) + 1)))


def _cell(found: Found) -> Cell:
    return Cell(found.words) if found.level is None else Cell(str(found.level), found.words)
