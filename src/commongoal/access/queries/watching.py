"""What members opened, for the task that looks for unusual reading, and the findings for the officer who asks."""

import datetime as dt
from dataclasses import dataclass

from commongoal.access.engine.pages import Part, window
from commongoal.access.engine.permissions import Role, Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.engine.unusual import Day, FindingAnswer, FindingKind
from commongoal.access.models import Finding, Reading, ReadingDay
from commongoal.access.queries.days import moment


@dataclass(frozen=True, slots=True)
class Opened:
    """One person's record opened by one member on a day, with the member's name and organisation."""

    membership: int
    member_name: str
    organisation: int
    person: int


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding with the member it is about. `person` is 0 where it is about no one record."""

    id: int
    membership: int
    member_name: str
    organisation_name: str
    role: Role
    kind: FindingKind
    on: dt.date
    person: int
    counted: int
    usual: int
    answered_at: dt.datetime | None = None
    answer: FindingAnswer | None = None
    note: str = ""


def reading_days(since: dt.date, until: dt.date) -> tuple[Day, ...]:
    """The tallies of the days from `since` to `until`, both counted. For the task: it says nothing about any person."""
    rows = ReadingDay.objects.filter(on__gte=since, on__lte=until).order_by("on", "membership_id")
    return tuple(
        Day(*row) for row in rows.values_list("membership_id", "membership__role", "on", "opened", "out_of_hours")
    )


def opened_on(on: dt.date) -> tuple[Opened, ...]:
    """Who opened whose record on a local day, each pair once. For the task alone; no page shows it."""
    start = moment(on)
    rows = Reading.objects.filter(at__gte=start, at__lt=start + dt.timedelta(days=1), listed=False)
    rows = rows.exclude(membership__role=Role.RESIDENT.value).exclude(page__startswith="audit").exclude(person_id=None)
    fields = ("membership_id", "membership__user__name", "membership__organisation_id", "person_id")
    return tuple(Opened(*row) for row in rows.order_by(*fields).values_list(*fields).distinct())


def open_findings(viewer: Viewer, page: int = 1) -> Shown[Part[FindingShown]]:
    """Findings nobody has answered, the newest first. Raises `NotAllowed`."""
    ask(viewer, "see audit")
    rows = Finding.objects.filter(answered_at=None).order_by("-on", "-id")
    rows = rows.select_related("membership__user", "membership__organisation")
    part = Part.of([_shown(row) for row in rows[window(page)]], page)
    return Shown(part, listed=tuple(sorted({row.person for row in part.rows if row.person})))


def finding(viewer: Viewer, finding: int) -> Shown[FindingShown]:
    """One finding. Raises `NotAllowed` or `NotThere`."""
    ask(viewer, "see audit")
    row = Finding.objects.filter(pk=finding).select_related("membership__user", "membership__organisation").first()
    if row is None:
        raise NotThere
    return Shown(_shown(row), people=(row.person_id,) if row.person_id else ())


def _shown(row: Finding) -> FindingShown:
    return FindingShown(
        id=row.pk,
        membership=row.membership_id,
        member_name=row.membership.user.name,
        organisation_name=row.membership.organisation.name,
        role=Role(row.membership.role),
        kind=FindingKind(row.kind),
        on=row.on,
        person=row.person_id,
        counted=row.counted,
        usual=row.usual,
        answered_at=row.answered_at,
        answer=FindingAnswer(row.answer) if row.answer else None,
        note=row.note,
    )
