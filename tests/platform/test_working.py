"""Jobs recorded, ended, corrected and withdrawn, and the checkpoints that follow them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotAllowed, NotThere
from commongoal.access.models import Action
from commongoal.pathway.actions import working
from commongoal.pathway.engine import jobs as refusals
from commongoal.pathway.engine.casework import CheckpointStatus, PayPeriod
from commongoal.pathway.engine.jobs import JobDetails
from commongoal.pathway.models import Checkpoint, Job
from commongoal.pathway.queries.jobs import WorkNotShared, work_of
from commongoal.pathway.queries.timeline import events
from commongoal.people.models import Person
from tests.platform.test_page_prices import MOST, price
from tests.platform.world import AT, World, make_person, put_in_force

SignIn = Callable[[Viewer], Client]
TODAY = AT.date()
FIRST = dt.date(2025, 10, 6)  # 21 weeks before
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def place(world: World) -> World:
    put_in_force(world)
    return world


def a_job(**changes: object) -> JobDetails:
    job = JobDetails(
        from_on=FIRST,
        weekly_hours=Decimal(16),
        pay_pence=1300,
        pay_period=PayPeriod.HOUR,
        occupation="Care assistant",
        evidence_kind="payslip",
        employer="Harbour Care",
    )
    return replace(job, **changes)


def record(world: World, person: int, details: JobDetails, at: dt.datetime = AT) -> int:
    return working.record_job(by=world.viewer(), at=at, person=person, programme=world.programme.pk, details=details)


def due(person: int) -> list[tuple[int, dt.date]]:
    rows = Checkpoint.objects.filter(person_id=person, status="due").order_by("due_on")
    return list(rows.values_list("weeks", "due_on"))


def test_a_first_job_makes_checkpoints_with_whom_to_ask(place: World) -> None:
    person = make_person(place, contact_by="text")
    record(place, person, a_job())
    assert due(person) == [(weeks, FIRST + weeks * WEEK) for weeks in (4, 13, 26, 52)]
    assert {row.contact for row in Checkpoint.objects.all()} == {"the person by text (as they prefer), or Harbour Care"}
    record(place, person, a_job(employer="Second Shop", from_on=TODAY - WEEK))
    assert len(due(person)) == 4  # a second job beside the first brings no others


def test_checkpoints_follow_the_jobs_and_answered_ones_stay(place: World) -> None:
    person, by = make_person(place), place.viewer()
    job = record(place, person, a_job())
    first = Checkpoint.objects.get(weeks=4)
    working.answer_checkpoint(
        by=by, at=AT, person=person, checkpoint=first.pk, status=CheckpointStatus.IN_WORK, on=TODAY,
        evidence_kind="payslip",
    )  # fmt: skip
    with pytest.raises(refusals.AnsweredAlready):
        working.answer_checkpoint(
            by=by, at=AT, person=person, checkpoint=first.pk, status=CheckpointStatus.NOT_REACHED, on=TODAY
        )
    job = working.correct_job(by=by, at=AT, person=person, job=job, details=a_job(from_on=FIRST + WEEK))
    assert due(person) == [(weeks, FIRST + (weeks + 1) * WEEK) for weeks in (13, 26, 52)]
    working.end_job(by=by, at=AT, person=person, job=job, to_on=TODAY, why="It was temporary")
    assert due(person) == []
    again = record(place, person, a_job(employer="Second Shop", from_on=TODAY))
    assert due(person)[0] == (13, FIRST + 14 * WEEK)  # work went on without a day between
    working.withdraw_job(by=by, at=AT, person=person, job=again, why="A slip")
    assert due(person) == []
    assert Checkpoint.objects.get(pk=first.pk).status == "in work"


def test_corrections_supersede_and_the_later_of_two_is_told(place: World) -> None:
    person, by, other = make_person(place), place.viewer(), place.another()
    job = record(place, person, a_job())
    newer = working.correct_job(by=by, at=AT, person=person, job=job, details=a_job(occupation="Cook"))
    assert Job.objects.get(pk=job).occupation == "Care assistant"
    assert [each.details.occupation for each in work_of(person, by, TODAY).value.jobs] == ["Cook"]
    with pytest.raises(ChangedMeanwhile, match="has corrected this job"):
        working.correct_job(by=other, at=AT, person=person, job=job, details=a_job(occupation="Baker"))
    working.withdraw_job(by=by, at=AT, person=person, job=newer, why="Not theirs")
    with pytest.raises(ChangedMeanwhile, match="withdrawn"):
        working.end_job(by=other, at=AT, person=person, job=newer, to_on=TODAY, why="x")
    assert work_of(person, by, TODAY).value.jobs == ()


def test_a_second_click_records_nothing_twice(place: World) -> None:
    person = make_person(place)
    record(place, person, a_job())
    with pytest.raises(refusals.JobThereAlready):
        record(place, person, a_job())
    assert Job.objects.count() == 1


def test_pay_under_the_minimum_needs_a_reason(place: World) -> None:
    person = make_person(place)
    with pytest.raises(
        refusals.BelowMinimumWage, match=r"£12\.20 an hour. At 40, on 6 October 2025, the minimum is £12\.21"
    ):
        record(place, person, a_job(pay_pence=1220))
    job = record(place, person, a_job(pay_pence=1220, below_minimum_why="An apprentice"))
    assert Job.objects.get(pk=job).below_minimum_why == "An apprentice"
    Person.objects.filter(pk=person).update(born_on=None)
    record(place, person, a_job(pay_pence=1, employer="Other"))


def test_refusals_of_ends_and_answers(place: World) -> None:
    person, by = make_person(place), place.viewer()
    job, point = record(place, person, a_job()), Checkpoint.objects.get(weeks=4).pk
    end = {"by": by, "at": AT, "person": person, "job": job}
    for refusal, values in (
        (refusals.NeedsWhy, {"to_on": TODAY, "why": " "}),
        (refusals.EndInFuture, {"to_on": TODAY + WEEK, "why": "x"}),
        (refusals.EndsBeforeStart, {"to_on": FIRST, "why": "x"}),
    ):
        with pytest.raises(refusal):
            working.end_job(**end, **values)
    working.end_job(**end, to_on=TODAY + dt.timedelta(days=1), why="x")
    with pytest.raises(refusals.JobEnded):
        working.end_job(**end, to_on=TODAY, why="x")
    answer = {"by": by, "at": AT, "person": person, "checkpoint": point, "on": TODAY}
    in_work = {**answer, "status": CheckpointStatus.IN_WORK}
    for refusal, values in (
        (refusals.NeedsAnswer, {**answer, "status": CheckpointStatus.DUE}),
        (refusals.UnknownEvidence, in_work),
        (refusals.UnknownEvidence, {**in_work, "evidence_kind": "hearsay"}),
        (refusals.AnswerInFuture, {**in_work, "evidence_kind": "payslip", "on": TODAY + WEEK}),
    ):
        with pytest.raises(refusal):
            working.answer_checkpoint(**values)
    with pytest.raises(refusals.NeedsWhy):
        working.withdraw_job(by=by, at=AT, person=person, job=job, why=" ")


def test_only_who_works_with_them_records_and_only_who_may_know_reads(place: World) -> None:
    person = make_person(place)
    record(place, person, a_job())
    with pytest.raises(NotThere):
        working.record_job(
            by=place.viewer("provider"), at=AT, person=person, programme=place.programme.pk, details=a_job()
        )
    with pytest.raises((NotAllowed, NotThere)):
        working.record_job(
            by=place.viewer(role=Role.FINANCE), at=AT, person=person, programme=place.programme.pk, details=a_job()
        )
    agreed = make_person(place, "provider", Relation.AGREED)  # nothing but that they are known
    with pytest.raises(WorkNotShared):
        work_of(agreed, place.viewer("provider"), TODAY)
    assert Job.objects.count() == 1


def test_the_audit_has_each_change(place: World) -> None:
    person = make_person(place)
    record(place, person, a_job())
    row = Action.objects.get(verb="record job")
    assert (row.subject, row.person_id, row.after["from_on"]) == ("job", person, FIRST.isoformat())


def test_the_timeline_tells_of_jobs_and_checkpoints(place: World) -> None:
    person, by = make_person(place), place.viewer()
    job, point = record(place, person, a_job()), Checkpoint.objects.get(weeks=4).pk
    working.answer_checkpoint(
        by=by,
        at=AT,
        person=person,
        checkpoint=point,
        status=CheckpointStatus.IN_WORK,
        on=TODAY,
        evidence_kind="payslip",
    )
    working.end_job(by=by, at=AT, person=person, job=job, to_on=TODAY, why="It was temporary")
    found = {(event.on, event.title) for event in events(person, by)}
    assert found >= {
        (FIRST, "Began work: Care assistant, Harbour Care"),
        (TODAY - dt.timedelta(days=1), "A job ended: Care assistant, Harbour Care"),
        (TODAY, "Checkpoint at 4 weeks: in work"),
    }


# --- pages


def today_job(**changes: object) -> JobDetails:
    """A job that began 21 weeks before the day on which the pages are asked for."""
    return a_job(from_on=now_first(), **changes)


def now_first() -> dt.date:
    from django.utils.timezone import localdate

    return localdate() - 21 * WEEK


def posted(**changes: object) -> dict[str, object]:
    day = now_first()
    return {
        "from_on_day": day.day, "from_on_month": day.month, "from_on_year": day.year, "self_employed": "no",
        "employer": "Harbour Care", "occupation": "Care assistant", "weekly_hours": "16", "pay": "13.00",
        "pay_period": "hour", "evidence_kind": "payslip", **changes,
    }  # fmt: skip


def test_the_page_says_how_the_weeks_stand(place: World, signed_in: SignIn) -> None:
    from django.utils.timezone import now

    person, client = make_person(place), signed_in(place.viewer())
    assert "No job recorded yet" in client.get(f"/people/{person}/work/").content.decode()
    record(place, person, today_job(evidence_kind="none_yet"), now())
    page = client.get(f"/people/{person}/work/").content.decode()
    last = now_first() + 30 * WEEK - dt.timedelta(days=1)
    assert f"21 weeks counted, 5 more needed by {last.day} {last:%B %Y}" in page
    assert "Evidence needed" in page
    assert "Met on" in page
    assert "Overdue" in page
    for number in range(8):
        record(place, person, today_job(employer=f"Shop {number}"), now())
    asked = price(lambda: client.get(f"/people/{person}/work/"))
    assert len(asked) <= MOST, "\n".join(asked)


def test_forms_keep_what_was_typed_and_say_what_is_wrong(place: World, signed_in: SignIn) -> None:
    person, client = make_person(place), signed_in(place.viewer())
    page = client.post(f"/people/{person}/work/record/", posted(pay="9.99"))
    assert "under the minimum wage" in page.content.decode()
    assert "Harbour Care" in page.content.decode()
    assert Job.objects.count() == 0
    page = client.post(f"/people/{person}/work/record/", posted(), follow=True)
    assert "at or over the minimum wage" in page.content.decode()
    job = Job.objects.get()
    assert job.programme_id == place.programme.pk
    page = client.get(f"/people/{person}/work/{job.pk}/correct/")
    assert 'value="Harbour Care"' in page.content.decode()
    client.post(f"/people/{person}/work/{job.pk}/correct/", posted(weekly_hours="20"))
    newer = Job.objects.get(supersedes=job)
    assert (newer.weekly_hours, newer.to_on) == (20, None)
    ends = {"last_on_day": 1, "last_on_month": 1, "last_on_year": 2020, "why": "x"}
    assert "cannot be before the first" in client.post(f"/people/{person}/work/{newer.pk}/end/", ends).content.decode()
    point = Checkpoint.objects.filter(status="due").earliest("due_on").pk
    said = {"status": "in work", "on_day": 1, "on_month": 2, "on_year": 2026, "evidence_kind": "payslip"}
    assert client.post(f"/people/{person}/work/checkpoints/{point}/", said).status_code == 302
    assert client.post(f"/people/{person}/work/{newer.pk}/withdraw/", {"why": "A slip"}).status_code == 302
    assert Checkpoint.objects.filter(status="due").count() == 0
