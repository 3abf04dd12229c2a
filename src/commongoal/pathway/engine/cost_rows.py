"""A file of costs checked by the ledger's rules, and held against the costs that stand."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from commongoal.kernel.errors import Problem
from commongoal.pathway.engine.casework import CostBasis
from commongoal.pathway.engine.checks.columns import Yardstick, normal, typed
from commongoal.pathway.engine.checks.raw import BLOCKING, Raw, problem
from commongoal.pathway.engine.checks.rows import Rows
from commongoal.pathway.engine.checks.together import check_rows
from commongoal.pathway.engine.costs import CostDetails, CostKey
from commongoal.pathway.engine.ledger import BY_NAME
from commongoal.pathway.engine.programme import Programme

COSTS = BY_NAME["costs"]


@dataclass(frozen=True, slots=True)
class CostRows:
    """The good rows that are new, how many there were and how many stand already, and every fault in order."""

    new: tuple[CostDetails, ...]
    read: int
    there: int
    problems: tuple[Problem, ...]

    @property
    def blocking(self) -> bool:
        """Whether there is a fault that leaving out rows cannot mend."""
        return any(each.code in BLOCKING for each in self.problems)


def check_cost_rows(
    raws: Sequence[Raw],
    programme: Programme,
    today: dt.date,
    standing: Mapping[CostKey, int],
    source: str,
    only: str | None = None,
) -> CostRows:
    """The rows of a file. `standing` are pence by key; with `only`, rows of another provider are refused."""
    rows = typed(COSTS, [replace(raw, table=COSTS.name) for raw in _sheets(raws)], Yardstick(programme, today))
    if any(each.code in BLOCKING for each in rows.problems):
        return CostRows((), len(rows), 0, tuple(rows.problems))
    if not len(rows):
        file = raws[0].file if raws else ""
        return CostRows((), 0, 0, (problem(file, 0, "", "", "at least one row", "empty_table"),))
    check_rows(rows, Yardstick(programme, today))
    _refuse_nothing(rows)
    if only is not None:
        _refuse_others(rows, only)
    found = {at: _details(rows, at, source) for at in range(len(rows)) if not rows.bad[at]}
    there = [at for at, each in found.items() if standing.get(each.key) == each.amount_pence]
    _refuse_changed(rows, found, standing)
    new = tuple(each for at, each in found.items() if each.key not in standing)
    return CostRows(new, len(rows), len(there), tuple(sorted(rows.problems, key=lambda each: (each.row, each.column))))


def _sheets(raws: Sequence[Raw]) -> Iterable[Raw]:
    """The sheet named costs where a workbook has one, else every sheet."""
    named = [raw for raw in raws if normal(raw.table) == COSTS.name]
    return named or raws


def _refuse_nothing(rows: Rows) -> None:
    nothing = [at for at, each in enumerate(rows.column("amount_pence").to_pylist()) if each == 0]
    rows.refuse(nothing, "amount", "more than nothing, so that no ratio divides by nothing", "zero_cost")


def _refuse_others(rows: Rows, only: str) -> None:
    others = [at for at, each in enumerate(rows.column("provider").to_pylist()) if (each or "") != only]
    rows.refuse(
        [at for at in others if not rows.unread["provider"][at]], "provider", f"your own provider, {only}", "not_yours"
    )


def _refuse_changed(rows: Rows, found: Mapping[int, CostDetails], standing: Mapping[CostKey, int]) -> None:
    changed = [at for at, each in found.items() if standing.get(each.key, each.amount_pence) != each.amount_pence]

    def said(at: int) -> str:
        pence = standing[found[at].key]
        return f"£{pence / 100:,.2f}, which is recorded for the same {', '.join(COSTS.key)}; or correct that one here"

    rows.refuse(changed, "amount", said, "differs_from_recorded")


def _details(rows: Rows, at: int, source: str) -> CostDetails:
    cells = rows.cells.slice(at, 1).to_pylist()[0]
    return CostDetails(
        provider=cells["provider"] or "",
        intervention=cells["intervention"] or "",
        from_on=cells["from_on"],
        to_on=cells["to_on"],
        amount_pence=cells["amount_pence"],
        borne_by=cells["borne_by"],
        basis=CostBasis(cells["basis"]),
        source=source,
    )
