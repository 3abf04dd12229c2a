"""Reminders that are due. No page shows them: they are for the task that sends them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from commongoal.pathway.engine.appointments import reminder_words
from commongoal.pathway.engine.casework import AppointmentStatus, Mode, Reminder
from commongoal.pathway.models import Appointment
from commongoal.people.queries.reminding import ways_of, works_with

UNSAFE = "they need safe contact"
NOWHERE = "no address or number"
UNWELCOME = "they asked for no texts"
OVER = "you no longer work with them"


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One message to send, how and where to; or, in `fault`, why none may be sent."""

    appointment: int
    reminder: Reminder
    to: str
    words: str
    fault: str = ""


def due_reminders(at: dt.datetime, most: int) -> tuple[int, ...]:
    """Ids of appointments ahead whose reminder is due and not sent, the soonest first; one query."""
    rows = due_rows(at).filter(person__merged_into=None).order_by("remind_at", "pk")
    return tuple(rows.values_list("pk", flat=True)[:most])


def due_rows(at: dt.datetime) -> QuerySet[Appointment]:
    """The appointments whose reminder may be sent at a moment; those moved or cancelled are not among them.

    Conditions of the row itself alone: a database looks at these again when it has waited for another's change.
    """
    booked = Appointment.objects.filter(status=AppointmentStatus.BOOKED.value)
    return booked.filter(remind_at__lte=at, reminded_at=None, starts_at__gt=at)


def reminder_of(appointment: int) -> DueReminder:
    """What to send for an appointment, as the person's record stands now; five queries.

    A need of safe contact that was noted on the day of booking or later stops it: whoever booked may not have known.
    No text goes to somebody who asked for none, whenever they did, and nothing from whoever no longer works with them.
    """
    row = Appointment.objects.select_related("membership__user", "organisation").get(pk=appointment)
    ways, reminder = ways_of(row.person_id), Reminder(row.reminder)
    to = {Reminder.EMAIL: ways.email, Reminder.TEXT: ways.phone}.get(reminder, "")
    since = ways.safe_contact_since
    unsafe = since is not None and since >= timezone.localdate(row.booked_at)
    words = reminder_words(
        timezone.localtime(row.starts_at), Mode(row.mode), row.place, row.membership.user.name, row.organisation.phone
    )
    unwelcome = reminder is Reminder.TEXT and ways.no_texts
    faults = {
        OVER: not works_with(row.person_id, row.organisation_id),
        UNSAFE: unsafe,
        UNWELCOME: unwelcome,
        NOWHERE: not to,
    }
    return DueReminder(row.pk, reminder, to, words, next((fault for fault, there in faults.items() if there), ""))
