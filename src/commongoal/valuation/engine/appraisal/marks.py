"""Which figures rest on a number that nobody has checked: the mark follows the number into every result."""

from collections.abc import Iterable
from dataclasses import dataclass

from commongoal.valuation.engine.appraisal.chain import Chain
from commongoal.valuation.engine.appraisal.tables import Tables

UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Marks:
    """The mark of each outcome line, unit value and cost, in file order, and of whatever adds all of them."""

    outcomes: tuple[str, ...]
    values: tuple[str, ...]
    costs: tuple[str, ...]
    whole: str


def mark_of(marks: Iterable[str]) -> str:
    """The mark of a figure made of others."""
    return UNVERIFIED if any(marks) else ""


def marks_of(chain: Chain, tables: Tables) -> Marks:
    """Marks by row. A factor of exactly 1 (no bias, same price year) rests on nothing and marks nothing."""
    shared = _schedules(chain, tables)
    corrected = [not tables.bias.verified and factor != 1 for factor in chain.bias]
    unchecked = {one.place for one in chain.inputs if not one.verified}
    lines = {line for field, line in unchecked if field not in ("value", "cost")}
    outcomes = [_mark(line in lines or corrected[line]) for line in range(len(corrected))]
    values = [
        mark_of((outcomes[line], _mark(("value", row) in unchecked), _priced(tables, chain.price[row]), shared))
        for row, line in enumerate(chain.line)
    ]
    costs = [
        mark_of((
            _mark(("cost", row) in unchecked or (not tables.bias.verified and chain.cost_bias[row] != 1)),
            _priced(tables, chain.cost_price[row]),
            shared,
        ))
        for row in range(len(chain.appraisal.costs))
    ]  # fmt: skip
    return Marks(tuple(outcomes), tuple(values), tuple(costs), mark_of([*values, *costs]))


def _schedules(chain: Chain, tables: Tables) -> str:
    used = [tables.money] + ([tables.wellbeing] if any(v.wellbeing for v in chain.appraisal.unit_values) else [])
    return _mark(not all(schedule.verified for schedule in used))


def _priced(tables: Tables, factor: float) -> str:
    return tables.deflator.mark if factor != 1 else ""


def _mark(unchecked: bool) -> str:
    return UNVERIFIED if unchecked else ""
