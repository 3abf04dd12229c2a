"""Who needs me today: every reason, whose it is, and the page's price."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed
from commongoal.access.models import Reading
from commongoal.access.queries.days import moment
from commongoal.pathway.actions.answers import accept_referral
from commongoal.pathway.actions.participations import end_participation
from commongoal.pathway.models import (
    Appointment,
    Checkpoint,
    Goal,
    Job,
    Participation,
    Plan,
    Referral,
    Task,
)
from commongoal.pathway.queries.today import today
from commongoal.people.actions.notes import correct_note, write_note
from commongoal.people.actions.workers import change_worker
from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.models import Agreement, NamedStaff, Person
from tests.platform.test_eligibility import answered
from tests.platform.test_referrals import AT, DAY, sent
from tests.platform.test_starts import start
from tests.platform.world import FORTNIGHT, PATHWAY, World, make_person, make_worker, put_in_force

LATE = DAY + dt.timedelta(days=9)  # Wednesday of the week after; due on Monday


def reasons(viewer: Viewer, on: dt.date, *, team: bool = False) -> list[tuple[str, int]]:
    shown = today(viewer, moment(on, 12), team=team).value
    return [(reason.why, reason.rank) for needed in shown.part.rows for reason in needed.reasons]


def test_an_overdue_referral_needs_both_ends(world: World) -> None:
    sent(world)
    assert reasons(world.viewer(), DAY) == []
    assert reasons(world.viewer("provider"), DAY) == [("The council waits for your answer, due 9 March 2026", 2)]
    assert reasons(world.viewer(), LATE) == [("The provider has not answered your referral: 2 working days late", 0)]
    (told,) = reasons(world.viewer("provider"), LATE)
    assert told == ("The council waits for your answer, due 9 March 2026, 2 working days late", 0)
    assert reasons(world.viewer("charity"), LATE) == []


def test_only_the_sender_or_the_whole_team_is_told(world: World) -> None:
    sent(world)
    manager = world.viewer("council", Role.MANAGER)
    assert reasons(manager, LATE) == []
    assert len(reasons(manager, LATE, team=True)) == 1
    assert reasons(world.another(), LATE, team=True) == []  # a key worker has no team's list
    with pytest.raises(NotAllowed):
        today(world.viewer("council", Role.FINANCE), moment(DAY))


def test_accepted_without_first_contact(world: World) -> None:
    _, pk = sent(world)
    accept_referral(by=world.viewer("provider"), at=AT, referral=pk)
    (told,) = reasons(world.viewer("provider"), LATE)
    assert told == ("You accepted them from The council, and nobody has confirmed first contact", 1)
    assert reasons(world.viewer(), LATE) == []


def test_no_contact_for_too_long(world: World) -> None:
    here, person = world.viewer(), make_person(world)
    make_worker(person, here, AT)
    written = AT + dt.timedelta(days=30)
    assert reasons(here, DAY + dt.timedelta(days=28)) == []
    assert reasons(here, DAY + dt.timedelta(days=29)) == [("No contact yet: more than 28 days", 3)]

    def write(kind: NoteKind, day: int) -> int:
        on = DAY + dt.timedelta(days=day)
        return write_note(by=here, at=written, person=person, kind=kind, text="t", on=on)

    write(NoteKind.NOTE, 20)
    assert len(reasons(here, DAY + dt.timedelta(days=29))) == 1
    contact = write(NoteKind.CONTACT, 1)
    write(NoteKind.CONTACT, 0)
    assert reasons(here, DAY + dt.timedelta(days=29)) == []
    (told,) = reasons(here, DAY + dt.timedelta(days=40))
    assert told == ("No contact for 39 days, since 3 March 2026", 3)
    assert reasons(world.another(), DAY + dt.timedelta(days=40)) == []
    correct_note(by=here, at=written, person=person, note=contact, text="t", on=DAY - dt.timedelta(days=3))
    (told,) = reasons(here, DAY + dt.timedelta(days=29))
    assert told == ("No contact for 29 days, since 2 March 2026", 3)


def test_a_new_worker_is_told_from_their_first_day(world: World) -> None:
    here, person = world.viewer(), make_person(world)
    make_worker(person, here, AT)
    other = world.another()
    later = AT + dt.timedelta(days=40)
    change_worker(by=here, at=later, person=person, membership=other.membership, why="w", instead_of=here.membership)
    assert reasons(here, DAY + dt.timedelta(days=60)) == []
    assert reasons(other, DAY + dt.timedelta(days=60)) == []
    assert reasons(other, DAY + dt.timedelta(days=69)) == [("No contact yet: more than 28 days", 3)]


def test_who_has_left_every_programme_is_nobodys_to_call(world: World) -> None:
    here, manager, person = world.viewer(), world.viewer("council", Role.MANAGER), make_person(world)
    make_worker(person, here, AT)
    long_after = DAY + dt.timedelta(days=60)

    def told() -> int:
        return len(reasons(here, long_after)) + len(reasons(manager, long_after, team=True))

    answered(world, person)
    pk = start(world, person)
    assert told() == 2
    end_participation(by=here, at=AT, person=person, participation=pk, ended_on=DAY, exit_reason="health")
    assert told() == 0
    change_worker(
        by=here, at=AT, person=person, membership=world.another().membership, why="w", instead_of=here.membership
    )
    assert reasons(world.another(), long_after) == []
    start(world, person)
    assert told() == 1  # somebody else's now, and the team's


def test_an_agreement_about_to_end(world: World) -> None:
    here, person = world.viewer(), make_person(world)
    make_worker(person, here, AT)
    Agreement.objects.create(
        person_id=person,
        from_organisation=world.organisations["council"],
        to_organisation=world.organisations["nhs"],
        given_how="signed form",
        document_version="2",
        from_on=DAY,
        until_on=DAY + dt.timedelta(days=20),
    )
    assert reasons(here, DAY) == [("Their agreement to share with The nhs ends on 22 March 2026", 4)]
    assert reasons(here, DAY + dt.timedelta(days=20)) == []


def test_restricted_people_are_named_staffs_alone(world: World) -> None:
    here, person = world.viewer(), make_person(world, restricted=True)
    make_worker(person, here, AT)
    later = DAY + dt.timedelta(days=40)
    assert reasons(here, later) == []
    NamedStaff.objects.create(person_id=person, membership_id=here.membership, since_at=AT)
    assert len(reasons(here, later)) == 1
    someone, _ = sent(world)
    Person.objects.filter(pk=someone).update(restricted=True)
    assert reasons(world.viewer("provider"), DAY) == []


def test_the_heading_counts_people_and_the_page_is_cheap(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    here = world.viewer()
    client = signed_in(here)
    assert "Nobody needs you today" in client.get("/today/").content.decode()
    long_ago = AT - dt.timedelta(days=300)
    for number in range(30):
        make_worker(make_person(world, first_name=f"Ann{number}"), here, long_ago)
    for number in range(3):
        sent(world, first_name=f"Ben{number}")
    Referral.objects.update(answer_due_on=DAY - dt.timedelta(days=30))
    before = Reading.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get("/today/").content.decode()
    assert "33 people need you today" in page
    assert "Next" in page
    assert Reading.objects.filter(listed=True).count() - before == 25
    assert len(queries) <= 12, "\n".join(query["sql"][:150] for query in queries)
    assert "/today/?page=2" in page or "?page=2" in page
    assert "33 people need you today" in client.get("/today/?page=2").content.decode()


@pytest.mark.parametrize("page", ["/referrals/", "/referrals/out/", "/referrals/out/?which=overdue"])
def test_lists_are_cheap(world: World, signed_in: Callable[[Viewer], Client], page: str) -> None:
    for number in range(27):
        sent(world, first_name=f"Ben{number}")
    client = signed_in(world.viewer("council" if "out" in page else "provider"))
    with CaptureQueriesContext(connection) as queries:
        told = client.get(page).content.decode()
    assert len(queries) <= 12, "\n".join(query["sql"][:150] for query in queries)
    assert "More than 25 referrals" in told
    assert 'rel="next"' in told


def test_one_referral_is_cheap(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    _, pk = sent(world)
    client = signed_in(world.viewer("provider"))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/referrals/{pk}/").status_code == 200
    assert len(queries) <= 14, "\n".join(query["sql"][:150] for query in queries)


def test_what_is_due_and_the_next_appointments(world: World) -> None:
    here, other, manager = world.viewer(), world.another(), world.viewer("council", Role.MANAGER)
    person, at = make_person(world), moment(DAY, 12)
    make_worker(person, here, AT)
    council, programme = world.organisations["council"], world.programme

    def book(of: Viewer, hours: int, status: str = "booked") -> None:
        Appointment.objects.create(
            person_id=person, organisation=council, membership_id=of.membership, minutes=30, mode="telephone",
            starts_at=at + dt.timedelta(hours=hours), status=status, reminder="none", booked_at=AT,
        )  # fmt: skip

    for hours, status in ((30, "booked"), (2, "booked"), (3, "cancelled"), (-2, "booked"), (-4, "came")):
        book(here, hours, status)
    book(other, 1)
    plan = Plan.objects.create(
        person_id=person, programme=programme, organisation=council, made_on=DAY, review_on=DAY - dt.timedelta(days=1)
    )
    goal = Goal.objects.create(plan=plan, words="Work", membership_id=here.membership, made_on=DAY)
    for words, days, of, status in (
        ("Ring the jobcentre", 0, here, "to do"),
        ("Find a bus pass", -3, here, "to do"),
        ("Later", 1, here, "to do"),
        ("Over", -1, here, "done"),
        ("Theirs", -1, other, "to do"),
    ):
        Task.objects.create(
            goal=goal, words=words, owner="a worker", worker_id=of.membership, due_on=DAY + dt.timedelta(days=days),
            status=status,
        )  # fmt: skip
    job = Job.objects.create(
        person_id=person, programme=programme, organisation=council, membership_id=here.membership, from_on=DAY,
        weekly_hours=20, pay_pence=1200, pay_period="hour", evidence_kind="none_yet", at=AT, occupation="Cook",
    )  # fmt: skip
    for weeks, days in ((4, 0), (13, 63)):
        Checkpoint.objects.create(
            person_id=person, programme=programme, organisation=council, job=job, weeks=weeks, contact="them",
            due_on=DAY + dt.timedelta(days=days),
        )  # fmt: skip
    mine = [
        ("Task due 27 February 2026: Find a bus pass", 0),
        ("Their plan was to be reviewed by 1 March 2026", 0),
        ("Ask how work is going at 4 weeks, due today: them", 1),
        ("Task due today: Ring the jobcentre", 2),
        ("Nobody has said if they came on 2 March 2026", 3),
    ]
    assert reasons(here, DAY) == mine
    assert reasons(other, DAY) == [("Task due 1 March 2026: Theirs", 0)]
    assert set(reasons(manager, DAY, team=True)) == {*mine, ("Task due 1 March 2026: Theirs", 0)}
    found = today(here, at)
    assert [each.at - at for each in found.value.appointments] == [dt.timedelta(hours=2), dt.timedelta(hours=30)]
    assert found.listed == (person,)
    assert today(manager, at, team=True).value.appointments == ()
    Person.objects.filter(pk=person).update(restricted=True)
    assert reasons(here, DAY) == []
    assert today(here, at).value.appointments == ()


def test_the_programme_says_how_long_is_too_long(world: World) -> None:
    put_in_force(world, PATHWAY.replace("[valuation]", FORTNIGHT + "[valuation]", 1))
    here, person = world.viewer(), make_person(world)
    make_worker(person, here, AT)
    assert reasons(here, DAY + dt.timedelta(days=15)) == []
    Participation.objects.create(
        person_id=person, programme=world.programme, organisation=world.organisations["council"], started_on=DAY
    )
    assert reasons(here, DAY + dt.timedelta(days=15)) == [("No contact yet: more than 14 days", 3)]


def test_a_window_about_to_be_missed(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    put_in_force(world)
    here, other, manager = world.viewer(), world.another(), world.viewer("council", Role.MANAGER)
    week = dt.timedelta(weeks=1)

    def works(name: str, weeks: int, until: int | None = None, worker: Viewer = here) -> int:
        """Somebody who has worked since so many weeks before `DAY`, and no more since so many."""
        person = make_person(world, first_name=name)
        make_worker(person, worker, moment(DAY, 12))
        Job.objects.create(
            person_id=person, programme=world.programme, organisation=world.organisations["council"], at=AT,
            membership_id=here.membership, from_on=DAY - weeks * week,
            to_on=None if until is None else DAY - until * week, weekly_hours=20, pay_pence=1200, pay_period="hour",
            evidence_kind="none_yet", occupation="Cook",
        )  # fmt: skip
        return person

    late = works("Late", 15, 3)  # 12 weeks counted of 13; the sixteenth and last ends in six days
    works("Steady", 15)  # met
    works("Early", 10, 8)  # far from the last day
    works("Lost", 15, 8)  # no longer to be met at all
    theirs = works("Theirs", 15, 3, other)
    last = "13 weeks in work: 1 more week needed by 8 March 2026, the last day it can be met"
    assert reasons(here, DAY) == [(last, 1)]
    assert today(here, moment(DAY, 12)).listed == (late,)
    assert set(today(manager, moment(DAY, 12), team=True).listed) == {late, theirs}
    assert reasons(here, DAY - 2 * week) == []  # fifteen days before: not near yet, and the job runs
    assert reasons(here, DAY + week) == []  # over
    Job.objects.filter(person_id=late).update(withdrawn_at=AT)
    assert reasons(here, DAY) == []


def test_today_asks_six_times(world: World) -> None:
    put_in_force(world)
    today(world.viewer("council", Role.MANAGER), AT, team=True)
    with CaptureQueriesContext(connection) as queries:
        today(world.viewer("council", Role.MANAGER), AT, team=True)
    assert len(queries) <= 6
