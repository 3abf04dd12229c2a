"""What a year of wellbeing is worth, and what a pound is worth to whom (method.md section 1)."""

import math

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.programme import Part
from commongoal.valuation.engine.parameters.marked import Marked, mark_of, marks, price_year
from commongoal.valuation.engine.parameters.prices import Deflator
from commongoal.valuation.engine.terms import Figure


class NoRealIncome(Refused):
    """A wellbeing value cannot be brought to this year: real income in it is not known."""


class NoWeight(Refused):
    """A distributional weight needs two incomes above zero."""


class RealIncome(Figure):
    """Real income per head in a year, the base year's being 1."""

    year: str


class Check(Part):
    """A value that others published, to hold ours against."""

    year: str
    expected: float
    within: float
    source: str


class Wellby(Figure):
    """What one more point of life satisfaction for one person for one year is worth."""

    price_year: str
    deflator: str
    income_elasticity: float
    real_income: tuple[RealIncome, ...]
    checks: tuple[Check, ...] = ()

    def income(self, year: str) -> RealIncome:
        """Real income in a year. Raises `NoRealIncome`."""
        start = price_year(year).start
        known = {price_year(income.year).start: income for income in self.real_income}
        if start not in known:
            raise NoRealIncome(f"There is {', '.join(map(str, sorted(known)))}, and not {year}.")
        return known[start]


def wellby(year: str, worth: Wellby, deflator: Deflator) -> Marked:
    """Pounds for one WELLBY in a year's prices and incomes: ``value * price ratio * (real income ratio) ** 1.3``.

    Its range is the published one, at the central price and income. Raises `NoRealIncome` and `NoIndex`.
    """
    prices, income = deflator.factor(worth.price_year, year), worth.income(year)
    growth = prices.value * (income.value / worth.income(worth.price_year).value) ** worth.income_elasticity
    base = price_year(year) == price_year(worth.price_year)
    moved = "" if base else marks(prices.mark, mark_of(income))
    source = worth.source if base else f"{worth.source}; prices: {prices.source}; real income: {income.source}"
    low, high = worth.low * growth, worth.high * growth
    return Marked(worth.value * growth, low, high, source, marks(mark_of(worth), moved), prices.label)


def wellbeing_gain(points: Marked, year_of_wellbeing: Marked) -> Marked:
    """Pounds a year for a gain of `points` of life satisfaction: points times the WELLBY, with both marks."""
    ends = [a * b for a in (points.low, points.high) for b in (year_of_wellbeing.low, year_of_wellbeing.high)]
    source, mark = f"{points.source}; {year_of_wellbeing.source}", marks(points.mark, year_of_wellbeing.mark)
    return Marked(points.value * year_of_wellbeing.value, min(ends), max(ends), source, mark)


def distributional_weight(median_taxpayers: float, median_participants: float, eta: Figure) -> Marked:
    """``(median income of taxpayers / of participants) ** eta``, without unit; its range is that of eta.

    Incomes are yearly, equivalised and above zero, else `NoWeight`.
    """
    if not (0 < median_taxpayers < math.inf and 0 < median_participants < math.inf):
        raise NoWeight(f"Found {median_taxpayers:g} and {median_participants:g}.")
    ratio = median_taxpayers / median_participants
    value, *ends = (ratio**power for power in (eta.value, eta.low, eta.high))
    return Marked(value, min(ends), max(ends), eta.source, mark_of(eta))
