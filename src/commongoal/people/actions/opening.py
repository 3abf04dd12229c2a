"""The first step of every change to what hangs on a person: the record locked, the permission asked."""

from functools import cache

from django.db import connection

from commongoal.access.actions import Act
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.queries.changes import changes_since
from commongoal.access.queries.compiled import PERSON, Statement, statement
from commongoal.kernel.errors import Refused
from commongoal.people.models import Person
from commongoal.people.queries.reach import require
from commongoal.people.queries.record import kept_instead


def open_person(act: Act, person: int) -> Person:
    """The person, locked until the action ends, once the table lets the viewer do the act's verb to them.

    Raises `NotThere` out of reach as for somebody who does not exist, so that an id tells nothing; `ChangedMeanwhile`
    when the record was merged into one that the viewer may see.
    """
    row = _locked(person)
    if row is None:
        raise NotThere
    if row.merged_into_id is not None:
        raise _merged_meanwhile(row, act.by)
    act.permit(require(person, act.by, act.verb))
    return row


def lock_record(person: int) -> None:
    """Lock the record until the action ends, so that it is not merged meanwhile; the permission is asked elsewhere."""
    _locked(person)


def _locked(person: int) -> Person | None:
    """Nearly every change begins with this statement, so it is compiled once."""
    asked = _one(connection.vendor)
    return next(
        iter(Person.objects.raw(asked.sql, [person if each == PERSON else each for each in asked.values])), None
    )


@cache
def _one(vendor: str) -> Statement:  # noqa: ARG001 - another database has another statement
    return statement(Person.objects.select_for_update().filter(pk=PERSON))


def _merged_meanwhile(row: Person, by: Viewer) -> Refused:
    """What to say about a record given up: who merged it, to somebody who may know of the one kept."""
    if kept_instead(row.pk, by) is None:
        return NotThere()
    who = next(iter(changes_since("person", row.pk, row.version - 1)), None)
    by_whom = f"{who.who} ({who.organisation})" if who else "Somebody"
    return ChangedMeanwhile(f"{by_whom} merged this record with another of the same person.")
