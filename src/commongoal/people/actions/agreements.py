"""Agreements to share given, replaced and withdrawn. Each in force is a holding of the organisation it is for."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.queries.days import moment
from commongoal.kernel.errors import Refused
from commongoal.kernel.words import written_day
from commongoal.people.actions.holdings import end_holdings, hold, narrow_referred
from commongoal.people.actions.opening import open_person
from commongoal.people.engine.agreements import REPLACED
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, GivenHow
from commongoal.people.models import Agreement


class SharesNothing(Refused):
    """Choose at least one kind of information and one area of life that may be shared."""


class SameOrganisation(Refused):
    """An agreement to share is with another organisation: yours works with this person already."""


class NotBegunYet(Refused):
    """An agreement starts on the day it was given: today, or a day before."""


class EndsBeforeItStarts(Refused):
    """An agreement ends after today and after the day it starts."""


class EndedAlready(Refused):
    """This agreement to share has ended already."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person agrees to: with whom, what, how they said so, and until before which day."""

    to_organisation: int
    areas: frozenset[AreaOfLife]
    classes: frozenset[DataClass]
    given_how: GivenHow
    document_version: str
    from_on: dt.date
    until_on: dt.date | None = None


def give_agreement(
    *, by: Viewer, at: dt.datetime, person: int, terms: Terms, from_organisation: int | None = None
) -> int:
    """Record that the person agrees to share; returns the agreement's id.

    It takes the place of every agreement in force with the same organisation. `from_organisation` is the viewer's own,
    unless the person gives the agreement themselves.
    """
    with acting("record agreement", by=by, at=at) as act:
        open_person(act, person)
        sender = by.organisation if from_organisation is None else from_organisation
        _check(terms, sender, timezone.localdate(at))
        if _replace(act, person, terms.to_organisation):
            narrow_referred(act, person, terms.to_organisation, terms.classes)
        row = Agreement.objects.create(
            person_id=person,
            from_organisation_id=sender,
            to_organisation_id=terms.to_organisation,
            areas=_words(terms.areas),
            classes=_words(terms.classes),
            given_how=terms.given_how.value,
            document_version=terms.document_version,
            from_on=terms.from_on,
            until_on=terms.until_on,
        )
        _hold(act, row)
        act.wrote("agreement", row.pk, person=person, after=_telling(row))
        return row.pk


def withdraw_agreement(*, by: Viewer, at: dt.datetime, person: int, agreement: int, how: GivenHow) -> None:
    """End the agreement now; the organisation that saw the person by it, or by a referral, sees them no longer.

    One that works with the person by then still does.
    """
    with acting("record agreement", by=by, at=at) as act:
        open_person(act, person)
        row = locked(Agreement.objects.filter(person_id=person), agreement)
        if row.withdrawn_at is not None or (row.until_on and row.until_on <= timezone.localdate(at)):
            raise EndedAlready
        _end(act, row, how.value)
        narrow_referred(act, person, row.to_organisation_id, ())


def _check(terms: Terms, sender: int, today: dt.date) -> None:
    if not terms.areas or not terms.classes:
        raise SharesNothing
    if terms.to_organisation == sender:
        raise SameOrganisation
    if terms.from_on > today:
        raise NotBegunYet
    if terms.until_on is not None and (terms.until_on <= terms.from_on or terms.until_on <= today):
        raise EndsBeforeItStarts


def _replace(act: Act, person: int, to_organisation: int) -> bool:
    """End every agreement in force with the organisation; whether there was one."""
    ended = False
    for row in Agreement.objects.filter(person_id=person, to_organisation_id=to_organisation, withdrawn_at=None):
        if row.until_on is None or row.until_on > timezone.localdate(act.at):
            _end(act, row, REPLACED)
            ended = True
    return ended


def _end(act: Act, row: Agreement, how: str) -> None:
    row.withdrawn_at, row.withdrawn_how = act.at, how
    row.save(update_fields=["withdrawn_at", "withdrawn_how"])
    end_holdings(act, f"agreement {row.pk}")
    act.wrote(
        "agreement", row.pk, person=row.person_id, after={"withdrawn_at": act.at.isoformat(), "withdrawn_how": how}
    )


def _hold(act: Act, row: Agreement) -> None:
    hold(
        act,
        row.person_id,
        row.to_organisation_id,
        Relation.AGREED,
        why=f"You agreed to share on {written_day(row.from_on)} ({row.given_how})",
        classes=[DataClass(name) for name in row.classes],
        source=f"agreement {row.pk}",
        until_at=moment(row.until_on) if row.until_on else None,
    )


def _telling(row: Agreement) -> dict[str, object]:
    return {
        "from": row.from_organisation_id,
        "to": row.to_organisation_id,
        "areas": row.areas,
        "classes": row.classes,
        "given_how": row.given_how,
        "document_version": row.document_version,
        "from_on": row.from_on.isoformat(),
        "until_on": row.until_on.isoformat() if row.until_on else None,
    }


def _words(words: Iterable[AreaOfLife] | Iterable[DataClass]) -> list[str]:
    return sorted(word.value for word in words)
