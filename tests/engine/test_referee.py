"""The referee against cases worked by hand, and against identities that hold whatever happens.

H is 6 months unless said: 6 x 487/16 = 182.625 days, so day 182 is the last whole day and day 183 the close.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine import ledgers, referee, referee_credit
from tests.engine.referee import Case, Entry, Ledger, Owner, Potential, Rule, Support

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
    return {o: v for o, v in referee_credit.credit(of, rule, potential or sloping()).owners.items() if v}


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
    assert referee_credit.credit(gone, "net", sloping()).standing == {"ended": 0}


# --- Time ----------------------------------------------------------------------------------------------------------


def test_freeze_at_the_exact_horizon() -> None:
    """Never arrived: the interval is cut at (s, H) = 2922 sixteenths of a day, worth 0, and later moves earn 0."""
    frozen = case([(0, None, "s0"), (150, "s0", "s2"), (183, "s2", "s3")], [("p0", -1, 100), ("p1", 100, None)])
    (spell,) = referee.spells(frozen)["ann"]
    assert (spell.final, spell.end) == ("frozen", 6 * 487)
    assert owned(frozen) == {P0: slope(0, 100) - slope(0, 0), P1: -slope(0, 100) + slope(2, 150) - slope(2, 150)}
    assert referee_credit.counts(frozen).net[P1, 0, 2, 6] == 487 * 60
    assert referee.rates(frozen).days == {(0, 0): 150, (0, 2): 32}


@pytest.mark.parametrize(("day", "final", "earned"), [(182, "arrived", 5000), (183, "frozen", 0)])
def test_arrival_on_the_last_whole_day_counts_and_on_the_next_does_not(day: int, final: str, earned: int) -> None:
    late = case([(0, None, "s0"), (day, "s0", "s3")], [("p0", -1, None)])
    assert referee.spells(late)["ann"][0].final == final
    assert owned(late) == {P0: earned - slope(0, 0)}


def test_arrivals_by_the_horizon_count_alike_whenever_they_fall() -> None:
    early, late = (referee_credit.credit(case([(0, None, "s0"), (d, "s0", "s3")]), "net", sloping()) for d in (3, 180))
    assert early.owners == late.owners


def test_an_interval_that_ends_inside_a_month() -> None:
    """Day 45 is 720 sixteenths: 1 month and 233/487. Shares of a point: 254 on month 1, 233 on month 2."""
    found = referee_credit.counts(case([(0, None, "s0"), (45, "s0", "s3")], [("p0", -1, None)])).net
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


def test_rows_after_the_snapshot_are_not_read_and_open_spells_run_to_its_day() -> None:
    cut = case([(0, None, "s0"), (40, "s0", "s1"), (41, "s1", "s3")], [("p0", -1, None), ("p1", 41, None)], snapshot=40)
    assert owned(cut) == {P0: slope(1, 40) - slope(0, 0)}
    assert [step.ending for step in referee.steps(cut)] == [1, "snapshot"]
    assert referee.rates(cut).days == {(0, 0): 40}
    assert referee_credit.credit(cut, "net", sloping()).standing == {"open": slope(1, 40)}


def test_windows_are_closed_when_the_horizon_has_passed_by_the_snapshot() -> None:
    rows: Rows = [(0, None, "s0"), (40, "s0", "s1")]
    assert not referee_credit.credit(case(rows, snapshot=182), "net", sloping()).closed
    after = referee_credit.credit(case(rows, snapshot=183), "net", sloping())
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
                total -= referee_credit.potential_at(potential, spell.segment, left.before, 16 * left.day)
                if isinstance(back.after, int):
                    total += referee_credit.potential_at(potential, spell.segment, back.after, 16 * back.day)
    return total


@given(st.data())
def test_credit_adds_up_to_last_minus_first(data: st.DataObject) -> None:
    """Under `net` less the gaps; under the other rules leaving and return cover the gaps."""
    of = data.draw(ledgers.cases())
    potential = exact(data.draw(ledgers.potentials(of.programme)))
    found = [spell for spells in referee.spells(of).values() for spell in spells]
    first = sum(referee_credit.potential_at(potential, spell.segment, spell.stage, 0) for spell in found)
    for rule in RULES:
        credit = referee_credit.credit(of, rule, potential)
        gaps = gap_increments(of, potential) if rule == "net" else 0
        assert sum(credit.owners.values()) == sum(credit.standing.values()) - first - gaps
        by_group: dict[Owner, referee.Value] = {}
        for (_, owner), value in credit.groups.items():
            by_group[owner] = by_group.get(owner, 0) + value
        assert by_group == credit.owners


@given(st.data())
def test_counts_times_potential_are_the_credit(data: st.DataObject) -> None:
    of = data.draw(ledgers.cases())
    potential = exact(data.draw(ledgers.potentials(of.programme)))
    counts = referee_credit.counts(of)
    for rule in RULES:
        expected = referee_credit.credit(of, rule, potential).owners
        found: dict[Owner, referee.Value] = dict.fromkeys(expected, Fraction(0))
        for (owner, g, s, m), count in counts.net.items():
            found[owner] += potential[g][s][m] * count / (487 * 60)
        if rule != "net":
            for (owner, g, s, m), count in counts.leavings.items():
                found[owner] -= potential[g][s][m] * count / (487 * 60)
            for (g, s, m), count in counts.returns.items():
                found[None] += potential[g][s][m] * count / (487 * 60)
        assert found == expected


@given(ledgers.cases())
def test_days_of_support_are_the_days_in_care(of: Case) -> None:
    owned_days: dict[tuple[int, int], int] = {}
    for (_, g, s), days in referee.support_days(of).items():
        owned_days[g, s] = owned_days.get((g, s), 0) + days
    rates = referee.rates(of)
    assert owned_days == {cell: 60 * days for cell, days in rates.days.items()}
    assert sum(rates.days.values()) == sum(rates.days_by_month.values())
    assert sum(rates.moves.values()) == sum(rates.moves_by_month.values())


@given(ledgers.cases())
def test_tables_are_canonical(of: Case) -> None:
    found = ledgers.tables(of)
    assert set(found) == {"people", "entries", "support"}
    rows = found["entries"].to_pylist()
    assert rows == sorted(rows, key=lambda row: (row["person"], row["on"], row["seq"]))
    assert len({(r["person"], r["on"], r["stage_from"], r["stage_to"]) for r in rows}) == len(rows)
