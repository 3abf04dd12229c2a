"""What the matrix of pages makes of action plans; see `tests.platform.matrix`."""

from collections.abc import Callable
from typing import Any

from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.models import Goal, Plan, PlanVersion, Task
from tests.platform.world import AT

DAY = AT.date()


def plan_of(scene: Any, person: int, viewer: Viewer) -> int:
    found, _ = Plan.objects.get_or_create(
        person_id=person, programme=scene.world.programme, ended_on=None,
        defaults={"organisation_id": viewer.organisation, "made_on": DAY, "review_on": DAY},
    )  # fmt: skip
    return found.pk


def goal_of(scene: Any, person: int, viewer: Viewer) -> int:
    plan = plan_of(scene, person, viewer)
    return Goal.objects.create(plan_id=plan, words="A home", membership_id=viewer.membership, made_on=DAY).pk


def task_of(scene: Any, person: int, viewer: Viewer) -> int:
    goal = goal_of(scene, person, viewer)
    return Task.objects.create(goal_id=goal, words="Ring", owner="the person", due_on=DAY).pk


def version_of(scene: Any, person: int, viewer: Viewer) -> int:
    plan = plan_of(scene, person, viewer)
    return PlanVersion.objects.create(
        plan_id=plan, number=PlanVersion.objects.count() + 1, content={"goals": []}, agreed_on=DAY, agreed_by="Them",
        given_how="signed form", membership_id=viewer.membership, at=AT,
    ).pk  # fmt: skip


PARTS = {"plan": plan_of, "goal": goal_of, "task": task_of, "plan version": version_of}


def own(part: Callable[[Any, int, Viewer], int]) -> Callable[[Any, Any, Viewer], int]:
    """The same where an address names nothing before it: a page of the resident's own."""
    return lambda scene, standing, viewer: part(scene, scene.root("person", standing, viewer), viewer)
