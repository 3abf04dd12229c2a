"""What hangs on one person, in one query: needs, workers, agreements, family, notes as rows of one shape.

The person page has a budget of queries, and these tables are small for one person. Classes of data that the viewer may
not see are not asked for at all.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.queries.compiled import PERSON, Statement, answer, as_day, stand_in, statement
from commongoal.people.engine.vocabulary import DataClass, NeedKind
from commongoal.people.models import Agreement, Document, FamilyLink, HouseholdMember, Need, Note, Worker
from commongoal.people.queries.reach import within_reach


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: what it is of, and what its columns mean there (see each `_…` function)."""

    what: str
    pk: int
    kind: str
    detail: str
    on: dt.date | None
    until: dt.date | None
    organisation: str
    who: str
    phone: str
    ref: int

    @property
    def day(self) -> dt.date:
        """The first day, of what has one."""
        if self.on is None:
            raise ValueError(f"{self.what} {self.pk} has no day")
        return self.on


def facts(person: int, viewer: Viewer, classes: frozenset[DataClass], *, whole: bool, notes: int) -> tuple[Fact, ...]:
    """All facts of the classes, and the newest `notes` notes, the newest first; one query."""
    wanted = classes & ASKED
    if not wanted and not whole:
        return ()
    asked = _statement(connection.vendor, viewer.role, wanted, whole, notes)
    return tuple(_fact(row) for row in answer(asked, viewer, person=person))


ASKED = frozenset({DataClass.NEEDS, DataClass.CONTACT, DataClass.PROGRESS, DataClass.FAMILY, DataClass.NOTES})


@lru_cache(maxsize=256)
def _statement(
    vendor: str,  # noqa: ARG001 - another database has another statement
    role: Role,
    classes: frozenset[DataClass],
    whole: bool,
    notes: int,
) -> Statement:
    """The statement for everybody of a role who sees these classes."""
    parts = _parts(stand_in(role), classes, whole=whole, notes=notes)
    return statement(reduce(lambda left, right: left.union(right, all=True), parts).order_by("-c4", "-c1"))


def _parts(viewer: Viewer, classes: frozenset[DataClass], *, whole: bool, notes: int) -> list[QuerySet[Any, Any]]:
    parts: list[QuerySet[Any, Any]] = []
    if classes & {DataClass.NEEDS, DataClass.CONTACT}:
        parts.append(_needs(PERSON, DataClass.NEEDS in classes))
    if DataClass.PROGRESS in classes:
        parts.append(_workers(PERSON))
    if DataClass.FAMILY in classes:
        parts += [_household(PERSON), _links(PERSON, viewer), _living(PERSON, viewer)]
    if DataClass.NOTES in classes and notes:
        parts += [_notes(PERSON, notes), _documents(PERSON)]
    if whole:
        parts.append(_agreements(PERSON))
    return parts


def _fact(row: tuple[Any, ...]) -> Fact:
    what, pk, kind, detail, on, until, *rest = row
    return Fact(what, pk, kind, detail, as_day(on), as_day(until), *rest)


def _shape(rows: QuerySet[Any, Any], what: str, *columns: Any) -> QuerySet[Any, Any]:
    """The rows with the columns of `Fact`: c0, c1 ... are the same names in each part, for ordering."""
    named = {f"c{place}": column for place, column in enumerate((Value(what, CharField()), *columns))}
    shaped: QuerySet[Any, Any] = rows.order_by().annotate(**named).values_list(*named)
    return shaped


EMPTY = Value("", CharField())
NO_REF = Value(0, IntegerField())
NO_DATE = Cast(Value(None), DateField())


def _needs(person: int, every: bool) -> QuerySet[Any, Any]:
    """Without the class of needs, safe contact alone: nobody who may make contact is left without it."""
    rows = Need.objects.filter(Q() if every else Q(kind=NeedKind.SAFE_CONTACT.value), person_id=person)
    return _shape(rows, "need", F("pk"), F("kind"), F("detail"), F("since_on"), F("until_on"), *[EMPTY] * 3, NO_REF)


def _workers(person: int) -> QuerySet[Any, Any]:
    return _shape(
        Worker.objects.filter(person_id=person),
        "worker",
        F("pk"),
        F("membership__user__email"),
        F("why"),
        TruncDate("since_at"),
        TruncDate("until_at"),
        F("membership__organisation__name"),
        F("membership__user__name"),
        F("membership__organisation__phone"),
        F("membership_id"),
    )


def _household(person: int) -> QuerySet[Any, Any]:
    rows = HouseholdMember.objects.filter(person_id=person)
    dates = (F("since_on"), F("until_on"))
    return _shape(rows, "household", F("pk"), EMPTY, EMPTY, *dates, *[EMPTY] * 3, F("household_id"))


def _links(person: int, viewer: Viewer) -> QuerySet[Any, Any]:
    """Family: `kind` what they are, `detail` their name if the viewer may see it, `organisation` who knows them."""
    rows = FamilyLink.objects.filter(person_id=person, ended_at=None)
    return _kin(rows, "link", "other", F("kind"), viewer)


def _living(person: int, viewer: Viewer) -> QuerySet[Any, Any]:
    """The others of the household, in the same shape, without a kind."""
    mine = HouseholdMember.objects.filter(person_id=person, until_on=None).values("household")
    rows = HouseholdMember.objects.filter(household__in=Subquery(mine), until_on=None).exclude(person_id=person)
    return _kin(rows, "living", "person", EMPTY, viewer)


def _kin(rows: QuerySet[Any, Any], what: str, who: str, kind: Any, viewer: Viewer) -> QuerySet[Any, Any]:
    """Restricted records that the viewer cannot open are not even hinted at."""
    seen = within_reach(viewer, "read person", f"{who}_id", sees=DataClass.IDENTITY)
    rows = rows.filter(Q(**{f"{who}__restricted": False}) | seen, **{f"{who}__merged_into": None})
    full_name = Concat(F(f"{who}__first_name"), Value(" "), F(f"{who}__last_name"), output_field=CharField())
    name = Case(When(seen, then=full_name), default=EMPTY)
    known_to = F(f"{who}__added_by__name")
    return _shape(rows, what, F("pk"), kind, name, NO_DATE, NO_DATE, known_to, EMPTY, EMPTY, F(f"{who}_id"))


def _notes(person: int, newest: int) -> QuerySet[Any, Any]:
    """Notes that no newer note corrects. The slice is an inner query, as SQLite wants it."""
    current = Note.objects.filter(~Exists(Note.objects.filter(supersedes=OuterRef("pk"))), person_id=person)
    rows = Note.objects.filter(pk__in=current.order_by("-on", "-pk").values("pk")[:newest])
    return _shape(
        rows,
        "note",
        F("pk"),
        F("kind"),
        F("text"),
        F("on"),
        F("on"),
        F("organisation__name"),
        F("membership__user__name"),
        EMPTY,
        Coalesce(F("supersedes_id"), 0),
    )


def _documents(person: int) -> QuerySet[Any, Any]:
    """`kind` what it is, `detail` its title; `on` when it was added and `until` when it was removed."""
    return _shape(
        Document.objects.filter(person_id=person),
        "document",
        F("pk"),
        F("kind"),
        F("title"),
        TruncDate("added_at"),
        TruncDate("removed_at"),
        F("organisation__name"),
        F("membership__user__name"),
        EMPTY,
        NO_REF,
    )


def _agreements(person: int) -> QuerySet[Any, Any]:
    """`kind` how it was given, `detail` how it was withdrawn, `organisation` to and `who` from whom."""
    return _shape(
        Agreement.objects.filter(person_id=person),
        "agreement",
        F("pk"),
        F("given_how"),
        F("withdrawn_how"),
        F("from_on"),
        Coalesce(TruncDate("withdrawn_at"), F("until_on")),
        F("to_organisation__name"),
        F("from_organisation__name"),
        EMPTY,
        F("to_organisation_id"),
    )
