"""Unusual reading: tallied, found, shown to the data-protection officer and answered; the tasks that do it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from commongoal.access.actions.reading import note_reading
from commongoal.access.actions.sealing import seal_audit
from commongoal.access.actions.watching import (
    AlreadyAnswered,
    AnswerNeedsNote,
    answer_finding,
    keep_findings,
    tally_reading,
)
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed
from commongoal.access.engine.unusual import FindingAnswer, FindingKind, Found
from commongoal.access.models import Action, ChainCheck, Finding, Reading, ReadingDay, Seal, User
from commongoal.access.queries.watching import open_findings, opened_on
from commongoal.people.queries.looking import unusual_people
from tests.platform.test_audit import repeated
from tests.platform.together import at_once
from tests.platform.world import World, add_member, make_person, now

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)
IN_DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def local(on: dt.date, hour: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(on, dt.time(hour)))


def officer(world: World) -> Viewer:
    return world.viewer("council", Role.DATA_PROTECTION)


def test_a_day_is_tallied_in_local_time_without_lists_residents_and_the_audit_itself(world: World) -> None:
    by = world.viewer()
    note_reading([1, 2, 2], page="person", by=by, at=local(MONDAY, 12))
    note_reading([3], page="person", by=by, at=local(MONDAY, 23))
    note_reading([4, 5], page="people", by=by, at=local(MONDAY, 12), listed=True)
    note_reading([6], page="audit_looked", by=officer(world), at=local(MONDAY, 12))
    note_reading([7], page="own_record", by=world.viewer("council", Role.RESIDENT), at=local(MONDAY, 12))
    note_reading([8], page="person", by=by, at=local(MONDAY + dt.timedelta(days=1), 0))
    assert tally_reading(MONDAY) == 1
    tally_reading(MONDAY)
    day = ReadingDay.objects.get()
    assert (day.membership_id, day.opened, day.out_of_hours) == (by.membership, 3, 1)
    assert {one.person for one in opened_on(MONDAY)} == {1, 2, 3}


def test_all_of_a_weekend_is_out_of_hours(world: World) -> None:
    saturday = MONDAY - dt.timedelta(days=2)
    note_reading([1, 2], page="person", by=world.viewer(), at=local(saturday, 12))
    tally_reading(saturday)
    assert ReadingDay.objects.get().out_of_hours == 2


def test_records_of_people_an_organisation_does_not_work_with_are_found(world: World) -> None:
    theirs, others = make_person(world, "council"), make_person(world, "nhs")
    by = world.viewer()
    note_reading([theirs, others], page="person", by=by, at=now())
    on = timezone.localdate(now())
    found = unusual_people(opened_on(on), on)
    assert found == (Found(by.membership, FindingKind.NOT_THEIRS, on, 1),)


def test_a_record_with_the_reader_s_own_family_name_is_found(world: World) -> None:
    person = make_person(world, last_name="Hart-Marden")
    by = add_member(world.organisations["council"], Role.KEY_WORKER)
    User.objects.filter(pk=by.user).update(name="Ada MARDEN")
    note_reading([person], page="person", by=by, at=now())
    on = timezone.localdate(now())
    assert unusual_people(opened_on(on), on) == (Found(by.membership, FindingKind.SAME_NAME, on, 1, person=person),)


def test_a_finding_is_kept_once_and_brought_up_to_date(world: World) -> None:
    by = world.viewer()
    first = Found(by.membership, FindingKind.OUT_OF_HOURS, MONDAY, 5)
    assert keep_findings([first], at=now()) == 1
    assert keep_findings([Found(by.membership, FindingKind.OUT_OF_HOURS, MONDAY, 9)], at=now()) == 0
    assert Finding.objects.get().counted == 9


def make_finding(world: World, person: int = 0) -> int:
    keep_findings([Found(world.viewer().membership, FindingKind.OUT_OF_HOURS, MONDAY, 7, person=person)], at=now())
    return Finding.objects.latest("id").pk


def test_a_finding_is_answered_once_with_a_note_unless_it_was_work(world: World) -> None:
    pk = make_finding(world)
    with pytest.raises(NotAllowed):
        answer_finding(pk, FindingAnswer.EXPLAINED, "", by=world.viewer("council", Role.MANAGER), at=now())
    with pytest.raises(AnswerNeedsNote):
        answer_finding(pk, FindingAnswer.BREACH, " ", by=officer(world), at=now())
    answer_finding(pk, FindingAnswer.EXPLAINED, "", by=officer(world), at=now())
    with pytest.raises(AlreadyAnswered):
        answer_finding(pk, FindingAnswer.ADVISED, "again", by=officer(world), at=now())
    assert open_findings(officer(world)).value.rows == ()
    assert Action.objects.get().after == {"answer": "part of the work", "note": ""}


def test_the_officer_s_first_page_says_how_much_there_is_to_look_at(
    world: World, signed_in: Callable[[Viewer], Client]
) -> None:
    client = signed_in(officer(world))
    assert "Nothing unusual waits for you" in client.get("/audit/").content.decode()
    person = make_person(world)
    make_finding(world, person)
    page = client.get("/audit/").content.decode()
    assert "1 thing to look at" in page
    assert "opened 7 records out of hours on 2 March 2026" in page
    assert Reading.objects.filter(person_id=person, page="audit", listed=True).exists()
    pk = Finding.objects.get().pk
    assert client.get(f"/audit/findings/{pk}/").status_code == 200
    wrong = client.post(f"/audit/findings/{pk}/", {"answer": "data breach"}).content.decode()
    assert "Say what you asked and what was done" in wrong
    sent = {"answer": "data breach", "note": "Asked; no reason for it. Reported."}
    assert "72 hours" in client.post(f"/audit/findings/{pk}/", sent, follow=True).content.decode()
    assert "It was a data breach" in client.get(f"/audit/findings/{pk}/").content.decode()


def test_the_first_page_says_when_the_chain_is_broken_or_stands_still(
    world: World, signed_in: Callable[[Viewer], Client]
) -> None:
    client = signed_in(officer(world))
    note_reading([1], page="person", by=world.viewer(), at=now() - dt.timedelta(hours=1))
    assert "the task worker stands still" in client.get("/audit/").content.decode()
    seal_audit(now())
    assert "stands still" not in client.get("/audit/").content.decode()
    ChainCheck.objects.create(at=now(), seals=1, rows=1, faults=2, digest="0" * 64)
    assert "was changed from outside" in client.get("/audit/").content.decode()


def test_every_look_at_the_audit_about_a_person_is_a_reading(
    world: World, signed_in: Callable[[Viewer], Client]
) -> None:
    person, by = make_person(world), world.viewer()
    note_reading([person], page="person", by=by, at=now())
    client = signed_in(officer(world))
    page = client.get(f"/audit/people/{person}/looked/").content.decode()
    assert "Who looked at Rosa Marden" in page
    assert by.name in page
    assert client.get(f"/audit/people/{person}/done/").status_code == 200
    assert set(Reading.objects.filter(membership=officer(world).membership).values_list("page", flat=True)) == {
        "audit_looked",
        "audit_done",
    }
    assert client.get("/audit/people/999999/looked/").status_code == 404
    assert signed_in(world.viewer("council", Role.MANAGER)).get(f"/audit/people/{person}/looked/").status_code == 403


def test_what_was_done_is_told_in_words_and_by_days(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    from commongoal.access.actions import acting

    person, by = make_person(world), world.viewer()
    for year, phone in ((2024, "01632 960001"), (2025, "01632 960002")):
        with acting("add person", by=by, at=dt.datetime(year, 5, 1, 12, tzinfo=dt.UTC)) as act:
            act.permit()
            before = {"phone": "", "organisation": by.organisation, "born_on": None}
            after = {"phone": phone, "organisation": by.organisation, "born_on": "1985-04-12"}
            act.wrote("person", person, person=person, before=before, after=after)
    client = signed_in(officer(world))
    page = client.get(f"/audit/people/{person}/done/").content.decode()
    for words in ("12 April 1985", "The council", "nothing", "01632 960001", "01632 960002", "1 May 2025"):
        assert words in page
    dates = {"since_day": "1", "since_month": "1", "since_year": "2025"}
    page = client.get(f"/audit/people/{person}/done/", dates).content.decode()
    assert "01632 960002" in page
    assert "01632 960001" not in page
    wrong = client.get(f"/audit/people/{person}/done/", {"since_day": "31", "since_month": "2", "since_year": "2025"})
    assert "must be a real date" in wrong.content.decode()
    page = client.get(f"/audit/members/{by.membership}/did/").content.decode()
    assert f"What {by.name} did" in page
    assert client.get(f"/audit/members/{by.membership}/looked/?page=2").status_code == 200
    assert client.get("/audit/members/99999/did/").status_code == 404


def test_long_lists_come_in_pages(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    person = make_person(world)
    for _ in range(30):
        note_reading([person], page="person", by=world.viewer(), at=now())
    client = signed_in(officer(world))
    first = client.get(f"/audit/people/{person}/looked/").content.decode()
    assert "page=2" in first
    # The look at the first page is a reading of its own, and comes first.
    assert client.get(f"/audit/people/{person}/looked/?page=2").content.decode().count('data-label="When"') == 6
    for odd in ("0", "-1", "x", "99999999999", "²"):
        assert client.get(f"/audit/people/{person}/looked/", {"page": odd}).status_code == 200


def test_who_opened_the_most_records(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    note_reading(range(1, 9), page="person", by=world.viewer(), at=now())
    note_reading([1], page="person", by=world.viewer("nhs"), at=now())
    tally_reading(timezone.localdate(now()))
    page = signed_in(officer(world)).get("/audit/members/").content.decode()
    assert f"{world.viewer().name} opened the most records in the last 7 days" in page


def test_the_first_page_asks_few_questions_of_the_database(
    world: World, signed_in: Callable[[Viewer], Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = signed_in(officer(world))
    make_finding(world, make_person(world))
    seal_audit(now())
    client.get("/audit/")
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get("/audit/")


@override_settings(TASKS=IN_DATABASE)
def test_one_of_each_task_waits_however_often_the_schedule_starts(world: World) -> None:
    from django_tasks_db.models import DBTaskResult

    from commongoal.jobs.schedule import REGULAR, start_schedule

    assert start_schedule(now()) == len(REGULAR) >= 4
    assert start_schedule(now()) == 0
    assert DBTaskResult.objects.count() == len(REGULAR)


@override_settings(TASKS=IN_DATABASE)
def test_a_task_leaves_the_next_one_waiting_before_its_own_work(world: World) -> None:
    from django_tasks_db.models import DBTaskResult

    from commongoal.jobs.schedule import start_schedule
    from commongoal.jobs.tasks import seal

    start_schedule(now())
    note_reading([1], page="person", by=world.viewer(), at=now())
    waiting = DBTaskResult.objects.get(task_path=seal.module_path)
    waiting.claim("worker")
    waiting.task.call()
    assert Seal.objects.count() == 1
    following = DBTaskResult.objects.get(task_path=seal.module_path, status="READY")
    assert dt.timedelta(seconds=50) < following.run_after - now() <= dt.timedelta(minutes=1)
    waiting.task.call()
    assert DBTaskResult.objects.filter(task_path=seal.module_path, status="READY").count() == 1


@override_settings(TASKS=IN_DATABASE)
def test_every_task_that_comes_round_runs(world: World) -> None:
    from commongoal.jobs.schedule import REGULAR, start_schedule

    start_schedule(now())
    person = make_person(world, "nhs")
    note_reading([person], page="person", by=world.viewer(), at=now())
    for regular in REGULAR.values():
        regular.task.call()
    assert Seal.objects.count() == 1
    assert ChainCheck.objects.get().faults == 0
    assert Finding.objects.filter(kind=FindingKind.NOT_THEIRS.value).count() == 1


@pytest.mark.django_db(transaction=True)
@override_settings(TASKS=IN_DATABASE)
def test_two_workers_that_start_at_once_leave_one_of_each_waiting() -> None:
    from django_tasks_db.models import DBTaskResult

    from commongoal.jobs.schedule import REGULAR, start_schedule

    assert at_once(*[repeated(lambda: start_schedule(now()), times=3)] * 4) == [None] * 4
    assert DBTaskResult.objects.count() == len(REGULAR)
