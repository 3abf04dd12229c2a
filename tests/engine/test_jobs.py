"""What may be recorded of a job, the minimum wage it is held against, and the checkpoints that jobs ask for."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.pathway.engine import jobs
from commongoal.pathway.engine.casework import PayPeriod
from commongoal.pathway.engine.jobs import JobDays, JobDetails, check_alone, checked_job, checkpoints_wanted
from commongoal.pathway.engine.minimum_wage import Check, Standing, age_on, check_pay, hourly_pay
from commongoal.pathway.files.minimum_wage import minimum_wage

TODAY = dt.date(2026, 3, 2)
WEEK = dt.timedelta(weeks=1)
KINDS = ("payslip", "none_yet")
JOB = JobDetails(
    from_on=dt.date(2026, 1, 5),
    weekly_hours=Decimal(16),
    pay_pence=20000,
    pay_period=PayPeriod.WEEK,
    occupation="Care assistant",
    evidence_kind="payslip",
    employer="Harbour Care",
)


def test_a_job_is_tidied_and_kept() -> None:
    found = checked_job(replace(JOB, employer="  Harbour   Care ", occupation_code=" 6135 "), KINDS, TODAY)
    assert (found.employer, found.occupation_code) == ("Harbour Care", "6135")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"employer": " "}, jobs.NeedsEmployer),
        ({"self_employed": True}, jobs.EmployerOfSelf),
        ({"occupation": ""}, jobs.NeedsOccupation),
        ({"occupation_code": "61"}, jobs.BadOccupationCode),
        ({"weekly_hours": Decimal(0)}, jobs.BadHours),
        ({"weekly_hours": Decimal(169)}, jobs.BadHours),
        ({"pay_pence": 0}, jobs.NeedsPay),
        ({"evidence_kind": "hearsay"}, jobs.UnknownEvidence),
        ({"from_on": TODAY + dt.timedelta(days=1)}, jobs.JobInFuture),
        ({"to_on": JOB.from_on, "ended_why": "x"}, jobs.EndsBeforeStart),
        ({"to_on": TODAY + dt.timedelta(days=2), "ended_why": "x"}, jobs.EndInFuture),
        ({"to_on": TODAY}, jobs.NeedsWhy),
    ],
)
def test_what_a_job_cannot_be(change: dict, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        checked_job(replace(JOB, **change), KINDS, TODAY)


def test_two_jobs_of_one_employer_on_the_same_days_are_one_too_many() -> None:
    until = replace(JOB, to_on=dt.date(2026, 2, 1))
    check_alone(replace(JOB, from_on=dt.date(2026, 2, 1)), [until])
    check_alone(replace(JOB, employer="Another"), [JOB])
    with pytest.raises(jobs.JobThereAlready):
        check_alone(replace(JOB, from_on=dt.date(2026, 1, 31), employer="harbour care"), [until])
    with pytest.raises(jobs.JobThereAlready):
        check_alone(JOB, [JOB])


# --- pay


def standing(age: int, pence: int, on: dt.date = dt.date(2025, 6, 2), period: PayPeriod = PayPeriod.HOUR) -> Standing:
    born = on.replace(year=on.year - age)
    return check_pay(
        minimum_wage(), pay_pence=pence, period=period, weekly_hours=Decimal(16), on=on, born_on=born
    ).standing


def test_pay_is_held_against_the_wage_of_that_age_and_day() -> None:
    for age, pence in ((17, 755), (18, 1000), (20, 1000), (21, 1221), (50, 1221)):
        assert standing(age, pence) is Standing.ENOUGH, age
        assert standing(age, pence - 1) is Standing.BELOW, age
    assert standing(22, 918, dt.date(2023, 3, 31)) is Standing.ENOUGH
    assert standing(22, 918, dt.date(2023, 4, 1)) is Standing.BELOW
    assert standing(23, 949, dt.date(2022, 4, 1)) is Standing.BELOW
    assert standing(15, 100) is Standing.NO_RATE
    assert standing(30, 100, dt.date(2021, 3, 1)) is Standing.NO_RATE


def test_what_cannot_be_checked_says_so() -> None:
    given = {"pay_pence": 100, "period": PayPeriod.HOUR, "weekly_hours": Decimal(16), "on": TODAY}
    assert check_pay(minimum_wage(), born_on=None, **given).standing is Standing.NO_AGE
    found = check_pay(minimum_wage(), born_on=dt.date(1990, 1, 1), self_employed=True, **given)
    assert found.standing is Standing.NOT_DUE


def test_pay_of_every_period_is_the_same_an_hour() -> None:
    of_period = {"hour": 1221, "week": 1221 * 16, "two weeks": 1221 * 32, "year": 1221 * 16 * 52}
    of_period["month"] = 1221 * 16 * 52 // 12
    for period, pence in of_period.items():
        assert hourly_pay(pence, PayPeriod(period), Decimal(16), 52) == 1221, period
        assert standing(30, pence, period=PayPeriod(period)) is Standing.ENOUGH
        assert standing(30, pence - 1, period=PayPeriod(period)) is Standing.BELOW


def test_birthdays() -> None:
    assert [age_on(dt.date(2004, 2, 29), dt.date(2025, 2, 28) + dt.timedelta(days=d)) for d in (0, 1)] == [20, 21]


def test_every_rate_says_whether_somebody_has_checked_it_and_when_to_look_again() -> None:
    table = minimum_wage()
    assert table.look_again_on > table.checked_on
    assert [period.from_on for period in table.periods] == [dt.date(year, 4, 1) for year in range(2022, 2027)]
    rates = [rate for period in table.periods for rate in period.rates]
    assert all(rate.verified for rate in rates)
    assert all(period.apprentice_verified for period in table.periods)


def checked(born: dt.date, on: dt.date, pence: int = 1) -> Check:
    return check_pay(
        minimum_wage(), pay_pence=pence, period=PayPeriod.HOUR, weekly_hours=Decimal(16), on=on, born_on=born
    )


def test_the_minimum_changes_on_the_birthday_and_on_the_first_of_april() -> None:
    born = dt.date(2004, 11, 20)  # 18 in 2022, 21 on 20 November 2025
    days = [(2025, 11, 19), (2025, 11, 20), (2026, 3, 31), (2026, 4, 1)]
    found = [checked(born, dt.date(*day)).minimum for day in days]
    assert found == [Decimal("10.0"), Decimal("12.21"), Decimal("12.21"), Decimal("12.71")]
    # Until March 2024 those of 21 and 22 had a rate of their own, and 23 was the age of the highest.
    assert checked(dt.date(2002, 3, 1), dt.date(2024, 3, 31)).minimum == Decimal("10.18")
    assert checked(dt.date(2002, 3, 1), dt.date(2024, 4, 1)).minimum == Decimal("11.44")
    assert checked(dt.date(2001, 3, 31), dt.date(2024, 3, 31)).minimum == Decimal("10.42")


def test_nobody_has_a_minimum_wage_before_they_may_leave_school() -> None:
    leaving = dt.date(2025, 6, 27)  # the last Friday of June
    for born in (dt.date(2008, 9, 1), dt.date(2009, 6, 26)):  # 16 between September 2024 and August 2025
        assert checked(born, leaving).standing is Standing.AT_SCHOOL, born
        after = checked(born, leaving + dt.timedelta(days=1))
        assert (after.standing, after.minimum) == (Standing.BELOW, Decimal("7.55")), born
    assert checked(dt.date(2009, 8, 31), dt.date(2025, 8, 31)).standing is Standing.BELOW  # 16 on the last day
    assert checked(dt.date(2009, 9, 1), dt.date(2025, 9, 1)).standing is Standing.AT_SCHOOL  # a year later
    assert minimum_wage().school.last_day(dt.date(2010, 1, 1)) == dt.date(2026, 6, 26)


# --- checkpoints

days_drawn = st.lists(
    st.builds(
        lambda pk, first, length: JobDays(
            pk, TODAY - dt.timedelta(days=first), None if length is None else TODAY - dt.timedelta(days=first - length)
        ),
        st.integers(1, 99),
        st.integers(0, 200),
        st.none() | st.integers(1, 150),
    ),
    max_size=5,
    unique_by=lambda job: job.job,
)


@given(days_drawn)
def test_checkpoints_count_from_the_first_day_of_unbroken_work(found: list[JobDays]) -> None:
    wanted = checkpoints_wanted(found, (4, 13), TODAY)

    def at_work(day: dt.date) -> bool:
        return any(job.from_on <= day and (job.to_on is None or day < job.to_on) for job in found)

    begun = TODAY if at_work(TODAY) else None
    last = max((job.to_on or dt.date.max for job in found), default=dt.date.min)
    if begun is None:
        assert wanted == () or last > TODAY
        return
    while at_work(begun - dt.timedelta(days=1)):
        begun -= dt.timedelta(days=1)
    assert [each.due_on for each in wanted] == [begun + 4 * WEEK, begun + 13 * WEEK]
    assert {each.job for each in wanted} == {min((job.from_on, job.job) for job in found if job.from_on == begun)[1]}


def test_work_that_ended_asks_for_nothing() -> None:
    assert checkpoints_wanted([JobDays(1, dt.date(2026, 1, 5), TODAY)], (4,), TODAY) == ()
    assert checkpoints_wanted([], (4,), TODAY) == ()
