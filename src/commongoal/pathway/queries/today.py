"""Who needs the viewer today, and why."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.db import connection
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from commongoal.access.engine.pages import PAGE, Part
from commongoal.access.engine.permissions import Relation, Role, Viewer, allowed, ask
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.compiled import DAY, Statement, answer, as_day, as_list, stand_in, statement, together
from commongoal.kernel.words import written_day
from commongoal.pathway.engine.case_lines import Gaps
from commongoal.pathway.engine.referral import Lane, Side
from commongoal.pathway.engine.today import (
    Due,
    Ending,
    Kind,
    Needed,
    Reason,
    Today,
    due_reason,
    ending_reason,
    gathered,
)
from commongoal.pathway.models import Referral
from commongoal.pathway.queries.due import due
from commongoal.pathway.queries.lines import listed_rows, name_sent
from commongoal.pathway.queries.participations import programmes_of
from commongoal.pathway.queries.pathways import gaps_of, pathways_now
from commongoal.pathway.queries.windows_ending import windows_ending
from commongoal.pathway.queries.working_days import days_late, late_if_due_before
from commongoal.people.queries.caseload import ending_agreements, people_without_contact

MOST = 50  # of each kind: beyond it the heading says "more than"; a caseload is about 25 people
APPOINTMENTS = 10  # the next of one's own; the diary has the rest
AGREEMENTS_ENDING_DAYS = 30
OWN = frozenset({Relation.OWN})

Found = tuple[int, str, Reason]


def today(viewer: Viewer, at: dt.datetime, page: int = 1, *, team: bool = False) -> Shown[Today]:
    """The people who need the viewer, or with `team` the organisation, the most urgent first. Six queries.

    Referrals that came in wait for anybody in the organisation; those sent, the people without contact, what is due and
    the agreements are the viewer's own unless `team`. The next appointments are the viewer's own. Raises `NotAllowed`.
    """
    ask(viewer, "see today", OWN)
    team, on = team and sees_team(viewer), timezone.localdate(at)
    found, pathways = due(viewer, at, MOST, team=team), pathways_now()
    kinds = (
        *_of_referrals(viewer, on, team=team),
        list(_without_contact(viewer, on, gaps_of(pathways), team=team)),
        list(_agreements(viewer, on, team=team)),
        *(list(_due(found, kind, on)) for kind in Kind),
        [_of_ending(each) for each in windows_ending(viewer, on, pathways, MOST, team=team)],
    )
    people = gathered(each for kind in kinds for each in kind)
    page = max(page, 1)
    shown: tuple[Needed, ...] = people[(page - 1) * PAGE : page * PAGE]
    value = Today(
        part=Part(shown, page, len(people) > page * PAGE),
        count=len(people),
        more_than=any(len(kind) >= MOST for kind in kinds),
        appointments=tuple(each for each in found if each.kind is Kind.NEXT)[:APPOINTMENTS],
    )
    listed = dict.fromkeys((*(each.person for each in shown), *(each.person for each in value.appointments)))
    return Shown(value, listed=tuple(listed))


def sees_team(viewer: Viewer) -> bool:
    """Whether the viewer may see who needs the whole organisation."""
    return allowed(viewer, "see team today", OWN)


def _of_referrals(viewer: Viewer, on: dt.date, *, team: bool) -> Iterator[list[Found]]:
    """Those to answer, those to make contact about, and those sent that are answered late; one query."""
    found: dict[str, list[Found]] = {"to answer": [], "to contact": [], "unanswered": []}
    asked = _statement(connection.vendor, viewer.role, team)
    for kind, pk, person, sent, day, sender, receiver in answer(asked, viewer, day=late_if_due_before(on)):
        due_on = as_day(day) or dt.date.max
        late = days_late(due_on, on)
        if kind == "to answer":
            rank = 0 if late else 2
            why = f"{sender} waits for your answer, due {written_day(due_on)}" + (
                f", {_days(late)} late" if late else ""
            )
        elif kind == "to contact":
            rank, why = 1, f"You accepted them from {sender}, and nobody has confirmed first contact"
        else:
            rank, why = 0, f"{receiver} has not answered your referral: {_days(late)} late"
        found[kind].append((person, name_sent(as_list(sent), pk), Reason(rank, why, "referral", (pk,), due_on)))
    yield from found.values()


@lru_cache(maxsize=64)
def _statement(vendor: str, role: Role, team: bool) -> Statement:  # noqa: ARG001 - a statement a database
    viewer = stand_in(role)
    came, went = listed_rows(viewer, Side.RECEIVER), listed_rows(viewer, Side.SENDER)
    went = went if team else went.filter(sent_by_id=viewer.membership)
    return together(
        (
            _lines("to answer", came.filter(lane=Lane.WAITING.value)),
            _lines("to contact", came.filter(lane=Lane.ACCEPTED.value)),
            _lines("unanswered", went.filter(lane=Lane.WAITING.value, answer_due_on__lt=DAY)),
        )
    )


def _lines(kind: str, rows: QuerySet[Referral]) -> Statement:
    """The few columns that a line needs: referral, person, what was sent, the day due, sender and receiver."""
    columns = ("kind", "pk", "person_id", "sent", "answer_due_on", "sender__name", "receiver__name")
    named = rows.annotate(kind=Cast(Value(kind), CharField()))
    return statement(named.order_by("answer_due_on", "id").values_list(*columns)[:MOST])


def _due(found: Iterable[Due], kind: Kind, on: dt.date) -> Iterator[Found]:
    for each in found:
        if each.kind is kind and (reason := due_reason(each, on)):
            yield each.person, each.name, reason


def _of_ending(ending: Ending) -> Found:
    return ending.person, ending.name, ending_reason(ending)


def _without_contact(viewer: Viewer, on: dt.date, gaps: Gaps, *, team: bool) -> Iterator[Found]:
    waiting = people_without_contact(viewer, on - dt.timedelta(days=gaps.shortest), MOST, team=team)
    differ = gaps.shortest < gaps.longest
    on_programmes = programmes_of([each.person for each in waiting]) if differ else {}
    for each in waiting:
        gap, last = gaps.of(on_programmes.get(each.person, ())) if differ else gaps.shortest, each.last_contact_on
        if each.quiet_since >= on - dt.timedelta(days=gap):
            continue
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
