"""Groups: who is in them, when they meet, and who came, by list, by two people at once too."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotAllowed, NotThere
from commongoal.access.models import Action
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions import groups
from commongoal.pathway.engine import groups as rules
from commongoal.pathway.engine.appointments import NeedsWhy, WrongLength
from commongoal.pathway.engine.casework import AttendanceStatus
from commongoal.pathway.engine.in_force import NoPathway
from commongoal.pathway.models import Attendance, Group, GroupMember, GroupSession
from commongoal.pathway.queries.groups import group as one_group
from commongoal.pathway.queries.groups import group_session
from commongoal.people.models import Person, Worker
from tests.platform.deeds_meeting import AFTER, SOON, a_group, helped, met
from tests.platform.test_page_prices import dear
from tests.platform.together import at_once, parted
from tests.platform.world import AT, World, make_person, make_world, now

SignIn = Callable[[Viewer], Client]
CAME, LATE, MISSED, EXCUSED = (
    AttendanceStatus.CAME, AttendanceStatus.LATE, AttendanceStatus.MISSED, AttendanceStatus.EXCUSED,
)  # fmt: skip


def take(world: World, group: int, session: int, marks: dict[int, AttendanceStatus], **changes: object) -> None:
    version = GroupSession.objects.get(pk=session).version
    given = {"by": world.viewer(), "at": AFTER, "version": version, **changes}
    groups.take_attendance(group=group, session=session, marks=marks, **given)


def plan(world: World, group: int, *starts: dt.datetime, minutes: int = 60) -> tuple[int, ...]:
    return groups.plan_sessions(by=world.viewer(), at=AT, group=group, starts=starts, minutes=minutes)


def said(session: int) -> dict[int, str]:
    return dict(Attendance.objects.filter(session=session).values_list("person", "status"))


def test_a_group_is_support_of_a_programme(world: World) -> None:
    add = {"by": world.viewer(), "at": AT, "programme": world.programme.pk, "name": "Job club"}
    with pytest.raises(NoPathway):
        groups.add_group(**add, intervention="advice")
    a_group(world)
    with pytest.raises(rules.UnknownIntervention):
        groups.add_group(**add, intervention="dancing")
    with pytest.raises(rules.NeedsGroupName):
        groups.add_group(**{**add, "name": " "}, intervention="advice")
    with pytest.raises(NotAllowed):
        groups.add_group(**{**add, "by": world.viewer(role=Role.ANALYST)}, intervention="advice")


def test_another_organisations_group_is_not_there(world: World) -> None:
    group, session, (person, _) = met(world)
    other = world.viewer("provider")
    for act in (
        lambda: one_group(group, other, AT),
        lambda: group_session(group, session, other),
        lambda: groups.join_group(by=other, at=AT, group=group, people=[person], from_on=AT.date()),
        lambda: take(world, group, session, {person: CAME}, by=other),
        lambda: groups.cancel_session(by=other, at=AT, group=group, session=session, why="x"),
    ):
        with pytest.raises(NotThere):
            act()


def test_joining_once_and_leaving(world: World) -> None:
    group, by = a_group(world), world.viewer()
    one, two, stranger = helped(world), helped(world), make_person(world, "provider")
    join = {"by": by, "at": AT, "group": group, "from_on": AT.date()}
    assert groups.join_group(**join, people=[one]) == 1
    assert groups.join_group(**join, people=[one, two]) == 1
    with pytest.raises(rules.AlreadyInGroup):
        groups.join_group(**join, people=[two, one])
    with pytest.raises(NotThere):
        groups.join_group(**join, people=[stranger])
    leave = {"by": by, "at": AT, "group": group, "person": one}
    with pytest.raises(rules.LeavesBeforeJoining):
        groups.leave_group(**leave, to_on=AT.date() - dt.timedelta(days=1))
    groups.leave_group(**leave, to_on=AT.date())
    with pytest.raises(rules.NotInGroup):
        groups.leave_group(**leave, to_on=AT.date())
    assert groups.join_group(**join, people=[one]) == 1  # and back again
    assert GroupMember.objects.count() == 3


def test_sessions_are_planned_all_or_none(world: World) -> None:
    group = a_group(world)
    weeks = [SOON + dt.timedelta(weeks=week) for week in range(5)]
    assert len(plan(world, group, *weeks)) == 5
    with pytest.raises(rules.SessionThere, match="Thursday 12 March at 10am"):
        plan(world, group, AFTER, weeks[1])
    assert GroupSession.objects.count() == 5
    with pytest.raises(WrongLength):
        plan(world, group, AFTER, minutes=0)
    with pytest.raises(rules.SessionTooFar):
        plan(world, group, AT + dt.timedelta(days=500))
    with pytest.raises(rules.SessionTooFar):
        plan(world, group)
    first = GroupSession.objects.earliest("starts_at").pk
    with pytest.raises(NeedsWhy):
        groups.cancel_session(by=world.viewer(), at=AT, group=group, session=first, why="")
    groups.cancel_session(by=world.viewer(), at=AT, group=group, session=first, why="No room")
    assert len(plan(world, group, weeks[0])) == 1  # its time is free again
    with pytest.raises(rules.SessionCancelled, match="No room"):
        take(world, group, first, {1: CAME})


def test_who_came_is_a_contact(world: World) -> None:
    group, session, (one, two, three) = met(world, 3)
    with pytest.raises(rules.SessionNotBegun):
        take(world, group, session, {one: CAME}, at=AT)
    with pytest.raises(rules.NobodyMarked):
        take(world, group, session, {})
    take(world, group, session, {one: CAME, two: MISSED})
    heard = dict(Worker.objects.values_list("person", "last_contact_on"))
    assert heard == {one: SOON.date(), two: None, three: None}
    # Put right: the one who is not marked again stays as they are, and what was no contact is none.
    take(world, group, session, {one: EXCUSED, three: LATE})
    assert said(session) == {one: EXCUSED.value, two: MISSED.value, three: LATE.value}
    heard = dict(Worker.objects.values_list("person", "last_contact_on"))
    assert heard == {one: None, two: None, three: SOON.date()}
    with pytest.raises(rules.SessionListed):
        groups.cancel_session(by=world.viewer(), at=AFTER, group=group, session=session, why="x")
    assert Action.objects.filter(subject="attendance", person_id=one).count() == 2


def test_only_those_on_the_list_are_marked(world: World) -> None:
    group, session, (one, _) = met(world)
    for person in (helped(world), make_person(world, "provider"), 99):
        with pytest.raises(NotThere):
            take(world, group, session, {one: CAME, person: CAME})
    assert said(session) == {}


def test_who_left_before_is_not_expected(world: World) -> None:
    group, session, (one, two) = met(world)
    groups.leave_group(by=world.viewer(), at=AT, group=group, person=one, to_on=SOON.date())
    assert [each.person for each in group_session(group, session, world.viewer()).value.marks] == [two]


def test_people_out_of_reach_are_only_counted(world: World, signed_in: SignIn) -> None:
    group, session, (one, two) = met(world)
    Person.objects.filter(pk=two).update(restricted=True)
    shown = one_group(group, world.viewer(), AT)
    assert ([each.person for each in shown.value.members], shown.value.others, shown.listed) == ([one], 1, (one,))
    page = group_session(group, session, world.viewer()).value
    assert ([each.person for each in page.marks], page.others) == ([one], 1)
    text = signed_in(world.viewer()).get(f"/groups/{group}/").content.decode()
    assert "Person0 Marden" in text
    assert "Person1" not in text
    assert "1 other person is in it" in text
    with pytest.raises(NotThere):
        take(world, group, session, {two: CAME})


def test_the_second_list_is_told_and_overwrites_nothing(world: World) -> None:
    group, session, (one, two) = met(world)
    take(world, group, session, {one: CAME})
    with pytest.raises(ChangedMeanwhile, match=f"{world.viewer().name} has saved this list"):
        take(world, group, session, {one: MISSED, two: CAME}, version=1, by=world.another())
    assert said(session) == {one: CAME.value}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pause", [0, 2, 4, 6])
def test_two_take_the_same_list_at_once(transactional_db: None, pause: int) -> None:
    world = make_world()
    group, session, (one, two) = met(world)
    by, other = world.viewer(), world.another()
    results = at_once(
        lambda: take(world, group, session, {one: CAME, two: CAME}, version=1, by=by),
        lambda: take(world, group, session, {one: MISSED, two: MISSED}, version=1, by=other),
        pause=pause,
    )
    won, lost = parted(results)
    assert (len(won), len(lost)) == (1, 1), results
    assert isinstance(lost[0], ChangedMeanwhile)
    winner = by if isinstance(results[1], Refused) else other
    assert winner.name in str(lost[0])
    assert set(said(session).values()) == {CAME.value if winner is by else MISSED.value}  # one list, whole


# --- pages


def held(world: World) -> tuple[int, int, list[int]]:
    """A session that is over by the clock of the pages."""
    group, session, people = met(world)
    GroupSession.objects.filter(pk=session).update(starts_at=now() - dt.timedelta(days=1))
    return group, session, people


def test_from_a_new_group_to_a_list(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.viewer())
    refused = client.get("/groups/add/")
    assert "no pathway yet" in refused.content.decode()
    a_group(world)
    form = {"name": "Money club", "support": f"{world.programme.pk} advice", "place": "Hub"}
    assert client.post("/groups/add/", form).status_code == 302
    group = Group.objects.get(name="Money club").pk
    assert "2 groups" in client.get("/groups/").content.decode()
    person, other = helped(world), make_person(world)
    day = {"from_on_day": 1, "from_on_month": 3, "from_on_year": 2026}
    joined = client.post(f"/groups/{group}/join/", {**day, "people": [person], "reference": other}, follow=True)
    assert "2 people joined" in joined.content.decode()
    unknown = client.post(f"/groups/{group}/join/", {**day, "reference": 987654})
    assert "No record that you can see has this reference" in unknown.content.decode()
    soon = (now() + dt.timedelta(days=2)).date()
    when = {"on_day": soon.day, "on_month": soon.month, "on_year": soon.year, "starts": "2pm", "minutes": 90}
    assert client.post(f"/groups/{group}/sessions/add/", {**when, "weeks": 6}).status_code == 302
    assert GroupSession.objects.filter(group=group).count() == 6
    page = client.get(f"/groups/{group}/").content.decode()
    assert "Money club: 2 people" in page
    assert "14:00" in page


def test_the_list_shows_the_second_what_the_first_saved(world: World, signed_in: SignIn) -> None:
    group, session, (one, two) = held(world)
    client, at = signed_in(world.viewer()), f"/groups/{group}/sessions/{session}/"
    assert "Who came?" in client.get(at).content.decode()
    sent = {"version": 1, f"person_{one}": CAME.value}
    assert client.post(at, sent).status_code == 302
    again = client.post(at, {"version": 1, f"person_{one}": MISSED.value, f"person_{two}": LATE.value})
    text = again.content.decode()
    assert "has saved this list" in text
    assert "Saved meanwhile: came" in text
    assert 'name="version" value="2"' in text
    assert client.post(at, {"version": 2, f"person_{one}": CAME.value, f"person_{two}": LATE.value}).status_code == 302
    assert said(session) == {one: CAME.value, two: LATE.value}
    assert "2 came" in client.get(at).content.decode()


def test_the_timeline_tells_of_sessions(world: World, signed_in: SignIn) -> None:
    group, session, (one, _) = held(world)
    take(world, group, session, {one: CAME}, at=now())
    page = signed_in(world.viewer()).get(f"/people/{one}/").content.decode()
    assert "Job club: came" in page


def test_the_pages_are_cheap(world: World, signed_in: SignIn) -> None:
    group, _, _ = held(world)
    by = world.viewer()
    people = [helped(world, first_name=f"P{number}") for number in range(20)]
    groups.join_group(by=by, at=AT, group=group, people=people, from_on=AT.date())
    plan(world, group, *[now() - dt.timedelta(days=days) for days in range(2, 30)])
    (over,) = plan(world, group, now() - dt.timedelta(hours=2))
    take(world, group, over, dict.fromkeys(people, CAME), at=now())
    client = signed_in(by)
    addresses = ("", f"{group}/", f"{group}/join/", f"{group}/sessions/{over}/", f"{group}/sessions/add/", "add/")
    pages = {each: (lambda each=each: client.get(f"/groups/{each}")) for each in addresses}
    assert dear(pages) == ""
