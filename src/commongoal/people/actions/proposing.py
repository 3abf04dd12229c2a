"""Pairs of records proposed as one person when one of them is added or changed."""

from commongoal.access.actions import Act
from commongoal.people.models import Different, PossibleDuplicate
from commongoal.people.queries.duplicates import likenesses


def propose_duplicates(act: Act, person: int) -> int:
    """Propose the person with every record they are like, unless somebody said they are different; how many.

    Proposals that no longer hold are withdrawn. They are worked out from the records, so no audit row is theirs.
    """
    found = likenesses(person)
    different = set(Different.objects.filter(first=person).values_list("second", flat=True))
    different |= set(Different.objects.filter(second=person).values_list("first", flat=True))
    withdraw_proposals(person)
    rows = [
        PossibleDuplicate(
            first_id=min(person, other),
            second_id=max(person, other),
            likeness=alike.points,
            reasons=list(alike.reasons),
            found_at=act.at,
        )
        for other, alike in sorted(found.items())
        if other not in different
    ]
    PossibleDuplicate.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def withdraw_proposals(person: int) -> None:
    """No proposals with this person any more."""
    PossibleDuplicate.objects.filter(first=person).delete()
    PossibleDuplicate.objects.filter(second=person).delete()
