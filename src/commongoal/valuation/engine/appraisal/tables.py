"""What an appraisal takes from outside its file: deflator, discount schedules and corrections for optimism."""

from collections.abc import Sequence
from dataclasses import dataclass

from commongoal.valuation.engine.job import Schedule
from commongoal.valuation.engine.parameters import BiasTable, Deflator, Rule, Side, bias


@dataclass(frozen=True, slots=True)
class Tables:
    """One deflator, the schedules for money and for wellbeing, and the table of corrections for optimism."""

    deflator: Deflator
    money: Schedule
    wellbeing: Schedule
    bias: BiasTable

    def price(self, base: str, target: str) -> float:
        """The factor between the prices of two years. Raises `Refused` where a year has no index."""
        return self.deflator.factor(base, target).value

    def price_label(self, base: str, target: str) -> str:
        """What to know of the two years, such as that one is a forecast."""
        return self.deflator.factor(base, target).label

    def correction(self, side: Side, grades: Sequence[int], rule: Rule) -> float:
        """What an amount is multiplied by for the confidence grades of its line: the worst, or the mean of them.

        Raises `NoGrade`.
        """
        found = [bias(grade, self.bias, rule, side).value for grade in grades]
        if rule == "mean":
            return sum(found) / len(found)
        return min(found) if side == "benefits" else max(found)
