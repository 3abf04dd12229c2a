"""Who needs the viewer today, and why."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

from django.db import connection

from commongoal.access.engine.pages import PAGE
from commongoal.access.engine.permissions import Relation, Role, Viewer, allowed, ask
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.compiled import DAY, Statement, answer, as_day, as_list, stand_in, statement
from commongoal.kernel.words import written_day
from commongoal.pathway.engine.caseload import Needed, Reason, Today
from commongoal.pathway.engine.referral import Lane, Side
from commongoal.pathway.engine.today import gathered
from commongoal.pathway.files.eligibility import terms_of
from commongoal.pathway.queries.lines import listed_rows, name_sent
from commongoal.pathway.queries.working_days import days_late, late_if_due_before
from commongoal.people.queries.caseload import ending_agreements, people_without_contact

MOST = 50  # of each kind: beyond it the heading says "more than"; a caseload is about 25 people
AGREEMENTS_ENDING_DAYS = 30
OWN = frozenset({Relation.OWN})

Found = tuple[int, str, Reason]


def today(viewer: Viewer, on: dt.date, page: int = 1, *, team: bool = False) -> Shown[Today]:
    """The people who need the viewer, or with `team` the organisation, the most urgent first. Five queries.

    Referrals that came in wait for anybody in the organisation; those sent, the people without contact and the
    agreements are the viewer's own unless `team`. Raises `NotAllowed`.
    """
    ask(viewer, "see today", OWN)
    team = team and sees_team(viewer)
    kinds = (
        list(_to_answer(viewer, on)),
        list(_to_contact(viewer)),
        list(_unanswered(viewer, on, team=team)),
        list(_without_contact(viewer, on, team=team)),
        list(_agreements(viewer, on, team=team)),
    )
    people = gathered(found for kind in kinds for found in kind)
    page = max(page, 1)
    shown: tuple[Needed, ...] = people[(page - 1) * PAGE : page * PAGE]
    value = Today(
        people=shown,
        count=len(people),
        more_than=any(len(kind) >= MOST for kind in kinds),
        page=page,
        more=len(people) > page * PAGE,
    )
    return Shown(value, listed=tuple(each.person for each in shown))


def sees_team(viewer: Viewer) -> bool:
    """Whether the viewer may see who needs the whole organisation."""
    return allowed(viewer, "see team today", OWN)


def _to_answer(viewer: Viewer, on: dt.date) -> Iterator[Found]:
    for pk, person, sent, due, sender, _ in _lines(viewer, Side.RECEIVER, Lane.WAITING):
        late = days_late(due, on)
        why = f"{sender} waits for your answer, due {written_day(due)}" + (f", {_days(late)} late" if late else "")
        yield person, name_sent(sent, pk), Reason(0 if late else 2, why, "referral", (pk,), due)


def _to_contact(viewer: Viewer) -> Iterator[Found]:
    for pk, person, sent, due, sender, _ in _lines(viewer, Side.RECEIVER, Lane.ACCEPTED):
        why = f"You accepted them from {sender}, and nobody has confirmed first contact"
        yield person, name_sent(sent, pk), Reason(1, why, "referral", (pk,), due)


def _unanswered(viewer: Viewer, on: dt.date, *, team: bool) -> Iterator[Found]:
    late = late_if_due_before(on)
    for pk, person, sent, due, _, receiver in _lines(viewer, Side.SENDER, Lane.WAITING, before=late, own=not team):
        why = f"{receiver} has not answered your referral: {_days(days_late(due, on))} late"
        yield person, name_sent(sent, pk), Reason(0, why, "referral", (pk,), due)


def _lines(
    viewer: Viewer, side: Side, lane: Lane, *, before: dt.date | None = None, own: bool = False
) -> Iterator[tuple[int, int, list[list[str]], dt.date, str, str]]:
    """Referral, person, what was sent, the day due, sender and receiver: the few columns that a line needs."""
    asked = _statement(connection.vendor, viewer.role, side, lane, before is not None, own)
    for pk, person, sent, due, sender, receiver in answer(asked, viewer, day=before):
        yield pk, person, as_list(sent), as_day(due) or dt.date.max, sender, receiver


@lru_cache(maxsize=64)
def _statement(vendor: str, role: Role, side: Side, lane: Lane, late: bool, own: bool) -> Statement:  # noqa: ARG001
    viewer = stand_in(role)
    rows = listed_rows(viewer, side).filter(lane=lane.value)
    rows = rows.filter(answer_due_on__lt=DAY) if late else rows
    rows = rows.filter(sent_by_id=viewer.membership) if own else rows
    columns = ("pk", "person_id", "sent", "answer_due_on", "sender__name", "receiver__name")
    return statement(rows.order_by("answer_due_on", "id").values_list(*columns)[:MOST])


def _without_contact(viewer: Viewer, on: dt.date, *, team: bool) -> Iterator[Found]:
    gap = terms_of("").contact_gap_days
    for each in people_without_contact(viewer, on - dt.timedelta(days=gap), MOST, team=team):
        last = each.last_contact_on
        why = f"No contact yet: more than {gap} days"
        if last:
            why = f"No contact for {(on - last).days} days, since {written_day(last)}"
        yield each.person, each.name, Reason(3, why, "person", (each.person,), last)


def _agreements(viewer: Viewer, on: dt.date, *, team: bool) -> Iterator[Found]:
    before = on + dt.timedelta(days=AGREEMENTS_ENDING_DAYS)
    for each in ending_agreements(viewer, on, before, MOST, team=team):
        why = f"Their agreement to share with {each.to_name} ends on {written_day(each.until_on)}"
        yield each.person, each.name, Reason(4, why, "person", (each.person,), each.until_on)


def _days(count: int) -> str:
    return f"{count} working day{'' if count == 1 else 's'}"
