"""Appointments: what may be agreed, moved and cancelled, what became of them, and that coming is a contact."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Action
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions.appointments import (
    book_appointment,
    cancel_appointment,
    move_appointment,
    record_outcome,
)
from commongoal.pathway.engine import appointments as rules
from commongoal.pathway.engine.casework import AppointmentStatus, Mode, Reminder
from commongoal.pathway.models import Appointment
from commongoal.pathway.queries.appointments import (
    appointments,
    outcomes_missing,
)
from commongoal.people.actions.waiting import last_contact, reckon_again
from commongoal.people.models import Need, Person, Worker
from tests.platform.deeds_meeting import AFTER, SOON, a_slot, booked, helped
from tests.platform.test_page_prices import dear
from tests.platform.world import AT, World, now

SignIn = Callable[[Viewer], Client]


def outcome(world: World, person: int, pk: int, status: AppointmentStatus, why: str = "", at: dt.datetime = AFTER):
    return record_outcome(by=world.viewer(), at=at, person=person, appointment=pk, status=status, why=why)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"starts_at": AT}, rules.AppointmentInPast),
        ({"starts_at": AT + dt.timedelta(days=400)}, rules.AppointmentTooFar),
        ({"minutes": 4}, rules.WrongLength),
        ({"minutes": 481}, rules.WrongLength),
        ({"place": "  "}, rules.NeedsPlace),
    ],
)
def test_what_cannot_be_agreed(world: World, fields: dict[str, object], refusal: type[Refused]) -> None:
    by, person = world.viewer(), helped(world)
    with pytest.raises(refusal):
        book_appointment(
            by=by, at=AT, person=person, membership=by.membership, slot=a_slot(**{"starts_at": SOON, **fields})
        )
    assert not Appointment.objects.exists()


def test_nobody_has_two_appointments_at_once(world: World) -> None:
    person = helped(world)
    booked(world, person)
    with pytest.raises(rules.PersonBusy, match="Thursday 5 March at 10am"):
        booked(world, person)
    with pytest.raises(rules.PersonBusy):
        booked(world, person, SOON + dt.timedelta(minutes=59))
    booked(world, person, SOON + dt.timedelta(minutes=60))
    booked(world, person, SOON - dt.timedelta(minutes=60))
    assert Appointment.objects.count() == 3


def test_only_with_a_member_of_the_organisation(world: World) -> None:
    person, other = helped(world), world.viewer("provider")
    with pytest.raises(NotThere):
        book_appointment(by=world.viewer(), at=AT, person=person, membership=other.membership, slot=a_slot())


def test_nobody_is_reminded_where_there_is_no_way_to(world: World) -> None:
    person = helped(world, phone="", email="")
    for reminder in (Reminder.TEXT, Reminder.EMAIL):
        with pytest.raises(rules.NoWayToRemind):
            booked(world, person, reminder=reminder)


def test_moving_makes_a_new_one_and_keeps_the_old(world: World) -> None:
    person, by = helped(world), world.viewer()
    old = booked(world, person, reminder=Reminder.TEXT)
    move = {"by": by, "at": AT, "person": person, "appointment": old, "why": "A bus strike", "reminder": Reminder.TEXT}
    # The new time may overlap the old one: that is no longer taken.
    new = move_appointment(**move, slot=a_slot(SOON + dt.timedelta(minutes=30)))
    rows = {row.pk: row for row in Appointment.objects.all()}
    assert (rows[old].status, rows[old].why) == ("moved to another time", "A bus strike")
    assert (rows[new].status, rows[new].instead_of_id) == ("booked", old)
    with pytest.raises(rules.AppointmentOver, match="moved to another time"):
        move_appointment(**move, slot=a_slot(AFTER))
    assert Action.objects.filter(person_id=person, verb="book appointment").count() == 3


def test_a_move_that_is_refused_leaves_the_old_time(world: World) -> None:
    person, by = helped(world), world.viewer()
    old = booked(world, person)
    booked(world, person, AFTER)
    with pytest.raises(rules.PersonBusy):
        move_appointment(
            by=by, at=AT, person=person, appointment=old, slot=a_slot(AFTER), why="", reminder=Reminder.NONE
        )
    assert Appointment.objects.get(pk=old).status == "booked"


def test_cancelling_needs_a_reason(world: World) -> None:
    person, by = helped(world), world.viewer()
    pk = booked(world, person)
    with pytest.raises(rules.NeedsWhy):
        cancel_appointment(by=by, at=AT, person=person, appointment=pk, why=" ")
    cancel_appointment(by=by, at=AT, person=person, appointment=pk, why="Ill")
    with pytest.raises(rules.AppointmentOver):
        outcome(world, person, pk, AppointmentStatus.ATTENDED)


def test_what_became_of_it_is_known_afterwards_and_said_once(world: World) -> None:
    person = helped(world)
    pk = booked(world, person)
    with pytest.raises(rules.NotYet):
        outcome(world, person, pk, AppointmentStatus.ATTENDED, at=AT)
    with pytest.raises(rules.NeedsWhy):
        outcome(world, person, pk, AppointmentStatus.MISSED)
    outcome(world, person, pk, AppointmentStatus.MISSED, "not known")
    with pytest.raises(rules.AppointmentOver, match="did not come"):
        outcome(world, person, pk, AppointmentStatus.ATTENDED)


def test_coming_is_a_contact_and_staying_away_is_none(world: World) -> None:
    person = helped(world)
    first, second = booked(world, person), booked(world, person, AFTER)
    worker = Worker.objects.get(person_id=person)
    assert worker.last_contact_on is None
    outcome(world, person, first, AppointmentStatus.MISSED, "not known", at=AFTER)
    assert last_contact(person) is None
    outcome(world, person, second, AppointmentStatus.LATE, at=AFTER)
    worker.refresh_from_db()
    assert worker.last_contact_on == worker.quiet_since == SOON.date()
    # A later reckoning, as after a corrected note or a merge, comes to the same.
    Worker.objects.update(last_contact_on=None)
    reckon_again(person)
    worker.refresh_from_db()
    assert worker.last_contact_on == SOON.date()


def test_another_organisations_appointment_is_theirs_to_change(world: World) -> None:
    from commongoal.people.models import Holding

    person = helped(world)
    pk = booked(world, person)
    Holding.objects.create(
        person_id=person, organisation=world.organisations["provider"], relation="own", why="test", since_at=AT
    )
    other = world.viewer("provider")
    assert [each.ours for each in appointments(person, other, AT).value.part.rows] == [False]
    with pytest.raises(rules.AppointmentOfOthers):
        cancel_appointment(by=other, at=AT, person=person, appointment=pk, why="Ill")


def test_whose_outcome_is_missing(world: World) -> None:
    one, two, hidden = helped(world), helped(world, first_name="Ada"), helped(world)
    by = world.viewer()
    for person in (one, two, hidden):
        booked(world, person, SOON)
    booked(world, one, AFTER)
    Person.objects.filter(pk=hidden).update(restricted=True)
    assert [each.person for each in outcomes_missing(by, SOON + dt.timedelta(hours=1), 9)] == [one, two]
    assert len(outcomes_missing(by, AFTER + dt.timedelta(hours=1), 2)) == 2
    assert outcomes_missing(world.another(), AFTER, 9) == ()


# --- pages


def the_form(**fields: object) -> dict[str, object]:
    day = (now() + dt.timedelta(days=3)).date()
    return {
        "on_day": day.day, "on_month": day.month, "on_year": day.year, "starts": "10am", "minutes": "60",
        "mode": Mode.OFFICE.value, "place": "Testham Hub", "about": "", "reminder": "none", **fields,
    }  # fmt: skip


def test_booking_on_the_page(world: World, signed_in: SignIn) -> None:
    by, person = world.viewer(), helped(world)
    client, at = signed_in(by), f"/people/{person}/appointments/"
    assert "No appointment is booked" in client.get(at).content.decode()
    page = client.get(f"{at}book/").content.decode()
    assert "A text message" in page
    assert "An email" in page
    wrong = client.post(f"{at}book/", the_form(membership=by.membership, starts="2:30")).content.decode()
    assert "am or pm" in wrong
    assert client.post(f"{at}book/", the_form(membership=by.membership)).status_code == 302
    shown = client.get(at).content.decode()
    assert "at 10am, with User 1" in shown
    again = client.post(f"{at}book/", the_form(membership=by.membership)).content.decode()
    assert "They have another appointment at that time" in again
    # The worker's own other appointment is told and refuses nothing.
    other = helped(world, first_name="Ada")
    told = client.post(f"/people/{other}/appointments/book/", the_form(membership=by.membership), follow=True)
    assert "has another appointment then" in told.content.decode()
    assert "Rosa Marden" in client.get("/appointments/").content.decode()


def test_somebody_to_be_contacted_safely_is_not_reminded_by_default(world: World, signed_in: SignIn) -> None:
    person = helped(world)
    Need.objects.create(person_id=person, kind="safe contact", detail="Only on Mondays", since_on=AT.date())
    page = signed_in(world.viewer()).get(f"/people/{person}/appointments/book/").content.decode()
    assert "Only on Mondays" in page
    none = page[page.index('value="none"') : page.index('value="none"') + 200]
    assert "checked" in none.split(">")[0]


def test_what_is_not_shared_is_not_shown(world: World, signed_in: SignIn) -> None:
    from commongoal.people.models import Holding

    person = helped(world)
    booked(world, person)
    Holding.objects.create(
        person_id=person, organisation=world.organisations["provider"], relation="agreed", classes=["identity"],
        why="test", since_at=AT,
    )  # fmt: skip
    answer = signed_in(world.viewer("provider")).get(f"/people/{person}/appointments/")
    assert answer.status_code == 409
    assert "not shared" in answer.content.decode()
    assert "Debts" not in answer.content.decode()


def test_the_timeline_tells_what_was_held(world: World, signed_in: SignIn) -> None:
    person = helped(world)
    outcome(world, person, booked(world, person), AppointmentStatus.MISSED, "The bus did not come")
    page = signed_in(world.viewer()).get(f"/people/{person}/").content.decode()
    assert "Appointment: did not come" in page
    assert "The bus did not come" in page


def test_the_pages_are_cheap(world: World, signed_in: SignIn) -> None:
    by, person = world.viewer(), helped(world)
    for days in range(1, 30):
        booked(world, person, AT + dt.timedelta(days=days))
        booked(world, helped(world, first_name=f"P{days}"), AT + dt.timedelta(days=days))
    client, pk = signed_in(by), booked(world, person, AFTER)
    at = f"/people/{person}/appointments/"
    pages = {
        name: (lambda address=address: client.get(address))
        for name, address in {
            "diary": "/appointments/", "appointments": at, "book": f"{at}book/", "move": f"{at}{pk}/move/",
            "outcome": f"{at}{pk}/outcome/",
        }.items()
    }  # fmt: skip
    assert dear(pages) == ""
    assert signed_in(world.viewer(role=Role.ANALYST)).get("/appointments/").status_code == 403
