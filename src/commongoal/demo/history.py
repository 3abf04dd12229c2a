"""Two years of Marlhaven acted out: every step is an action that a member of staff could have taken that day.

A life is a generator that says when its next step is due and takes it when resumed, so that the lives of all run side
by side in the order of time.
"""

import datetime as dt
import heapq
import itertools
from collections.abc import Callable, Iterator, Sequence

from django.db import transaction

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.demo.cost_steps import costs_entered
from commongoal.demo.engine.courses import Course
from commongoal.demo.engine.residents import CONTACTS, Resident
from commongoal.demo.engine.spending import costs
from commongoal.demo.founding import Founded, Helped
from commongoal.demo.group_steps import meets
from commongoal.demo.paper_steps import papers
from commongoal.demo.pathway_steps import steps_along
from commongoal.demo.place_steps import place_known
from commongoal.demo.plan_steps import planned
from commongoal.demo.record_steps import join_family, own_account, person_added
from commongoal.demo.referral_steps import referred
from commongoal.demo.steps import Life, OnPathway, Step, at_work
from commongoal.directory.actions.services import mark_checked
from commongoal.pathway.actions.closing import close_case
from commongoal.pathway.actions.eligibility import answer_eligibility
from commongoal.pathway.actions.participations import end_participation, start_person
from commongoal.pathway.engine.participation import Days
from commongoal.pathway.queries.eligibility import terms
from commongoal.people.actions.adding import add_person
from commongoal.people.actions.notes import write_note
from commongoal.people.actions.restricting import restrict_person
from commongoal.people.actions.workers import change_worker
from commongoal.people.engine.details import PersonDetails
from commongoal.people.engine.search import Searched
from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.queries.duplicates import likely_records

CLOSED_AFTER = 12  # days after the last contact with somebody who never starts
AT_ONCE = 40  # steps in one transaction: a commit takes longer than many a step


def act_out(
    made: Founded,
    people: Sequence[tuple[Resident, Course | None]],
    until: dt.datetime,
    each: Callable[[], None] = lambda: None,
) -> None:
    """Everybody's life up to a moment, in the order of time; `each` is called when somebody has been added."""
    numbers = itertools.count()
    waiting = [(next(life), next(numbers), life) for life in _lives(made, people, until, each)]
    heapq.heapify(waiting)
    while waiting and waiting[0][0] <= until:
        with transaction.atomic():
            _take_some(waiting, until)


def _take_some(waiting: list[tuple[dt.datetime, int, Life]], until: dt.datetime) -> None:
    """The next few steps, each life put back to wait for its next one."""
    for _ in range(AT_ONCE):
        if not waiting or waiting[0][0] > until:
            return
        _, number, life = heapq.heappop(waiting)
        due = next(life, None)
        if due is not None:
            heapq.heappush(waiting, (due, number, life))


def _lives(
    made: Founded, people: Sequence[tuple[Resident, Course | None]], until: dt.datetime, each: Callable[[], None]
) -> Iterator[Life]:
    """The lives of people, of the groups that they meet in, of services checked, of accounts kept, of the place."""
    added: list[int] = []
    made.sees_own = max(people, key=lambda each: _to_see(each[0], each[1], until))[0]
    for resident, course in people:
        yield _life(made, resident, course, added, each)
    for planned_group in made.groups:
        yield meets(made, planned_group, made.helped[planned_group["organisation"]], until)
    for number, (service, manager) in enumerate(list(made.checkers.items())[:-1], start=1):  # the last one falls due
        yield _checks(service, manager, until - dt.timedelta(days=7 * number))
    following = [(who, course) for who, course in people if course]
    if following:
        first = min(who.added_at for who, _ in following).date()
        yield costs_entered(made, costs(made.world, following, first, until.date()))
    yield place_known(made, until)


def _to_see(who: Resident, course: Course | None, until: dt.datetime) -> tuple[bool, bool, int]:
    """How much somebody would see of their own record: an address to be invited at, help that runs, days of it."""
    if course is None or not who.email:
        return False, False, 0
    days = (until - who.added_at).days
    return True, course.leaves is None or course.leaves[0] > days, days


def _checks(service: int, manager: Viewer, last: dt.datetime) -> Life:
    """A service checked again twice, half a year apart."""
    for at in (at_work(last - dt.timedelta(days=182)), at_work(last)):
        yield at
        mark_checked(service, by=manager, at=at)


def _life(made: Founded, who: Resident, course: Course | None, added: list[int], each: Callable[[], None]) -> Life:
    """One person from being added on: first what happens once, then everything else by its day."""
    yield who.added_at
    worker = made.member(who.organisation, number=who.worker)
    person = person_added(made, who, worker, who.added_at)
    each()
    if who is made.sees_own:
        made.resident = own_account(worker, person, who, who.added_at)
    if who.lives_with_previous and added:
        join_family(worker, person, added[-1], who.added_at)
    added[:] = [person] if not who.restricted else []
    steps = sorted(_steps(made, who, course, person, worker), key=lambda step: step[0])
    for day, step in steps:
        due = at_work(day)
        yield due
        step(due)


def _steps(
    made: Founded, who: Resident, course: Course | None, person: int, worker: Viewer
) -> list[tuple[dt.datetime, Callable[[dt.datetime], object]]]:
    """Each later step with its moment. `now` is the named worker of the moment."""
    now = [worker]
    started: list[int] = []
    steps: list[tuple[dt.datetime, Callable[[dt.datetime], object]]] = []

    def on(days: float, step: Callable[[dt.datetime], object]) -> None:
        steps.append((who.added_at + dt.timedelta(days=days), step))

    if who.starts_after is not None:
        on(who.starts_after, lambda at: started.append(_start(made, now[0], person, who, at)))
        on(who.starts_after + 0.01, lambda _: _known(made, who, course, person))
    for number, (days, text) in enumerate(who.contacts):
        on(days + number / 1000, lambda at, text=text: _contact(now[0], person, text, at))  # type: ignore[misc]
    for day, step in _course(OnPathway(made, who, person, now, course), started) if course else ():
        on(day, step)
    for day, step in papers(who, person, now):
        on(day, step)
    if who.referral:
        steps.extend(referred(made, who, who.referral, person, now))
    for day, step in _beside(made, who, person, now):
        on(day, step)
    return steps


def _beside(made: Founded, who: Resident, person: int, now: list[Viewer]) -> Iterator[Step]:
    """What happens to a record beside the pathway."""
    closes = _closes(who)
    if closes is not None:
        yield closes, lambda at: close_case(by=now[0], at=at, person=person, why="They did not want to go on")
    if who.new_worker_after is not None and (closes is None or who.new_worker_after < closes):
        yield who.new_worker_after, lambda at: _hand_over(made, who, person, now, at)
    if who.entered_twice_by:
        yield 9.1, lambda at: _add_again(made, who, at)
    if who.restricted:
        yield 0.01, lambda at: _restrict(made, now[0], who, person, at)


def _closes(who: Resident) -> int | None:
    """Days until the case of somebody who never starts is closed; none for others, and while a referral runs."""
    if who.starts_after is not None or who.restricted:
        return None
    last = who.contacts[-1][0] if who.contacts else 0
    if who.referral is None:
        return last + CLOSED_AFTER
    ended = who.referral.ends_after
    return None if ended is None else max(last, ended) + CLOSED_AFTER


def _course(life: OnPathway, started: list[int]) -> Iterator[Step]:
    """Everything along the pathway, and leaving it."""
    yield from steps_along(life)
    yield from planned(life)
    if life.course.leaves:
        day, reason = life.course.leaves
        yield day, lambda at: _leave(life.now[0], life.person, started, reason, at)


def _start(made: Founded, by: Viewer, person: int, who: Resident, at: dt.datetime) -> int:
    answers = {rule.id: rule.options[0].id for rule in terms(made.programme).rules}
    if who.answers_evidence:
        answers["residence"] = "not_seen"
    answer_eligibility(by=by, at=at, person=person, programme=made.programme, answers=answers)
    why = "A letter with the address is on its way." if who.answers_evidence else ""
    met = who.added_at.date()
    days = Days(met, met, at.date())
    return start_person(by=by, at=at, person=person, programme=made.programme, days=days, why=why)


def _known(made: Founded, who: Resident, course: Course | None, person: int) -> None:
    """Their organisation's groups may ask them to join, until they leave."""
    if course is not None and not who.restricted:
        left = who.added_at + dt.timedelta(days=course.leaves[0]) if course.leaves else None
        made.helped[who.organisation].append(Helped(person, left))


def _leave(by: Viewer, person: int, started: list[int], reason: str, at: dt.datetime) -> None:
    end_participation(by=by, at=at, person=person, participation=started[0], ended_on=at.date(), exit_reason=reason)


def _contact(by: Viewer, person: int, text: int, at: dt.datetime) -> None:
    write_note(by=by, at=at, person=person, kind=NoteKind.CONTACT, text=CONTACTS[text], on=at.date())


def _hand_over(made: Founded, who: Resident, person: int, now: list[Viewer], at: dt.datetime) -> None:
    before, after = now[0], made.member(who.organisation, number=who.worker + 1)
    if who.restricted or after == before:
        return
    membership = after.membership
    change_worker(
        by=before,
        at=at,
        person=person,
        membership=membership,
        why="Moved to another team",
        instead_of=before.membership,
    )
    now[0] = after


def _add_again(made: Founded, who: Resident, at: dt.datetime) -> None:
    """Another organisation adds the same person, having seen that there is one like them and thought it was not."""
    organisation = who.entered_twice_by
    if organisation is None or organisation == who.organisation or who.restricted:
        return
    by = made.member(organisation, number=who.worker)
    details = PersonDetails(who.first_name, who.last_name, born_on=who.born_on, phone=who.phone)
    add_person(details, searched=Searched(by.membership, at, likely_records(details)), by=by, at=at)


def _restrict(made: Founded, worker: Viewer, who: Resident, person: int, at: dt.datetime) -> None:
    manager = made.member(who.organisation, Role.MANAGER)
    restrict_person(person, {worker.membership}, by=manager, at=at)
