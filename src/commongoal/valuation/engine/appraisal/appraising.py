"""One appraisal from its file and tables to its result."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commongoal.valuation.engine.appraisal.account import agency_rows, cost_rows, kind_rows, outcome_lines, value_rows
from commongoal.valuation.engine.appraisal.cases import FINANCIAL, PUBLIC, WEIGHTED, Both, Present, case, mvpf, payback
from commongoal.valuation.engine.appraisal.chain import (
    Chain,
    additional,
    chain_of,
    present_values,
    profiles,
    undiscounted,
    weights,
)
from commongoal.valuation.engine.appraisal.marks import Marks, marks_of
from commongoal.valuation.engine.appraisal.model import Appraisal
from commongoal.valuation.engine.appraisal.results import Appraised, Case, Ratio, SwingRow, SwitchRow, Workings
from commongoal.valuation.engine.appraisal.tables import Tables
from commongoal.valuation.engine.appraisal.telling import conventions, limits, sources
from commongoal.valuation.engine.appraisal.uncertainty import Draws, drawn, switching, tornado

Floats = NDArray[np.float64]

QUANTITIES = {
    "population": "people",
    "engagement": "share who engage",
    "retention": "share who stay",
    "impact": "impact",
    "deadweight": "deadweight",
    "displacement": "displacement",
    "attribution": "attribution",
    "duration_months": "months that it lasts",
    "drop_off": "yearly drop-off",
    "value": "unit value",
    "cost": "cost, in multiples of itself",
}
"""What a reader calls each number that may move."""


def appraise(appraisal: Appraisal, tables: Tables, file: str = "appraisal") -> Appraised:
    """What the scheme would be worth before the event, to whom, and how sure that is (method.md section 2).

    Raises `BadInput` where a price year has no deflator or a grade no correction.
    """
    chain = chain_of(appraisal, tables, file)
    marks = marks_of(chain, tables)
    central = Draws(*present_values(chain, chain.central(), 1))
    present = Present(central, drawn(chain))
    return _result(chain, tables, marks, present, undiscounted(chain, chain.central()))


def _result(chain: Chain, tables: Tables, marks: Marks, present: Present, by_year: Floats) -> Appraised:
    appraisal, counted = chain.appraisal, weights(chain.appraisal)
    labels = years(appraisal)
    willing, net = present.worth(counted.willing), _net_cost(chain, present)
    cases = _cases(chain, present, marks.whole)
    ratios = _mvpfs(chain, present, willing, net, marks.whole)
    return Appraised(
        name=appraisal.name,
        place=appraisal.place,
        invented=appraisal.invented,
        price_year=appraisal.conventions.price_year,
        years=labels,
        financial=cases[0],
        public=cases[1],
        weighted=cases[2],
        payback=payback(chain, counted, present, by_year, labels),
        mvpf=ratios[0],
        mvpf_weighted=ratios[1],
        willingness_to_pay=willing.estimate,
        net_cost_to_government=net.estimate,
        outcomes=outcome_lines(chain, present, marks),
        kinds=kind_rows(chain, present, by_year, marks),
        agencies=agency_rows(chain, present, by_year, marks),
        values=value_rows(chain, present, by_year, marks),
        costs=cost_rows(chain, present, marks),
        tornado=_swings(chain),
        switching=_switches(chain),
        conventions=conventions(chain, tables),
        limits=limits(chain, tables, marks),
        sources=sources(chain, tables),
        workings=_workings(chain, tables),
        file=appraisal,
    )


def years(appraisal: Appraisal) -> tuple[str, ...]:
    """Labels of the years appraised, in the manner of the first: "2026/27", or "2026"."""
    first = appraisal.conventions.first_year
    start = int(first[:4])
    numbers = range(start, start + appraisal.conventions.years)
    return tuple(f"{year}/{(year + 1) % 100:02d}" if "/" in first else str(year) for year in numbers)


def _net_cost(chain: Chain, present: Present) -> Both:
    counted = weights(chain.appraisal)
    return present.cost(counted.public_cost) - present.worth(counted.fiscal)


def _cases(chain: Chain, present: Present, mark: str) -> tuple[Case, Case, Case | None]:
    counted = weights(chain.appraisal)
    cost = present.cost(counted.cost)
    financial = case(
        "financial", "Financial case", FINANCIAL, present.worth(counted.cash), present.cost(counted.cash_cost), mark
    )
    public = case("public", "Public value case", PUBLIC, present.worth(counted.public), cost, mark)
    if chain.appraisal.distribution is None:
        return financial, public, None
    name = "Public value case, weighted by income"
    return financial, public, case("weighted", name, WEIGHTED, present.worth(counted.weighted), cost, mark)


def _mvpfs(chain: Chain, present: Present, willing: Both, net: Both, mark: str) -> tuple[Ratio, Ratio | None]:
    name = "Marginal value of public funds (MVPF)"
    plain = mvpf(name, willing, net, mark)
    if chain.appraisal.distribution is None:
        return plain, None
    theirs = present.worth(weights(chain.appraisal).willing_weighted)
    return plain, mvpf(f"{name}, weighted by income", theirs, net, mark)


def _swings(chain: Chain) -> tuple[SwingRow, ...]:
    return tuple(
        SwingRow(
            swing.input.name,
            QUANTITIES[swing.input.place[0]],
            swing.input.low,
            swing.input.high,
            swing.at_low,
            swing.at_high,
            "" if swing.input.verified else "unverified",
        )
        for swing in tornado(chain, weights(chain.appraisal))
    )


def _switches(chain: Chain) -> tuple[SwitchRow, ...]:
    return tuple(
        SwitchRow(
            switch.input.name,
            QUANTITIES[switch.input.place[0]],
            switch.input.value,
            switch.switch,
            switch.possible,
            "it does not enter net present public value" if switch.switch is None else "",
            "" if switch.input.verified else "unverified",
        )
        for switch in switching(chain, weights(chain.appraisal))
    )


@dataclass(frozen=True, slots=True)
class _Shapes:
    profiles: tuple[tuple[float, ...], ...]
    arrivals: tuple[tuple[float, ...], ...]


def _shapes(chain: Chain) -> _Shapes:
    both = [profiles(chain, chain.central(), line) for line in range(len(chain.appraisal.outcomes))]
    return _Shapes(tuple(_plain(yearly[0]) for yearly, _ in both), tuple(_plain(once[0]) for _, once in both))


def _workings(chain: Chain, tables: Tables) -> Workings:
    terms, shapes, central = chain.appraisal.conventions, _shapes(chain), chain.central()
    return Workings(
        price=_plain(chain.price),
        bias=_plain(chain.bias),
        cost_price=_plain(chain.cost_price),
        cost_bias=_plain(chain.cost_bias),
        discount=_plain(chain.money),
        wellbeing_discount=_plain(tables.wellbeing.factors(terms.years, terms.first_discounted_year)),
        profiles=shapes.profiles,
        arrivals=shapes.arrivals,
        additional=tuple(float(additional(chain, central, i)[0]) for i in range(len(chain.appraisal.outcomes))),
        shares=tuple(_plain(row) for row in chain.shares),
        weight=1.0 if chain.appraisal.distribution is None else chain.appraisal.distribution.weight,
    )


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
