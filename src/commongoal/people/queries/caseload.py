"""The people somebody is the named worker of, and which of them have waited long or are losing an agreement."""

import datetime as dt

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from commongoal.access.engine.permissions import Viewer
from commongoal.people.engine.caseload import CaseloadPerson, EndingAgreement
from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.models import Agreement, Note, Worker
from commongoal.people.queries.reach import within_reach


def people_of(viewer: Viewer, limit: int, *, team: bool = False) -> tuple[CaseloadPerson, ...]:
    """Whom the viewer, or with `team` anybody in the organisation, is the named worker of, by name; one query."""
    rows = _running(viewer, team=team).order_by("person__last_name", "person__first_name", "person_id")[:limit]
    return tuple(CaseloadPerson(row.person_id, _name(row), None) for row in rows)


def people_without_contact(
    viewer: Viewer, since: dt.date, limit: int, *, team: bool = False
) -> tuple[CaseloadPerson, ...]:
    """Those whose last contact, and whose worker's first day with them, are before `since`.

    In the order in which they came to their worker; the pages order what they show. Two queries.
    """
    contacts = Note.objects.filter(person=OuterRef("person_id"), kind=NoteKind.CONTACT.value)
    rows = _running(viewer, team=team).filter(~Exists(contacts.filter(on__gte=since)), since_at__lt=_midnight(since))
    chosen = list(rows.order_by("pk")[:limit])
    last = (
        Note.objects.filter(person__in=[row.person_id for row in chosen], kind=NoteKind.CONTACT.value)
        .values("person_id")
        .annotate(last=Max("on"))
        .values_list("person_id", "last")
    )
    days = dict(last) if chosen else {}
    return tuple(CaseloadPerson(row.person_id, _name(row), days.get(row.person_id)) for row in chosen)


def ending_agreements(
    viewer: Viewer, on: dt.date, before: dt.date, limit: int, *, team: bool = False
) -> tuple[EndingAgreement, ...]:
    """Agreements to share of the same people that end before a day, the soonest first; one query."""
    theirs = _running(viewer, team=team).values("person_id")
    rows = Agreement.objects.filter(person__in=theirs, until_on__gt=on, until_on__lt=before, withdrawn_at=None)
    rows = rows.select_related("person", "to_organisation").order_by("until_on", "pk")[:limit]
    return tuple(
        EndingAgreement(row.pk, row.person_id, _name(row), row.to_organisation.name, row.until_on)
        for row in rows
        if row.until_on
    )


def _running(viewer: Viewer, *, team: bool) -> QuerySet[Worker]:
    whose = Q(membership__organisation=viewer.organisation) if team else Q(membership=viewer.membership)
    reach = within_reach(viewer, "read person", "person_id")
    return Worker.objects.filter(whose, reach, until_at=None).select_related("person")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _name(row: Worker | Agreement) -> str:
    return f"{row.person.first_name} {row.person.last_name}"
