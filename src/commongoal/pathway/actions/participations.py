"""People started on programmes, and leaving them."""

import datetime as dt

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.acting import changed
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.queries.bases import basis_for
from commongoal.pathway.engine.participation import (
    AlreadyEnded,
    AlreadyStarted,
    Days,
    NeedsExitReason,
    NoBasisToStart,
    checked_days,
    may_start,
)
from commongoal.pathway.models import Participation, Referral
from commongoal.pathway.queries.eligibility import current_eligibility, terms
from commongoal.people.actions.holdings import end_holdings, hold
from commongoal.people.actions.opening import open_person
from commongoal.people.actions.waiting import set_helping


def start_person(*, by: Viewer, at: dt.datetime, person: int, programme: int, days: Days, why: str = "") -> int:
    """Start the person on the programme with the viewer's organisation; returns the participation's id.

    The days of referral and first contact that a referral recorded stay as they are. `why` is needed where evidence
    still is. Raises the refusals of `pathway.engine.participation`.
    """
    with acting("start person", by=by, at=at) as act:
        open_person(act, person)
        today = timezone.localdate(at)
        standing = next(iter(current_eligibility(person, programme)), None)
        may_start(standing.outcome if standing else None, why)
        if days.started_on is None or basis_for(programme, by.organisation, by.organisation, days.started_on) is None:
            raise NoBasisToStart
        row = _running(person, programme, by.organisation)
        if row.started_on is not None:
            raise AlreadyStarted
        before = _days(row)
        _set_days(row, checked_days(_joined(before, days), today))
        row.eligibility_id = standing.id if standing else None
        row.started_before_evidence = why.strip()
        _save(act, row, before)
        name = terms(programme).name
        hold(act, person, by.organisation, Relation.OWN, why=f"They help you: {name}", source=f"participation {row.pk}")
        return row.pk


def end_participation(
    *, by: Viewer, at: dt.datetime, person: int, participation: int, ended_on: dt.date, exit_reason: str
) -> None:
    """The person leaves the programme with the viewer's organisation. Raises `AlreadyEnded`, `NeedsExitReason`."""
    with acting("start person", by=by, at=at) as act:
        open_person(act, person)
        row = locked(Participation.objects.filter(person=person, organisation=by.organisation), participation)
        if row.ended_on is not None:
            raise AlreadyEnded
        if exit_reason not in terms(row.programme_id).exit_reasons:
            raise NeedsExitReason
        before = _days(row)
        days = Days(before.referred_on, before.first_contact_on, before.started_on, ended_on)
        _set_days(row, checked_days(days, timezone.localdate(at)))
        row.exit_reason = exit_reason
        _save(act, row, before)
        end_holdings(act, f"participation {row.pk}")


def take_part(act: Act, referral: Referral, *, first_contact_on: dt.date | None = None) -> None:
    """The receiver of an accepted referral has the person on its programme: referred, and then spoken to."""
    row = _running(referral.person_id, referral.programme_id, referral.receiver_id)
    before = _days(row)
    row.referral = row.referral or referral
    row.referred_on = row.referred_on or referral.sent_on
    if first_contact_on:
        row.first_contact_on = row.first_contact_on or first_contact_on
    _save(act, row, before)


def leave_part(act: Act, referral: Referral, on: dt.date, reason: str) -> None:
    """A referral that comes to nothing ends the participation it began, unless the person has started."""
    row = Participation.objects.select_for_update(of=("self",)).filter(referral=referral, ended_on=None).first()
    if row is None or row.started_on is not None:
        return
    before = _days(row)
    row.ended_on, row.exit_reason = on, reason
    _save(act, row, before)


def _running(person: int, programme: int, organisation: int) -> Participation:
    rows = Participation.objects.select_for_update(of=("self",)).filter(
        person_id=person, programme_id=programme, organisation_id=organisation, ended_on=None
    )
    return rows.first() or Participation(
        person_id=person,
        programme_id=programme,
        organisation_id=organisation,
    )


def _joined(recorded: Days, given: Days) -> Days:
    return Days(
        recorded.referred_on or given.referred_on,
        recorded.first_contact_on or given.first_contact_on,
        given.started_on,
    )


def _days(row: Participation) -> Days:
    return Days(row.referred_on, row.first_contact_on, row.started_on, row.ended_on)


def _set_days(row: Participation, days: Days) -> None:
    row.referred_on, row.first_contact_on = days.referred_on, days.first_contact_on
    row.started_on, row.ended_on = days.started_on, days.ended_on


def _save(act: Act, row: Participation, before: Days) -> None:
    row.save()
    _keep_helping(row)
    told = [
        {
            "referred_on": days.referred_on,
            "first_contact_on": days.first_contact_on,
            "started_on": days.started_on,
            "ended_on": days.ended_on,
        }
        for days in (before, _days(row))
    ]
    was, now = changed(told[0], told[1])
    act.wrote("participation", row.pk, person=row.person_id, before=was, after={**now, "programme": row.programme_id})


def _keep_helping(row: Participation) -> None:
    """Who left every programme of the organisation is nobody's to call; who is on one, is."""
    running = Participation.objects.filter(person=row.person_id, organisation=row.organisation_id, ended_on=None)
    set_helping(row.person_id, row.organisation_id, row.ended_on is None or running.exists())
