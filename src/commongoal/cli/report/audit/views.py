"""The sheets By agency, By year and By kind: the same pounds, added up in three ways."""

from typing import TypeAlias

from commongoal.cli.report.audit.book import FIRST, Book
from commongoal.cli.report.audit.factors import Factors
from commongoal.cli.report.audit.money import NOBODY, Shares, Values
from commongoal.cli.report.audit.spending import Costs
from commongoal.cli.report.audit.terms import Given, Span, Term, placed, product_sum, span, sum_where, total
from commongoal.valuation.engine.appraisal.results import Appraised

KINDS = (("fiscal", "no"), ("fiscal", "yes"), ("economic", "no"), ("social", "no"))
NAMES = ("Fiscal, not transfers", "Fiscal, transfers", "Economic", "Social")
Where: TypeAlias = list[tuple[Span, Given]]
FIELDS = (("gains", "present_gain"), ("cashable", "present_cashable"), ("costs", "present_cost"))


def write_by_agency(book: Book, shares: Shares, costs: Costs, result: Appraised) -> None:
    """Who gains, whose budgets are freed and who pays, by agency and year."""
    sheet = book.sheets["By agency"]
    note = "By year before discounting. Ids are those of the file; (people) gain what no agency shares."
    sheet.lay_out("By agency", note, (34, 16, 26, 18, 12, 16), 3)
    sheet.heads(("Agency", "Id", "What", "Present value", "Mark", *result.years))
    count = len(result.agencies)
    for block, what in enumerate(("Gains", "of which frees a budget", "Pays")):
        top = FIRST + block * (count + 2)
        for place, agency in enumerate(result.agencies):
            row, key = top + place, NOBODY if place == count - 1 else agency.id
            sheet.say(row, 0, agency.name)
            at = sheet.say(row, 1, key)
            sheet.say(row, 2, what)
            sheet.mark(row, 4, agency.mark)
            present = sheet.put(row, 3, _amount(block, at, shares.present, costs.present, shares, costs), "money")
            years = zip(shares.years, costs.years, strict=True)
            cells = sheet.put_row(row, 5, [_amount(block, at, a, b, shares, costs) for a, b in years], "money")
            _check_agency(book, result, place, block, present, cells)
        sheet.say(top + count, 0, "All", "strong")
        sheet.say(top + count, 2, what, "strong")
        for column in (3, *range(5, 5 + len(result.years))):
            source = (
                [shares.present, costs.present] if column == 3 else [shares.years[column - 5], costs.years[column - 5]]
            )
            whole = (total(source[0]), product_sum(shares.cash, source[0]), total(source[1]))[block]
            sheet.put(top + count, column, whole, "total")


def _amount(block: int, agency: Term, gained: Span, paid: Span, shares: Shares, costs: Costs) -> Term:
    if block == 2:
        return sum_where([(costs.agency, agency)], paid)
    mine = [(shares.agency, agency)]
    return sum_where(mine, shares.cash, gained) if block else sum_where(mine, gained)


def _check_agency(book: Book, result: Appraised, place: int, block: int, present: Term, cells: list[Term]) -> None:
    agency, (yearly, once) = result.agencies[place], FIELDS[block]
    name, path = f"{agency.name}: {('gains', 'frees a budget', 'pays')[block]}", f"agencies[{place}]"
    book.agrees(f"{name}, present value", f"{path}.{once}.point", "money", getattr(agency, once).point, present)
    for t, cell in enumerate(cells):
        book.agrees(f"{name}, {result.years[t]}", f"{path}.{yearly}[{t}]", "money", getattr(agency, yearly)[t], cell)


def write_by_kind(book: Book, values: Values, shares: Shares, result: Appraised) -> list[list[Term]]:
    """Value by kind and year, transfers apart; then by agency and kind. Gives back the first, by kind."""
    sheet = book.sheets["By kind"]
    sheet.lay_out(
        "By kind",
        "By year before discounting. Transfers are fiscal, and dropped from public value.",
        (34, 26, 18, 12, 16),
        2,
    )
    sheet.heads(("Kind", "Agency", "Present value", "Mark", *result.years))
    printed = {(kind.kind, kind.transfer): place for place, kind in enumerate(result.kinds)}
    found = []
    for place, (kind, transfer) in enumerate(KINDS):
        row, where = FIRST + place, [(values.flags["kind"], kind), (values.flags["transfer"], transfer)]
        sheet.say(row, 0, NAMES[place])
        sheet.say(row, 1, "All")
        present = sheet.put(row, 2, sum_where(where, values.present), "money")
        cells = sheet.put_row(row, 4, [sum_where(where, year) for year in values.years], "money")
        found.append(cells)
        at = printed.get((kind, transfer == "yes"))
        if at is not None:
            sheet.mark(row, 3, result.kinds[at].mark)
            _check_kind(book, result, at, NAMES[place], present, cells)
    row = FIRST + len(KINDS) + 1
    for agency in [*(one.id for one in result.file.agencies), NOBODY]:
        for (kind, transfer), name in zip(KINDS, NAMES, strict=True):
            sheet.say(row, 0, name)
            mine = (shares.agency, sheet.say(row, 1, agency))
            these: Where = [mine, (shares.kind, kind), (shares.transfer, transfer)]
            sheet.put(row, 2, sum_where(these, shares.present), "money")
            sheet.put_row(row, 4, [sum_where(these, year) for year in shares.years], "money")
            row += 1
    return found


def _check_kind(book: Book, result: Appraised, at: int, name: str, present: Term, cells: list[Term]) -> None:
    kind, path = result.kinds[at], f"kinds[{at}]"
    book.agrees(f"{name}: present value", f"{path}.present.point", "money", kind.present.point, present)
    for t, cell in enumerate(cells):
        book.agrees(f"{name}, {result.years[t]}", f"{path}.by_year[{t}]", "money", kind.by_year[t], cell)


def write_by_year(book: Book, factors: Factors, kinds: list[list[Term]], costs: Costs, result: Appraised) -> None:
    """Value and cost of each year before discounting."""
    sheet = book.sheets["By year"]
    sheet.lay_out(
        "By year", "Before discounting. Public value is all value less transfers.", (14, 20, 20, 20, 20, 20), 1
    )
    sheet.heads(("Year", *NAMES, "Public value", "Cost to everybody", "Public value less cost"))
    rows = []
    for t in range(len(result.years)):
        row = FIRST + t
        sheet.put(row, 0, placed(factors.labels, factors.numbers[t] + 1), "text")
        parts = sheet.put_row(row, 1, [kind[t] for kind in kinds], "money")
        value = sheet.put(row, 5, parts[0] + parts[2] + parts[3], "money")
        cost = sheet.put(row, 6, total(costs.years[t]), "money")
        rows.append([*parts, value, cost, sheet.put(row, 7, value - cost, "money")])
    row = FIRST + len(rows)
    sheet.say(row, 0, "All", "strong")
    sheet.put_row(row, 1, [total(span(list(column))) for column in zip(*rows, strict=True)], "total")
