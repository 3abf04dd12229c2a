"""The common assessment: which count, what is refused, what moved; a team's figures, and what they must not tell."""

import datetime as dt
import math
from dataclasses import replace
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.kernel.pictures.drawing import NARROW, WIDE
from commongoal.kernel.pictures.levels import Found, LevelRow, Levels, levels_picture
from commongoal.pathway.engine.assessing import (
    Assessment,
    Finding,
    as_asked_now,
    barriers_of,
    blocking,
    checked,
    counting,
    due_on,
    movement,
    moves,
)
from commongoal.pathway.engine.programme import Area
from commongoal.pathway.engine.team_figures import LeftOut, left_out, team_figures
from commongoal.pathway.files.programmes import common

FIRST = dt.date(2026, 1, 5)
AREAS = tuple(Area.model_validate(area) for area in common()["areas"])
MONEY = next(area for area in AREAS if area.id == "money")
DAYS = st.lists(st.integers(0, 150), max_size=12)


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def slow(numbers: list[int], gap: int) -> list[bool]:
    """The rule said day by day: walk the calendar; one counts when none counted in the gap before."""
    found = [False] * len(numbers)
    counted: set[int] = set()
    for today in range(max(numbers, default=0) + 1):
        for at, number in enumerate(numbers):
            if number == today and not any(today - back in counted for back in range(gap)):
                found[at] = True
                counted.add(today)
    return found


@given(DAYS, st.integers(1, 60))
def test_which_count_agrees_with_a_slow_referee(numbers: list[int], gap: int) -> None:
    assert list(counting([(day(n), at) for at, n in enumerate(numbers)], gap)) == slow(numbers, gap)


@given(DAYS, st.randoms(use_true_random=False))
def test_which_count_does_not_depend_on_the_order_they_were_written_in(numbers: list[int], random) -> None:
    pairs = [(day(n), at) for at, n in enumerate(numbers)]
    found = dict(zip(pairs, counting(pairs, 28), strict=True))
    random.shuffle(pairs)
    assert dict(zip(pairs, counting(pairs, 28), strict=True)) == found


def test_the_day_of_the_gap_itself_counts() -> None:
    assert counting([(day(0), 1), (day(27), 2), (day(28), 3), (day(28), 4)], 28) == (True, False, True, False)
    assert counting([(day(0), 1), (day(0), 2)], 0) == (True, True)


@given(DAYS, st.integers(0, 200), st.integers(1, 60))
def test_what_is_told_before_is_what_is_reckoned_after(numbers: list[int], new: int, gap: int) -> None:
    """For an assessment after all others, as one done today is."""
    pairs = [(day(min(n, new)), at) for at, n in enumerate(numbers)]
    counted = [on for (on, _), counts in zip(pairs, counting(pairs, gap), strict=True) if counts]
    assert (blocking(day(new), counted, gap) is None) == counting([*pairs, (day(new), len(pairs))], gap)[-1]


def test_findings_keep_the_programmes_order_and_none_is_an_answer() -> None:
    found = checked({"family": 3, "work": None}, {"work": "  not today "}, AREAS, on=FIRST, today=FIRST)
    assert found == (Finding("work", None, "not today"), Finding("family", 3))


def an_assessment(number: int, levels: dict[str, int | None]) -> Assessment:
    at = dt.datetime.combine(day(number), dt.time(10), tzinfo=dt.UTC)
    findings = tuple(Finding(area, level) for area, level in levels.items())
    return Assessment(number, 1, "Together", 1, day(number), at, True, True, "Ann", "Council", findings)


def test_movement_counts_only_what_was_answered_at_both() -> None:
    before = an_assessment(0, {"money": 1, "health": 2, "work": None, "housing": 4, "skills": 3})
    after = an_assessment(90, {"money": 3, "health": 2, "work": 5, "housing": 2, "family": 1})
    moved = movement(before, after, [area.id for area in AREAS])
    assert (moved.since, moved.better, moved.same, moved.worse) == (FIRST, 1, 1, 1)


def test_first_last_and_now() -> None:
    every = [an_assessment(30 * number, {"money": number}) for number in range(1, 6)]
    money = next(each for each in moves(every, AREAS) if each.area == MONEY)
    assert [each and each.level for each in (money.first, money.last, money.now)] == [1, 4, 5]
    two = next(each for each in moves(every[:2], AREAS) if each.area == MONEY)
    assert [each and each.level for each in (two.first, two.last, two.now)] == [1, 1, 2]
    one = next(each for each in moves(every[:1], AREAS) if each.area == MONEY)
    assert [each and each.level for each in (one.first, one.last, one.now)] == [None, None, 1]


def test_levels_of_another_scale_do_not_compare() -> None:
    then = [MONEY.model_copy(update={"levels": 3}), *(area for area in AREAS if area != MONEY)]
    kept = as_asked_now(an_assessment(0, {"money": 2, "health": 2}), then, AREAS)
    assert [each.area for each in kept.findings] == ["health"]


def test_barriers_are_the_levels_at_most_the_areas_own() -> None:
    levels = {area.id: area.barrier_at_most + (at % 2) for at, area in enumerate(AREAS)}
    found = barriers_of([Finding(area, level) for area, level in levels.items()], AREAS)
    assert [each.area for each in found] == [area.id for area in AREAS[::2]]
    assert found[0].words == AREAS[0].words[1]


def test_when_the_next_is_due() -> None:
    assert due_on([], 91) is None
    assert due_on([day(40), day(0)], 91) == day(131)


# --- a team's figures

PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=70)


@given(PAIRS, st.integers(0, 30), st.integers(0, 30))
def test_figures_of_one_area_agree_with_a_slow_referee(pairs: list[tuple[int, int]], more: int, once: int) -> None:
    rows = [("money", first, latest, pairs.count((first, latest))) for first, latest in set(pairs)]
    (found,) = team_figures(rows, [MONEY], twice=len(pairs) + more, once=once).areas
    n = len(pairs)
    if n < 10:
        assert found.paired == (None if n else 0)
        assert (found.mean_first, found.change, found.better, found.same, found.worse) == (None,) * 5
        return
    assert found.paired == n
    assert found.mean_first == pytest.approx(sum(first for first, _ in pairs) / n)
    assert found.mean_latest == pytest.approx(sum(latest for _, latest in pairs) / n)
    assert found.change is not None
    assert found.change.point == pytest.approx(sum(late - early for early, late in pairs) / n, abs=1e-12)
    true = [sum(sign(late - early) == wanted for early, late in pairs) for wanted in (1, 0, -1)]
    for shown, count in zip((found.better, found.same, found.worse), true, strict=True):
        assert shown in {None, count}
        assert shown is None or not 0 < shown < 10


def sign(value: int) -> int:
    return (value > 0) - (value < 0)


@given(PAIRS)
def test_no_small_count_of_movement_can_be_worked_out(pairs: list[tuple[int, int]]) -> None:
    """The attack: every way to fill what is hidden that fits what is shown leaves more than one value."""
    area = MONEY.model_copy(update={"reliability": 0.8})
    rows = [("money", first, latest, pairs.count((first, latest))) for first, latest in set(pairs)]
    (found,) = team_figures(rows, [area], twice=len(pairs), once=0).areas
    if not found.paired:
        return
    shown = {"better": found.better, "same": found.same, "worse": found.worse}
    fits = [
        dict(zip(shown, guess, strict=True))
        for guess in product(range(found.paired + 1), repeat=3)
        if sum(guess) == found.paired
        and all(value is None or value == each for value, each in zip(shown.values(), guess, strict=True))
    ]
    for name, value in shown.items():
        assert value is not None or len({fit[name] for fit in fits}) > 1


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8), st.integers(0, 20), st.integers(0, 25))
def test_nobody_left_out_can_be_worked_out_from_another_area(paired: list[int], more: int, once: int) -> None:
    """With the sum of paired and left out the same in every area, all fillings of what is hidden that fit."""
    twice = max(paired) + more
    found = left_out(paired, twice, once)
    seen = [None if 0 < each < 10 else each for each in paired]
    fits = [
        (t, o)
        for t, o in product(range(max(paired), max(paired) + 45), range(60))
        if all(fit(area, part, t, o) for area, part in zip(paired, found, strict=True))
    ]
    for area, part in zip(range(len(paired)), found, strict=True):
        if seen[area] is None:
            assert part.total is None, "it would give away how many are paired"
        small = {t - paired[area] + o for t, o in fits}
        left = twice - paired[area] + once
        assert not 0 < left < 10 or len(small) > 1
    if 0 < once < 10:
        assert len({o for _, o in fits}) > 1


def fit(paired: int, part: LeftOut, twice: int, once: int) -> bool:
    """Whether totals behind the page would show this of an area."""
    unsaid = twice - paired
    return (
        (part.total is None or part.total == unsaid + once)
        and (part.once is None or part.once == once)
        and (part.unsaid is None or part.unsaid == unsaid)
    )


def test_who_is_left_out_and_why() -> None:
    assert left_out([40, 30], 60, 15) == (LeftOut(35, 15, 20), LeftOut(45, 15, 30))
    assert left_out([40, 30], 45, 15) == (LeftOut(20), LeftOut(30)), "five did not say in the first"
    assert left_out([40, 30], 42, 0) == (LeftOut(None), LeftOut(None)), "two are left out of the first"
    assert left_out([40, 4], 60, 15) == (LeftOut(None), LeftOut(None)), "four are paired in the second"
    assert left_out([40, 40], 40, 0) == (LeftOut(0, 0, 0), LeftOut(0, 0, 0)), "nobody is left out"


def test_an_area_with_reliability_says_whose_change_is_real() -> None:
    area = replace_reliability(0.9)
    rows = [("money", 1, 4, 20), ("money", 3, 3, 20), ("money", 2, 3, 20)]
    (found,) = team_figures(rows, [area], twice=60, once=0).areas
    assert found.threshold is not None
    assert math.isclose(found.threshold, 1.96 * math.sqrt(2) * 0.8235 * math.sqrt(0.1), rel_tol=1e-3)
    assert (found.better, found.same, found.worse) == (40, 20, 0)
    assert (found.really_better, found.really_worse) == (40, 0)


def replace_reliability(value: float) -> Area:
    return MONEY.model_copy(update={"reliability": value})


# --- the picture

FOUND = st.builds(Found, st.one_of(st.none(), st.integers(1, 5)), st.sampled_from(["Good", "", "W" * 300, "<b>&"]))
ROWS = st.integers(1, 3).flatmap(
    lambda times: st.tuples(
        st.just(times),
        st.lists(st.builds(LevelRow, st.sampled_from(["Money", "x" * 200, "<script>"]), st.just(5),
                           st.tuples(*[FOUND] * times)), max_size=8),
    )
)  # fmt: skip


@given(ROWS, st.sampled_from([WIDE, NARROW]))
def test_the_picture_is_whole_and_its_table_says_the_same(made: tuple[int, list[LevelRow]], width: int) -> None:
    times, rows = made
    data = Levels("Levels", tuple(f"Time {number}" for number in range(times)), tuple(rows))
    picture = levels_picture(data, width=width)
    drawn = ET.fromstring(picture.svg)
    for shape in drawn.iter():
        for name in ("x", "cx", "x1", "x2"):
            assert 0 <= float(shape.get(name, "0")) <= width
    (table,) = picture.tables
    assert len(table.rows) == len(rows)
    for row, line in zip(rows, table.rows, strict=True):
        assert [cell.text for cell in line[1:]] == [
            each.words if each.level is None else str(each.level) for each in row.found
        ]


def test_the_picture_reads_aloud() -> None:
    row = LevelRow("Money", 5, (Found(1, "none"), Found(None, "Preferred not to say"), Found(4, "mostly")))
    data = Levels(
        "Levels", ("First", "Last", "Now"), (row, replace(row, name="Home", found=(*row.found[:2], Found(None))))
    )
    told = levels_picture(data).description
    assert told == ("2 areas of life. Money: 4 of 5, from 1; Home: Not asked. The table gives the words.")
