"""The sheet Costs: what is put in, by agency and year, in target prices and corrected for optimism."""

from dataclasses import dataclass

from commongoal.cli.report.audit.book import FIRST, Book
from commongoal.cli.report.audit.factors import Factors
from commongoal.cli.report.audit.inputs import Inputs
from commongoal.cli.report.audit.terms import Span, Term, found, product_sum, span, term, when
from commongoal.valuation.engine.appraisal.results import Appraised

YEARS = 10


@dataclass(frozen=True, slots=True)
class Costs:
    """Columns of the sheet over its rows, and one column for each year."""

    agency: Span
    present: Span
    cash: Span
    public: Span
    years: list[Span]
    rows: list[Term]


def write_costs(book: Book, inputs: Inputs, factors: Factors, result: Appraised) -> Costs:
    """Every cost by year and as a present value, and whether it counts as cash and as a cost of the public purse."""
    sheet = book.sheets["Costs"]
    note = "Cost by year = amount × price factor × bias; cash is capital and revenue that public agencies pay."
    sheet.lay_out("Costs", note, (32, 14, 10, 10, 12, 10, 18, 10, 10, 12, 16), 1)
    heads = ("Cost", "Agency", "Public", "Kind", "Price factor", "Bias", "Present value", "In cash", "Public cost")
    sheet.heads((*heads, "Mark", *result.years))
    agencies = result.file.agencies
    ids = span([_agency_id(book, i, agency.id) for i, agency in enumerate(agencies)])
    flags = span([inputs("agencies", i, "public") for i in range(len(agencies))])
    columns: dict[str, list[Term]] = {what: [] for what in ("agency", "present", "cash", "public")}
    yearly: list[list[Term]] = []
    for place, cost in enumerate(result.file.costs):
        row = FIRST + place
        sheet.say(row, 0, cost.name)
        columns["agency"].append(sheet.put(row, 1, inputs("costs", place, "agency"), "text"))
        public = sheet.put(row, 2, found(flags, ids, columns["agency"][-1]), "text").equals("yes")
        kind = sheet.put(row, 3, inputs("costs", place, "kind"), "text")
        price = sheet.put(row, 4, factors.price(inputs("costs", place, "price_year")), "factor")
        grades = inputs.several("costs", place, "grade")
        bias = sheet.put(row, 5, factors.correction("costs", grades), "number")
        amounts: list[Term] = inputs.several("costs", place, "amount")
        by_year = [amount * price * bias for amount in amounts]
        by_year += [term(0)] * (len(result.years) - len(amounts))
        yearly.append(sheet.put_row(row, YEARS, by_year, "money"))
        columns["present"].append(sheet.put(row, 6, product_sum(span(yearly[-1]), factors.money), "money"))
        in_kind = kind.equals("in_kind")
        columns["cash"].append(sheet.put(row, 7, when(in_kind, 0, when(public, 1, 0)), "number"))
        columns["public"].append(sheet.put(row, 8, when(public, 1, 0), "number"))
        sheet.mark(row, 9, result.costs[place].mark)
        _check(book, result, place, price, bias, columns["present"][-1], yearly[-1])
    return Costs(
        agency=span(columns["agency"]),
        present=span(columns["present"]),
        cash=span(columns["cash"]),
        public=span(columns["public"]),
        years=[span(list(year)) for year in zip(*yearly, strict=True)],
        rows=columns["present"],
    )


def _agency_id(book: Book, place: int, identity: str) -> Term:
    """Ids of the agencies stand on the sheet By agency, first thing there."""
    return book.sheets["By agency"].say(FIRST + place, 1, identity)


def _check(
    book: Book, result: Appraised, place: int, price: Term, bias: Term, present: Term, years: list[Term]
) -> None:
    printed, used, path = result.costs[place], result.workings, f"costs[{place}]"
    book.agrees(
        f"{printed.name}: price factor", f"workings.cost_price[{place}]", "ratio", used.cost_price[place], price
    )
    book.agrees(f"{printed.name}: bias", f"workings.cost_bias[{place}]", "ratio", used.cost_bias[place], bias)
    book.agrees(f"{printed.name}: present value", f"{path}.present.point", "money", printed.present.point, present)
    for t, cell in enumerate(years):
        book.agrees(f"{printed.name}, {result.years[t]}", f"{path}.by_year[{t}]", "money", printed.by_year[t], cell)
