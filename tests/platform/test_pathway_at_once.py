"""Two users at once along the pathway: one wins or both do, in either order, and nothing is lost. On both databases."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.access.models import Action
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions import goals, planning, working
from commongoal.pathway.actions.answers import accept_referral, confirm_first_contact
from commongoal.pathway.actions.assessing import record_assessment
from commongoal.pathway.actions.moving import correct_move
from commongoal.pathway.engine.casework import TaskOwner
from commongoal.pathway.engine.moves import SameStage, stops
from commongoal.pathway.engine.plan import NewTask, NotFromThere, Owner
from commongoal.pathway.models import Assessment, Checkpoint, Job, Journey, Move, PlanVersion, Task
from commongoal.pathway.queries.journeys import journey_on
from commongoal.pathway.queries.plan import plan_of
from commongoal.people.engine.vocabulary import GivenHow
from tests.platform import moved
from tests.platform.moved import DAY
from tests.platform.test_concurrency import PAUSES, the_loser
from tests.platform.test_merging import merge
from tests.platform.test_referrals import sent
from tests.platform.test_working import a_job, record
from tests.platform.together import at_once, parted
from tests.platform.world import AT, World, make_person, make_world, put_in_force

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    world = make_world()
    put_in_force(world)
    return world


def story(world: World, person: int) -> list[tuple[str, str]]:
    """The moves that count, each with where it came from; and that the journey keeps where they lead."""
    journey = journey_on(person, world.programme.pk)
    assert journey is not None
    told = [(stop.origin, stop.arrival.stage) for stop in stops(journey.arrivals)]
    row = Journey.objects.get(pk=journey.id)
    assert row.stage == told[-1][1]
    return told


@pytest.mark.parametrize("pause", PAUSES)
def test_two_record_the_same_move(world: World, pause: int) -> None:
    person, one, two = moved.begun(world), world.viewer(), world.another()
    results = at_once(
        lambda: moved.move(world, person, "engaged", by=one),
        lambda: moved.move(world, person, "engaged", by=two),
        pause=pause,
    )
    assert isinstance(the_loser(results), SameStage)
    assert story(world, person) == [("", "referred"), ("referred", "engaged")]


@pytest.mark.parametrize("pause", PAUSES)
def test_two_move_on_from_the_same_stage_by_what_they_saw(world: World, pause: int) -> None:
    person, one, two = moved.begun(world), world.viewer(), world.another()
    seen = moved.move(world, person, "engaged", 9)
    results = at_once(
        lambda: moved.move(world, person, "barriers_removed", by=one, seen=seen),
        lambda: moved.move(world, person, "supported", by=two, seen=seen),
        pause=pause,
    )
    told = the_loser(results)
    assert isinstance(told, ChangedMeanwhile)
    assert (two if isinstance(results[0], Refused) else one).name in str(told)
    assert len(story(world, person)) == 3


@pytest.mark.parametrize("pause", [*PAUSES, 8])
def test_a_handover_is_done_while_another_moves_the_person(world: World, pause: int) -> None:
    """Whichever comes first, the story holds, and what waited counts or waits on: it is not lost."""
    person, referral = sent(world)
    moved.begun(world, person)
    by = world.viewer()
    accept_referral(by=world.viewer("provider"), at=AT, referral=referral)
    waiting = moved.move(world, person, "engaged", referral=referral)
    assert Move.objects.get(pk=waiting).waiting
    results = at_once(
        lambda: confirm_first_contact(by=world.viewer("provider"), at=AT, referral=referral, contact_on=DAY),
        lambda: moved.move(world, person, "left", by=by, reason="not engaged"),
        pause=pause,
    )
    assert parted(results)[1] == []
    row = Move.objects.get(pk=waiting)
    assert (row.waiting, row.withdrawn_at) == (False, None)
    assert sorted(stage for _, stage in story(world, person)) == ["engaged", "left", "referred"]


@pytest.mark.parametrize("pause", PAUSES)
def test_two_correct_the_same_move(world: World, pause: int) -> None:
    person, one, two = moved.begun(world), world.viewer(), world.another()
    move = moved.move(world, person, "engaged", 9)
    same = {"at": AT, "person": person, "move": move, "on": DAY, "evidence_kind": "letter", "why": "I saw it"}
    results = at_once(
        lambda: correct_move(by=one, stage="engaged", **same),
        lambda: correct_move(by=two, stage="left", reason="not engaged", **same),
        pause=pause,
    )
    assert isinstance(the_loser(results), ChangedMeanwhile)
    assert Move.objects.filter(supersedes=move).count() == 1
    assert len(story(world, person)) == 2


@pytest.mark.parametrize("pause", PAUSES)
def test_two_correct_the_same_job(world: World, pause: int) -> None:
    person, one, two = make_person(world), world.viewer(), world.another()
    job = record(world, person, a_job())
    results = at_once(*[
        lambda by=by, hours=hours: working.correct_job(
            by=by, at=AT, person=person, job=job, details=replace(a_job(), weekly_hours=hours)
        )
        for by, hours in ((one, 20), (two, 30))
    ], pause=pause)  # fmt: skip
    told = the_loser(results)
    assert isinstance(told, ChangedMeanwhile)
    assert (two if isinstance(results[0], Refused) else one).name in str(told)
    assert Job.objects.filter(supersedes=job).count() == 1
    assert Checkpoint.objects.filter(person=person, status="due").count() == 4


@pytest.mark.parametrize("pause", PAUSES)
def test_a_job_ends_while_another_corrects_it(world: World, pause: int) -> None:
    person, one, two = make_person(world), world.viewer(), world.another()
    job = record(world, person, a_job())
    results = at_once(
        lambda: working.end_job(by=one, at=AT, person=person, job=job, to_on=DAY, why="It was temporary"),
        lambda: working.correct_job(by=two, at=AT, person=person, job=job, details=a_job(employer="The Bakery")),
        pause=pause,
    )
    won, lost = parted(results)
    assert won
    assert all(isinstance(each, ChangedMeanwhile) for each in lost)
    standing = Job.objects.get(person=person, superseded_by=None)
    assert standing.employer == "The Bakery"
    # Ended first, it is another job that was corrected: the form says that it runs, and its writer saw it run.
    assert Checkpoint.objects.filter(person=person, status="due").count() == 4


@pytest.mark.parametrize("pause", PAUSES)
def test_two_assess_at_once_and_one_counts(world: World, pause: int) -> None:
    person = make_person(world)
    results = at_once(*[
        lambda by=by: record_assessment(
            by=by, at=AT, person=person, programme=world.programme.pk, on=DAY, levels={"money": 2}, notes={}, token="t"
        )
        for by in (world.viewer(), world.another())
    ], pause=pause)  # fmt: skip
    assert parted(results)[1] == []
    assert sorted(Assessment.objects.values_list("counts", flat=True)) == [False, True]


def planned(world: World) -> tuple[int, int, int]:
    """A person, their plan and its one task."""
    person, by = make_person(world), world.viewer()
    plan = planning.begin_plan(by=by, at=AT, person=person, programme=world.programme.pk)
    goal = goals.add_goal(by=by, at=AT, person=person, plan=plan, words="A settled home")
    task = NewTask("Ring the landlord", Owner(TaskOwner.RESIDENT), DAY)
    return person, plan, goals.add_task(by=by, at=AT, person=person, goal=goal, task=task)


@pytest.mark.parametrize("pause", PAUSES)
def test_two_finish_the_same_task(world: World, pause: int) -> None:
    (person, _, task), one, two = planned(world), world.viewer(), world.another()
    results = at_once(
        lambda: goals.finish_task(by=one, at=AT, person=person, task=task),
        lambda: goals.finish_task(by=two, at=AT, person=person, task=task),
        pause=pause,
    )
    assert isinstance(the_loser(results), NotFromThere)
    done = Action.objects.filter(subject="task", subject_id=task, verb="finish task")
    winner = two if isinstance(results[0], Refused) else one
    assert [row.membership_id for row in done] == [winner.membership]
    assert Task.objects.get(pk=task).finished_by_id == winner.membership


@pytest.mark.parametrize("change", ["task", "goal"])
@pytest.mark.parametrize("pause", PAUSES)
def test_the_plan_is_agreed_while_another_changes_it(world: World, pause: int, change: str) -> None:
    """What somebody agreed to is what they were shown: a version never holds what came in between."""
    (person, plan, task), one, two = planned(world), world.viewer(), world.another()
    shown = plan_of(person, one).value.plan
    assert shown is not None
    changes: dict[str, Callable[[], object]] = {
        "task": lambda: goals.finish_task(by=two, at=AT, person=person, task=task),
        "goal": lambda: goals.add_goal(by=two, at=AT, person=person, plan=plan, words="A licence"),
    }
    results = at_once(
        lambda: planning.agree_plan(
            by=one, at=AT, person=person, plan=plan, agreed_by="Rosa", agreed_on=DAY, given_how=GivenHow.SIGNED,
            seen=shown.seen,
        ),
        changes[change],
        pause=pause,
    )  # fmt: skip
    assert not isinstance(results[1], Exception), results
    agreed = PlanVersion.objects.filter(plan=plan).first()
    assert isinstance(results[0], ChangedMeanwhile) if agreed is None else results[0] == agreed.pk
    if agreed is not None:
        assert "licence" not in str(agreed.content)


@pytest.mark.parametrize("pause", [*PAUSES, 9])
def test_a_move_is_recorded_while_another_merges(world: World, pause: int) -> None:
    kept, gone, by = moved.begun(world), moved.begun(world), world.viewer()
    results = at_once(
        lambda: merge(world, kept, gone),
        lambda: moved.move(world, gone, "engaged", by=by),
        pause=pause,
    )
    lost = parted(results)[1]
    assert all(isinstance(each, Refused) for each in lost), results
    # Moved first, the other record goes further and is to be kept; merged first, the mover is told of the merge.
    assert len(lost) == 1
    assert len(story(world, gone if isinstance(results[0], Refused) else kept)) == 2 - isinstance(results[1], Refused)


@pytest.mark.parametrize("pause", [*PAUSES, 9])
def test_a_job_is_corrected_while_another_merges(world: World, pause: int) -> None:
    kept, gone, by = make_person(world), make_person(world), world.viewer()
    job = record(world, gone, a_job())
    results = at_once(
        lambda: merge(world, kept, gone),
        lambda: working.correct_job(by=by, at=AT, person=gone, job=job, details=a_job(employer="The Bakery")),
        pause=pause,
    )
    assert all(isinstance(each, Refused) for each in parted(results)[1]), results
    assert not isinstance(results[0], Exception)
    assert not Job.objects.filter(person=gone).exists()
    assert Checkpoint.objects.filter(person=kept, status="due").count() == 4
