"""Groups that meet every other week: who joins, who comes, and what is planned ahead."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from commongoal.access.engine.permissions import Viewer
from commongoal.demo.founding import Founded, Helped
from commongoal.demo.steps import Life, at_work
from commongoal.pathway.actions.groups import add_group, join_group, leave_group, plan_sessions, take_attendance
from commongoal.pathway.engine.casework import AttendanceStatus
from commongoal.pathway.queries.groups import group, group_session

EVERY = dt.timedelta(weeks=2)
BEHIND, AHEAD = 12, 6  # sessions by the end of the history
BEFORE, AFTER = dt.timedelta(days=1), dt.timedelta(hours=3)  # when the members are brought up to date, and who came
FOUNDED = dt.timedelta(weeks=1)  # before the first session
CAME = (
    AttendanceStatus.CAME, AttendanceStatus.CAME, AttendanceStatus.CAME, AttendanceStatus.LATE, AttendanceStatus.CAME,
    AttendanceStatus.EXCUSED, AttendanceStatus.CAME, AttendanceStatus.MISSED, AttendanceStatus.CAME,
)  # fmt: skip


def meets(made: Founded, planned: Mapping[str, Any], helped: list[Helped], until: dt.datetime) -> Life:
    """One group from its founding to `until`; `helped` grows as people come. The list of the last session waits."""
    by = made.member(planned["organisation"], number=planned["led_by"])
    starts = _starts(planned, until)
    yield starts[0] - FOUNDED
    of = _found(made, planned, by, starts)
    for number, (start, session) in enumerate(of[1]):
        brought = at_work(start - BEFORE)
        yield brought
        _join(by, of[0], planned["most"], helped, brought)
        if number < BEHIND - 1:
            yield start + AFTER
            _take(by, of[0], session, number, start + AFTER)


def _starts(planned: Mapping[str, Any], until: dt.datetime) -> list[dt.datetime]:
    """The sessions, on the group's day of the week: those before `until`, then those after."""
    hour = dt.time(planned["hour"])
    last = until - dt.timedelta(days=1 + (until.weekday() - 1 - planned["weekday"]) % 7)
    days = (last.date() + EVERY * number for number in range(1 - BEHIND, AHEAD + 1))
    return [timezone.make_aware(dt.datetime.combine(day, hour)).astimezone(dt.UTC) for day in days]


def _found(
    made: Founded, planned: Mapping[str, Any], by: Viewer, starts: list[dt.datetime]
) -> tuple[int, list[tuple[dt.datetime, int]]]:
    """The group made and its sessions planned: its id, and each session's start and id."""
    at = starts[0] - FOUNDED
    pk = add_group(
        by=by,
        at=at,
        programme=made.programme,
        intervention=planned["intervention"],
        name=planned["name"],
        place=planned["place"],
    )
    sessions = plan_sessions(by=by, at=at, group=pk, starts=starts, minutes=planned["minutes"])
    return pk, list(zip(starts, sessions, strict=True))


def _join(by: Viewer, pk: int, most: int, helped: list[Helped], at: dt.datetime) -> None:
    """Who is helped no more leaves; whoever came last fills the places."""
    inside = {each.person for each in group(pk, by, at).value.members}
    going = {each.person for each in helped if each.until_at and each.until_at <= at}
    for person in sorted(inside & going):
        leave_group(by=by, at=at, group=pk, person=person, to_on=at.date())
    waiting = [each.person for each in reversed(helped) if each.person not in inside | going]
    if new := waiting[: max(most - len(inside - going), 0)]:
        join_group(by=by, at=at, group=pk, people=new, from_on=at.date())


def _take(by: Viewer, pk: int, session: int, number: int, at: dt.datetime) -> None:
    found = group_session(pk, session, by).value
    marks = dict(_marks(tuple(each.person for each in found.marks), number))
    if marks:
        take_attendance(by=by, at=at, group=pk, session=session, version=found.session.version, marks=marks)


def _marks(people: tuple[int, ...], number: int) -> Iterator[tuple[int, AttendanceStatus]]:
    for person in people:
        yield person, CAME[(person * 5 + number * number) % len(CAME)]
