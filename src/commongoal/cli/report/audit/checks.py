"""The sheet Checks: every figure that the program printed beside the cell that computes it again."""

from commongoal.cli.report.audit.book import FIRST, HEAD, Book, Check
from commongoal.cli.report.audit.terms import Term, absolute, count_true, every, span
from commongoal.kernel.words import number

HEADS = (
    "Sheet",
    "Figure",
    "Place in the result (--json)",
    "Printed",
    "This workbook",
    "Difference",
    "Allowed",
    "Agrees",
)
WIDTHS = (20, 50, 36, 22, 22, 16, 12, 10)
STYLE = {"money": "money", "number": "number", "ratio": "factor", "text": "text"}
PENNY = 0.005
"""Money agrees within half a penny."""
CLOSE = {"money": 1e-12, "number": 1e-9, "ratio": 1e-7, "text": 0.0}
"""And everything within this share of itself, which is what arithmetic in sixteen figures can keep."""


def write_checks(book: Book) -> tuple[Term, Term, int]:
    """Every check; gives back whether all agree, how many do, and how many there are."""
    sheet = book.sheets["Checks"]
    note = (
        "Printed is what the program said, as a fixed number; this workbook is a live formula. Money agrees within "
        "half a penny. After a change to an input the two differ, as they should."
    )
    sheet.lay_out("Checks", note, WIDTHS, 2)
    sheet.heads(HEADS)
    flags = [_write(book, FIRST + 1 + place, check) for place, check in enumerate(book.checks)]
    sheet.say(FIRST, 1, "All figures", "strong")
    sheet.say(FIRST, 2, f"{number(len(flags))} figures", "strong")
    agree = sheet.put(FIRST, 4, count_true(span(flags)), "whole")
    whole = sheet.put(FIRST, 7, every(span(flags)), "flag")
    sheet.page.autofilter(HEAD, 0, FIRST + len(flags), len(HEADS) - 1)
    for truth, colours in ((True, ("#006100", "#C6EFCE")), (False, ("#9C0006", "#FFC7CE"))):
        style = book.file.add_format({"font_color": colours[0], "bg_color": colours[1]})
        rule = {"type": "cell", "criteria": "==", "value": str(truth).upper(), "format": style}
        sheet.page.conditional_format(FIRST, 7, FIRST + len(flags), 7, rule)
    return whole, agree, len(flags)


def _write(book: Book, row: int, check: Check) -> Term:
    sheet, style = book.sheets["Checks"], STYLE["text" if isinstance(check.printed, str) else check.kind]
    where = check.cell.text.rpartition("!")[0].strip("'")
    sheet.say(row, 0, where)
    sheet.say(row, 1, check.figure)
    sheet.say(row, 2, check.path)
    printed = sheet.put(row, 3, check.printed, style)
    cell = sheet.put(row, 4, check.cell, style)
    if isinstance(check.printed, str):
        return sheet.put(row, 7, printed.equals(cell), "flag")
    allowed = max(PENNY if check.kind == "money" else 0.0, CLOSE[check.kind] * max(1.0, abs(check.printed)))
    within = sheet.put(row, 6, allowed, "small")
    if isinstance(check.cell.value, str):
        return sheet.put(row, 7, printed.equals(cell), "flag")
    difference = sheet.put(row, 5, cell - printed, "small")
    return sheet.put(row, 7, within.at_least(absolute(difference)), "flag")
