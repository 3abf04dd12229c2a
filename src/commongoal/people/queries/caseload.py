"""The people somebody is the named worker of, and which of them have waited long or are losing an agreement."""

import datetime as dt
from functools import lru_cache

from django.db import connection
from django.db.models import Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.queries.compiled import DAY, OTHER_DAY, Statement, answer, as_day, stand_in, statement
from commongoal.people.engine.caseload import CaseloadPerson, EndingAgreement
from commongoal.people.engine.vocabulary import DataClass, NoteKind
from commongoal.people.models import Agreement, Holding, NamedStaff, Note, Person, Worker
from commongoal.people.queries.reach import IN_FORCE, within_reach

HELPED = Q(until_at=None, helping=True)


def people_of(viewer: Viewer, limit: int, *, team: bool = False) -> tuple[CaseloadPerson, ...]:
    """Whom the viewer, or with `team` anybody in the organisation, is the named worker of, by name; one query."""
    rows = _running(viewer, team=team).order_by("person__last_name", "person__first_name", "person_id")[:limit]
    return tuple(CaseloadPerson(row.person_id, _name(row), row.last_contact_on, row.quiet_since) for row in rows)


def people_without_contact(
    viewer: Viewer, since: dt.date, limit: int, *, team: bool = False
) -> tuple[CaseloadPerson, ...]:
    """Those being helped whose last contact, and whose worker's first day with them, are before `since`.

    The longest without contact first. One query, which reads no more rows than it hands back.
    """
    rows = answer(_waiting(connection.vendor, viewer.role, team, limit), viewer, day=since)
    return tuple(
        CaseloadPerson(person, f"{first} {last}", as_day(on), as_day(quiet) or since)
        for person, first, last, on, quiet in rows
    )


def ending_agreements(
    viewer: Viewer, on: dt.date, before: dt.date, limit: int, *, team: bool = False
) -> tuple[EndingAgreement, ...]:
    """Agreements to share of the same people that end before a day, the soonest first; one query."""
    rows = answer(_ending(connection.vendor, viewer.role, team, limit), viewer, day=on, other_day=before)
    found = ((*row, as_day(until)) for *row, until in rows)
    return tuple(
        EndingAgreement(pk, person, f"{first} {last}", to, until)
        for pk, person, first, last, to, until in found
        if until
    )


def people_helped(
    viewer: Viewer, *, named: int = 0, unnamed: bool = False, ended: bool = False
) -> QuerySet[Person, Person]:
    """The people whom the viewer's organisation works with, as rows for the lists of other parts; nothing is asked yet.

    `named`: whose named worker is this member of it; `unnamed`: whose is nobody of it; neither: all. Those whom it
    helps no longer are left out unless `ended`. Annotated: `worker` and `worker_name`; `contacted_on`, the last contact
    with anybody; `quiet_since`, the same day or, without one, the worker's first, or when the person was added.
    """
    own = Holding.objects.filter(IN_FORCE, organisation=viewer.organisation, relation=Relation.OWN.value)
    reach = Q(restricted=False) | Q(Exists(_naming(viewer)))
    rows = Person.objects.filter(reach, merged_into=None)
    rows = rows.annotate(
        running=FilteredRelation("workers", condition=Q(workers__until_at=None)),
    )
    if named:  # few: look for each whether the organisation holds them, and not who it holds
        held = Exists(own.filter(person=OuterRef("pk")))
        rows = rows.filter(held, running__membership=named, running__organisation=viewer.organisation)
    else:
        rows = rows.filter(pk__in=own.values("person_id"))
    if unnamed:
        ours = Worker.objects.filter(person=OuterRef("pk"), until_at=None, organisation=viewer.organisation)
        rows = rows.filter(~Exists(ours))
    if named and not ended:
        rows = rows.filter(running__helping=True)
    elif not (ended or unnamed):
        over = Worker.objects.filter(
            person=OuterRef("pk"), until_at=None, organisation=viewer.organisation, helping=False
        )
        rows = rows.filter(~Exists(over))
    contacts = Note.objects.filter(person=OuterRef("pk"), kind=NoteKind.CONTACT.value)
    contacts = contacts.exclude(Exists(Note.objects.filter(supersedes=OuterRef("pk"))))
    last = contacts.order_by().values("person").annotate(last=Max("on")).values("last")
    rows = rows.annotate(
        worker=F("running__membership_id"),
        worker_name=F("running__membership__user__name"),
        contacted_on=Coalesce("running__last_contact_on", Subquery(last)),
    )
    return rows.annotate(quiet_since=Coalesce("contacted_on", "running__quiet_since", TruncDate("added_at")))


def _naming(viewer: Viewer) -> QuerySet[NamedStaff]:
    return NamedStaff.objects.filter(IN_FORCE, person=OuterRef("pk"), membership=viewer.membership)


@lru_cache(maxsize=64)
def _waiting(vendor: str, role: Role, team: bool, limit: int) -> Statement:  # noqa: ARG001 - a statement a database
    viewer = stand_in(role)
    whose = Q(organisation=viewer.organisation) if team else Q(membership=viewer.membership)
    rows = Worker.objects.filter(whose, HELPED, _named(viewer), quiet_since__lt=DAY)
    columns = ("person_id", "person__first_name", "person__last_name", "last_contact_on", "quiet_since")
    return statement(rows.order_by("quiet_since", "pk").values_list(*columns)[:limit])


@lru_cache(maxsize=64)
def _ending(vendor: str, role: Role, team: bool, limit: int) -> Statement:  # noqa: ARG001 - a statement a database
    viewer = stand_in(role)
    whose = Q(organisation=viewer.organisation) if team else Q(membership=viewer.membership)
    mine = Worker.objects.filter(whose, HELPED, person=OuterRef("person_id"))
    rows = Agreement.objects.filter(
        Exists(mine), _named(viewer), until_on__gt=DAY, until_on__lt=OTHER_DAY, withdrawn_at=None
    ).order_by("until_on", "pk")
    columns = ("pk", "person_id", "person__first_name", "person__last_name", "to_organisation__name", "until_on")
    return statement(rows.values_list(*columns)[:limit])


def _running(viewer: Viewer, *, team: bool) -> QuerySet[Worker]:
    whose = Q(organisation=viewer.organisation) if team else Q(membership=viewer.membership)
    return Worker.objects.filter(whose, _named(viewer), until_at=None).select_related("person")


def _named(viewer: Viewer) -> Q:
    """Of people whose names the viewer may see: a worker stays named when all that is left is an agreement."""
    return within_reach(viewer, "read person", "person_id", sees=DataClass.IDENTITY)


def _name(row: Worker) -> str:
    return f"{row.person.first_name} {row.person.last_name}"
