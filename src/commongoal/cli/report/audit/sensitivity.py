"""The sheet Sensitivity: switching values, and net present public value with one number at the ends of its range."""

from collections.abc import Iterator
from dataclasses import dataclass

from commongoal.cli.report.audit.book import FIRST, Book, Sheet
from commongoal.cli.report.audit.effects import Effect, Shape, additional, cohort, cohorts
from commongoal.cli.report.audit.factors import Factors
from commongoal.cli.report.audit.inputs import Inputs, Key
from commongoal.cli.report.audit.money import Values
from commongoal.cli.report.audit.spending import Costs
from commongoal.cli.report.audit.terms import (
    Given,
    Span,
    Term,
    absolute,
    both,
    largest,
    product_sum,
    smallest,
    span,
    sum_where,
    term,
    when,
)
from commongoal.valuation.engine.appraisal.appraising import QUANTITIES
from commongoal.valuation.engine.appraisal.chain import OF_OUTCOME, OF_PROFILE, chain_of, weights
from commongoal.valuation.engine.appraisal.results import Appraised
from commongoal.valuation.engine.appraisal.tables import Tables
from commongoal.valuation.engine.appraisal.uncertainty import tornado

NOTE = "Net present public value when one number moves and all others stay."
WIDTHS = (34, 26, 16, 16, 20, 20, 20, 20, 18, 18, 22, 14)
DOES_NOT_ENTER = "does not enter"
NOTHING = 1e-13
"""A slope smaller than this share of what moves is none."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the sheet is made from."""

    inputs: Inputs
    factors: Factors
    effects: list[Effect]
    shapes: list[Shape]
    values: Values
    costs: Costs
    net: Term
    result: Appraised
    tables: Tables


@dataclass(frozen=True, slots=True)
class Line:
    """One outcome line: present years of effect and arrivals by schedule; pounds that they multiply; their sum."""

    present: dict[tuple[str, str], Term]
    pounds: dict[tuple[str, str], Term]
    worth: Term


PAIRS = tuple((per, wellbeing) for per in ("year", "once") for wellbeing in ("no", "yes"))


def write_sensitivity(book: Book, parts: Parts) -> None:
    """Each outcome's worth, the slopes and switching values, and the swings."""
    sheet = book.sheets["Sensitivity"]
    sheet.lay_out("Sensitivity", NOTE, WIDTHS, 2, blocks=True)
    lines = _lines(sheet, parts)
    top = FIRST + len(lines) + 2
    slopes = _switching(book, sheet, top, parts, lines)
    top += len(parts.result.switching) + 4
    ends = _Ends(sheet, parts, lines, slopes, top + len(parts.result.tornado) + 4)
    _swings(book, sheet, top, parts, ends)


def _lines(sheet: Sheet, parts: Parts) -> list[Line]:
    heads = [f"{what}, felt {'each year' if per == 'year' else 'once'}, {'wellbeing' if w == 'yes' else 'money'} rate"
             for what in ("Present years", "Pounds") for per, w in PAIRS]  # fmt: skip
    sheet.heads(("Outcome", "Id", *heads, "Public value of one more"))
    found, values = [], parts.values
    for line, shape in enumerate(parts.shapes):
        row = FIRST + line
        sheet.say(row, 0, parts.result.outcomes[line].name)
        mine = sheet.put(row, 1, parts.effects[line].id, "text")
        present, pounds = {}, {}
        for place, (per, wellbeing) in enumerate(PAIRS):
            years = span(shape.yearly if per == "year" else shape.once)
            factors = parts.factors.wellbeing if wellbeing == "yes" else parts.factors.money
            present[per, wellbeing] = sheet.put(row, 2 + place, product_sum(years, factors), "factor")
            where: list[tuple[Span, Given]] = [
                (values.outcome, mine),
                (values.flags["per"], per),
                (values.flags["wellbeing"], wellbeing),
            ]
            pounds[per, wellbeing] = sheet.put(
                row, 6 + place, sum_where(where, values.counts["public"], values.unit), "money"
            )
        one = product_sum(span(list(present.values())), span(list(pounds.values())))
        found.append(Line(present, pounds, sheet.put(row, 10, one * parts.effects[line].bias, "money")))
    return found


def _switching(book: Book, sheet: Sheet, top: int, parts: Parts, lines: list[Line]) -> dict[Key, Term]:
    """Slope and switching value of each number, in the order of the result."""
    sheet.say(top - 1, 0, "Switching values: where the scheme is worth exactly what it costs", "block")
    names = ("Line", "Number", "Taken as", "A step of it", "Change for each 1 more", "Net value a step on")
    heads = (*names, "Switches at", "Can it be so?", "Mark")
    sheet.heads(heads, top)
    keys = list(_switched(parts))
    slopes: dict[Key, Term] = {}
    values, moved = [], []
    for row, (key, printed) in enumerate(zip(keys, parts.result.switching, strict=True), start=top + 1):
        sheet.say(row, 0, printed.line)
        sheet.say(row, 1, printed.quantity)
        sheet.mark(row, 8, printed.mark)
        value = sheet.put(row, 2, parts.inputs(*key), "number")
        step = sheet.put(row, 3, when(value.equals(0), 1, absolute(value)), "number")
        slopes[key] = sheet.put(row, 4, _slope(key, parts, lines), "money")
        moved.append(sheet.put(row, 5, parts.net + slopes[key] * step, "money"))
        values.append(value)
    scale = largest(largest(span(moved)), 0 - smallest(span(moved)), absolute(parts.net), 1)
    scale = sheet.put(top + 1 + len(keys), 5, scale, "money")
    sheet.say(top + 1 + len(keys), 4, "Largest in size")
    for place, (key, value) in enumerate(zip(keys, values, strict=True)):
        slope, row = slopes[key], top + 1 + place
        none = (scale * NOTHING).at_least(absolute(slope))
        switch = sheet.put(row, 6, when(none, DOES_NOT_ENTER, value - parts.net / slope), "number")
        possible = sheet.put(row, 7, _possible(key, switch, parts), "text")
        _check_switch(book, parts.result, place, value, switch, possible)
    return slopes


def _check_switch(book: Book, result: Appraised, place: int, value: Term, switch: Term, possible: Term) -> None:
    printed, path = result.switching[place], f"switching[{place}]"
    name = f"{printed.line}, {printed.quantity}"
    at = DOES_NOT_ENTER if printed.switch is None else printed.switch
    book.agrees(f"{name}: taken as", f"{path}.value", "number", printed.value, value)
    book.agrees(f"{name}: switches at", f"{path}.switch", "ratio", at, switch)
    book.agrees(f"{name}: can it be so", f"{path}.possible", "text", "yes" if printed.possible else "no", possible)


def _switched(parts: Parts) -> Iterator[Key]:
    for line in range(len(parts.effects)):
        yield "outcomes", line, "impact"
        yield "outcomes", line, "deadweight"
    for row in range(len(parts.result.file.unit_values)):
        yield "unit_values", row, "value"
    for row in range(len(parts.result.file.costs)):
        yield "costs", row, "cost"


def _slope(key: Key, parts: Parts, lines: list[Line]) -> Term:
    """Change of net present public value for each 1 more of one number."""
    table, row, what = key
    if table == "costs":
        return 0 - parts.costs.rows[row]
    if table == "unit_values":
        cells = parts.values.by_row[row]
        line = [outcome.id for outcome in parts.result.file.outcomes].index(str(cells["outcome"].value))
        present = lines[line].present
        well = cells["wellbeing"].equals("yes")
        yearly, once = (when(well, present[per, "yes"], present[per, "no"]) for per in ("year", "once"))
        return cells["public"] * cells["size"] * cells["price"] * when(cells["per"].equals("year"), yearly, once)
    effect, levels = parts.effects[row], parts.effects[row].levels
    each = effect.people * levels["attribution"] * (1 - levels["displacement"]) * lines[row].worth
    shared = effect.basis.equals("share_of_gross")
    if what == "impact":
        return when(shared, each * (1 - levels["deadweight"]), each)
    return when(effect.basis.equals("points"), 0 - each, when(shared, 0 - each * levels["impact"], 0))


def _possible(key: Key, switch: Term, parts: Parts) -> Term:
    """Deadweight and cost are never negative, and a share is at most 1."""
    _, row, what = key
    if what in ("impact", "value"):
        can = term("yes")
    else:
        can = when(switch.at_least(0), "yes", "no")
        if what == "deadweight":
            inside = when(both(switch.at_least(0), term(1).at_least(switch)), "yes", "no")
            can = when(parts.effects[row].basis.equals("share_of_gross"), inside, can)
    return when(switch.equals(DOES_NOT_ENTER), "no", can)


@dataclass(slots=True)
class _Ends:
    """Net present public value with one number moved; `row` is the next free row for profiles at ends of ranges."""

    sheet: Sheet
    parts: Parts
    lines: list[Line]
    slopes: dict[Key, Term]
    row: int

    def net(self, key: Key, end: Term) -> Term:
        """With the number at one end."""
        table, row, what = key
        parts = self.parts
        if table in ("unit_values", "costs"):
            return parts.net + (end - parts.inputs(*key)) * self.slopes[key]
        if table == "profiles":
            return parts.net + self._later(row, what, end)
        effect = parts.effects[row]
        moved = additional(effect.basis, {**effect.levels, what: end})
        return parts.net + (moved - effect.additional) * self.lines[row].worth

    def _later(self, row: int, what: str, end: Term) -> Term:
        """What another duration or drop-off adds: its profile is written out below."""
        shape, line, effect = self.parts.shapes[row], self.lines[row], self.parts.effects[row]
        duration, drop = (end, shape.drop_off) if what == "duration_months" else (shape.duration, end)
        present = self._present(row, what, end, shape, duration, drop)
        gains = [(present[w] - line.present["year", w]) * line.pounds["year", w] for w in ("no", "yes")]
        return effect.size * (gains[0] + gains[1])

    def _present(self, row: int, what: str, end: Term, shape: Shape, duration: Term, drop: Term) -> dict[str, Term]:
        sheet, years = self.sheet, self.parts.factors.numbers
        sheet.say(self.row, 0, self.parts.result.outcomes[row].name)
        sheet.say(self.row, 1, QUANTITIES[what])
        sheet.put(self.row, 2, end, "number")
        sheet.say(self.row, 5, "one cohort")
        sheet.say(self.row + 1, 5, "all")
        one = sheet.put_row(self.row, 6, [cohort(shape, duration, drop, year) for year in years], "factor")
        everybody = sheet.put_row(self.row + 1, 6, [cohorts(shape.starts, one, t) for t in range(len(one))], "factor")
        factors = {"no": self.parts.factors.money, "yes": self.parts.factors.wellbeing}
        present = {w: product_sum(span(everybody), factor) for w, factor in factors.items()}
        cells = {w: sheet.put(self.row + 1, 3 + i, found, "factor") for i, (w, found) in enumerate(present.items())}
        self.row += 2
        return cells


def _swings(book: Book, sheet: Sheet, top: int, parts: Parts, ends: _Ends) -> None:
    """The tornado, widest first as it was printed."""
    sheet.say(top - 1, 0, "One number at the ends of its range, all others at theirs", "block")
    heads = ("Line", "Number", "Low", "High", "Net value at low", "Net value at high", "Between them", "Mark")
    sheet.heads(heads, top)
    sheet.say(ends.row - 2, 0, "Profiles at the ends of ranges", "block")
    names = ("Line", "Number", "Taken as", "Present years, money rate", "Present years, wellbeing rate", "")
    sheet.heads((*names, *parts.result.years), ends.row - 1)
    keys = _in_printed_order(parts)
    for place, (key, printed) in enumerate(zip(keys, parts.result.tornado, strict=True)):
        row = top + 1 + place
        sheet.say(row, 0, printed.line)
        sheet.say(row, 1, printed.quantity)
        sheet.mark(row, 7, printed.mark)
        low = sheet.put(row, 2, parts.inputs.low[key], "number")
        high = sheet.put(row, 3, parts.inputs.high[key], "number")
        at_low = sheet.put(row, 4, ends.net(key, low), "money")
        at_high = sheet.put(row, 5, ends.net(key, high), "money")
        sheet.put(row, 6, absolute(at_high - at_low), "money")
        path, name = f"tornado[{place}]", f"{printed.line}, {printed.quantity}"
        book.agrees(f"{name}: low", f"{path}.low", "number", printed.low, low)
        book.agrees(f"{name}: high", f"{path}.high", "number", printed.high, high)
        book.agrees(f"{name}: net value at low", f"{path}.net_at_low", "money", printed.net_at_low, at_low)
        book.agrees(f"{name}: net value at high", f"{path}.net_at_high", "money", printed.net_at_high, at_high)


def _in_printed_order(parts: Parts) -> list[Key]:
    """The number that each printed swing is about: the engine's own order, for equal names would not tell."""
    chain = chain_of(parts.result.file, parts.tables)
    places = [swing.input.place for swing in tornado(chain, weights(parts.result.file))]
    tables = dict.fromkeys(OF_OUTCOME, "outcomes") | dict.fromkeys(OF_PROFILE, "profiles")
    tables |= {"value": "unit_values", "cost": "costs"}
    return [(tables[what], row, what) for what, row in places]
