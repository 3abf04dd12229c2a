"""What was written since a merge: rows that may go to the record that comes back when two are parted."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CharField, ManyToOneRel, Model, Value
from django.utils import timezone

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.people.engine.merging import Since
from commongoal.people.models import (
    Agreement,
    Different,
    Holding,
    Merge,
    Need,
    Note,
    Person,
    PossibleDuplicate,
    ResidentAccount,
    SearchPart,
)
from commongoal.people.queries.reach import require

Rows = dict[str, set[int]]  # ids by table
# They belong to the record itself, or are made afresh; all other rows that point to a person move with a merge.
STAY = (Merge, Different, PossibleDuplicate, SearchPart, Person)
LONGEST = 80  # letters of a note that are enough to know it again


def pointing() -> list[tuple[type[Model], str]]:
    """Every foreign key to a person, of every part, except those that stay: the model and the field's name."""
    relations = [each for each in Person._meta.get_fields(include_hidden=True) if isinstance(each, ManyToOneRel)]
    return [
        (each.related_model, each.field.name)
        for each in relations
        if each.related_model not in STAY and isinstance(each.related_model, type)
    ]


def kept_at_last(person: int) -> int:
    """The record at the end of the chain of merges. A chain has no ring: a record merged away can keep no other."""
    while (into := Person.objects.values_list("merged_into", flat=True).get(pk=person)) is not None:
        person = into
    return person


def rows_since(merge: Merge) -> Rows:
    """The rows written to the record kept since the merge, wherever later merges took them.

    What was another record's when a later merge brought it is none of them.
    """
    top = kept_at_last(merge.kept_id)
    upwards, sideways = _later(merge)
    written: dict[tuple[str, str], set[int]] = {}
    for label, field, pk in _rows_of(top, merge.moved["newest"]):
        written.setdefault((label, field), set()).add(pk)
    found: Rows = {}
    for (label, field), ids in written.items():
        for later in sideways:
            ids -= set(_moved(later, label, field))
        for later in upwards:
            carried, newest = set(_moved(later, label, field)), later.moved["newest"].get(label, 0)
            ids -= {pk for pk in ids if pk not in carried and pk <= newest}
        if ids:
            found.setdefault(label, set()).update(ids)
    return found


def _rows_of(person: int, after: Mapping[str, int]) -> Iterable[tuple[str, str, int]]:
    """Table, field and id of every row that points to the person and is newer than its table's `after`; one query."""
    parts = []
    for model, field in pointing():
        label = model._meta.label_lower
        rows: Any = model._default_manager.filter(**{field: person}, pk__gt=after.get(label, 0)).order_by()
        parts.append(rows.values_list(Value(label, CharField()), Value(field, CharField()), "pk"))
    first, *others = parts
    found: Iterable[tuple[str, str, int]] = first.union(*others, all=True)
    return found


def reasons_of(label: str, ids: set[int]) -> dict[int, set[tuple[str, int]]]:
    """For each row of a table the rows that were its reason, as (table, id); none for most."""
    model = next(model for model, _ in pointing() if model._meta.label_lower == label)
    fields = {name: model._meta.get_field(name).related_model for name in getattr(model, "written_because_of", ())}
    reasons: dict[int, set[tuple[str, int]]] = {pk: set() for pk in ids}
    for name, other in fields.items():
        assert isinstance(other, type)
        rows: Any = model._default_manager.filter(pk__in=ids, **{f"{name}__isnull": False})
        for pk, reason in rows.values_list("pk", name):
            reasons[pk].add((other._meta.label_lower, reason))
    if model is Holding:
        labels = {str(model._meta.model_name): model._meta.label_lower for model, _ in pointing()}
        for pk, source in Holding.objects.filter(pk__in=ids).values_list("pk", "source"):
            name, _, number = source.partition(" ")
            if name in labels and number.isdigit():
                reasons[pk].add((labels[name], int(number)))
    return reasons


def choices_since(merge: int, viewer: Viewer) -> Mapping[str, frozenset[int]]:
    """Ids by table of what was written since the merge and may be chosen, for whoever may undo it; else `NotThere`.

    What was written because of another row goes where that goes, so it is no choice of its own.
    """
    row = Merge.objects.filter(pk=merge, undone_at=None).first()
    if row is None:
        raise NotThere
    require(kept_at_last(row.kept_id), viewer, "merge people")
    return roots(rows_since(row))


def was_parted(merge: int, person: int) -> bool:
    """Whether this merge into the person's record was undone already; for callers that have their permission."""
    return Merge.objects.filter(pk=merge, kept=person).exclude(undone_at=None).exists()


def roots(since: Rows) -> Mapping[str, frozenset[int]]:
    """The rows among these that no other row was the reason for."""
    found = {}
    for label, ids in since.items():
        free = frozenset(pk for pk, reasons in reasons_of(label, ids).items() if not reasons)
        if free:
            found[label] = free
    return found


def told_since(choices: Mapping[str, frozenset[int]]) -> tuple[Since, ...]:
    """The choices of this part in words, by day."""
    found: list[Since] = []
    for table, tell in TELLING.items():
        found += [Since(table, *each) for each in tell(choices.get(table, frozenset()))]
    return tuple(sorted(found, key=lambda each: (each.on, each.table, each.row)))


def _notes(ids: frozenset[int]) -> list[Any]:
    rows = Note.objects.filter(pk__in=ids).select_related("organisation")
    return [(row.pk, row.on, f"{row.kind.capitalize()} by {row.organisation.name}: {_short(row.text)}") for row in rows]


def _needs(ids: frozenset[int]) -> list[Any]:
    rows = Need.objects.filter(pk__in=ids)
    return [(row.pk, row.since_on, ": ".join(filter(None, (f"Need, {row.kind}", row.detail)))) for row in rows]


def _agreements(ids: frozenset[int]) -> list[Any]:
    rows = Agreement.objects.filter(pk__in=ids).select_related("to_organisation")
    return [(row.pk, row.from_on, f"Agreement to share with {row.to_organisation.name}") for row in rows]


def _accounts(ids: frozenset[int]) -> list[Any]:
    rows = ResidentAccount.objects.filter(pk__in=ids, invitation__isnull=False).select_related("invitation")
    return [
        (row.pk, timezone.localdate(row.invitation.invited_at), f"Their own account, sent to {row.invitation.email}")
        for row in rows
        if row.invitation
    ]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def _later(merge: Merge) -> tuple[list[Merge], list[Merge]]:
    """The later merges that still hold: those that carried this one's record on, and those that brought others in."""
    upwards: list[Merge] = []
    sideways: list[Merge] = []
    at = merge.kept_id
    while True:
        sideways += Merge.objects.filter(kept=at, undone_at=None, pk__gt=merge.pk).exclude(
            pk__in=[each.pk for each in upwards]
        )
        step = Merge.objects.filter(gone=at, undone_at=None).first()
        if step is None:
            return upwards, sideways
        upwards.append(step)
        at = step.kept_id


def _moved(merge: Merge, label: str, field: str) -> list[int]:
    ids: list[int] = merge.moved["rows"].get(label, {}).get(field, [])
    return ids


TELLING = {
    "people.note": _notes,
    "people.need": _needs,
    "people.agreement": _agreements,
    "people.residentaccount": _accounts,
}
