"""The words of helping somebody along a pathway, as choices, and which state may follow which."""

from enum import StrEnum


class GoalEnd(StrEnum):
    """How a goal came to its end."""

    REACHED = "reached"
    NOT_NEEDED = "no longer needed"


class TaskOwner(StrEnum):
    """Who does a task."""

    RESIDENT = "the person"
    WORKER = "a worker"
    AGENCY = "another agency"


class TaskStatus(StrEnum):
    """How a task stands."""

    OPEN = "to do"
    DONE = "done"
    NOT_NEEDED = "no longer required"


TASK_MOVES: dict[TaskStatus, frozenset[TaskStatus]] = {
    TaskStatus.OPEN: frozenset({TaskStatus.DONE, TaskStatus.NOT_NEEDED}),
    TaskStatus.DONE: frozenset({TaskStatus.OPEN}),
    TaskStatus.NOT_NEEDED: frozenset({TaskStatus.OPEN}),
}


class ReviewReason(StrEnum):
    """Why a plan was looked at again."""

    DUE = "the review was due"
    ASSESSED = "a new assessment"
    CIRCUMSTANCES = "things have changed for them"
    INFORMATION = "something new came to light"
    NEW_WORKER = "a new worker"
    ENDING = "support is ending"


class Mode(StrEnum):
    """How people meet."""

    OFFICE = "in person, our office"
    ELSEWHERE = "in person, somewhere else"
    PHONE = "telephone"
    VIDEO = "video"


class AppointmentStatus(StrEnum):
    """What became of an appointment."""

    BOOKED = "booked"
    ATTENDED = "came"
    LATE = "came late"
    MISSED = "did not come"
    MOVED = "moved to another time"
    CANCELLED = "cancelled"


APPOINTMENT_MOVES: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    AppointmentStatus.BOOKED: frozenset(AppointmentStatus) - {AppointmentStatus.BOOKED},
    AppointmentStatus.ATTENDED: frozenset(),
    AppointmentStatus.LATE: frozenset(),
    AppointmentStatus.MISSED: frozenset(),
    AppointmentStatus.MOVED: frozenset(),
    AppointmentStatus.CANCELLED: frozenset(),
}


class Reminder(StrEnum):
    """How somebody is reminded of an appointment."""

    NONE = "none"
    EMAIL = "email"
    TEXT = "text"


class AttendanceStatus(StrEnum):
    """Whether somebody came to a group session."""

    CAME = "came"
    LATE = "came late"
    EXCUSED = "could not come and said so"
    MISSED = "did not come"


class PayPeriod(StrEnum):
    """What a stated pay is for."""

    HOUR = "hour"
    WEEK = "week"
    FORTNIGHT = "two weeks"
    MONTH = "month"
    YEAR = "year"


class CheckpointStatus(StrEnum):
    """What was found at a checkpoint."""

    DUE = "due"
    IN_WORK = "in work"
    NOT_IN_WORK = "not in work"
    NOT_REACHED = "could not reach them"


class CostBasis(StrEnum):
    """Spent in money, or given in kind."""

    CASH = "cash"
    IN_KIND = "in_kind"
