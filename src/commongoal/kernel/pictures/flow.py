"""The pathway as a flow: people at each stage, moves on, steps back and leavings; width is people."""

from dataclasses import dataclass

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures.drawing import BLUE, HALO, INK, TINT, TRACK, WIDE, Attributes, Drawing, Picture, wrap
from commongoal.kernel.pictures.tables import Cell, Table, cells, estimate_cell, heads
from commongoal.kernel.words import HIDDEN, Unit, amount, count_words, counted, number

LANE = 44
"""Room for one curved line beside the stages, with its number on it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: people who ever stood there, stand there now, left from it, ended there; value of its steps.

    A count that is None is hidden: it is neither drawn nor written.
    """

    id: str
    name: str
    reached: int | None
    now: int | None
    left: int | None
    ended: int | None
    worth: Estimate
    standing: Estimate


@dataclass(frozen=True, slots=True)
class Move:
    """People-moves from one stage to another, by id."""

    origin: str
    target: str
    moves: int | None


@dataclass(frozen=True, slots=True)
class Flow:
    """Stages in the pathway's order and the moves between them."""

    title: str
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    unit: Unit = "pounds"
    marks: tuple[str, ...] = ()

    def between(self, origin: int, target: int) -> int | None:
        """Moves from one stage to another, by position; None where they are hidden."""
        ends = (self.stages[origin].id, self.stages[target].id)
        found = [move.moves for move in self.moves if (move.origin, move.target) == ends]
        return None if None in found else sum(moves or 0 for moves in found)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand: the bars' left edge and longest length, pixels a person, and each stage's top and foot."""

    left: float
    length: float
    scale: float
    tops: tuple[float, ...]
    feet: tuple[float, ...]

    @property
    def right(self) -> float:
        """Where the longest bar ends."""
        return self.left + self.length


@dataclass(frozen=True, slots=True)
class _Arc:
    origin: int
    target: int
    moves: int
    lane: int


def flow_picture(data: Flow, key: str = "flow", width: int = WIDE) -> Picture:
    """The picture and its two tables (stages, moves). Moves too many to draw beside each other are in the table."""
    drawing = Drawing(key, width)
    hatch = drawing.hatch("left", "#942514")
    plan = _plan(data, drawing)
    for index in range(len(data.stages)):
        _bar(data, drawing, plan, index, hatch)
    hidden = _arcs(data, drawing, plan, back=True) + _arcs(data, drawing, plan, back=False)
    for index in range(len(data.stages)):
        _words(data, drawing, plan, index)
    height = _legend(drawing, plan, hatch, hidden)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, height), _tables(data))


def _names(data: Flow, index: int, drawing: Drawing, length: float) -> tuple[str, ...]:
    return wrap(data.stages[index].name, length - 12, drawing.size + 1, 2, bold=True)


def _plan(data: Flow, drawing: Drawing) -> _Plan:
    gutter = LANE + 6 if drawing.narrow else 3 * LANE + 6
    length = drawing.width - 2 * gutter
    most = max((stage.reached or 0 for stage in data.stages), default=0)
    tops, feet, y = [], [], 6.0
    for index in range(len(data.stages)):
        tops.append(y)
        feet.append(y + len(_names(data, index, drawing, length)) * 19 + 31)
        y = feet[-1] + (78 if drawing.narrow else 62)
    return _Plan(gutter, length, length / max(most, 1), tuple(tops), tuple(feet))


def _bar(data: Flow, drawing: Drawing, plan: _Plan, index: int, hatch: str) -> None:
    """A stage's bar on its track, the band of people who move on, and the hatched stub of those who leave."""
    stage, top, foot = data.stages[index], plan.tops[index], plan.feet[index]
    drawing.rect(plan.left, top, plan.length, foot - top, fill=TRACK)
    reached = min((stage.reached or 0) * plan.scale, plan.length)
    moved = 0.0
    if index + 1 < len(data.stages):
        moved = min((data.between(index, index + 1) or 0) * plan.scale, plan.length)
        drawing.rect(
            plan.left, foot, moved, plan.tops[index + 1] - foot, fill="#e8f1f8", stroke=BLUE, stroke_width=0.75
        )
    drawing.rect(plan.left, top, reached, foot - top, fill=TINT, stroke=BLUE, stroke_width=2)
    left = (stage.left or 0) * plan.scale
    if left >= 1:
        x = min(max(plan.left + reached - left, plan.left + moved + 3), plan.right - left)
        drawing.rect(x, foot, left, 12, fill=hatch, stroke="#942514")
        drawing.shape("path", d=f"M{x - 3:.1f} {foot + 12:.1f}h{left + 6:.1f}l{-left / 2 - 3:.1f} 9z", fill="#942514")


def _words(data: Flow, drawing: Drawing, plan: _Plan, index: int) -> None:
    stage, x = data.stages[index], plan.left + 8
    y = drawing.lines(
        x,
        plan.tops[index] + 20,
        _names(data, index, drawing, plan.length),
        19,
        font_weight="bold",
        font_size=drawing.size + 1,
    )
    now = "" if stage.now == 0 else f", {count_words(stage.now)} there now"
    drawing.text(x, y + 1, f"{counted(stage.reached, 'person', 'people')}{now}", font_size=drawing.size - 1)
    if index + 1 == len(data.stages):
        return
    moved = [f"{count_words(data.between(index, index + 1))} move on", f"{count_words(stage.left)} leave"]
    worth = f"{amount(stage.worth.point, data.unit)}{'' if data.unit == 'pounds' else ' jobs'}"
    worth = HIDDEN if stage.worth.why == HIDDEN else worth
    lines = [f"{', '.join(moved)}", f"value of these steps: {worth}"]
    wrapped = [
        part for line in lines for part in wrap(line, plan.length - 10, drawing.size - 1, 2, bold=line is lines[1])
    ]
    middle = plan.feet[index] + (36 if len(wrapped) < 3 else 32)
    for place, line in enumerate(wrapped):
        weight = "bold" if place else "normal"
        drawing.text(
            x, middle + place * 17, line, font_size=drawing.size - 1, font_weight=weight,
            **HALO,
        )  # fmt: skip


def _arcs(data: Flow, drawing: Drawing, plan: _Plan, back: bool) -> int:
    """Draws steps back (left) or moves past a stage (right), the largest first; returns how many had no room."""
    order = {stage.id: index for index, stage in enumerate(data.stages)}
    known = [m for m in data.moves if m.origin in order and m.target in order]
    pairs = [(order[move.origin], order[move.target], move.moves) for move in known if move.moves]
    wanted = [p for p in pairs if (p[1] < p[0] if back else p[1] > p[0] + 1)]
    arcs = _in_lanes(sorted(wanted, key=lambda p: -p[2]), lanes=1 if drawing.narrow else 3)
    most = max((moves for _, _, moves in pairs if moves in [p[2] for p in wanted]), default=1)
    for arc in arcs:
        _arc(drawing, plan, arc, back, thickness=max(1.5, min(12 * arc.moves / most, 12)))
    for arc in arcs:
        _count_of_arc(drawing, plan, arc, -1 if back else 1)
    return len(wanted) - len(arcs)


def _in_lanes(pairs: list[tuple[int, int, int]], lanes: int) -> list[_Arc]:
    taken: list[list[tuple[int, int]]] = [[] for _ in range(lanes)]
    arcs = []
    for origin, target, moves in pairs:
        low, high = min(origin, target), max(origin, target)
        free = (n for n, lane in enumerate(taken) if all(high <= a or low >= b for a, b in lane))
        lane = next(free, None)
        if lane is not None:
            taken[lane].append((low, high))
            arcs.append(_Arc(origin, target, moves, lane))
    return arcs


def _arc(drawing: Drawing, plan: _Plan, arc: _Arc, back: bool, thickness: float) -> None:
    side, edge = (-1, plan.left) if back else (1, plan.right)
    x, head = edge + side * (arc.lane * LANE + LANE * 0.55), edge + side * 9
    down = 1 if arc.target > arc.origin else -1
    start = (plan.tops[arc.origin] + plan.feet[arc.origin]) / 2 + 9 * down
    end = (plan.tops[arc.target] + plan.feet[arc.target]) / 2 - 9 * down
    bend = 10
    path = (
        f"M{edge:.1f} {start:.1f}H{x - side * bend:.1f}Q{x:.1f} {start:.1f} {x:.1f} {start + down * bend:.1f}"
        f"V{end - down * bend:.1f}Q{x:.1f} {end:.1f} {x - side * bend:.1f} {end:.1f}H{head:.1f}"
    )
    dash: Attributes = {"stroke_dasharray": "7 4"} if back else {}
    drawing.shape("path", d=path, fill="none", stroke="#4c86bd", stroke_width=thickness, **dash)
    drawing.shape("path", d=f"M{edge + side:.1f} {end:.1f}l{side * 10} -7v14z", fill=INK)


def _count_of_arc(drawing: Drawing, plan: _Plan, arc: _Arc, side: int) -> None:
    """Written level with a gap between stages, where no other line runs across."""
    x = (plan.left if side < 0 else plan.right) + side * (arc.lane * LANE + LANE * 0.55)
    gap = (arc.origin + arc.target - 1) // 2
    y = (plan.feet[gap] + plan.tops[gap + 1]) / 2 + 5
    drawing.text(
        x, y, number(arc.moves), text_anchor="middle", font_size=drawing.size - 2,
        **HALO,
    )  # fmt: skip


def _legend(drawing: Drawing, plan: _Plan, hatch: str, hidden: int) -> float:
    y, small = (plan.feet[-1] if plan.feet else 0) + 26, drawing.size - 1
    drawing.rect(4, y - 11, 30, 14, fill=TINT, stroke=BLUE, stroke_width=2)
    drawing.text(42, y, "people; the longer, the more", font_size=small)
    drawing.rect(4, y + 11, 30, 14, fill=hatch, stroke="#942514")
    drawing.text(42, y + 22, "people who leave", font_size=small)
    drawing.line(4, y + 40, 34, y + 40, stroke="#4c86bd", stroke_width=4, stroke_dasharray="7 4")
    drawing.text(42, y + 45, "steps back", font_size=small)
    drawing.line(4, y + 62, 34, y + 62, stroke="#4c86bd", stroke_width=4)
    drawing.text(42, y + 67, "moves past a stage", font_size=small)
    words = "Lines beside the stages have a scale of their own."
    words += f" {hidden} smaller moves are only in the table." if hidden else ""
    return drawing.lines(4, y + 90, wrap(words, drawing.width - 8, small, 4), 18, font_size=small)


def _description(data: Flow) -> str:
    told = [
        f"{stage.name}: {counted(stage.reached, 'person', 'people')} reached it, {count_words(stage.left)} left"
        for stage in data.stages
    ]
    return f"{len(data.stages)} stages from top to bottom. {'; '.join(told)}. The tables give every figure."


def _tables(data: Flow) -> tuple[Table, Table]:
    names = {stage.id: stage.name for stage in data.stages}

    def written(value: float) -> str:
        return amount(value, data.unit)

    stages = tuple(
        cells(
            stage.name, *(count_words(count) for count in (stage.reached, stage.now, stage.left, stage.ended)),
            estimate_cell(stage.worth, written), estimate_cell(stage.standing, written),
        )
        for stage in data.stages
    )  # fmt: skip
    unit = "" if data.unit == "pounds" else " in sustained jobs"
    headers = heads(
        "Stage", "Got this far", "There now", "Left from it", "Ended there",
        Cell(f"Value of its steps{unit}", "90% interval", data.marks),
        Cell(f"Worth of standing there{unit}", "90% interval", data.marks),
    )  # fmt: skip
    moves = tuple(
        cells(names.get(move.origin, move.origin), names.get(move.target, move.target), count_words(move.moves))
        for move in data.moves
    )
    return (
        Table(
            "People at each stage",
            headers,
            stages,
            note="Ended: died, moved away or retired, or as the programme says.",
        ),
        Table("Moves between stages", heads("From", "To", "Moves"), moves, text_columns=(0, 1)),
    )
