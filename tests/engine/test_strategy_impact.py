"""What a strategy saves, and scaling up: by hand, against a loop over people, and as properties."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.valuation.engine.scaling import Scaling, scaled
from commongoal.valuation.engine.strategy_impact import (
    Claim,
    NoStaying,
    Saving,
    Staying,
    Strategy,
    Target,
    impact,
    person_years,
    stay,
)
from commongoal.valuation.engine.terms import Figure

SHARE = st.floats(0, 1)


def figure(value: float, low: float | None = None, high: float | None = None) -> Figure:
    return Figure(value=value, low=value if low is None else low, high=value if high is None else high, source="test")


def strategy(spread: float = 0.0) -> Strategy:
    """100 then 50 people, £1,000 a year to one agency and £200 to another, three years."""

    def of(value: float) -> Figure:
        return figure(value, value * (1 - spread), value * (1 + spread))

    return Strategy(
        years=("one", "two", "three"),
        targets=(Target("young", (100.0, 50.0, 0.0)),),
        savings=(Saving("DWP", "fiscal", of(1000.0)), Saving("NHS", "fiscal", of(200.0)),
                 Saving("Residents", "economic", of(5000.0))),
        staying=(Staying("everybody", of(0.5), of(0.2), 2),),
        additional=of(0.6),
        reached=figure(1.0),
    )  # fmt: skip


def test_three_years_by_hand() -> None:
    """Moved in year one: half of it counts, then 80%, then half of 64% (two years are over halfway): 0.5, 0.8, 0.32.

    People who count: 50; 80 + 25 = 105; 32 + 40 + 0 = 72. Of each 60% are additional, at £1,200 a year to the purse.
    """
    found = impact(strategy(), [1.0, 0.9, 0.8])
    assert found.moved == (100.0, 50.0, 0.0)
    assert found.lasting == pytest.approx((50, 105, 72))
    assert [year.point for year in found.by_year] == pytest.approx([36_000, 75_600, 51_840])
    assert found.total.point == pytest.approx(163_440)
    assert found.discounted.point == pytest.approx(36_000 + 0.9 * 75_600 + 0.8 * 51_840)
    assert found.beyond.point == pytest.approx(163_440 / 1200 * 5000)
    assert [line.agency for line in found.saved] == ["DWP", "NHS", "Residents"]
    assert sum(line.total.point for line in found.saved[:2]) == pytest.approx(found.total.point)


def slow_person_years(people: list[float], first: float, drop: float, most: int, years: int) -> list[float]:
    """One cohort and one year at a time."""
    found = [0.0] * years
    for moved_in, count in enumerate(people):
        there = count
        for year in range(moved_in, years):
            since = year - moved_in
            if since > most:
                break
            found[year] += there * (first if since == 0 else 1 - first if since == most else 1.0)
            there *= 1 - drop
    return found


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=12), SHARE, SHARE, st.integers(1, 15))
def test_person_years_are_those_of_one_cohort_at_a_time(
    people: list[float], first: float, drop: float, most: int
) -> None:
    stays = stay(np.array([first]), np.array([drop]), most, len(people))
    expected = slow_person_years(people, first, drop, most, len(people))
    assert person_years(people, stays)[0] == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(SHARE, SHARE, st.integers(1, 10))
def test_staying_never_counts_more_than_the_most_years(first: float, drop: float, most: int) -> None:
    total = stay(np.array([first]), np.array([drop]), most, 20).sum()
    assert total <= most + 1e-9
    if drop == 0:
        assert total == pytest.approx(most)


def test_no_spread_gives_the_central_case() -> None:
    found = impact(strategy(), [1.0] * 3, Claim(163_440.0))
    assert found.total.low == found.total.high == pytest.approx(found.total.point)
    assert found.chance == 1.0
    assert impact(strategy(), [1.0] * 3, Claim(163_441.0)).chance == 0.0


def test_the_same_seed_gives_the_same_draws_and_another_does_not() -> None:
    one = impact(strategy(0.3), [1.0] * 3, Claim(150_000.0))
    assert one == impact(strategy(0.3), [1.0] * 3, Claim(150_000.0))
    assert one.total != impact(replace(strategy(0.3), seed=2), [1.0] * 3).total


def test_the_interval_holds_the_point_and_a_higher_claim_is_less_likely() -> None:
    found = [impact(strategy(0.3), [1.0] * 3, Claim(pounds)) for pounds in (120_000.0, 160_000.0, 200_000.0)]
    chances = [each.chance or 0.0 for each in found]
    assert chances == sorted(chances, reverse=True)
    assert 0 < chances[1] < 1
    total = found[0].total
    assert total.low is not None
    assert total.high is not None
    assert total.low < total.point < total.high


def test_what_would_have_to_be_true_makes_it_true() -> None:
    base = strategy()
    found = {row.id: row for row in impact(base, [1.0] * 3, Claim(200_000.0)).needed}
    times = 200_000 / 163_440
    assert found["people"].needed == pytest.approx(150 * times)
    more = replace(base, targets=(Target("young", (100.0 * times, 50.0 * times, 0.0)),))
    assert impact(more, [1.0] * 3).total.point == pytest.approx(200_000)
    assert found["additional"].needed == pytest.approx(0.6 * times)
    assert found["pounds"].needed == pytest.approx(1200 * times)
    assert found["years"].now == pytest.approx(227 / 150)
    beyond = {row.id: row.needed for row in impact(base, [1.0] * 3, Claim(1_000_000.0)).needed}
    assert beyond["additional"] is None
    assert beyond["years"] is None


def test_a_discounted_claim_is_held_against_the_present_value() -> None:
    found = impact(strategy(), [0.5] * 3, Claim(163_440.0, discounted=True))
    assert found.chance == 0.0
    assert found.needed[0].needed == pytest.approx(300.0)


def test_targets_that_are_partly_reached_save_less_and_if_met_stays() -> None:
    found = impact(replace(strategy(), reached=figure(0.5, 0.25, 0.75)), [1.0] * 3)
    assert found.total.point == pytest.approx(163_440 / 2)
    assert found.if_met.point == pytest.approx(163_440)


def test_a_group_has_its_own_saving_and_staying() -> None:
    base = strategy()
    both = replace(
        base,
        targets=(*base.targets, Target("older", (10.0, 0.0, 0.0))),
        savings=(Saving("DWP", "fiscal", figure(1000.0), ("young",)), Saving("DWP", "fiscal", figure(1.0), ("older",))),
        staying=(*base.staying, Staying("older", figure(1.0), figure(0.0), 10)),
        additional=figure(1.0),
    )
    found = impact(both, [1.0] * 3)
    assert [line.agency for line in found.saved] == ["DWP"]
    assert [year.point for year in found.by_year] == pytest.approx([50_010, 105_010, 72_010])


def test_nobody_says_how_long_it_lasts() -> None:
    with pytest.raises(NoStaying, match="young"):
        impact(replace(strategy(), staying=(Staying("older", figure(1), figure(0), 1),)), [1.0] * 3)


def scaling(shrinkage: Figure) -> Scaling:
    return Scaling(figure(15_000.0), figure(20_000.0), shrinkage, 3_000_000.0, 1000, 180.0)


def test_scaling_up_by_hand() -> None:
    """£15,000 with a tenth lost is £16,667 a job: £3 million buys 180 jobs, and 150 of the comparator's."""
    found = scaled(scaling(figure(0.1)))
    assert found.at_scale.point == pytest.approx(15_000 / 0.9)
    assert found.jobs.point == pytest.approx(180)
    assert found.comparator_jobs.point == pytest.approx(150)
    assert found.share_of_claimants.point == pytest.approx(0.18)
    assert found.saving.point == pytest.approx(1 / 6)
    assert found.cost_of_same_jobs.point == pytest.approx(2_500_000)
    assert found.break_even == pytest.approx(0.25)
    assert found.shrinkage_for_claim == pytest.approx(0.1)
    assert found.chance_cheaper == 1.0


def test_shrinkage_at_the_break_even_is_no_cheaper() -> None:
    found = scaled(scaling(figure(0.25)))
    assert found.saving.point == pytest.approx(0.0)
    assert scaled(scaling(figure(0.26))).chance_cheaper == 0.0


def test_uncertain_shrinkage_widens_the_answer() -> None:
    found = scaled(scaling(figure(0.1, 0.0, 0.4)))
    assert found.jobs.low is not None
    assert found.jobs.high is not None
    assert found.jobs.low < 180 < found.jobs.high
    assert 0 < (found.chance_of_claim or 0) < 1
    assert found == scaled(scaling(figure(0.1, 0.0, 0.4)))
