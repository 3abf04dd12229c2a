"""Moves along the pathway: recorded with evidence, asked why, handed over, corrected and withdrawn."""

import datetime as dt
from decimal import Decimal

import pytest

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.models import Action
from commongoal.kernel.errors import BadInput
from commongoal.pathway.actions import moving
from commongoal.pathway.actions.answers import (
    accept_referral,
    confirm_first_contact,
    reject_referral,
    withdraw_referral,
)
from commongoal.pathway.actions.moving import begin_journey, correct_move, withdraw_move
from commongoal.pathway.actions.sending import pass_on_referral
from commongoal.pathway.actions.working import record_job
from commongoal.pathway.engine import moves as rules
from commongoal.pathway.engine.casework import PayPeriod
from commongoal.pathway.engine.in_force import NoPathway
from commongoal.pathway.engine.jobs import JobDetails
from commongoal.pathway.engine.journey import JourneyRecord, why_waiting
from commongoal.pathway.engine.referral import RejectionReason
from commongoal.pathway.models import Journey, Move, Referral
from commongoal.pathway.queries.journeys import journey_on, journeys
from commongoal.pathway.queries.move_choices import move_choices
from commongoal.pathway.queries.timeline import events
from commongoal.people.models import Agreement
from tests.platform.moved import DAY, SINCE, begun, move, programme, read
from tests.platform.test_referrals import AT, a_sending, agree, sent
from tests.platform.world import PATHWAY, World, make_person, put_in_force


def day(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def stands(world: World, person: int) -> JourneyRecord:
    """The journey, once what is kept on it was seen to follow from its moves."""
    found = journey_on(person, programme(world))
    assert found is not None
    last = found.stops[-1].arrival
    assert (found.stage, found.since_on, found.begun_on) == (last.stage, last.on, found.stops[0].arrival.on)
    return found


def test_a_journey_begins_at_the_first_stage_with_every_attribute_answered_once(world: World) -> None:
    person, given = make_person(world), {"by": world.viewer(), "at": AT, "programme": world.programme.pk}
    with pytest.raises(NoPathway):
        begin_journey(**given, person=person, on=DAY, attributes={})
    programme(world)
    for attributes in ({}, {"age": "ancient"}, {"age": "older", "height": "tall"}):
        with pytest.raises(moving.NeedsAttributes):
            begin_journey(**given, person=person, on=DAY, attributes=attributes)
    with pytest.raises(rules.MoveInFuture):
        begin_journey(**given, person=person, on=day(-1), attributes={"age": "older"})
    begun(world, person)
    found = stands(world, person)
    assert (found.stage_name, found.since_on, found.attributes) == ("Referred", SINCE, {"age": "older"})
    with pytest.raises(moving.AlreadyBegun):
        begun(world, person)


def test_a_move_needs_evidence_and_leaves_a_trace(world: World) -> None:
    person = begun(world)
    with pytest.raises(rules.NeedsEvidence):
        move(world, person, "engaged", evidence_kind="")
    pk = move(world, person, "engaged", 30, evidence=" A letter of 3 May ")
    found = stands(world, person)
    assert (found.stage, found.since_on, found.moves[-1].evidence) == ("engaged", day(30), "A letter of 3 May")
    assert Action.objects.filter(subject="move", subject_id=pk, person_id=person, verb="record move").exists()
    titles = {event.title for event in events(person, world.viewer())}
    assert "Engaged, on Together into work" in titles


def test_leaving_needs_a_reason_of_the_programme_and_ending_is_for_good(world: World) -> None:
    person = begun(world)
    for reason in ("", "a whim"):
        with pytest.raises(rules.NeedsLeavingReason):
            move(world, person, "left", 20, reason=reason)
    move(world, person, "left", 20, reason="not engaged")
    assert not stands(world, person).running
    move(world, person, "engaged", 10)
    with pytest.raises(rules.NeedsLeavingReason):
        move(world, person, "ended", 5, reason="not engaged")
    move(world, person, "ended", 5, reason="moved_away")
    with pytest.raises(rules.AfterEnded):
        move(world, person, "engaged", 2)


def test_a_move_that_the_readings_do_not_support_asks_why(world: World) -> None:
    person = begun(world)
    move(world, person, "engaged", 60)
    move(world, person, "barriers_removed", 50)
    for levels in ({}, {"skills": 3}):
        read(world, person, **levels)
        with pytest.raises(rules.NeedsWhy):
            move(world, person, "skilled", 40, why=" ")
    pk = move(world, person, "skilled", 40, why="She passed the test, and had a bad day when we talked")
    assert Move.objects.get(pk=pk).supported is False
    withdraw_move(by=world.viewer(), at=AT, person=person, move=pk, why="Not yet")
    assessment = read(world, person, skills=4)
    row = Move.objects.get(pk=move(world, person, "skilled", 30, why=""))
    assert (row.supported, row.assessment_id) == (True, assessment)


def test_a_correction_supersedes_and_a_story_that_no_longer_follows_is_refused(world: World) -> None:
    person, by = begun(world), world.viewer()
    first = move(world, person, "engaged", 60)
    last = move(world, person, "barriers_removed", 50)
    given = {"by": by, "at": AT, "person": person, "evidence_kind": "letter", "why": "I saw it"}
    with pytest.raises(rules.ContradictsLater, match="Barriers removed, on 11 January 2026"):
        correct_move(**given, move=first, stage="engaged", on=day(40))
    new = correct_move(**given, move=first, stage="engaged", on=day(55))
    found = stands(world, person)
    assert [stop.arrival.on for stop in found.stops] == [SINCE, day(55), day(50)]
    assert (found.move(first).superseded_by, found.move(new).supersedes) == (new, first)
    with pytest.raises(ChangedMeanwhile, match="has corrected this move"):
        correct_move(**given, move=first, stage="engaged", on=day(56))
    correct_move(**given, move=last, stage="supported", on=day(45))
    assert stands(world, person).stage == "supported"


def test_withdrawing_takes_a_person_back_and_the_only_move_closes_the_journey(world: World) -> None:
    person, by = begun(world), world.viewer()
    first = Move.objects.get().pk
    second = move(world, person, "engaged", 60)
    with pytest.raises(rules.ContradictsLater):
        withdraw_move(by=by, at=AT, person=person, move=first, why="A mistake")
    with pytest.raises(moving.NeedsWithdrawalReason):
        withdraw_move(by=by, at=AT, person=person, move=second, why=" ")
    withdraw_move(by=by, at=AT, person=person, move=second, why="It was somebody else")
    assert stands(world, person).stage == "referred"
    with pytest.raises(ChangedMeanwhile, match="withdrawn"):
        withdraw_move(by=by, at=AT, person=person, move=second, why="Again")
    withdraw_move(by=by, at=AT, person=person, move=first, why="It was somebody else")
    assert journey_on(person, programme(world)) is None
    begun(world, person)  # and may begin again
    assert Journey.objects.count() == 2


def test_of_two_who_record_at_once_the_later_is_told(world: World) -> None:
    person = begun(world)
    seen = Move.objects.get().pk
    move(world, person, "engaged", 60, seen=seen)
    with pytest.raises(ChangedMeanwhile, match="recorded Engaged, on 1 January 2026"):
        move(world, person, "engaged", 60, by=world.another(), seen=seen)
    assert Move.objects.count() == 2


def test_others_read_and_do_not_record(world: World) -> None:
    person = begun(world)
    pk = move(world, person, "engaged", 60)
    with pytest.raises(NotThere):
        move(world, person, "supported", 50, by=world.viewer("provider"))
    with pytest.raises(NotThere):
        move(world, person, "supported", 50, by=world.viewer(role=Role.DATA_PROTECTION))
    with pytest.raises(NotThere):
        journeys(person, world.viewer("provider"))
    theirs = begun(world, make_person(world))
    with pytest.raises(NotThere):
        withdraw_move(by=world.viewer(), at=AT, person=theirs, move=pk, why="Not theirs")


# --- a stage delivered elsewhere


def waiting(world: World, days: int = 0) -> tuple[int, int, int]:
    """A person, the referral that hands them over, and the move that waits for its receiver."""
    programme(world)
    person, referral = sent(world)
    begun(world, person)
    move(world, person, "engaged", 60)
    return person, referral, move(world, person, "supported", days, referral=referral)


def test_a_move_to_a_stage_delivered_elsewhere_counts_when_the_receiver_has_spoken_to_them(world: World) -> None:
    person, referral, pk = waiting(world)
    assert stands(world, person).stage == "engaged"
    assert [each.id for each in stands(world, person).waiting] == [pk]
    with pytest.raises(moving.AlreadyWaiting):
        move(world, person, "supported", referral=referral)
    accept_referral(by=world.viewer("provider"), at=AT, referral=referral)
    assert stands(world, person).stage == "engaged"
    later = AT + dt.timedelta(days=4)
    contact_on = DAY + dt.timedelta(days=3)
    confirm_first_contact(by=world.viewer("provider"), at=later, referral=referral, contact_on=contact_on)
    assert (stands(world, person).stage, stands(world, person).since_on) == ("supported", contact_on)


def test_only_a_running_referral_of_ours_about_them_hands_over(world: World) -> None:
    person, referral, _ = waiting(world)
    other = begun(world, make_person(world))
    with pytest.raises(NotThere):
        move(world, other, "engaged", referral=referral)
    withdraw_referral(by=world.viewer(), at=AT, referral=referral, note="No")
    with pytest.raises(moving.ReferralNotRunning):
        move(world, person, "supported", referral=referral)


@pytest.mark.parametrize("rejected", [True, False])
def test_a_referral_that_comes_to_nothing_takes_its_move_with_it(world: World, rejected: bool) -> None:
    person, referral, pk = waiting(world)
    if rejected:
        code = RejectionReason.NO_CAPACITY
        reject_referral(by=world.viewer("provider"), at=AT, referral=referral, code=code)
    else:
        withdraw_referral(by=world.viewer(), at=AT, referral=referral, note="They found work")
    found = stands(world, person)
    assert (found.stage, found.waiting, found.move(pk).withdrawn) == ("engaged", (), True)


def test_what_the_story_no_longer_allows_waits_on_with_the_reason(world: World) -> None:
    person, referral, pk = waiting(world)
    last = move(world, person, "barriers_removed", 30)
    move(world, person, "left", 20, reason="not engaged")
    ended = move(world, person, "ended", 10, reason="moved_away")
    accept_referral(by=world.viewer("provider"), at=AT, referral=referral)
    confirm_first_contact(by=world.viewer("provider"), at=AT, referral=referral, contact_on=DAY)
    found = stands(world, person)
    assert (found.stage, [each.id for each in found.waiting]) == ("ended", [pk])
    assert "ended for good" in why_waiting(found, found.waiting[0], DAY)
    withdraw_move(by=world.viewer(), at=AT, person=person, move=ended, why="It was somebody else")
    assert stands(world, person).stage == "supported"  # it may count now, and does
    assert last in {each.id for each in found.counting}


def test_a_referral_passed_on_takes_the_waiting_move_with_it(world: World) -> None:
    person, referral, pk = waiting(world)
    by = world.viewer("provider")
    accept_referral(by=by, at=AT, referral=referral)
    agree(world, person, "charity")
    Agreement.objects.filter(to_organisation=world.organisations["charity"]).update(from_organisation=by.organisation)
    onward = pass_on_referral(by=by, at=AT, referral=referral, sending=a_sending(world, person, "charity"))
    assert Move.objects.get(pk=pk).referral_id == onward
    accept_referral(by=world.viewer("charity"), at=AT, referral=onward)
    confirm_first_contact(by=world.viewer("charity"), at=AT, referral=onward, contact_on=DAY)
    assert stands(world, person).stage == "supported"


def test_with_first_contact_made_already_the_move_counts_at_once(world: World) -> None:
    programme(world)
    person, referral = sent(world)
    begun(world, person)
    move(world, person, "engaged", 60)
    accept_referral(by=world.viewer("provider"), at=AT, referral=referral)
    confirm_first_contact(by=world.viewer("provider"), at=AT, referral=referral, contact_on=DAY)
    move(world, person, "supported", 10, referral=referral)
    assert (stands(world, person).stage, stands(world, person).since_on) == ("supported", DAY)
    assert Referral.objects.get(pk=referral).first_contact_on == DAY


def test_work_is_sustained_once_the_weeks_are_there_or_somebody_says_why(world: World) -> None:
    """A window that names a stage is asked of whoever records the move to it."""
    casework = """[casework]
source = "invented for the tests"
move_evidence = [{ id = "letter", name = "Letter" }]
job_evidence = [{ id = "payslip", name = "Payslip" }]
windows = [{ id = "w", name = "4 weeks", weeks = 4, of_weeks = 5, hours = 16, stage = "sustained" }]

[valuation]"""
    with pytest.raises(BadInput, match="not a stage: sustain"):
        put_in_force(world, PATHWAY.replace("[valuation]", casework.replace('"sustained"', '"sustain"'), 1))
    put_in_force(world, PATHWAY.replace("[valuation]", casework, 1))
    person = begun(world)
    read(world, person, work=5, confidence=5)
    for stage, days in (("engaged", 90), ("supported", 80), ("in_work", 60)):
        move(world, person, stage, days)
    job = JobDetails(
        from_on=day(60), weekly_hours=Decimal(20), pay_pence=1500, pay_period=PayPeriod.HOUR,
        occupation="Care assistant", evidence_kind="payslip", employer="Harbour Care",
    )  # fmt: skip
    record_job(by=world.viewer(), at=AT, person=person, programme=programme(world), details=job)
    with pytest.raises(rules.NeedsWhy):
        move(world, person, "sustained", 34, why="")  # the last day of the four weeks is the next
    shown = {each.id: each.supported for each in move_choices(person, programme(world), world.viewer(), day(34)).stages}
    assert shown["sustained"] is False
    pk = move(world, person, "sustained", 34, why="She began two days before the payslip says")
    assert Move.objects.get(pk=pk).supported is False
    withdraw_move(by=world.viewer(), at=AT, person=person, move=pk, why="Too early")
    assert Move.objects.get(pk=move(world, person, "sustained", 33, why="")).supported is True
