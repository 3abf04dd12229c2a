"""Plans and appointments acted out: goals from what stands in the way, tasks, agreement, reviews, times to meet."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from commongoal.demo.engine.residents import Resident
from commongoal.demo.steps import MINUTES, OnPathway, Step, at_work
from commongoal.pathway.actions.appointments import book_appointment, record_outcome
from commongoal.pathway.actions.goals import add_goal, add_task, finish_task
from commongoal.pathway.actions.planning import agree_plan, begin_plan, end_plan, review_plan
from commongoal.pathway.actions.reminders import claim_reminder
from commongoal.pathway.engine.appointments import REMIND_BEFORE, Slot
from commongoal.pathway.engine.casework import AppointmentStatus, Mode, Reminder, ReviewReason, TaskOwner
from commongoal.pathway.engine.plan import NewTask, Owner
from commongoal.pathway.queries.assessments import barriers
from commongoal.pathway.queries.plan import plan_of
from commongoal.people.engine.vocabulary import GivenHow

MOST_GOALS = 2
REVIEWED_EVERY = 58  # days: some are always overdue
MEETING_EVERY = 37
FINISHED = (9, 17, 24, 33)  # days after the plan was made, a task each
LATE = 6  # every so many leave the last task undone
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
NEXT = ("Send off two applications", "Ask about the bus times", "Bring the papers for the benefit check")
RESIDENT_DAYS, WORKER_DAYS = 21, 10  # until something is due
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
    acted = _Plan(life)
    yield begins, acted.make
    yield begins + 30 * MINUTES, acted.agree
    finished = FINISHED if life.who.worker % LATE else FINISHED[:-1]
    yield from ((begins + days, acted.finish) for days in finished if begins + days < ends)
    for number, day in enumerate(range(begins + REVIEWED_EVERY, ends - 2, REVIEWED_EVERY)):
        yield day + 0.1, acted.review
        if number % 2:
            yield from acted.next_step(day, NEXT[number // 2 % len(NEXT)], ends)
    if life.course.leaves:
        yield ends - 10 * MINUTES, acted.end


@dataclass
class _Plan:
    """One plan as it is acted out: what is in it, and what can be done with it on a day."""

    life: OnPathway
    plan: int = 0
    goals: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)  # still to do

    def make(self, at: dt.datetime) -> None:
        """Begin it, with a goal from each of the greatest barriers."""
        by, person, programme = self.life.now[0], self.life.person, self.life.made.programme
        self.plan = begin_plan(by=by, at=at, person=person, programme=programme)
        found = [each.area for each in barriers(person, programme)][:MOST_GOALS]
        for area in found or [""]:
            self._goal(area, at)

    def agree(self, at: dt.datetime) -> None:
        """They sign what there is."""
        by, who = self.life.now[0], self.life.who
        seen = plan_of(self.life.person, by, self.plan).value.plan
        if seen is None:
            raise AssertionError("the plan was begun before")
        agree_plan(
            by=by,
            at=at,
            person=self.life.person,
            plan=self.plan,
            agreed_by=f"{who.first_name} {who.last_name}",
            agreed_on=at.date(),
            given_how=GivenHow.SIGNED,
            seen=seen.seen,
        )

    def finish(self, at: dt.datetime) -> None:
        """The newest task is done, if one is to do."""
        if self.tasks:
            finish_task(by=self.life.now[0], at=at, person=self.life.person, task=self.tasks.pop())

    def review(self, at: dt.datetime) -> None:
        """It is looked at again."""
        by, person = self.life.now[0], self.life.person
        review_plan(by=by, at=at, person=person, plan=self.plan, reason=ReviewReason.DUE)

    def next_step(self, day: int, words: str, ends: int) -> Iterator[Step]:
        """After a review one more thing to do, and they sign again; it is done in time."""
        resident = Owner(TaskOwner.RESIDENT)
        yield day + 0.1 + MINUTES, lambda at: self._task(self.goals[0], words, resident, at, RESIDENT_DAYS)
        yield day + 0.1 + 2 * MINUTES, self.agree
        if day + RESIDENT_DAYS < ends:
            yield day + RESIDENT_DAYS - 1, self.finish

    def end(self, at: dt.datetime) -> None:
        """They leave."""
        end_plan(by=self.life.now[0], at=at, person=self.life.person, plan=self.plan)

    def _goal(self, area: str, at: dt.datetime) -> None:
        """What they want to change in an area of life, with a task for them and one for whoever helps."""
        by, referral = self.life.now[0], self.life.who.referral
        want, theirs, ours = GOALS.get(area, ANYTHING)
        goal = add_goal(by=by, at=at, person=self.life.person, plan=self.plan, words=want, area=area)
        agency = self.life.made.organisations[referral.receiver] if referral and referral.area == area else None
        helps = Owner(TaskOwner.AGENCY, agency) if agency else Owner(TaskOwner.WORKER, by.membership)
        self.goals.append(goal)
        self._task(goal, theirs, Owner(TaskOwner.RESIDENT), at, RESIDENT_DAYS)
        self._task(goal, ours, helps, at, WORKER_DAYS)

    def _task(self, goal: int, words: str, owner: Owner, at: dt.datetime, days: int) -> None:
        task = NewTask(words, owner, at.date() + dt.timedelta(days=days))
        self.tasks.append(add_task(by=self.life.now[0], at=at, person=self.life.person, goal=goal, task=task))


def _meetings(life: OnPathway, begins: int, ends: int) -> Iterator[Step]:
    """A time to meet every so often, agreed two weeks before; now and then somebody does not come."""
    for number, day in enumerate(range(begins + 12, ends - 2, MEETING_EVERY)):
        yield from _meeting(life, day, missed=(life.who.worker + number) % 7 == 0)


def _meeting(life: OnPathway, day: int, *, missed: bool) -> Iterator[Step]:
    booked: list[int] = []
    reminder, hour = _reminder(life.who), 9 + life.who.worker % 7
    on_day = timezone.localtime(at_work(life.who.added_at + dt.timedelta(days=day)))
    starts = on_day.replace(hour=hour, minute=30, second=0, microsecond=0).astimezone(dt.UTC)
    slot = Slot(starts, 30, Mode.OFFICE, "The Customs House, 2 Quayside")

    def book(at: dt.datetime) -> None:
        by = life.now[0]
        pk = book_appointment(by=by, at=at, person=life.person, membership=by.membership, slot=slot, reminder=reminder)
        booked.append(pk)

    def came(at: dt.datetime) -> None:
        status = AppointmentStatus.MISSED if missed else AppointmentStatus.ATTENDED
        why = "Rang later: the bus did not come" if missed else ""
        record_outcome(by=life.now[0], at=at, person=life.person, appointment=booked[0], status=status, why=why)

    def on(moment: dt.datetime) -> float:
        return (moment - life.who.added_at) / dt.timedelta(days=1)

    yield day - 11, book
    if reminder is not Reminder.NONE:  # as if it had been sent: there is nobody to read it
        yield on(starts - REMIND_BEFORE + dt.timedelta(minutes=5)), lambda at: claim_reminder(booked[0], at=at)
    yield on(starts + dt.timedelta(hours=1)), came


def _reminder(who: Resident) -> Reminder:
    """As they prefer; none to whoever has to be contacted safely."""
    if who.need == "safe contact":
        return Reminder.NONE
    if who.contact_by == "email" and who.email:
        return Reminder.EMAIL
    return Reminder.TEXT if who.contact_by in {"text", "phone"} else Reminder.NONE
