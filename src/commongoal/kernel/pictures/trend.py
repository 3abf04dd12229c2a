"""A series over time, broken at gaps and breaks, with its intervals, beside the series it is compared with."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

from commongoal.kernel.pictures.drawing import (
    BLUE,
    GREY,
    INK,
    TINT,
    WHITE,
    WIDE,
    Attributes,
    Drawing,
    Picture,
    Scale,
    nice_ticks,
    text_width,
    wrap,
)
from commongoal.kernel.pictures.tables import Cell, Table, cells, heads
from commongoal.kernel.words import NOT_KNOWN, Written

DASHES = ("none", "7 4", "2 3")
FEW_DATES, MANY_DAYS = 14, 800
FEW_POINTS = 40
"""With more points on a line than these, only provisional and lone ones have a dot."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One figure: the first day of its period, how the period is written, the value with its 95% interval.

    Without a value, `why` says the reason; `marks` are such as "provisional" and "revised".
    """

    on: dt.date
    words: str
    value: float | None
    low: float | None = None
    high: float | None = None
    provisional: bool = False
    why: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One series. `runs` are the points with values that are joined by a line; between runs there is a gap or break."""

    name: str
    runs: tuple[tuple[TrendPoint, ...], ...]
    missing: tuple[TrendPoint, ...] = ()

    @property
    def points(self) -> tuple[TrendPoint, ...]:
        """Every point in order of time, those without a value too."""
        return tuple(sorted((*(p for run in self.runs for p in run), *self.missing), key=lambda p: p.on))


@dataclass(frozen=True, slots=True)
class TrendBreak:
    """A day from which figures are not comparable with those before, and why."""

    on: dt.date
    words: str


@dataclass(frozen=True, slots=True)
class TrendPlot:
    """What to draw: ours, the series it is compared with, the breaks, and how a value is written."""

    title: str
    unit: str
    line: TrendLine
    others: tuple[TrendLine, ...]
    breaks: tuple[TrendBreak, ...]
    written: Written
    from_zero: bool = True
    note: str = ""


def trend_picture(data: TrendPlot, key: str = "trend", width: int = WIDE) -> Picture:
    """The picture and its table: a row for each period, a column for each series."""
    drawing = Drawing(key, width)
    y_ticks, days = _ticks(data), _days(data)
    left = max(text_width(data.written(tick), drawing.size - 1) for tick in y_ticks) + 12
    top, foot = 30.0 if data.breaks else 14.0, 270.0 if drawing.narrow else 340.0
    x = Scale(days[0], days[-1], left + 8, width - (16.0 if drawing.narrow else 176.0))
    y = Scale(y_ticks[0], y_ticks[-1], foot, top)
    _grid(data, drawing, x, y, y_ticks)
    _shade(data, drawing, x, y)
    for place, line in enumerate(data.others):
        _line(drawing, x, y, line, _thin(place))
    _line(drawing, x, y, data.line, {"stroke": BLUE, "stroke_width": 3})
    _dots(data, drawing, x, y)
    marks = _breaks(data, drawing, x, y)
    level = _ends(data, drawing, x, y)
    after = _legend(data, drawing, max(foot + 46, level + 26), marks)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, after), (_table(data),))


def _lines(data: TrendPlot) -> tuple[TrendLine, ...]:
    return (data.line, *data.others)


def _values(point: TrendPoint) -> Iterator[float]:
    yield from (v for v in (point.value, point.low, point.high) if v is not None and math.isfinite(v) and abs(v) < 1e15)


def _ticks(data: TrendPlot) -> tuple[float, ...]:
    found = [v for run in data.line.runs for point in run for v in _values(point)]
    found += [v for line in data.others for run in line.runs for point in run for v in list(_values(point))[:1]]
    found = [*(found or [1.0]), *([0.0] if data.from_zero else [])]
    return nice_ticks(min(found), max(found), 5)


def _days(data: TrendPlot) -> tuple[float, ...]:
    found = sorted(float(point.on.toordinal()) for line in _lines(data) for point in line.points)
    if len(found) > 1 and found[-1] > found[0]:
        return tuple(found)
    middle = found[0] if found else float(dt.date(2000, 1, 1).toordinal())
    return middle - 15, middle + 15


def _grid(data: TrendPlot, drawing: Drawing, x: Scale, y: Scale, ticks: tuple[float, ...]) -> None:
    small = drawing.size - 1
    for tick in ticks:
        drawing.line(x.start - 8, y(tick), x.end, y(tick), stroke="#d8dadb")
        drawing.text(x.start - 14, y(tick) + 5, data.written(tick), text_anchor="end", font_size=small)
    drawing.line(x.start - 8, y.start, x.end, y.start, stroke_width=2)
    after = -math.inf
    for day, words in _dates(data):
        half = text_width(words, small) / 2
        centre = min(max(x(day), half + 2), drawing.width - half - 2)
        if centre - half > after:
            drawing.line(x(day), y.start, x(day), y.start + 6)
            drawing.text(centre, y.start + 22, words, text_anchor="middle", font_size=small)
            after = centre + half + 8


def _dates(data: TrendPlot) -> list[tuple[float, str]]:
    """The periods themselves where there are few; otherwise the Januaries."""
    days = sorted({(point.on, point.words) for line in _lines(data) for point in line.points})
    if len(days) <= FEW_DATES or (days[-1][0] - days[0][0]).days < MANY_DAYS:
        return [(float(day.toordinal()), words) for day, words in days]
    years = range(days[0][0].year, days[-1][0].year + 1)
    firsts = [dt.date(year, 1, 1) for year in years]
    return [(float(day.toordinal()), str(day.year)) for day in firsts if days[0][0] <= day <= days[-1][0]]


def _at(x: Scale, y: Scale, point: TrendPoint, value: float | None) -> tuple[float, float]:
    return x(float(point.on.toordinal())), y(math.nan if value is None else value)


def _path(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{'L' if n else 'M'}{a:.1f} {b:.1f}" for n, (a, b) in enumerate(points))


def _thin(place: int) -> Attributes:
    """How the series compared with are drawn: told apart by their dashes."""
    return {"stroke": GREY, "stroke_width": 1.5, "stroke_dasharray": DASHES[place % len(DASHES)]}


def _line(drawing: Drawing, x: Scale, y: Scale, line: TrendLine, stroke: Attributes) -> None:
    for run in line.runs:
        points = [_at(x, y, point, point.value) for point in run]
        if len(points) > 1:
            drawing.shape("path", d=_path(points), fill="none", stroke_linejoin="round", **stroke)
        elif points:
            drawing.shape("circle", cx=points[0][0], cy=points[0][1], r=2.5, fill=stroke["stroke"])


def _shade(data: TrendPlot, drawing: Drawing, x: Scale, y: Scale) -> None:
    for run in data.line.runs:
        known = [point for point in run if point.low is not None and point.high is not None]
        if len(known) > 1:
            there = [_at(x, y, point, point.high) for point in known]
            back = [_at(x, y, point, point.low) for point in reversed(known)]
            drawing.shape("path", d=f"{_path(there + back)}z", fill=TINT, fill_opacity=0.8)
        elif known:
            (a, low), (_, high) = _at(x, y, known[0], known[0].low), _at(x, y, known[0], known[0].high)
            drawing.line(a, low, a, high, stroke=TINT, stroke_width=6)


def _dots(data: TrendPlot, drawing: Drawing, x: Scale, y: Scale) -> None:
    few = sum(len(run) for run in data.line.runs) <= FEW_POINTS
    for run in data.line.runs:
        for point in run:
            if few or point.provisional or len(run) == 1:
                a, b = _at(x, y, point, point.value)
                fill = WHITE if point.provisional else BLUE
                drawing.shape("circle", cx=a, cy=b, r=4.5, fill=fill, stroke=BLUE, stroke_width=2)


def _breaks(data: TrendPlot, drawing: Drawing, x: Scale, y: Scale) -> list[tuple[str, TrendBreak]]:
    """A dashed line at every break with its letter above; the words stand beneath the picture."""
    found = []
    for letter, broken in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", sorted(data.breaks, key=lambda b: b.on), strict=False):
        a = x(float(broken.on.toordinal()))
        drawing.line(a, y.end - 4, a, y.start, stroke_width=2, stroke_dasharray="5 4")
        drawing.text(a, y.end - 10, letter, text_anchor="middle", font_weight="bold")
        found.append((letter, broken))
    return found


def _ends(data: TrendPlot, drawing: Drawing, x: Scale, y: Scale) -> float:
    """Each line's name at its end, moved apart where they would touch; on a phone they stand in the legend.

    Returns how far down they reach.
    """
    if drawing.narrow:
        return 0.0
    lasts = [(line, line.runs[-1][-1]) for line in _lines(data) if line.runs and line.runs[-1]]
    lasts.sort(key=lambda found: _at(x, y, found[1], found[1].value)[1])
    level = y.end - 14.0
    for line, point in lasts:
        level = max(_at(x, y, point, point.value)[1] + 5, level + 18)
        ours = line is data.line
        words = wrap(line.name, 128, 14, 2, bold=ours)
        style: Attributes = {"stroke": BLUE, "stroke_width": 3} if ours else _thin(data.others.index(line))
        drawing.line(x.end + 12, level - 5, x.end + 34, level - 5, **style)
        weight: Attributes = {"font_weight": "bold", "fill": INK} if ours else {"fill": GREY}
        drawing.lines(x.end + 40, level, words, 16, font_size=14, **weight)
        level += 16 * (len(words) - 1)
    return level


def _legend(data: TrendPlot, drawing: Drawing, y: float, marks: list[tuple[str, TrendBreak]]) -> float:
    small, room = drawing.size - 1, drawing.width - 50
    y = drawing.lines(6, y, wrap(data.unit, drawing.width - 12, small, 3), 18, font_size=small) + 4
    entries: list[tuple[str, str]] = []
    if drawing.narrow:
        entries = [("ours", data.line.name), *((f"other {n}", line.name) for n, line in enumerate(data.others))]
    points = [point for run in data.line.runs for point in run]
    entries += [("shade", "95% interval")] if any(point.low is not None for point in points) else []
    entries += [("hollow", "provisional")] if any(point.provisional for point in points) else []
    for kind, words in entries:
        _sample(drawing, kind, y)
        y = drawing.lines(44, y + 5, wrap(words, room, small, 2), 18, font_size=small) + 2
    for letter, broken in marks:
        drawing.text(21, y + 5, letter, text_anchor="middle", font_weight="bold", font_size=small)
        said = f"Break on {broken.on.day} {broken.on:%B %Y}: {broken.words}"
        y = drawing.lines(44, y + 5, wrap(said, room, small, 6), 18, font_size=small) + 2
    return y


def _sample(drawing: Drawing, kind: str, y: float) -> None:
    if kind == "shade":
        drawing.rect(6, y - 7, 30, 14, fill=TINT)
    elif kind == "hollow":
        drawing.shape("circle", cx=21, cy=y, r=4.5, fill=WHITE, stroke=BLUE, stroke_width=2)
    else:
        thick: Attributes = {"stroke": BLUE, "stroke_width": 3}
        drawing.line(6, y, 36, y, **(thick if kind == "ours" else _thin(int(kind.rsplit(maxsplit=1)[-1]))))


def _description(data: TrendPlot) -> str:
    points = [point for run in data.line.runs for point in run]
    if not points:
        return "There is nothing to show."
    first, last = points[0], points[-1]
    told = (f"{data.line.name}: {data.written(first.value or 0.0)} in {first.words}, "
            f"{data.written(last.value or 0.0)} in {last.words}.")  # fmt: skip
    broken = "".join(f" Break on {b.on.day} {b.on:%B %Y}: {b.words.rstrip('.')}." for b in data.breaks)
    other = f" Beside it: {', '.join(line.name for line in data.others)}." if data.others else ""
    return f"{data.unit}. {told}{broken}{other} The table gives every figure."


def _table(data: TrendPlot) -> Table:
    lines = _lines(data)
    columns = [{point.on: point for point in line.points} for line in lines]
    words = {point.on: point.words for line in reversed(lines) for point in line.points}
    rows = []
    for on in sorted(words):
        broken = tuple(
            f"after break {b.on.day} {b.on:%B %Y}" for b in data.breaks if _first_after(b, on, sorted(words))
        )
        rows.append(cells(Cell(words[on], marks=broken), *(_cell(data, column.get(on)) for column in columns)))
    return Table(data.title, heads("Period", *(line.name for line in lines)), tuple(rows), note=data.note or data.unit)


def _first_after(broken: TrendBreak, on: dt.date, days: list[dt.date]) -> bool:
    return on == next((day for day in days if day >= broken.on), None)


def _cell(data: TrendPlot, point: TrendPoint | None) -> Cell:
    if point is None or point.value is None:
        return Cell((point.why if point else "") or NOT_KNOWN)
    ends = point.low is not None and point.high is not None
    under = f"{data.written(point.low or 0.0)} to {data.written(point.high or 0.0)}" if ends else ""
    marks = (*point.marks, *(("provisional",) if point.provisional and "provisional" not in point.marks else ()))
    return Cell(data.written(point.value), under, marks)
