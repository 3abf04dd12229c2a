"""The sheet Factors: discount factors from their rates, price factors from the deflator, corrections from grades."""

from collections.abc import Sequence
from dataclasses import dataclass

from commongoal.cli.report.audit.book import FIRST, HEAD, Book, Sheet
from commongoal.cli.report.audit.inputs import Inputs
from commongoal.cli.report.audit.terms import Span, Term, band, found, largest, mean, smallest, span, term, when
from commongoal.valuation.engine.appraisal.results import Appraised
from commongoal.valuation.engine.appraisal.tables import Tables
from commongoal.valuation.engine.job import Schedule
from commongoal.valuation.engine.parameters import NoGrade, Side, Year

YEARS = 2
"""Column of the first year."""
GRADES = range(1, 7)


@dataclass(frozen=True, slots=True)
class Factors:
    """What every other sheet multiplies by: by year of the appraisal, by price year, and by grade."""

    labels: Span
    numbers: list[Term]
    money: Span
    wellbeing: Span
    price_years: Span
    indices: Span
    grades: Span
    benefits: Span
    costs: Span
    target: Term
    rule: Term

    def price(self, base: Term) -> Term:
        """Index of the target year over that of the base year."""
        to, of = (found(self.indices, self.price_years, year) for year in (self.target, base))
        return to / of

    def correction(self, side: Side, grades: Sequence[Term]) -> Term:
        """The correction of several grades: the worst for the case, or their mean."""
        each = [found(self.benefits if side == "benefits" else self.costs, self.grades, grade) for grade in grades]
        worst = smallest(*each) if side == "benefits" else largest(*each)
        return when(self.rule.equals("mean"), mean(*each), worst)


def write_factors(book: Book, inputs: Inputs, result: Appraised, tables: Tables) -> Factors:
    """Rates, indices and corrections as data, and the factors made of them as formulas."""
    sheet = book.sheets["Factors"]
    note = "Factors are formulas; the rates, indices and corrections under them are data of the tables named."
    sheet.lay_out("Deflator and discount factors", note, (34, 22, 15), 2, blocks=True)
    sheet.heads(("What", "Table", *result.years))
    labels = [sheet.say(HEAD, YEARS + t, year, "head") for t, year in enumerate(result.years)]
    numbers = sheet.put_row(FIRST, YEARS, list(range(len(labels))), "whole")
    sheet.say(FIRST, 0, "Year of the appraisal, from 0")
    first = inputs("conventions", 0, "first_discounted_year")
    steps = sheet.put_row(FIRST + 1, YEARS, [when(first.equals(1), t, t + 1) for t in numbers], "whole")
    sheet.say(FIRST + 1, 0, "Years discounted")
    bands = FIRST + 8
    money = _discount(sheet, FIRST + 2, bands, 0, tables.money, steps)
    wellbeing = _discount(sheet, FIRST + 4, bands, 4, tables.wellbeing, steps)
    below = bands + 4 + max(len(tables.money.bands), len(tables.wellbeing.bands))
    rule = inputs("conventions", 0, "grades_rule")
    grades, benefits, costs = _corrections(sheet, below, tables, rule)
    target = inputs("conventions", 0, "price_year")
    price_years, indices = _indices(sheet, below + 10, result, tables, target)
    _check(book, result, money, wellbeing)
    return Factors(
        span(labels), numbers, span(money), span(wellbeing), price_years, indices, grades, benefits, costs, target, rule
    )


def _discount(sheet: Sheet, row: int, bands: int, column: int, schedule: Schedule, steps: Sequence[Term]) -> list[Term]:
    """A schedule's bands at `bands`, and its rate and factor of each year at `row`."""
    sheet.say(bands, column, _titled(f"{schedule.name}, {schedule.version}", schedule.verified), "block")
    sheet.say(bands + 1, column, schedule.source, "note")
    sheet.heads(("From year", "Yearly rate"), bands + 2, column)
    at = bands + 3
    starts = [sheet.put(at + i, column, one.from_year, "input") for i, one in enumerate(schedule.bands)]
    rates = [sheet.put(at + i, column + 1, one.rate, "input_rate") for i, one in enumerate(schedule.bands)]
    for place, what in enumerate(("Rate of the year", "Discount factor")):
        sheet.say(row + place, 0, what, "strong" if place else "text")
        sheet.say(row + place, 1, schedule.name)
    yearly = [when(step.equals(0), 0, band(step, span(starts), span(rates))) for step in steps]
    shown = sheet.put_row(row, YEARS, yearly, "factor")
    factors: list[Term] = []
    for place, rate in enumerate(shown):
        before = factors[-1] if factors else term(1)
        factors.append(sheet.put(row + 1, YEARS + place, before / (1 + rate), "factor"))
    return factors


def _titled(name: str, verified: bool) -> str:
    """A table's name with its mark."""
    return name if verified else f"{name} (unverified)"


def _corrections(sheet: Sheet, row: int, tables: Tables, rule: Term) -> tuple[Span, Span, Span]:
    """Corrections for optimism by grade: per cent by dimension, and the factor of each side."""
    sheet.say(row, 0, _titled(f"Optimism bias: {tables.bias.name}", tables.bias.verified), "block")
    sheet.say(row + 1, 0, tables.bias.source, "note")
    sides: tuple[Side, Side] = ("benefits", "costs")
    dimensions = [(side, one) for side in sides for one in tables.bias.dimensions(side)]
    heads = [f"{side}: {one.replace('_', ' ')}, per cent" for side, one in dimensions]
    sheet.heads(("Grade", "Factor, benefits", "Factor, costs", *heads), row + 2)
    cells: list[list[Term]] = [[], [], []]
    for at, grade in enumerate(_graded(tables), start=row + 3):
        percents = [
            (side, sheet.put(at, 3 + i, tables.bias.percent(side, one, str(grade)), "input"))
            for i, (side, one) in enumerate(dimensions)
        ]
        cells[0].append(sheet.put(at, 0, grade, "whole"))
        for place, side in enumerate(sides, start=1):
            mine = [cell for of, cell in percents if of == side]
            worst = smallest(*mine) if side == "benefits" else largest(*mine)
            percent = when(rule.equals("mean"), mean(*mine), worst) if len(mine) > 1 else mine[0]
            cells[place].append(sheet.put(at, place, 1 + percent / 100, "factor"))
    return span(cells[0]), span(cells[1]), span(cells[2])


def _graded(tables: Tables) -> list[int]:
    """The grades that the table has on both sides."""
    known = []
    for grade in GRADES:
        try:
            tables.correction("benefits", [grade], "worst")
            tables.correction("costs", [grade], "worst")
        except NoGrade:
            continue
        known.append(grade)
    return known


def _indices(sheet: Sheet, row: int, result: Appraised, tables: Tables, target: Term) -> tuple[Span, Span]:
    """The deflator's index by price year as the file writes it, then its other years; and the factor to the target."""
    deflator, file = tables.deflator, result.file
    sheet.say(row, 0, _titled(f"Deflator: {deflator.vintage}", deflator.verified), "block")
    sheet.say(row + 1, 0, deflator.source, "note")
    sheet.heads(("Price year", "Index", "Factor to the target", "Status"), row + 2)
    used = [file.conventions.price_year, *(value.price_year for value in file.unit_values)]
    used += [cost.price_year for cost in file.costs]
    others = [str(Year(start, deflator.financial)) for start in sorted(deflator.indices)]
    years = list(dict.fromkeys([*used, *others]))
    at = row + 3
    names = [sheet.put(at + i, 0, year, "text") for i, year in enumerate(years)]
    indices = [sheet.put(at + i, 1, deflator.index(year).value, "input") for i, year in enumerate(years)]
    for i, year in enumerate(years):
        sheet.put(at + i, 2, found(span(indices), span(names), target) / indices[i], "factor")
        sheet.say(at + i, 3, deflator.index(year).status)
    return span(names), span(indices)


def _check(book: Book, result: Appraised, money: Sequence[Term], wellbeing: Sequence[Term]) -> None:
    for path, cells, name in (("discount", money, "money"), ("wellbeing_discount", wellbeing, "wellbeing")):
        for t, cell in enumerate(cells):
            printed = getattr(result.workings, path)[t]
            figure = f"Discount factor of {name}, {result.years[t]}"
            book.agrees(figure, f"workings.{path}[{t}]", "ratio", printed, cell)
