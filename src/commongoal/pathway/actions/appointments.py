"""Appointments: booked, moved to another time, cancelled, and what became of them."""

import datetime as dt
from typing import Any

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.colleagues import colleagues
from commongoal.pathway.actions.correcting import keep_before, not_corrected_since
from commongoal.pathway.engine.appointments import (
    HAPPENED,
    OUTCOMES,
    SAID,
    AppointmentOfOthers,
    NeedsWhy,
    NoWayToRemind,
    PersonBusy,
    Slot,
    checked_correction,
    checked_outcome,
    checked_slot,
    may_be_corrected,
    may_become,
    remind_at,
    spoken_moment,
)
from commongoal.pathway.engine.casework import AppointmentStatus, Reminder
from commongoal.pathway.models import Appointment, SaidBefore
from commongoal.pathway.queries.appointments import busy_then
from commongoal.people.actions.opening import open_person
from commongoal.people.actions.waiting import heard_on, reckon_again
from commongoal.people.queries.reminding import ways_of


def book_appointment(
    *, by: Viewer, at: dt.datetime, person: int, membership: int, slot: Slot, reminder: Reminder = Reminder.NONE
) -> int:
    """Book a time with a member of the viewer's organisation; returns the appointment's id.

    Raises `PersonBusy`, `NoWayToRemind`, `NotThere` for a member of another organisation, and what `checked_slot` does.
    That the member has another appointment then is no refusal: the page tells it.
    """
    with acting("book appointment", by=by, at=at) as act:
        open_person(act, person)
        return _book(act, person, membership, slot, reminder).pk


def move_appointment(
    *, by: Viewer, at: dt.datetime, person: int, appointment: int, slot: Slot, why: str, reminder: Reminder
) -> int:
    """Another time for it, with the same member: a new appointment instead of the old; returns the new one's id."""
    with acting("book appointment", by=by, at=at) as act:
        row = _open_row(act, person, appointment, AppointmentStatus.MOVED)
        _becomes(act, row, AppointmentStatus.MOVED, why)
        return _book(act, person, row.membership_id, slot, reminder, instead_of=row).pk


def cancel_appointment(*, by: Viewer, at: dt.datetime, person: int, appointment: int, why: str) -> None:
    """It does not take place. Raises `AppointmentOver`, `NeedsWhy`."""
    with acting("book appointment", by=by, at=at) as act:
        row = _open_row(act, person, appointment, AppointmentStatus.CANCELLED)
        if not why.strip():
            raise NeedsWhy
        _becomes(act, row, AppointmentStatus.CANCELLED, why)


def cancel_ahead(act: Act, person: int, organisation: int, why: str) -> None:
    """What an organisation had booked with the person from now on is cancelled, inside the action that is why."""
    rows = Appointment.objects.filter(person_id=person, organisation_id=organisation, starts_at__gte=act.at)
    for row in rows.filter(status=AppointmentStatus.BOOKED.value).order_by("pk"):
        _becomes(act, row, AppointmentStatus.CANCELLED, why)


def record_outcome(
    *, by: Viewer, at: dt.datetime, person: int, appointment: int, status: AppointmentStatus, why: str = ""
) -> None:
    """They came, came late or did not come (and why); that they came is a contact. Raises `NotYet`, `NeedsWhy`."""
    if status not in OUTCOMES:
        raise ValueError(f"{status} is no outcome")
    with acting("book appointment", by=by, at=at) as act:
        row = _open_row(act, person, appointment, status)
        _becomes(act, row, status, checked_outcome(status, why, begun=row.starts_at <= at))
        if status in HAPPENED:
            heard_on(person, timezone.localdate(row.starts_at))


def correct_outcome(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    appointment: int,
    version: int,
    status: AppointmentStatus,
    why: str = "",
) -> None:
    """What became of it was something else; what was said before is kept. Contacts are reckoned again.

    `version` is how often it had been put right when it was shown. Raises `ChangedMeanwhile`, `NothingSaidYet`,
    `NothingToCorrect`, `NotYet`, `NeedsWhy`.
    """
    if status not in SAID:
        raise ValueError(f"{status} is no outcome")
    with acting("book appointment", by=by, at=at) as act:
        row = _own_row(act, person, appointment)
        may_be_corrected(AppointmentStatus(row.status))
        not_corrected_since(SaidBefore.objects.filter(appointment=row), version)
        why = checked_correction((row.status, row.why), status, why, begun=row.starts_at <= at)
        keep_before(act, row)
        _becomes(act, row, status, why)
        reckon_again(person)


def _open_row(act: Act, person: int, appointment: int, target: AppointmentStatus) -> Appointment:
    """The person's appointment, locked, if it is the viewer's organisation's and may become so."""
    row = _own_row(act, person, appointment)
    may_become(AppointmentStatus(row.status), target)
    return row


def _own_row(act: Act, person: int, appointment: int) -> Appointment:
    open_person(act, person)
    row = locked(Appointment.objects.filter(person_id=person), appointment)
    if row.organisation_id != act.by.organisation:
        raise AppointmentOfOthers
    return row


def _book(
    act: Act, person: int, membership: int, slot: Slot, reminder: Reminder, instead_of: Appointment | None = None
) -> Appointment:
    slot = checked_slot(slot, act.at)
    with_their_own = instead_of is not None and membership == instead_of.membership_id
    if not with_their_own and membership not in _bookable(act):
        raise NotThere
    if busy := busy_then(slot, person=person):
        raise PersonBusy(f"It is on {spoken_moment(timezone.localtime(busy))}.")
    _can_be_reminded(person, reminder)
    row = Appointment.objects.create(
        person_id=person,
        organisation_id=act.by.organisation,
        membership_id=membership,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        mode=slot.mode.value,
        place=slot.place,
        about=slot.about,
        reminder=reminder.value,
        remind_at=remind_at(slot, reminder, act.at),
        instead_of=instead_of,
        booked_at=act.at,
    )
    act.wrote("appointment", row.pk, person=person, after=_told(row))
    return row


def _bookable(act: Act) -> set[int]:
    return {each.membership for each in colleagues(act.by, timezone.localdate(act.at))}


def _can_be_reminded(person: int, reminder: Reminder) -> None:
    ways = ways_of(person)
    if (reminder is Reminder.EMAIL and not ways.email) or (reminder is Reminder.TEXT and not ways.texts):
        raise NoWayToRemind


def _becomes(act: Act, row: Appointment, status: AppointmentStatus, why: str) -> None:
    before = {"status": row.status, "why": row.why}
    row.status, row.why = status.value, why.strip()
    row.save(update_fields=["status", "why"])
    after = {"status": row.status, "why": row.why}
    act.wrote("appointment", row.pk, person=row.person_id, before=before, after=after)


def _told(row: Appointment) -> dict[str, Any]:
    """What the audit keeps; what it is about stays in the row itself."""
    return {
        "starts_at": row.starts_at.isoformat(),
        "minutes": row.minutes,
        "mode": row.mode,
        "with": row.membership_id,
        "reminder": row.reminder,
        "instead_of": row.instead_of_id,
    }
