"""The referee against cases worked by hand, and against identities that hold whatever happens.

H is 6 months unless said: 6 x 487/16 = 182.625 days, so day 182 is the last whole day and day 183 the close.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from tests.engine import ledgers, referee
from tests.engine.referee import Case, Entry, Generator, Ledger, Owner, Potential, Rule, Support

P0, P1 = ("p0", "i0"), ("p1", "i0")
RULES: tuple[Rule, ...] = ("net", "equal", "outcome_only", "relative")
Rows = Sequence[tuple[int, str | None, str]]
Help = Sequence[tuple[str, int, int | None]]


def on(day: int) -> date:
    return ledgers.EPOCH + timedelta(days=day)


def case(rows: Rows, support: Help = (), snapshot: int = 1000, **other: object) -> Case:
    """Ann, her entries (day, from, to) and her support (provider, from day, to day), referred on day 0."""
    horizon, weights = int(str(other.get("horizon", 6))), other.get("weights", {})
    entries = [Entry("ann", on(day), seq, origin, to) for seq, (day, origin, to) in enumerate(rows)]
    helped = [Support("ann", p, "i0", on(since), None if to is None else on(to)) for p, since, to in support]
    of = ledgers.programme(stages=4, horizon=horizon, providers=7)
    assert isinstance(weights, dict)
    return Case(Ledger({"ann": {}}, entries, helped), of, on(snapshot), [1], weights)


def sloping(horizon: int = 6) -> Potential:
    """V(s, t) = 100 (s + 1) (H - t) below S, and 5,000 at S: exact at every point in time."""
    below = [[Fraction(100 * (s + 1) * (horizon - t)) for t in range(horizon + 1)] for s in range(3)]
    return [[*below, [Fraction(5000)] * (horizon + 1)]]


def slope(s: int, day: int) -> Fraction:
    """The same at a day."""
    return Fraction(100 * (s + 1)) * (6 - Fraction(16 * day, 487))


def owned(of: Case, rule: Rule = "net", potential: Potential | None = None) -> dict[Owner, referee.Value]:
    return {o: v for o, v in referee.credit(of, rule, potential or sloping()).owners.items() if v}


# --- Owners --------------------------------------------------------------------------------------------------------


def test_a_move_on_the_day_new_support_starts_belongs_to_the_old_support() -> None:
    """p0 helps on days 0 to 40, p1 from day 40; on day 40 Ann moves up, which p1 writes down.

    Day 40: nothing closes, Ann moves, p1 opens; day 41: p0 closes. Were the owner read from the entry that ends the
    interval, p1 would have the 40 days and the step.
    """
    found = owned(case([(0, None, "s0"), (40, "s0", "s1")], [("p0", 0, 41), ("p1", 40, None)]))
    shared = (slope(1, 41) - slope(1, 40)) / 2
    assert found[P0] == slope(1, 40) - slope(0, 0) + shared
    assert found[P1] == shared + (0 - slope(1, 41))


def test_support_that_ends_on_the_day_of_a_move_has_closed_before_it() -> None:
    """p0's first day without Ann is day 40, the day of the move, and p1 opens after the move: the step is nobody's."""
    found = owned(case([(0, None, "s0"), (40, "s0", "s1")], [("p0", 0, 40), ("p1", 40, None)]))
    assert found == {P0: slope(0, 40) - slope(0, 0), None: slope(1, 40) - slope(0, 40), P1: -slope(1, 40)}


def test_on_one_day_close_then_moves_in_their_order_then_open() -> None:
    """Three moves on day 40 while p2 alone runs through: s0, s2, s1, s2. p2 has the whole of it, p1 opens after."""
    rows: Rows = [(0, None, "s0"), (40, "s0", "s2"), (40, "s2", "s1"), (40, "s1", "s2")]
    found = referee.intervals(case(rows, [("p0", 5, 40), ("p2", 5, None), ("p1", 40, None)]))
    day = [(cut.stage, cut.after, cut.owners) for cut in found if cut.until == 16 * 40]
    p2: Owner = ("p2", "i0")
    assert day == [(0, 0, {P0: 30, p2: 30}), (0, 2, {p2: 60}), (2, 1, {p2: 60}), (1, 2, {p2: 60})]
    assert found[-1].owners == {P1: 30, p2: 30}


def test_support_from_before_the_referral_owns_what_happens_on_its_day_and_new_support_does_not() -> None:
    found = owned(case([(0, None, "s0"), (0, "s0", "s1")], [("p0", -10, 1), ("p1", 0, 1)]))
    assert found[P0] - found[P1] == slope(1, 0) - slope(0, 0)


@pytest.mark.parametrize(
    ("helpers", "weights", "shares"),
    [
        (3, {}, [20, 20, 20]),
        (7, {}, [8, 9, 8, 9, 8, 9, 9]),
        (3, {"p0/i0": 2}, [30, 15, 15]),
        (3, {"p2/i0": 5}, [8, 9, 43]),
    ],
)
def test_overlapping_support_is_split_in_sixtieths(helpers: int, weights: dict[str, int], shares: list[int]) -> None:
    """Seven alike: floor(60 k / 7) is 0, 8, 17, 25, 34, 42, 51, 60, and the shares are the differences."""
    support = [(f"p{k}", -1, None) for k in reversed(range(helpers))]
    (cut,) = referee.intervals(case([(0, None, "s0")], support, weights=weights))
    assert list(cut.owners.values()) == shares
    assert list(cut.owners) == [(f"p{k}", "i0") for k in range(helpers)]


def test_the_same_help_under_two_contracts_counts_once() -> None:
    twice = case([(0, None, "s0")], [("p0", -1, None), ("p0", -2, None), ("p1", -1, None)])
    assert referee.intervals(twice)[0].owners == {P0: 30, P1: 30}


# --- Leaving, coming back, ending ----------------------------------------------------------------------------------

THERE_AND_BACK = case(
    [(0, None, "s0"), (10, "s0", "s1"), (20, "s1", "left"), (50, "left", "s2"), (60, "s2", "s3")],
    [("p0", -1, 40), ("p1", 30, 70)],
)


def test_leaving_and_return_under_net() -> None:
    """p0 has the step up and keeps what stood at leaving; the gap, in which p0 and p1 were about, is nobody's."""
    assert owned(THERE_AND_BACK) == {P0: slope(1, 20) - slope(0, 0), P1: 5000 - slope(2, 50)}


def test_leaving_and_return_under_equal_shares() -> None:
    """W = 300: p0 +100 for the step, -100 at leaving; +200 at return to nobody; p1 +100. In all W - V(0) = 300."""
    even = [[[Fraction(100 * s)] * 7 for s in range(4)]]
    assert owned(THERE_AND_BACK, "equal", even) == {None: 200, P1: 100}


def test_leaving_and_return_under_outcome_only() -> None:
    only = [[[Fraction(300 * (s == 3))] * 7 for s in range(4)]]
    assert owned(THERE_AND_BACK, "outcome_only", only) == {P1: 300}


def test_leaving_and_return_under_relative() -> None:
    found = owned(THERE_AND_BACK, "relative")
    assert found == {P0: -slope(0, 0), None: slope(2, 50), P1: 5000 - slope(2, 50)}


def test_what_changes_nothing() -> None:
    """Entries before the referral, to where Ann stands, a second `left`, and a referral in care."""
    plain: Rows = [(0, None, "s0"), (10, "s0", "s1"), (20, "s1", "left")]
    noisy: Rows = [
        (-9, "s0", "s2"), (0, None, "s0"), (5, "s0", "s0"), (7, None, "s2"), (10, "s0", "s1"),
        (20, "s1", "left"), (25, "left", "left"), (26, "s1", "left"),
    ]  # fmt: skip
    assert referee.spells(case(noisy))["ann"][0].changes == referee.spells(case(plain))["ann"][0].changes


def test_a_new_referral_of_somebody_who_left_is_a_return_at_its_stage() -> None:
    (spell,) = referee.spells(case([(0, None, "s1"), (20, "s1", "left"), (90, None, "s0")]))["ann"]
    assert (spell.final, spell.stands, spell.start) == ("frozen", 0, on(0))


def test_ending_is_for_good_and_its_end_is_worth_nothing() -> None:
    """Ended on day 30 by rule or none: p0 loses what stood. The later referral is within H and moves nobody."""
    ended = case([(0, None, "s0"), (30, "s0", "ended"), (60, None, "s1"), (70, "s1", "s3")], [("p0", -1, None)])
    for rule in RULES:
        assert owned(ended, rule) == {P0: -slope(0, 0)}
    assert referee.rates(ended).ended == {(0, 0): 1}
    assert referee.spells(ended)["ann"][0].final == "ended"


def test_ending_after_leaving_is_nobodys() -> None:
    gone = case([(0, None, "s1"), (20, "s1", "left"), (40, "left", "ended")], [("p0", -1, None)])
    assert owned(gone) == {P0: slope(1, 20) - slope(1, 0)}
    assert not referee.rates(gone).ended
    assert referee.credit(gone, "net", sloping()).standing == {"ended": 0}


# --- Time ----------------------------------------------------------------------------------------------------------


def test_freeze_at_the_exact_horizon() -> None:
    """Never arrived: the interval is cut at (s, H) = 2922 sixteenths of a day, worth 0, and later moves earn 0."""
    frozen = case([(0, None, "s0"), (150, "s0", "s2"), (183, "s2", "s3")], [("p0", -1, 100), ("p1", 100, None)])
    (spell,) = referee.spells(frozen)["ann"]
    assert (spell.final, spell.end) == ("frozen", 6 * 487)
    assert owned(frozen) == {P0: slope(0, 100) - slope(0, 0), P1: -slope(0, 100) + slope(2, 150) - slope(2, 150)}
    assert referee.counts(frozen).net[P1, 0, 2, 6] == 487 * 60
    assert referee.rates(frozen).days == {(0, 0): 150, (0, 2): 32}


@pytest.mark.parametrize(("day", "final", "earned"), [(182, "arrived", 5000), (183, "frozen", 0)])
def test_arrival_on_the_last_whole_day_counts_and_on_the_next_does_not(day: int, final: str, earned: int) -> None:
    late = case([(0, None, "s0"), (day, "s0", "s3")], [("p0", -1, None)])
    assert referee.spells(late)["ann"][0].final == final
    assert owned(late) == {P0: earned - slope(0, 0)}


def test_arrivals_by_the_horizon_count_alike_whenever_they_fall() -> None:
    early, late = (referee.credit(case([(0, None, "s0"), (d, "s0", "s3")]), "net", sloping()) for d in (3, 180))
    assert early.owners == late.owners


def test_an_interval_that_ends_inside_a_month() -> None:
    """Day 45 is 720 sixteenths: 1 month and 233/487. Shares of a point: 254 on month 1, 233 on month 2."""
    found = referee.counts(case([(0, None, "s0"), (45, "s0", "s3")], [("p0", -1, None)])).net
    assert found == {(P0, 0, 0, 0): -60 * 487, (P0, 0, 3, 1): 60 * 254, (P0, 0, 3, 2): 60 * 233}


def test_a_horizon_of_sixteen_months_is_a_whole_number_of_days() -> None:
    """Day 487 is at t = H itself: a move made then counts, the close is the same day, and a referral opens the next."""
    rows: Rows = [(0, None, "s0"), (487, "s0", "s3")]
    assert referee.spells(case(rows, horizon=16))["ann"][0].final == "arrived"
    first, second = referee.spells(case([(0, None, "s0"), (487, None, "s1")], horizon=16))["ann"]
    assert (first.final, first.end, second.start) == ("frozen", 487 * 16, on(487))


def test_months_of_exposure() -> None:
    """Day 30 is at 480/487 of month 0 and day 31 in month 1: 31 days in month 0. The move on day 45 is in month 1."""
    found = referee.rates(case([(0, None, "s0"), (45, "s0", "s1"), (50, "s1", "left")]))
    assert found.days_by_month == {(0, 0, 0): 31, (0, 0, 1): 14, (0, 1, 1): 5}
    assert found.moves_by_month == {(0, 0, 1, 1): 1}
    assert found.left == {(0, 1): 1}


# --- The snapshot --------------------------------------------------------------------------------------------------


def test_rows_after_the_snapshot_are_not_read_and_open_spells_run_to_the_end_of_its_day() -> None:
    cut = case([(0, None, "s0"), (40, "s0", "s1"), (41, "s1", "s3")], [("p0", -1, None), ("p1", 41, None)], snapshot=40)
    assert owned(cut) == {P0: slope(1, 41) - slope(0, 0)}
    assert [step.ending for step in referee.steps(cut)] == [1, "snapshot"]
    assert referee.rates(cut).days == {(0, 0): 40, (0, 1): 1}
    assert referee.credit(cut, "net", sloping()).standing == {"open": slope(1, 41)}


def test_windows_are_closed_when_the_horizon_has_passed_by_the_snapshot() -> None:
    rows: Rows = [(0, None, "s0"), (40, "s0", "s1")]
    assert not referee.credit(case(rows, snapshot=182), "net", sloping()).closed
    after = referee.credit(case(rows, snapshot=183), "net", sloping())
    assert after.closed == after.owners == {None: -slope(0, 0)}


# --- Several spells ------------------------------------------------------------------------------------------------


def test_a_referral_before_the_horizon_opens_nothing_and_at_the_close_a_new_spell() -> None:
    assert len(referee.spells(case([(0, None, "s0"), (182, None, "s1")]))["ann"]) == 1
    first, second = referee.spells(case([(0, None, "s0"), (183, None, "s1"), (190, "s1", "s2")]))["ann"]
    assert (first.stands, first.close, second.start, second.stands) == (0, on(183), on(183), 2)


def test_after_arrival_a_new_spell_opens_once_the_work_has_lasted() -> None:
    """S on day 50, W of one month: 30.4375 days, so the close is day 81, long before H."""
    arrived: Rows = [(0, None, "s0"), (50, "s0", "s3"), (60, "s3", "s1"), (61, "s1", "left")]
    (only,) = referee.spells(case([*arrived, (80, None, "s0")]))["ann"]
    assert (only.final, only.end, only.close) == ("arrived", 800, on(81))
    assert [s.start for s in referee.spells(case([*arrived, (81, None, "s0")]))["ann"]] == [on(0), on(81)]


def test_after_an_end_only_the_horizon_opens_the_next() -> None:
    rows: Rows = [(0, None, "s0"), (10, "s0", "ended"), (100, None, "s0"), (200, None, "s1")]
    assert [s.start for s in referee.spells(case(rows))["ann"]] == [on(0), on(200)]


def test_a_referral_straight_to_the_last_stage_has_arrived_and_nobody_earns_it() -> None:
    direct = case([(0, None, "s3")], [("p0", -1, None)])
    assert referee.spells(direct)["ann"][0].final == "arrived"
    assert owned(direct) == {}
    assert referee.steps(direct) == []


# --- Identities ----------------------------------------------------------------------------------------------------


def exact(potential: Potential) -> Potential:
    return [[[Fraction(v) for v in stage] for stage in segment] for segment in potential]


def gap_increments(of: Case, potential: Potential) -> referee.Value:
    """What V did while people were away, from leaving to return or to an end."""
    total: referee.Value = Fraction(0)
    for spell in (spell for found in referee.spells(of).values() for spell in found):
        for left, back in zip(spell.changes, spell.changes[1:], strict=False):
            if left.after == "left":
                assert isinstance(left.before, int)
                total -= referee.potential_at(potential, spell.segment, left.before, 16 * left.day)
                if isinstance(back.after, int):
                    total += referee.potential_at(potential, spell.segment, back.after, 16 * back.day)
    return total


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_credit_adds_up_to_last_minus_first(data: st.DataObject) -> None:
    """Under `net` less the gaps; under the other rules leaving and return cover the gaps."""
    of = data.draw(ledgers.cases())
    potential = exact(data.draw(ledgers.potentials(of.programme)))
    found = [spell for spells in referee.spells(of).values() for spell in spells]
    first = sum(referee.potential_at(potential, spell.segment, spell.stage, 0) for spell in found)
    for rule in RULES:
        credit = referee.credit(of, rule, potential)
        gaps = gap_increments(of, potential) if rule == "net" else 0
        assert sum(credit.owners.values()) == sum(credit.standing.values()) - first - gaps
        by_group: dict[Owner, referee.Value] = {}
        for (_, owner), value in credit.groups.items():
            by_group[owner] = by_group.get(owner, 0) + value
        assert by_group == credit.owners


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_counts_times_potential_are_the_credit(data: st.DataObject) -> None:
    of = data.draw(ledgers.cases())
    potential = exact(data.draw(ledgers.potentials(of.programme)))
    counts = referee.counts(of)
    for rule in RULES:
        expected = referee.credit(of, rule, potential).owners
        found: dict[Owner, referee.Value] = dict.fromkeys(expected, Fraction(0))
        for (owner, g, s, m), count in counts.net.items():
            found[owner] += potential[g][s][m] * count / (487 * 60)
        if rule != "net":
            for (owner, g, s, m), count in counts.leavings.items():
                found[owner] -= potential[g][s][m] * count / (487 * 60)
            for (g, s, m), count in counts.returns.items():
                found[None] += potential[g][s][m] * count / (487 * 60)
        assert found == expected


@settings(max_examples=100, deadline=None)
@given(ledgers.cases())
def test_days_of_support_are_the_days_in_care(of: Case) -> None:
    owned_days: dict[tuple[int, int], int] = {}
    for (_, g, s), days in referee.support_days(of).items():
        owned_days[g, s] = owned_days.get((g, s), 0) + days
    rates = referee.rates(of)
    assert owned_days == {cell: 60 * days for cell, days in rates.days.items()}
    assert sum(rates.days.values()) == sum(rates.days_by_month.values())
    assert sum(rates.moves.values()) == sum(rates.moves_by_month.values())


@settings(max_examples=50, deadline=None)
@given(ledgers.cases())
def test_tables_are_canonical(of: Case) -> None:
    found = ledgers.tables(of)
    assert set(found) == {"people", "entries", "support"}
    rows = found["entries"].to_pylist()
    assert rows == sorted(rows, key=lambda row: (row["person"], row["on"], row["seq"]))
    assert len({(r["person"], r["on"], r["stage_from"], r["stage_to"]) for r in rows}) == len(rows)


# --- Chances -------------------------------------------------------------------------------------------------------


def generator(forward: float, leaving: float = 0.0, ending: float = 0.0) -> Generator:
    """Four stages, up one at a time or two at once from s0, and back from s2."""
    moves = np.zeros((4, 4))
    moves[0, 1], moves[1, 2], moves[2, 3], moves[0, 2], moves[2, 1] = forward, 2 * forward, forward, forward / 4, 0.05
    return Generator(moves, leaving * np.array([1, 2, 1, 0.0]), ending * np.array([1, 1, 1, 0.0]))


def test_chances_of_a_single_move() -> None:
    """From 0 straight to S at rate a, out at rate b: p[0, t] = a / (a + b) (1 - exp(-(a + b) (H - t)))."""
    single = Generator(np.array([[0, 0.2], [0, 0]]), np.array([0.05, 0]), np.array([0.01, 0]))
    left = 12 - np.arange(13)
    assert referee.chances(single, 12)[0] == pytest.approx(0.2 / 0.26 * (1 - np.exp(-0.26 * left)), abs=1e-12)
    assert referee.chances(single, 12)[1] == pytest.approx(1)
    assert referee.chances(single.staying(), 12)[0] == pytest.approx(0.2 / 0.21 * (1 - np.exp(-0.21 * left)), abs=1e-12)


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
        found = referee.chances_keeping_leavers(programme, without, 12)[:, month]
        assert found == pytest.approx(reached[:4, 3] + reached[:4, 7], abs=1e-11)


def test_kappa() -> None:
    """One move at rate a: 1 - exp(-k a H) = target. Over two segments the weighted mean is the target."""
    single = Generator(np.array([[0, 0.2], [0, 0]]), np.zeros(2), np.zeros(2))
    assert referee.kappa([single], 12, 0.3) == pytest.approx(-np.log(0.7) / 2.4, rel=1e-12)
    two = [generator(0.2, 0.1, 0.01), generator(0.1, 0.0, 0.01)]
    factor = referee.kappa(two, 12, 0.25, (3, 1))
    starts = [referee.chances(g.slowed(factor), 12)[0, 0] for g in two]
    assert 3 * starts[0] + starts[1] == pytest.approx(1.0, abs=1e-12)
    assert two[0].slowed(factor).moves[2, 1] == 0.05
    with pytest.raises(ValueError, match="no factor"):
        referee.kappa([Generator(np.zeros((2, 2)), np.zeros(2), np.zeros(2))], 12, 0.3)


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
    groups = referee.credit(of, "net", potential).groups
    sums = np.array([float(groups.get((k, owner), 0)) for k in range(50)])
    return sums.sum() / EACH, float(np.sqrt(50 / 49 * ((sums - sums.mean()) ** 2).sum())) / EACH


@pytest.mark.slow
def test_a_null_provider_that_acts_alone_earns_nothing() -> None:
    """V = p° for the true rates (W = 1), with people leaving, stepping back and ending: p0 and p1 change nothing."""
    world = generator(0.12, 0.04, 0.01)
    potential = [referee.chances(world.staying(), 16).tolist()]
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
    potential = [referee.chances(world.staying(), 16).tolist()]
    places, truth = np.eye(6)[0] @ np.linalg.matrix_power(null, OPENING), 0.0
    for day in range(OPENING, DAYS):
        here, then = ([referee.potential_at(potential, 0, s, 16 * d) for s in range(4)] for d in (day, day + 1))
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
