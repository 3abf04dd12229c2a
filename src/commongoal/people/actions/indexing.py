"""The search index, kept in the transaction of whatever changed a person."""

from collections.abc import Iterable

from commongoal.people.engine.search import keys_of, spelling_keys
from commongoal.people.models import Person, SearchPart, Spelling
from commongoal.people.queries.record import details_of


def index_person(person: int) -> None:
    """The keys of the person as they are now, with those of the records merged into theirs; none if merged away."""
    rows = _with_merged(person)
    before = set(SearchPart.objects.filter(person_id=person).values_list("key", flat=True))
    now = keys_of(details_of(row) for row in rows)
    SearchPart.objects.filter(person_id=person, key__in=before - now).delete()
    SearchPart.objects.bulk_create(SearchPart(person_id=person, key=key) for key in sorted(now - before))
    learn_spellings(key[2:] for key in now if key.startswith("n:"))


def learn_spellings(parts: Iterable[str]) -> None:
    """Make parts of names findable when mistyped, if they are new. Sorted: two additions wait in no ring."""
    wanted = set(parts)
    known = Spelling.objects.filter(key__in=[f"w:{part}" for part in wanted]).values_list("part", flat=True)
    rows = sorted((key, part) for part in wanted - set(known) for key in spelling_keys(part))
    if rows:
        Spelling.objects.bulk_create((Spelling(key=key, part=part) for key, part in rows), ignore_conflicts=True)


def _with_merged(person: int) -> list[Person]:
    """The person and, a level at a time, the records merged into theirs; empty if they were merged away themselves."""
    found = list(Person.objects.filter(pk=person, merged_into=None))
    level = [row.pk for row in found]
    while level:
        merged = list(Person.objects.filter(merged_into__in=level))
        found += merged
        level = [row.pk for row in merged]
    return found
