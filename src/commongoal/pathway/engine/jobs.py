"""Jobs and checkpoints as values: what may be recorded, and which checkpoints the jobs that stand ask for."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.casework import CheckpointStatus, PayPeriod
from commongoal.pathway.engine.correcting import Earlier
from commongoal.pathway.engine.weeks import Counted

NO_EVIDENCE = "none_yet"
"""The kind of evidence that says there is none: the page then says that it is still needed."""

UNIT_GROUP = re.compile(r"\d{4}")
MOST_HOURS = Decimal(168)  # of a week


class NeedsEmployer(Refused):
    """Say who the employer is, or that they are self-employed."""


class EmployerOfSelf(Refused):
    """Somebody self-employed has no employer: leave it empty, or choose that they are employed."""


class NeedsOccupation(Refused):
    """Say what the job is, such as “care assistant”."""


class BadOccupationCode(Refused):
    """An occupation code has four figures, as in SOC 2020, or is left empty."""


class BadHours(Refused):
    """Usual hours a week are more than 0 and at most 168."""


class NeedsPay(Refused):
    """Enter what the job pays; somebody self-employed may have earned nothing yet."""


class JobInFuture(Refused):
    """A job is recorded from its first day on, not before."""


class EndsBeforeStart(Refused):
    """The last day cannot be before the first."""


class EndInFuture(Refused):
    """Record the end of a job when its last day has come."""


class UnknownEvidence(Refused):
    """Choose one of the kinds of evidence that this programme takes."""


class NotTheirDocument(Refused):
    """Choose one of this person's documents."""


class BelowMinimumWage(Refused):
    """That is under the minimum wage. Check the pay and the hours; if they are right, say why it is so."""


class JobThereAlready(Refused):
    """They have a job with this employer on these days already: correct that one."""


class JobEnded(Refused):
    """This job has ended already: if the day is wrong, correct the job."""


class NeedsWhy(Refused):
    """Say why."""


class AnsweredAlready(Refused):
    """This has been answered already."""


class NotAnswered(Refused):
    """Nobody has answered this yet: answer it."""


class NeedsAnswer(Refused):
    """Choose what you found."""


class AnswerInFuture(Refused):
    """Choose today or a day before: this is about what you found."""


@dataclass(frozen=True, slots=True)
class JobDetails:
    """A job as somebody describes it. `to_on` is the first day after the last, none while it runs; pay in pence."""

    from_on: dt.date
    weekly_hours: Decimal
    pay_pence: int
    pay_period: PayPeriod
    occupation: str
    evidence_kind: str
    employer: str = ""
    self_employed: bool = False
    occupation_code: str = ""
    to_on: dt.date | None = None
    ended_why: str = ""
    below_minimum_why: str = ""
    evidence: str = ""
    document: int | None = None  # one of the person's documents


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A recorded job that stands: what it is, on which programme, who wrote it down and when."""

    id: int
    programme: int
    programme_name: str
    details: JobDetails
    evidence_name: str
    who: str
    organisation: str
    on: dt.date
    corrects: int | None = None
    document_title: str = ""
    document_removed: bool = False

    @property
    def last_on(self) -> dt.date | None:
        """The last day of the job."""
        return self.details.to_on - dt.timedelta(days=1) if self.details.to_on else None

    @property
    def name(self) -> str:
        """The job in a line: "Care assistant, Harbour Care"."""
        return f"{self.details.occupation}, {self.details.employer or 'self-employed'}"

    @property
    def evidence_needed(self) -> bool:
        """Whether nothing shows this job yet."""
        return self.details.evidence_kind == NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class CheckpointRecord:
    """A checkpoint: so many weeks after a job began, due or answered, and whom to ask."""

    id: int
    person: int
    job: int
    programme: int
    weeks: int
    due_on: dt.date
    contact: str
    status: CheckpointStatus
    answered_on: dt.date | None = None
    evidence_name: str = ""
    note: str = ""
    who: str = ""
    evidence_kind: str = ""
    before: tuple[Earlier, ...] = ()  # answers put right since


@dataclass(frozen=True, slots=True)
class CheckpointAnswer:
    """What somebody found at a checkpoint, on which day, and by what kind of evidence if the person is in work."""

    status: CheckpointStatus
    on: dt.date
    evidence_kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A person's jobs, the newest first, checkpoints, the soonest first, and windows with their programmes."""

    jobs: tuple[JobRecord, ...] = ()
    checkpoints: tuple[CheckpointRecord, ...] = ()
    windows: tuple[tuple[int, Counted], ...] = ()

    @property
    def due(self) -> tuple[CheckpointRecord, ...]:
        """The checkpoints still to answer."""
        return tuple(each for each in self.checkpoints if each.status is CheckpointStatus.DUE)

    @property
    def answered(self) -> tuple[CheckpointRecord, ...]:
        """The checkpoints that somebody answered, the newest first."""
        return tuple(each for each in reversed(self.checkpoints) if each.status is not CheckpointStatus.DUE)


@dataclass(frozen=True, slots=True)
class JobDays:
    """The days of a job that stands: from its first day until the first after its last."""

    job: int
    from_on: dt.date
    to_on: dt.date | None


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """A checkpoint that there should be."""

    job: int
    weeks: int
    due_on: dt.date


def checkpoints_wanted(jobs: Iterable[JobDays], weeks: Sequence[int], today: dt.date) -> tuple[Wanted, ...]:
    """The checkpoints that the jobs ask for: those of the spell of work that still runs, counted from its first job.

    A spell is work without a day between jobs. When all its jobs have ended by `today` nobody needs to ask any more.
    """
    spell: list[JobDays] = []
    until: dt.date | None = None  # the first day after the spell
    for job in sorted(jobs, key=lambda each: (each.from_on, each.job)):
        joined = bool(spell) and (until is None or job.from_on <= until)
        until = _later(until, job.to_on) if joined else job.to_on
        spell = [*spell, job] if joined else [job]
    if not spell or (until is not None and until <= today):
        return ()
    first = spell[0]
    return tuple(Wanted(first.job, each, first.from_on + dt.timedelta(weeks=each)) for each in weeks)


def _later(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return None if one is None or other is None else max(one, other)


def checked_job(details: JobDetails, kinds: Iterable[str], today: dt.date) -> JobDetails:
    """The job with its words tidied, if it can be recorded; raises the refusals above.

    `kinds` are the ids of the evidence that the programme takes. Pay is held against the minimum wage elsewhere.
    """
    employer, occupation = " ".join(details.employer.split()), " ".join(details.occupation.split())
    code = details.occupation_code.strip()
    if not details.self_employed and not employer:
        raise NeedsEmployer
    if details.self_employed and employer:
        raise EmployerOfSelf
    if not occupation:
        raise NeedsOccupation
    if code and not UNIT_GROUP.fullmatch(code):
        raise BadOccupationCode
    if not 0 < details.weekly_hours <= MOST_HOURS:
        raise BadHours
    if details.pay_pence < 0 or (not details.pay_pence and not details.self_employed):
        raise NeedsPay
    if details.evidence_kind not in set(kinds):
        raise UnknownEvidence
    _check_days(details, today)
    return JobDetails(
        from_on=details.from_on,
        weekly_hours=details.weekly_hours,
        pay_pence=details.pay_pence,
        pay_period=details.pay_period,
        occupation=occupation,
        evidence_kind=details.evidence_kind,
        employer=employer,
        self_employed=details.self_employed,
        occupation_code=code,
        to_on=details.to_on,
        ended_why=details.ended_why.strip(),
        below_minimum_why=details.below_minimum_why.strip(),
        evidence=details.evidence.strip(),
        document=details.document,
    )


def checked_answer(answer: CheckpointAnswer, kinds: Iterable[str], today: dt.date) -> CheckpointAnswer:
    """The answer, tidied, if it can be given on a day. Raises `NeedsAnswer`, `AnswerInFuture`, `UnknownEvidence`."""
    if answer.status is CheckpointStatus.DUE:
        raise NeedsAnswer
    if answer.on > today:
        raise AnswerInFuture
    in_work = answer.status is CheckpointStatus.IN_WORK
    if answer.evidence_kind not in ({*kinds} if in_work else {"", *kinds}):
        raise UnknownEvidence
    return CheckpointAnswer(answer.status, answer.on, answer.evidence_kind if in_work else "", answer.note.strip())


def _check_days(details: JobDetails, today: dt.date) -> None:
    if details.from_on > today:
        raise JobInFuture
    if details.to_on is None:
        return
    check_end(details.from_on, details.to_on, today)
    if not details.ended_why.strip():
        raise NeedsWhy


def check_end(from_on: dt.date, to_on: dt.date, today: dt.date) -> None:
    """Refuse an end before the start or after today."""
    if to_on <= from_on:
        raise EndsBeforeStart
    if to_on > today + dt.timedelta(days=1):
        raise EndInFuture


def check_alone(details: JobDetails, others: Iterable[JobDetails]) -> None:
    """Refuse a second job with one employer on the same days, as the ledger does. Raises `JobThereAlready`."""
    for other in others:
        same = other.employer.casefold() == details.employer.casefold()
        begins = other.to_on is None or details.from_on < other.to_on
        if same and begins and (details.to_on is None or other.from_on < details.to_on):
            raise JobThereAlready
