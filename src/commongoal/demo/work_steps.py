"""Jobs acted out: the first day, the checkpoints after it with what shows that they still work, and the last day."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from commongoal.demo.engine.courses import PlannedJob
from commongoal.demo.steps import MINUTES, OnPathway, Step
from commongoal.pathway.actions.working import answer_checkpoint, end_job, record_job
from commongoal.pathway.engine.casework import CheckpointStatus, PayPeriod
from commongoal.pathway.engine.jobs import JobDetails
from commongoal.pathway.queries.jobs import work_of
from commongoal.pathway.queries.pathways import pathway_of

SHOWN_BY = ("payslip", "payslip", "employer_letter", "hmrc_match")
NOT_REACHED = 9  # every so many cannot be reached when a checkpoint is due
ASKED_WITHIN = 5  # days


def worked(life: OnPathway, planned: PlannedJob) -> Iterator[Step]:
    """A job from its first day to its last, if it ends, and every checkpoint that falls between."""
    recorded: list[int] = []

    def begin(at: dt.datetime) -> None:
        details = JobDetails(
            from_on=at.date(),
            weekly_hours=Decimal(planned.hours),
            pay_pence=planned.pence,
            pay_period=PayPeriod.HOUR,
            occupation=planned.occupation,
            occupation_code=planned.code,
            employer=planned.employer,
            evidence_kind="employer_letter",
        )
        programme = life.made.programme
        recorded.append(record_job(by=life.now[0], at=at, person=life.person, programme=programme, details=details))

    def end(at: dt.datetime) -> None:
        end_job(by=life.now[0], at=at, person=life.person, job=recorded[0], to_on=at.date(), why="The work ran out")

    yield planned.from_day + 8 * MINUTES, begin
    yield from _checkpoints(life, planned)
    if planned.to_day is not None:
        yield planned.to_day + 8 * MINUTES, end


def _checkpoints(life: OnPathway, planned: PlannedJob) -> Iterator[Step]:
    """Each answered some days after it was due, while they are in the job."""
    for number, weeks in enumerate(pathway_of(life.made.programme).casework.checkpoint_weeks):
        day = planned.from_day + 7 * weeks + (life.who.worker + number) % ASKED_WITHIN
        if planned.to_day is None or day < planned.to_day:
            yield day + 14 * MINUTES, lambda at, weeks=weeks, number=number: _answer(life, weeks, number, at)  # type: ignore[misc]


def _answer(life: OnPathway, weeks: int, number: int, at: dt.datetime) -> None:
    by, person = life.now[0], life.person
    due = next(each for each in work_of(person, by, at.date()).value.due if each.weeks == weeks)
    found = CheckpointStatus.IN_WORK if (life.who.worker + number) % NOT_REACHED else CheckpointStatus.NOT_REACHED
    answer_checkpoint(
        by=by,
        at=at,
        person=person,
        checkpoint=due.id,
        status=found,
        on=at.date(),
        evidence_kind=SHOWN_BY[number % len(SHOWN_BY)] if found is CheckpointStatus.IN_WORK else "",
        note="" if found is CheckpointStatus.IN_WORK else "Rang twice and left a message.",
    )
