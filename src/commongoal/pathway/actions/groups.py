"""Groups: made, joined and left; their sessions planned and cancelled; who came, by list."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.locking import locked
from commongoal.access.actions.turns import in_turn
from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.queries.changes import changes_since
from commongoal.pathway.actions.correcting import keep_before
from commongoal.pathway.engine.appointments import NeedsWhy, spoken_moment
from commongoal.pathway.engine.casework import AttendanceStatus
from commongoal.pathway.engine.groups import (
    CAME,
    AlreadyInGroup,
    GroupClosed,
    GroupOpen,
    GroupStillMeets,
    LeavesBeforeJoining,
    NeedsGroupName,
    NobodyMarked,
    NotInGroup,
    SameGroup,
    SessionCancelled,
    SessionListed,
    SessionNotBegun,
    SessionThere,
    UnknownIntervention,
    checked_sessions,
)
from commongoal.pathway.models import Attendance, Group, GroupMember, GroupSession
from commongoal.pathway.queries.groups import expected
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.actions.opening import lock_record, open_person
from commongoal.people.actions.waiting import heard_on, reckon_again
from commongoal.people.queries.reachable import names_within

VERB = "run groups"
OWN = frozenset({Relation.OWN})


def add_group(*, by: Viewer, at: dt.datetime, programme: int, intervention: str, name: str, place: str = "") -> int:
    """A group of the viewer's organisation; returns its id.

    Raises `NeedsGroupName`, `UnknownIntervention`, `SameGroup`, `NoPathway`.
    """
    with in_turn(f"groups of {by.organisation}"), acting(VERB, by=by, at=at) as act:
        act.permit(OWN)
        if not name.strip():
            raise NeedsGroupName
        if intervention not in {each.id for each in pathway_of(programme).programme.interventions}:
            raise UnknownIntervention
        values = {"name": name.strip(), "place": place.strip(), "intervention": intervention}
        ours = Group.objects.filter(organisation_id=by.organisation, programme_id=programme, closed_on=None)
        if ours.filter(**values).exists():
            raise SameGroup
        row = Group.objects.create(organisation_id=by.organisation, programme_id=programme, made_at=at, **values)
        act.wrote("group", row.pk, after={**values, "programme": programme})
        return row.pk


def close_group(*, by: Viewer, at: dt.datetime, group: int) -> None:
    """Nobody joins it and no session is planned from this day; who was in it, and who came, stays.

    Raises `GroupClosed`, `GroupStillMeets`.
    """
    with acting(VERB, by=by, at=at) as act:
        row = _open(act, group)
        ahead = GroupSession.objects.filter(group=row, starts_at__gt=at, cancelled_why="").order_by("starts_at")
        if meets := ahead.first():
            raise GroupStillMeets(f"The next is on {spoken_moment(timezone.localtime(meets.starts_at))}.")
        row.closed_on = timezone.localdate(at)
        row.save(update_fields=["closed_on"])
        act.wrote("group", row.pk, before={"closed_on": None}, after={"closed_on": row.closed_on.isoformat()})


def reopen_group(*, by: Viewer, at: dt.datetime, group: int) -> None:
    """It goes on, with whoever was in it and did not leave. Raises `GroupOpen`."""
    with acting(VERB, by=by, at=at) as act:
        row = _own(act, group)
        if row.closed_on is None:
            raise GroupOpen
        before, row.closed_on = {"closed_on": row.closed_on.isoformat()}, None
        row.save(update_fields=["closed_on"])
        act.wrote("group", row.pk, before=before, after={"closed_on": None})


def join_group(*, by: Viewer, at: dt.datetime, group: int, people: Iterable[int], from_on: dt.date) -> int:
    """People of the viewer's organisation join from a day; returns how many are new to the group.

    Raises `AlreadyInGroup` when all of them are in it, `GroupClosed`, `NotThere` for somebody out of reach.
    """
    with acting(VERB, by=by, at=at) as act:
        row = _open(act, group)
        chosen = sorted(set(people))
        for person in chosen:
            open_person(act, person)
        inside = set(GroupMember.objects.filter(group=row, to_on=None).values_list("person", flat=True))
        joining = [person for person in chosen if person not in inside]
        if not joining:
            raise AlreadyInGroup
        for person in joining:
            made = GroupMember.objects.create(group=row, person_id=person, from_on=from_on)
            after = {"group": row.pk, "from_on": from_on.isoformat()}
            act.wrote("group member", made.pk, person=person, after=after)
        return len(joining)


def leave_group(*, by: Viewer, at: dt.datetime, group: int, person: int, to_on: dt.date) -> None:
    """Somebody is in the group no more from a day on. Raises `NotInGroup`, `LeavesBeforeJoining`."""
    with acting(VERB, by=by, at=at) as act:
        row = _own(act, group)
        open_person(act, person)
        found = GroupMember.objects.select_for_update().filter(group=row, person_id=person, to_on=None).first()
        if found is None:
            raise NotInGroup
        if to_on < found.from_on:
            raise LeavesBeforeJoining
        found.to_on = to_on
        found.save(update_fields=["to_on"])
        act.wrote("group member", found.pk, person=person, after={"group": row.pk, "to_on": to_on.isoformat()})


def plan_sessions(
    *, by: Viewer, at: dt.datetime, group: int, starts: Iterable[dt.datetime], minutes: int, place: str = ""
) -> tuple[int, ...]:
    """One session or a series of them, run by the viewer; returns their ids.

    All or none: raises `SessionThere` if the group meets at one of the times already, `GroupClosed`, and what
    `checked_sessions` does.
    """
    with acting(VERB, by=by, at=at) as act:
        row = _open(act, group)
        wanted = checked_sessions(starts, minutes, at)
        there = GroupSession.objects.filter(group=row, starts_at__in=wanted, cancelled_why="").order_by("starts_at")
        if meets := there.first():
            raise SessionThere(f"It is on {spoken_moment(timezone.localtime(meets.starts_at))}.")
        made = [
            GroupSession.objects.create(
                group=row,
                starts_at=start,
                minutes=minutes,
                place=place.strip() or row.place,
                membership_id=by.membership,
            )
            for start in wanted
        ]
        for each in made:
            act.wrote("session", each.pk, after={"group": row.pk, "starts_at": each.starts_at.isoformat()})
        return tuple(each.pk for each in made)


def cancel_session(*, by: Viewer, at: dt.datetime, group: int, session: int, why: str) -> None:
    """The session does not take place. Raises `NeedsWhy`, `SessionCancelled`, `SessionListed`."""
    with acting(VERB, by=by, at=at) as act:
        row = _session(act, group, session)
        if not why.strip():
            raise NeedsWhy
        if Attendance.objects.filter(session=row, status__in=[each.value for each in CAME]).exists():
            raise SessionListed
        row.cancelled_why, row.version = why.strip(), row.version + 1
        row.save(update_fields=["cancelled_why", "version"])
        act.wrote("session", row.pk, after={"version": row.version, "cancelled_why": row.cancelled_why})


def take_attendance(
    *,
    by: Viewer,
    at: dt.datetime,
    group: int,
    session: int,
    version: int,
    marks: Mapping[int, AttendanceStatus],
) -> None:
    """Who came, for all people of the list at once; who came has been heard from. Those not marked stay as they are.

    What was said of somebody before is kept when it is put right.
    `version` is the session's as it was shown. Raises `ChangedMeanwhile` when somebody saved the list since,
    `SessionNotBegun`, `SessionCancelled`, `NobodyMarked`, and `NotThere` for somebody who is not on the list.
    """
    with acting(VERB, by=by, at=at) as act:
        row = _session(act, group, session)
        if row.version != version:
            who = next(iter(changes_since("session", row.pk, version)), None)
            raise ChangedMeanwhile(f"{who.who if who else 'Somebody'} has saved this list.")
        if row.starts_at > at:
            raise SessionNotBegun
        if not marks:
            raise NobodyMarked
        for person in sorted(marks):
            lock_record(person)
        if not marks.keys() <= names_within(expected(row), by, VERB).keys():
            raise NotThere
        _mark(act, row, marks)
        row.listed_at, row.version = at, row.version + 1
        row.save(update_fields=["listed_at", "version"])
        act.wrote("session", row.pk, after={"version": row.version, "marked": len(marks)})


def _mark(act: Act, session: GroupSession, marks: Mapping[int, AttendanceStatus]) -> None:
    there = {each.person_id: each for each in Attendance.objects.filter(session=session, person__in=list(marks))}
    on = timezone.localdate(session.starts_at)
    for person, status in sorted(marks.items()):
        row = there.get(person) or Attendance(session=session, person_id=person)
        before = row.status
        if before == status.value:
            continue
        if before:
            keep_before(act, row)
        row.status = status.value
        row.save()
        after = {"session": session.pk, "status": status.value}
        act.wrote("attendance", row.pk, person=person, before={"status": before}, after=after)
        if status in CAME:
            heard_on(person, on)
        elif before:
            reckon_again(person)


def _own(act: Act, group: int) -> Group:
    """The viewer's organisation's group, locked. Raises `NotThere` for another's."""
    act.permit(OWN)
    return locked(Group.objects.filter(organisation_id=act.by.organisation), group)


def _open(act: Act, group: int) -> Group:
    """As `_own`, if the group is not closed."""
    row = _own(act, group)
    if row.closed_on is not None:
        raise GroupClosed
    return row


def _session(act: Act, group: int, session: int) -> GroupSession:
    row = locked(GroupSession.objects.filter(group=_own(act, group)), session)
    if row.cancelled_why:
        raise SessionCancelled(f"Why: {row.cancelled_why}.")
    return row
