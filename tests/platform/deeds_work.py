"""The deeds of jobs, checkpoints and costs; see `tests.platform.deeds`."""

from collections.abc import Callable
from dataclasses import replace

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.pathway.actions import spending, working
from commongoal.pathway.engine.casework import CheckpointStatus
from commongoal.pathway.models import Checkpoint
from tests.platform import test_spending
from tests.platform.test_working import AT, TODAY, a_job, record
from tests.platform.world import World, make_person, put_in_force

Deed = Callable[[], object]


def record_job(world: World) -> Deed:
    put_in_force(world)
    person, _ = make_person(world), world.viewer()
    return lambda: record(world, person, a_job())


def end_job(world: World) -> Deed:
    job, person, by = _recorded(world)
    return lambda: working.end_job(by=by, at=AT, person=person, job=job, to_on=TODAY, why="It was temporary")


def correct_job(world: World) -> Deed:
    job, person, by = _recorded(world)
    details = a_job(occupation="Cook")
    return lambda: working.correct_job(by=by, at=AT, person=person, job=job, details=details)


def withdraw_job(world: World) -> Deed:
    job, person, by = _recorded(world)
    return lambda: working.withdraw_job(by=by, at=AT, person=person, job=job, why="Somebody else's")


def answer_checkpoint(world: World) -> Deed:
    _, person, by = _recorded(world)
    point = Checkpoint.objects.filter(person_id=person).earliest("due_on").pk
    given = {"status": CheckpointStatus.IN_WORK, "on": TODAY, "evidence_kind": "payslip"}
    return lambda: working.answer_checkpoint(by=by, at=AT, person=person, checkpoint=point, **given)


def correct_checkpoint(world: World) -> Deed:
    _, person, by = _recorded(world)
    point = Checkpoint.objects.filter(person_id=person).earliest("due_on").pk
    given = {"by": by, "at": AT, "person": person, "checkpoint": point, "on": TODAY}
    working.answer_checkpoint(**given, status=CheckpointStatus.NOT_REACHED)
    in_work = {"status": CheckpointStatus.IN_WORK, "evidence_kind": "payslip"}
    return lambda: working.correct_checkpoint(**given, **in_work, version=0)


def _recorded(world: World) -> tuple[int, int, Viewer]:
    put_in_force(world)
    person = make_person(world)
    return record(world, person, a_job()), person, world.viewer()


# --- costs


def record_cost(world: World) -> Deed:
    put_in_force(world)
    test_spending.finance(world)
    return lambda: test_spending.record(world)


def correct_cost(world: World) -> Deed:
    cost, by = record_cost(world)(), world.viewer(role=Role.FINANCE)
    details = replace(test_spending.COST, amount_pence=7)
    return lambda: spending.correct_cost(by=by, at=AT, cost=cost, details=details)


def withdraw_cost(world: World) -> Deed:
    cost, by = record_cost(world)(), world.viewer(role=Role.FINANCE)
    return lambda: spending.withdraw_cost(by=by, at=AT, cost=cost, why="Another year's")


def import_costs(world: World) -> Deed:
    put_in_force(world)
    test_spending.finance(world)
    return lambda: test_spending.take_in(world, test_spending.GOOD)
