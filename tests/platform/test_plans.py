"""Action plans: goals and tasks, versions that stay, reviews by the programme's own interval."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions import goals, planning
from commongoal.pathway.engine import plan as engine
from commongoal.pathway.engine.casework import TaskOwner, TaskStatus
from commongoal.pathway.models import PlanVersion
from commongoal.pathway.queries.plan import plan_of, plan_version
from commongoal.people.engine.vocabulary import GivenHow
from commongoal.people.models import Holding
from tests.platform import deeds_planning as deeds
from tests.platform.test_page_prices import MOST, price
from tests.platform.world import AT, World, make_person

DAY = AT.date()


def shown(world: World, person: int) -> engine.Plan:
    found = plan_of(person, world.viewer()).value.plan
    assert found is not None
    return found


@pytest.mark.parametrize("name", [name for name in vars(deeds) if name.endswith(("_plan", "_goal", "_task"))])
def test_every_deed_is_done_once(world: World, name: str) -> None:
    if not name.startswith("_"):
        deed = getattr(deeds, name)(world)
        deed()
        if name != "send_plan":  # which says that it was sent before
            with pytest.raises(Refused):
                deed()


def test_finishing_as_no_longer_required_asks_why(world: World) -> None:
    person, task = deeds._task(world)
    to = TaskStatus.NOT_NEEDED
    with pytest.raises(engine.WhyNotNeeded):
        goals.finish_task(by=world.viewer(), at=AT, person=person, task=task, to=to, why=" ")
    goals.finish_task(by=world.viewer(), at=AT, person=person, task=task, to=to, why="They moved")
    found = shown(world, person).goals[0].tasks[0]
    assert (found.status, found.why) == (to, "They moved")


def test_a_version_stays_as_it_was_agreed(world: World) -> None:
    person, task = deeds._task(world)
    plan = shown(world, person)
    given = {"agreed_by": "Rosa Marden", "agreed_on": DAY, "given_how": GivenHow.SIGNED}
    with pytest.raises(ChangedMeanwhile):
        planning.agree_plan(by=world.viewer(), at=AT, person=person, plan=plan.id, seen="older", **given)
    first = planning.agree_plan(by=world.viewer(), at=AT, person=person, plan=plan.id, seen=plan.seen, **given)
    kept = PlanVersion.objects.get(pk=first).content
    goals.finish_task(by=world.viewer(), at=AT, person=person, task=task)
    now = shown(world, person)
    assert engine.changes(kept, now.content) == ("Now done: Ring the landlord",)
    planning.agree_plan(by=world.viewer(), at=AT, person=person, plan=plan.id, seen=now.seen, **given)
    assert [version.number for version in shown(world, person).versions] == [2, 1]
    assert plan_version(person, first, world.viewer()).value.version.content == kept


def test_an_agency_finishes_its_own_tasks_alone(world: World) -> None:
    person, _, goal = deeds._goal(world)
    them = world.viewer("provider")
    Holding.objects.create(
        person_id=person, organisation_id=them.organisation, relation=Relation.AGREED.value, classes=["plan"],
        why="test", since_at=AT,
    )  # fmt: skip
    tasks = [
        goals.add_task(by=world.viewer(), at=AT, person=person, goal=goal, task=engine.NewTask(words, owner, DAY))
        for words, owner in (("Ours", deeds.OWNER), ("Theirs", engine.Owner(TaskOwner.AGENCY, them.organisation)))
    ]
    with pytest.raises(engine.NotYourTask):
        goals.finish_task(by=them, at=AT, person=person, task=tasks[0])
    goals.finish_task(by=them, at=AT, person=person, task=tasks[1])
    with pytest.raises(NotThere):
        goals.finish_task(by=world.viewer("charity"), at=AT, person=person, task=tasks[0])


def test_refusals(world: World) -> None:
    person, _, goal = deeds._goal(world)
    by, other = world.viewer(), make_person(world)
    for refusal, task in (
        (engine.NoWords, engine.NewTask(" ", deeds.OWNER, DAY)),
        (engine.DueBeforeToday, engine.NewTask("Go", deeds.OWNER, DAY - dt.timedelta(days=1))),
        (engine.NotAnOwner, engine.NewTask("Go", engine.Owner(TaskOwner.WORKER, 987654321), DAY)),
        (engine.NotAnOwner, engine.NewTask("Go", engine.Owner(TaskOwner.AGENCY, by.organisation), DAY)),
        (engine.NotTheirFamily, engine.NewTask("Go", deeds.OWNER, DAY, for_person=other)),
        (engine.NotAService, engine.NewTask("Go", deeds.OWNER, DAY, service=987654321)),
    ):
        with pytest.raises(refusal):
            goals.add_task(by=by, at=AT, person=person, goal=goal, task=task)


def test_a_plan_is_begun_filled_agreed_and_read_on_pages(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    here, person = signed_in(world.viewer()), make_person(world)
    at = f"/people/{person}/plan/"
    assert "There is no action plan yet" in here.get(at).content.decode()
    assert here.post(f"{at}begin/", {"programme": world.programme.pk}).status_code == 302
    plan = shown(world, person)
    here.post(f"{at}{plan.id}/goal/", {"area": "", "words": "A settled home"})
    goal, day = shown(world, person).goals[0], timezone.localdate().isoformat()
    here.post(f"{at}goals/{goal.id}/task/", {"words": "Ring them", "owner": "the person:", "due_on": day})
    given = {"agreed_by": "Rosa", "agreed_on": day, "given_how": "signed form", "seen": shown(world, person).seen}
    assert here.post(f"{at}{plan.id}/agree/", given).status_code == 302
    task = shown(world, person).to_do[0]
    assert "Say why" in here.post(f"{at}tasks/{task.id}/finish/", {"to": "no longer required"}).content.decode()
    here.post(f"{at}tasks/{task.id}/finish/", {"to": "done"})
    page = price(lambda: here.get(at))
    assert len(page) <= MOST, page
    text = here.get(at).content.decode()
    assert "Now done: Ring them" in text
    agreed = shown(world, person).agreed
    assert agreed is not None
    assert "Ring them" in here.get(f"{at}versions/{agreed.id}/").content.decode()
