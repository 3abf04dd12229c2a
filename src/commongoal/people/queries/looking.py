"""Which of the records that members opened were not theirs to expect: for the task that looks for unusual reading."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Q

from commongoal.access.engine.unusual import LIMITS, FindingKind, Found, Limits, same_family_name
from commongoal.access.queries.days import moment
from commongoal.access.queries.watching import Opened
from commongoal.people.models import Holding, Person

CHUNK = 500


def unusual_people(opened: Sequence[Opened], on: dt.date, limits: Limits = LIMITS) -> tuple[Found, ...]:
    """Findings of a day about whom was looked at, rather than how many.

    One for each member who opened records of people whom their organisation did not work with that day, and one for
    each record whose family name is the member's own. Three queries for every 500 people; no page shows the answer
    but through findings.
    """
    people = sorted({one.person for one in opened})
    theirs: set[tuple[int, int]] = set()
    names: dict[int, str] = {}
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        theirs |= _on_the_books(chunk, on)
        names |= dict(Person.objects.filter(pk__in=chunk).values_list("pk", "last_name"))
    not_theirs = Counter(one.membership for one in opened if (one.organisation, one.person) not in theirs)
    found = [
        Found(member, FindingKind.NOT_THEIRS, on, count)
        for member, count in sorted(not_theirs.items())
        if count >= limits.not_theirs
    ]
    return (*found, *_same_name(opened, names, on))


def _on_the_books(people: Iterable[int], on: dt.date) -> set[tuple[int, int]]:
    """(organisation, person) for every holding that ran at some time of the day."""
    start = moment(on)
    ran = Q(until_at=None) | Q(until_at__gt=start)
    rows = Holding.objects.filter(ran, person__in=people, since_at__lt=start + dt.timedelta(days=1))
    return set(rows.values_list("organisation_id", "person_id"))


def _same_name(opened: Iterable[Opened], names: dict[int, str], on: dt.date) -> Iterable[Found]:
    for one in opened:
        if same_family_name(one.member_name, names.get(one.person, "")):
            yield Found(one.membership, FindingKind.SAME_NAME, on, 1, person=one.person)
