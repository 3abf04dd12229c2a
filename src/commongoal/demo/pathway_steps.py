"""A course along the pathway acted out: each step an action that a member of staff could have taken that day."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from commongoal.access.engine.permissions import Viewer
from commongoal.demo.engine.courses import Course, Help, PlannedJob
from commongoal.demo.engine.residents import CONTACTS, Resident
from commongoal.demo.founding import Founded
from commongoal.pathway.actions.assessing import record_assessment
from commongoal.pathway.actions.moving import begin_journey, record_move
from commongoal.pathway.actions.supporting import begin_support, end_support
from commongoal.pathway.actions.working import end_job, record_job
from commongoal.pathway.engine.casework import PayPeriod
from commongoal.pathway.engine.jobs import JobDetails
from commongoal.people.actions.notes import write_note
from commongoal.people.engine.vocabulary import NoteKind

Step = tuple[float, Callable[[dt.datetime], None]]  # days after the person was added, and what is done then
MINUTES = 1 / (24 * 60)  # what happens on one day happens one after the other
EVERY = 25  # days between contacts while somebody is in work


@dataclass(frozen=True, slots=True)
class OnPathway:
    """Whose course it is: the person's id, and the workers of the moment, `now[0]` their named one."""

    made: Founded
    who: Resident
    person: int
    now: list[Viewer]
    course: Course

    def worker(self, organisation: str) -> Viewer:
        """Who records it for an organisation."""
        if organisation == self.who.organisation:
            return self.now[0]
        return self.made.member(organisation, number=self.who.worker + 2)


def steps_along(life: OnPathway) -> Iterator[Step]:
    """Everything on the pathway, each with its day; those of one day in the order in which they make sense."""
    yield from _begin(life)
    for day, levels in life.course.assessments:
        yield day + 3 * MINUTES, _assessed(life, levels)
    for help_ in life.course.help:
        yield from _helped(life, help_)
    for job in life.course.jobs:
        yield from _worked(life, job)
    for number, (day, stage) in enumerate(life.course.moves[1:]):
        yield day + (10 + number) * MINUTES, _moved(life, stage)
    if life.course.leaves:
        day, reason = life.course.leaves
        yield day - 5 * MINUTES, _moved(life, "left", reason)
    yield from _kept_in_touch(life)


def _begin(life: OnPathway) -> Iterator[Step]:
    def begin(at: dt.datetime) -> None:
        begin_journey(
            by=life.now[0],
            at=at,
            person=life.person,
            programme=life.made.programme,
            on=at.date(),
            attributes=life.course.attributes,
        )

    yield life.course.moves[0][0] + 2 * MINUTES, begin


def _assessed(life: OnPathway, levels: object) -> Callable[[dt.datetime], None]:
    def assess(at: dt.datetime) -> None:
        record_assessment(
            by=life.now[0],
            at=at,
            person=life.person,
            programme=life.made.programme,
            on=at.date(),
            levels=levels,  # type: ignore[arg-type]
            notes={},
            token=f"demonstration {life.person} {at.date()}",
        )

    return assess


def _helped(life: OnPathway, help_: Help) -> Iterator[Step]:
    begun: list[int] = []

    def begin(at: dt.datetime) -> None:
        begun.append(
            begin_support(
                by=life.worker(help_.organisation),
                at=at,
                person=life.person,
                programme=life.made.programme,
                intervention=help_.intervention,
                from_on=at.date(),
            )
        )

    def end(at: dt.datetime) -> None:
        end_support(by=life.worker(help_.organisation), at=at, person=life.person, support=begun[0], to_on=at.date())

    yield help_.from_day + 5 * MINUTES, begin
    if help_.to_day is not None:
        yield help_.to_day - 8 * MINUTES, end


def _worked(life: OnPathway, planned: PlannedJob) -> Iterator[Step]:
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
        recorded.append(
            record_job(by=life.now[0], at=at, person=life.person, programme=life.made.programme, details=details)
        )

    def end(at: dt.datetime) -> None:
        end_job(by=life.now[0], at=at, person=life.person, job=recorded[0], to_on=at.date(), why="The work ran out")

    yield planned.from_day + 8 * MINUTES, begin
    if planned.to_day is not None:
        yield planned.to_day + 8 * MINUTES, end


def _moved(life: OnPathway, stage: str, reason: str = "") -> Callable[[dt.datetime], None]:
    def move(at: dt.datetime) -> None:
        record_move(
            by=life.now[0],
            at=at,
            person=life.person,
            programme=life.made.programme,
            stage=stage,
            on=at.date(),
            evidence_kind="" if reason else "seen",
            evidence="" if reason else "Seen and talked through when we met.",
            why="" if reason else "What they have done says more than how they felt that day.",
            reason=reason,
        )

    return move


def _kept_in_touch(life: OnPathway) -> Iterator[Step]:
    """Contacts after those planned, for as long as somebody is on the programme."""
    last = life.who.contacts[-1][0] if life.who.contacts else 0
    ends = life.course.leaves[0] if life.course.leaves else 730

    def contact(at: dt.datetime, text: str) -> None:
        write_note(by=life.now[0], at=at, person=life.person, kind=NoteKind.CONTACT, text=text, on=at.date())

    for number, day in enumerate(range(last + EVERY, ends, EVERY)):
        text = CONTACTS[number % len(CONTACTS)]
        yield day + 20 * MINUTES, lambda at, text=text: contact(at, text)  # type: ignore[misc]
