"""Weeks in work against a referee that walks day by day, and the pictures of them."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongoal.kernel.pictures.weeks import Mark, Weeks, weeks_picture
from commongoal.pathway.engine.programme import Window
from commongoal.pathway.engine.weeks import Cell, Span, begun_between, shown_by_weeks, weeks_counted

FIRST = dt.date(2026, 1, 5)
DAY = dt.timedelta(days=1)


def window(weeks: int = 13, of_weeks: int = 16, hours: float = 8) -> Window:
    return Window(id="w", name="In work", weeks=weeks, of_weeks=of_weeks, hours=hours)


def span(first: int, last: int | None, hours: float = 16) -> Span:
    """A job from the first to the last of these days, counted from `FIRST`."""
    return Span(FIRST + first * DAY, None if last is None else FIRST + (last + 1) * DAY, Fraction(str(hours)))


def on(day: int) -> dt.date:
    return FIRST + day * DAY


# --- the referee


def works(jobs: list[Span], day: dt.date) -> bool:
    return any(job.from_on <= day and (job.to_on is None or day < job.to_on) for job in jobs)


def hours_on(jobs: list[Span], day: dt.date) -> Fraction:
    there = [job for job in jobs if job.from_on <= day and (job.to_on is None or day < job.to_on)]
    return sum((job.weekly_hours for job in there), Fraction(0))


Outcome = tuple[dt.date, int, dt.date | None, dt.date | None]


def outcomes(jobs: list[Span], rule: Window, today: dt.date) -> list[Outcome]:
    """For each start: weeks counted, the day met, and the soonest day it can be met if every day to come counts."""
    found = []
    day = min((job.from_on for job in jobs), default=today + DAY)
    begun = day
    while day <= today:
        if works(jobs, day):
            if not works(jobs, day - DAY):
                begun = day
            if (day - begun).days % 7 == 0:
                found.append(walked(jobs, rule, day, today))
        day += DAY
    return found


def walked(jobs: list[Span], rule: Window, start: dt.date, today: dt.date) -> Outcome:
    counted, met, soonest, hoped = 0, None, None, 0
    for week in range(rule.of_weeks):
        days = [start + (7 * week + each) * DAY for each in range(7)]
        if days[-1] < today:
            hours = sum((hours_on(jobs, day) for day in days), Fraction(0)) / 7
            counts = hours > 0 and hours >= Fraction(str(rule.hours))
            counted += counts
            hoped += counts
            if counts and counted == rule.weeks:
                met = days[-1]
        else:
            hoped += 1
        if hoped == rule.weeks and soonest is None:
            soonest = days[-1]
    return start, min(counted, rule.weeks), met, soonest


jobs_drawn = st.lists(
    st.builds(
        lambda first, length, hours: span(first, None if length is None else first + length, hours),
        st.integers(0, 120),
        st.none() | st.integers(0, 90),
        st.sampled_from([2, 4, 7.5, 8, 16]),
    ),
    max_size=4,
)
rules_drawn = st.builds(
    lambda weeks, spare, hours: window(weeks, weeks + spare, hours),
    st.integers(1, 8),
    st.integers(0, 4),
    st.sampled_from([0, 4, 8, 11.5]),
)


@given(jobs_drawn, rules_drawn, st.integers(0, 200))
def test_the_weeks_are_those_of_the_referee(jobs: list[Span], rule: Window, after: int) -> None:
    today, counted = on(after), weeks_counted(jobs, rule, on(after))
    every = outcomes([job for job in jobs if job.from_on <= today], rule, today)
    if counted is None:
        assert every == []
        return
    met = [each for each in every if each[2]]
    possible = [each for each in every if each[3]]
    if met:
        start, weeks, day, _ = min(met, key=lambda each: (each[2], each[0]))
        assert (counted.start, counted.counted, counted.met_on) == (start, weeks, day)
    elif possible:
        soonest = min(each[3] for each in possible)
        start, weeks, _, _ = max(each for each in possible if each[3] == soonest)
        assert (counted.start, counted.counted, counted.soonest_on) == (start, weeks, soonest)
        assert counted.last_on == start + (7 * rule.of_weeks - 1) * DAY
        assert not counted.met
    else:
        assert counted.out_of_reach
        assert counted.counted == max(each[1] for each in every)
    assert len(counted.cells) == rule.of_weeks


@given(jobs_drawn, rules_drawn, st.integers(0, 150), st.integers(0, 60))
def test_what_is_met_stays_met_on_the_same_day(jobs: list[Span], rule: Window, after: int, more: int) -> None:
    jobs = [job for job in jobs if job.from_on <= on(after)]
    now, later = weeks_counted(jobs, rule, on(after)), weeks_counted(jobs, rule, on(after + more))
    if now and now.met:
        assert later
        assert (later.met_on, later.start) == (now.met_on, now.start)


@settings(max_examples=400)
@given(jobs_drawn, rules_drawn, st.integers(0, 250), st.integers(0, 40))
def test_whoever_is_about_to_miss_a_window_began_a_job_between_these_days(
    jobs: list[Span], rule: Window, after: int, near: int
) -> None:
    found = weeks_counted(jobs, rule, on(after))
    first, last = begun_between(rule, on(after), near)
    if found and found.ends_by(on(after + near)):
        assert any(first <= job.from_on <= last for job in jobs)


def test_a_week_counts_once_it_is_over() -> None:
    jobs = [span(0, None)]
    assert [weeks_counted(jobs, window(), on(day)).counted for day in (0, 6, 7, 13, 14)] == [0, 0, 1, 1, 2]
    assert weeks_counted(jobs, window(), on(13 * 7)).met_on == on(13 * 7 - 1)
    assert weeks_counted([], window(), on(3)) is None
    assert weeks_counted([span(5, None)], window(), on(3)) is None


def test_two_jobs_at_once_make_the_hours_together() -> None:
    both = [span(0, None, 4), span(0, None, 4)]
    assert weeks_counted(both, window(), on(14)).counted == 2
    assert weeks_counted(both[:1], window(), on(14)).counted == 0
    # Half of the days at 16 hours are 8 on average; one day fewer is not enough.
    assert weeks_counted([span(0, 3, 14)], window(1, 1), on(7)).counted == 1
    assert weeks_counted([span(0, 2, 16)], window(1, 1), on(7)).counted == 0


def test_a_break_is_allowed_as_long_as_the_weeks_still_fit() -> None:
    jobs = [span(0, 69), span(84, None)]  # 10 weeks, two of none, and work again
    here = weeks_counted(jobs, window(), on(84 + 7))
    assert (here.start, here.counted, here.needed) == (on(0), 11, 2)
    assert (here.soonest_on, here.last_on) == (on(15 * 7 - 1), on(16 * 7 - 1))
    assert here.cells[9:12] == (Cell.COUNTED, Cell.MISSED, Cell.MISSED)


def test_a_longer_break_moves_the_window_on() -> None:
    jobs = [span(0, 6), span(70, None)]  # a week, nine of none
    here = weeks_counted(jobs, window(), on(70 + 14))
    assert (here.start, here.counted, here.last_on) == (on(70), 2, on(70 + 16 * 7 - 1))


def test_without_work_for_long_it_is_out_of_reach() -> None:
    gone = weeks_counted([span(0, 41)], window(), on(200))
    assert gone.out_of_reach
    assert (gone.counted, gone.needed, gone.soonest_on) == (6, 7, None)


def test_the_picture_tells_filled_hollow_and_the_last_day_and_has_the_table() -> None:
    marks = (Mark.COUNTS, Mark.COUNTS, Mark.MISSED, Mark.NEEDED, Mark.SPARE)
    for width in (300, 360, 720):
        drawn = weeks_picture(Weeks("13 weeks", FIRST, marks, on(34)), width=width)
        assert "Counts: 2; does not count: 1; still needed: 1; to spare: 1." in drawn.description
        assert "The last day it can be met is 8 February 2026" in drawn.description
        assert "last day it can be met" in drawn.svg.replace("\n", "")
    table = drawn.tables[0]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["1 to 2", "5 January 2026", "18 January 2026", "Counts"],
        ["3", "19 January 2026", "25 January 2026", "Does not count"],
        ["4", "26 January 2026", "1 February 2026", "Still needed"],
        ["5", "2 February 2026", "8 February 2026", "To spare"],
    ]
    assert weeks_picture(Weeks("None", FIRST, ())).tables[0].rows == ()


def test_a_stage_is_shown_by_any_of_its_windows_once_the_last_week_is_over() -> None:
    given = {"name": "In work", "weeks": 2, "of_weeks": 2, "stage": "sustained"}
    rules = [Window(id="many", hours=16, **given), Window(id="few", hours=0, under_hours=16, **given), window()]
    jobs = [span(0, None, 10)]
    assert [shown_by_weeks(jobs, rules, on(day)) for day in (12, 13)] == [{"sustained": False}, {"sustained": True}]
    assert shown_by_weeks(jobs, rules[:1], on(90)) == {"sustained": False}
    assert shown_by_weeks([], rules, on(13)) == {"sustained": False}
    assert shown_by_weeks(jobs, [window()], on(13)) == {}


def test_a_week_of_too_many_hours_does_not_count_where_they_must_stay_under() -> None:
    few = Window(id="w", name="Few hours", weeks=2, of_weeks=3, hours=0, under_hours=16)
    assert few.rule == "2 weeks within 3, of under 16 hours a week"
    assert window(2, 2, 0).rule == "2 weeks within 2, of any paid work"
    assert window().rule == "13 weeks within 16, of at least 8 hours a week"
    assert weeks_counted([span(0, 6, 15.5), span(7, 13, 16), span(14, None, 15.5)], few, on(21)).cells == (
        Cell.COUNTED,
        Cell.MISSED,
        Cell.COUNTED,
    )
    with pytest.raises(ValueError, match="no week has"):
        Window(id="w", name="None", weeks=1, of_weeks=1, hours=16, under_hours=16)
