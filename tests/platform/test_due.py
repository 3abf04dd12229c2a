"""What is due for somebody: plans to review, tasks, checkpoints and appointments, of the people they may see."""

import datetime as dt

from django.utils import timezone

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.pathway.actions import goals, planning
from commongoal.pathway.engine import plan as engine
from commongoal.pathway.engine.casework import GoalEnd, ReviewReason, TaskOwner
from commongoal.pathway.engine.today import Due, Kind
from commongoal.pathway.models import Plan
from commongoal.pathway.queries.due import due
from commongoal.people.models import NamedStaff, Person
from tests.platform import deeds_planning as deeds
from tests.platform import test_working as work
from tests.platform.deeds_meeting import AFTER, SOON, booked, helped
from tests.platform.world import AT, World, later, make_person, make_worker, put_in_force

DAY = AT.date()
place = work.place  # a fixture


def due_on(kind: Kind, viewer: Viewer, on: dt.date, most: int = 50, *, team: bool = False) -> list[Due]:
    at = dt.datetime.combine(on, dt.time(12), dt.UTC)
    return [each for each in due(viewer, at, most, team=team) if each.kind is kind]


def test_a_plan_past_its_review_is_flagged_with_the_programmes_own_interval(world: World) -> None:
    put_in_force(world)
    person, plan = deeds._begun(world)
    make_worker(person, world.viewer(), AT)
    last = Plan.objects.get(pk=plan).review_on
    assert last == DAY + dt.timedelta(days=28)
    assert due_on(Kind.REVIEW, world.viewer(), last) == []
    after = last + dt.timedelta(days=1)
    assert [(each.person, each.on) for each in due_on(Kind.REVIEW, world.viewer(), after)] == [(person, last)]
    manager = world.viewer(role=Role.MANAGER)
    assert [each.person for each in due_on(Kind.REVIEW, manager, after, team=True)] == [person]
    assert due_on(Kind.REVIEW, world.viewer("provider"), after) == []
    planning.review_plan(by=world.viewer(), at=later(29), person=person, plan=plan, reason=ReviewReason.DUE)
    assert due_on(Kind.REVIEW, world.viewer(), after) == []


def test_tasks_due_are_the_workers_own(world: World) -> None:
    person, _, goal = deeds._goal(world)
    owner = engine.Owner(TaskOwner.WORKER, world.viewer().membership)
    day = DAY + dt.timedelta(days=5)
    task = engine.NewTask("Write to the landlord", owner, day)
    goals.add_task(by=world.viewer(), at=AT, person=person, goal=goal, task=task)
    assert due_on(Kind.TASK, world.viewer(), day - dt.timedelta(days=1)) == []
    assert [each.words for each in due_on(Kind.TASK, world.viewer(), day)] == ["Write to the landlord"]
    assert due_on(Kind.TASK, world.another(), day) == []
    goals.end_goal(by=world.viewer(), at=AT, person=person, goal=goal, how=GoalEnd.REACHED)
    assert due_on(Kind.TASK, world.viewer(), day) == []


def test_checkpoints_due_are_those_of_my_people_or_of_the_team(place: World) -> None:
    mine, theirs = make_person(place), make_person(place, first_name="Ben")
    make_worker(mine, place.viewer(), AT)
    make_worker(theirs, place.another(), AT)
    for person in (mine, theirs):
        work.record(place, person, work.a_job())
    soon, manager = work.TODAY + dt.timedelta(days=14), place.viewer(role=Role.MANAGER)
    found = due_on(Kind.CHECKPOINT, place.viewer(), soon)
    assert [(each.person, each.name, each.weeks) for each in found] == [
        (mine, "Rosa Marden", 4),
        (mine, "Rosa Marden", 13),
    ]
    assert found[0].words.endswith("or Harbour Care")
    late = work.TODAY + dt.timedelta(days=40)
    assert len(due_on(Kind.CHECKPOINT, place.viewer(), late)) == 3  # the 26 weeks are due on 6 April
    assert {each.person for each in due_on(Kind.CHECKPOINT, manager, soon, team=True)} == {mine, theirs}
    assert due_on(Kind.CHECKPOINT, place.viewer("provider"), late, team=True) == []
    assert len(due_on(Kind.CHECKPOINT, manager, soon, most=1, team=True)) == 1


def test_appointments_to_come_are_the_viewers_own_and_of_people_they_may_see(world: World) -> None:
    one, two, hidden = helped(world), helped(world, first_name="Ada"), helped(world)
    by = world.viewer()
    for person in (one, two, hidden):
        booked(world, person, SOON)
    booked(world, one, AFTER)
    Person.objects.filter(pk=hidden).update(restricted=True)

    def ahead(viewer: Viewer, at: dt.datetime) -> list[tuple[int, dt.datetime | None]]:
        return [(each.person, each.at) for each in due(viewer, at, 9) if each.kind is Kind.NEXT]

    assert ahead(by, AT) == [(one, SOON), (two, SOON), (one, AFTER)]
    assert ahead(by, SOON + dt.timedelta(minutes=1)) == [(one, AFTER)]
    assert ahead(world.viewer("provider"), AT) == []
    assert due(by, AT, 9)[0].on == timezone.localdate(SOON)
    NamedStaff.objects.create(person_id=hidden, membership_id=by.membership, since_at=AT)
    assert (hidden, SOON) in ahead(by, AT)
