"""The arithmetic of an appraisal before the event, at its central values or for many draws at once.

For outcome line o, unit value u of it, agency a and year t (method.md section 2)::

    people     = population * engagement * retention
    additional = people * (impact - deadweight)       points
               | people * impact * (1 - deadweight)   share_of_gross
               | people * impact                      already_net
    value      = additional * attribution * (1 - displacement) * bias(grades) * unit value * price factor
                 * share[a] * profile[t] * discount[t]

Amounts are pounds of the appraisal's price year. Letters of shapes: L lines, U unit values, C costs, A agencies,
T years, n draws (or 1 where a number is certain).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import BadInput, Problem, Refused
from commongoal.valuation.engine.appraisal.model import KINDS, Appraisal, Number, Outcome, Profile, UnitValue
from commongoal.valuation.engine.appraisal.tables import Tables

Floats = NDArray[np.float64]
Place = tuple[str, int]
"""Which number: the field of an outcome or profile with its line, or "value" or "cost" with its row."""

Levels = Mapping[Place, Floats]
"""What each number is taken to be: shape (n,), or (1,) where it is the same in every draw."""

OF_OUTCOME = ("population", "engagement", "retention", "impact", "deadweight", "displacement", "attribution")
OF_PROFILE = ("duration_months", "drop_off")


@dataclass(frozen=True, slots=True)
class Input:
    """One number of the file with its range; `field` is its column in the file's table."""

    place: Place
    table: str
    name: str
    field: str
    value: float
    low: float
    high: float
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """An appraisal made ready to compute: everything that no draw changes.

    `line` (U,) says whose outcome a unit value is; `price` (U,) and `bias` (L,) are factors; `discount` (U, T) those of
    each value's schedule; `starts` (L, T, T) turns the profile of one cohort into that of all; `shares` (U, A + 1), the
    last being people themselves, who gain what is not shared among agencies; `amounts` (C, T) are costs in the target
    price year with their bias; `money` (T,) discounts them; `cost_price` and `cost_bias` (C,) are in them already.
    """

    appraisal: Appraisal
    inputs: tuple[Input, ...]
    line: NDArray[np.intp]
    price: Floats
    bias: Floats
    discount: Floats
    starts: Floats
    shares: Floats
    amounts: Floats
    money: Floats
    cost_price: Floats
    cost_bias: Floats

    def central(self) -> dict[Place, Floats]:
        """Every number at its central value, each of shape (1,)."""
        return {one.place: np.array([one.value]) for one in self.inputs}


def chain_of(appraisal: Appraisal, tables: Tables, file: str = "appraisal") -> Chain:
    """The appraisal ready to compute. Raises `BadInput` for every price year without a deflator and grade unknown."""
    problems: list[Problem] = []

    def factor(path: str, shown: object, find: Callable[[], float]) -> float:
        try:
            return find()
        except Refused as refused:
            problems.append(Problem(file, 0, path, str(shown), str(refused), type(refused).__name__))
            return 1.0

    terms = appraisal.conventions
    target, rule = terms.price_year, terms.grades_rule

    def prices(table: str, years: list[str]) -> Floats:
        paths = [f"{table}.{i}.price_year" for i in range(len(years))]
        return np.array([
            factor(path, year, lambda year=year: tables.price(year, target))  # type: ignore[misc]
            for path, year in zip(paths, years, strict=True)
        ])  # fmt: skip

    price = prices("unit_values", [value.price_year for value in appraisal.unit_values])
    cost_price = prices("costs", [cost.price_year for cost in appraisal.costs])
    bias = np.array([
        factor(f"outcomes.{i}.grades", o.grades, lambda o=o: tables.correction("benefits", o.grades, rule))  # type: ignore[misc]
        for i, o in enumerate(appraisal.outcomes)
    ])  # fmt: skip
    cost_bias = np.array([
        factor(f"costs.{i}.grades", c.grades, lambda c=c: tables.correction("costs", c.grades, rule))  # type: ignore[misc]
        for i, c in enumerate(appraisal.costs)
    ])  # fmt: skip
    if problems:
        raise BadInput(problems)
    return _assembled(appraisal, tables, price, bias, cost_price, cost_bias)


def _assembled(
    appraisal: Appraisal, tables: Tables, price: Floats, bias: Floats, cost_price: Floats, cost_bias: Floats
) -> Chain:
    terms = appraisal.conventions
    years, first = terms.years, terms.first_discounted_year
    money, wellbeing = (schedule.factors(years, first) for schedule in (tables.money, tables.wellbeing))
    lines = {outcome.id: index for index, outcome in enumerate(appraisal.outcomes)}
    values = appraisal.unit_values
    amounts = np.array([[*cost.amounts, *[0.0] * (years - len(cost.amounts))] for cost in appraisal.costs])
    return Chain(
        appraisal=appraisal,
        inputs=_inputs(appraisal),
        line=np.array([lines[value.outcome] for value in values], dtype=np.intp),
        price=price,
        bias=bias,
        discount=np.array([wellbeing if value.wellbeing else money for value in values]),
        starts=np.array([_starts(appraisal.profile_of(outcome.id), years) for outcome in appraisal.outcomes]),
        shares=np.array([_shares(appraisal, value) for value in values]),
        amounts=amounts * (cost_price * cost_bias)[:, None],
        money=money,
        cost_price=cost_price,
        cost_bias=cost_bias,
    )


def _shares(appraisal: Appraisal, value: UnitValue) -> list[float]:
    return [*(value.shares.get(agency.id, 0.0) for agency in appraisal.agencies), 0.0 if value.shares else 1.0]


def _starts(profile: Profile, years: int) -> Floats:
    """Matrix (T, T) from years since a cohort's start to years of the appraisal."""
    found = np.zeros((years, years))
    for year, share in enumerate(profile.starts):
        found += share * np.eye(years, k=year)
    return found


def _inputs(appraisal: Appraisal) -> tuple[Input, ...]:
    found: list[Input] = []
    for line, outcome in enumerate(appraisal.outcomes):
        profile = appraisal.profile_of(outcome.id)
        found += [_input(outcome, "outcomes", line, field, getattr(outcome, field)) for field in OF_OUTCOME]
        found += [_input(outcome, "profiles", line, field, getattr(profile, field)) for field in OF_PROFILE]
    for row, v in enumerate(appraisal.unit_values):
        found.append(
            Input(("value", row), "unit_values", v.name, "unit value", v.value, v.low, v.high, v.source, v.verified)
        )
    for row, cost in enumerate(appraisal.costs):
        found.append(
            Input(("cost", row), "costs", cost.name, "cost", 1.0, cost.low, cost.high, cost.source, cost.verified)
        )
    return tuple(found)


def _input(outcome: Outcome, table: str, line: int, field: str, number: Number) -> Input:
    return Input(
        (field, line), table, outcome.name, field, number.value, number.low, number.high, number.source, number.verified
    )


def additional(chain: Chain, levels: Levels, line: int) -> Floats:
    """Outcomes (n,) of one line that would not have happened anyway, elsewhere or through others."""
    at = {field: levels[field, line] for field in OF_OUTCOME}
    people = at["population"] * at["engagement"] * at["retention"]
    basis = chain.appraisal.outcomes[line].deadweight_basis
    if basis == "points":
        effect = at["impact"] - at["deadweight"]
    else:
        effect = at["impact"] * (1 - at["deadweight"]) if basis == "share_of_gross" else at["impact"]
    return np.asarray(people * effect * at["attribution"] * (1 - at["displacement"]))


def cohort_profile(lag_months: int, duration: Floats, drop_off: Floats, years: int) -> Floats:
    """Years of effect (n, T) that fall in each year after a cohort starts, at the start of year 0.

    The effect begins after the lag, lasts `duration` months, and is worth ``(1 - drop_off)^k`` in its k-th twelve
    months. A lag of 12 a + b months splits each of those between two years: 12 - b months in one and b in the next.
    """
    whole, rest = divmod(lag_months, 12)
    n = max(len(duration), len(drop_off))
    found = np.zeros((n, years))
    kept = np.ones(len(drop_off))
    for k in range(years - whole):
        left = duration - 12 * k
        found[:, whole + k] += kept * np.clip(left, 0, 12 - rest)
        if rest and whole + k + 1 < years:
            found[:, whole + k + 1] += kept * np.clip(left - (12 - rest), 0, rest)
        kept = kept * (1 - drop_off)
    return found / 12


def profiles(chain: Chain, levels: Levels, line: int) -> tuple[Floats, Floats]:
    """Of one line: years of effect by year of the appraisal (n, T), and what arrives by year (1, T) if felt once."""
    years, starts = chain.appraisal.conventions.years, chain.starts[line]
    lag = chain.appraisal.profile_of(chain.appraisal.outcomes[line].id).lag_months
    cohort = cohort_profile(lag, levels["duration_months", line], levels["drop_off", line], years)
    once = np.zeros((1, years))
    if lag < 12 * years:
        once[0, lag // 12] = 1.0
    return cohort @ starts, once @ starts


def undiscounted(chain: Chain, levels: Levels) -> Floats:
    """Value by unit value and year (U, T) in real terms, before discounting, at levels of shape (1,)."""
    found = np.zeros((len(chain.line), chain.appraisal.conventions.years))
    for line in range(len(chain.appraisal.outcomes)):
        size = additional(chain, levels, line) * chain.bias[line]
        yearly, once = profiles(chain, levels, line)
        for row in np.flatnonzero(chain.line == line):
            shape = yearly if chain.appraisal.unit_values[row].per == "year" else once
            found[row] = size[0] * levels["value", int(row)][0] * chain.price[row] * shape[0]
    return found


def present_values(chain: Chain, levels: Levels, draws: int) -> tuple[Floats, Floats]:
    """Present value of each unit value (U, n) and of each cost (C, n), all years and agencies together."""
    worth = np.empty((len(chain.line), draws))
    for line in range(len(chain.appraisal.outcomes)):
        size = additional(chain, levels, line) * chain.bias[line]
        yearly, once = profiles(chain, levels, line)
        for row in np.flatnonzero(chain.line == line):
            shape = yearly if chain.appraisal.unit_values[row].per == "year" else once
            worth[row] = size * levels["value", int(row)] * chain.price[row] * (shape @ chain.discount[row])
    spent = chain.amounts @ chain.money
    cost = np.stack([np.broadcast_to(levels["cost", row] * amount, draws) for row, amount in enumerate(spent)])
    return worth, cost


@dataclass(frozen=True, slots=True)
class Weights:
    """Which unit values (U,) and costs (C,) count in a figure, and how much: each case is a weighted sum of them."""

    public: Floats
    weighted: Floats
    cash: Floats
    willing: Floats
    willing_weighted: Floats
    fiscal: Floats
    cost: Floats
    cash_cost: Floats
    public_cost: Floats


def weights(appraisal: Appraisal) -> Weights:
    """The two cases, the distributional weighting and MVPF as weights on rows.

    A fiscal transfer counts once for the purse and is lost by participants: in public value the two cancel; weighted,
    the participants' side carries their weight.
    """
    rows, own = appraisal.unit_values, 1.0 if appraisal.distribution is None else appraisal.distribution.weight
    fiscal = np.array([row.kind == "fiscal" for row in rows], dtype=np.float64)
    transfer = np.array([row.transfer for row in rows], dtype=np.float64)
    theirs = np.array([own if row.goes_to == "participants" else 1.0 for row in rows])
    willing, willing_weighted = (1 - fiscal) - transfer, (1 - fiscal) * theirs - transfer * own
    public = {agency.id for agency in appraisal.agencies if agency.public}
    cash = [cost.kind != "in_kind" and cost.agency in public for cost in appraisal.costs]
    return Weights(
        public=fiscal + willing,
        weighted=fiscal + willing_weighted,
        cash=fiscal * np.array([row.cashable for row in rows]),
        willing=willing,
        willing_weighted=willing_weighted,
        fiscal=fiscal,
        cost=np.ones(len(appraisal.costs)),
        cash_cost=np.array(cash, dtype=np.float64),
        public_cost=np.array([cost.agency in public for cost in appraisal.costs], dtype=np.float64),
    )


def by_line_kind_agency_year(chain: Chain, levels: Levels) -> Floats:
    """Value before discounting (L, 3, A + 1, T); the last agency is people, who gain what no agency shares."""
    rows = undiscounted(chain, levels)
    found = np.zeros((len(chain.appraisal.outcomes), len(KINDS), chain.shares.shape[1], rows.shape[1]))
    for row, value in enumerate(chain.appraisal.unit_values):
        found[chain.line[row], KINDS.index(value.kind)] += chain.shares[row][:, None] * rows[row][None, :]
    return found
