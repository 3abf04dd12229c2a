"""Who pays, who gains, and fair contributions: properties, and the slow referee by every order of joining."""

import time
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from commongoal.valuation.engine.coalitions import (
    NotAGame,
    TooManyPartners,
    core_check,
    is_convex,
    least_complaint,
    mask_of,
    members,
    shapley,
    sums,
    winnings,
)
from commongoal.valuation.engine.sharing import (
    NOBODY,
    Amount,
    GainsLessThanCost,
    Matrix,
    Member,
    MoreThanItCost,
    Moved,
    NoGainToShareBy,
    NoPartner,
    NotInPounds,
    Scheme,
    matrix_of,
    matrix_of_agencies,
    matrix_of_tables,
    matrix_of_valuation,
    proportional,
    shapley_contributions,
    sharing_of,
)
from tests.engine.referee_sharing import complaints, shapley_by_orders, winnings_by_packing
from tests.engine.sample_valuation import sample, without_pounds

Floats = NDArray[np.float64]
PENCE = st.integers(-(10**8), 10**8).map(lambda pence: pence / 100)
"""Money is whole pence: anything smaller is not an amount."""
MONEY = st.integers(0, 10**8).map(lambda pence: pence / 100)
GAINS = st.lists(st.floats(1, 1e6), min_size=1, max_size=6)


@st.composite
def games(draw: st.DrawFn) -> Floats:
    """Any game of up to six, nothing for nobody."""
    count = draw(st.integers(1, 6))
    won = draw(st.lists(PENCE, min_size=(1 << count) - 1, max_size=(1 << count) - 1))
    return np.array([0.0, *won])


@st.composite
def costs_that_pay(draw: st.DrawFn) -> tuple[list[float], float]:
    """Gains, and a cost that they cover."""
    gains = draw(GAINS)
    return gains, draw(st.floats(0, 1)) * sum(gains)


@given(games())
def test_shapley_is_that_of_every_order_of_joining(won: Floats) -> None:
    assert shapley(won) == pytest.approx(shapley_by_orders(won.tolist()), rel=1e-9, abs=1e-5)


@given(games())
def test_shapley_shares_out_exactly_what_everybody_wins(won: Floats) -> None:
    assert shapley(won).sum() == pytest.approx(won[-1], rel=1e-9, abs=1e-5)


@given(games(), games())
def test_shapley_of_two_games_is_the_sum_of_both(one: Floats, two: Floats) -> None:
    if len(one) == len(two):
        assert shapley(one + two) == pytest.approx(shapley(one) + shapley(two), rel=1e-9, abs=1e-4)


@given(GAINS, MONEY)
def test_partners_who_are_alike_get_alike(gains: list[float], cost: float) -> None:
    alike = [*gains[:5], gains[0]]
    found = shapley(winnings(alike, cost))
    assert found[0] == pytest.approx(found[-1], rel=1e-9, abs=1e-6)


@given(GAINS, MONEY)
def test_who_adds_nothing_gets_nothing(gains: list[float], cost: float) -> None:
    assert shapley(winnings([*gains[:5], 0.0], cost))[-1] == pytest.approx(0.0, abs=1e-6)


@given(costs_that_pay())
def test_without_schemes_the_game_is_convex_and_both_rules_are_in_the_core(given_: tuple[list[float], float]) -> None:
    gains, cost = given_
    won = winnings(gains, cost)
    assert is_convex(won)
    for put_in in (proportional(gains, cost), shapley_contributions(gains, cost, won)):
        assert put_in.sum() == pytest.approx(cost, rel=1e-9, abs=1e-6)
        assert core_check(won, np.array(gains) - put_in).in_core
    assert core_check(won, shapley(won)).some_split_holds


@given(costs_that_pay())
def test_in_proportion_everybody_gains_the_same_for_each_pound(given_: tuple[list[float], float]) -> None:
    gains, cost = given_
    if cost > 1:
        ratios = np.array(gains) / proportional(gains, cost)
        assert ratios == pytest.approx(np.full(len(gains), sum(gains) / cost), rel=1e-9)


@given(games(), st.data())
def test_the_loudest_group_is_found_by_looking_at_all(won: Floats, data: st.DataObject) -> None:
    count = len(won).bit_length() - 1
    part = st.floats(-1e6, 1e6)
    split = [data.draw(part) for _ in range(count - 1)]
    split.append(float(won[-1]) - sum(split))
    found, heard = core_check(won, split), complaints(won.tolist(), split)
    if count > 1:
        assert found.complaint == pytest.approx(max(heard.values()), abs=1e-2)
        assert heard[found.group] == pytest.approx(found.complaint, abs=1e-2)
        assert found.in_core == (max(heard.values()) <= 1e-9 * max(1.0, abs(won).max(), abs(np.array(split)).max()))
        assert found.least <= found.complaint + 1e-2


@given(games())
def test_the_least_complaint_is_that_of_the_whole_linear_programme(won: Floats) -> None:
    from scipy.optimize import linprog

    count = len(won).bit_length() - 1
    if count < 2:
        return
    scale = abs(won).max() or 1.0
    rows = np.array([[*(m >> p & 1 for p in range(count)), 1] for m in range(1, (1 << count) - 1)], dtype=float)
    found = linprog([0] * count + [1], A_ub=-rows, b_ub=-won[1:-1] / scale, A_eq=[[1] * count + [0]],
                    b_eq=[won[-1] / scale], bounds=[(None, None)] * (count + 1))  # fmt: skip
    assert least_complaint(won) / scale == pytest.approx(found.fun, abs=1e-6)


@given(st.lists(MONEY, min_size=2, max_size=5), MONEY, st.data())
def test_groups_may_do_what_their_subgroups_would_do_apart(
    gains: list[float], cost: float, data: st.DataObject
) -> None:
    everybody = frozenset(range(len(gains)))
    groups = st.frozensets(st.sampled_from(sorted(everybody)), min_size=1).filter(lambda group: group != everybody)
    schemes = data.draw(st.dictionaries(groups, MONEY, max_size=4))
    found = winnings(gains, cost, {mask_of(sorted(group)): pounds for group, pounds in schemes.items()})
    assert found == pytest.approx(winnings_by_packing(gains, cost, schemes), rel=1e-9, abs=1e-6)


def test_groups_are_numbers() -> None:
    assert mask_of([0, 2]) == 5
    assert members(5) == (0, 2)
    assert sums([1.0, 10.0]).tolist() == [0.0, 1.0, 10.0, 11.0]


def test_what_is_not_a_game_is_refused() -> None:
    for amounts in ([], [0.0, 1.0, 2.0], [1.0, 1.0], [0.0, float("nan")]):
        with pytest.raises(NotAGame):
            shapley(np.array(amounts))
    with pytest.raises(TooManyPartners):
        winnings([1.0] * 17, 1.0)


def test_sixteen_partners_take_seconds() -> None:
    gains = np.random.default_rng(3).uniform(10, 1000, 16)
    table = matrix_of_tables(
        ("year",), {f"p{n}": (300.0,) for n in range(16)}, {f"p{n}": (g,) for n, g in enumerate(gains)}
    )
    began = time.monotonic()
    found = sharing_of(table, [Scheme(("p0", "p1"), 900.0), Scheme(("p2", "p3", "p4"), 700.0)])
    assert time.monotonic() - began < 10
    assert sum(share.contribution for share in found.by("shapley").shares) == pytest.approx(4800)


PARTNERS = (Member("council", "The council"), Member("nhs", "The NHS"))


def handed(pounds: float = 30.0) -> Matrix:
    amounts = [
        Amount("spent", "council", (100.0, 0.0)),
        Amount("gained", "nhs", (50.0, 60.0)),
        Amount("gained", "council", (10.0, 20.0)),
    ]
    return matrix_of(PARTNERS, ("one", "two"), amounts, [Moved("nhs", "council", (pounds, 0.0))], [1.0, 0.5])


def test_money_handed_from_partner_to_partner_counts_once() -> None:
    table, without = handed(), handed(0.0)
    assert table.paid.tolist() == [[70.0, 0.0], [30.0, 0.0]]
    assert table.net.tolist() == [[-60.0, 20.0], [20.0, 60.0]]
    assert (table.paid.sum(axis=0) == without.paid.sum(axis=0)).all()
    assert (table.cost, table.gain) == (without.cost, without.gain) == (100.0, 100.0)


def test_a_gain_that_is_a_partners_loss_counts_once() -> None:
    amounts = [Amount("gained", "council", (5.0,), lost_by="nhs"), Amount("gained", "nhs", (7.0,), transfer=True)]
    table = matrix_of(PARTNERS, ("one",), amounts)
    assert table.gained.tolist() == [[5.0], [2.0]]
    assert table.outside.tolist() == [[0.0], [7.0]]
    assert table.gain == 7.0


def test_settlement_is_what_is_put_in_beyond_today_and_adds_up_to_nothing() -> None:
    found = sharing_of(handed())
    for split in found.splits:
        assert sum(share.settlement for share in split.shares) == pytest.approx(0.0)
        assert sum(share.contribution for share in split.shares) == pytest.approx(100.0)
    assert [share.settlement for share in found.by("as_paid").shares] == [0.0, 0.0]
    assert found.always_holds


def test_rules_that_do_not_apply_say_why() -> None:
    dear = sharing_of(matrix_of_tables(("y",), {"a": (10.0,)}, {"a": (3.0,), "b": (4.0,)}))
    assert "less than it costs" in dear.by("proportional").why
    assert "less than it costs" in dear.by("shapley").why
    assert not dear.by("as_paid").core.in_core
    loser = sharing_of(matrix_of_tables(("y",), {"a": (10.0,)}, {"a": (30.0,), "b": (-4.0,), "c": (0.0,)}))
    assert "every partner to gain" in loser.by("proportional").why
    assert not loser.by("shapley").why
    assert not loser.always_holds
    with pytest.raises(GainsLessThanCost):
        shapley_contributions([1.0], 2.0, winnings([1.0], 2.0))
    with pytest.raises(NoGainToShareBy):
        proportional([0.0, 5.0], 2.0)


def test_strangers_are_refused() -> None:
    with pytest.raises(NoPartner):
        matrix_of(PARTNERS, ("one",), [Amount("spent", "police", (1.0,))])
    with pytest.raises(NoPartner):
        matrix_of(PARTNERS, ("one", "two"), [Amount("spent", "nhs", (1.0,))])
    with pytest.raises(NoPartner):
        sharing_of(handed(), [Scheme(("police",), 1.0)])


def test_one_partner_alone_pays_all() -> None:
    found = sharing_of(matrix_of_tables(("y",), {"a": (10.0,)}, {"a": (30.0,)}))
    assert [split.shares[0].contribution for split in found.splits] == [10.0, 10.0, 10.0]
    assert all(split.core and split.core.in_core for split in found.splits)


@dataclass(frozen=True)
class Agency:
    id: str
    name: str
    costs: tuple[float, ...]
    gains: tuple[float, ...]


def test_rows_of_an_appraisal_become_the_table() -> None:
    table = matrix_of_agencies([Agency("a", "A", (5.0, 1.0), (9.0, 9.0))], ("one", "two"), [1.0, 0.5])
    assert (table.cost, table.gain, table.partners[0].name) == (5.5, 13.5, "A")


def test_a_valuation_becomes_the_table() -> None:
    valuation = sample()
    gains = {gain.agency for gain in valuation.gains}
    table = matrix_of_valuation(valuation, {"Council": valuation.total.cost - 1000.0})
    names = [partner.name for partner in table.partners]
    assert gains | {"Council", NOBODY} == set(names)
    assert table.cost == pytest.approx(valuation.total.cost)
    assert table.gain == pytest.approx(sum(gain.credit.point for gain in valuation.gains))
    assert table.spent[names.index(NOBODY), 0] == pytest.approx(1000.0)


def test_a_transfer_with_a_known_loser_leaves_the_whole() -> None:
    valuation = sample()
    moved = [replace(gain, transfer=True) for gain in valuation.gains]
    agency = moved[0].agency
    table = matrix_of_valuation(
        replace(valuation, gains=tuple(moved)), {"Council": valuation.total.cost}, {agency: "Residents"}
    )
    rest = sum(gain.credit.point for gain in moved if gain.agency != agency)
    assert table.gain == pytest.approx(rest)


def test_valuations_that_cannot_be_shared_are_refused() -> None:
    with pytest.raises(NotInPounds):
        matrix_of_valuation(without_pounds(), {})
    with pytest.raises(MoreThanItCost):
        matrix_of_valuation(sample(), {"Council": sample().total.cost + 1})
