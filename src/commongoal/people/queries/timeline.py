"""A person's own events: added, needs, workers, agreements, household, notes and contacts."""

import datetime as dt
from collections.abc import Iterable, Iterator

from commongoal.people.engine.agreements import REPLACED
from commongoal.people.engine.timeline import Event
from commongoal.people.engine.vocabulary import DataClass, NoteKind
from commongoal.people.queries.facts import Fact


def events_of(facts: Iterable[Fact], today: dt.date) -> tuple[Event, ...]:
    """The facts told as events, newest first; what has not happened by `today` is no event."""
    told = (fact for fact in facts if fact.what in TELLING)
    found = [event for fact in told for event in TELLING[fact.what](fact) if event.on <= today]
    return tuple(sorted(found, key=lambda event: event.on, reverse=True))


def _need(fact: Fact) -> Iterator[Event]:
    kind = fact.kind[0].upper() + fact.kind[1:]
    safe = DataClass.NEEDS
    yield Event(fact.day, f"{kind} needed", fact.detail, data_class=safe)
    if fact.until:
        yield Event(fact.until, f"{kind} no longer needed", fact.detail, data_class=safe)


def _worker(fact: Fact) -> Iterator[Event]:
    yield Event(fact.day, f"{fact.who} became their named worker", fact.detail, fact.organisation)


def _household(fact: Fact) -> Iterator[Event]:
    yield Event(fact.day, "Joined a household", data_class=DataClass.FAMILY)
    if fact.until:
        yield Event(fact.until, "Left a household", data_class=DataClass.FAMILY)


def _note(fact: Fact) -> Iterator[Event]:
    title = ("Contact" if fact.kind == NoteKind.CONTACT else "Note") + (", corrected" if fact.ref else "")
    yield Event(fact.day, title, fact.detail, fact.organisation, fact.who, DataClass.NOTES)


def _document(fact: Fact) -> Iterator[Event]:
    yield Event(fact.day, "Document added", fact.detail, fact.organisation, fact.who, DataClass.NOTES)
    if fact.until:
        yield Event(fact.until, "Document removed", fact.detail, fact.organisation, data_class=DataClass.NOTES)


def _agreement(fact: Fact) -> Iterator[Event]:
    yield Event(fact.day, f"Agreed to share with {fact.organisation}", f"Given to {fact.who}: {fact.kind}")
    if fact.until and fact.detail != REPLACED:
        title = "withdrew" if fact.detail else "reached the end of"
        detail = f"Told by: {fact.detail}" if fact.detail else ""
        yield Event(fact.until, f"{title.capitalize()} the agreement to share with {fact.organisation}", detail)


TELLING = {
    "need": _need,
    "worker": _worker,
    "household": _household,
    "note": _note,
    "document": _document,
    "agreement": _agreement,
}
