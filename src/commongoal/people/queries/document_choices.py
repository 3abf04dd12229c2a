"""A person's documents as a choice, for whatever a document is evidence of."""

from commongoal.people.models import Document


def document_choices(person: int) -> tuple[tuple[int, str], ...]:
    """Ids and titles of the documents that stand, the newest first; for callers that have their permission."""
    rows = Document.objects.filter(person_id=person, removed_at=None).order_by("-added_at", "-pk")
    return tuple(rows.values_list("pk", "title"))
