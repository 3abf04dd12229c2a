"""Two years of Marlhaven acted out: every step is an action that a member of staff could have taken that day.

A life is a generator that says when its next step is due and takes it when resumed, so that the lives of all run side
by side in the order of time.
"""

import datetime as dt
import heapq
from collections.abc import Callable, Generator, Iterator, Sequence

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.demo.engine.courses import Course
from commongoal.demo.engine.residents import CONTACTS, NEED_DETAILS, ReferralPlan, Resident
from commongoal.demo.founding import Founded
from commongoal.demo.pathway_steps import OnPathway, Step, steps_along
from commongoal.demo.plan_steps import planned
from commongoal.directory.actions.services import mark_checked
from commongoal.pathway.actions.answers import (
    accept_referral,
    close_referral,
    confirm_first_contact,
    reject_referral,
    withdraw_referral,
)
from commongoal.pathway.actions.eligibility import answer_eligibility
from commongoal.pathway.actions.participations import end_participation, start_person
from commongoal.pathway.actions.sending import send_referral
from commongoal.pathway.engine.participation import Days
from commongoal.pathway.engine.referral import Outcome, RejectionReason, Sending
from commongoal.pathway.queries.eligibility import terms
from commongoal.people.actions.accounts import accept_invitation, invite_resident
from commongoal.people.actions.adding import add_person
from commongoal.people.actions.agreements import Terms, give_agreement
from commongoal.people.actions.family import add_relative
from commongoal.people.actions.needs import add_need
from commongoal.people.actions.notes import write_note
from commongoal.people.actions.restricting import restrict_person
from commongoal.people.actions.workers import change_worker
from commongoal.people.engine.details import PersonDetails
from commongoal.people.engine.search import Searched
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, FamilyLinkKind, GivenHow, NeedKind, NoteKind
from commongoal.people.queries.duplicates import likely_records

Life = Generator[dt.datetime, None, None]
SHARED = frozenset({DataClass.IDENTITY, DataClass.CONTACT, DataClass.NEEDS, DataClass.PROGRESS})


def act_out(
    made: Founded,
    people: Sequence[tuple[Resident, Course | None]],
    until: dt.datetime,
    each: Callable[[], None] = lambda: None,
) -> None:
    """Everybody's life up to a moment, in the order of time; `each` is called when somebody has been added."""
    added: list[int] = []
    waiting: list[tuple[dt.datetime, int, Life]] = []
    for number, (resident, course) in enumerate(people):
        life = _life(made, resident, course, added, each)
        waiting.append((next(life), number, life))
    for number, (service, manager) in enumerate(list(made.checkers.items())[:-1], start=1):  # the last one falls due
        life = _checks(service, manager, until - dt.timedelta(days=7 * number))
        waiting.append((next(life), -number, life))
    heapq.heapify(waiting)
    while waiting and waiting[0][0] <= until:
        _, number, life = heapq.heappop(waiting)
        due = next(life, None)
        if due is not None:
            heapq.heappush(waiting, (due, number, life))


def _checks(service: int, manager: Viewer, last: dt.datetime) -> Life:
    """A service checked again twice, half a year apart."""
    for at in (last - dt.timedelta(days=182), last):
        yield at
        mark_checked(service, by=manager, at=at)


def _life(made: Founded, who: Resident, course: Course | None, added: list[int], each: Callable[[], None]) -> Life:
    """One person from being added on: first what happens once, then everything else by its day."""
    yield who.added_at
    worker = made.member(who.organisation, number=who.worker)
    person = _add(made, who, worker, who.added_at)
    each()
    if who.email and not who.restricted and not made.resident:
        made.resident = _own_account(worker, person, who, who.added_at)
    if who.lives_with_previous and added:
        _join_family(worker, person, added[-1], who.added_at)
    added[:] = [person] if not who.restricted else []
    steps = sorted(_steps(made, who, course, person, worker), key=lambda step: step[0])
    for due, step in steps:
        yield due
        step(due)


def _steps(
    made: Founded, who: Resident, course: Course | None, person: int, worker: Viewer
) -> list[tuple[dt.datetime, Callable[[dt.datetime], None]]]:
    """Each later step with its moment. `now` is the named worker of the moment."""
    now = [worker]
    started: list[int] = []
    steps: list[tuple[dt.datetime, Callable[[dt.datetime], None]]] = []

    def on(days: float, step: Callable[[dt.datetime], None]) -> None:
        steps.append((who.added_at + dt.timedelta(days=days), step))

    if who.starts_after is not None:
        on(who.starts_after, lambda at: started.append(_start(made, now[0], person, who, at)))
    for number, (days, text) in enumerate(who.contacts):
        on(days + number / 1000, lambda at, text=text: _contact(now[0], person, text, at))  # type: ignore[misc]
    for day, step in _course(OnPathway(made, who, person, now, course), started) if course else ():
        on(day, step)
    if who.referral:
        steps.extend(_referral_steps(made, who, who.referral, person, now))
    if who.new_worker_after is not None:
        on(who.new_worker_after, lambda at: _hand_over(made, who, person, now, at))
    if who.entered_twice_by:
        on(9.1, lambda at: _add_again(made, who, at))
    if who.restricted:
        on(0.01, lambda at: _restrict(made, now[0], who, person, at))
    return steps


def _course(life: OnPathway, started: list[int]) -> Iterator[Step]:
    """Everything along the pathway, and leaving it."""
    yield from steps_along(life)
    yield from planned(life)
    if life.course.leaves:
        day, reason = life.course.leaves
        yield day, lambda at: _leave(life.now[0], life.person, started, reason, at)


def _add(made: Founded, who: Resident, by: Viewer, at: dt.datetime) -> int:
    details = _details(who)
    seen = Searched(by.membership, at, likely_records(details))
    person = add_person(details, searched=seen, by=by, at=at).person
    if who.need:
        add_need(by=by, at=at, person=person, kind=NeedKind(who.need), detail=NEED_DETAILS[who.need])
    if who.agrees and not who.restricted:
        receiver = _receiver(made, who)
        until = (at + dt.timedelta(days=730)).date() if who.worker % 3 else None
        paper = "Agreement to share, version 3"
        agreed = Terms(receiver, frozenset(AreaOfLife), SHARED, GivenHow.SIGNED, paper, at.date(), until)
        give_agreement(by=by, at=at, person=person, terms=agreed)
    return person


def _own_account(by: Viewer, person: int, who: Resident, at: dt.datetime) -> int:
    """They see their own record: the link opened and a password chosen."""
    from django.conf import settings

    token = invite_resident(by=by, at=at, person=person).token
    name = f"{who.first_name} {who.last_name}"
    return accept_invitation(token, name=name, password=settings.DEMONSTRATION_PASSWORD, at=at)


def _details(who: Resident) -> PersonDetails:
    return PersonDetails(
        first_name=who.first_name,
        last_name=who.last_name,
        known_as=who.known_as,
        born_on=who.born_on,
        address=who.address,
        postcode=who.postcode,
        phone=who.phone,
        email=who.email,
        contact_by=who.contact_by,
    )


def _receiver(made: Founded, who: Resident) -> int:
    """Whom the person agrees to share with: the organisation of their referral, else a neighbour."""
    if who.referral:
        return made.organisations[who.referral.receiver]
    others = [name for (name, role), members in made.members.items() if role is Role.KEY_WORKER and members]
    others.remove(who.organisation)
    return made.organisations[others[who.worker % len(others)]]


def _join_family(by: Viewer, person: int, other: int, at: dt.datetime) -> None:
    from commongoal.access.engine.refusals import NotThere

    try:
        add_relative(by=by, at=at, person=person, other=other, kind=FamilyLinkKind.PARTNER, together=True)
    except NotThere:
        return  # the one added before them is known to another organisation


def _start(made: Founded, by: Viewer, person: int, who: Resident, at: dt.datetime) -> int:
    answers = {rule.id: rule.options[0].id for rule in terms(made.programme).rules}
    if who.answers_evidence:
        answers["residence"] = "not_seen"
    answer_eligibility(by=by, at=at, person=person, programme=made.programme, answers=answers)
    why = "A letter with the address is on its way." if who.answers_evidence else ""
    met = who.added_at.date()
    days = Days(met, met, at.date())
    return start_person(by=by, at=at, person=person, programme=made.programme, days=days, why=why)


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


def _referral_steps(
    made: Founded, who: Resident, plan: ReferralPlan, person: int, now: list[Viewer]
) -> list[tuple[dt.datetime, Callable[[dt.datetime], None]]]:
    """The referral sent and everything that becomes of it."""
    sent: list[int] = []
    receiver = made.organisations[plan.receiver]
    theirs = made.member(plan.receiver, number=who.worker + 2)
    begins = who.added_at + dt.timedelta(days=plan.days)

    def send(at: dt.datetime) -> None:
        sending = Sending(
            person=person,
            programme=made.programme,
            receiver=receiver,
            reason=f"{who.first_name} asked for help with this, and it is what stands in the way of work.",
            token=f"demonstration {person}",
            need=AreaOfLife(plan.area),
            classes=SHARED,
            service=made.services.get(plan.service),
        )
        sent.append(send_referral(by=now[0], at=at, sending=sending))

    steps: list[tuple[int | None, Callable[[dt.datetime], None]]] = [(0, send)]
    if plan.rejected_because:
        code = RejectionReason(plan.rejected_because)
        steps.append((plan.answered_after, lambda at: reject_referral(by=theirs, at=at, referral=sent[0], code=code)))
    else:
        steps.append((plan.answered_after, lambda at: accept_referral(by=theirs, at=at, referral=sent[0])))
    steps.append(
        (
            plan.first_contact_after,
            lambda at: confirm_first_contact(by=theirs, at=at, referral=sent[0], contact_on=at.date()),
        )
    )
    steps.append(
        (
            plan.closed_after,
            lambda at: close_referral(by=theirs, at=at, referral=sent[0], outcome=Outcome.SUPPORT_FINISHED),
        )
    )
    steps.append(
        (
            plan.withdrawn_after,
            lambda at: withdraw_referral(by=now[0], at=at, referral=sent[0], note="Nobody answered."),
        )
    )
    if who.restricted:
        return []
    return [(begins + dt.timedelta(days=days), step) for days, step in steps if days is not None]
