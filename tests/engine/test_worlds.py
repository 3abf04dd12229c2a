"""The simulator against exact answers: occupation against the matrix exponential, rates against those put in."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import expm

from commongoal.demo.engine.simulation import DAYS_A_MONTH, SimulatedLedger, comparison, simulate, stage_on
from commongoal.demo.engine.tables import costs, tables
from commongoal.demo.engine.worlds import (
    NULL_PROVIDER,
    Floats,
    World,
    as_comparison,
    chance_alone,
    generator,
    kappa_world,
    programme_of,
    random_world,
)
from commongoal.valuation.engine.terms import terms_of

PEOPLE = 200_000
DAYS = [30, 183, 487, 974]


def long_watched(seed: int) -> World:
    """A random world without support's comings and goings, watched for six years from every referral."""
    world = random_world(np.random.default_rng(seed))
    return replace(
        world,
        come_back=np.zeros_like(world.come_back),
        handover=np.zeros_like(world.handover),
        join=np.zeros_like(world.join),
        stint_months=np.inf,
        snapshot_day=world.intake_days + 2192,
    )


def one_offer(world: World, *offers: int) -> World:
    """Only `offers[0]` at referral, with `offers[1]` beside it for ever where given."""
    kinds = np.eye(len(world.provider))
    beside = kinds[offers[1]] if len(offers) > 1 else world.second
    always = np.where(np.arange(world.last + 1) == 0, 1.0 if len(offers) > 1 else 0.0, 0.0)
    first = np.repeat(kinds[[offers[0]]], len(world.shares), axis=0)
    return replace(world, first=first, second=beside, join=always, join_months=np.inf)


def with_leaving(world: World, rates: Floats) -> Floats:
    """Q with leaving and ending as one absorbing state."""
    return generator(world, rates, leaving=True)


def held_to(world: World, ledger: SimulatedLedger, acting: Floats) -> None:
    """Occupation at the end of day d is that of half a day without help, then d days with: within 4 standard errors."""
    alone, helped = with_leaving(world, world.without), with_leaving(world, acting)
    for day in DAYS:
        stood = np.minimum(stage_on(ledger, day), world.last + 1)
        for g in range(len(world.shares)):
            exact = (expm(alone[g] * 0.5 / DAYS_A_MONTH) @ expm(helped[g] * day / DAYS_A_MONTH))[0]
            people = int((ledger.segment == g).sum())
            seen = np.bincount(stood[ledger.segment == g], minlength=world.last + 2) / people
            allowed = 4 * np.sqrt(exact * (1 - exact) / people) + 1e-5
            assert (np.abs(seen - exact) < allowed).all(), (day, g, seen, exact)


@pytest.mark.parametrize("seed", [1, 2])
def test_comparison_stands_where_the_matrix_exponential_says(seed: int) -> None:
    world = long_watched(seed)
    held_to(as_comparison(world), comparison(world, PEOPLE, np.random.default_rng(seed)), world.without)


def test_one_offer_moves_people_at_its_rates() -> None:
    world = one_offer(long_watched(3), 0)
    held_to(world, simulate(world, PEOPLE, np.random.default_rng(3)), world.with_offer(0))


def test_two_offers_at_once_act_with_their_mean() -> None:
    world = long_watched(4)
    last = len(world.provider) - 1
    world = one_offer(world, 0, last)
    mean = (world.with_offer(0) + world.with_offer(last)) / 2
    held_to(world, simulate(world, PEOPLE, np.random.default_rng(4)), mean)


@pytest.mark.parametrize("busy", [1.0, 4.0])
def test_rates_found_in_whole_days_are_right(busy: float) -> None:
    """Moves over days in care give λ to within 4 standard errors, even where stays last weeks rather than months."""
    world = long_watched(5)
    world = replace(world, without=world.without * busy * 2)
    ledger = comparison(world, PEOPLE, np.random.default_rng(5))
    days, moves = _counts(world, ledger)
    expected = days[:, :, None] / DAYS_A_MONTH * world.without
    step = (world.without > 0) & (np.arange(world.last + 1) < world.last)[:, None]
    assert (np.abs(moves - expected)[step] < 4 * np.sqrt(expected[step]) + 2).all()
    assert moves[step].sum() / expected[step].sum() == pytest.approx(1, abs=0.003)


def _counts(world: World, ledger: SimulatedLedger) -> tuple[Floats, Floats]:
    """Whole days in care and moves, by segment, stage and next stage."""
    person, on, to = ledger.entry_person, ledger.entry_on, ledger.entry_to
    follows = np.r_[person[1:] == person[:-1], False]
    until = np.where(follows, np.r_[on[1:], 0], world.snapshot_day)
    group, size = ledger.segment[person], world.last + 1
    days = np.zeros((len(world.shares), size))
    cared = to < size
    np.add.at(days, (group[cared], to[cared]), (until - on)[cared])
    moves = np.zeros((len(world.shares), size, size))
    moved = follows & cared & (np.r_[to[1:], 99] < size)
    np.add.at(moves, (group[moved], to[moved], np.r_[to[1:], 0][moved]), 1)
    return days, moves


def test_support_owns_the_move_that_ends_it_and_never_doubles() -> None:
    world = random_world(np.random.default_rng(6))
    ledger = simulate(world, 20_000, np.random.default_rng(6))
    closed = np.where(ledger.support_to < 0, 10**6, ledger.support_to)
    assert (closed > ledger.support_from).all()
    assert (ledger.entry_on <= world.snapshot_day).all()
    assert (ledger.support_to <= world.snapshot_day).all()
    same_pair = np.lexsort((ledger.support_from, ledger.support_offer, ledger.support_person))
    who, offer = ledger.support_person[same_pair], ledger.support_offer[same_pair]
    again = (who[1:] == who[:-1]) & (offer[1:] == offer[:-1])
    assert (ledger.support_from[same_pair][1:][again] >= closed[same_pair][:-1][again]).all()
    out = ledger.entry_to > world.last  # leaving and ending: nobody helps after the day after
    last_day = dict(zip(ledger.entry_person[out].tolist(), ledger.entry_on[out].tolist(), strict=True))
    final = np.r_[ledger.entry_person[1:] != ledger.entry_person[:-1], True] & out
    gone = np.isin(ledger.support_person, ledger.entry_person[final])
    ends = np.array([last_day[p] + 1 for p in ledger.support_person[gone].tolist()])
    assert (closed[gone] <= np.where(ends > world.snapshot_day, 10**6, ends)).all()


def test_stages_follow_one_another() -> None:
    world = random_world(np.random.default_rng(7))
    ledger = simulate(world, 20_000, np.random.default_rng(7))
    person, origin, to = ledger.entry_person, ledger.entry_from, ledger.entry_to
    follows = person[1:] == person[:-1]
    assert (origin[np.r_[True, ~follows]] == -1).all()
    assert (origin[1:][follows] == to[:-1][follows]).all()
    assert (np.diff(ledger.entry_on)[follows] >= 0).all()
    back = np.flatnonzero(origin == world.last + 1)
    assert back.size
    assert (to[back] == to[back - 2]).all()  # a return is to the stage left


def test_every_provider_of_a_proof_world_has_enough_people() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        world = random_world(rng)
        ledger = simulate(world, 600, rng)
        helped = world.provider[ledger.support_offer]
        counts = [np.unique(ledger.support_person[helped == j]).size for j in range(NULL_PROVIDER + 1)]
        assert min(counts) >= 75, (seed, counts)
        assert (world.lift[world.provider == NULL_PROVIDER] == 1).all()
        assert ((chance_alone(world) > 0.02) & (chance_alone(world) < 0.9)).all()


def test_kappa_world_slows_forward_steps_only() -> None:
    world = kappa_world(np.random.default_rng(8), 0.5)
    helped = world.with_offer(0)
    assert np.allclose(np.triu(world.without, 1), 0.5 * np.triu(helped, 1))
    assert np.allclose(np.tril(world.without, -1), np.tril(helped, -1))
    assert np.allclose(helped, world.with_offer(len(world.provider) - 1))
    assert not world.leave.any()


def test_hidden_differences_spread_people_out() -> None:
    """With frailty the same mean rate at the start, but people still waiting are the slower ones."""
    world = long_watched(9)
    plain = comparison(world, PEOPLE, np.random.default_rng(9))
    mixed = comparison(replace(world, frailty=1.0), PEOPLE, np.random.default_rng(9))
    assert (stage_on(mixed, 700) == 0).mean() > 1.2 * (stage_on(plain, 700) == 0).mean()
    assert mixed.frailty.mean() == pytest.approx(1, abs=0.02)
    assert mixed.frailty.var() == pytest.approx(1, abs=0.05)


def test_equal_seeds_give_equal_tables_in_order() -> None:
    world = random_world(np.random.default_rng(10))
    programme = programme_of(world)
    assert terms_of(programme).job is not None
    first, second = (tables(simulate(world, 500, np.random.default_rng(1)), world, programme) for _ in range(2))
    assert all(first[name].equals(second[name]) for name in first)
    assert first["people"]["person"].to_pylist()[:2] == ["p0000001", "p0000002"]
    rows = first["entries"].select(["person", "on", "seq"]).to_pylist()
    keys = [tuple(row.values()) for row in rows]
    assert keys == sorted(set(keys))
    assert first["entries"]["stage_from"].null_count == 500


def test_costs_are_the_price_of_the_months_helped() -> None:
    world = random_world(np.random.default_rng(11))
    ledger = simulate(world, 500, np.random.default_rng(11))
    closed = np.where(ledger.support_to < 0, world.snapshot_day + 1, ledger.support_to)
    pounds = ((closed - ledger.support_from) * world.price[ledger.support_offer]).sum() / DAYS_A_MONTH
    paid = costs(ledger, world, programme_of(world))["amount_pence"].to_pylist()
    assert sum(paid) / 100 == pytest.approx(pounds, abs=1)
