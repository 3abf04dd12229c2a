"""The referee of chances against closed forms, and Dynkin: who changes nothing earns nothing."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.linalg import expm

from tests.engine import ledgers, referee_chances, referee_credit
from tests.engine.referee import Case, Entry, Ledger, Owner, Potential, Support
from tests.engine.referee_chances import Generator

P0, P1 = ("p0", "i0"), ("p1", "i0")


def on(day: int) -> date:
    return ledgers.EPOCH + timedelta(days=day)


def generator(forward: float, leaving: float = 0.0, ending: float = 0.0) -> Generator:
    """Four stages, up one at a time or two at once from s0, and back from s2."""
    moves = np.zeros((4, 4))
    moves[0, 1], moves[1, 2], moves[2, 3], moves[0, 2], moves[2, 1] = forward, 2 * forward, forward, forward / 4, 0.05
    return Generator(moves, leaving * np.array([1, 2, 1, 0.0]), ending * np.array([1, 1, 1, 0.0]))


def test_chances_of_a_single_move() -> None:
    """From 0 straight to S at rate a, out at rate b: p[0, t] = a / (a + b) (1 - exp(-(a + b) (H - t)))."""
    single = Generator(np.array([[0, 0.2], [0, 0]]), np.array([0.05, 0]), np.array([0.01, 0]))
    left = 12 - np.arange(13)
    assert referee_chances.chances(single, 12)[0] == pytest.approx(0.2 / 0.26 * (1 - np.exp(-0.26 * left)), abs=1e-12)
    assert referee_chances.chances(single, 12)[1] == pytest.approx(1)
    assert referee_chances.chances(single.staying(), 12)[0] == pytest.approx(
        0.2 / 0.21 * (1 - np.exp(-0.21 * left)), abs=1e-12
    )


def test_leavers_keep_their_own_chance_as_in_a_block_generator() -> None:
    """States: s0..s3 in care, then s0..s3 on one's own, then ended."""
    programme, without = generator(0.2, 0.1, 0.02), generator(0.08, 0.0, 0.02)
    full = np.zeros((9, 9))
    for at, source in ((0, programme), (4, without)):
        full[at : at + 3, at : at + 4] = source.moves[:3]
        full[at : at + 3, 8] = source.ending[:3]
    full[range(3), range(4, 7)] = programme.leaving[:3]
    np.fill_diagonal(full, -full.sum(1))
    for month in (0, 7, 12):
        reached = expm(full * (12 - month))
        found = referee_chances.chances_keeping_leavers(programme, without, 12)[:, month]
        assert found == pytest.approx(reached[:4, 3] + reached[:4, 7], abs=1e-11)


def test_kappa() -> None:
    """One move at rate a: 1 - exp(-k a H) = target. Over two segments the weighted mean is the target."""
    single = Generator(np.array([[0, 0.2], [0, 0]]), np.zeros(2), np.zeros(2))
    assert referee_chances.kappa([single], 12, 0.3) == pytest.approx(-np.log(0.7) / 2.4, rel=1e-12)
    two = [generator(0.2, 0.1, 0.01), generator(0.1, 0.0, 0.01)]
    factor = referee_chances.kappa(two, 12, 0.25, (3, 1))
    starts = [referee_chances.chances(g.slowed(factor), 12)[0, 0] for g in two]
    assert 3 * starts[0] + starts[1] == pytest.approx(1.0, abs=1e-12)
    assert two[0].slowed(factor).moves[2, 1] == 0.05
    with pytest.raises(ValueError, match="no factor"):
        referee_chances.kappa([Generator(np.zeros((2, 2)), np.zeros(2), np.zeros(2))], 12, 0.3)


# --- Dynkin: who changes nothing earns nothing ---------------------------------------------------------------------

EACH, DAYS, OPENING = 1500, 487, 150
"""So many people with p0 alone throughout, as many with nobody until p1's opening; a world of 16 months, 487 days."""


def day_of(source: Generator) -> np.ndarray:
    """Chances of where one stands a day later: s0..s3, left, ended."""
    full = np.zeros((6, 6))
    full[:3, :4], full[:3, 4], full[:3, 5] = source.moves[:3], source.leaving[:3], source.ending[:3]
    np.fill_diagonal(full, -full.sum(1))
    return np.asarray(expm(full * 16 / 487))


def simulated(alone: np.ndarray, with_p1: np.ndarray, seed: int) -> Case:
    """Odd people are p1's from its opening and move by its chances from then on; everybody else by the others."""
    random, people = np.random.default_rng(seed), [f"n{k}" for k in range(2 * EACH)]
    stands, odd, up_to = np.zeros(2 * EACH, int), np.arange(2 * EACH) % 2, np.stack([alone, with_p1]).cumsum(2)
    names = ["s0", "s1", "s2", "s3", "left", "ended"]
    entries = [Entry(person, on(0), 0, None, "s0") for person in people]
    for day in range(1, DAYS + 1):
        reached = up_to[odd * (day > OPENING), stands]
        after = np.minimum((random.random(2 * EACH)[:, None] > reached).sum(1), 5)
        moved = np.flatnonzero(after != stands)
        entries += [Entry(people[k], on(day), day, names[stands[k]], names[after[k]]) for k in moved]
        stands = after
    support = [Support(person, "p0", "i0", on(-1)) for person in people[::2]]
    support += [Support(person, "p1", "i0", on(OPENING)) for person in people[1::2]]
    of = ledgers.programme(stages=4, horizon=16, providers=2)
    return Case(Ledger({person: {} for person in people}, entries, support), of, on(1000), [12])


def earned_with_error(of: Case, potential: Potential, owner: Owner) -> tuple[float, float]:
    """Credit a person, and its standard error from the 50 groups of people."""
    groups = referee_credit.credit(of, "net", potential).groups
    sums = np.array([float(groups.get((k, owner), 0)) for k in range(50)])
    return sums.sum() / EACH, float(np.sqrt(50 / 49 * ((sums - sums.mean()) ** 2).sum())) / EACH


@pytest.mark.slow
def test_a_null_provider_that_acts_alone_earns_nothing() -> None:
    """V = p° for the true rates (W = 1), with people leaving, stepping back and ending: p0 and p1 change nothing."""
    world = generator(0.12, 0.04, 0.01)
    potential = [referee_chances.chances(world.staying(), 16).tolist()]
    of = simulated(day_of(world), day_of(world), seed=20_231)
    for owner in (P0, P1, None):
        mean, error = earned_with_error(of, potential, owner)
        assert 0.001 < error < 0.02
        assert abs(mean) < 4 * error


@pytest.mark.slow
def test_a_provider_that_helps_earns_its_truth_and_nobody_before_it_nothing() -> None:
    """p1 doubles the forward rates. Its truth: over its days, where people stand times the drift of V under its
    chances; leavers keep V, the ended have 0.
    """
    world = generator(0.12, 0.04, 0.01)
    helped = Generator(world.slowed(2).moves, world.leaving, world.ending)
    null, helping = day_of(world), day_of(helped)
    potential = [referee_chances.chances(world.staying(), 16).tolist()]
    places, truth = np.eye(6)[0] @ np.linalg.matrix_power(null, OPENING), 0.0
    for day in range(OPENING, DAYS):
        here, then = ([referee_credit.potential_at(potential, 0, s, 16 * d) for s in range(4)] for d in (day, day + 1))
        for s in range(3):
            truth += places[s] * (helping[s, :4] @ then + helping[s, 4] * then[s] - here[s])
        places = places @ helping
    of = simulated(null, helping, seed=20_232)
    mean, error = earned_with_error(of, potential, P1)
    assert truth > 6 * error
    assert abs(mean - truth) < 4 * error
    for owner in (P0, None):
        mean, error = earned_with_error(of, potential, owner)
        assert abs(mean) < 4 * error
