"""The profile of a small place: figures added up with their error, denominators, breaks, concentration, hot spots."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from commongoal.cli.places_profile import evidence_in
from commongoal.places.engine.indicators import Break
from commongoal.places.engine.observations import Asked, Series
from commongoal.places.engine.profile import Profile
from commongoal.places.engine.trends import Change, NotComparable
from commongoal.places.files.lookups import keep_lookup, read_lookup
from commongoal.places.files.reading import read_file
from commongoal.places.files.store import keep
from commongoal.places.run import Evidence, NoSuchArea, NoSuchIndicator, area_profile, comparison, hot_spots, trends
from commongoal.places.run.given import given, open_window
from tests.engine import places_store as small

ON = dt.date(2026, 9, 22)
TOTAL = sum(small.COUNTS.values())


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return evidence_in(small.store(tmp_path_factory.mktemp("store")))


@pytest.fixture(scope="module")
def profile(evidence: Evidence) -> Profile:
    return area_profile(evidence, small.DISTRICT, ON)


def without(tmp_path: Path, *left_out: str) -> Evidence:
    """A store whose source hides some LSOAs."""
    counts: dict[str, float | None] = {**small.COUNTS, **dict.fromkeys(left_out)}
    small.claimants(tmp_path, counts)
    small.population(tmp_path)
    small.lookups(tmp_path)
    return evidence_in(tmp_path)


def test_a_district_is_added_up_from_its_parts_and_says_so(profile: Profile) -> None:
    figure = profile.fact("claimant-count").figure
    assert figure.value == TOTAL
    assert "added up" in figure.marks
    assert figure.error == 16 * 2.5
    assert any("16 figures rounded to 5" in note for note in profile.fact("claimant-count").notes)


def test_a_rate_is_its_count_by_its_denominator_with_wilsons_interval(profile: Profile) -> None:
    figure = profile.fact("claimant-rate").figure
    p, n, z = TOTAL / 16_000, 16_000, 1.959964
    middle, reach = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert figure.value == pytest.approx(100 * p)
    assert figure.low == pytest.approx(100 * (middle - reach) / (1 + z * z / n), rel=1e-6)
    assert figure.high == pytest.approx(100 * (middle + reach) / (1 + z * z / n), rel=1e-6)
    assert figure.error == pytest.approx(100 * 40 / 16_000)


def test_the_year_of_the_denominator_is_said(profile: Profile) -> None:
    fact = profile.fact("claimant-rate")
    assert fact.of_period is not None
    assert fact.of_period.start == dt.date(2024, 1, 1)
    assert any("people it is out of are those of January 2024 to December 2024" in note for note in fact.notes)


def test_the_district_stands_beside_its_region(profile: Profile) -> None:
    beside = {figure.area.code: figure.value for figure in profile.fact("claimant-count").beside}
    assert beside == {small.REGION: TOTAL + 80}


def test_a_change_over_a_year_is_said_only_inside_a_segment(profile: Profile, evidence: Evidence) -> None:
    change = profile.fact("claimant-count").change
    assert change is not None
    assert change.by == 16 * 5
    from dataclasses import replace

    broken = replace(evidence.indicator("claimant-count"), breaks=(Break(dt.date(2026, 1, 1), "Another count."),))
    other = Evidence(evidence.folder, evidence.editions, evidence.geography, evidence.outlines, (broken,))
    found = area_profile(other, small.DISTRICT, ON).fact("claimant-count").change
    assert found is not None
    assert found.by is None
    assert "Another count." in found.why
    over = trends(other, small.DISTRICT, ON, "claimant-count")
    assert isinstance(over.over_a_year, NotComparable)
    assert len(over.lines[0][1].segments) == 2


def test_a_hidden_part_blocks_the_sum_and_is_named(tmp_path: Path) -> None:
    found = area_profile(without(tmp_path, small.LSOAS[3]), small.DISTRICT, ON).fact("claimant-count").figure
    assert found.value is None
    assert "1 of its 16 parts" in found.why
    assert "Saltport 004A" in found.why


def test_who_accepts_a_missing_part_gets_the_sum_and_its_share_without_it(tmp_path: Path) -> None:
    accepting = replace(without(tmp_path, small.LSOAS[3]), accept_missing=True)
    profile = area_profile(accepting, small.DISTRICT, ON)
    count, share = profile.fact("claimant-count"), profile.fact("claimant-rate").figure
    left = TOTAL - small.COUNTS[small.LSOAS[3]]
    assert count.figure.value == left
    assert "without 1 of its 16 parts" in count.figure.marks
    assert any("Without Saltport 004A (suppressed)" in note for note in count.notes)
    assert (share.count, share.of) == (left, 15 * small.PEOPLE)  # the people of that part are left out as well
    assert share.value == pytest.approx(100 * left / (15 * small.PEOPLE))
    assert "without 1 of its 16 parts" in share.marks


def test_what_no_source_gives_is_not_available_with_the_reason(profile: Profile) -> None:
    for code in ("health-related-share", "long-term-claimants", "reason-for-claiming"):
        assert profile.fact(code).figure.value is None
        assert profile.fact(code).figure.why == profile.fact(code).indicator.not_available
    assert any(words.startswith("Reasons for claiming") for words in profile.missing)
    assert {one.code for one in profile.to_fill} >= {"plan-neet", "plan-employment-rate"}


def test_concentration_and_hot_spots_are_those_planted(profile: Profile) -> None:
    tenth = profile.concentrations[0]
    assert tenth.share == pytest.approx(1.6 * 150 / TOTAL)
    assert tenth.share > tenth.high
    assert profile.spots is not None
    assert (
        set(small.LSOAS[:1]) <= set(profile.spots.hot) <= {small.LSOAS[place] for place in (0, 1, 2, 4, 5, 6, 8, 9, 10)}
    )
    assert {shape.code for shape in profile.spots.shapes} == set(small.LSOAS)


@pytest.mark.parametrize("code", [small.WARDS[0], small.LSOAS[0], small.REGION, small.OTHER])
def test_every_kind_of_area_has_a_profile(evidence: Evidence, code: str) -> None:
    found = area_profile(evidence, code, ON)
    assert found.fact("claimant-rate").figure.value is not None
    assert found.area.code == code


def test_a_neighbourhood_is_added_up_from_its_lsoas(evidence: Evidence) -> None:
    from commongoal.places.engine.areas import AreaKind
    from commongoal.places.engine.figures import AreaName

    drawn = AreaName("Q00000001", "The corner", AreaKind.NEIGHBOURHOOD, "2021")
    geography = evidence.geography.with_neighbourhoods({drawn: [small.LSOAS[place] for place in (0, 1, 4, 5)]})
    other = Evidence(evidence.folder, evidence.editions, geography, evidence.outlines, evidence.indicators)
    assert area_profile(other, drawn.code, ON).fact("claimant-rate").figure.value == pytest.approx(15.0)


def test_an_unknown_area_or_indicator_is_refused(evidence: Evidence) -> None:
    with pytest.raises(NoSuchArea):
        area_profile(evidence, "E07123456", ON)
    with pytest.raises(NoSuchIndicator):
        hot_spots(evidence, small.DISTRICT, ON, "nothing")


def test_comparison_trend_and_hot_spots(evidence: Evidence) -> None:
    beside = comparison(evidence, small.LSOAS[0], ON)
    assert len(beside.among) == 16
    assert beside.funnel is not None
    over = trends(evidence, small.DISTRICT, ON, "claimant-count")
    assert isinstance(over.over_a_year, Change)
    assert over.over_a_year.difference == 80
    spots = hot_spots(evidence, small.DISTRICT, ON)
    assert spots.scan is not None
    assert spots.scan.clusters[0].count >= 4 * 150
    assert comparison(evidence, small.DISTRICT, ON).why  # two districts are too few


def test_figures_wait_for_their_day(evidence: Evidence) -> None:
    """A profile as of a day tells nothing that began after it."""
    before = area_profile(evidence, small.DISTRICT, dt.date(2025, 9, 1)).fact("claimant-count")
    assert before.period is not None
    assert before.period.start == dt.date(2025, 5, 1)


def test_a_denominator_of_other_areas_is_carried_by_a_named_lookup(tmp_path: Path) -> None:
    """Two LSOAs of 2011 became one; one was split, and nothing says in what shares, so it has no rate."""
    merged, split, kept = small.LSOAS[0], small.LSOAS[1:3], small.LSOAS[3:]
    rows = [("E01999901", merged, "M"), ("E01999902", merged, "M"), *(("E01999903", code, "S") for code in split)]
    rows += [(code, code, "U") for code in kept]
    lines = ["lsoa11_code,lsoa11_name,lsoa21_code,lsoa21_name,change_code"]
    lines += [f"{old},Old {old[-3:]},{new},Saltport {small.LSOAS.index(new) + 1:03d}A,{how}" for old, new, how in rows]
    small.claimants(tmp_path)
    small.lookups(tmp_path)
    keep_lookup(tmp_path, read_lookup("\n".join(lines).encode(), "years.csv"))
    olds = sorted({old for old, _, _ in rows})
    people = [(old, dt.date(2024, 1, 1), dt.date(2025, 1, 1), "p", 600.0, "") for old in olds]
    series = (Series("p", "age16_64", "people"),)
    keep(tmp_path, small.reading("population", people, series, rounding=0.0, vintages=(("lsoa", "2011"),)))
    layer = area_profile(evidence_in(tmp_path), small.DISTRICT, ON, "claimant-rate").layer
    assert layer is not None
    of = {figure.area.code: figure.of for figure in layer.figures}
    assert of[merged] == 1200
    assert [of[code] for code in (*split, *kept)] == [None, None, *[600] * len(kept)]
    assert any("by the lookup lsoa11-lsoa21" in note for note in layer.notes)
    assert any("LSOAs of 2011 stand for those of 2021" in note for note in layer.notes)


def test_a_window_answers_as_the_store_does(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One question to a table for many figures, against a question for each."""
    folder = small.store(tmp_path_factory.mktemp("store"))
    slow, quick = evidence_in(folder), evidence_in(folder)
    areas = (small.LSOAS[0], small.LSOAS[1], small.DISTRICT)
    open_window(quick, areas)
    for code in ("claimant-count", "claimant-rate"):
        choice = slow.indicator(code).count
        assert choice is not None
        for start, end in (
            (small.month(2026, 5)),
            (dt.date(2025, 1, 1), dt.date(2026, 1, 1)),
            (dt.date(2025, 1, 1), None),
        ):
            for asked in (areas, areas[:1]):
                found = given(slow, choice, asked, None, start, end)
                assert found
                assert given(quick, choice, asked, None, start, end) == found


def test_an_area_made_of_others_of_another_year_has_its_figure_on_the_profile(tmp_path: Path) -> None:
    """Two LSOAs of 2011 became one; one was split: the first has their sum, parts of the second the reason."""
    merged, split, kept = small.LSOAS[0], small.LSOAS[1:3], small.LSOAS[3:]
    rows = [("E01999901", merged, "M"), ("E01999902", merged, "M"), *(("E01999903", code, "S") for code in split)]
    rows += [(code, code, "U") for code in kept]
    lines = ["lsoa11_code,lsoa11_name,lsoa21_code,lsoa21_name,change_code"]
    lines += [f"{old},Old {old[-3:]},{new},Saltport {small.LSOAS.index(new) + 1:03d}A,{how}" for old, new, how in rows]
    small.lookups(tmp_path)
    keep_lookup(tmp_path, read_lookup("\n".join(lines).encode(), "years.csv"))
    counts: dict[str, float | None] = {old: 40.0 for old, _, _ in rows}
    small.claimants(tmp_path, counts, vintages=(("lsoa", "2011"),))
    evidence = evidence_in(tmp_path)
    whole = area_profile(evidence, merged, ON).fact("claimant-count")
    assert whole.figure.value == 80
    assert whole.figure.error == 5  # two figures, each within 2.5
    assert whole.figure.marks == ("carried from 2011", "added up", "rounded to 5")
    assert any("by the lookup lsoa11-lsoa21" in note for note in whole.notes)
    part = area_profile(evidence, split[0], ON)
    assert part.fact("claimant-count").figure.value is None
    reason = "it is part of E01999903 of 2011, which had 40 in all: nothing says in what shares that is to be parted"
    assert f"People claiming unemployment benefits: {reason}" in part.missing


def test_estimates_of_the_population_beside_rounded_counts_are_not_called_rounded(tmp_path: Path) -> None:
    """The file of the indices of 2019 has people rounded to 5 and residents that nobody rounded."""
    small.lookups(tmp_path)
    head = "lsoa11_code,lsoa11_name,imd_rank,imd_decile,employment_domain_numerator,mye2019_age16_64"
    lines = [head, *(f"{code},Old {code[-3:]},1,1,100,{900 + at}" for at, code in enumerate(small.LSOAS))]
    names = "lsoa11_code,lsoa11_name,ltla21_code,ltla21_name"
    lookup = [names, *(f"{code},Old {code[-3:]},{small.DISTRICT},Saltport" for code in small.LSOAS)]
    keep_lookup(tmp_path, read_lookup("\n".join(lookup).encode(), "old.csv"))
    keep(tmp_path, read_file("\n".join(lines).encode(), "imd.csv", Asked(ON)))
    fact = area_profile(evidence_in(tmp_path), small.DISTRICT, ON).fact("employment-deprivation-2019-share")
    people = sum(900 + at for at in range(len(small.LSOAS)))
    assert fact.figure.of == people
    assert fact.figure.error == pytest.approx(100 * 2.5 * len(small.LSOAS) / people)  # of the count alone
    assert "The people it is out of: added up from 16 figures, none of them rounded." in fact.notes


def test_areas_are_not_called_like_one_by_what_is_compared(tmp_path: Path) -> None:
    """The published rate is the rate that is compared in another form."""
    small.store(tmp_path)
    start, end = small.month(2026, 5)
    rates = [(code, start, end, "r", 1.0 + at, "") for at, code in enumerate(small.LSOAS)]
    series = (Series("r", "Claimants as a proportion of residents aged 16-64", "per cent"),)
    keep(tmp_path, small.reading("claimant-rate", rates, series, rounding=0.1))
    found = comparison(evidence_in(tmp_path), small.LSOAS[0], ON, "claimant-rate")
    assert found.like == ()
    assert found.why_not_like


def test_the_people_of_each_year_are_those_of_that_year_and_are_said(tmp_path: Path) -> None:
    """Claims of a ward are out of its LSOAs' people, added up, by the newest estimate up to then."""
    small.lookups(tmp_path)
    rows = [(small.WARDS[0], *small.month(year, 5), "cc", 100.0, "") for year in (2024, 2026)]
    keep(tmp_path, small.reading("claimant-count", rows, (Series("cc", "Claimant count", "people"),)))
    for year, people in ((2023, 1_000.0), (2025, 2_000.0)):
        estimates = [(code, dt.date(year, 1, 1), dt.date(year + 1, 1, 1), "p", people, "") for code in small.LSOAS]
        series = (Series("p", "age16_64", "people"),)
        keep(tmp_path, small.reading("population", estimates, series, rounding=0.0))
    found = trends(evidence_in(tmp_path), small.WARDS[0], ON, "claimant-rate")
    assert [point.value for point in found.lines[0][1].points] == [100 * 100 / 8_000, 100 * 100 / 16_000]
    years = "January 2023 to December 2023 and January 2025 to December 2025"
    assert f"The people that each figure is out of are the newest estimate up to then: {years}." in found.notes
