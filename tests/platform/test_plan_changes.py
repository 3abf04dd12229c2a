"""Plans as they change: tasks for others and with services, plans ended and chosen among, and what stays as agreed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.access.models import Action, Programme
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions import goals, planning
from commongoal.pathway.actions.closing import close_case
from commongoal.pathway.engine import plan as engine
from commongoal.pathway.engine.casework import GoalEnd, ReviewReason, TaskStatus
from commongoal.pathway.files.plan_paper import as_pdf
from commongoal.pathway.models import Plan, PlanReview, PlanVersion, Task
from commongoal.pathway.queries.plan import plan_of, plan_version, the_plan
from commongoal.pathway.queries.plan_paper import version_paper
from commongoal.pathway.queries.timeline import events
from commongoal.people.actions.family import add_relative
from commongoal.people.engine.vocabulary import DataClass, FamilyLinkKind, GivenHow
from tests.platform import deeds_planning as deeds
from tests.platform.test_directory import add
from tests.platform.test_plan_papers import agreed, plan_id
from tests.platform.world import AT, World, later, make_person

DAY = AT.date()
SignIn = Callable[[Viewer], Client]
NEW = engine.NewTask("Write to the landlord", deeds.OWNER, DAY)


def shown(world: World, person: int, plan: int | None = None) -> engine.Plan:
    return the_plan(plan_of(person, world.viewer(), plan))


def texts(page: Any) -> str:
    return " ".join(page.content.decode().split())


def with_child(world: World, person: int) -> int:
    child = make_person(world, first_name="Kim", last_name="Marden")
    add_relative(by=world.viewer(), at=AT, person=person, other=child, kind=FamilyLinkKind.PARENT)
    return child


def test_a_task_is_changed_with_its_words_owner_day_and_whom_it_is_for(world: World, signed_in: SignIn) -> None:
    person, task = deeds._task(world)
    child, here, agency = with_child(world, person), signed_in(world.viewer()), world.organisations["charity"].pk
    at, day = f"/people/{person}/plan/tasks/{task}/change/", timezone.localdate() + dt.timedelta(days=9)
    page = texts(here.get(at))
    assert "Kim Marden" in page
    assert 'value="Ring the landlord"' in page
    given = {
        "words": "Visit the landlord", "owner": f"another agency:{agency}", "due_on": day.isoformat(),
        "for_person": str(child), "seen": shown(world, person).to_do[0].seen,
    }  # fmt: skip
    assert here.post(at, given).status_code == 302
    found = shown(world, person).to_do[0]
    assert (found.words, found.owner_name, found.for_name) == ("Visit the landlord", "The charity", "Kim Marden")
    assert found.due_on == day
    row = Action.objects.latest("pk")
    assert row.after["words"] == "changed"
    assert "landlord" not in str(row.before) + str(row.after)


def test_two_people_changing_a_task_are_told(world: World, signed_in: SignIn) -> None:
    person, task = deeds._task(world)
    here, seen = signed_in(world.viewer()), shown(world, person).to_do[0].seen
    goals.change_task(by=world.another(), at=AT, person=person, task=task, to=NEW, seen=seen)
    other = engine.NewTask("Go there", deeds.OWNER, DAY)
    with pytest.raises(ChangedMeanwhile):
        goals.change_task(by=world.viewer(), at=AT, person=person, task=task, to=other, seen=seen)
    with pytest.raises(engine.SameTask):
        goals.change_task(by=world.viewer(), at=AT, person=person, task=task, to=NEW, seen=seen)
    at = f"/people/{person}/plan/tasks/{task}/change/"
    sent = {"words": "Go there", "owner": "the person:", "due_on": DAY.isoformat(), "seen": seen}
    page = texts(here.post(at, sent))
    assert ChangedMeanwhile.sentence() in page
    assert "It says now: Write to the landlord. Rosa Marden, by 2 March 2026." in page
    assert 'value="Go there"' in page, "what was typed is not lost"
    assert here.post(at, sent | {"seen": shown(world, person).to_do[0].seen}).status_code == 302


def test_what_stays_need_hold_no_more_but_what_is_new_must(world: World) -> None:
    person, task = deeds._task(world)
    by, seen = world.viewer(), shown(world, person).to_do[0].seen
    given = {"by": by, "at": later(9), "person": person, "task": task, "seen": seen}
    for refusal, to in (
        (engine.DueBeforeToday, engine.NewTask("Go", deeds.OWNER, DAY + dt.timedelta(days=1))),
        (engine.NoWords, engine.NewTask(" ", deeds.OWNER, DAY)),
        (engine.NotAService, engine.NewTask("Go", deeds.OWNER, DAY, service=987654321)),
        (engine.NotTheirFamily, engine.NewTask("Go", deeds.OWNER, DAY, for_person=make_person(world))),
    ):
        with pytest.raises(refusal):
            goals.change_task(to=to, **given)
    goals.change_task(to=engine.NewTask("Go", deeds.OWNER, DAY), **given)  # the day was before, and stays
    goals.finish_task(by=by, at=AT, person=person, task=task)
    done = given | {"seen": shown(world, person).goals[0].tasks[0].seen}
    with pytest.raises(engine.NotFromThere):
        goals.change_task(to=NEW, **done)


def test_a_service_of_the_directory_is_found_chosen_and_taken_out(world: World, signed_in: SignIn) -> None:
    person, task = deeds._task(world)
    here, service = signed_in(world.viewer()), add(world, "Quayside debt advice", phones=("01632 960111",))
    add(world, "A choir", needs=("confidence",))
    at, seen = f"/people/{person}/plan/tasks/{task}/service/", shown(world, person).to_do[0].seen
    assert "No service was found" in texts(here.post(at, {"text": "zzzz", "look": "yes", "seen": seen}))
    page = texts(here.post(at, {"text": "debt", "look": "yes", "seen": seen}))
    assert "Quayside debt advice" in page
    assert "A choir" not in page
    assert "Choose a service" in texts(here.post(at, {"text": "debt", "choose": "yes", "seen": seen}))
    given = {"text": "debt", "service": str(service), "choose": "yes", "seen": seen}
    assert here.post(at, given).status_code == 302
    found = shown(world, person).to_do[0]
    assert (found.service, found.service_name, found.service_phone) == (
        service, "Quayside debt advice", "01632 960111",
    )  # fmt: skip
    assert "Now with Quayside debt advice." in texts(here.get(at))
    here.post(at, {"text": "", "service": "none", "choose": "yes", "seen": found.seen})
    assert shown(world, person).to_do[0].service is None


def test_a_plan_is_ended_on_its_page_and_stays_to_be_read(world: World, signed_in: SignIn) -> None:
    person, _ = deeds._task(world)
    here, plan = signed_in(world.viewer()), plan_id(world, person)
    page = texts(here.post(f"/people/{person}/plan/{plan}/end/", {"note": "They work"}, follow=True))
    assert "This plan ended on" in page
    assert "Ring the landlord" in page
    assert "support is ending" in page
    for gone in ("Add a goal", "End the plan", "Finish", "Record their agreement"):
        assert f">{gone}" not in page
    assert "Begin a new plan" in page
    assert PlanReview.objects.get().note == "They work"


def test_with_several_plans_each_is_chosen_and_one_alone_is_not_asked_for(world: World, signed_in: SignIn) -> None:
    person, here = make_person(world), signed_in(world.viewer())
    at = f"/people/{person}/plan/"
    here.post(f"{at}begin/", {"programme": world.programme.pk})
    first = plan_id(world, person)
    assert "another programme" not in texts(here.get(at)), "there is no other programme"
    assert "No other plan can begin" in texts(here.get(f"{at}begin/"))
    other = Programme.objects.create(
        code="steps", name="Steps", accountable_body=world.organisations["council"], from_on=DAY
    )
    assert "Begin a plan on another programme" in texts(here.get(at))
    answer = here.post(f"{at}begin/", {"programme": other.pk})
    second = Plan.objects.get(programme=other).pk
    assert answer["Location"] == f"{at}{second}/"
    answer = here.post(f"{at}{first}/goal/", {"words": "A home"})
    assert answer["Location"] == f"{at}{first}/", "back to the plan that was changed"
    assert [goal.words for goal in shown(world, person, first).goals] == ["A home"]
    page = texts(here.get(f"{at}{first}/"))
    assert f'href="{at}{second}/">Steps' in page
    planning.end_plan(by=world.viewer(), at=AT, person=person, plan=first)
    assert "Together into work, ended 2 March 2026" in texts(here.get(f"{at}{second}/"))


def test_closing_the_case_ends_the_plan_that_the_organisation_made(world: World) -> None:
    person, task = deeds._task(world)
    plan = plan_id(world, person)
    close_case(by=world.viewer(), at=AT, person=person, why="They moved")
    row = Plan.objects.get(pk=plan)
    assert row.ended_on == timezone.localdate(AT)
    review = row.reviews.get()
    assert (review.reason, review.note) == (ReviewReason.ENDING, "The case was closed"), "why stays in the audit"
    told = Action.objects.filter(verb="close case", person_id=person).values_list("subject", "subject_id")
    assert {("plan", plan), ("plan review", review.pk)} <= set(told)
    assert Task.objects.get(pk=task).status == TaskStatus.OPEN.value, "what was not done is not made to look done"


def test_closing_leaves_the_plan_of_another_organisation(world: World) -> None:
    from tests.platform.test_supporting import held_by

    person = held_by(world, make_person(world), "charity")
    by = world.viewer("charity")
    plan = planning.begin_plan(by=by, at=AT, person=person, programme=world.programme.pk)
    close_case(by=world.viewer(), at=AT, person=person, why="They moved")
    assert Plan.objects.get(pk=plan).ended_on is None


def test_the_timeline_tells_of_the_plan_to_whoever_may_see_plans(world: World) -> None:
    person, task = deeds._task(world)
    by, plan = world.viewer(), plan_id(world, person)
    agreed(world, person)
    goals.finish_task(by=by, at=AT, person=person, task=task)
    planning.review_plan(by=by, at=later(1), person=person, plan=plan, reason=ReviewReason.CIRCUMSTANCES, note="A job")
    goal = shown(world, person).goals[0].id
    goals.end_goal(by=by, at=later(2), person=person, goal=goal, how=GoalEnd.REACHED)
    planning.end_plan(by=by, at=later(3), person=person, plan=plan)
    found = [each for each in events(person, by) if each.data_class is DataClass.PLAN]
    told = {(each.on, each.title, each.detail, each.organisation, each.who) for each in found}
    name, council = by.name, "The council"
    after = [DAY + dt.timedelta(days=days) for days in range(4)]
    assert told == {
        (DAY, "Action plan begun, for Together into work", "", council, ""),
        (DAY, "Agreed to the action plan for Together into work, version 1", "signed form", council, name),
        (DAY, "Done: Ring the landlord", "", council, name),
        (after[1], "Action plan looked at again: things have changed for them", "A job", council, name),
        (after[2], "Goal reached: A settled home", "", council, ""),
        (after[3], "Action plan ended, for Together into work", "", council, ""),
    }
    without = events(person, by, frozenset(DataClass) - {DataClass.PLAN})
    assert [each for each in without if each.data_class is DataClass.PLAN] == []


STEPS = ("add goal", "add task", "change task", "finish", "not needed", "reopen", "end goal", "review", "agree", "end")


def step(world: World, person: int, plan: int, name: str, number: int) -> None:
    """One thing done to a plan, by whoever picks the same number; what a rule refuses is not done."""
    by, at, now_ = world.viewer(), later(number % 7), shown(world, person, plan)
    tasks = [task.id for goal in now_.goals for task in goal.tasks] or [0]
    kept = [goal.id for goal in now_.goals] or [0]
    goal, task = kept[number % len(kept)], tasks[number % len(tasks)]
    by_id = {each.id: each for goal in now_.goals for each in goal.tasks}
    new = engine.NewTask(f"Task {number}", deeds.OWNER, at.date() + dt.timedelta(days=number))
    given: dict[str, Any] = {"by": by, "at": at, "person": person}
    how = GoalEnd.REACHED if number % 2 else GoalEnd.NOT_NEEDED
    {
        "add goal": lambda: goals.add_goal(**given, plan=plan, words=f"Goal {number}"),
        "add task": lambda: goals.add_task(**given, goal=goal, task=new),
        "change task": lambda: goals.change_task(**given, task=task, to=new, seen=by_id[task].seen),
        "finish": lambda: goals.finish_task(**given, task=task),
        "not needed": lambda: goals.finish_task(**given, task=task, to=TaskStatus.NOT_NEEDED, why="They moved"),
        "reopen": lambda: goals.reopen_task(**given, task=task),
        "end goal": lambda: goals.end_goal(**given, goal=goal, how=how, why="They moved"),
        "review": lambda: planning.review_plan(**given, plan=plan, reason=ReviewReason.DUE, note=str(number)),
        "agree": lambda: planning.agree_plan(
            **given, plan=plan, agreed_by="Rosa", agreed_on=at.date(), given_how=GivenHow.ONLINE, seen=now_.seen
        ),
        "end": lambda: planning.end_plan(**given, plan=plan),
    }[name]()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(done=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), min_size=1, max_size=12))
def test_an_agreed_version_never_changes_whatever_is_done_afterwards(world: World, done: list[tuple[str, int]]) -> None:
    person, _ = deeds._task(world)
    plan = plan_id(world, person)
    kept: dict[int, tuple[Any, ...]] = {}

    def as_it_is(version: int) -> tuple[Any, ...]:
        row = PlanVersion.objects.values().get(pk=version)
        paper = version_paper(person, version, world.viewer()).value
        said = (paper.title, paper.made_with, paper.agreed, paper.goals)  # the next review and whom to call are today's
        return row, plan_version(person, version, world.viewer()).value.goals, str(said)

    first = agreed(world, person)
    kept[first] = as_it_is(first)
    for name, number in done:
        try:
            step(world, person, plan, name, number)
        except (Refused, KeyError):
            continue
        for version in PlanVersion.objects.filter(plan=plan).values_list("pk", flat=True):
            kept.setdefault(version, as_it_is(version))
    assert {version: as_it_is(version) for version in kept} == kept
    numbers = list(PlanVersion.objects.filter(plan=plan).order_by("pk").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert as_pdf(version_paper(person, first, world.viewer()).value).startswith(b"%PDF")
