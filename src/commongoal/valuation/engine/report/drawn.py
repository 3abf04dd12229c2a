"""A valuation's pictures: which data goes into which."""

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures import (
    Bar,
    Bars,
    Flow,
    Journey,
    Move,
    Ratios,
    Row,
    Stage,
    Step,
    Table,
    bars_picture,
    flow_picture,
    journey_picture,
    ratios_picture,
)  # fmt: skip
from commongoal.kernel.pictures.bars import Measure
from commongoal.kernel.report import Figure, figure
from commongoal.kernel.words import JOBS_RATIO_PER, clean, counted
from commongoal.valuation.engine.cost_limits import OF_NO_KIND
from commongoal.valuation.engine.report.headline import definition, marks
from commongoal.valuation.engine.results import Line, LineKind, Valuation


def ratios_of(v: Valuation, kind: LineKind) -> Ratios:
    """The ratios of one kind of line, in order of people."""
    scale = 1.0 if v.unit == "pounds" else float(JOBS_RATIO_PER)
    rows = [_row(line, scale, whole=False) for line in v.of(kind)]
    return Ratios(
        title=f"Ratio of each {kind}, with its 90% interval",
        measure=definition(v),
        rows=(*rows, _row(v.total, scale, whole=True)),
        unit="pounds" if v.unit == "pounds" else "number",
        line=1.0 if v.unit == "pounds" else None,
    )


def _row(line: Line, scale: float, whole: bool) -> Row:
    ratio = None if line.ratio is None else line.ratio.scaled(scale)
    return Row("Whole programme" if whole else line.name, line.people, ratio, line.why_no_ratio, whole)


def ratio_figure(v: Valuation, kind: LineKind, tables: tuple[Table, ...]) -> Figure:
    """Ratios with intervals, with the fuller table of lines beneath."""
    data = ratios_of(v, kind)
    few = any(row.estimate is not None and row.estimate.low is None for row in data.rows)
    caption = (
        f"{data.title}, in order of the number of people, not of rank. "
        f"{'Grey rings have too few people for an interval. ' if few else ''}"
        f"{'The dashed line is £1 back for each £1. ' if data.line else ''}"
        f"{without_part(v, kind)}"
    )
    return figure(
        f"ratios-{kind}", lambda key, width: ratios_picture(data, key, width), caption.strip(), tables, marks(v)
    )


def without_part(v: Valuation, kind: LineKind) -> str:
    """Of which costs the lines of a kind have no part, in words; nothing for providers, which have theirs."""
    return "" if kind == "provider" else clean(" ".join(each.text for each in v.limits if each.id == OF_NO_KIND))


def line_name(v: Valuation, line: Line) -> str:
    """What a line is called in a table: the foot rows say what they are."""
    if line is v.total:
        return "Whole programme"
    return f"Unattributed: {line.name}" if line is v.unattributed and "nattributed" not in line.name else line.name


def credit_figure(v: Valuation, kind: LineKind, tables: tuple[Table, ...]) -> Figure:
    """Credit as bars, where there is no ratio to draw."""
    lines = sorted(v.of(kind), key=lambda line: (-(line.people or 0), line.name))
    bars = tuple(_credit_bar(v, line) for line in (*lines, v.unattributed))
    data = Bars(f"Credit of each {kind}", kind.capitalize(), _credit(v), bars, measure_of(v))
    caption = f"{data.title} in {v.unit}, in order of the number of people, with 90% intervals as thin lines."
    return figure(f"credit-{kind}", lambda key, width: bars_picture(data, key, width), caption, tables, marks(v))


def _credit_bar(v: Valuation, line: Line) -> Bar:
    few = f", {line.credit.why}" if line.credit.low is None and line.credit.why else ""
    return Bar(line_name(v, line), line.credit, f"{counted(line.people, 'person', 'people')}{few}")


def gains_figure(v: Valuation) -> Figure:
    """Who gains: credit by agency and kind."""
    bars = tuple(
        Bar(
            gain.agency,
            gain.credit,
            f"{gain.kind}{', transfer' if gain.transfer else ''}",
            (gain.mark,) if gain.mark else (),
            gain.transfer,
        )
        for gain in v.gains
    )
    words = "transfer: money that changes hands, and adds nothing to the whole"
    data = Bars("Who gains, by agency and kind", "Agency and kind", _credit(v), bars, measure_of(v), words)
    caption = "Credit by agency and kind, with 90% intervals as thin lines. Hatched bars are transfers."
    return figure("gains", lambda key, width: bars_picture(data, key, width), caption)


def drivers_figure(v: Valuation) -> Figure:
    """What moves the answer: shares of the variance."""
    bars = tuple(Bar(driver.name, Estimate(driver.share)) for driver in v.drivers)
    data = Bars("What moves the answer", "Input", "Share of the uncertainty", bars, "share")
    caption = "How much of the uncertainty of the programme's credit comes from each group of inputs."
    return figure("drivers", lambda key, width: bars_picture(data, key, width), caption)


def flow_figure(v: Valuation) -> Figure:
    """The pathway as a flow."""
    stages = tuple(
        Stage(s.id, s.name, s.reached, s.now, s.left, s.ended, s.credit, s.worth_of_standing) for s in v.stages
    )
    moves = tuple(Move(move.origin, move.target, move.moves) for move in v.moves)
    data = Flow("The pathway as a flow of people", stages, moves, v.unit, marks(v))
    caption = "People at each stage, from top to bottom. The value of its steps is written between the stages."
    return figure("flow", lambda key, width: flow_picture(data, key, width), caption, marks=marks(v))


def journey_figure(v: Valuation) -> Figure:
    """The commonest kind of journey."""
    order = {stage.id: place for place, stage in enumerate(v.stages)}
    order |= {stage.name: place for place, stage in enumerate(v.stages)}
    names = {stage.id: stage.name for stage in v.stages}
    steps = tuple(
        Step(names.get(step.stage, step.stage), order.get(step.stage, place), step.months, step.helped_by, step.worth)
        for place, step in enumerate(v.journey)
    )
    data = Journey("One person's kind of journey", steps, v.unit, marks(v))
    caption = "The commonest way through, nobody in particular. Months are typical; the worth is of standing there."
    return figure("journey", lambda key, width: journey_picture(data, key, width), caption, marks=marks(v))


def measure_of(v: Valuation) -> Measure:
    """How bars of credit are measured."""
    return "pounds" if v.unit == "pounds" else "number"


def _credit(v: Valuation) -> str:
    return "Credit" if v.unit == "pounds" else "Credit in sustained jobs"
