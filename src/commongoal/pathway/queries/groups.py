"""Groups of the viewer's organisation, one of them with its members and sessions, and the list of one session."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from commongoal.access.engine.pages import PAGE, Part, window
from commongoal.access.engine.permissions import Relation, Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.pathway.engine.casework import AttendanceStatus
from commongoal.pathway.engine.correcting import Earlier
from commongoal.pathway.engine.groups import CAME, GroupLine, GroupPage, Mark, Member, SessionLine, SessionPage
from commongoal.pathway.models import Attendance, Group, GroupMember, GroupSession
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.queries.caseload import people_of
from commongoal.people.queries.reachable import names_within

VERB = "run groups"
OWN = frozenset({Relation.OWN})
WAS = ("status", "note", "corrected_by__user__name", "corrected_at")  # of what was said before
MOST_CHOICES = 200  # a caseload is about 25 people


def groups(viewer: Viewer, at: dt.datetime, page: int = 1, *, closed: bool = False) -> Part[GroupLine]:
    """A page of the organisation's open groups, or of the closed, by name; two queries.

    Each with how many people are in it, and its next session.
    """
    ask(viewer, VERB, OWN)
    rows = Group.objects.filter(organisation=viewer.organisation, closed_on__isnull=not closed)
    rows = rows.select_related("programme")
    rows = rows.annotate(count=Count("members", filter=Q(members__to_on=None))).order_by("name", "pk")
    found = list(rows[window(page)])
    ahead = GroupSession.objects.filter(group__in=found, starts_at__gt=at, cancelled_why="")
    firsts = {row["group_id"]: row["first"] for row in ahead.values("group_id").annotate(first=Min("starts_at"))}
    lines = [
        GroupLine(row.pk, row.name, row.programme.name, row.place, row.count, firsts.get(row.pk), row.closed_on)
        for row in found
    ]
    return Part.of(lines, page)


def group(pk: int, viewer: Viewer, at: dt.datetime) -> Shown[GroupPage]:
    """One group of the viewer's organisation. Raises `NotThere`, and `NoPathway` where its programme has none."""
    row = own_group(pk, viewer)
    since = dict(GroupMember.objects.filter(group=row, to_on=None).values_list("person", "from_on"))
    names = names_within(since.keys(), viewer, VERB)
    members = tuple(Member(person, name, since[person]) for person, name in names.items())
    sessions = _counted(GroupSession.objects.filter(group=row))
    page = GroupPage(
        pk=row.pk,
        name=row.name,
        programme=row.programme.name,
        intervention=pathway_of(row.programme_id).intervention_name(row.intervention),
        place=row.place,
        members=members,
        others=len(since) - len(members),
        ahead=tuple(map(_session, sessions.filter(starts_at__gt=at).order_by("starts_at", "pk")[:PAGE])),
        past=tuple(map(_session, sessions.filter(starts_at__lte=at).order_by("-starts_at", "-pk")[:PAGE])),
        closed_on=row.closed_on,
    )
    return Shown(page, listed=tuple(names))


def group_name(pk: int, viewer: Viewer) -> str:
    """What the viewer's organisation's group is called; one query. Raises `NotThere`."""
    return own_group(pk, viewer).name


def group_session(group: int, pk: int, viewer: Viewer) -> Shown[SessionPage]:
    """One session, with whoever was expected. Raises `NotThere`."""
    own = own_group(group, viewer)
    row = _counted(GroupSession.objects.filter(group=own, pk=pk)).first()
    if row is None:
        raise NotThere
    people = expected(row)
    marks = tuple(_marks(row, people, viewer))
    page = SessionPage(own.pk, own.name, _session(row), marks, len(people) - len(marks))
    return Shown(page, listed=tuple(each.person for each in marks))


def may_join(group: int, viewer: Viewer) -> Shown[tuple[tuple[int, str], ...]]:
    """The viewer's own caseload without those in the group already: ids and names, by name."""
    rows = GroupMember.objects.filter(group=own_group(group, viewer), to_on=None)
    inside = set(rows.values_list("person", flat=True))
    people = [each.person for each in people_of(viewer, MOST_CHOICES) if each.person not in inside]
    names = names_within(people, viewer, VERB)
    return Shown(tuple(names.items()), listed=tuple(names))


def own_group(pk: int, viewer: Viewer) -> Group:
    """The organisation's group as a row, for queries and actions of this part. Raises `NotThere`."""
    ask(viewer, VERB, OWN)
    row = Group.objects.filter(pk=pk, organisation=viewer.organisation).select_related("programme").first()
    if row is None:
        raise NotThere
    return row


def expected(session: GroupSession) -> frozenset[int]:
    """Who was in the group on the session's day, and whoever is on its list already; two queries."""
    on = timezone.localdate(session.starts_at)
    there = GroupMember.objects.filter(Q(to_on=None) | Q(to_on__gt=on), group_id=session.group_id, from_on__lte=on)
    listed = Attendance.objects.filter(session=session)
    return frozenset(there.values_list("person", flat=True)) | frozenset(listed.values_list("person", flat=True))


def _marks(session: GroupSession, people: frozenset[int], viewer: Viewer) -> Iterator[Mark]:
    said: dict[int, AttendanceStatus] = {}
    before: dict[int, tuple[Earlier, ...]] = defaultdict(tuple)
    rows = Attendance.objects.filter(session=session).order_by("person", "said_before__pk")
    for person, status, *was in rows.values_list("person", "status", *(f"said_before__{each}" for each in WAS)):
        said[person] = AttendanceStatus(status)
        if was[0]:
            before[person] += (Earlier(was[0], was[1], was[2], timezone.localdate(was[3])),)
    for person, name in names_within(people, viewer, VERB).items():
        yield Mark(person, name, said.get(person), before.get(person, ()))


def _counted(rows: QuerySet[GroupSession]) -> QuerySet[GroupSession]:
    came = Count("attendance", filter=Q(attendance__status__in=[each.value for each in CAME]))
    return rows.annotate(came=came).select_related("membership__user")


def _session(row: GroupSession) -> SessionLine:
    came: int = getattr(row, "came", 0)
    run_by = row.membership.user.name
    return SessionLine(
        row.pk, row.starts_at, row.minutes, row.place, run_by, row.cancelled_why, row.listed_at, row.version, came
    )
