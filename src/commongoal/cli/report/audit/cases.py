"""The sheets of the two cases and of MVPF: totals, ratios, and when it pays back."""

from dataclasses import dataclass

from commongoal.cli.report.audit.book import FIRST, INFINITE, MINUS_INFINITE, NO_RATIO, Book, Sheet
from commongoal.cli.report.audit.factors import Factors
from commongoal.cli.report.audit.inputs import Inputs
from commongoal.cli.report.audit.money import Values
from commongoal.cli.report.audit.spending import Costs
from commongoal.cli.report.audit.terms import (
    Given,
    Term,
    largest,
    placed,
    product_sum,
    smallest,
    span,
    sum_where,
    term,
    total,
    when,
)
from commongoal.valuation.engine.appraisal.results import Appraised, Case, Ratio

WIDTHS = (44, 20, 16, 16)
SLACK = 1e-9
"""A running total within this of 0, as a share of its largest, has paid back: it is rounding."""
NOT_WITHIN, NEVER = "not within the years appraised", "never"


@dataclass(slots=True)
class Lines:
    """Lines of a sheet, one under the other: a name, a figure and what to know of it."""

    sheet: Sheet
    row: int = FIRST

    def add(self, name: str, given: Given, style: str = "money", note: str = "") -> Term:
        """A further line."""
        self.sheet.say(self.row, 0, name, "strong" if style in ("total", "ratio") else "text")
        cell = self.sheet.put(self.row, 1, given, style)
        self.sheet.say(self.row, 2, note, "note")
        self.row += 1
        return cell


def ratio_of(gain: Term, cost: Term) -> Term:
    """Gain over cost; a cost below 0 makes no ratio, and a gain without cost an infinite one."""
    without = when(gain.equals(0), NO_RATIO, when(gain.above(0), INFINITE, MINUS_INFINITE))
    return when(cost.below(0), NO_RATIO, when(cost.equals(0), without, gain / cost))


def mvpf_of(willing: Term, net: Term) -> Term:
    """Willingness to pay over net cost; infinite where only people gain, negative where they lose."""
    lose = when(net.equals(0), MINUS_INFINITE, willing / (0 - net))
    free = when(willing.above(0), INFINITE, when(willing.below(0), lose, NO_RATIO))
    return when(net.above(0), willing / net, free)


def write_weight(book: Book, inputs: Inputs, result: Appraised) -> Term:
    """The weight of a pound to participants, on the sheet of the public value case."""
    sheet = book.sheets["Public value case"]
    row = FIRST + 8
    weight = term(1)
    if result.file.distribution is not None:
        named = ("taxpayers", "participants", "elasticity")
        taxpayers, participants, power = (inputs("distribution", 0, what) for what in named)
        weight = (taxpayers / participants) ** power
    cell = sheet.put(row, 1, weight, "factor")
    book.agrees("Weight of a pound to participants", "workings.weight", "ratio", result.workings.weight, cell)
    return cell


def write_financial(book: Book, factors: Factors, values: Values, costs: Costs, result: Appraised) -> None:
    """Budgets only: savings that free a budget against capital and revenue that public agencies pay."""
    sheet, case = book.sheets["Financial case"], result.financial
    sheet.lay_out("Financial case", f"The ratio is {case.definition}.", WIDTHS, blocks=True)
    sheet.heads(("What", "Present value"))
    lines = Lines(sheet)
    gain = lines.add("Savings that free a budget", product_sum(values.counts["cash"], values.present))
    cost = lines.add("Cost to budgets: capital and revenue", product_sum(costs.cash, costs.present))
    _close(book, lines, case, "financial", gain, cost, "Fiscal return for each £1")
    _payback(book, lines, factors, values, costs, result)


def _close(book: Book, lines: Lines, case: Case, path: str, gain: Term, cost: Term, name: str) -> Term:
    """Net present value and ratio of a case, with the checks of all four."""
    net = lines.add("Net present value", gain - cost, "total")
    found = lines.add(name, ratio_of(gain, cost), "ratio", case.mark)
    for what, printed, cell in (("gain", case.gain, gain), ("cost", case.cost, cost), ("net", case.net, net)):
        book.agrees(f"{case.name}: {what}", f"{path}.{what}.point", "money", printed.point, cell)
    _check_ratio(book, f"{case.name}: ratio", f"{path}.ratio", case.ratio, found)
    return net


def _check_ratio(book: Book, figure: str, path: str, ratio: Ratio, cell: Term) -> None:
    path = f"{path}.value" if ratio.value is None else f"{path}.value.point"
    book.agrees(figure, path, "ratio", None if ratio.value is None else ratio.value.point, cell)


def _payback(book: Book, lines: Lines, factors: Factors, values: Values, costs: Costs, result: Appraised) -> None:
    sheet, top = lines.sheet, lines.row + 1
    names = (
        *("Year", "Savings, at the money rate", "Savings, at the wellbeing rate", "Cash cost", "Saved, discounted"),
        *("Cost, discounted", "Running total", "Number of the year, if it ends short"),
    )
    for place, name in enumerate(names):
        sheet.say(top + place, 0, name, "strong" if place == 6 else "text")
    labels = sheet.put_row(top, 1, [placed(factors.labels, n + 1) for n in factors.numbers], "head")
    rows: list[list[Term]] = [[] for _ in names]
    for t, by_year in enumerate(values.years):
        column = 1 + t
        money, wellbeing = (
            placed(factors_of, factors.numbers[t] + 1) for factors_of in (factors.money, factors.wellbeing)
        )
        as_money = sheet.put(top + 1, column, product_sum(values.cash_money, by_year), "money")
        as_well = sheet.put(top + 2, column, product_sum(values.cash_wellbeing, by_year), "money")
        paid = sheet.put(top + 3, column, product_sum(costs.cash, costs.years[t]), "money")
        saved = sheet.put(top + 4, column, as_money * money + as_well * wellbeing, "money")
        spent = sheet.put(top + 5, column, paid * money, "money")
        before = rows[6][-1] + saved - spent if rows[6] else saved - spent
        rows[6].append(sheet.put(top + 6, column, before, "total"))
        printed = result.payback.cumulative[t]
        book.agrees(f"Running total, {result.years[t]}", f"payback.cumulative[{t}]", "money", printed, rows[6][-1])
    _first_year(book, lines, factors, rows[6], labels, result)


def _first_year(
    book: Book, lines: Lines, factors: Factors, running: list[Term], labels: list[Term], result: Appraised
) -> None:
    """The first year from which the running total stays at 0 or above, under the last line of the years."""
    row, cells = lines.row + 8, span(running)
    slack = largest(largest(cells), 0 - smallest(cells), 1) * SLACK
    short = [when(cell.below(0 - slack), n + 1, 0) for cell, n in zip(running, factors.numbers, strict=True)]
    last = largest(span(lines.sheet.put_row(row, 1, short, "whole")))
    late = last.at_least(len(labels))
    lines.row = row + 2
    count = lines.add("Years before it has paid back", when(late, NEVER, last), "whole")
    first = when(late, NOT_WITHIN, placed(span(labels), last + 1))
    year = lines.add("First year from which it has paid back", first, "text")
    printed = result.payback
    number = NEVER if printed.number is None else printed.number
    book.agrees("Payback: years before", "payback.number", "number", number, count)
    book.agrees("Payback: year", "payback.year", "text", printed.year or printed.why_none, year)


def write_public(book: Book, values: Values, costs: Costs, result: Appraised) -> Term:
    """Value to everybody, transfers dropped, and weighted by income. Gives back net present public value."""
    sheet, case = book.sheets["Public value case"], result.public
    sheet.lay_out("Public value case", f"The ratio is {case.definition}.", WIDTHS)
    sheet.heads(("What", "Present value"))
    lines, kinds = Lines(sheet), values.flags["kind"]
    parts = [lines.add(f"{kind.capitalize()} value", sum_where([(kinds, kind)], values.present)) for kind in _KINDS]
    transfers = sum_where([(values.flags["transfer"], "yes")], values.present)
    less = lines.add(
        "Transfers, which are dropped", transfers, note="money that changes hands: fiscal, and lost by people"
    )
    gain = lines.add("Public value", total(span(parts)) - less, "total")
    cost = lines.add("Cost to everybody, in kind too", total(costs.present))
    net = _close(book, lines, case, "public", gain, cost, "Benefit-cost ratio")
    sheet.say(lines.row, 0, "Weight of a pound to participants", "text")
    lines.row += 1
    if result.weighted is not None:
        weighted = lines.add(
            "Public value, weighted by income", product_sum(values.counts["weighted"], values.present), "total"
        )
        again = lines.add("Cost to everybody, in kind too", cost)
        _close(book, lines, result.weighted, "weighted", weighted, again, "Benefit-cost ratio, weighted by income")
    return net


_KINDS = ("fiscal", "economic", "social")


def write_mvpf(book: Book, values: Values, costs: Costs, result: Appraised) -> None:
    """Marginal value of public funds: willingness to pay over net cost to government."""
    sheet = book.sheets["MVPF"]
    sheet.lay_out("Marginal value of public funds", f"The ratio is {result.mvpf.definition}.", WIDTHS)
    sheet.heads(("What", "Present value"))
    lines = Lines(sheet)
    willing = lines.add("Willingness to pay", product_sum(values.counts["willing"], values.present))
    public = lines.add("Cost to public agencies, in kind too", product_sum(costs.public, costs.present))
    fiscal = lines.add("Fiscal value, cashable or not", product_sum(values.counts["fiscal"], values.present))
    net = lines.add("Net cost to government", public - fiscal, "total")
    found = lines.add("MVPF", mvpf_of(willing, net), "ratio", result.mvpf.mark)
    book.agrees("Willingness to pay", "willingness_to_pay.point", "money", result.willingness_to_pay.point, willing)
    book.agrees(
        "Net cost to government", "net_cost_to_government.point", "money", result.net_cost_to_government.point, net
    )
    _check_ratio(book, "MVPF", "mvpf", result.mvpf, found)
    if result.mvpf_weighted is not None:
        theirs = product_sum(values.counts["willing_weighted"], values.present)
        theirs = lines.add("Willingness to pay, weighted by income", theirs)
        weighted = lines.add("MVPF, weighted by income", mvpf_of(theirs, net), "ratio", result.mvpf_weighted.mark)
        _check_ratio(book, "MVPF, weighted by income", "mvpf_weighted", result.mvpf_weighted, weighted)
