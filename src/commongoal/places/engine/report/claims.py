"""The report of claims checked: which figure does not follow, and whether rounding explains it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commongoal.kernel.pictures import Cell, Table, cells, heads
from commongoal.kernel.report import Fact, Report, Section
from commongoal.kernel.words import clean, counted, listed, number
from commongoal.places.engine.claims import Checked, Claims, Finding, Headline, Verdict
from commongoal.places.engine.written import Sort

HOW = (
    "Each figure stands for every number that could have been rounded to it. A count is taken as rounded to its last "
    "digit that is not 0, and a percentage to its last decimal, unless the file says otherwise. That is the widest "
    "usual reading, so nothing is called wrong that rounding could explain."
)
BLAME = (
    "That figures contradict one another does not say which of them is wrong. The one named is out by the fewest steps "
    "of its last digit; a percentage is named before the counts that it is made from."
)
LEAST_STEPS = 0.05
"""Fewer steps would be written as none."""
ONLY_TOGETHER = "That figures agree does not make them true: they could all rest on the same mistake."


@dataclass(frozen=True, slots=True)
class Official:
    """An official figure beside a claimed one, from `low` to `high` with its rounding, in the unit of the claim.

    `why` says why there is none. `period` and `source` are of the official figure.
    """

    claim: str
    low: float = 0.0
    high: float = 0.0
    shown: str = ""
    period: str = ""
    source: str = ""
    why: str = ""
    marks: tuple[str, ...] = ()

    def agrees_with(self, figure: Headline) -> bool | None:
        """Whether the two can be the same number; None where there is no official one."""
        if self.why:
            return None
        return self.low <= figure.meant.high and figure.meant.low <= self.high


def claims_report(checked: Checked, official: Sequence[Official] = ()) -> Report:
    """The whole report; `official` are figures of the store for claims that name an indicator."""
    claims = checked.claims
    return Report(
        title=f"{clean(claims.name)}: claims checked",
        programme=clean(claims.name),
        notice="",
        heading=_heading(checked),
        marks=(),
        lead=tuple(_lead(checked)),
        warnings=tuple(_disagreeing(claims, official)),
        facts=_facts(checked),
        sections=tuple(_sections(checked, official)),
    )


def _heading(checked: Checked) -> str:
    total = len(checked.claims.figures)
    if checked.agrees:
        return f"The {total} figures agree with one another" if total > 1 else "One figure alone cannot be checked"
    wrong = [row for row in checked.findings if row.verdict == Verdict.DOES_NOT]
    if not wrong:
        return f"{_number_word(len(checked.conflict))} of {total} figures cannot all be right"
    names = listed([f"“{clean(row.figure.meant.written)}”" for row in wrong])
    return f"{names} {'does' if len(wrong) == 1 else 'do'} not follow from the other figures"


def _number_word(count: int) -> str:
    return str(count)


def _lead(checked: Checked) -> Iterator[str]:
    if checked.claims.note:
        yield clean(checked.claims.note)
    for row in checked.findings:
        if row.verdict == Verdict.DOES_NOT:
            yield _sentence(row)
    others = [row.figure for row in checked.findings if row.verdict == Verdict.COULD]
    if others:
        said = listed([f"“{clean(figure.meant.written)}”" for figure in others])
        yield f"Or one of {said} is wrong instead: each would have to be out by more steps of its last digit."


def _sentence(row: Finding) -> str:
    words = f"{clean(row.figure.words)} is given as {clean(row.figure.meant.written)}. "
    if math.isinf(row.high) and row.low <= 0:
        return words + "It cannot stand beside the others."
    implied = _range(row.figure, row.low, row.high)
    written = _would_be_written(row)
    words += f"The other figures make it {implied}{f', which would be written {written}' if written else ''}. "
    if row.needed:
        words += (
            f"Rounding explains it only if it were to the nearest {_step(row.figure, row.needed)}; it is written to "
            f"the nearest {_step(row.figure, row.figure.meant.unit)}."
        )
    else:
        words += "Rounding does not explain it."
    return words


def _would_be_written(row: Finding) -> str:
    """How the others would have it written, to the step of the figure, where that is one number; else nothing."""
    unit, count = row.figure.meant.unit, row.figure.meant.sort == Sort.COUNT
    if unit <= 0 or math.isinf(row.high):
        return ""
    ends = {round(end / unit) for end in (row.low, row.high)}
    if len(ends) != 1:
        return ""
    value = ends.pop() * unit
    return number(value) if count else f"{number(value * 100, _places(unit * 100))}%"


def _disagreeing(claims: Claims, official: Sequence[Official]) -> Iterator[str]:
    figures = {figure.id: figure for figure in claims.figures}
    for row in official:
        figure = figures[row.claim]
        if row.agrees_with(figure) is False:
            yield (
                f"{clean(figure.words)}: {clean(figure.meant.written)} is claimed, and the official figure is "
                f"{clean(row.shown)} ({clean(row.period)})."
            )


def _facts(checked: Checked) -> tuple[Fact, ...]:
    claims, tested = checked.claims, [row for row in checked.findings if row.verdict != Verdict.ALONE]
    facts = [
        Fact("Source", Cell(clean(claims.source))),
        Fact("Figures", Cell(f"{len(claims.figures)}, of which {len(tested)} can be checked against the others")),
    ]
    if checked.conflict:
        figures = {figure.id: figure for figure in claims.figures}
        said = listed([clean(figures[name].meant.written) for name in checked.conflict])
        facts.append(Fact("Cannot all be right", Cell(said)))
    return tuple(facts)


def _sections(checked: Checked, official: Sequence[Official]) -> Iterator[Section]:
    yield Section("figures", "Each figure beside the others", (HOW,), tables=(_table(checked),))
    quantities = _quantities(checked)
    if quantities.rows:
        words = "What the figures say of each number that they speak of, written or not."
        if checked.conflict:
            words += " Figures that do not follow are left out."
        yield Section("quantities", "The numbers behind the figures", (words,), tables=(quantities,))
    if official:
        yield Section(
            "official", _official_title(checked.claims, official), tables=(_official(checked.claims, official),)
        )
    points = [*([BLAME] if checked.conflict else []), ONLY_TOGETHER]
    yield Section("limits", "What this does not say", points=tuple(points))


def _table(checked: Checked) -> Table:
    rows = []
    for row in checked.findings:
        figure = row.figure
        rows.append(cells(
            clean(figure.words),
            Cell(clean(figure.meant.written), _can_mean(figure)),
            _implied_words(row),
            Cell(row.verdict.value, _steps_words(row)),
        ))  # fmt: skip
    headers = heads("Figure", Cell("As written", "what it can mean"), "The others make it", "So it")
    return Table("Figures checked", headers, tuple(rows), text_columns=(0, 3))


def _steps_words(row: Finding) -> str:
    if row.verdict not in (Verdict.DOES_NOT, Verdict.COULD) or row.steps <= 0:
        return ""
    if not row.figure.meant.unit:
        return "beyond what it says"
    steps = "less than 0.1" if row.steps < LEAST_STEPS else number(row.steps, 1 if row.steps < 10 else 0)
    return f"{steps} {'step' if steps == '1.0' else 'steps'} of its last digit beyond its rounding"


def _implied_words(row: Finding) -> str:
    return "nothing" if row.verdict == Verdict.ALONE else _range(row.figure, row.low, row.high)


def _can_mean(figure: Headline) -> str:
    return _range(figure, figure.meant.low, figure.meant.high, finer=True)


def _quantities(checked: Checked) -> Table:
    rows = []
    for quantity, low, high in checked.implied:
        if low > 0 or math.isfinite(high):
            rows.append(cells(clean(quantity.words), _counts(low, high)))
    return Table("Numbers that follow", heads("Number", "From the figures"), tuple(rows))


def _official_title(claims: Claims, official: Sequence[Official]) -> str:
    figures = {figure.id: figure for figure in claims.figures}
    told = [row.agrees_with(figures[row.claim]) for row in official]
    known = [one for one in told if one is not None]
    if not known:
        return "No official figure is held to set these beside"
    return f"{sum(known)} of {counted(len(known), 'figure', 'figures')} agree with official figures"


def _official(claims: Claims, official: Sequence[Official]) -> Table:
    figures = {figure.id: figure for figure in claims.figures}
    rows = []
    for row in official:
        figure = figures[row.claim]
        agrees = row.agrees_with(figure)
        said = "not known" if agrees is None else "agrees" if agrees else "differs beyond rounding"
        shown = (
            Cell("not available", clean(row.why)) if row.why else Cell(clean(row.shown), clean(row.period), row.marks)
        )
        rows.append(cells(clean(figure.words), Cell(clean(figure.meant.written), clean(figure.period)), shown,
                          clean(row.source), said))  # fmt: skip
    headers = heads(
        "Figure", Cell("Claimed", "of when"), Cell("Official", "of when, or why there is none"), "Source", "So it"
    )
    return Table("Beside official figures", headers, tuple(rows), text_columns=(0, 3, 4))


def _range(figure: Headline, low: float, high: float, finer: bool = False) -> str:
    """A range in the unit of the figure, to one digit more than it is written."""
    if figure.meant.sort == Sort.COUNT:
        return _counts(low, high)
    places = _places(figure.meant.unit * 100) + (2 if finer or high - low < figure.meant.unit else 1)
    if math.isinf(high):
        return f"over {number(low * 100, places)}%"
    ends = [number(end * 100, places) for end in (low, high)]
    return f"{ends[0]}%" if ends[0] == ends[1] else f"{ends[0]}% to {ends[1]}%"


def _counts(low: float, high: float) -> str:
    if math.isinf(high):
        return f"{number(math.ceil(low - 1e-6))} or more"
    places = 0 if high >= 100 else 1 if high >= 10 else 3
    least, most = (math.ceil(low - 1e-6), math.floor(high + 1e-6)) if places == 0 else (low, high)
    if places == 0 and least >= most:
        least = most = round((low + high) / 2)
    ends = [number(end, places) for end in (least, most)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _step(figure: Headline, step: float) -> str:
    if figure.meant.sort == Sort.COUNT:
        return number(step)
    points = step * 100
    return f"{number(points, _places(points) + (0 if math.isclose(points, round(points, 1)) else 1))} percentage points"


def _places(step: float) -> int:
    """Decimals that a step needs: 1 for 0.1."""
    return max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 1
