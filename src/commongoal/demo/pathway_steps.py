"""A course along the pathway acted out: each step an action that a member of staff could have taken that day."""

import datetime as dt
from collections.abc import Callable, Iterator

from commongoal.demo.engine.courses import Help
from commongoal.demo.engine.residents import CONTACTS
from commongoal.demo.paper_steps import certificate
from commongoal.demo.steps import MINUTES, OnPathway, Step
from commongoal.demo.work_steps import worked
from commongoal.pathway.actions.assessing import record_assessment
from commongoal.pathway.actions.moving import begin_journey, record_move
from commongoal.pathway.actions.supporting import begin_support, end_support
from commongoal.people.actions.notes import write_note
from commongoal.people.engine.vocabulary import NoteKind

EVERY = 38  # days between contacts besides appointments
LEARNT = "skilled"  # the stage that a certificate shows
SEEN = ("seen", "Seen and talked through when we met.")
SHOWN = {
    "engaged": ("plan", "We made the plan together."),
    "barriers_removed": ("letter", "The letter that says it is dealt with."),
    "in_work": ("employer", "The employer's letter with the first day."),
    "sustained": ("employer", "Payslips of half a year."),
}  # what shows that somebody has come to a stage, and in which words


def steps_along(life: OnPathway) -> Iterator[Step]:
    """Everything on the pathway, each with its day; those of one day in the order in which they make sense."""
    yield from _begin(life)
    for day, levels in life.course.assessments:
        yield day + 3 * MINUTES, _assessed(life, levels)
    for help_ in life.course.help:
        yield from _helped(life, help_)
    for job in life.course.jobs:
        yield from worked(life, job)
    stages, before = life.made.world.stages, life.course.moves[0][1]
    for number, (day, stage) in enumerate(life.course.moves[1:]):
        shown = SHOWN.get(stage, SEEN) if stages.index(stage) > stages.index(before) else SEEN
        yield day + (10 + number) * MINUTES, _moved(life, stage, shown)
        before = stage
    if life.course.leaves:
        day, reason = life.course.leaves
        yield day - 5 * MINUTES, _moved(life, "left", ("", ""), reason)
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


def _moved(life: OnPathway, stage: str, shown: tuple[str, str], reason: str = "") -> Callable[[dt.datetime], None]:
    def move(at: dt.datetime) -> None:
        learnt = certificate(life.who, life.now[0], at, life.person) if stage == LEARNT else None
        kind, words = ("certificate", "") if learnt else shown
        record_move(
            by=life.now[0],
            at=at,
            person=life.person,
            programme=life.made.programme,
            stage=stage,
            on=at.date(),
            evidence_kind=kind,
            evidence=words,
            document=learnt,
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
