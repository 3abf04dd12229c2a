"""The deeds of groups, appointments, reminders and documents; see `tests.platform.deeds`."""

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

from commongoal.pathway.actions import appointments, groups, reminders
from commongoal.pathway.engine.appointments import Slot
from commongoal.pathway.engine.casework import AppointmentStatus, AttendanceStatus, Mode, Reminder
from commongoal.pathway.models import GroupSession
from commongoal.people.actions import documents
from commongoal.people.engine.vocabulary import DocumentKind
from commongoal.people.models import Document
from tests.platform.world import AT, World, make_person, make_worker, put_in_force

Deed = Callable[[], object]
SOON = AT + dt.timedelta(days=3)
AFTER = SOON + dt.timedelta(hours=2)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def a_slot(starts_at: dt.datetime = SOON, **fields: object) -> Slot:
    values = {"minutes": 60, "mode": Mode.OFFICE, "place": "Testham Hub", "about": "Debts", **fields}
    return Slot(starts_at, **values)  # type: ignore[arg-type]


def booked(world: World, person: int, starts_at: dt.datetime = SOON, reminder: Reminder = Reminder.NONE) -> int:
    by = world.viewer()
    return appointments.book_appointment(
        by=by, at=AT, person=person, membership=by.membership, slot=a_slot(starts_at), reminder=reminder
    )


def helped(world: World, **fields: object) -> int:
    """Somebody with an address and a number, whose worker is the council's."""
    person = make_person(world, **{"email": "rosa@example.org", "phone": "07700 900123", **fields})
    make_worker(person, world.viewer(), AT - dt.timedelta(days=30))
    return person


def a_group(world: World, name: str = "Job club") -> int:
    put_in_force(world)
    assert world.programme
    return groups.add_group(
        by=world.viewer(), at=AT, programme=world.programme.pk, intervention="coaching", name=name, place="Hub"
    )


def met(world: World, people: int = 2) -> tuple[int, int, list[int]]:
    """A group, one session of it and its people."""
    group, by = a_group(world), world.viewer()
    found = [helped(world, first_name=f"Person{number}") for number in range(people)]
    groups.join_group(by=by, at=AT, group=group, people=found, from_on=AT.date())
    (session,) = groups.plan_sessions(by=by, at=AT, group=group, starts=[SOON], minutes=60)
    return group, session, found


def kept(world: World, person: int, folder: Path, content: bytes = PDF, name: str = "cv.pdf") -> int:
    return documents.add_document(
        by=world.viewer(),
        at=AT,
        person=person,
        kind=DocumentKind.LETTER,
        title="Their CV",
        file_name=name,
        content=content,
        folder=folder,
    )


def book_appointment(world: World) -> Deed:
    person = helped(world)
    world.viewer()
    return lambda: booked(world, person, reminder=Reminder.EMAIL)


def move_appointment(world: World) -> Deed:
    person, by = helped(world), world.viewer()
    first = booked(world, person)
    return lambda: appointments.move_appointment(
        by=by, at=AT, person=person, appointment=first, slot=a_slot(AFTER), why="A bus strike", reminder=Reminder.NONE
    )


def cancel_appointment(world: World) -> Deed:
    person, by = helped(world), world.viewer()
    first = booked(world, person)
    return lambda: appointments.cancel_appointment(by=by, at=AT, person=person, appointment=first, why="Ill")


def record_outcome(world: World) -> Deed:
    person, by = helped(world), world.viewer()
    first, status = booked(world, person), AppointmentStatus.ATTENDED
    return lambda: appointments.record_outcome(by=by, at=AFTER, person=person, appointment=first, status=status)


def correct_outcome(world: World) -> Deed:
    person, by = helped(world), world.viewer()
    first, missed = booked(world, person), AppointmentStatus.MISSED
    given = {"by": by, "at": AFTER, "person": person, "appointment": first}
    appointments.record_outcome(**given, status=missed, why="not known")
    return lambda: appointments.correct_outcome(**given, version=0, status=AppointmentStatus.ATTENDED)


def claim_reminder(world: World) -> Deed:
    first = booked(world, helped(world), reminder=Reminder.TEXT)
    at = SOON - dt.timedelta(hours=1)
    return lambda: reminders.claim_reminder(first, at=at)


def reminder_failed(world: World) -> Deed:
    first, at = booked(world, helped(world), reminder=Reminder.TEXT), SOON - dt.timedelta(hours=1)
    reminders.claim_reminder(first, at=at)
    return lambda: reminders.reminder_failed(first, at=at, fault="the text was refused")


def add_group(world: World) -> Deed:
    put_in_force(world)
    by, programme = world.viewer(), world.programme
    assert programme
    return lambda: groups.add_group(by=by, at=AT, programme=programme.pk, intervention="advice", name="Money club")


def close_group(world: World) -> Deed:
    group, by = a_group(world), world.viewer()
    return lambda: groups.close_group(by=by, at=AT, group=group)


def reopen_group(world: World) -> Deed:
    group, by = a_group(world), world.viewer()
    groups.close_group(by=by, at=AT, group=group)
    return lambda: groups.reopen_group(by=by, at=AT, group=group)


def join_group(world: World) -> Deed:
    group, by, person = a_group(world), world.viewer(), helped(world)
    return lambda: groups.join_group(by=by, at=AT, group=group, people=[person], from_on=AT.date())


def leave_group(world: World) -> Deed:
    group, _, (person, _) = met(world)
    by = world.viewer()
    return lambda: groups.leave_group(by=by, at=AT, group=group, person=person, to_on=AT.date())


def plan_sessions(world: World) -> Deed:
    group, by = a_group(world), world.viewer()
    starts = [SOON, AFTER]
    return lambda: groups.plan_sessions(by=by, at=AT, group=group, starts=starts, minutes=60)


def cancel_session(world: World) -> Deed:
    group, session, _ = met(world)
    by = world.viewer()
    return lambda: groups.cancel_session(by=by, at=AT, group=group, session=session, why="No room")


def take_attendance(world: World) -> Deed:
    group, session, (one, two) = met(world)
    by, version = world.viewer(), GroupSession.objects.get(pk=session).version
    marks = {one: AttendanceStatus.CAME, two: AttendanceStatus.MISSED}
    return lambda: groups.take_attendance(by=by, at=AFTER, group=group, session=session, version=version, marks=marks)


def add_document(world: World) -> Deed:
    person, folder = helped(world), Path(tempfile.mkdtemp())
    world.viewer()
    return lambda: kept(world, person, folder)


def remove_document(world: World) -> Deed:
    person, folder = helped(world), Path(tempfile.mkdtemp())
    document, by = kept(world, person, folder), world.viewer()
    assert Document.objects.filter(pk=document).exists()
    return lambda: documents.remove_document(
        by=by, at=AT, person=person, document=document, why="The wrong person", folder=folder
    )
