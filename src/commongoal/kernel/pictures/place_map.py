"""A map of areas shaded by one figure: each a link, hot spots outlined, and a table that says the same.

Every area is a link of its own, in order of names, so that a keyboard reaches each and hears its figure. Since two
hundred links are a long way to go, the first thing in the map is a link past it.
"""

from collections import Counter
from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from typing import Literal

from commongoal.kernel.pictures.drawing import GREY, INK, WHITE, WIDE, Drawing, Picture, wrap
from commongoal.kernel.pictures.map_classes import HUES, class_of, class_words, even_breaks
from commongoal.kernel.pictures.map_paths import Corner, Frame, Ring, border, framed, path
from commongoal.kernel.pictures.tables import Cell, Table, cells, heads
from commongoal.kernel.words import Written, clean, counted, listed, plain

Spot = Literal["", "hot", "cold"]
BARE = "#505a5f"
"""The lines across an area without a figure."""

METRES_A_MILE = 1609.344
MILES = (1, 2, 5, 10, 20, 50, 100)
"""What the bar beside the map may stand for."""


@dataclass(frozen=True, slots=True)
class MapArea:
    """One area: its rings as eastings and northings in metres, holes among them, and what is known of it.

    `value` shades it, none leaves it `hatched`; `text` is the figure as people read it ("312 claimants, 9.8%"), or why
    there is none. `hatched` with a value: it is shaded by lines, as one that is not to be relied on.
    """

    code: str
    name: str
    rings: tuple[Ring, ...]
    value: float | None
    text: str
    link: str = ""
    outlined: Spot = ""
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """Areas and the figure they are shaded by; `breaks` are where a class ends and the next begins.

    Without `breaks` there are five classes with about as many areas in each. `write` is how a value is written in the
    legend; `words` stand there instead, one for each class from low to high, where values only tell kinds apart. `hot`,
    `cold` and `bare` are said of outlined areas and of those without a figure.
    """

    title: str
    measure: str
    areas: tuple[MapArea, ...]
    write: Written = plain
    breaks: tuple[float, ...] | None = None
    words: tuple[str, ...] = ()
    names: str = "Area"
    hot: str = "higher than chance explains, with those around"
    cold: str = "lower than chance explains, with those around"
    bare: str = "no figure"
    note: str = ""


@dataclass(slots=True)
class _Plan:
    """What is worked out once for one drawing."""

    drawing: Drawing
    breaks: tuple[float, ...]
    frame: Frame
    lines: dict[str, list[list[Corner]]]
    hatch: str


def place_map_picture(data: PlaceMap, identity: str = "map", width: int = WIDE) -> Picture:
    """The picture and its table. `identity` makes ids unique on a page, and must be a plain word."""
    drawing = Drawing(identity, width)
    linked = any(area.link for area in data.areas)
    top = 26.0 if linked else 4.0
    room = width - 8 if drawing.narrow else width - 256
    frame, _, height = framed(
        (r for a in data.areas for r in a.rings), 4, top, room, room * (1.5 if drawing.narrow else 1.25)
    )
    ordered = sorted(data.areas, key=lambda area: (area.name, area.code))
    plan = _Plan(
        drawing,
        data.breaks if data.breaks is not None else even_breaks(_values(data), data.write),
        frame,
        {area.code: [frame.corners(ring) for ring in area.rings] for area in ordered},
        drawing.hatch("bare", BARE),
    )
    if linked:
        _skip(plan, len(ordered))
    for area in ordered:
        _area(plan, area)
    _spots(plan, ordered)
    if linked:
        drawing.parts.append(f'<g id="{identity}-after" tabindex="-1">')
    foot = _legend(data, plan, 4 if drawing.narrow else width - 240, top + height + 30 if drawing.narrow else top + 8)
    if linked:
        drawing.parts.append("</g>")
    description = _description(data)
    tall = max(foot, top + height + 8)
    svg = drawing.svg(data.title, description, tall, role="group" if linked else "img")
    return Picture(data.title, description, svg, (_table(data),))


def _values(data: PlaceMap) -> list[float]:
    return [area.value for area in data.areas if area.value is not None]


def _skip(plan: _Plan, areas: int) -> None:
    """The link past the map. A style sheet may hide it until it is reached."""
    words = f'<text x="4" y="15" font-size="{plan.drawing.size - 1}" fill="#1a65a6" text-decoration="underline">'
    words += f"Skip past the map, which has {counted(areas, 'link', 'links')}</text>"
    plan.drawing.shape("a", words, href=f"#{plan.drawing.key}-after", **{"class": "cg-map-skip"})


def _area(plan: _Plan, area: MapArea) -> None:
    said = escape(clean(f"{area.name}: {area.text}"))
    fill = plan.hatch if area.value is None else HUES[class_of(area.value, plan.breaks)]
    drawn = (
        f'<path d="{path(plan.lines[area.code])}" fill="{fill}" fill-rule="evenodd" stroke="{INK}" stroke-width=".5"'
    )
    shape = f"{drawn}><title>{said}</title></path>"
    if area.link:
        shape = f'<a href="{escape(area.link)}" class="cg-area" aria-label="{said}">{shape}</a>'
    plan.drawing.parts.append(shape)


def _spots(plan: _Plan, areas: list[MapArea]) -> None:
    """A border in ink with white at both sides round hot spots taken together, and broken round cold ones."""
    for kind in ("cold", "hot"):
        lines = border(line for area in areas if area.outlined == kind for line in plan.lines[area.code])
        if lines:
            plan.drawing.parts.append(_bordered(path(lines), kind))


def _bordered(drawn: str, kind: str) -> str:
    """Two strokes of one line; it takes no clicks, which belong to the areas under it."""
    wide = f'<path d="{drawn}" stroke="{WHITE}" stroke-width="5"/>'
    dash = ' stroke-dasharray="6 4"' if kind == "cold" else ""
    ink = f'<path d="{drawn}" stroke="{INK}" stroke-width="2.5"{dash}/>'
    return f'<g fill="none" stroke-linejoin="round" pointer-events="none">{wide}{ink}</g>'


def _legend(data: PlaceMap, plan: _Plan, x: float, y: float) -> float:
    """What the shades mean, then the outlines, the lines across and the length of a mile; returns its foot."""
    drawing, small = plan.drawing, plan.drawing.size - 1
    room = drawing.width - x - 4
    y = drawing.lines(x, y + 8, wrap(data.measure, room, drawing.size, 4, bold=True), 19, font_weight="bold") + 6
    drawing.text(drawing.width - 4, y, "areas", text_anchor="end", font_size=small, fill=GREY)
    y += 24
    counts = Counter(class_of(value, plan.breaks) for value in _values(data))
    classes = class_words(plan.breaks, data.write)
    for (number, words), said in reversed(list(zip_longest(classes, data.words))):
        if counts:
            drawing.rect(x, y - 12, 28, 18, fill=HUES[number], stroke=INK, stroke_width=0.5)
            y = _beside(plan, x, y, said or words, counts[number])
    for kind, said in (("hot", data.hot), ("cold", data.cold)):
        number = sum(area.outlined == kind for area in data.areas)
        if number:
            drawing.parts.append(_bordered(f"M{x + 2:.0f} {y - 10:.0f}h24v14h-24z", kind))
            y = _beside(plan, x, y, said, number)
    bare = sum(area.value is None for area in data.areas)
    if bare:
        drawing.rect(x, y - 12, 28, 18, fill=plan.hatch, stroke=INK, stroke_width=0.5)
        y = _beside(plan, x, y, data.bare, bare)
    y = _miles(plan, x, y + 4, room)
    return drawing.lines(x, y, wrap(data.note, room, small, 8), 18, font_size=small) if data.note else y


def _beside(plan: _Plan, x: float, y: float, words: str, number: int) -> float:
    """Words beside a mark of the legend, and how many areas have it; returns where the next mark's words begin."""
    drawing, small = plan.drawing, plan.drawing.size - 1
    drawing.text(drawing.width - 4, y + 2, str(number), text_anchor="end", font_size=small, fill=GREY)
    lines = wrap(words, drawing.width - x - 76, small, 4)
    return drawing.lines(x + 38, y + 2, lines, 17, font_size=small) + 9


def _miles(plan: _Plan, x: float, y: float, room: float) -> float:
    mile = METRES_A_MILE * plan.frame.scale
    fitting = [miles for miles in MILES if miles * mile <= room * 0.6]
    if not fitting:
        return y
    long, words = fitting[-1] * mile, counted(fitting[-1], "mile", "miles")
    plan.drawing.shape("path", d=f"M{x + 1:.1f} {y - 8:.1f}v6h{long:.1f}v-6", fill="none", stroke=INK, stroke_width=2)
    plan.drawing.text(x, y + 16, f"{words}. North is up.", font_size=plan.drawing.size - 1)
    return y + 40


def _description(data: PlaceMap) -> str:
    known = [area for area in data.areas if area.value is not None]
    if not known:
        return f"A map of {counted(len(data.areas), 'area', 'areas')}, none of which has a figure."
    high = max(known, key=lambda area: area.value or 0.0)
    low = min(known, key=lambda area: area.value or 0.0)
    words = [
        f"A map of {counted(len(data.areas), 'area', 'areas')} shaded by {data.measure[:1].lower()}{data.measure[1:]}.",
        f"The highest is {high.name} ({high.text}), the lowest {low.name} ({low.text}).",
    ]
    spots = [
        (sum(a.outlined == kind for a in data.areas), said) for kind, said in (("hot", data.hot), ("cold", data.cold))
    ]
    words += (
        [f"Outlined: {listed([f'{number} {said}' for number, said in spots if number])}."]
        if any(n for n, _ in spots)
        else []
    )
    bare = len(data.areas) - len(known)
    words += [f"Without a figure: {bare}."] if bare else []
    return " ".join((*words, "The table gives every figure."))


def _table(data: PlaceMap) -> Table:
    marked = {"hot": data.hot, "cold": data.cold, "": ""}
    spots = any(area.outlined for area in data.areas)
    rows = tuple(
        cells(Cell(area.name, link=area.link), area.text, *([marked[area.outlined]] if spots else []))
        for area in sorted(data.areas, key=lambda area: (area.name, area.code))
    )
    headers = heads(data.names, data.measure, *(["Outlined"] if spots else []))
    return Table(data.title, headers, rows, text_columns=(0, 2), note=data.note)
