"""Who is credited: providers, interventions, both together, stages and segments."""

from collections.abc import Callable

from commongoal.kernel.pictures import Cell, Table, cells, estimate_cell
from commongoal.kernel.report import Section
from commongoal.kernel.words import (
    HIDDEN,
    Written,
    amount,
    chance,
    clean,
    count_words,
    interval,
    plain,
    pounds,
    ratio,
)
from commongoal.valuation.engine.report.drawn import credit_figure, line_name, ratio_figure, without_part
from commongoal.valuation.engine.report.headline import definition, marks, rests_on_shape
from commongoal.valuation.engine.results import Line, LineKind, Valuation

Filler = Callable[[Line], Cell | None]
OWNERS: tuple[LineKind, ...] = ("provider", "intervention", "provider_intervention")
NAMES: dict[LineKind, tuple[str, str]] = {
    "provider": ("Providers", "Provider"),
    "intervention": ("Interventions", "Intervention"),
    "provider_intervention": ("Each provider's interventions", "Provider and intervention"),
    "stage": ("Stages that steps were taken from", "Stage"),
    "segment": ("Kinds of people", "Segment"),
}


def credited(v: Valuation) -> Section:
    """The section with a table for each kind of line that the result has."""
    parts = tuple(_part(v, kind) for kind in NAMES if v.of(kind) or kind == "provider")
    return Section("credited", "Who is credited", _paragraphs(v), parts=parts)


def _paragraphs(v: Valuation) -> tuple[str, ...]:
    found = [
        (
            "Credit goes to whoever was helping while a step was taken. Where several helped at once it is shared by "
            "stated weights: a convention, not a finding about causes. Where nobody was helping, it is unattributed."
        )
    ]
    if rests_on_shape(v):
        found.append(
            "The comparison says what the whole programme added. How that is divided between providers rests on a "
            "comparison of an assumed shape."
        )
    if any(line.second_shape is not None for line in v.lines):
        found.append(
            '"Second shape" is the credit under the other assumed shape: where it differs much, read with care.'
        )
    if any(line.rank is not None for line in v.lines):
        found.append(
            "Ranks come from ratios drawn towards the middle, with their own uncertainty. A wide range of ranks means "
            "that the order says little. Tables and pictures are not in order of rank."
        )
    return tuple(found)


def _part(v: Valuation, kind: LineKind) -> Section:
    title = NAMES[kind][0]
    table = lines_table(v, kind)
    if kind in ("provider", "intervention") and v.of(kind):
        drawn = ratio_figure if any(line.ratio for line in v.of(kind)) else credit_figure
        return Section(kind, title, figure=drawn(v, kind, (table,)))
    return Section(kind, title, tables=(table,))


def lines_table(v: Valuation, kind: LineKind) -> Table:
    """The table of one kind, with unattributed credit and the programme at its foot."""
    title = NAMES[kind][0]
    feet = (*((v.unattributed,) if kind in OWNERS else ()), v.total)
    lines = (*v.of(kind), *feet)
    columns = [(head, fill) for head, fill in _columns(v, kind) if any(fill(line) for line in lines)]
    rows = tuple(cells(*(fill(line) or Cell("–") for _, fill in columns)) for line in lines)
    has_ratio = any(line.ratio for line in lines)
    note = " ".join(filter(None, (definition(v), without_part(v, kind)))) if has_ratio else _why_none(v)
    unit = "pounds" if v.unit == "pounds" else "sustained jobs"
    return Table(f"{title}: credit in {unit}", tuple(head for head, _ in columns), rows, note=note, footing=len(feet))


def _why_none(v: Valuation) -> str:
    return f"No ratio: {clean(v.total.why_no_ratio)}." if v.total.why_no_ratio else ""


def _columns(v: Valuation, kind: LineKind) -> list[tuple[Cell, Filler]]:
    given = marks(v)

    def of_credit(value: float) -> str:
        return amount(value, v.unit)

    ranked = sum(line.rank is not None for line in v.of(kind))
    return [
        (Cell(NAMES[kind][1]), lambda line: Cell(line_name(v, line))),
        (Cell("People"), lambda line: Cell(count_words(line.people))),
        (Cell("Credit", "90% interval", given), lambda line: estimate_cell(line.credit, of_credit)),
        (Cell("Cost", "of which in kind"), _cost),
        (Cell("Ratio", "90% interval", given), lambda line: _ratio(v, line)),
        (Cell("Chance ratio is above\N{NO-BREAK SPACE}1"), lambda line: _optional(line.chance_above_one, chance)),
        (Cell("Rank", f"90% interval, of\N{NO-BREAK SPACE}{ranked}" if ranked else "90% interval"), _rank),
        (Cell("Credit, second shape", marks=("assumed",)), lambda line: _optional(line.second_shape, of_credit)),
    ]


def _cost(line: Line) -> Cell | None:
    if line.hidden:
        return Cell(HIDDEN)
    if not line.cost:
        return None
    return Cell(pounds(line.cost), pounds(line.cost_in_kind) if line.cost_in_kind else "")


def _ratio(v: Valuation, line: Line) -> Cell | None:
    if line.ratio is not None:
        return estimate_cell(line.ratio, lambda x: ratio(x, v.unit))
    if line.hidden:
        return Cell(HIDDEN)
    same = all(other.ratio is None for other in v.lines)
    return None if same or not line.why_no_ratio else Cell("none", clean(line.why_no_ratio))


def _rank(line: Line) -> Cell | None:
    return Cell(interval(line.rank, plain)) if line.rank is not None else None


def _optional(value: float | None, written: Written) -> Cell | None:
    return None if value is None else Cell(written(value))
