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
from commongoal.pathway.engine.minimum_wage import Standing, age_on, check_pay, hourly_pay
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
    for age, pence in ((16, 755), (17, 755), (18, 1000), (20, 1000), (21, 1221), (50, 1221)):
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
    assert not table.periods[0].rates[-1].verified


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
