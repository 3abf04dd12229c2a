"""What the ledger takes from people's records: where they live, and what they agreed to share, when."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils import timezone

from commongoal.people.engine.ledger_rows import AgreementRow
from commongoal.people.models import Agreement, Person

AT_ONCE = 1000  # ids in one question to the database


def small_areas(people: Sequence[int]) -> dict[int, str]:
    """The code of the small area that each of these people lives in; empty where it is not known."""
    found: dict[int, str] = {}
    for some in _parts(people):
        found.update(Person.objects.filter(pk__in=some).values_list("pk", "area_code"))
    return found


def agreement_rows(people: Sequence[int]) -> Iterator[AgreementRow]:
    """Every agreement these people gave, as it ran: until it ended, was replaced or was withdrawn."""
    for some in _parts(people):
        for row in Agreement.objects.filter(person__in=some).order_by("person_id", "pk"):
            yield AgreementRow(
                row.person_id, row.to_organisation_id, tuple(row.areas), tuple(row.classes), row.from_on, _end(row)
            )


def _end(row: Agreement) -> dt.date | None:
    withdrawn = timezone.localdate(row.withdrawn_at) if row.withdrawn_at else None
    return min((day for day in (row.until_on, withdrawn) if day), default=None)


def _parts(people: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(people), AT_ONCE):
        yield people[start : start + AT_ONCE]
