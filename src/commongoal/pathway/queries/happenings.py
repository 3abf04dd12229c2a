"""What happened to a person along the pathway, in one query: referrals, moves, support, meetings, work, plans and more.

The person page has a budget of queries. Rows of every kind have one shape, and classes of data that the viewer may not
see are not asked for at all.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from django.db import connection
from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, TruncDate

from commongoal.access.queries.compiled import PERSON, Statement, answer, as_day, statement
from commongoal.pathway.engine.appointments import OUTCOMES
from commongoal.pathway.engine.casework import CheckpointStatus, ReviewReason, TaskStatus
from commongoal.pathway.engine.referral import Status
from commongoal.pathway.models import (
    Appointment,
    Assessment,
    Attendance,
    Checkpoint,
    Goal,
    Job,
    Move,
    Plan,
    PlanReview,
    PlanVersion,
    ReferralEvent,
    Support,
    Task,
)
from commongoal.pathway.queries.pathways import newest_file, pathway_known
from commongoal.people.engine.timeline import Event
from commongoal.people.engine.vocabulary import DataClass

MOST = 200  # the newest of each kind; a person with more is no person
EMPTY = Value("", CharField())
NO_FILE = Value("0", CharField())
NO_DAY = Cast(Value(None), DateField())
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """One row: its kind, its days, what its words are there, and the pathway file that names its stages.

    Of a referral, `file` is the status.
    """

    what: str
    on: dt.date
    until: dt.date | None
    text: str
    more: str
    detail: str
    organisation: str
    who: str
    file: str
    digest: str


def happenings(person: int, seen: frozenset[DataClass]) -> Iterator[Event]:
    """Events of the classes that the viewer may see, in no order; one query, for callers that have the permission."""
    wanted = frozenset(seen & PARTS.keys())
    if not wanted:
        return
    for what, on, until, *rest in answer(_statement(connection.vendor, wanted), person=person):
        if day := as_day(on):
            yield from WORDS[what](Happening(what, day, as_day(until), *rest))


@lru_cache(maxsize=8)
def _statement(vendor: str, wanted: frozenset[DataClass]) -> Statement:  # noqa: ARG001 - another database, another one
    parts = [part() for kind, rows in PARTS.items() if kind in wanted for part in rows]
    return statement(reduce(lambda left, right: left.union(right, all=True), parts).order_by("-c1"))


def _shape(rows: QuerySet[Any, Any], what: str, *columns: Any) -> QuerySet[Any, Any]:
    """The rows with the columns of `Happening`: c0, c1 ... are the same names in each part, for ordering.

    The newest are an inner query, as SQLite wants it.
    """
    newest = rows.model._default_manager.filter(pk__in=rows.order_by("-pk").values("pk")[:MOST])
    named = {f"c{place}": column for place, column in enumerate((Value(what, CharField()), *columns))}
    shaped: QuerySet[Any, Any] = newest.order_by().annotate(**named).values_list(*named)
    return shaped


def _names(organisation: str = "organisation", membership: str = "membership") -> tuple[F, F]:
    return F(f"{organisation}__name"), F(f"{membership}__user__name")


def _file(programme: str) -> tuple[Any, Any]:
    """The id and the digest of the pathway file that the programme goes by now, as text."""
    file, digest = newest_file(programme)
    return Coalesce(Cast(file, CharField()), NO_FILE), Coalesce(digest, EMPTY)


NONE = (NO_FILE, EMPTY)


def _referrals() -> QuerySet[Any, Any]:
    rows = ReferralEvent.objects.filter(referral__person_id=PERSON)
    ends = F("referral__sender__name"), F("referral__receiver__name")
    by = _names("membership__organisation")
    return _shape(rows, _REFERRAL, F("on"), NO_DAY, *ends, F("code"), *by, F("status"), EMPTY)


def _moves() -> QuerySet[Any, Any]:
    rows = Move.objects.filter(journey__person_id=PERSON, journey__closed_at=None, waiting=False, withdrawn_at=None)
    words = F("stage"), F("journey__programme__name"), F("reason")
    file = _file("journey__programme")
    return _shape(rows.filter(superseded_by=None), _MOVE, F("on"), NO_DAY, *words, *_names(), *file)


def _support() -> QuerySet[Any, Any]:
    rows = Support.objects.filter(person_id=PERSON, withdrawn_at=None, superseded_by=None)
    words = F("intervention"), F("contract"), EMPTY
    return _shape(rows, _SUPPORT, F("from_on"), F("to_on"), *words, *_names(), *_file("programme"))


def _appointments() -> QuerySet[Any, Any]:
    rows = Appointment.objects.filter(person_id=PERSON, status__in=[each.value for each in OUTCOMES])
    return _shape(rows, _MEETING, TruncDate("starts_at"), NO_DAY, F("status"), EMPTY, F("why"), *_names(), *NONE)


def _attendance() -> QuerySet[Any, Any]:
    rows = Attendance.objects.filter(person_id=PERSON)
    by = _names("session__group__organisation", "session__membership")
    words = F("status"), F("session__group__name"), F("note")
    return _shape(rows, _MEETING, TruncDate("session__starts_at"), NO_DAY, *words, *by, *NONE)


def _jobs() -> QuerySet[Any, Any]:
    rows = Job.objects.filter(person_id=PERSON, superseded_by=None, withdrawn_at=None)
    words = F("occupation"), F("employer"), F("ended_why")
    return _shape(rows, _JOB, F("from_on"), F("to_on"), *words, *_names(), *NONE)


def _checkpoints() -> QuerySet[Any, Any]:
    rows = Checkpoint.objects.filter(person_id=PERSON).exclude(status=CheckpointStatus.DUE.value)
    words = Cast("weeks", CharField()), F("status"), F("note")
    return _shape(rows, _CHECKPOINT, F("answered_on"), NO_DAY, *words, *_names(), *NONE)


def _assessments() -> QuerySet[Any, Any]:
    """Those that stand; what was said is on a page of its own."""
    rows = Assessment.objects.filter(person_id=PERSON, superseded_by=None)
    counts = Cast("counts", CharField())
    return _shape(rows, _ASSESSMENT, F("on"), NO_DAY, F("programme__name"), counts, EMPTY, *_names(), *NONE)


def _plans() -> QuerySet[Any, Any]:
    """Whoever began or ended a plan stands in its reviews and in the audit."""
    words = F("programme__name"), EMPTY, EMPTY
    rows = Plan.objects.filter(person_id=PERSON)
    return _shape(rows, _PLAN, F("made_on"), F("ended_on"), *words, F("organisation__name"), EMPTY, *NONE)


def _versions() -> QuerySet[Any, Any]:
    words = F("plan__programme__name"), Cast("number", CharField()), F("given_how")
    rows = PlanVersion.objects.filter(plan__person_id=PERSON)
    return _shape(rows, _AGREED, F("agreed_on"), NO_DAY, *words, *_names("membership__organisation"), *NONE)


def _reviews() -> QuerySet[Any, Any]:
    """The last review of a plan is its end."""
    words = F("reason"), EMPTY, F("note")
    rows = PlanReview.objects.filter(plan__person_id=PERSON).exclude(reason=ReviewReason.ENDING.value)
    return _shape(rows, _REVIEW, F("on"), NO_DAY, *words, *_names("membership__organisation"), *NONE)


def _goals() -> QuerySet[Any, Any]:
    """Those that ended."""
    words = F("words"), F("ended_how"), F("why")
    rows = Goal.objects.filter(plan__person_id=PERSON, ended_on__isnull=False)
    return _shape(rows, _GOAL, F("ended_on"), NO_DAY, *words, F("plan__organisation__name"), EMPTY, *NONE)


def _tasks() -> QuerySet[Any, Any]:
    """Those that are done; what ended with its goal is told with the goal."""
    by = _names("finished_by__organisation", "finished_by")
    rows = Task.objects.filter(goal__plan__person_id=PERSON, status=TaskStatus.DONE.value)
    return _shape(rows, _TASK, F("finished_on"), NO_DAY, F("words"), EMPTY, EMPTY, *by, *NONE)


_REFERRAL, _MOVE, _SUPPORT, _MEETING = "referral", "move", "support", "meeting"
_JOB, _CHECKPOINT, _ASSESSMENT = "job", "checkpoint", "assessment"
_PLAN, _AGREED, _REVIEW, _GOAL, _TASK = "plan", "agreed", "review", "goal", "task"
PARTS: dict[DataClass, tuple[Callable[[], QuerySet[Any, Any]], ...]] = {
    DataClass.PROGRESS: (_referrals, _moves, _support, _appointments, _attendance, _jobs, _checkpoints),
    DataClass.ASSESSMENT: (_assessments,),
    DataClass.PLAN: (_plans, _versions, _reviews, _goals, _tasks),
}


def _told_referral(row: Happening) -> Iterator[Event]:
    sender, receiver = row.text, row.more
    words = {
        Status.SENT: f"Referred by {sender} to {receiver}",
        Status.RECEIVED: f"Referral received by {receiver}",
        Status.ACCEPTED: f"Referral accepted by {receiver}",
        Status.FIRST_CONTACT: f"First contact by {receiver}",
        Status.REJECTED: f"Referral not taken by {receiver}",
        Status.WITHDRAWN: f"Referral to {receiver} withdrawn",
        Status.PASSED_ON: f"Referral passed on by {receiver}",
        Status.CLOSED: f"Referral to {receiver} closed",
    }[Status(row.file)]
    yield Event(row.on, words, row.detail, row.organisation, row.who)


def _told_move(row: Happening) -> Iterator[Event]:
    stage = pathway_known(int(row.file), row.digest).stage_name(row.text)
    yield Event(row.on, f"{stage}, on {row.more}", row.detail, row.organisation, row.who)


def _told_support(row: Happening) -> Iterator[Event]:
    name = pathway_known(int(row.file), row.digest).intervention_name(row.text)
    yield Event(row.on, f"Support began: {name}", organisation=row.organisation, who=row.who)
    if row.until:
        yield Event(row.until - DAY, f"Support ended: {name}", organisation=row.organisation)


def _told_meeting(row: Happening) -> Iterator[Event]:
    """Whether the person came, late or not at all, and why; appointments of no outcome are no events yet."""
    yield Event(row.on, f"{row.more or 'Appointment'}: {row.text}", row.detail, row.organisation, row.who)


def _told_job(row: Happening) -> Iterator[Event]:
    name = f"{row.text}, {row.more or 'self-employed'}"
    yield Event(row.on, f"Began work: {name}", organisation=row.organisation, who=row.who)
    if row.until:
        yield Event(row.until - DAY, f"A job ended: {name}", row.detail, row.organisation)


def _told_checkpoint(row: Happening) -> Iterator[Event]:
    yield Event(row.on, f"Checkpoint at {row.text} weeks: {row.more}", row.detail, row.organisation, row.who)


def _told_assessment(row: Happening) -> Iterator[Event]:
    counts = row.more.lower() in {"1", "true", "t"}  # as the databases write yes
    detail = "" if counts else "Too soon after the one before to count towards movement"
    title = f"Assessment done, for {row.text}"
    yield Event(row.on, title, detail, row.organisation, row.who, DataClass.ASSESSMENT)


def _told_plan(row: Happening) -> Iterator[Event]:
    name, what = f"for {row.text}", DataClass.PLAN
    yield Event(row.on, f"Action plan begun, {name}", organisation=row.organisation, data_class=what)
    if row.until:
        yield Event(row.until, f"Action plan ended, {name}", organisation=row.organisation, data_class=what)


def _told_version(row: Happening) -> Iterator[Event]:
    title = f"Agreed to the action plan for {row.text}, version {row.more}"
    yield Event(row.on, title, row.detail, row.organisation, row.who, DataClass.PLAN)


def _told_review(row: Happening) -> Iterator[Event]:
    title = f"Action plan looked at again: {row.text}"
    yield Event(row.on, title, row.detail, row.organisation, row.who, DataClass.PLAN)


def _told_goal(row: Happening) -> Iterator[Event]:
    yield Event(row.on, f"Goal {row.more}: {row.text}", row.detail, row.organisation, data_class=DataClass.PLAN)


def _told_task(row: Happening) -> Iterator[Event]:
    yield Event(row.on, f"Done: {row.text}", "", row.organisation or "", row.who or "", DataClass.PLAN)


WORDS: dict[str, Callable[[Happening], Iterator[Event]]] = {
    _REFERRAL: _told_referral,
    _MOVE: _told_move,
    _SUPPORT: _told_support,
    _MEETING: _told_meeting,
    _JOB: _told_job,
    _CHECKPOINT: _told_checkpoint,
    _ASSESSMENT: _told_assessment,
    _PLAN: _told_plan,
    _AGREED: _told_version,
    _REVIEW: _told_review,
    _GOAL: _told_goal,
    _TASK: _told_task,
}
