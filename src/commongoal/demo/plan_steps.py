"""Plans and appointments acted out: goals from what stands in the way, tasks, agreement, reviews, times to meet."""

import datetime as dt
from collections.abc import Iterator

from commongoal.demo.pathway_steps import MINUTES, OnPathway, Step
from commongoal.pathway.actions.appointments import book_appointment, record_outcome
from commongoal.pathway.actions.goals import add_goal, add_task, finish_task
from commongoal.pathway.actions.planning import agree_plan, begin_plan, end_plan, review_plan
from commongoal.pathway.engine.appointments import Slot
from commongoal.pathway.engine.casework import AppointmentStatus, Mode, Reminder, ReviewReason, TaskOwner
from commongoal.pathway.engine.plan import NewTask, Owner
from commongoal.pathway.queries.assessments import barriers
from commongoal.pathway.queries.plan import plan_of
from commongoal.people.engine.vocabulary import GivenHow

MOST_GOALS = 2
REVIEWED_EVERY = 58  # days: some are always overdue
MEETING_EVERY = 41
# What somebody wants to change, what they do about it, and what their worker does.
GOALS = {
    "work": ("Find out what work I would like", "Visit two places where I could work", "Arrange the two visits"),
    "skills": ("Get the maths certificate", "Go to the course on Tuesdays", "Book the place on the course"),
    "health": ("Get my health looked after", "See the doctor about my back", "Write to the doctor about what helps"),
    "wellbeing": ("Feel better in the week", "Go to the walking group", "Ring the talking therapy service"),
    "money": ("Get my debts under control", "Bring every letter to the next meeting", "Book the debt adviser"),
    "housing": ("Stay in my flat", "Pay the rent on the 1st", "Talk to the landlord about the arrears"),
    "family": ("Have somebody look after my son", "Visit the nursery", "Work out what help with fees there is"),
    "confidence": ("Be able to walk into an interview", "Practise with the group", "Find a mentor"),
}
ANYTHING = ("Get ready for work", "Bring my CV up to date", "Read it through and send it back")


def planned(life: OnPathway) -> Iterator[Step]:
    """A plan a few days after the first assessment, reviewed until they leave; and times to meet."""
    ends = life.course.leaves[0] if life.course.leaves else 730
    if not life.course.assessments:
        return
    begins = life.course.assessments[0][0] + 2
    if begins + 3 < ends:
        yield from _plan(life, begins, ends)
    yield from _meetings(life, begins, ends)


def _plan(life: OnPathway, begins: int, ends: int) -> Iterator[Step]:
    plan: list[int] = []
    tasks: list[int] = []
    person = life.person

    def make(at: dt.datetime) -> None:
        by = life.now[0]
        plan.append(begin_plan(by=by, at=at, person=person, programme=life.made.programme))
        found = [each.area for each in barriers(person, life.made.programme)][:MOST_GOALS]
        for area in found or [""]:
            tasks.extend(_goal(life, plan[0], area, at))

    def agree(at: dt.datetime) -> None:
        seen = plan_of(person, life.now[0], plan[0]).value.plan
        assert seen is not None
        agree_plan(
            by=life.now[0],
            at=at,
            person=person,
            plan=plan[0],
            agreed_by=f"{life.who.first_name} {life.who.last_name}",
            agreed_on=at.date(),
            given_how=GivenHow.SIGNED,
            seen=seen.seen,
        )

    def finish(at: dt.datetime) -> None:
        finish_task(by=life.now[0], at=at, person=person, task=tasks.pop())

    def review(at: dt.datetime) -> None:
        review_plan(by=life.now[0], at=at, person=person, plan=plan[0], reason=ReviewReason.DUE)

    yield begins, make
    yield begins + 30 * MINUTES, agree
    for days in (9, 24):
        if begins + days < ends:
            yield begins + days, finish
    for day in range(begins + REVIEWED_EVERY, ends - 2, REVIEWED_EVERY):
        yield day + 0.1, review
    if life.course.leaves:
        yield ends - 10 * MINUTES, lambda at: end_plan(by=life.now[0], at=at, person=person, plan=plan[0])


def _goal(life: OnPathway, plan: int, area: str, at: dt.datetime) -> Iterator[int]:
    """What they want to change in an area of life, with a task for them and one for their worker."""
    by, person = life.now[0], life.person
    want, theirs, ours = GOALS.get(area, ANYTHING)
    goal = add_goal(by=by, at=at, person=person, plan=plan, words=want, area=area)
    for words, owner, days in (
        (theirs, Owner(TaskOwner.RESIDENT), 21),
        (ours, Owner(TaskOwner.WORKER, by.membership), 10),
    ):
        task = NewTask(words, owner, at.date() + dt.timedelta(days=days))
        yield add_task(by=by, at=at, person=person, goal=goal, task=task)


def _meetings(life: OnPathway, begins: int, ends: int) -> Iterator[Step]:
    """A time to meet every so often, agreed two weeks before; now and then somebody does not come."""
    for number, day in enumerate(range(begins + 12, ends - 2, MEETING_EVERY)):
        yield from _meeting(life, day, missed=(life.who.worker + number) % 7 == 0)


def _meeting(life: OnPathway, day: int, *, missed: bool) -> Iterator[Step]:
    booked: list[int] = []
    by_email = Reminder.EMAIL if life.who.email and life.who.need != "safe contact" else Reminder.NONE

    def book(at: dt.datetime) -> None:
        starts = (at + dt.timedelta(days=11)).replace(hour=9 + life.who.worker % 7, minute=30, second=0, microsecond=0)
        slot = Slot(starts, 30, Mode.OFFICE, "The Customs House, 2 Quayside")
        booked.append(
            book_appointment(
                by=life.now[0],
                at=at,
                person=life.person,
                membership=life.now[0].membership,
                slot=slot,
                reminder=by_email,
            )
        )

    def came(at: dt.datetime) -> None:
        status = AppointmentStatus.MISSED if missed else AppointmentStatus.ATTENDED
        why = "Rang later: the bus did not come" if missed else ""
        record_outcome(by=life.now[0], at=at, person=life.person, appointment=booked[0], status=status, why=why)

    yield day - 11, book
    yield day + 1, came
