"""Jobs and checkpoints of one person, and the checkpoints that an organisation has to answer."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction

from django.db.models import QuerySet
from django.utils import timezone

from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.sharing import programmes_on
from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.casework import CheckpointStatus, PayPeriod
from commongoal.pathway.engine.in_force import InForce, NoPathway
from commongoal.pathway.engine.jobs import (
    CheckpointAnswer,
    CheckpointRecord,
    JobDetails,
    JobRecord,
    Work,
)
from commongoal.pathway.engine.weeks import Counted, Span, weeks_counted
from commongoal.pathway.models import Checkpoint, Job, PathwayFile
from commongoal.pathway.queries.correcting import Before, said_before
from commongoal.pathway.queries.participations import participations_of
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.person_page import person_heading
from commongoal.people.queries.reach import require

OWN = frozenset({Relation.OWN})
Names = Mapping[tuple[int, str], str]
MOST = 200  # jobs and checkpoints of one person; more is no person


class WorkNotShared(Refused):
    """How they are doing, and so their jobs, is not shared with you."""


def work_of(person: int, viewer: Viewer, on: dt.date) -> Shown[Work]:
    """The person's jobs, checkpoints and windows as they stand that day. Raises `NotThere` or `WorkNotShared`."""
    _ask(person, viewer)
    rows = list(standing(person).order_by("-from_on", "-pk")[:MOST])
    checks = Checkpoint.objects.filter(person_id=person).select_related("membership__user").order_by("due_on", "pk")
    checked = list(checks[:MOST])
    before = said_before("checkpoint", [row.pk for row in checked])
    pathways = _pathways([*(row.programme_id for row in rows), *(row.programme_id for row in checked)])
    names = _names(pathways)
    found = Work(
        jobs=tuple(_job(row, names) for row in rows),
        checkpoints=tuple(_checkpoint(row, names, before) for row in checked),
        windows=tuple(_windows(rows, pathways, on)),
    )
    return Shown(found, people=(person,))


def _windows(rows: Iterable[Job], pathways: Mapping[int, InForce], on: dt.date) -> Iterator[tuple[int, Counted]]:
    spans: dict[int, list[Span]] = {}
    for row in rows:
        hours = Fraction(row.weekly_hours)
        spans.setdefault(row.programme_id, []).append(Span(row.from_on, row.to_on, hours))
    for programme, jobs in spans.items():
        windows = pathways[programme].casework.windows if programme in pathways else ()
        for window in windows:
            if counted := weeks_counted(jobs, window, on):
                yield programme, counted


def job(person: int, pk: int, viewer: Viewer) -> Shown[JobRecord]:
    """One job that stands. Raises `NotThere`, also for one that was corrected since."""
    _ask(person, viewer)
    row = standing(person).filter(pk=pk).first()
    if row is None:
        raise NotThere
    return Shown(_job(row, _names(_pathways([row.programme_id]))), people=(person,))


def checkpoint(person: int, pk: int, viewer: Viewer) -> Shown[CheckpointRecord]:
    """One checkpoint of this person. Raises `NotThere`."""
    _ask(person, viewer)
    row = Checkpoint.objects.filter(person_id=person, pk=pk).select_related("membership__user").first()
    if row is None:
        raise NotThere
    before = said_before("checkpoint", [row.pk])
    return Shown(_checkpoint(row, _names(_pathways([row.programme_id])), before), people=(person,))


def standing(person: int) -> QuerySet[Job]:
    """The jobs of a person that nobody corrected or withdrew; for callers that have their permission."""
    rows = Job.objects.filter(person_id=person, superseded_by=None, withdrawn_at=None)
    return rows.select_related("membership__user", "organisation", "programme", "document")


def _ask(person: int, viewer: Viewer) -> None:
    if DataClass.PROGRESS not in person_heading(person, viewer, "read person").value.classes:
        raise WorkNotShared


def _pathways(programmes: Iterable[int]) -> dict[int, InForce]:
    """The pathways of programmes that have one; a query a programme."""
    found: dict[int, InForce] = {}
    for programme in set(programmes):
        with suppress(NoPathway):
            found[programme] = pathway_of(programme)
    return found


def _names(pathways: Mapping[int, InForce]) -> Names:
    """The kinds of evidence in words, by programme and id."""
    return {(key, kind.id): kind.name for key, each in pathways.items() for kind in each.casework.job_evidence}


def details_of(row: Job) -> JobDetails:
    """A row's job as a value."""
    return JobDetails(
        from_on=row.from_on,
        weekly_hours=row.weekly_hours,
        pay_pence=row.pay_pence,
        pay_period=PayPeriod(row.pay_period),
        occupation=row.occupation,
        evidence_kind=row.evidence_kind,
        employer=row.employer,
        self_employed=row.self_employed,
        occupation_code=row.occupation_code,
        to_on=row.to_on,
        ended_why=row.ended_why,
        below_minimum_why=row.below_minimum_why,
        evidence=row.evidence,
        document=row.document_id,
    )


def _job(row: Job, names: Names) -> JobRecord:
    return JobRecord(
        id=row.pk,
        programme=row.programme_id,
        programme_name=row.programme.name,
        details=details_of(row),
        evidence_name=names.get((row.programme_id, row.evidence_kind), row.evidence_kind),
        who=row.membership.user.name,
        organisation=row.organisation.name,
        on=timezone.localdate(row.at),
        corrects=row.supersedes_id,
        document_title=row.document.title if row.document else "",
        document_removed=row.document is not None and row.document.removed_at is not None,
    )


def answer_of(row: Checkpoint) -> CheckpointAnswer:
    """An answered row's answer as a value."""
    on = row.answered_on or dt.date.min
    return CheckpointAnswer(CheckpointStatus(row.status), on, row.evidence_kind, row.note)


def _checkpoint(row: Checkpoint, names: Names, before: Before) -> CheckpointRecord:
    return CheckpointRecord(
        id=row.pk,
        person=row.person_id,
        job=row.job_id,
        programme=row.programme_id,
        weeks=row.weeks,
        due_on=row.due_on,
        contact=row.contact,
        status=CheckpointStatus(row.status),
        answered_on=row.answered_on,
        evidence_name=names.get((row.programme_id, row.evidence_kind), row.evidence_kind),
        note=row.note,
        who=row.membership.user.name if row.membership else "",
        evidence_kind=row.evidence_kind,
        before=before.get(row.pk, ()),
    )


def may_start_on(person: int, viewer: Viewer, on: dt.date) -> tuple[tuple[int, str], ...]:
    """The programmes, with names, on which a job of the person may be recorded that day.

    Those that the person takes part in, or took part in last, and else those that run; each has a pathway. Raises
    `NotThere` where the viewer records no jobs of the person, and `NoPathway` where no programme has a pathway.
    """
    require(person, viewer, "record job")
    running = tuple((each.id, each.name) for each in programmes_on(on))
    theirs = {each.programme for each in participations_of(person)}
    found = [each for each in running if each[0] in theirs] or running
    having = set(PathwayFile.objects.filter(programme__in=[pk for pk, _ in found]).values_list("programme", flat=True))
    found = tuple(each for each in found if each[0] in having)
    if not found:
        raise NoPathway
    return found
