"""Appointments: of a person, of the viewer by day, and those of no end."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from commongoal.access.engine.pages import Part, window
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.days import moment
from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.appointments import (
    LONGEST_MINUTES,
    AppointmentLine,
    AppointmentOfOthers,
    PersonAppointments,
    Slot,
    overlapping,
)
from commongoal.pathway.engine.casework import AppointmentStatus, Mode, Reminder
from commongoal.pathway.models import Appointment
from commongoal.pathway.queries.correcting import Before, said_before
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import classes_seen, require, within_reach

BOOKED = AppointmentStatus.BOOKED.value
JOINED = ("person", "membership__user", "organisation")


class AppointmentsNotShared(Refused):
    """Appointments are not shared with you."""


def outcomes_missing(viewer: Viewer, at: dt.datetime, most: int) -> tuple[AppointmentLine, ...]:
    """The viewer's own that began, and of which nobody has said what became; the oldest first, one query."""
    return _lines(_own(viewer).filter(starts_at__lt=at).order_by("starts_at", "pk")[:most], viewer)


def diary(viewer: Viewer, at: dt.datetime, page: int = 1) -> Shown[Part[AppointmentLine]]:
    """A page of the viewer's own booked appointments from today on, the first first; one query."""
    rows = _own(viewer).filter(starts_at__gte=moment(timezone.localdate(at))).order_by("starts_at", "pk")
    part = Part.of(_lines(rows[window(page)], viewer), page)
    return Shown(part, listed=tuple(dict.fromkeys(each.person for each in part.rows)))


def appointments(person: int, viewer: Viewer, at: dt.datetime, page: int = 1) -> Shown[PersonAppointments]:
    """A person's next appointment and a page of all, the latest first. Raises `NotThere`, `AppointmentsNotShared`."""
    _ask(person, viewer)
    rows = Appointment.objects.filter(person_id=person).select_related(*JOINED)
    ahead = _lines(rows.filter(status=BOOKED, starts_at__gte=at).order_by("starts_at", "pk")[:1], viewer)
    shown = list(rows.order_by("-starts_at", "-pk")[window(page)])
    before = said_before("appointment", [row.pk for row in shown])
    part = Part.of(tuple(_line(row, viewer, before) for row in shown), page)
    return Shown(PersonAppointments(ahead[0] if ahead else None, part), people=(person,))


def own_next_appointment(person: int, viewer: Viewer, at: dt.datetime) -> AppointmentLine | None:
    """The next appointment of a person who has opened their own record, if one is booked; one query."""
    rows = Appointment.objects.filter(person_id=person, status=BOOKED, starts_at__gte=at)
    return next(iter(_lines(rows.select_related(*JOINED).order_by("starts_at", "pk")[:1], viewer)), None)


def appointment(person: int, pk: int, viewer: Viewer) -> Shown[AppointmentLine]:
    """One of the person's appointments, for whoever may book one. Raises `NotThere`, `AppointmentOfOthers`."""
    require(person, viewer, "book appointment")
    rows = Appointment.objects.filter(pk=pk, person_id=person).select_related(*JOINED)
    for row in rows:
        before = said_before("appointment", [pk]) if row.status != BOOKED else None
        found = _line(row, viewer, before)
        if not found.ours:
            raise AppointmentOfOthers
        return Shown(found, people=(person,))
    raise NotThere


def busy_then(slot: Slot, *, person: int = 0, membership: int = 0, but: int = 0) -> dt.datetime | None:
    """When the person, or the member, has another booked appointment that overlaps; one query.

    It asks for no viewer: for actions and pages that have their permission. `but` is an appointment left out.
    """
    rows = Appointment.objects.filter(
        status=BOOKED,
        starts_at__gt=slot.starts_at - dt.timedelta(minutes=LONGEST_MINUTES),
        starts_at__lt=slot.ends_at,
    ).exclude(pk=but)
    rows = rows.filter(person_id=person) if person else rows.filter(membership_id=membership)
    return overlapping(slot, rows.values_list("starts_at", "minutes"))


def _own(viewer: Viewer) -> QuerySet[Appointment]:
    """Booked with the viewer, of people whose names the viewer may see."""
    rows = Appointment.objects.filter(membership=viewer.membership, status=BOOKED)
    reach = within_reach(viewer, "read person", "person_id", sees=DataClass.IDENTITY)
    return rows.filter(reach).select_related(*JOINED)


def _ask(person: int, viewer: Viewer) -> None:
    require(person, viewer, "read person")
    if DataClass.PROGRESS not in classes_seen(person, viewer):
        raise AppointmentsNotShared


def _lines(rows: Iterable[Appointment], viewer: Viewer) -> tuple[AppointmentLine, ...]:
    return tuple(_line(row, viewer) for row in rows)


def _line(row: Appointment, viewer: Viewer, before: Before | None = None) -> AppointmentLine:
    return AppointmentLine(
        pk=row.pk,
        person=row.person_id,
        name=f"{row.person.first_name} {row.person.last_name}",
        membership=row.membership_id,
        with_whom=row.membership.user.name,
        organisation=row.organisation.name,
        slot=Slot(row.starts_at, row.minutes, Mode(row.mode), row.place, row.about),
        status=AppointmentStatus(row.status),
        why=row.why,
        reminder=Reminder(row.reminder),
        remind_at=row.remind_at,
        reminded_at=row.reminded_at,
        reminder_fault=row.reminder_fault,
        moved=row.instead_of_id is not None,
        ours=row.organisation_id == viewer.organisation,
        before=before.get(row.pk, ()) if before else (),
    )
