"""One person's kind of journey: stages as steps, who helped, how many months, and what the journey is worth by then."""

from dataclasses import dataclass

from commongoal.kernel.pictures.drawing import BLUE, INK, TINT, WIDE, Drawing, Picture, wrap
from commongoal.kernel.pictures.tables import Cell, Table, cells, heads
from commongoal.kernel.words import Unit, amount, number, plain

MOST_STEPS_ACROSS = 7
"""More steps than this leave too little room for words, so the line then runs down the page."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the stage's name and its height on the pathway, months there, who usually helped, worth by then."""

    name: str
    level: int
    months: float
    helped_by: str
    worth: float


@dataclass(frozen=True, slots=True)
class Journey:
    """Steps in the order they happen; a step back has a lower level than the one before it."""

    title: str
    steps: tuple[Step, ...]
    unit: Unit = "pounds"
    marks: tuple[str, ...] = ()

    def worth(self, step: Step) -> str:
        """What the journey is worth by then, as written on the step."""
        return f"worth {amount(step.worth, self.unit)}{'' if self.unit == 'pounds' else ' jobs'}"


def journey_picture(data: Journey, key: str = "journey", width: int = WIDE) -> Picture:
    """The picture and its table: a staircase from left to right, or down the page where it is narrow."""
    drawing = Drawing(key, width)
    down = drawing.narrow or len(data.steps) > MOST_STEPS_ACROSS
    height = _down(data, drawing) if down else _across(data, drawing)
    description = _description(data)
    return Picture(data.title, description, drawing.svg(data.title, description, height), (_table(data),))


def _months(step: Step) -> str:
    return "1 month" if plain(step.months) == "1" else f"{plain(step.months)} months"


def _words(data: Journey, step: Step, room: float, size: int) -> list[tuple[str, str]]:
    lines = [(line, "bold") for line in wrap(step.name, room, size, 3, bold=True)]
    if step.months > 0:
        lines.append((_months(step), "normal"))
    if step.helped_by:
        lines += [(line, "normal") for line in wrap(f"with {step.helped_by}", room, size, 6)]
    return lines + [(line, "bold") for line in wrap(data.worth(step), room, size, 2, bold=True)]


def _across(data: Journey, drawing: Drawing) -> float:
    column = (drawing.width - 12) / max(len(data.steps), 1)
    size = 14 if len(data.steps) < MOST_STEPS_ACROSS else 13
    blocks = [_words(data, step, column - 9, size) for step in data.steps]
    lowest = min((step.level for step in data.steps), default=0)
    highest = max((step.level for step in data.steps), default=0)
    rise = min(30, 150 / max(highest - lowest, 1))
    foot = 20 + (highest - lowest) * rise + max((len(block) for block in blocks), default=0) * 18 + 14
    before = foot
    for index, (step, block) in enumerate(zip(data.steps, blocks, strict=True)):
        x, y = 6 + index * column, 20 + (highest - step.level) * rise
        drawing.rect(x, y, column, foot - y, fill=TINT)
        drawing.line(x, y, x + column, y, stroke=BLUE, stroke_width=4)
        drawing.line(
            x, min(before, y) - 2, x, max(before, y) + (2 if index else 0), stroke=BLUE, stroke_width=4 if index else 2
        )
        drawing.shape("circle", cx=x + 8, cy=y, r=7, fill=INK)
        _block(drawing, x + 8, y + 25, block, size)
        before = y
    drawing.line(6, foot, drawing.width - 6, foot, stroke=BLUE)
    return foot + 8


def _block(drawing: Drawing, x: float, y: float, block: list[tuple[str, str]], size: int) -> float:
    for line, weight in block:
        drawing.text(x, y, line, font_weight=weight, font_size=size)
        y += 18
    return y


def _down(data: Journey, drawing: Drawing) -> float:
    starts, y = [], 12.0
    for step in data.steps:
        starts.append(y)
        y = _block(drawing, 34, y + 6, _words(data, step, drawing.width - 42, drawing.size), drawing.size) + 12
    if starts:
        drawing.line(14, starts[0], 14, y - 20, stroke=BLUE, stroke_width=4)
    for start, step, earlier in zip(starts, data.steps, (None, *data.steps), strict=False):
        back = earlier is not None and step.level < earlier.level
        drawing.shape("circle", cx=14, cy=start, r=8, fill="#ffffff" if back else INK, stroke=INK, stroke_width=2)
    return y


def _description(data: Journey) -> str:
    told = [
        f"{step.name} ({_months(step)}{f', with {step.helped_by}' if step.helped_by else ''})" for step in data.steps
    ]
    worth = f" By the end {data.worth(data.steps[-1])}." if data.steps else ""
    return f"{number(len(data.steps))} steps: {', then '.join(told)}.{worth}"


def _table(data: Journey) -> Table:
    rows = tuple(
        cells(step.name, step.helped_by or "nobody recorded", plain(step.months), amount(step.worth, data.unit))
        for step in data.steps
    )
    worth = Cell(
        "Worth of standing there" if data.unit == "pounds" else "Worth of standing there, in sustained jobs",
        marks=data.marks,
    )
    return Table(
        "The steps of this journey", heads("Stage", "Who usually helped", "Months", worth), rows, text_columns=(0, 1)
    )
