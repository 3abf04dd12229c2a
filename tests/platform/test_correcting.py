"""Answers put right: outcomes of appointments, attendance and checkpoints; groups closed and opened again."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.models import Action
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions import appointments, groups, working
from commongoal.pathway.engine import appointments as rules
from commongoal.pathway.engine import groups as group_rules
from commongoal.pathway.engine import jobs as job_rules
from commongoal.pathway.engine.appointments import NeedsWhy
from commongoal.pathway.engine.casework import AppointmentStatus, AttendanceStatus, CheckpointStatus
from commongoal.pathway.engine.correcting import NothingToCorrect
from commongoal.pathway.models import Appointment, Attendance, Checkpoint, GroupMember, Job, SaidBefore
from commongoal.pathway.queries.appointments import appointments as appointments_of
from commongoal.pathway.queries.groups import group_session
from commongoal.pathway.queries.groups import groups as groups_of
from commongoal.pathway.queries.jobs import work_of
from commongoal.people.actions.waiting import last_contact
from commongoal.people.models import Worker
from tests.platform.deeds_meeting import AFTER, SOON, a_group, booked, helped, kept
from tests.platform.test_groups import held, take
from tests.platform.test_page_prices import dear
from tests.platform.test_working import TODAY, a_job, posted, record, today_job
from tests.platform.together import at_once, parted
from tests.platform.world import AT, World, make_person, make_world, now, put_in_force

SignIn = Callable[[Viewer], Client]
CAME, LATE, MISSED = AppointmentStatus.ATTENDED, AppointmentStatus.LATE, AppointmentStatus.MISSED
CANCELLED = AppointmentStatus.CANCELLED


def said(world: World, person: int, status: AppointmentStatus = MISSED, why: str = "not known") -> int:
    pk = booked(world, person)
    appointments.record_outcome(by=world.viewer(), at=AFTER, person=person, appointment=pk, status=status, why=why)
    return pk


def correct(world: World, person: int, pk: int, status: AppointmentStatus, why: str = "", **changes: object) -> None:
    given = {"by": world.viewer(), "at": AFTER, "version": 0, **changes}
    appointments.correct_outcome(person=person, appointment=pk, status=status, why=why, **given)


# --- appointments


def test_an_outcome_put_right_keeps_what_it_said_and_counts_as_contact(world: World) -> None:
    person = helped(world)
    pk = said(world, person)
    assert last_contact(person) is None
    correct(world, person, pk, CAME)
    row = Appointment.objects.get(pk=pk)
    assert (row.status, row.why) == (CAME.value, "")
    assert Worker.objects.get(person_id=person).last_contact_on == SOON.date()
    correct(world, person, pk, MISSED, "It was somebody else", version=1)
    assert Worker.objects.get(person_id=person).last_contact_on is None  # and what was no contact is none
    (line,) = appointments_of(person, world.viewer(), AFTER).value.part.rows
    assert [(each.said, each.note) for each in line.before] == [(MISSED.value, "not known"), (CAME.value, "")]
    told = Action.objects.filter(subject="appointment", subject_id=pk).order_by("pk").values_list("before", "after")
    assert (told[2][0]["status"], told[2][1]["status"]) == (MISSED.value, CAME.value)


def test_what_cannot_be_put_right(world: World) -> None:
    person = helped(world)
    pk = booked(world, person)
    with pytest.raises(rules.NothingSaidYet):
        correct(world, person, pk, CAME)
    appointments.cancel_appointment(by=world.viewer(), at=AT, person=person, appointment=pk, why="Ill")
    with pytest.raises(rules.NotYet):
        correct(world, person, pk, CAME, at=AT)
    correct(world, person, pk, LATE)  # they came after all
    for status, why, refusal in (
        (LATE, "", NothingToCorrect), (MISSED, " ", NeedsWhy), (CANCELLED, "", NeedsWhy),
    ):  # fmt: skip
        with pytest.raises(refusal):
            correct(world, person, pk, status, why, version=1)
    moved = booked(world, person, AFTER)
    appointments.move_appointment(
        by=world.viewer(), at=AT, person=person, appointment=moved, why="Bus", reminder=rules.Reminder.NONE,
        slot=rules.Slot(AFTER + dt.timedelta(days=1), 30, rules.Mode.PHONE),
    )  # fmt: skip
    with pytest.raises(rules.AppointmentOver):
        correct(world, person, moved, CAME)
    with pytest.raises(ValueError, match="no outcome"):
        correct(world, person, pk, AppointmentStatus.BOOKED)
    with pytest.raises(NotThere):
        correct(world, person, pk, CAME, version=1, by=world.viewer("provider"))
    assert SaidBefore.objects.count() == 1


def test_the_second_to_put_it_right_is_told(world: World) -> None:
    person = helped(world)
    pk = said(world, person)
    correct(world, person, pk, CAME)
    with pytest.raises(ChangedMeanwhile, match=f"{world.viewer().name} has put this right"):
        correct(world, person, pk, LATE)
    assert Appointment.objects.get(pk=pk).status == CAME.value


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pause", [0, 3])
def test_two_put_it_right_at_once(transactional_db: None, pause: int) -> None:
    world = make_world()
    person = helped(world)
    pk = said(world, person)
    results = at_once(lambda: correct(world, person, pk, CAME), lambda: correct(world, person, pk, LATE), pause=pause)
    won, lost = parted(results)
    assert (len(won), len(lost)) == (1, 1), results
    assert isinstance(lost[0], Refused)
    assert SaidBefore.objects.count() == 1


def test_an_outcome_is_put_right_on_its_page(world: World, signed_in: SignIn) -> None:
    person = helped(world)
    pk = said(world, person)
    Appointment.objects.update(starts_at=now() - dt.timedelta(days=1))
    client, at = signed_in(world.viewer()), f"/people/{person}/appointments/"
    assert "Put this right" in client.get(at).content.decode()
    page = client.get(f"{at}{pk}/correct/").content.decode()
    assert "It says now: did not come. Why: not known." in page
    sent = {"version": 0, "status": CAME.value, "why": ""}
    assert "What it said before is kept" in client.post(f"{at}{pk}/correct/", sent, follow=True).content.decode()
    text = client.get(at).content.decode()
    assert "It said before: did not come (not known). Put right by" in text
    late = client.post(f"{at}{pk}/correct/", {**sent, "status": LATE.value}).content.decode()
    assert "has put this right" in late
    assert 'name="version" value="1"' in late  # seen now: sent again, it is taken
    assert client.post(f"{at}{pk}/correct/", {**sent, "version": 1, "status": LATE.value}).status_code == 302
    pages = {each: (lambda each=each: client.get(at + each)) for each in ("", f"{pk}/correct/")}
    assert dear(pages) == ""


# --- groups


def test_a_closed_group_takes_nobody_and_opens_again(world: World, signed_in: SignIn) -> None:
    group, by = a_group(world), world.viewer()
    person = helped(world)
    groups.join_group(by=by, at=AT, group=group, people=[person], from_on=AT.date())
    (session,) = groups.plan_sessions(by=by, at=AT, group=group, starts=[SOON], minutes=60)
    with pytest.raises(group_rules.GroupStillMeets, match="Thursday 5 March at 10am"):
        groups.close_group(by=by, at=AT, group=group)
    groups.cancel_session(by=by, at=AT, group=group, session=session, why="No room")
    groups.close_group(by=by, at=AT, group=group)
    with pytest.raises(group_rules.GroupClosed):
        groups.close_group(by=by, at=AT, group=group)
    with pytest.raises(group_rules.GroupClosed):
        groups.join_group(by=by, at=AT, group=group, people=[helped(world)], from_on=AT.date())
    with pytest.raises(group_rules.GroupClosed):
        groups.plan_sessions(by=by, at=AT, group=group, starts=[AFTER], minutes=60)
    with pytest.raises(NotThere):
        groups.reopen_group(by=world.viewer("provider"), at=AT, group=group)
    assert groups_of(by, AT).rows == ()
    assert [each.closed_on for each in groups_of(by, AT, closed=True).rows] == [AT.date()]
    client = signed_in(by)
    assert "1 closed group" in client.get("/groups/?closed=yes").content.decode()
    assert "Closed on" in client.get(f"/groups/{group}/").content.decode()
    assert "is closed: open it" in client.post(f"/groups/{group}/close/").content.decode()
    assert client.post(f"/groups/{group}/reopen/").status_code == 302
    with pytest.raises(group_rules.GroupOpen):
        groups.reopen_group(by=by, at=AT, group=group)
    assert GroupMember.objects.filter(group=group, to_on=None).count() == 1  # whoever was in it is in it
    assert client.post(f"/groups/{group}/close/").status_code == 302


def test_attendance_put_right_keeps_what_it_said(world: World, signed_in: SignIn) -> None:
    group, session, (one, two) = held(world)
    take(world, group, session, {one: AttendanceStatus.MISSED, two: AttendanceStatus.CAME}, at=now())
    take(world, group, session, {one: AttendanceStatus.CAME, two: AttendanceStatus.CAME}, at=now())
    marks = {each.person: each for each in group_session(group, session, world.viewer()).value.marks}
    assert [each.said for each in marks[one].before] == [AttendanceStatus.MISSED.value]
    assert (marks[one].status, marks[two].before) == (AttendanceStatus.CAME, ())
    assert Attendance.objects.count() == 2
    page = signed_in(world.viewer()).get(f"/groups/{group}/sessions/{session}/").content.decode()
    assert "Before: did not come, put right by" in page


# --- checkpoints


def answered(world: World) -> tuple[int, int]:
    put_in_force(world)
    person = make_person(world)
    record(world, person, a_job())
    point = Checkpoint.objects.filter(person_id=person).earliest("due_on").pk
    working.answer_checkpoint(
        by=world.viewer(), at=AT, person=person, checkpoint=point, status=CheckpointStatus.NOT_IN_WORK, on=TODAY,
        note="Their sister said",
    )  # fmt: skip
    return person, point


def test_an_answered_checkpoint_is_put_right_and_keeps_what_it_said(world: World) -> None:
    person, point = answered(world)
    given = {"by": world.viewer(), "at": AT, "person": person, "checkpoint": point, "on": TODAY}
    in_work = {**given, "status": CheckpointStatus.IN_WORK}
    with pytest.raises(job_rules.UnknownEvidence):
        working.correct_checkpoint(**in_work, version=0)
    working.correct_checkpoint(**in_work, version=0, evidence_kind="payslip")
    with pytest.raises(ChangedMeanwhile):
        working.correct_checkpoint(**in_work, version=0, evidence_kind="payslip")
    with pytest.raises(NothingToCorrect):
        working.correct_checkpoint(**in_work, version=1, evidence_kind="payslip")
    other = Checkpoint.objects.filter(person_id=person, status="due").earliest("due_on").pk
    with pytest.raises(job_rules.NotAnswered):
        working.correct_checkpoint(**{**in_work, "checkpoint": other}, version=0, evidence_kind="payslip")
    (found,) = work_of(person, world.viewer(), TODAY).value.answered
    assert (found.status, found.evidence_kind) == (CheckpointStatus.IN_WORK, "payslip")
    assert [(each.said, each.note) for each in found.before] == [("not in work", "Their sister said")]
    row = SaidBefore.objects.get()
    assert (row.checkpoint_id, row.on) == (point, TODAY)


def test_a_checkpoint_is_put_right_on_its_page(world: World, signed_in: SignIn) -> None:
    person, point = answered(world)
    client, at = signed_in(world.viewer()), f"/people/{person}/work/"
    assert "Put this right" in client.get(at).content.decode()
    address = f"{at}checkpoints/{point}/correct/"
    assert "It says now: not in work, asked on 2 March 2026" in client.get(address).content.decode()
    sent = {"version": 0, "status": "in work", "on_day": 1, "on_month": 3, "on_year": 2026, "evidence_kind": "payslip"}
    assert client.post(address, sent).status_code == 302
    assert "It said before: not in work (Their sister said)" in client.get(at).content.decode()
    again = client.post(address, {**sent, "status": "could not reach them"}).content.decode()
    assert "has put this right" in again
    due = Checkpoint.objects.filter(person_id=person, status="due").earliest("due_on").pk
    assert "answer it" in client.get(f"{at}checkpoints/{due}/correct/").content.decode()
    assert dear({"correct": lambda: client.get(address), "work": lambda: client.get(at)}) == ""


# --- a document as the evidence of a job


def test_a_job_is_shown_by_one_of_their_documents(world: World, signed_in: SignIn, tmp_path: object) -> None:
    put_in_force(world)
    person, other = helped(world), helped(world)
    payslip, strange = kept(world, person, tmp_path), kept(world, other, tmp_path, b"%PDF-1.7\n1 0 obj\n%%EOF\n")
    with pytest.raises(job_rules.NotTheirDocument):
        record(world, person, a_job(document=strange))
    client = signed_in(world.viewer())
    page = client.get(f"/people/{person}/work/record/").content.decode()
    assert "Is it among their documents?" in page
    for kind in ("Payslip", "Letter or e-mail from the employer", "Earnings matched by HMRC", "Record of self-emp"):
        assert kind in page  # what the programme takes is listed
    assert client.post(f"/people/{person}/work/record/", posted(document=strange)).status_code == 200
    assert client.post(f"/people/{person}/work/record/", posted(document=payslip)).status_code == 302
    job = Job.objects.get()
    assert job.document_id == payslip
    assert f'/documents/{payslip}/"' in client.get(f"/people/{person}/work/").content.decode()
    # Whoever may record jobs and not see documents keeps what is there.
    details = today_job(document=payslip, occupation="Cook")
    working.correct_job(by=world.viewer(), at=now(), person=person, job=job.pk, details=details)
    assert Job.objects.get(supersedes=job).document_id == payslip


def test_under_the_minimum_wage_says_rate_age_and_day(world: World, signed_in: SignIn) -> None:
    put_in_force(world)
    person = make_person(world)
    page = signed_in(world.viewer()).post(f"/people/{person}/work/record/", posted(pay="9.99")).content.decode()
    assert "The pay comes to £9.99 an hour. At 41, on" in page or "The pay comes to £9.99 an hour. At 40, on" in page
    assert "the minimum is £" in page


def test_what_was_said_hangs_on_one_thing_alone(world: World) -> None:
    by = world.viewer()
    with pytest.raises(IntegrityError), transaction.atomic():
        SaidBefore.objects.create(status="came", corrected_at=AT, corrected_by_id=by.membership)
