"""An action plan begun, agreed to, looked at again and ended."""

import datetime as dt

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.queries.sharing import programmes_on
from commongoal.pathway.engine.casework import ReviewReason
from commongoal.pathway.engine.plan import (
    PlanEnded,
    PlanRunning,
    SameReview,
    checked_agreement,
    next_review,
)
from commongoal.pathway.models import Plan, PlanReview, PlanVersion
from commongoal.pathway.queries.plan import plan_now, ways_of_working
from commongoal.people.actions.opening import open_person
from commongoal.people.engine.vocabulary import GivenHow


def begin_plan(*, by: Viewer, at: dt.datetime, person: int, programme: int) -> int:
    """Begin a plan on a programme that runs; returns its id. Raises `PlanRunning`, and `NotThere`."""
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        today = timezone.localdate(at)
        if programme not in {each.id for each in programmes_on(today)}:
            raise NotThere
        if Plan.objects.filter(person_id=person, programme_id=programme, ended_on=None).exists():
            raise PlanRunning
        row = Plan.objects.create(
            person_id=person,
            programme_id=programme,
            organisation_id=by.organisation,
            made_on=today,
            review_on=next_review(today, ways_of_working(programme)[0].plan_review_days),
        )
        after = {"programme": programme, "review_on": row.review_on.isoformat()}
        act.wrote("plan", row.pk, person=person, after=after)
        return row.pk


def agree_plan(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    plan: int,
    agreed_by: str,
    agreed_on: dt.date,
    given_how: GivenHow,
    seen: str,
) -> int:
    """Keep what the person agreed to as a version, for good; the next review is counted from that day. Returns its id.

    `seen` is `Plan.seen` of what they were shown. Raises `ChangedMeanwhile` where the plan is another by now, and the
    refusals of `pathway.engine.plan.checked_agreement`.
    """
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        row = running_plan(person, plan)
        now = plan_now(person, plan, by)
        content = checked_agreement(now, agreed_by, agreed_on, timezone.localdate(at))
        if seen != now.seen:
            raise ChangedMeanwhile
        version = PlanVersion.objects.create(
            plan=row,
            number=now.agreed.number + 1 if now.agreed else 1,
            content=content,
            agreed_on=agreed_on,
            agreed_by=agreed_by.strip(),
            given_how=given_how.value,
            membership_id=by.membership,
            at=at,
        )
        after = {"plan": plan, "number": version.number, "agreed_on": agreed_on.isoformat(), "how": given_how.value}
        act.wrote("plan version", version.pk, person=person, after=after)
        _review_next(act, row, agreed_on)
        return version.pk


def review_plan(*, by: Viewer, at: dt.datetime, person: int, plan: int, reason: ReviewReason, note: str = "") -> int:
    """The plan was looked at today; the next review is counted from now. Returns the id. Raises `SameReview`."""
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        row = running_plan(person, plan)
        pk = _reviewed(act, row, reason, note)
        _review_next(act, row, timezone.localdate(at))
        return pk


def end_plan(*, by: Viewer, at: dt.datetime, person: int, plan: int, note: str = "") -> None:
    """The plan ends today, with a last review that says so; its goals and tasks stay as they are."""
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        _end(act, running_plan(person, plan), note)


def end_plans_of(act: Act, person: int, organisation: int, note: str) -> None:
    """End the person's plans that an organisation made, inside the action that is the reason."""
    rows = Plan.objects.select_for_update(of=("self",)).filter(person_id=person, organisation_id=organisation)
    for row in rows.filter(ended_on=None).order_by("pk"):
        _end(act, row, note)


def running_plan(person: int, plan: int) -> Plan:
    """A plan of this person that has not ended, locked. Raises `NotThere`, `PlanEnded`."""
    row = locked(Plan.objects.filter(person_id=person), plan)
    if row.ended_on is not None:
        raise PlanEnded
    return row


def _end(act: Act, row: Plan, note: str) -> None:
    _reviewed(act, row, ReviewReason.ENDING, note)
    row.ended_on = timezone.localdate(act.at)
    row.save(update_fields=["ended_on"])
    act.wrote("plan", row.pk, person=row.person_id, after={"ended_on": row.ended_on.isoformat()})


def _reviewed(act: Act, row: Plan, reason: ReviewReason, note: str) -> int:
    today, note = timezone.localdate(act.at), note.strip()
    same = {"plan": row, "on": today, "reason": reason.value, "note": note}
    if PlanReview.objects.filter(**same).exists():
        raise SameReview
    review = PlanReview.objects.create(**same, membership_id=act.by.membership, at=act.at)
    after = {"plan": row.pk, "on": today.isoformat(), "reason": reason.value}
    act.wrote("plan review", review.pk, person=row.person_id, after=after)
    return review.pk


def _review_next(act: Act, row: Plan, from_on: dt.date) -> None:
    """The next review by the programme's own interval, never sooner than it was to be."""
    days = ways_of_working(row.programme_id)[0].plan_review_days
    before, row.review_on = row.review_on, max(row.review_on, next_review(from_on, days))
    row.save(update_fields=["review_on"])
    told = [{"review_on": day.isoformat()} for day in (before, row.review_on)]
    act.wrote("plan", row.pk, person=row.person_id, before=told[0], after=told[1])
