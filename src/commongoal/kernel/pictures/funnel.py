"""Areas in their funnel: each by its size and rate, with the limits within which chance explains what is seen."""

import math
from dataclasses import dataclass

from commongoal.kernel.pictures.drawing import (
    BLUE,
    GREY,
    HALO,
    INK,
    TINT,
    WHITE,
    WIDE,
    Drawing,
    Picture,
    Scale,
    axis,
    nice_ticks,
    text_width,
    wrap,
)
from commongoal.kernel.pictures.tables import Table, cells, heads
from commongoal.kernel.words import Written, number

MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class FunnelMark:
    """One area: its size, its rate, and what is said of it ("above the 99.8% limit").

    `beyond` is 0 within both limits, 1 outside the inner, 2 outside the outer. `ours` is drawn large and named.
    """

    name: str
    size: float
    rate: float | None
    label: str
    beyond: int = 0
    ours: bool = False


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """What to draw. The limits (low, high, lowest, highest) belong to `sizes`, all of equal length.

    `size_words`, `rate_words` and `reference_words` name the two scales and the line; `written` writes a rate.
    `widened` says why limits are wider than those of chance alone, where they are.
    """

    title: str
    size_words: str
    rate_words: str
    reference: float
    reference_words: str
    written: Written
    sizes: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    marks: tuple[FunnelMark, ...]
    widened: str = ""
    note: str = ""


def funnel_picture(data: FunnelPlot, key: str = "funnel", width: int = WIDE) -> Picture:
    """The picture and its table, in order of name: areas are not ranked."""
    drawing = Drawing(key, width)
    x_ticks, y_ticks = _ticks(data, drawing)
    left = max(text_width(data.written(tick), drawing.size - 1) for tick in y_ticks) + 12
    top, foot = 14.0, 14.0 + (260.0 if drawing.narrow else 360.0)
    x, y = Scale(x_ticks[0], x_ticks[-1], left, width - 16.0), Scale(y_ticks[0], y_ticks[-1], foot, top)
    _grid(data, drawing, x, y, x_ticks, y_ticks)
    _limits(data, drawing, x, y)
    for mark in sorted(data.marks, key=lambda found: (found.ours, found.beyond)):
        _mark(drawing, x, y, mark)
    _names(data, drawing, x, y)
    said = f"Across: {data.size_words}. Up: {data.rate_words}."
    after = drawing.lines(6, foot + 44, wrap(said, width - 12, drawing.size - 1, 4), 18, font_size=drawing.size - 1)
    after = _legend(data, drawing, after + 4)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, after), (_table(data),))


def _known(data: FunnelPlot) -> list[tuple[FunnelMark, float]]:
    """Marks with a rate to draw."""
    return [(mark, mark.rate) for mark in data.marks if mark.rate is not None and math.isfinite(mark.rate)]


def _ticks(data: FunnelPlot, drawing: Drawing) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Scales that hold every area; the limits of the smallest sizes may run off, as they say nothing of any area."""
    rates = [rate for _, rate in _known(data)] + [data.reference]
    across = nice_ticks(0.0, max([mark.size for mark, _ in _known(data)] + [1.0]), 3 if drawing.narrow else 6)
    spread = (max(rates) - min(rates)) * 0.1 or abs(data.reference) * 0.2 or 1.0
    return across, nice_ticks(max(0.0, min(rates) - spread), max(rates) + spread, 5)


def _grid(
    data: FunnelPlot, drawing: Drawing, x: Scale, y: Scale, x_ticks: tuple[float, ...], y_ticks: tuple[float, ...]
) -> None:
    axis(drawing, x, x_ticks, y.end, y.start, number)
    for tick in y_ticks:
        drawing.line(x.start, y(tick), x.end, y(tick), stroke="#d8dadb")
        drawing.text(x.start - 6, y(tick) + 5, data.written(tick), text_anchor="end", font_size=drawing.size - 1)
    drawing.line(x.start, y.start, x.end, y.start, stroke_width=2)
    drawing.line(x.start, y.start, x.start, y.end, stroke_width=2)


def _limits(data: FunnelPlot, drawing: Drawing, x: Scale, y: Scale) -> None:
    for ends, stroke in (((data.lowest, data.highest), "2 4"), ((data.low, data.high), "8 4")):
        for limit in ends:
            path = _path(x, y, data.sizes, limit)
            if path:
                drawing.shape("path", d=path, fill="none", stroke=BLUE, stroke_width=2, stroke_dasharray=stroke)
    drawing.line(x.start, y(data.reference), x.end, y(data.reference), stroke_width=2)


def _path(x: Scale, y: Scale, sizes: tuple[float, ...], limit: tuple[float, ...]) -> str:
    """Only where the limit is within the picture: held to its edge it would look like a limit that is there."""
    inside = [(x(size), y(value)) for size, value in zip(sizes, limit, strict=True)
              if y.low <= value <= y.high and x.low <= size <= x.high]  # fmt: skip
    return " ".join(f"{'L' if n else 'M'}{a:.1f} {b:.1f}" for n, (a, b) in enumerate(inside)) if len(inside) > 1 else ""


def _mark(drawing: Drawing, x: Scale, y: Scale, mark: FunnelMark) -> None:
    """Shapes and fills differ, so that they are told apart without colour."""
    if mark.rate is None or not math.isfinite(mark.rate):
        return
    a, b, r = x(mark.size), y(mark.rate), (7 if mark.ours else 4.5) - (0.5 if drawing.narrow else 0)
    if mark.beyond == 2:
        drawing.shape("path", d=f"M{a:.1f} {b - r - 1:.1f}l{r + 1} {r + 1}l{-r - 1} {r + 1}l{-r - 1} {-r - 1}z",
                      fill=INK, stroke=WHITE, stroke_width=1)  # fmt: skip
        return
    fill = {0: TINT, 1: BLUE}[mark.beyond]
    drawing.shape("circle", cx=a, cy=b, r=r, fill=fill, stroke=INK if mark.ours else BLUE, stroke_width=1.5)


def _names(data: FunnelPlot, drawing: Drawing, x: Scale, y: Scale) -> None:
    """Ours, and the few that stand outside the outer limit, where their words do not fall on one another."""
    wanted = [(mark, rate) for mark, rate in _known(data) if mark.ours or mark.beyond == 2]
    wanted.sort(key=lambda found: (not found[0].ours, -abs(found[1] - data.reference)))
    taken: list[tuple[float, float, float]] = []
    small = drawing.size - 2
    for mark, rate in wanted[: 3 if drawing.narrow else MOST_NAMED]:
        words = wrap(mark.name, 130 if drawing.narrow else 190, small, 1, bold=mark.ours)[0]
        wide = text_width(words, small, bold=mark.ours)
        at, level = x(mark.size), y(rate) + 5
        start = at + 11 if at + 11 + wide < drawing.width - 4 else at - 11 - wide
        if start > x.start and all(abs(level - b) > 16 or start > e or start + wide < s for s, e, b in taken):
            drawing.text(start, level, words, font_size=small, font_weight="bold" if mark.ours else "normal", **HALO)
            taken.append((start, start + wide, level))


def _legend(data: FunnelPlot, drawing: Drawing, y: float) -> float:
    small, room = drawing.size - 1, drawing.width - 50
    by_chance = ("1 area in 20", "1 area in 500")
    inner, outer = (f"{name} limit" if data.widened else f"{name} limit: {part} is beyond it by chance"
                    for name, part in zip(("95%", "99.8%"), by_chance, strict=True))  # fmt: skip
    for words, stroke in ((data.reference_words, ""), (inner, "8 4"), (outer, "2 4")):
        dashes = {"stroke_dasharray": stroke} if stroke else {}
        drawing.line(6, y, 36, y, stroke=BLUE if stroke else INK, stroke_width=2, **dashes)
        y = drawing.lines(44, y + 5, wrap(words, room, small, 3), 18, font_size=small) + 2
    if data.widened:
        y = drawing.lines(6, y + 5, wrap(data.widened, drawing.width - 12, small, 9), 18, font_size=small) + 2
    for beyond, words in (
        (0, "within the limits" if data.widened else "within what chance explains"),
        (1, "beyond the 95% limit"),
        (2, "beyond the 99.8% limit"),
    ):
        _mark(drawing, Scale(0, 1, 21, 22), Scale(0, 1, y, y + 1), FunnelMark("", 0.0, 0.0, "", beyond))
        y = (
            drawing.lines(44, y + 5, wrap(words, room, small, 2), 18, font_size=small, fill=GREY if not beyond else INK)
            + 2
        )
    return y


def _description(data: FunnelPlot) -> str:
    known = [mark for mark, _ in _known(data)]
    if not known:
        return "There is nothing to show."
    counts = [sum(mark.beyond == level for mark in known) for level in (0, 1, 2)]
    return (
        f"{len(known)} areas by {data.size_words} and {data.rate_words}. {data.reference_words}. Within the 95% limit: "
        f"{counts[0]}; beyond it but within the 99.8% limit: {counts[1]}; beyond the 99.8% limit: {counts[2]}. "
        "The table gives every area in order of name."
    )


def _table(data: FunnelPlot) -> Table:
    rows = tuple(
        cells(mark.name, number(mark.size), "not known" if mark.rate is None else data.written(mark.rate), mark.label)
        for mark in sorted(data.marks, key=lambda found: found.name.casefold())
    )
    beside = "Beside the limits" if data.widened else "What chance explains"
    names = heads("Area", _capital(data.size_words), _capital(data.rate_words), beside)
    return Table(data.title, names, rows, text_columns=(0, 3), note=data.note)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
