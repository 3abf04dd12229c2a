"""The sheet Read me: what the workbook is, what its figures carry, and whether all of them agree."""

import math

from commongoal.cli.report.audit.book import FIRST, Book, Sheet
from commongoal.cli.report.audit.terms import Term
from commongoal.valuation.engine.appraisal.results import Appraised

WIDTHS = (34, 100, 14)
PER_LINE = 115
"""Letters that fit on one line of the second column."""
ABOUT = (
    "This workbook computes the appraisal again with live formulas, to be followed and checked cell by cell.",
    "Cells in blue on cream are put in; all other figures are formulas that lead back to them. Change one and see.",
    "Nothing is rounded but on the screen: every cell holds its figure in full. A dash is exactly nothing.",
    "Amounts are pounds of the price year below: by year before discounting, present values after it.",
    "A number marked unverified has not been checked at its origin, nor has a figure that rests on one.",
    "Not here: intervals and chances, which come from drawing every number with a range many times.",
)
SHEETS = (
    ("Inputs", "every number and choice of the appraisal file, with range, price year, source and mark"),
    ("Factors", "discount factors from rates, price factors from the deflator, corrections from grades"),
    ("Outcomes", "people, additional outcomes, and their present value by kind"),
    ("Profiles", "in which years each outcome is felt: starts, lag, duration, drop-off"),
    ("Values", "every unit value by year, and in which figures it counts"),
    ("Value by agency", "the same, split among the agencies that share each"),
    ("Costs", "every cost by year, with price factor and bias"),
    ("Financial case", "savings that free a budget against cash cost; payback"),
    ("Public value case", "value to everybody, transfers dropped; weighted by income where incomes are given"),
    ("MVPF", "willingness to pay for each £1 of net cost to government"),
    ("By agency", "who gains, whose budget is freed, who pays, by year"),
    ("By year", "value and cost of each year"),
    ("By kind", "fiscal, economic and social value by year, and by agency"),
    ("Sensitivity", "switching values, and each number at the ends of its range"),
    ("Checks", "every figure that the program printed against the cell that computes it again"),
)


def write_front(book: Book, result: Appraised, checked: tuple[Term, Term, int]) -> None:
    """The first sheet, written last."""
    sheet = book.sheets["Read me"]
    place = f" ({result.place})" if result.place else ""
    sheet.lay_out(f"{result.name}{place}", "Audit workbook of an appraisal before the event, by Common Goal", WIDTHS)
    sheet.heads(("What", "", "Mark"))
    row = FIRST
    if result.invented:
        row = _line(sheet, row, "Invented", "This scheme is invented, and so is every figure.", "invented")
    whole, agree, count = checked
    sheet.say(row, 0, "Do all figures agree?", "strong")
    sheet.put(row, 1, whole, "answer")
    sheet.say(row + 1, 0, f"Figures that agree, of {count:,}", "strong")
    sheet.put(row + 1, 1, agree, "answer")
    row = _block(sheet, row + 3, "About", [("", text, "") for text in ABOUT])
    row = _block(sheet, row, "Sheets", [(name, text, "") for name, text in SHEETS], links=True)
    row = _block(sheet, row, "Conventions", [(one.name, one.value, one.mark) for one in result.conventions])
    limits = [("Warning" if one.warning else "", one.text, "") for one in result.limits]
    row = _block(sheet, row, "Limits", limits)
    _block(sheet, row, "Numbers from outside the file", _outside(result))


def _outside(result: Appraised) -> list[tuple[str, str, str]]:
    names = ("Discount schedule", "Optimism bias", "Deflator")
    return [(f"{one.what}: {one.value}", one.source, one.mark) for one in result.sources if one.what in names]


def _block(sheet: Sheet, row: int, title: str, lines: list[tuple[str, str, str]], links: bool = False) -> int:
    sheet.say(row, 0, title, "block")
    for line in lines:
        row += 1
        _line(sheet, row, *line)
        if links:
            sheet.page.write_url(row, 0, f"internal:'{line[0]}'!A1", string=line[0])
    return row + 2


def _line(sheet: Sheet, row: int, name: str, text: str, mark: str) -> int:
    sheet.say(row, 0, name, "wrapped")
    sheet.say(row, 1, text, "wrapped")
    sheet.page.set_row(row, 15 * max(1, math.ceil(len(text) / PER_LINE)))
    sheet.mark(row, 2, mark)
    return row + 1
