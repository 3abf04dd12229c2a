"""The rows of an appraisal: by outcome line, kind, agency, unit value and cost, each with its years and its mark."""

import numpy as np
from numpy.typing import NDArray

from commongoal.valuation.engine.appraisal.cases import Both, Present
from commongoal.valuation.engine.appraisal.chain import OF_OUTCOME, Chain, Weights, additional, weights
from commongoal.valuation.engine.appraisal.marks import Marks, mark_of
from commongoal.valuation.engine.appraisal.model import KINDS
from commongoal.valuation.engine.appraisal.results import AgencyRow, CostRow, KindYear, OutcomeLine, ValueRow
from commongoal.valuation.engine.appraisal.uncertainty import levels_at, points, triangular, uncertain

Floats = NDArray[np.float64]
PEOPLE = "people"
"""Who gains what no agency shares."""


def outcome_lines(chain: Chain, present: Present, marks: Marks) -> tuple[OutcomeLine, ...]:
    """One row for each outcome line of the file."""
    jobs = additional_estimates(chain)
    counted = weights(chain.appraisal)
    return tuple(
        _outcome_line(chain, present, marks, counted, line, jobs[line]) for line in range(len(chain.appraisal.outcomes))
    )


def _outcome_line(chain: Chain, present: Present, marks: Marks, counted: Weights, line: int, jobs: Both) -> OutcomeLine:
    outcome, rows = chain.appraisal.outcomes[line], chain.appraisal.unit_values
    mine = (chain.line == line).astype(np.float64)
    kind = {k: mine * [row.kind == k for row in rows] for k in KINDS}
    transfers = mine * [row.transfer for row in rows]
    return OutcomeLine(
        id=outcome.id,
        name=outcome.name,
        basis=outcome.deadweight_basis,
        people=outcome.population.value * outcome.engagement.value * outcome.retention.value,
        additional=jobs.estimate,
        bias=float(chain.bias[line]),
        fiscal=present.worth(kind["fiscal"]).central,
        economic=present.worth(kind["economic"]).central,
        social=present.worth(kind["social"]).central,
        transfers=present.worth(transfers).central,
        public_value=present.worth(mine * counted.public).estimate,
        mark=mark_of([marks.outcomes[line], *(marks.values[row] for row in np.flatnonzero(mine))]),
    )


def additional_estimates(chain: Chain) -> list[Both]:
    """Additional outcomes of every line, central and drawn by the same points as the money."""
    terms, inputs = chain.appraisal.conventions, uncertain(chain)
    shares = points(len(inputs), terms.draws, terms.seed, terms.sampling)
    chosen = [(one, row) for one, row in zip(inputs, shares, strict=True) if one.place[0] in OF_OUTCOME]
    values = [triangular(row, one) for one, row in chosen]
    drawn = levels_at(chain, [one for one, _ in chosen], np.array(values).reshape(len(chosen), terms.draws))
    central = chain.central()
    return [
        Both(
            float(additional(chain, central, line)[0]),
            np.broadcast_to(additional(chain, drawn, line), terms.draws).copy(),
        )
        for line in range(len(chain.appraisal.outcomes))
    ]


def kind_rows(chain: Chain, present: Present, by_year: Floats, marks: Marks) -> tuple[KindYear, ...]:
    """Value by kind and year; transfers stand apart from the rest of fiscal value."""
    found = []
    rows = chain.appraisal.unit_values
    for kind, transfer in (("fiscal", False), ("fiscal", True), ("economic", False), ("social", False)):
        mine = np.array([float(row.kind == kind and row.transfer == transfer) for row in rows])
        if mine.any():
            mark = mark_of(marks.values[row] for row in np.flatnonzero(mine))
            found.append(KindYear(kind, transfer, _plain(mine @ by_year), present.worth(mine).estimate, mark))
    return tuple(found)


def agency_rows(chain: Chain, present: Present, by_year: Floats, marks: Marks) -> tuple[AgencyRow, ...]:
    """Each agency of the file, then people."""
    agencies = [(agency.id, agency.name, agency.public) for agency in chain.appraisal.agencies]
    return tuple(
        _agency_row(chain, present, by_year, marks, column, *agency)
        for column, agency in enumerate([*agencies, (PEOPLE, "People", False)])
    )


def _agency_row(
    chain: Chain, present: Present, by_year: Floats, marks: Marks, column: int, identity: str, name: str, public: bool
) -> AgencyRow:
    share = chain.shares[:, column]
    cash = share * weights(chain.appraisal).cash
    pays = np.array([float(cost.agency == identity) for cost in chain.appraisal.costs])
    used = [*(marks.values[row] for row in np.flatnonzero(share)), *(marks.costs[row] for row in np.flatnonzero(pays))]
    return AgencyRow(
        id=identity,
        name=name,
        public=public,
        gains=_plain(share @ by_year),
        cashable=_plain(cash @ by_year),
        costs=_plain(pays @ chain.amounts),
        present_gain=present.worth(share).estimate,
        present_cashable=present.worth(cash).estimate,
        present_cost=present.cost(pays).estimate,
        mark=mark_of(used),
    )


def value_rows(chain: Chain, present: Present, by_year: Floats, marks: Marks) -> tuple[ValueRow, ...]:
    """What each agency (or people) has of each unit value, in file order; nothing for a share of 0."""
    names = [*(agency.id for agency in chain.appraisal.agencies), PEOPLE]
    found = []
    for row, value in enumerate(chain.appraisal.unit_values):
        for column in np.flatnonzero(chain.shares[row]):
            one = np.zeros(len(chain.line))
            one[row] = share = chain.shares[row, column]
            found.append(
                ValueRow(
                    outcome=value.outcome,
                    value=value.name,
                    agency=names[int(column)],
                    kind=value.kind,
                    transfer=value.transfer,
                    cashable=value.cashable if value.kind == "fiscal" else 0.0,
                    by_year=_plain(share * by_year[row]),
                    present=present.worth(one).estimate,
                    mark=marks.values[row],
                )
            )
    return tuple(found)


def cost_rows(chain: Chain, present: Present, marks: Marks) -> tuple[CostRow, ...]:
    """Each cost of the file, with bias and in the target price year."""
    one = np.eye(len(chain.appraisal.costs))
    return tuple(
        CostRow(
            cost.id,
            cost.name,
            cost.agency,
            cost.kind,
            _plain(chain.amounts[row]),
            present.cost(one[row]).estimate,
            marks.costs[row],
        )
        for row, cost in enumerate(chain.appraisal.costs)
    )


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
