"""Jobs recorded, ended, corrected and withdrawn; checkpoints that follow the jobs, and their answers."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import QuerySet
from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.kernel.words import written_day
from commongoal.pathway.actions.correcting import keep_before, not_corrected_since
from commongoal.pathway.engine.casework import CheckpointStatus
from commongoal.pathway.engine.correcting import NothingToCorrect
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.engine.jobs import (
    AnsweredAlready,
    BelowMinimumWage,
    CheckpointAnswer,
    JobDays,
    JobDetails,
    JobEnded,
    NeedsWhy,
    NotAnswered,
    NotTheirDocument,
    Wanted,
    check_alone,
    check_end,
    checked_answer,
    checked_job,
    checkpoints_wanted,
)
from commongoal.pathway.engine.minimum_wage import Standing, check_pay
from commongoal.pathway.files.minimum_wage import minimum_wage
from commongoal.pathway.models import Checkpoint, Job, SaidBefore
from commongoal.pathway.queries.jobs import answer_of, details_of, standing
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.actions.opening import open_person
from commongoal.people.queries.document_choices import document_choices

LONGEST_CONTACT = 300


def record_job(*, by: Viewer, at: dt.datetime, person: int, programme: int, details: JobDetails) -> int:
    """Record a job on a programme; returns its id. Checkpoints begin with the first job after none.

    Raises the refusals of `pathway.engine.jobs`, and `NoPathway`.
    """
    with acting("record job", by=by, at=at) as act:
        who = open_person(act, person)
        row = _write(act, person, programme, details, who.born_on)
        reconcile_checkpoints(act, person, programme, who.contact_by)
        return row.pk


def end_job(*, by: Viewer, at: dt.datetime, person: int, job: int, to_on: dt.date, why: str) -> None:
    """A job has ended: `to_on` is the first day after its last. Raises `JobEnded`, `EndInFuture` and their kin."""
    with acting("record job", by=by, at=at) as act:
        who = open_person(act, person)
        row = _standing(person, job)
        if row.to_on is not None:
            raise JobEnded
        if not why.strip():
            raise NeedsWhy
        check_end(row.from_on, to_on, timezone.localdate(at))
        row.to_on, row.ended_why = to_on, why.strip()
        row.save(update_fields=["to_on", "ended_why"])
        after = {"to_on": to_on.isoformat(), "ended_why": row.ended_why}
        act.wrote("job", row.pk, person=person, before={"to_on": None}, after=after)
        reconcile_checkpoints(act, person, row.programme_id, who.contact_by)


def correct_job(*, by: Viewer, at: dt.datetime, person: int, job: int, details: JobDetails) -> int:
    """Write what the job should have said; the one before it is kept behind it. Returns the new id."""
    with acting("record job", by=by, at=at) as act:
        who = open_person(act, person)
        before = _standing(person, job)
        row = _write(act, person, before.programme_id, details, who.born_on, before)
        Checkpoint.objects.filter(job=before).update(job=row)
        reconcile_checkpoints(act, person, row.programme_id, who.contact_by)
        return row.pk


def withdraw_job(*, by: Viewer, at: dt.datetime, person: int, job: int, why: str) -> None:
    """The job was a mistake: it counts no more, and is kept with the reason."""
    with acting("record job", by=by, at=at) as act:
        who = open_person(act, person)
        row = _standing(person, job)
        if not why.strip():
            raise NeedsWhy
        row.withdrawn_at, row.withdrawn_why = at, why.strip()
        row.save(update_fields=["withdrawn_at", "withdrawn_why"])
        act.wrote("job", row.pk, person=person, after={"withdrawn_why": row.withdrawn_why})
        reconcile_checkpoints(act, person, row.programme_id, who.contact_by)


def answer_checkpoint(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    checkpoint: int,
    status: CheckpointStatus,
    on: dt.date,
    evidence_kind: str = "",
    note: str = "",
) -> None:
    """What was found at a checkpoint, on which day; "in work" says by which evidence.

    Raises `AnsweredAlready`, `NeedsAnswer`, `AnswerInFuture`, `UnknownEvidence`.
    """
    with acting("record job", by=by, at=at) as act:
        open_person(act, person)
        row = locked(Checkpoint.objects.filter(person=person), checkpoint)
        if row.status != CheckpointStatus.DUE.value:
            raise AnsweredAlready
        _say(act, row, CheckpointAnswer(status, on, evidence_kind, note))


def correct_checkpoint(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    checkpoint: int,
    version: int,
    status: CheckpointStatus,
    on: dt.date,
    evidence_kind: str = "",
    note: str = "",
) -> None:
    """What was found at a checkpoint was something else; the answer before it is kept.

    `version` is how often it had been put right when it was shown. Raises `ChangedMeanwhile`, `NotAnswered`,
    `NothingToCorrect`, and what answering it does.
    """
    with acting("record job", by=by, at=at) as act:
        open_person(act, person)
        row = locked(Checkpoint.objects.filter(person=person), checkpoint)
        if row.status == CheckpointStatus.DUE.value:
            raise NotAnswered
        not_corrected_since(SaidBefore.objects.filter(checkpoint=row), version)
        _say(act, row, CheckpointAnswer(status, on, evidence_kind, note))


def _say(act: Act, row: Checkpoint, answer: CheckpointAnswer) -> None:
    """Set the answer down once it holds; an earlier one is kept."""
    answer = checked_answer(answer, _kinds(pathway_of(row.programme_id)), timezone.localdate(act.at))
    answered = row.status != CheckpointStatus.DUE.value
    if answered and answer == answer_of(row):
        raise NothingToCorrect
    if answered:
        keep_before(act, row)
    before = _told(row) if answered else {"status": row.status}
    row.status, row.answered_on, row.note = answer.status.value, answer.on, answer.note
    row.evidence_kind, row.membership_id = answer.evidence_kind, act.by.membership
    row.save()
    act.wrote("checkpoint", row.pk, person=row.person_id, before=before, after=_told(row))


def _told(row: Checkpoint) -> dict[str, object]:
    on = row.answered_on.isoformat() if row.answered_on else None
    return {"status": row.status, "answered_on": on, "evidence_kind": row.evidence_kind}


def reconcile_checkpoints(act: Act, person: int, programme: int, contact_by: str = "") -> None:
    """The checkpoints still due made those that the jobs which stand ask for; answered ones stay as they are."""
    jobs = {row.pk: row for row in standing(person).filter(programme=programme)}
    weeks = pathway_of(programme).casework.checkpoint_weeks
    spans = [JobDays(row.pk, row.from_on, row.to_on) for row in jobs.values()]
    wanted = {(each.job, each.weeks): each for each in checkpoints_wanted(spans, weeks, timezone.localdate(act.at))}
    there = Checkpoint.objects.select_for_update(of=("self",)).filter(person=person, programme=programme)
    for row in there:
        each = wanted.pop((row.job_id, row.weeks), None)
        if row.status != CheckpointStatus.DUE.value:
            continue
        if each is None:
            row.delete()
            continue
        row.due_on, row.contact = each.due_on, contact_words(contact_by, jobs[each.job].employer)
        row.save(update_fields=["due_on", "contact"])
    Checkpoint.objects.bulk_create(_checkpoint(each, jobs[each.job], contact_by) for each in wanted.values())


def contact_words(contact_by: str, employer: str) -> str:
    """Whom to ask how it goes: the person in the way they prefer, and the employer."""
    way = {"phone": "by phone", "text": "by text", "email": "by email", "letter": "by letter"}.get(contact_by, "")
    them = f"the person {way} (as they prefer)" if way else "the person"
    return f"{them}, or {employer}"[:LONGEST_CONTACT] if employer else them


def _checkpoint(wanted: Wanted, job: Job, contact_by: str) -> Checkpoint:
    return Checkpoint(
        person_id=job.person_id,
        programme_id=job.programme_id,
        organisation_id=job.organisation_id,
        job=job,
        weeks=wanted.weeks,
        due_on=wanted.due_on,
        contact=contact_words(contact_by, job.employer),
    )


def _standing(person: int, job: int) -> Job:
    """The job, locked, if nobody corrected or withdrew it meanwhile. Raises `NotThere` or `ChangedMeanwhile`."""
    row = locked(Job.objects.filter(person=person), job)
    newer = Job.objects.filter(supersedes=row).select_related("membership__user").first()
    if newer is not None:
        raise ChangedMeanwhile(f"{newer.membership.user.name} has corrected this job.")
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("This job has been withdrawn.")
    return row


def _write(
    act: Act, person: int, programme: int, details: JobDetails, born_on: dt.date | None, before: Job | None = None
) -> Job:
    """The job as a row, once everything about it holds."""
    details = checked_job(details, _kinds(pathway_of(programme)), timezone.localdate(act.at))
    rows = standing(person).filter(programme=programme)
    check_alone(details, (details_of(row) for row in _without(rows, before)))
    kept = before.document_id if before else None
    if details.document not in {None, kept} and details.document not in dict(document_choices(person)):
        raise NotTheirDocument
    details = _paid(details, born_on)
    row = Job.objects.create(
        person_id=person,
        programme_id=programme,
        organisation_id=act.by.organisation,
        membership_id=act.by.membership,
        at=act.at,
        supersedes=before,
        **_columns(details),
    )
    after: dict[str, object] = {"from_on": row.from_on.isoformat()}
    after |= {"to_on": row.to_on.isoformat() if row.to_on else None}
    after |= {"weekly_hours": str(row.weekly_hours), "pay_pence": row.pay_pence, "pay_period": row.pay_period}
    after |= {"programme": programme, "evidence_kind": row.evidence_kind, "supersedes": before.pk if before else None}
    act.wrote("job", row.pk, person=person, after=after)
    return row


def _without(rows: QuerySet[Job], before: Job | None) -> Iterable[Job]:
    return rows.exclude(pk=before.pk) if before else rows


def _paid(details: JobDetails, born_on: dt.date | None) -> JobDetails:
    """The job with the reason for pay under the minimum wage where there is such; else without a reason."""
    found = check_pay(
        minimum_wage(),
        pay_pence=details.pay_pence,
        period=details.pay_period,
        weekly_hours=details.weekly_hours,
        on=details.from_on,
        born_on=born_on,
        self_employed=details.self_employed,
    )
    if found.standing is not Standing.BELOW:
        return replace(details, below_minimum_why="")
    if not details.below_minimum_why:
        raise BelowMinimumWage(
            f"The pay comes to £{found.hourly:.2f} an hour. At {found.age}, on {written_day(details.from_on)}, the "
            f"minimum is £{found.minimum:.2f}, or £{found.apprentice:.2f} for an apprentice under 19 or in the first "
            f"year.{'' if found.verified else ' Nobody has checked these rates yet.'}"
        )
    return details


def _columns(details: JobDetails) -> dict[str, object]:
    return {
        "self_employed": details.self_employed,
        "employer": details.employer,
        "occupation": details.occupation,
        "occupation_code": details.occupation_code,
        "from_on": details.from_on,
        "to_on": details.to_on,
        "ended_why": details.ended_why,
        "weekly_hours": details.weekly_hours,
        "pay_pence": details.pay_pence,
        "pay_period": details.pay_period.value,
        "below_minimum_why": details.below_minimum_why,
        "evidence_kind": details.evidence_kind,
        "evidence": details.evidence,
        "document_id": details.document,
    }


def _kinds(pathway: InForce) -> tuple[str, ...]:
    return tuple(kind.id for kind in pathway.casework.job_evidence)
