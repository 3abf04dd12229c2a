"""Appointments: of a person and of the viewer by day; booked, moved, cancelled, and what became of them."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone

from commongoal.access.engine.pages import PAGE
from commongoal.access.queries.colleagues import colleagues
from commongoal.pathway.actions.appointments import (
    book_appointment,
    cancel_appointment,
    correct_outcome,
    move_appointment,
    record_outcome,
)
from commongoal.pathway.engine.appointments import (
    LONGEST_MINUTES,
    OUTCOMES,
    SAID,
    AppointmentLine,
    Slot,
    may_be_corrected,
    may_become,
    spoken_moment,
)
from commongoal.pathway.engine.casework import AppointmentStatus, Mode, Reminder
from commongoal.pathway.queries.appointments import appointment as one_appointment
from commongoal.pathway.queries.appointments import appointments as appointments_of
from commongoal.pathway.queries.appointments import busy_then, outcomes_missing
from commongoal.pathway.queries.appointments import diary as diary_of
from commongoal.people.queries.person_page import person_heading
from commongoal.people.queries.reminding import WaysToRemind, preferred, ways_to_remind
from commongoal.web.asking import kept, page_number, question, seen_now
from commongoal.web.choices import choices_of, offer
from commongoal.web.forms import DateField
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.times import TimeField, moment_of

REMINDER_WORDS = {
    Reminder.EMAIL: "An email",
    Reminder.TEXT: "A text message",
    Reminder.NONE: "No reminder",
}


class SlotForm(forms.Form):
    """When, for how long, how, where, what about, and how they are reminded."""

    on = DateField(label="On which day?", what="day")
    starts = TimeField(label="At what time?", what="time")
    minutes = forms.IntegerField(label="How many minutes?", min_value=5, max_value=LONGEST_MINUTES, initial=60)
    mode = forms.ChoiceField(label="How do you meet?", choices=choices_of(Mode), widget=forms.RadioSelect)
    place = forms.CharField(
        label="Where? (optional for a call)", required=False, max_length=200, help_text="The reminder says it"
    )
    about = forms.CharField(
        label="What is it about? (optional)", required=False, max_length=200, help_text="The reminder does not say it"
    )
    reminder = forms.ChoiceField(
        label="How do we remind them?", help_text="A message goes out the day before", widget=forms.RadioSelect
    )

    def slot(self) -> Slot:
        """What was entered, as a value."""
        given = self.cleaned_data
        return Slot(
            moment_of(given["on"], given["starts"]), given["minutes"], Mode(given["mode"]), given["place"],
            given["about"],
        )  # fmt: skip


class BookForm(SlotForm):
    """With whom, too."""

    membership = forms.TypedChoiceField(label="With whom?", coerce=int, widget=forms.Select)
    field_order = ("membership",)


class WhyForm(forms.Form):
    """Why."""

    why = forms.CharField(label="Why?", max_length=300, help_text="The person can read this")


class MoveForm(SlotForm, WhyForm):
    """Another time, and why."""

    field_order = ("why",)


class OutcomeForm(forms.Form):
    """What became of it."""

    status = forms.ChoiceField(
        label="Did they come?",
        choices=list(zip(OUTCOMES, ("Yes, they came", "They came late", "No, they did not come"), strict=True)),
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label="If they did not come, why? (optional otherwise)", required=False, max_length=300,
        help_text="If you do not know, write “not known”",
    )  # fmt: skip


class CorrectionForm(OutcomeForm):
    """What became of it after all; the version is how often it was put right before."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label="What became of it?",
        choices=list(zip(SAID, ("They came", "They came late", "They did not come", "It was cancelled"), strict=True)),
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label="If they did not come or it was cancelled, why? (optional otherwise)", required=False, max_length=300,
        help_text="If you do not know, write “not known”",
    )  # fmt: skip


def of_person(request: Request, person: int) -> Page:
    """A person's appointments, the next one in the heading."""
    shown = appointments_of(person, request.viewer, request.at, page_number(request))
    heading = person_heading(person, request.viewer, "read person").value
    ahead = shown.value.ahead
    values = {
        "person": heading,
        "heading": f"Next: {_when(ahead)}, with {ahead.with_whom}" if ahead else "No appointment is booked",
        "part": shown.value.part,
        "lines": tuple(_told(each, request) for each in shown.value.part.rows),
        "may": "book appointment" in heading.may,
    }
    return Page("commongoal/appointments/of_person.html", values, people=shown.people)


def diary(request: Request) -> Page:
    """The viewer's own appointments from today on, by day; above them those without an outcome."""
    shown = diary_of(request.viewer, request.at, page_number(request))
    missing = outcomes_missing(request.viewer, request.at, PAGE)
    ahead = [each for each in shown.value.rows if each not in missing]
    today = [each for each in ahead if _day(each) == request.today]
    values = {
        "heading": _counted(len(today), shown.value.number),
        "missing": tuple(_told(each, request) for each in missing),
        "days": tuple(_by_day(ahead, request)),
        "part": shown.value,
    }
    listed = tuple(dict.fromkeys([*(each.person for each in missing), *shown.listed]))
    return Page("commongoal/appointments/diary.html", values, listed=listed)


def book(request: Request, person: int) -> Page | HttpResponse:
    """Agree a time."""
    shown = person_heading(person, request.viewer, "book appointment")
    ways = ways_to_remind(person, request.viewer)
    given = {"membership": request.viewer.membership, "reminder": preferred(ways)}
    form = BookForm(request.POST or None, initial=given)
    _offer_reminders(form, ways)
    offer(form, "membership", [(each.membership, each.name) for each in colleagues(request.viewer, request.today)])

    def act() -> None:
        membership, slot = form.cleaned_data["membership"], form.slot()
        beside = busy_then(slot, membership=membership)
        book_appointment(
            by=request.viewer, at=request.at, person=person, membership=membership, slot=slot,
            reminder=Reminder(form.cleaned_data["reminder"]),
        )  # fmt: skip
        words = f"Booked: {spoken_moment(timezone.localtime(slot.starts_at))}"
        messages.success(request, f"{words}. The worker has another appointment then" if beside else words)

    if request.method == "POST" and form.is_valid() and kept(form, act):
        return goto("appointments", person)
    return question(
        shown, form, "When do you meet?", "Book the appointment", warning=_careful(ways), back="appointments"
    )


def move(request: Request, person: int, appointment: int) -> Page | HttpResponse:
    """Another time for it."""
    found = _open(request, person, appointment, AppointmentStatus.MOVED)
    ways = ways_to_remind(person, request.viewer)
    form = MoveForm(request.POST or None, initial=_initial(found, ways))
    _offer_reminders(form, ways)

    def act() -> None:
        given = {"why": form.cleaned_data["why"], "reminder": Reminder(form.cleaned_data["reminder"])}
        move_appointment(
            by=request.viewer, at=request.at, person=person, appointment=appointment, slot=form.slot(), **given
        )

    lead = f"It is on {_when(found)} with {found.with_whom} now."
    return _asked(
        request,
        person,
        form,
        "What is the new time?",
        "Move the appointment",
        act,
        lead,
        done="Moved. Tell them the new time",
        warning=_careful(ways),
    )


def cancel(request: Request, person: int, appointment: int) -> Page | HttpResponse:
    """It does not take place."""
    found = _open(request, person, appointment, AppointmentStatus.CANCELLED)
    form = WhyForm(request.POST or None)

    def act() -> None:
        why = form.cleaned_data["why"]
        cancel_appointment(by=request.viewer, at=request.at, person=person, appointment=appointment, why=why)

    heading, lead = f"Cancel {_when(found)}?", f"It is with {found.with_whom}. No reminder goes out after this."
    done = "Cancelled. Tell them, unless they know"
    return _asked(request, person, form, heading, "Cancel the appointment", act, lead, done=done, kind="warning")


def outcome(request: Request, person: int, appointment: int) -> Page | HttpResponse:
    """What became of it."""
    found = _open(request, person, appointment, AppointmentStatus.ATTENDED)
    form = OutcomeForm(request.POST or None)

    def act() -> None:
        status, why = AppointmentStatus(form.cleaned_data["status"]), form.cleaned_data["why"]
        record_outcome(by=request.viewer, at=request.at, person=person, appointment=appointment, status=status, why=why)

    return _asked(request, person, form, "Did they come?", "Save it", act, f"{_when(found)}, with {found.with_whom}.")


def correct(request: Request, person: int, appointment: int) -> Page | HttpResponse:
    """What became of it was something else."""
    found = one_appointment(person, appointment, request.viewer).value
    may_be_corrected(found.status)
    said = {"status": found.status.value, "why": found.why, "version": len(found.before)}
    form = CorrectionForm(request.POST or None, initial=said)

    def act() -> None:
        given = form.cleaned_data | {"status": AppointmentStatus(form.cleaned_data["status"])}
        correct_outcome(by=request.viewer, at=request.at, person=person, appointment=appointment, **given)

    lead = f"{_when(found)}, with {found.with_whom}. It says now: {found.status.value}."
    lead += f" Why: {found.why}." if found.why else ""
    done = "Put right. What it said before is kept"
    page = _asked(request, person, form, "What became of it?", "Save the correction", act, lead, done=done)
    seen_now(form, len(found.before))
    return page


def _asked(
    request: Request,
    person: int,
    form: forms.Form,
    heading: str,
    submit: str,
    act: Callable[[], object],
    lead: str,
    *,
    done: str = "Saved",
    kind: str = "",
    warning: str = "",
) -> Page | HttpResponse:
    if request.method == "POST" and form.is_valid() and kept(form, act):
        messages.success(request, done)
        return goto("appointments", person)
    shown = person_heading(person, request.viewer, "book appointment")
    return question(shown, form, heading, submit, lead=lead, back="appointments", kind=kind, warning=warning)


def _open(request: Request, person: int, appointment: int, target: AppointmentStatus) -> AppointmentLine:
    """The appointment, if it may still become so; what was done to it meanwhile is told otherwise."""
    found = one_appointment(person, appointment, request.viewer).value
    may_become(found.status, target)
    return found


def _initial(found: AppointmentLine, ways: WaysToRemind) -> dict[str, Any]:
    start, slot = timezone.localtime(found.slot.starts_at), found.slot
    kept_way = found.reminder.value in {value for value, _ in _reminders(ways)} and not ways.safe_contact
    return {
        "on": start.date(),
        "starts": f"{start:%H:%M}",
        "minutes": slot.minutes,
        "mode": slot.mode.value,
        "place": slot.place,
        "about": slot.about,
        "reminder": found.reminder.value if kept_way else preferred(ways),
    }


def _offer_reminders(form: forms.Form, ways: WaysToRemind) -> None:
    offer(form, "reminder", _reminders(ways))


def _reminders(ways: WaysToRemind) -> list[tuple[str, str]]:
    """The ways in which this person can be reached, and none."""
    there = {Reminder.EMAIL: bool(ways.email), Reminder.TEXT: ways.texts, Reminder.NONE: True}
    return choices_of((each for each in REMINDER_WORDS if there[each]), REMINDER_WORDS)


def _careful(ways: WaysToRemind) -> str:
    """How to contact somebody safely; a reminder might be read by somebody else."""
    if not ways.safe_contact:
        return ""
    return f"How to contact safely: {'; '.join(ways.safe_contact)}. Somebody else may read a reminder."


def _told(found: AppointmentLine, request: Request) -> dict[str, Any]:
    """A line of a list, and whether its outcome is what is asked for next."""
    began = found.slot.starts_at <= request.at
    full = spoken_moment(timezone.localtime(found.slot.starts_at), year=True)
    state = "moved" if found.status is AppointmentStatus.MOVED else found.status.value
    told = {"line": found, "when": _when(found), "full": full, "state": state, "began": began}
    return told | {"reminder": _reminded(found, began)}


def _reminded(found: AppointmentLine, began: bool) -> str:
    """What is known of the reminder, in words."""
    if found.reminder_fault and not found.reminded_at:
        again = " We try again." if found.remind_at and not began else ""
        return f"The reminder was not sent ({found.reminder_fault}).{again}"
    if found.reminder is Reminder.NONE or not found.open:
        return ""
    way = "email" if found.reminder is Reminder.EMAIL else "text message"
    if found.reminded_at:
        return f"Reminded by {way} on {spoken_moment(timezone.localtime(found.reminded_at))}"
    return f"Will be reminded by {way}" if found.remind_at and not began else ""


def _by_day(lines: Iterable[AppointmentLine], request: Request) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    for day, those in groupby(lines, _day):
        yield day, [_told(each, request) for each in those]


def _day(found: AppointmentLine) -> Any:
    return timezone.localtime(found.slot.starts_at).date()


def _when(found: AppointmentLine) -> str:
    return spoken_moment(timezone.localtime(found.slot.starts_at))


def _counted(count: int, page: int) -> str:
    if page > 1:
        return "Your appointments further ahead"
    if not count:
        return "You have no more appointments today"
    return f"You have {count} more appointment{'' if count == 1 else 's'} today"


BOOK, ABOUT = "book appointment", ("person", "appointment")
AT = "people/<int:person>/appointments/"
ROUTES = (
    Route("appointments/", diary, "diary", verb="see today", menu="Appointments", section="Diary"),
    Route(AT, of_person, "appointments", verb="read person", about=("person",)),
    Route(f"{AT}book/", book, "book_appointment", verb=BOOK, about=("person",)),
    Route(f"{AT}<int:appointment>/move/", move, "move_appointment", verb=BOOK, about=ABOUT),
    Route(f"{AT}<int:appointment>/cancel/", cancel, "cancel_appointment", verb=BOOK, about=ABOUT),
    Route(f"{AT}<int:appointment>/outcome/", outcome, "appointment_outcome", verb=BOOK, about=ABOUT),
    Route(f"{AT}<int:appointment>/correct/", correct, "correct_outcome", verb=BOOK, about=ABOUT),
)
