"""Reminders marked: each is claimed before it is sent, so that two workers never send it twice.

Nobody asks for this: the installation does it. That a message went out stands in the appointment's own row.
"""

import datetime as dt

from django.db import transaction

from commongoal.pathway.engine.appointments import faults_with
from commongoal.pathway.models import Appointment
from commongoal.pathway.queries.reminders import due_rows


def claim_reminder(appointment: int, *, at: dt.datetime) -> bool:
    """Mark it as sent, if it is still due; whether this caller is the one to send it. One statement."""
    return due_rows(at).filter(pk=appointment).update(reminded_at=at) == 1


def reminder_failed(appointment: int, *, at: dt.datetime, fault: str, final: bool = False) -> None:
    """Keep why it was not sent at a moment; it is tried again next time, a few times, unless that is `final`.

    Only the claim of that moment is taken back: another worker's stays.
    """
    with transaction.atomic():
        row = Appointment.objects.select_for_update().filter(pk=appointment, reminded_at=at).first()
        if row is not None:
            row.reminder_fault, again = faults_with(row.reminder_fault, fault)
            row.reminded_at = None
            row.remind_at = row.remind_at if again and not final else None
            row.save(update_fields=["reminder_fault", "reminded_at", "remind_at"])
