"""Reminders go out once, in plain words, to whoever may be reminded, and to nobody else."""

import datetime as dt
import logging
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from commongoal.jobs.reminders import send_reminders
from commongoal.jobs.texts import TextsInFiles, text_messages
from commongoal.pathway.actions.appointments import cancel_appointment, move_appointment
from commongoal.pathway.engine.appointments import NoWayToRemind
from commongoal.pathway.engine.casework import Reminder
from commongoal.pathway.models import Appointment
from commongoal.people.models import Need, Person
from commongoal.people.queries.reminding import preferred, ways_of
from tests.platform.deeds_meeting import AFTER, SOON, a_slot, booked, helped
from tests.platform.together import at_once
from tests.platform.world import AT, World, make_world

DUE = SOON - dt.timedelta(hours=20)
TEXT = "You have an appointment with User at Testham Hub on Thursday 5 March at 10am. To change it call 01632 960000."


class Sent:
    """A sender that keeps what it sends, or refuses it."""

    def __init__(self, refuses: int = 0) -> None:
        self.messages: list[tuple[str, str]] = []
        self.refuses = refuses

    def send(self, to: str, words: str) -> None:
        if self.refuses:
            self.refuses -= 1
            raise OSError("07700 900123 is out of order")
        self.messages.append((to, words))


def test_a_text_goes_out_once_and_in_time(world: World) -> None:
    booked(world, helped(world), reminder=Reminder.TEXT)
    texts = Sent()
    for at in (AT, DUE, DUE, DUE + dt.timedelta(hours=1)):
        send_reminders(at, texts)
    assert texts.messages == [
        (
            "07700 900123",
            TEXT,
        )
    ]
    assert Appointment.objects.get().reminded_at == DUE


def test_an_email_says_no_name_and_no_reason(world: World) -> None:
    booked(world, helped(world), reminder=Reminder.EMAIL)
    assert send_reminders(DUE, Sent()) == 1
    (message,) = mail.outbox
    assert message.to == ["rosa@example.org"]
    assert not {"Rosa", "Marden", "Debts"} & set(f"{message.subject} {message.body}".replace(".", " ").split())


def test_what_no_longer_takes_place_is_not_reminded_of(world: World) -> None:
    person, by = helped(world), world.viewer()
    moved, cancelled = booked(world, person, reminder=Reminder.TEXT), booked(world, person, AFTER, Reminder.TEXT)
    none = booked(world, helped(world), reminder=Reminder.NONE)
    move_appointment(
        by=by, at=AT, person=person, appointment=moved, slot=a_slot(SOON + dt.timedelta(days=9)), why="x",
        reminder=Reminder.TEXT,
    )  # fmt: skip
    cancel_appointment(by=by, at=AT, person=person, appointment=cancelled, why="Ill")
    texts = Sent()
    assert send_reminders(DUE, texts) == 0
    assert texts.messages == []
    assert Appointment.objects.get(pk=none).reminded_at is None


def test_what_has_begun_is_not_reminded_of(world: World) -> None:
    booked(world, helped(world), reminder=Reminder.TEXT)
    assert send_reminders(SOON, Sent()) == 0


def test_safe_contact_noted_since_stops_it(world: World) -> None:
    early, late = helped(world), helped(world)
    for person in (early, late):
        booked(world, person, reminder=Reminder.TEXT)
    # Whoever booked knew of the first; nobody could have known of the second.
    Need.objects.create(person_id=early, kind="safe contact", since_on=AT.date() - dt.timedelta(days=1))
    Need.objects.create(person_id=late, kind="safe contact", since_on=AT.date() + dt.timedelta(days=1))
    texts = Sent()
    assert send_reminders(DUE, texts) == 1
    row = Appointment.objects.get(person_id=late)
    assert (row.reminded_at, row.reminder_fault) == (None, "they need safe contact")
    assert send_reminders(DUE, texts) == 0


def test_whoever_wants_no_texts_gets_none(world: World) -> None:
    person, other = helped(world, contact_by="text"), helped(world, contact_by="text")
    booked(world, person, reminder=Reminder.TEXT)
    booked(world, other, reminder=Reminder.EMAIL)
    assert preferred(ways_of(person)) == "text"
    need = Need.objects.create(person_id=person, kind="no text messages", since_on=AT.date() - dt.timedelta(days=9))
    Need.objects.create(person_id=other, kind="no text messages", since_on=AT.date())
    texts = Sent()
    assert send_reminders(DUE, texts) == 1  # the e-mail
    assert (texts.messages, len(mail.outbox)) == ([], 1)
    assert Appointment.objects.get(person_id=person).reminder_fault == "they asked for no texts"
    assert preferred(ways_of(person)) == "none"
    with pytest.raises(NoWayToRemind):
        booked(world, person, AFTER, reminder=Reminder.TEXT)
    Need.objects.filter(pk=need.pk).update(until_on=AT.date())
    assert preferred(ways_of(person)) == "text"


@pytest.mark.parametrize(
    ("prefers", "way"), [("email", "email"), ("text", "text"), ("phone", "text"), ("letter", "none"), ("", "text")]
)
def test_the_way_they_prefer_is_proposed(world: World, prefers: str, way: str) -> None:
    assert preferred(ways_of(helped(world, contact_by=prefers))) == way


def test_a_restricted_record_reminds_the_person_alone(world: World) -> None:
    person = helped(world)
    booked(world, person, reminder=Reminder.TEXT)
    Person.objects.filter(pk=person).update(restricted=True)
    texts = Sent()
    assert send_reminders(DUE, texts) == 1
    assert [to for to, _ in texts.messages] == ["07700 900123"]  # their own number, and nobody else's


def test_where_there_is_no_number_any_more_that_is_kept(world: World) -> None:
    person = helped(world)
    booked(world, person, reminder=Reminder.TEXT)
    Person.objects.filter(pk=person).update(phone="")
    assert send_reminders(DUE, Sent()) == 0
    assert Appointment.objects.get().reminder_fault == "no address or number"


def test_a_failure_is_tried_again_a_few_times_and_stops_no_other(world: World, caplog: Any) -> None:
    first, second = helped(world), helped(world)
    for person in (first, second):
        booked(world, person, reminder=Reminder.TEXT)
    texts = Sent(refuses=1)
    with caplog.at_level(logging.INFO, "commongoal"):
        assert send_reminders(DUE, texts) == 1
    assert "sent 1 of 2 reminders" in caplog.text
    assert not {"07700", "Rosa", "Marden"} & set(caplog.text.split())
    assert send_reminders(DUE, texts) == 1
    assert len(texts.messages) == 2
    booked(world, helped(world), reminder=Reminder.TEXT)
    for _ in range(5):
        send_reminders(DUE, Sent(refuses=9))
    assert Appointment.objects.latest("pk").reminder_fault.count("refused") == 3


def test_texts_are_kept_in_files_that_nobody_else_reads(tmp_path: Path, settings: Any) -> None:
    settings.TEXTS, settings.COMMONGOAL_TEXTS = tmp_path / "texts", ""
    sender = text_messages()
    assert isinstance(sender, TextsInFiles)
    for words in ("One", "Two"):
        sender.send("07700 900123", words)
    files = list((tmp_path / "texts").iterdir())
    assert sorted(each.read_text() for each in files) == ["07700 900123\n\nOne\n", "07700 900123\n\nTwo\n"]
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}


def test_another_sender_is_a_setting(settings: Any) -> None:
    settings.COMMONGOAL_TEXTS = "tests.platform.test_reminders.Sent"
    assert type(text_messages()).__name__ == "Sent"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pause", [0, 2, 3, 4])
def test_two_workers_send_each_once(transactional_db: None, pause: int) -> None:
    world, texts = make_world(), Sent()
    for _ in range(3):
        booked(world, helped(world), reminder=Reminder.TEXT)
    results = at_once(*[lambda: send_reminders(DUE, texts)] * 2, pause=pause)
    assert sum(int(str(each)) for each in results) == len(texts.messages) == 3
