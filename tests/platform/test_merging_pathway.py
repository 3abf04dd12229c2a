"""Merging where the pathway hangs on both records: journeys, plans, assessments and work; and what parting returns."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.access.models import Action
from commongoal.pathway.actions import planning
from commongoal.pathway.actions.goals import add_goal
from commongoal.pathway.engine.casework import CheckpointStatus
from commongoal.pathway.models import Assessment, Checkpoint, Journey, Plan
from commongoal.pathway.queries.journeys import journey_on
from commongoal.pathway.queries.plan import plan_of
from commongoal.people.engine.merging import OneRunning, OtherGoesFurther, further, later
from tests.platform import moved
from tests.platform.moved import DAY
from tests.platform.test_assessments import counts, days_back, done
from tests.platform.test_merging import merge, part
from tests.platform.test_merging_referrals import started
from tests.platform.test_working import TODAY, WEEK, a_job, due, record
from tests.platform.world import AT, World, make_person, put_in_force

DAYS = st.lists(st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 9)), min_size=3, max_size=3)


@pytest.fixture
def place(world: World) -> World:
    put_in_force(world)
    return world


def stands(world: World, person: int) -> list[str]:
    journey = journey_on(person, world.programme.pk)
    return [move.stage for move in journey.moves] if journey else []


def test_of_two_journeys_the_one_that_goes_on_later_stands(place: World) -> None:
    early, late = moved.begun(place), moved.begun(place)
    moved.move(place, early, "engaged", 60)
    moved.move(place, late, "engaged", 50)
    moved.move(place, late, "supported", 20)
    with pytest.raises(OtherGoesFurther, match="Together into work"):
        merge(place, early, late)
    merged = merge(place, late, early)
    assert stands(place, late) == ["referred", "engaged", "supported"]
    moved.move(place, late, "in_work", 1)
    part(place, merged)
    assert stands(place, early) == ["referred", "engaged"]
    assert stands(place, late) == ["referred", "engaged", "supported", "in_work"]
    assert Journey.objects.filter(closed_at=None).count() == 2


def test_the_journey_decides_and_not_the_start_so_that_one_way_is_always_open(place: World) -> None:
    first, second = moved.begun(place), moved.begun(place)
    moved.move(place, second, "engaged", 5)
    started(place, first, days_ago=40)  # further as a start, behind on the pathway
    started(place, second, days_ago=2)
    with pytest.raises(OtherGoesFurther):
        merge(place, first, second)
    merge(place, second, first)
    assert stands(place, second) == ["referred", "engaged"]


def test_a_journey_that_only_the_record_given_up_has_comes_along(place: World) -> None:
    kept, gone = make_person(place), moved.begun(place)
    moved.move(place, gone, "engaged", 5)
    merged = merge(place, kept, gone)
    assert stands(place, kept) == ["referred", "engaged"]
    part(place, merged)
    assert (stands(place, kept), stands(place, gone)) == ([], ["referred", "engaged"])


def planned(world: World, person: int, words: str) -> int:
    by = world.viewer()
    plan = planning.begin_plan(by=by, at=AT, person=person, programme=world.programme.pk)
    add_goal(by=by, at=AT, person=person, plan=plan, words=words)
    return plan


def test_of_two_plans_that_of_the_record_kept_runs_on_and_the_other_is_there_to_read(place: World) -> None:
    kept, gone = make_person(place), make_person(place)
    ours, theirs = planned(place, kept, "A settled home"), planned(place, gone, "A driving licence")
    merged = merge(place, kept, gone)
    assert list(Plan.objects.filter(person=kept, ended_on=None).values_list("pk", flat=True)) == [ours]
    assert Plan.objects.get(pk=theirs).person_id == kept
    shown = plan_of(kept, place.viewer(), theirs).value.plan
    assert shown is not None
    assert [goal.words for goal in shown.goals] == ["A driving licence"]
    assert Action.objects.filter(subject="plan", subject_id=theirs, person_id=gone, verb="merge people").exists()
    part(place, merged)
    assert set(Plan.objects.values_list("pk", "person", "ended_on")) == {(ours, kept, None), (theirs, gone, None)}


def test_a_plan_begun_since_and_handed_over_leaves_the_old_one_ended(place: World) -> None:
    kept, gone = make_person(place), make_person(place)
    ours, theirs = planned(place, kept, "A home"), planned(place, gone, "A licence")
    merged = merge(place, kept, gone)
    planning.end_plan(by=place.viewer(), at=AT, person=kept, plan=ours)
    new = planned(place, kept, "A course")
    part(place, merged, also={"pathway.plan": [new]})
    assert list(Plan.objects.filter(person=gone, ended_on=None).values_list("pk", flat=True)) == [new]
    assert Plan.objects.get(pk=theirs).person_id == gone


def test_assessments_are_counted_again_when_brought_together_and_when_parted(place: World) -> None:
    kept, gone = make_person(place), make_person(place)
    for person, days in ((kept, (60, 20)), (gone, (50, 30))):
        for back in days:
            done(place, person, days_back(back))
    alone = counts(gone)
    assert (set(counts(kept).values()), alone) == ({True}, {days_back(50): True, days_back(30): False})
    merged = merge(place, kept, gone)
    assert counts(kept) == {days_back(60): True, days_back(50): False, days_back(30): True, days_back(20): False}
    told = Action.objects.filter(verb="merge people", subject="assessment", person_id=kept)
    assert told.count() == 3  # each that counts otherwise now, for the audit and the next snapshot
    part(place, merged)
    assert counts(kept) == {days_back(60): True, days_back(20): True}
    assert counts(gone) == alone


def test_checkpoints_follow_the_spell_of_work_of_both_records(place: World) -> None:
    kept, gone = make_person(place, contact_by="text"), make_person(place)
    first, second = TODAY - 20 * WEEK, TODAY - 6 * WEEK
    record(place, kept, a_job(from_on=second))
    record(place, gone, a_job(from_on=first, employer="The Bakery"))
    answered = Checkpoint.objects.get(person=gone, weeks=4)
    Checkpoint.objects.filter(pk=answered.pk).update(status=CheckpointStatus.IN_WORK.value, answered_on=TODAY)
    before = due(kept), due(gone)
    merged = merge(place, kept, gone)
    assert due(kept) == [(weeks, first + weeks * WEEK) for weeks in (13, 26, 52)]
    assert {row.contact for row in Checkpoint.objects.filter(person=kept, status="due")} == {
        "the person by text (as they prefer), or The Bakery"
    }
    part(place, merged)
    assert (due(kept), due(gone)) == before
    assert Checkpoint.objects.get(pk=answered.pk).person_id == gone


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_in_any_order_what_is_reckoned_is_as_if_entered_so(place: World, data: st.DataObject) -> None:
    """After each merge and parting what counts follows from the rows that are there; in the end all is as before."""
    alive = [make_person(place) for _ in range(3)]
    for person in alive:
        for back in sorted(data.draw(st.sets(st.integers(0, 90), max_size=3)), reverse=True):
            done(place, person, days_back(back))
    everybody, merges = tuple(alive), []
    before = {person: counts(person) for person in everybody}
    for _ in range(2):
        kept, gone = data.draw(st.permutations(alive))[:2]
        merges.append(merge(place, kept, gone))
        alive.remove(gone)
        assert_counted(kept)
    for merged in data.draw(st.permutations(merges)):
        part(place, merged)
        for person in everybody:
            assert_counted(person)
    assert {person: counts(person) for person in everybody} == before


def assert_counted(person: int) -> None:
    last = None
    rows = Assessment.objects.filter(person=person, superseded_by=None).order_by("on", "pk")
    for on, counted in rows.values_list("on", "counts"):
        assert counted == (last is None or (on - last).days >= 28)
        last = on if counted else last


@given(DAYS, DAYS)
def test_of_two_at_most_one_goes_further(one: list[dt.date | None], other: list[dt.date | None]) -> None:
    for rule in (further, later):
        assert not (rule(one, other) and rule(other, one))
        assert not rule(one, one)
    assert OneRunning((), "end", (), story=True).further([DAY, DAY], [DAY - WEEK, DAY])


def test_who_looks_at_the_record_given_up_is_told(place: World) -> None:
    kept, gone = moved.begun(place), moved.begun(place)
    merge(place, kept, gone)
    with pytest.raises(ChangedMeanwhile):
        moved.move(place, gone, "engaged")
