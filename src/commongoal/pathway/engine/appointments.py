"""A time agreed with somebody: what may be agreed, how it is said, and when they are reminded."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from commongoal.access.engine.pages import Part
from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.casework import APPOINTMENT_MOVES, AppointmentStatus, Mode, Reminder
from commongoal.pathway.engine.correcting import Earlier, NothingToCorrect

# Bounds that catch a slip of the hand: a working day in minutes, and a year ahead.
LONGEST_MINUTES, FURTHEST = 480, dt.timedelta(days=366)
# A day before: late enough to be remembered, early enough to say that one cannot come.
REMIND_BEFORE = dt.timedelta(days=1)
REMINDER_TRIES = 3  # what fails so often will fail again; the page says so, and somebody calls

HAPPENED = frozenset({AppointmentStatus.ATTENDED, AppointmentStatus.LATE})
OUTCOMES = (AppointmentStatus.ATTENDED, AppointmentStatus.LATE, AppointmentStatus.MISSED)
# What may be put right, and into what: that we cancelled is not that they stayed away.
SAID = (*OUTCOMES, AppointmentStatus.CANCELLED)


class AppointmentInPast(Refused):
    """This time is over: choose a time that is still ahead."""


class AppointmentTooFar(Refused):
    """This is more than a year ahead: check the year."""


class WrongLength(Refused):
    """An appointment lasts between 5 minutes and 8 hours."""


class NeedsPlace(Refused):
    """Say where you meet."""


class PersonBusy(Refused):
    """They have another appointment at that time."""


class NotYet(Refused):
    """It has not begun: what became of it is known afterwards."""


class NeedsWhy(Refused):
    """Say why, in a few words; “not known” is an answer too."""


class NoWayToRemind(Refused):
    """They cannot be reminded like that: their record has no address or number for it."""


class AppointmentOfOthers(Refused):
    """Another organisation made this appointment: ask them to change it."""


class NothingSaidYet(Refused):
    """Nobody has said yet what became of it: say that first."""


class AppointmentOver(Refused):
    """Nothing more can be done with this appointment."""


@dataclass(frozen=True, slots=True)
class Slot:
    """When, for how long (minutes), how and where people meet, and what about (staff read it alone)."""

    starts_at: dt.datetime
    minutes: int
    mode: Mode
    place: str = ""
    about: str = ""

    @property
    def ends_at(self) -> dt.datetime:
        """The first moment after it."""
        return self.starts_at + dt.timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """One appointment as a viewer sees it. `ours`: the viewer's organisation made it. `name` is the person's."""

    pk: int
    person: int
    name: str
    membership: int
    with_whom: str
    organisation: str
    slot: Slot
    status: AppointmentStatus
    why: str
    reminder: Reminder
    remind_at: dt.datetime | None
    reminded_at: dt.datetime | None
    reminder_fault: str
    moved: bool  # from another time
    ours: bool
    before: tuple[Earlier, ...] = ()  # what was said of it and put right since

    @property
    def open(self) -> bool:
        """Whether anything may still become of it."""
        return bool(APPOINTMENT_MOVES[self.status])

    @property
    def said(self) -> bool:
        """Whether somebody has said what became of it, which may be put right."""
        return self.status in SAID


@dataclass(frozen=True, slots=True)
class PersonAppointments:
    """The next appointment of a person, if one is booked, and a page of all they have had, the latest first."""

    ahead: AppointmentLine | None
    part: Part[AppointmentLine]


def checked_slot(slot: Slot, at: dt.datetime) -> Slot:
    """The slot, its words stripped, if it can be agreed at a moment. Raises the refusals above."""
    slot = Slot(slot.starts_at, slot.minutes, slot.mode, slot.place.strip(), slot.about.strip())
    if not 5 <= slot.minutes <= LONGEST_MINUTES:
        raise WrongLength
    if slot.starts_at <= at:
        raise AppointmentInPast
    if slot.starts_at > at + FURTHEST:
        raise AppointmentTooFar
    if slot.mode in {Mode.OFFICE, Mode.ELSEWHERE} and not slot.place:
        raise NeedsPlace
    return slot


def overlapping(slot: Slot, others: Iterable[tuple[dt.datetime, int]]) -> dt.datetime | None:
    """The start of the first other (start, minutes) that shares a moment with the slot; one may begin as one ends."""
    found = (start for start, minutes in others if _overlap(slot, start, minutes))
    return min(found, default=None)


def _overlap(slot: Slot, start: dt.datetime, minutes: int) -> bool:
    return start < slot.ends_at and start + dt.timedelta(minutes=minutes) > slot.starts_at


def remind_at(slot: Slot, reminder: Reminder, at: dt.datetime) -> dt.datetime | None:
    """When to remind somebody of what is agreed at a moment: not at all of what is so near that they know."""
    when = slot.starts_at - REMIND_BEFORE
    return when if reminder is not Reminder.NONE and when > at else None


def spoken_time(time: dt.time) -> str:
    """A time as people say it: 10am, 2:30pm, midday, midnight."""
    if (time.hour, time.minute) in {(0, 0), (12, 0)}:
        return "midday" if time.hour else "midnight"
    minutes = f":{time.minute:02}" if time.minute else ""
    return f"{(time.hour - 1) % 12 + 1}{minutes}{'am' if time.hour < 12 else 'pm'}"


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def spoken_moment(local: dt.datetime, *, year: bool = False) -> str:
    """A moment of the place as people say it: Tuesday 3 March at 10am; with the year where it may be any."""
    day = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"
    day += f" {local.year}" if year else ""
    return f"{day} at {spoken_time(local.time())}"


def reminder_words(local: dt.datetime, mode: Mode, place: str, worker: str, phone: str) -> str:
    """What a reminder says: when, where, with whom by first name, and whom to call.

    Neither the person's name nor the reason: whoever else reads the message learns no more than that somebody meets.
    """
    said = met_words(local, mode, place, worker)
    return f"{said} To change it call {phone}." if phone else f"{said} To change it, tell {worker.partition(' ')[0]}."


def met_words(local: dt.datetime, mode: Mode, place: str, worker: str) -> str:
    """An appointment told to the person: how, with whom by first name, where and when."""
    first, when = worker.partition(" ")[0], spoken_moment(local)
    return {
        Mode.PHONE: f"{first} will phone you on {when}.",
        Mode.VIDEO: f"You have a video call with {first} on {when}.",
    }.get(mode, f"You have an appointment with {first} at {place} on {when}.")


def may_become(status: AppointmentStatus, target: AppointmentStatus) -> None:
    """Go on only if an appointment may go from one state to the other. Raises `AppointmentOver`."""
    if target not in APPOINTMENT_MOVES[status]:
        raise AppointmentOver(f"It is set down as: {status.value}.")


def may_be_corrected(status: AppointmentStatus) -> None:
    """Go on only if somebody has said what became of it. Raises `NothingSaidYet`, `AppointmentOver`."""
    if status is AppointmentStatus.BOOKED:
        raise NothingSaidYet
    if status not in SAID:
        raise AppointmentOver(f"It is set down as: {status.value}.")


def checked_outcome(status: AppointmentStatus, why: str, *, begun: bool) -> str:
    """The reason, stripped, if this may be said of an appointment. Raises `NotYet`, `NeedsWhy`."""
    if status in OUTCOMES and not begun:
        raise NotYet
    if status not in HAPPENED and not why.strip():
        raise NeedsWhy
    return why.strip()


def checked_correction(before: tuple[str, str], status: AppointmentStatus, why: str, *, begun: bool) -> str:
    """As `checked_outcome`, for what has been said as (status, reason). Raises also `NothingToCorrect`."""
    why = checked_outcome(status, why, begun=begun)
    if before == (status.value, why):
        raise NothingToCorrect
    return why


def faults_with(faults: str, fault: str) -> tuple[str, bool]:
    """The faults of a reminder with one more, and whether it is worth another try."""
    found = [*(each for each in faults.split(", ") if each), fault]
    return ", ".join(found)[:200], len(found) < REMINDER_TRIES
