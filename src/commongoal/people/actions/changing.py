"""A person's details changed: by one user at a time, and never over another's change unseen."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from commongoal.access.actions import acting
from commongoal.access.actions.acting import changed
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.access.queries.changes import ChangeMade, changes_since
from commongoal.kernel.words import listed
from commongoal.people.actions.adding import area_code, record_ni
from commongoal.people.actions.indexing import index_person
from commongoal.people.actions.opening import open_person
from commongoal.people.actions.proposing import propose_duplicates
from commongoal.people.engine.details import OPEN_FIELDS, WORDS, DetailsFaulty, PersonDetails, faults, tidied
from commongoal.people.models import Person
from commongoal.people.queries.record import details_of


def change_person(person: int, details: PersonDetails, *, version: int, by: Viewer, at: dt.datetime) -> int:
    """Save the details; `version` is the one the user began from. Returns the new version, the old if nothing changed.

    Raises `DetailsFaulty` with every fault, and `ChangedMeanwhile` saying who changed what since.
    """
    details = tidied(details)
    with acting("change person", by=by, at=at) as act:
        row = open_person(act, person)
        if row.version != version:
            raise ChangedMeanwhile(told(changes_since("person", person, version)))
        if found := faults(details, timezone.localdate(at)):
            raise DetailsFaulty(found)
        before, after = changed(_values(details_of(row)), _values(details))
        if details.ni:
            before["ni"], after["ni"] = ("recorded" if row.ni_sealed is not None else ""), "changed"
        _save(row, details)
        act.wrote("person", person, person=person, before=before, after=after | {"version": row.version})
        index_person(person)
        propose_duplicates(act, person)
        return row.version


def told(changes: Iterable[ChangeMade]) -> str:
    """The changes in words: "Ann Reed (Testham Council) changed telephone and address.\""""
    sentences = []
    for change in changes:
        words = [WORDS.get(name, name) for name in change.fields] or ["this record"]
        sentences.append(f"{change.who} ({change.organisation}) changed {listed(words)}.")
    return " ".join(sentences)


def _values(details: PersonDetails) -> dict[str, object]:
    return {name: getattr(details, name) for name in OPEN_FIELDS}


def _save(row: Person, details: PersonDetails) -> None:
    if row.postcode != details.postcode:
        row.area_code = area_code(details.postcode)
    for name, value in _values(details).items():
        setattr(row, name, value)
    record_ni(row, details.ni)
    row.version += 1
    row.save()
