"""The sheets Values and Value by agency: pounds by unit value and year, and whose they are."""

from dataclasses import dataclass

from commongoal.cli.report.audit.book import FIRST, Book, Sheet
from commongoal.cli.report.audit.effects import PEOPLE, Effect, Shape
from commongoal.cli.report.audit.factors import Factors
from commongoal.cli.report.audit.inputs import Inputs
from commongoal.cli.report.audit.terms import Span, Term, product_sum, span, sum_where, term, when
from commongoal.valuation.engine.appraisal.model import Appraisal
from commongoal.valuation.engine.appraisal.results import Appraised

NOBODY = "(people)"
"""Stands where an agency's id would, for what no agency shares; no id has brackets."""
FLAGS = ("kind", "transfer", "per", "wellbeing", "cashable", "goes_to")
COUNTS = ("public", "weighted", "cash", "willing", "willing_weighted", "fiscal")
"""How much of a value counts in public value, weighted or not, in budgets, in willingness to pay and for the purse."""
VALUE_YEARS, SHARE_YEARS = 22, 9


@dataclass(frozen=True, slots=True)
class Chained:
    """What a unit value is multiplied by."""

    inputs: Inputs
    factors: Factors
    effects: list[Effect]
    shapes: list[Shape]
    result: Appraised

    def line(self, place: int) -> int:
        """The outcome line of a unit value."""
        file = self.result.file
        return [outcome.id for outcome in file.outcomes].index(file.unit_values[place].outcome)


@dataclass(frozen=True, slots=True)
class Values:
    """Columns of the sheet Values over its rows, and one column for each year."""

    outcome: Span
    flags: dict[str, Span]
    unit: Span
    present: Span
    counts: dict[str, Span]
    cash_money: Span
    cash_wellbeing: Span
    years: list[Span]
    yearly: list[list[Term]]
    by_row: list[dict[str, Term]]


@dataclass(frozen=True, slots=True)
class Shares:
    """Columns of the sheet Value by agency over its rows; savings that free a budget are `cash` times the value."""

    agency: Span
    kind: Span
    transfer: Span
    cash: Span
    present: Span
    years: list[Span]


def write_values(book: Book, chain: Chained, own: Term) -> Values:
    """Every unit value by year and as a present value; `own` is the weight of a pound to participants."""
    sheet, result = book.sheets["Values"], chain.result
    note = "Value = additional × bias × value × price factor × years of effect, or arrivals if felt once."
    widths = (14, 34, 10, 9, 8, 10, 10, 13, 14, 15, 12, 16, 18, *[11] * 6, 13, 13, 3, 16)
    sheet.lay_out("Values", note, widths, 2)
    names = [what.replace("_", " ").capitalize() for what in FLAGS]
    counts = [f"Counts in: {what.replace('_', ' ')}" for what in COUNTS]
    factor_heads = ("Additional × bias", "Value", "Price factor", "In target prices", "Present value")
    last = ("Cash, money rate", "Cash, wellbeing rate", "")
    sheet.heads(("Outcome", "Value", *names, *factor_heads, *counts, *last, *result.years))
    rows, yearly = [], []
    for place, value in enumerate(result.file.unit_values):
        sheet.say(FIRST + place, 1, value.name)
        cells = _amounts(sheet, chain, place)
        figure, price = f"{value.name}: price factor", result.workings.price[place]
        book.agrees(figure, f"workings.price[{place}]", "ratio", price, cells["price"])
        yearly.append(_years(sheet, chain, place, cells))
        rows.append(_weighed(sheet, FIRST + place, cells, own))
    return _columns(rows, yearly)


def _amounts(sheet: Sheet, chain: Chained, place: int) -> dict[str, Term]:
    """The flags of one value, how many of it there are, and its worth in target prices."""
    row, inputs = FIRST + place, chain.inputs
    effect = chain.effects[chain.line(place)]
    cells = {"outcome": sheet.put(row, 0, effect.id, "text")}
    for column, what in enumerate(FLAGS, start=2):
        style = "number" if what == "cashable" else "text"
        cells[what] = sheet.put(row, column, inputs("unit_values", place, what), style)
    cells["size"] = sheet.put(row, 8, effect.size, "number")
    cells["value"] = sheet.put(row, 9, inputs("unit_values", place, "value"), "money")
    cells["price"] = sheet.put(row, 10, chain.factors.price(inputs("unit_values", place, "price_year")), "factor")
    cells["unit"] = sheet.put(row, 11, cells["value"] * cells["price"], "money")
    return cells


def _years(sheet: Sheet, chain: Chained, place: int, cells: dict[str, Term]) -> list[Term]:
    """One value by year; its present value goes to `cells`."""
    row, shape = FIRST + place, chain.shapes[chain.line(place)]
    amount = cells["size"] * cells["unit"]
    felt = zip(shape.yearly, shape.once, strict=True)
    by_year = [amount * when(cells["per"].equals("year"), each, once) for each, once in felt]
    found = sheet.put_row(row, VALUE_YEARS, by_year, "money")
    money, wellbeing = (product_sum(span(found), one) for one in (chain.factors.money, chain.factors.wellbeing))
    cells["present"] = sheet.put(row, 12, when(cells["wellbeing"].equals("yes"), wellbeing, money), "money")
    return found


def _weighed(sheet: Sheet, row: int, cells: dict[str, Term], own: Term) -> dict[str, Term]:
    """The cells of one value with how much of it counts in each figure."""
    for column, (what, weight) in enumerate(_counts(cells, own).items(), start=13):
        cells[what] = sheet.put(row, column, weight, "number")
    well = cells["wellbeing"].equals("yes")
    cells["cash_money"] = sheet.put(row, 19, when(well, 0, cells["cash"]), "number")
    cells["cash_wellbeing"] = sheet.put(row, 20, when(well, cells["cash"], 0), "number")
    return cells


def _counts(cells: dict[str, Term], own: Term) -> dict[str, Term]:
    """How much of one value counts in each figure: a transfer counts for the purse and is lost by participants."""
    fiscal, transfer = cells["kind"].equals("fiscal"), cells["transfer"].equals("yes")
    theirs = when(cells["goes_to"].equals("participants"), own, 1)
    public = when(transfer, 0, 1)
    weighted = when(fiscal, when(transfer, 1 - own, 1), theirs)
    willing = when(fiscal, when(transfer, term(-1), 0), 1)
    willing_weighted = when(fiscal, when(transfer, 0 - own, 0), theirs)
    cash, purse = when(fiscal, cells["cashable"], 0), when(fiscal, 1, 0)
    return dict(zip(COUNTS, (public, weighted, cash, willing, willing_weighted, purse), strict=True))


def _columns(rows: list[dict[str, Term]], yearly: list[list[Term]]) -> Values:
    def column(what: str) -> Span:
        return span([row[what] for row in rows])

    return Values(
        outcome=column("outcome"),
        flags={what: column(what) for what in FLAGS},
        unit=column("unit"),
        present=column("present"),
        counts={what: column(what) for what in COUNTS},
        cash_money=column("cash_money"),
        cash_wellbeing=column("cash_wellbeing"),
        years=[span(list(year)) for year in zip(*yearly, strict=True)],
        yearly=yearly,
        by_row=rows,
    )


def write_outcome_money(book: Book, effects: list[Effect], values: Values, result: Appraised) -> None:
    """Present value by kind beside each outcome line."""
    sheet = book.sheets["Outcomes"]
    names = ("Fiscal", "Economic", "Social", "Transfers (in fiscal)", "Public value")
    first = PEOPLE + 5
    sheet.heads([f"{name}, present value" for name in names], column=first)
    sheet.heads(["Mark"], column=first + len(names))
    for line, (row, printed) in enumerate(zip(effects, result.outcomes, strict=True)):
        mine = (values.outcome, row.id)
        cells = [
            sum_where([mine, (values.flags["kind"], kind)], values.present) for kind in ("fiscal", "economic", "social")
        ]
        cells.append(sum_where([mine, (values.flags["transfer"], "yes")], values.present))
        cells.append(sum_where([mine], values.counts["public"], values.present))
        found = sheet.put_row(FIRST + line, first, cells, "money")
        sheet.mark(FIRST + line, first + len(names), printed.mark)
        figures = (printed.fiscal, printed.economic, printed.social, printed.transfers, printed.public_value.point)
        fields = ("fiscal", "economic", "social", "transfers", "public_value.point")
        for name, field, figure, cell in zip(names, fields, figures, found, strict=True):
            book.agrees(f"{printed.name}: {name.lower()}", f"outcomes[{line}].{field}", "money", figure, cell)


def write_shares(book: Book, inputs: Inputs, values: Values, result: Appraised) -> Shares:
    """Every unit value split among the agencies that share it, or with people."""
    sheet = book.sheets["Value by agency"]
    note = "Each value times each agency's share of it; what no agency shares goes to people."
    sheet.lay_out("Value by agency", note, (14, 34, 16, 10, 10, 12, 18, 18, 12, 16), 3)
    heads = ("Outcome", "Value", "Agency", "Kind", "Transfer", "Share", "Frees a budget: share", "Present value")
    sheet.heads((*heads, "Mark", *result.years))
    columns: dict[str, list[Term]] = {what: [] for what in ("agency", "kind", "transfer", "cash", "present")}
    yearly: list[list[Term]] = []
    at = 0
    for place, (of, agency) in enumerate(owners(result.file)):
        row, value, cells = FIRST + place, result.file.unit_values[of], values.by_row[of]
        share = inputs("unit_values", of, f"share {agency}") if agency else term(1)
        sheet.put(row, 0, cells["outcome"], "text")
        sheet.say(row, 1, value.name)
        columns["agency"].append(sheet.say(row, 2, agency or NOBODY))
        columns["kind"].append(sheet.put(row, 3, cells["kind"], "text"))
        columns["transfer"].append(sheet.put(row, 4, cells["transfer"], "text"))
        part = sheet.put(row, 5, share, "number")
        columns["cash"].append(sheet.put(row, 6, cells["cash"], "number"))
        columns["present"].append(sheet.put(row, 7, part * cells["present"], "money"))
        yearly.append(sheet.put_row(row, SHARE_YEARS, [part * year for year in values.yearly[of]], "money"))
        if part.value:
            sheet.mark(row, 8, result.values[at].mark)
            _check_share(book, result, at, cells["cash"], columns["present"][-1], yearly[-1])
            to = [one.id for one in result.file.agencies].index(agency) if agency else len(result.file.agencies)
            name, shares = f"{value.name}, {agency or NOBODY}: share", result.workings.shares
            book.agrees(name, f"workings.shares[{of}][{to}]", "ratio", shares[of][to], part)
            at += 1
    spans = {what: span(found) for what, found in columns.items()}
    return Shares(**spans, years=[span(list(year)) for year in zip(*yearly, strict=True)])


def owners(file: Appraisal) -> list[tuple[int, str]]:
    """Row of each unit value with each agency that the file gives a share of it, or nobody."""
    return [
        (row, agency)
        for row, value in enumerate(file.unit_values)
        for agency in ([one.id for one in file.agencies if one.id in value.shares] if value.shares else [""])
    ]


def _check_share(book: Book, result: Appraised, place: int, cash: Term, present: Term, years: list[Term]) -> None:
    printed, path = result.values[place], f"values[{place}]"
    name = f"{printed.value}, {printed.agency}"
    book.agrees(f"{name}: share that frees a budget", f"{path}.cashable", "ratio", printed.cashable, cash)
    book.agrees(f"{name}: present value", f"{path}.present.point", "money", printed.present.point, present)
    for t, cell in enumerate(years):
        book.agrees(f"{name}, {result.years[t]}", f"{path}.by_year[{t}]", "money", printed.by_year[t], cell)
