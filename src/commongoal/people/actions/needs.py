"""Needs begun and ended; what has ended is kept."""

import datetime as dt

from django.utils import timezone

from commongoal.access.actions import acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.kernel.errors import Refused
from commongoal.people.actions.opening import open_person
from commongoal.people.engine.vocabulary import NeedKind
from commongoal.people.models import Need


class NeedHasEnded(Refused):
    """This need has ended already."""


class NeedWithoutWords(Refused):
    """Say in words what is needed: others act on it without having met this person."""


# These say nothing by their name alone.
IN_WORDS = frozenset({NeedKind.SAFE_CONTACT, NeedKind.OTHER, NeedKind.INTERPRETER})


def add_need(*, by: Viewer, at: dt.datetime, person: int, kind: NeedKind, detail: str = "") -> int:
    """Record a need from today; returns its id."""
    detail = detail.strip()
    with acting("change person", by=by, at=at) as act:
        open_person(act, person)
        if kind in IN_WORDS and not detail:
            raise NeedWithoutWords
        row = Need.objects.create(person_id=person, kind=kind.value, detail=detail, since_on=timezone.localdate(at))
        act.wrote("need", row.pk, person=person, after={"kind": row.kind, "detail": row.detail})
        return row.pk


def end_need(*, by: Viewer, at: dt.datetime, person: int, need: int) -> None:
    """The person needs this no longer, from today."""
    with acting("change person", by=by, at=at) as act:
        open_person(act, person)
        row = Need.objects.filter(pk=need, person_id=person).first()
        if row is None:
            raise NotThere
        if row.until_on is not None:
            raise NeedHasEnded
        row.until_on = timezone.localdate(at)
        row.save(update_fields=["until_on"])
        act.wrote(
            "need", row.pk, person=person, before={"until_on": None}, after={"until_on": row.until_on.isoformat()}
        )
