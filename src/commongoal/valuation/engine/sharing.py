"""Who pays and who gains, and what each partner would fairly put in (method.md section 4).

A `Matrix` has a row for each partner and a column for each year. Money that one partner hands another counts once: it
adds to what the giver pays, takes from what the receiver pays, and leaves the whole as it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.valuation.engine.coalitions import CoreCheck, core_check, mask_of, shapley, winnings
from commongoal.valuation.engine.results import Valuation

Floats = NDArray[np.float64]
Rule = Literal["as_paid", "proportional", "shapley"]

NOBODY = "borne by nobody named"
PENNY = 0.005


class NoPartner(Refused):
    """An amount belongs to a partner or a year that the table does not have."""


class GainsLessThanCost(Refused):
    """Together the partners gain less than it costs, so no contributions leave all of them better off."""


class NoGainToShareBy(Refused):
    """Contributions in proportion to gains need every partner to gain: one that gains nothing or loses has no share."""


class NotInPounds(Refused):
    """Who gains can only be said in pounds, and this valuation is in sustained jobs: it has no value of a job."""


class MoreThanItCost(Refused):
    """The partners are said to have borne more than the programme cost."""


@dataclass(frozen=True, slots=True)
class Member:
    """A partner: its id and the name that people read."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Amount:
    """Pounds by year that one partner spends or gains; a loss is a negative gain.

    A gain that is another partner's loss names it in `lost_by`. A `transfer` without that is money from somebody who
    is not in the table: real to the partner, and no gain to society.
    """

    side: Literal["spent", "gained"]
    partner: str
    pounds: tuple[float, ...]
    transfer: bool = False
    lost_by: str = ""


class ByAgency(Protocol):
    """What an appraisal says of one agency: pounds by year, before discounting."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """The name that people read."""

    @property
    def costs(self) -> Sequence[float]:
        """What it puts in."""

    @property
    def gains(self) -> Sequence[float]:
        """What it gains."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Pounds by year that one partner hands another towards the cost, such as a grant."""

    giver: str
    receiver: str
    pounds: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Partners by years, in pounds; all arrays (partners, years) but `discount` (years,), factors to the present.

    `outside` is the part of `gained` that is a transfer from somebody who is not in the table.
    """

    partners: tuple[Member, ...]
    years: tuple[str, ...]
    spent: Floats
    given: Floats
    received: Floats
    gained: Floats
    outside: Floats
    discount: Floats
    moved: tuple[Moved, ...] = ()

    @property
    def paid(self) -> Floats:
        """What each bears: its own spending, and what it handed over less what it was handed."""
        return np.asarray(self.spent + self.given - self.received)

    @property
    def net(self) -> Floats:
        """What is left to each: gained less paid."""
        return np.asarray(self.gained - self.paid)

    def present(self, amounts: Floats) -> Floats:
        """Present value of each row: (partners, years) -> (partners,)."""
        return np.asarray(amounts @ self.discount)

    @property
    def cost(self) -> float:
        """Present value of the whole cost, counted once."""
        return float(self.present(self.spent).sum())

    @property
    def gain(self) -> float:
        """Present value of all gains of all partners."""
        return float(self.present(self.gained).sum())


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a group of partners could win alone, by a scheme of its own, as a present value in pounds."""

    partners: tuple[str, ...]
    pounds: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One partner's part of a split, present values in pounds.

    `ratio` is gain / contribution, None where nothing is put in. `settlement` is what it would put in beyond what it
    bears now, negative where it would be paid back.
    """

    partner: str
    gain: float
    contribution: float
    share_of_cost: float
    net: float
    ratio: float | None
    settlement: float


@dataclass(frozen=True, slots=True)
class Split:
    """Who puts in what by one rule, and whether any group would do better alone; or `why` there is no such split."""

    rule: Rule
    shares: tuple[Share, ...]
    core: CoreCheck | None
    complaining: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sharing:
    """A whole result. `always_holds`: without groups' own schemes and without losers, no group can do better alone."""

    matrix: Matrix
    splits: tuple[Split, ...]
    schemes: tuple[Scheme, ...] = ()
    always_holds: bool = True

    def by(self, rule: Rule) -> Split:
        """The split by one rule."""
        return next(split for split in self.splits if split.rule == rule)


def matrix_of(
    partners: Sequence[Member],
    years: Sequence[str],
    amounts: Iterable[Amount],
    moved: Iterable[Moved] = (),
    discount: Sequence[float] | Floats | None = None,
) -> Matrix:
    """The matrix of who pays and who gains, from amounts by partner and year. Raises `NoPartner`."""
    row = {partner.id: place for place, partner in enumerate(partners)}
    spent, given, received, gained, outside = (np.zeros((len(row), len(years))) for _ in range(5))
    handed = tuple(moved)
    for amount in amounts:
        pounds = _by_year(amount.pounds, years, row, amount.partner, amount.lost_by or amount.partner)
        (spent if amount.side == "spent" else gained)[row[amount.partner]] += pounds
        if amount.lost_by:
            gained[row[amount.lost_by]] -= pounds
        elif amount.transfer:
            outside[row[amount.partner]] += pounds
    for move in handed:
        pounds = _by_year(move.pounds, years, row, move.giver, move.receiver)
        given[row[move.giver]] += pounds
        received[row[move.receiver]] += pounds
    factors = np.ones(len(years)) if discount is None else np.asarray(discount, dtype=np.float64)
    return Matrix(tuple(partners), tuple(years), spent, given, received, gained, outside, factors, handed)


def matrix_of_tables(
    years: Sequence[str],
    paid: Mapping[str, Sequence[float]],
    gained: Mapping[str, Sequence[float]],
    discount: Sequence[float] | Floats | None = None,
) -> Matrix:
    """The matrix from two plain tables of pounds by partner and year, such as an appraisal by agency makes."""
    names = list(dict.fromkeys([*paid, *gained]))
    amounts = [Amount("spent", name, tuple(pounds)) for name, pounds in paid.items()]
    amounts += [Amount("gained", name, tuple(pounds)) for name, pounds in gained.items()]
    return matrix_of([Member(name, name) for name in names], years, amounts, (), discount)


def matrix_of_agencies(
    rows: Iterable[ByAgency], years: Sequence[str], discount: Sequence[float] | Floats | None = None
) -> Matrix:
    """The matrix from the rows by agency of an appraisal, in their order."""
    found = list(rows)
    amounts = [Amount("spent", row.id, tuple(row.costs)) for row in found]
    amounts += [Amount("gained", row.id, tuple(row.gains)) for row in found]
    return matrix_of([Member(row.id, row.name) for row in found], years, amounts, (), discount)


def matrix_of_valuation(
    valuation: Valuation, borne_by: Mapping[str, float], lost_by: Mapping[str, str] | None = None
) -> Matrix:
    """The matrix from a valuation of a ledger: one column, the whole programme, in its price year and undiscounted.

    `borne_by` says in pounds who bore the cost; what it leaves open stands in a row of its own. `lost_by` says for an
    agency who loses what it gains by transfers. Raises `NotInPounds`, `MoreThanItCost`.
    """
    if valuation.unit != "pounds":
        raise NotInPounds
    rest = valuation.total.cost - sum(borne_by.values())
    if rest < -PENNY:
        raise MoreThanItCost(f"Borne: £{sum(borne_by.values()):,.2f}; cost: £{valuation.total.cost:,.2f}.")
    borne = dict(borne_by) | ({NOBODY: rest} if rest > PENNY else {})
    losers = lost_by or {}
    amounts = [Amount("spent", name, (pounds,)) for name, pounds in borne.items()]
    amounts += [
        Amount("gained", g.agency, (g.credit.point,), g.transfer, losers.get(g.agency, "") if g.transfer else "")
        for g in valuation.gains
    ]
    names = dict.fromkeys([*(amount.partner for amount in amounts), *losers.values()])
    return matrix_of([Member(name, name) for name in names], ("whole programme",), amounts)


def proportional(gains: Sequence[float] | Floats, cost: float) -> Floats:
    """Contributions (n,) such that each partner's gain / contribution is the same: ``cost * gain_i / sum of gains``.

    Raises `GainsLessThanCost`, `NoGainToShareBy`.
    """
    found = np.asarray(gains, dtype=np.float64)
    _worth_sharing(found, cost)
    if found.min(initial=np.inf) <= 0:
        raise NoGainToShareBy
    return np.asarray(found * (cost / found.sum()))


def shapley_contributions(gains: Sequence[float] | Floats, cost: float, won: Floats) -> Floats:
    """Contributions (n,) that leave each partner its Shapley value: gain less phi; they add up to the cost.

    `won` (2^n,) is what each group could win alone. Raises `GainsLessThanCost`.
    """
    found = np.asarray(gains, dtype=np.float64)
    _worth_sharing(found, cost)
    return np.asarray(found - shapley(won))


def sharing_of(matrix: Matrix, schemes: Sequence[Scheme] = ()) -> Sharing:
    """What each bears now and would bear by each rule, on present values, with a check over every group of partners.

    A rule that does not apply says why. Raises `TooManyPartners` over 16, `NoPartner` for a scheme of strangers.
    """
    gains, cost = matrix.present(matrix.gained), matrix.cost
    row = {partner.id: place for place, partner in enumerate(matrix.partners)}
    if strangers := sorted({name for scheme in schemes for name in scheme.partners} - set(row)):
        raise NoPartner(f"Not in the table: {', '.join(strangers)}.")
    groups = {mask_of([row[name] for name in scheme.partners]): scheme.pounds for scheme in schemes}
    won = winnings([float(gain) for gain in gains], cost, groups)
    now = matrix.present(matrix.paid)
    splits = [_split(matrix, "as_paid", now, won)]
    fair: tuple[tuple[Rule, Callable[[], Floats]], ...] = (
        ("proportional", lambda: proportional(gains, cost)),
        ("shapley", lambda: shapley_contributions(gains, cost, won)),
    )
    for rule, contributions in fair:
        try:
            splits.append(_split(matrix, rule, contributions(), won))
        except (GainsLessThanCost, NoGainToShareBy) as refusal:
            splits.append(Split(rule, (), None, why=str(refusal)))
    safe = not schemes and float(gains.min(initial=0.0)) >= 0
    return Sharing(matrix, tuple(splits), tuple(schemes), safe)


def _split(matrix: Matrix, rule: Rule, put_in: Floats, won: Floats) -> Split:
    gains, now, cost = matrix.present(matrix.gained), matrix.present(matrix.paid), matrix.cost
    core = core_check(won, gains - put_in)
    shares = tuple(
        Share(
            partner=partner.id,
            gain=float(gain),
            contribution=float(pays),
            share_of_cost=float(pays) / cost if cost else 0.0,
            net=float(gain - pays),
            ratio=float(gain / pays) if pays > PENNY else None,
            settlement=float(pays - bears),
        )
        for partner, gain, pays, bears in zip(matrix.partners, gains, put_in, now, strict=True)
    )
    return Split(rule, shares, core, tuple(matrix.partners[place].name for place in core.group))


def _worth_sharing(gains: Floats, cost: float) -> None:
    if float(gains.sum()) < cost:
        raise GainsLessThanCost(f"Gain: £{gains.sum():,.0f}; cost: £{cost:,.0f}.")


def _by_year(pounds: Sequence[float], years: Sequence[str], row: Mapping[str, int], *names: str) -> Floats:
    if strangers := [name for name in names if name not in row]:
        raise NoPartner(f"Not in the table: {', '.join(strangers)}.")
    if len(pounds) != len(years):
        raise NoPartner(f"Found {len(pounds)} amounts for {len(years)} years.")
    return np.asarray(pounds, dtype=np.float64)
