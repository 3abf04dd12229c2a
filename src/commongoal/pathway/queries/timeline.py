"""What this part tells of a person's timeline."""

from collections.abc import Iterable, Iterator

from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.engine.caseload import EligibilityRecord, ParticipationRecord, PersonPart
from commongoal.pathway.queries.eligibility import current_eligibility
from commongoal.pathway.queries.happenings import happenings
from commongoal.pathway.queries.participations import participations_of
from commongoal.people.engine.timeline import Event
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import classes_seen


def events(
    person: int, viewer: Viewer, seen: frozenset[DataClass] | None = None, part: PersonPart | None = None
) -> tuple[Event, ...]:
    """What happened to the person along the pathway as events, of the classes the viewer may see, in no order.

    `seen` saves asking again where the caller knows the classes, and `part` where it has what the page shows: then one
    query, and three without.
    """
    seen = classes_seen(person, viewer) if seen is None else seen
    found = list(happenings(person, seen))
    if DataClass.PROGRESS in seen:
        found += _participations(part.participations if part else participations_of(person))
    if DataClass.ELIGIBILITY in seen:
        found += _eligibility(part.eligibility if part else current_eligibility(person))
    return tuple(found)


def _participations(records: Iterable[ParticipationRecord]) -> Iterator[Event]:
    for record in records:
        name, with_whom = record.programme_name, record.organisation_name
        if record.days.started_on:
            yield Event(record.days.started_on, f"Started on {name}", organisation=with_whom)
        if record.days.ended_on:
            yield Event(record.days.ended_on, f"Left {name}", record.exit_reason, with_whom)


def _eligibility(records: Iterable[EligibilityRecord]) -> Iterator[Event]:
    for record in records:
        title = f"Eligibility for {record.programme_name}: {record.outcome.value}"
        yield Event(record.on, title, record.because, record.organisation, record.who, DataClass.ELIGIBILITY)
