"""What this part tells of a person's timeline."""

from collections.abc import Iterable, Iterator
from functools import cache

from django.db import connection

from commongoal.access.engine.permissions import Viewer
from commongoal.access.queries.compiled import PERSON, Statement, answer, as_day, statement
from commongoal.pathway.engine.caseload import EligibilityRecord, ParticipationRecord, PersonPart
from commongoal.pathway.engine.referral import Status
from commongoal.pathway.models import ReferralEvent
from commongoal.pathway.queries.eligibility import current_eligibility
from commongoal.pathway.queries.participations import participations_of
from commongoal.people.engine.timeline import Event
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import classes_seen

MOST = 200  # the newest changes of referrals; a person with more is no person


def events(
    person: int, viewer: Viewer, seen: frozenset[DataClass] | None = None, part: PersonPart | None = None
) -> tuple[Event, ...]:
    """Referrals, participations and eligibility as events, of the classes the viewer may see, in no order.

    `seen` saves asking again where the caller knows the classes, and `part` where it has what the page shows: then one
    query, and three without.
    """
    seen = classes_seen(person, viewer) if seen is None else seen
    found: list[Event] = []
    if DataClass.PROGRESS in seen:
        found += _referrals(person)
        found += _participations(part.participations if part else participations_of(person))
    if DataClass.ELIGIBILITY in seen:
        found += _eligibility(part.eligibility if part else current_eligibility(person))
    return tuple(found)


def _referrals(person: int) -> Iterator[Event]:
    for status, on, code, sender, receiver, who, organisation in answer(_changes(connection.vendor), person=person):
        words = {
            Status.SENT: f"Referred by {sender} to {receiver}",
            Status.RECEIVED: f"Referral received by {receiver}",
            Status.ACCEPTED: f"Referral accepted by {receiver}",
            Status.FIRST_CONTACT: f"First contact by {receiver}",
            Status.REJECTED: f"Referral not taken by {receiver}",
            Status.WITHDRAWN: f"Referral to {receiver} withdrawn",
            Status.PASSED_ON: f"Referral passed on by {receiver}",
            Status.CLOSED: f"Referral to {receiver} closed",
        }[Status(status)]
        if day := as_day(on):
            yield Event(day, words, code, organisation, who)


@cache
def _changes(vendor: str) -> Statement:  # noqa: ARG001 - another database has another statement
    rows = ReferralEvent.objects.filter(referral__person_id=PERSON).order_by("-id")
    names = ("referral__sender__name", "referral__receiver__name", "membership__user__name")
    return statement(rows.values_list("status", "on", "code", *names, "membership__organisation__name")[:MOST])


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
