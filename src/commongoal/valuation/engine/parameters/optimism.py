"""Corrections for optimism by how sure the evidence is (method.md section 1)."""

import math
from collections.abc import Mapping
from typing import Literal

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.programme import Part
from commongoal.valuation.engine.parameters.marked import Marked

Rule = Literal["worst", "mean"]
Side = Literal["benefits", "costs", "duration"]


class NoGrade(Refused):
    """The table of corrections for optimism has nothing for this grade."""


class Correction(Part):
    """The correction, in per cent, for one grade of one dimension of the evidence."""

    side: Side
    dimension: str
    grade: str
    percent: float
    meaning: str = ""


class BiasTable(Part):
    """Corrections for optimism, and the rule that makes one of several."""

    name: str
    rule: Rule
    range: str = ""
    source: str
    verified: bool
    rows: tuple[Correction, ...]

    def dimensions(self, side: Side) -> tuple[str, ...]:
        """The dimensions that are graded on one side."""
        return tuple(dict.fromkeys(row.dimension for row in self.rows if row.side == side))

    def percent(self, side: Side, dimension: str, grade: str) -> float:
        """The correction in per cent. Raises `NoGrade`, saying what there is."""
        known = {row.grade: row.percent for row in self.rows if (row.side, row.dimension) == (side, dimension)}
        if not known:
            raise NoGrade(f"No {dimension!r} among {side}: there are {', '.join(self.dimensions(side))}.")
        if grade not in known:
            raise NoGrade(f"No grade {grade!r} of {dimension}: there are {', '.join(known)}.")
        return known[grade]


def bias(
    grades: Mapping[str, str | int] | str | int, table: BiasTable, rule: Rule | None = None, side: Side = "benefits"
) -> Marked:
    """The factor, 1 plus the correction, for the grades of an outcome or cost.

    `grades` are by dimension, or one grade for every dimension. `worst` takes the correction that is worst for the
    case, `mean` their plain mean; without `rule` the table's own. Raises `NoGrade`.
    """
    chosen = grades if isinstance(grades, Mapping) else dict.fromkeys(table.dimensions(side), grades)
    if not chosen:
        raise NoGrade(f"Give at least one of {', '.join(table.dimensions(side)) or 'its dimensions'}.")
    percents = [table.percent(side, dimension, str(grade)) for dimension, grade in chosen.items()]
    rule = rule or table.rule
    worst = min(percents) if side == "benefits" else max(percents)
    value = 1 + (worst if rule == "worst" else math.fsum(percents) / len(percents)) / 100
    return Marked(value, value, value, table.source, "" if table.verified else "unverified", f"{rule} of the grades")
