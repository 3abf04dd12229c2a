"""Who pays, who gains: partners in two columns with flows between, and the net at the end of each row."""

import math
from dataclasses import dataclass

from commongoal.kernel.pictures.drawing import BLUE, HALO, INK, TINT, WIDE, Attributes, Drawing, Picture, wrap
from commongoal.kernel.pictures.tables import Cell, Table, cells, heads
from commongoal.kernel.words import about_pounds, pounds, short_pounds

TALLEST = 190.0
"""How tall all bars of the larger column are together, so that a row stays in reach of its words."""

FLOWS = (
    "A flow begins as wide as what is paid and ends as wide as what is gained. Every pound paid is drawn as buying the "
    "same mix of gains."
)
FAINTEST = 0.4
"""A flow thinner than this is not drawn; the table has it all the same."""


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner, in pounds: what it bears (negative where it is handed more than it spends) and what it gains."""

    name: str
    paid: float
    gained: float
    marks: tuple[str, ...] = ()

    @property
    def net(self) -> float:
        """Gained less paid."""
        return self.gained - self.paid


@dataclass(frozen=True, slots=True)
class Partners:
    """Partners in the order given, in pounds of one price year."""

    title: str
    partners: tuple[Partner, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """Where one partner stands: the top of its row, of its bars, and how tall they are."""

    top: float
    bars: float
    paid: float
    gained: float
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the two columns of bars stand, left edges and width."""

    left: float
    right: float
    width: float


def partners_picture(data: Partners, key: str = "partners", width: int = WIDE) -> Picture:
    """The picture and its table. A flow is as wide on its left as its part of the cost, on its right of the gain.

    Which pound brought which gain nobody knows: every pound paid is drawn as buying the same mix of gains.
    """
    drawing = Drawing(key, width)
    hatch = drawing.hatch("loss", "#942514")
    columns = _Columns(4, width - 18, 14) if drawing.narrow else _Columns(290, 470, 16)
    rows, foot = _rows(data, drawing)
    _flows(drawing, columns, data, rows)
    for partner, row in zip(data.partners, rows, strict=True):
        _bars(drawing, columns, partner, row, hatch)
        _words(drawing, partner, row)
    _heads(drawing)
    height = _legend(data, drawing, foot + 14, hatch)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, height), (_table(data),))


def _finite(value: float) -> float:
    return value if math.isfinite(value) and 1e-6 < abs(value) < 1e300 else 0.0


def _rows(data: Partners, drawing: Drawing) -> tuple[list[_Row], float]:
    paid = sum(abs(_finite(partner.paid)) for partner in data.partners)
    gained = sum(abs(_finite(partner.gained)) for partner in data.partners)
    scale = TALLEST / (max(paid, gained) or 1.0)
    found, top = [], 40.0
    for partner in data.partners:
        names = wrap(partner.name, drawing.width - 44 if drawing.narrow else 172, drawing.size, 2, bold=True)
        left, right = abs(_finite(partner.paid)) * scale, abs(_finite(partner.gained)) * scale
        words = len(names) * 18 + (42 if drawing.narrow else 4) + (18 if partner.marks else 0)
        found.append(_Row(top, top + 6, left, right, names))
        top += max(left, right, words, 28.0) + 16
    return found, top


def _flows(drawing: Drawing, columns: _Columns, data: Partners, rows: list[_Row]) -> None:
    """Ribbons from everybody who pays to everybody who gains, each column's parts in the other's order."""
    pays = [row.paid if _finite(p.paid) > 0 else 0.0 for p, row in zip(data.partners, rows, strict=True)]
    gains = [row.gained if _finite(p.gained) > 0 else 0.0 for p, row in zip(data.partners, rows, strict=True)]
    all_paid, all_gained = sum(pays) or 1.0, sum(gains) or 1.0
    filled = [row.bars for row in rows]
    for left, out in zip(rows, pays, strict=True):
        y = left.bars
        for place, into in enumerate(gains):
            thick, thin = out * into / all_gained, into * out / all_paid
            if max(thick, thin) >= FAINTEST:
                _ribbon(drawing, columns, (y, thick), (filled[place], thin))
            y += thick
            filled[place] += thin


def _ribbon(drawing: Drawing, columns: _Columns, left: tuple[float, float], right: tuple[float, float]) -> None:
    x1, x2 = columns.left + columns.width, columns.right
    bend = (x2 - x1) / 2
    (y1, thick), (y2, thin) = left, right
    path = (
        f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}V{y2 + thin:.1f}"
        f"C{x2 - bend:.1f} {y2 + thin:.1f} {x1 + bend:.1f} {y1 + thick:.1f} {x1:.1f} {y1 + thick:.1f}Z"
    )
    drawing.shape("path", d=path, fill=TINT, fill_opacity=0.75, stroke="#4c86bd", stroke_width=0.5)


def _bars(drawing: Drawing, columns: _Columns, partner: Partner, row: _Row, hatch: str) -> None:
    for x, value, tall in ((columns.left, partner.paid, row.paid), (columns.right, partner.gained, row.gained)):
        against = _finite(value) < 0
        look: Attributes = {"fill": hatch, "stroke": "#942514"} if against else {"fill": BLUE, "stroke": BLUE}
        if _finite(value) != 0:
            drawing.rect(x, row.bars, columns.width, max(tall, 1.0), **look)


def _words(drawing: Drawing, partner: Partner, row: _Row) -> None:
    small: Attributes = {"font_size": drawing.size - 1, **HALO}
    pays, gains = _short(partner.paid), _short(partner.gained)
    if drawing.narrow:
        y = drawing.lines(24, row.top + 18, row.names, 18, font_weight="bold", **HALO)
        drawing.text(24, y, f"pays {pays}, gains {gains}", **small)
        drawing.text(24, y + 18, _net(partner), font_weight="bold", **small)
        _marks(drawing, partner, 24, y + 36)
        return
    y = row.top + 20
    _marks(drawing, partner, 0, drawing.lines(0, y, row.names, 18, font_weight="bold"))
    drawing.text(282, y, pays, text_anchor="end")
    drawing.text(494, y, gains)
    drawing.text(drawing.width - 4, y, _net(partner), text_anchor="end", font_weight="bold", **HALO)


def _marks(drawing: Drawing, partner: Partner, x: float, y: float) -> None:
    if partner.marks:
        marked = " ".join(f"[{mark}]" for mark in partner.marks)
        said = wrap(marked, drawing.width - 44 if drawing.narrow else 172, drawing.size - 1, 1)[0]
        drawing.text(x, y, said, font_size=drawing.size - 1, **HALO)


def _short(value: float) -> str:
    """Pounds to three figures, in the few letters that a picture has room for."""
    if not math.isfinite(value) or value == 0:
        return pounds(value)
    power = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    rounded = round(value / power) * power if 0 < power < math.inf else value
    return short_pounds(round(rounded, 2) if abs(rounded) < 1e15 else rounded)


def _net(partner: Partner) -> str:
    return f"net {_short(partner.net)}"


def _heads(drawing: Drawing) -> None:
    small: Attributes = {"font_size": drawing.size - 1, "fill": INK}
    if drawing.narrow:
        drawing.text(4, 18, "who pays", **small)
        drawing.text(drawing.width - 4, 18, "who gains", text_anchor="end", **small)
        return
    drawing.text(306, 20, "pays", text_anchor="end", **small)
    drawing.text(470, 20, "gains", **small)
    drawing.text(drawing.width - 4, 20, "left over", text_anchor="end", **small)
    drawing.line(0, 30, drawing.width, 30, stroke="#b1b4b6")


def _legend(data: Partners, drawing: Drawing, y: float, hatch: str) -> float:
    small = drawing.size - 1
    if any(_finite(value) < 0 for partner in data.partners for value in (partner.paid, partner.gained)):
        drawing.rect(4, y - 12, 30, 14, fill=hatch, stroke="#942514")
        y = drawing.lines(42, y, wrap("a loss, or more handed over to it than it spends", drawing.width - 46, small, 3),
                          18, font_size=small) + 6  # fmt: skip
    return drawing.lines(4, y, wrap(FLOWS, drawing.width - 8, small, 5), 18, font_size=small)


def _description(data: Partners) -> str:
    if not data.partners:
        return "There is nothing to show."
    told = "; ".join(
        f"{p.name} pays {about_pounds(p.paid)}, gains {about_pounds(p.gained)}, net {about_pounds(p.net)}"
        for p in data.partners
    )
    return f"{len(data.partners)} partners, what each pays on the left and gains on the right. {told}."


def _table(data: Partners) -> Table:
    rows = tuple(
        cells(Cell(p.name, marks=p.marks), pounds(p.paid), pounds(p.gained), pounds(p.net)) for p in data.partners
    )
    whole = cells(
        "Everybody together",
        *(pounds(sum(getattr(p, column) for p in data.partners)) for column in ("paid", "gained", "net")),
    )
    footing = (whole,) if rows else ()
    return Table(
        data.title, heads("Partner", "Pays", "Gains", "Net"), (*rows, *footing), note=data.note, footing=len(footing)
    )
