"""The audit searched: who looked at a person, what was done to a record, what one member did."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet, Sum

from commongoal.access.engine.changes import Change, changes_in_words, organisations_named
from commongoal.access.engine.pages import Part, window
from commongoal.access.engine.permissions import Role, Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.models import Action, Membership, Organisation, Reading, ReadingDay
from commongoal.access.queries.days import moment


@dataclass(frozen=True, slots=True)
class Days:
    """From one day through another, both included; either may be open."""

    from_on: dt.date | None = None
    until_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Whose doing it was: a member with their organisation and role."""

    id: int
    name: str
    organisation: str
    role: Role


@dataclass(frozen=True, slots=True)
class Looked:
    """One reading: who opened a record, or saw it as a line of a list, when and by which page. `person` is an id."""

    at: dt.datetime
    by: Member
    person: int | None
    page: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Done:
    """One action: what was done to what, by whom, and what changed. `by` is None for the platform itself."""

    id: int
    at: dt.datetime
    by: Member | None
    verb: str
    subject: str
    subject_id: int
    person: int | None
    changes: tuple[Change, ...]
    erased: bool = False


@dataclass(frozen=True, slots=True)
class MemberReading:
    """A member with how many records they opened in the last seven days, and out of hours."""

    member: Member
    opened: int
    out_of_hours: int


def has_audit(viewer: Viewer, person: int) -> bool:
    """Whether the audit says anything about this person, who may be merged away or gone. Raises `NotAllowed`."""
    ask(viewer, "see audit")
    rows = Action.objects.filter(person_id=person), Reading.objects.filter(person_id=person)
    return any(some.exists() for some in rows)


def looked_at(viewer: Viewer, person: int, days: Days, page: int = 1) -> Shown[Part[Looked]]:
    """Who looked at this person's record, the latest first. Raises `NotAllowed`."""
    ask(viewer, "see audit")
    rows = _within(Reading.objects.filter(person_id=person), days).order_by("-id")
    return Shown(_looked(rows, page), people=(person,))


def done_to(viewer: Viewer, person: int, days: Days, page: int = 1) -> Shown[Part[Done]]:
    """What was done to this person's record, the latest first. Raises `NotAllowed`."""
    ask(viewer, "see audit")
    rows = _within(Action.objects.filter(person_id=person), days).order_by("-id")
    return Shown(_done(rows, page), people=(person,))


def member(viewer: Viewer, membership: int) -> Shown[Member]:
    """A member, also a former one. Raises `NotAllowed` or `NotThere`."""
    ask(viewer, "see audit")
    row = Membership.objects.select_related("user", "organisation").filter(pk=membership).first()
    if row is None:
        raise NotThere
    return Shown(_member(row))


def done_by(viewer: Viewer, membership: int, days: Days, page: int = 1) -> Shown[Part[Done]]:
    """What one member did, the latest first. Raises `NotAllowed`."""
    ask(viewer, "see audit")
    part = _done(_within(Action.objects.filter(membership=membership), days).order_by("-at", "-id"), page)
    return Shown(part, listed=_people(row.person for row in part.rows))


def looked_by(viewer: Viewer, membership: int, days: Days, page: int = 1) -> Shown[Part[Looked]]:
    """Whose records one member looked at, the latest first. Raises `NotAllowed`."""
    ask(viewer, "see audit")
    part = _looked(_within(Reading.objects.filter(membership=membership), days).order_by("-at", "-id"), page)
    return Shown(part, listed=_people(row.person for row in part.rows))


def most_reading(viewer: Viewer, today: dt.date, page: int = 1) -> Shown[Part[MemberReading]]:
    """Members by how many records they opened in the last seven days, the most first. Raises `NotAllowed`."""
    ask(viewer, "see audit")
    week = ReadingDay.objects.filter(on__gt=today - dt.timedelta(days=7), on__lte=today).values("membership_id")
    sums = week.annotate(records=Sum("opened"), late=Sum("out_of_hours")).order_by("-records", "membership_id")
    found = list(sums[window(page)])
    members = Membership.objects.select_related("user", "organisation").in_bulk([row["membership_id"] for row in found])
    rows = [MemberReading(_member(members[row["membership_id"]]), row["records"], row["late"]) for row in found]
    return Shown(Part.of(rows, page))


def _within(rows: QuerySet[Any], days: Days) -> QuerySet[Any]:
    asked = Q()
    if days.from_on:
        asked &= Q(at__gte=moment(days.from_on))
    if days.until_on:
        asked &= Q(at__lt=moment(days.until_on + dt.timedelta(days=1)))
    return rows.filter(asked)


def _page(rows: QuerySet[Any], page: int) -> list[Any]:
    joined = rows.select_related("membership__user", "membership__organisation")
    return list(joined[window(page)])


def _looked(rows: QuerySet[Reading], page: int) -> Part[Looked]:
    found = [
        Looked(row.at, _member(row.membership), row.person_id, row.page.replace("_", " "), row.listed)
        for row in _page(rows, page)
    ]
    return Part.of(found, page)


def _done(rows: QuerySet[Action], page: int) -> Part[Done]:
    found: list[Action] = _page(rows, page)
    ids: set[int] = set()
    for row in found:
        ids |= organisations_named(row.before, row.after)
    names = {pk: row.name for pk, row in Organisation.objects.in_bulk(list(ids)).items()} if ids else {}
    done = [
        Done(
            id=row.pk,
            at=row.at,
            by=_member(row.membership) if row.membership else None,
            verb=row.verb,
            subject=row.subject,
            subject_id=row.subject_id,
            person=row.person_id,
            changes=changes_in_words(row.before, row.after, names),
            erased=bool(row.erasure),
        )
        for row in found
    ]
    return Part.of(done, page)


def _member(row: Membership | Model) -> Member:
    assert isinstance(row, Membership)
    return Member(row.pk, row.user.name, row.organisation.name, Role(row.role))


def _people(ids: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted({person for person in ids if person}))
