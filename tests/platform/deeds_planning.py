"""The deeds of action plans; see `tests.platform.deeds`."""

import datetime as dt
from collections.abc import Callable

from commongoal.pathway.actions import goals, plan_sending, planning
from commongoal.pathway.engine.casework import GoalEnd, ReviewReason, TaskOwner
from commongoal.pathway.engine.plan import NewTask, Owner
from commongoal.pathway.models import PlanSending
from commongoal.pathway.queries.plan import plan_of
from commongoal.people.engine.vocabulary import GivenHow
from tests.platform.world import AT, World, make_person

Deed = Callable[[], object]
DAY = AT.date()
OWNER = Owner(TaskOwner.RESIDENT)


def _begun(world: World) -> tuple[int, int]:
    assert world.programme is not None
    person = make_person(world, email="rosa@example.org")
    return person, planning.begin_plan(by=world.viewer(), at=AT, person=person, programme=world.programme.pk)


def _goal(world: World) -> tuple[int, int, int]:
    person, plan = _begun(world)
    return person, plan, goals.add_goal(by=world.viewer(), at=AT, person=person, plan=plan, words="A settled home")


def _task(world: World) -> tuple[int, int]:
    person, _, goal = _goal(world)
    task = NewTask("Ring the landlord", OWNER, DAY)
    return person, goals.add_task(by=world.viewer(), at=AT, person=person, goal=goal, task=task)


def begin_plan(world: World) -> Deed:
    assert world.programme is not None
    person, by, programme = make_person(world), world.viewer(), world.programme.pk
    return lambda: planning.begin_plan(by=by, at=AT, person=person, programme=programme)


def add_goal(world: World) -> Deed:
    (person, plan), by = _begun(world), world.viewer()
    return lambda: goals.add_goal(by=by, at=AT, person=person, plan=plan, words="A settled home")


def end_goal(world: World) -> Deed:
    (person, _, goal), by = _goal(world), world.viewer()
    goals.add_task(by=by, at=AT, person=person, goal=goal, task=NewTask("Ring", OWNER, DAY))
    return lambda: goals.end_goal(by=by, at=AT, person=person, goal=goal, how=GoalEnd.REACHED)


def add_task(world: World) -> Deed:
    (person, _, goal), by = _goal(world), world.viewer()
    task = NewTask("Ring the landlord", OWNER, DAY)
    return lambda: goals.add_task(by=by, at=AT, person=person, goal=goal, task=task)


def change_task(world: World) -> Deed:
    (person, task), by = _task(world), world.viewer()
    plan = plan_of(person, by).value.plan
    assert plan is not None
    seen, to = plan.to_do[0].seen, NewTask("Write to the landlord", OWNER, DAY + dt.timedelta(days=7))
    return lambda: goals.change_task(by=by, at=AT, person=person, task=task, to=to, seen=seen)


def finish_task(world: World) -> Deed:
    (person, task), by = _task(world), world.viewer()
    return lambda: goals.finish_task(by=by, at=AT, person=person, task=task)


def reopen_task(world: World) -> Deed:
    (person, task), by = _task(world), world.viewer()
    goals.finish_task(by=by, at=AT, person=person, task=task)
    return lambda: goals.reopen_task(by=by, at=AT, person=person, task=task)


def agree_plan(world: World) -> Deed:
    (person, plan, _), by = _goal(world), world.viewer()
    found = plan_of(person, by).value.plan
    assert found is not None
    seen, how = found.seen, GivenHow.SIGNED
    return lambda: planning.agree_plan(
        by=by, at=AT, person=person, plan=plan, agreed_by="Rosa Marden", agreed_on=DAY, given_how=how, seen=seen
    )


def review_plan(world: World) -> Deed:
    (person, plan), by = _begun(world), world.viewer()
    return lambda: planning.review_plan(by=by, at=AT, person=person, plan=plan, reason=ReviewReason.DUE)


def end_plan(world: World) -> Deed:
    (person, plan), by = _begun(world), world.viewer()
    return lambda: planning.end_plan(by=by, at=AT, person=person, plan=plan)


def send_plan(world: World) -> Deed:
    (person, plan), by = _begun(world), world.viewer()
    given = {"person": person, "plan": plan, "email": "rosa@example.org", "token": "a form"}
    return lambda: plan_sending.send_plan(by=by, at=AT, **given)


def plan_not_sent(world: World) -> Deed:
    sending, by = int(str(send_plan(world)())), world.viewer()
    person = PlanSending.objects.values_list("plan__person", flat=True).get(pk=sending)
    return lambda: plan_sending.plan_not_sent(by=by, at=AT, person=person, sending=sending)
