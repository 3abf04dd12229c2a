"""What a target takes along the pathway, and the chances of coming to each stage that it goes by."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from commongoal.kernel.estimates import Estimate
from commongoal.pathway.engine.chances import Rates, chance_at_start, month_matrix
from commongoal.pathway.engine.stage_chances import chances_of_stages
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.volumes import (
    NoSuchStage,
    ProviderShare,
    StageChance,
    StageChances,
    StageNeverReached,
    as_data,
    from_data,
    volumes,
)
from commongoal.places.engine.ward_lines import wards_from

ONE = Estimate(1.0)
CHANCES = StageChances(7, "Together", dt.date(2026, 3, 1), 36, (
    StageChance("referred", "Referred", ONE, (ONE,)),
    StageChance("in_work", "In work", Estimate(0.4, 0.35, 0.45), (Estimate(2.5, 2.2, 2.9), ONE),
                (ProviderShare("Council", 0.75), ProviderShare("Charity", 0.25))),
    StageChance("sustained", "Sustained", Estimate(0.1, 0.08, 0.12),
                (Estimate(10.0, 8.3, 12.5), Estimate(4.0, 3.5, 4.6), ONE),
                (ProviderShare("Council", 0.5), ProviderShare("Charity", 0.5))),
    StageChance("never", "Never", Estimate(0.0), ()),
))  # fmt: skip
WARDS = (("E05000001", 50), ("E05000002", 30), ("E05000003", 21))


def test_to_have_100_sustained_a_thousand_start() -> None:
    found = volumes(100, "sustained", CHANCES, (("E05000001", 60), ("E05000002", 40)))
    assert [(each.id, each.people, each.low, each.high) for each in found.stages] == [
        ("referred", 1000, 830, 1250), ("in_work", 400, 350, 460), ("sustained", 100, None, None)
    ]  # fmt: skip
    assert found.stages[1].providers == (("Council", 300), ("Charity", 100))
    assert found.stages[0].wards == (("E05000001", 600), ("E05000002", 400))
    assert from_data(as_data(found)) == found
    assert from_data({}) is None


@given(st.integers(1, 5000), st.sampled_from(["in_work", "sustained"]))
def test_parts_add_up_and_nobody_is_lost_to_rounding(people: int, stage: str) -> None:
    found = volumes(people, stage, CHANCES, WARDS)
    assert found.stages[-1].people == people
    for each, per_one in zip(found.stages, CHANCES.stage(stage).per_one, strict=True):
        assert sum(count for _, count in each.wards) == each.people
        assert sum(count for _, count in each.providers) in (0, each.people)
        assert 0 <= each.people - people * per_one.point < 1 + 1e-6


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(StageNeverReached):
        volumes(10, "never", CHANCES, WARDS)
    with pytest.raises(NoSuchStage):
        volumes(10, "elsewhere", CHANCES, WARDS)


def rates(rng: np.random.Generator, segments: int = 2, stages: int = 4, bands: int = 1) -> Rates:
    to = rng.uniform(0, 0.12, (bands, segments, stages, stages + 3))
    to[..., stages + 1 :] *= 0.5
    return Rates(to)


def test_the_last_stage_has_the_valuation_s_own_chance() -> None:
    found = rates(np.random.default_rng(3), bands=2)
    own = chance_at_start(month_matrix(found.generator()), (0, 6), 24)
    assert np.allclose(chances_of_stages(found, (0, 6), 24)[..., -1], own)


def test_as_people_followed_one_by_one() -> None:
    """The share of 40,000 simulated people who ever stood at each stage within the horizon."""
    found, horizon, people = rates(np.random.default_rng(5), segments=1, stages=3), 18, 40_000
    rng = np.random.default_rng(11)
    to = found.to[0, 0]
    stage, clock = np.zeros(people, int), np.zeros(people)
    been = np.zeros((people, 4), bool)
    been[:, 0] = True
    for _ in range(200):
        going = np.flatnonzero((stage < 3) & (clock < horizon))
        if not going.size:
            break
        row = to[stage[going]].copy()
        row[np.arange(len(going)), stage[going]] = 0.0
        clock[going] += rng.exponential(1 / row.sum(axis=1))
        drawn = (row.cumsum(axis=1) > rng.random(len(going))[:, None] * row.sum(axis=1)[:, None]).argmax(axis=1)
        in_time = clock[going] < horizon
        moved, target = going[in_time], drawn[in_time]
        stage[moved] = np.where(target <= 3, target, 9)
        stays = target <= 3
        been[moved[stays], target[stays]] = True
    modelled = chances_of_stages(found, (0,), horizon)[0]
    assert np.allclose(been.mean(axis=0), modelled, atol=0.012)


def test_as_the_exponential_of_the_whole_horizon() -> None:
    found = rates(np.random.default_rng(9), segments=1, stages=3)
    q = found.generator()[0, 0]
    for stage in (1, 2, 3):
        absorbing = q.copy()
        absorbing[stage] = 0.0
        assert chances_of_stages(found, (0,), 12)[0, stage] == pytest.approx(expm(absorbing * 12)[0, stage], rel=1e-9)


AREAS = tuple(AreaName(f"E0500000{n}", name, AreaKind.WARD) for n, name in ((1, "Bidston & St James"), (2, "Seacombe")))


def test_lines_of_wards_are_read_with_every_fault() -> None:
    text = "Bidston and St. James, x\nbidston & st james, 640, 45%, 10, 60\nSeacombe, 5, 120%\nNowhere, 3\nSeacombe, 9"
    wards, problems = wards_from(text, AREAS, {"E05000002": 50.0})
    assert [(w.code, w.need, w.reach, w.least, w.most) for w in wards] == [
        ("E05000002", 5.0, 1.0, 0, None), ("E05000001", 640.0, 0.45, 10, 60)
    ]  # fmt: skip
    assert [(p.row, p.column, p.value) for p in problems] == [
        (1, "ward", "Bidston and St. James"), (3, "reach", "120%"), (4, "ward", "Nowhere"), (5, "ward", "Seacombe"),
    ]  # fmt: skip


def test_figures_stand_where_no_line_says_otherwise_and_codes_do_without_names() -> None:
    assert [w.need for w in wards_from("", AREAS, {"E05000001": 12.0})[0]] == [12.0]
    wards, problems = wards_from("E05000009, 7\nNo code, 8", (), {})
    assert [(w.code, w.name, w.need) for w in wards] == [("E05000009", "E05000009", 7.0)]
    assert [p.value for p in problems] == ["No code"]
    assert wards_from("Seacombe", AREAS, {})[1][0].column == "need"


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    wards, _ = wards_from(text, AREAS, {})
    assert all(ward.need >= 0 and 0 <= ward.reach <= 1 for ward in wards)
