"""Reminders of appointments, sent by e-mail or text message, each once. Logs say how many, never who."""

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import send_mail

from commongoal.jobs.texts import TextMessages, text_messages
from commongoal.pathway.actions.reminders import claim_reminder, reminder_failed
from commongoal.pathway.engine.casework import Reminder
from commongoal.pathway.queries.reminders import DueReminder, due_reminders, reminder_of

log = logging.getLogger(__name__)
AT_ONCE = 500  # a round's worth: the next round, five minutes on, takes the rest
SUBJECT = "Your appointment"


def send_reminders(at: dt.datetime, texts: TextMessages | None = None) -> int:
    """Send those due at a moment; returns how many went out. One that fails stops no other."""
    texts = texts or text_messages()
    found = due_reminders(at, AT_ONCE)
    sent = sum(_sent(each, at, texts) for each in found)
    if found:
        log.info("sent %d of %d reminders", sent, len(found))
    return sent


def _sent(appointment: int, at: dt.datetime, texts: TextMessages) -> bool:
    """Whether this worker sent it. It is claimed first, and read then: what was cancelled meanwhile is not claimed."""
    if not claim_reminder(appointment, at=at):
        return False
    due = reminder_of(appointment)
    if due.fault:
        reminder_failed(appointment, at=at, fault=due.fault, final=True)
        return False
    try:
        _send(due, texts)
    except Exception as fault:  # whatever a sender raises: the others are still to be sent
        log.error("a reminder could not be sent: %s", type(fault).__name__)
        reminder_failed(appointment, at=at, fault=f"the {due.reminder.value} was refused")
        return False
    return True


def _send(due: DueReminder, texts: TextMessages) -> None:
    if due.reminder is Reminder.EMAIL:
        send_mail(SUBJECT, due.words, settings.DEFAULT_FROM_EMAIL, [due.to])
    else:
        texts.send(due.to, due.words)
