"""Two records of one person made one, parted again, or found to be two people.

A merge moves every row that points to the record given up, whatever part it belongs to, and writes down which; parting
returns exactly those rows, wherever later merges took them. What cannot move, because the record kept has its like, or
because it ties the two records to each other, stays with the record given up.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ManyToOneRel, Model
from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.acting import changed
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.queries.changes import changes_since
from commongoal.kernel.errors import Refused
from commongoal.people.actions.changing import told
from commongoal.people.actions.indexing import index_person
from commongoal.people.actions.opening import open_person
from commongoal.people.actions.proposing import propose_duplicates, withdraw_proposals
from commongoal.people.engine.details import OPEN_FIELDS
from commongoal.people.models import (
    Different,
    HouseholdMember,
    Merge,
    Person,
    PossibleDuplicate,
    SearchPart,
    Worker,
)
from commongoal.people.queries.reach import require

# They belong to the record itself, or are made afresh; all other rows that point to a person move with a merge.
STAY = (Merge, Different, PossibleDuplicate, SearchPart, Person)
CHOSEN = (*OPEN_FIELDS, "area_code", "restricted")
NI = "ni"


class OneAndTheSame(Refused):
    """These are one record already."""


class PartedAlready(Refused):
    """These two records were parted already."""


def merge_people(
    kept: int, gone: int, take: Collection[str] = (), *, versions: tuple[int, int], by: Viewer, at: dt.datetime
) -> int:
    """Make two records one; returns the merge's id, with which they can be parted.

    `take` names the details (and "ni") to take from the record given up; an empty detail of the one kept is filled
    anyway. `versions` are those of both records as the user compared them. Whoever may know of either record may know
    of the one kept; a restricted record makes it restricted.
    """
    if kept == gone:
        raise OneAndTheSame
    with acting("merge people", by=by, at=at) as act:
        rows = {pk: open_person(act, pk) for pk in sorted((kept, gone))}
        for pk, version in zip((kept, gone), versions, strict=True):
            if rows[pk].version != version:
                raise ChangedMeanwhile(told(changes_since("person", pk, version)))
        merge = Merge(kept_id=kept, gone_id=gone, at=at)
        merge.moved = {"closed": _close_second_ones(act, kept, gone), "rows": _move(kept, gone)}
        merge.moved["fields"] = _choose(act, merge, rows[kept], rows[gone], set(take))
        merge.save()
        act.wrote("merge", merge.pk, person=kept, after={"kept": kept, "gone": gone})
        withdraw_proposals(gone)
        SearchPart.objects.filter(person_id=gone).delete()
        index_person(kept)
        propose_duplicates(act, kept)
        return merge.pk


def part_people(
    merge: int, *, by: Viewer, at: dt.datetime, also: Mapping[str, Collection[int]] | None = None
) -> tuple[int, int]:
    """Undo a merge; returns the ids of the record that was kept and of the one that is back.

    Every row that the merge moved returns. Rows written since stay with the record kept, but for those in `also`
    ("people.note" to ids), which the user chose for the record that is back. Details changed since stay as they are.
    """
    with acting("merge people", by=by, at=at) as act:
        top, locked = _locked_of(merge)
        act.permit(require(top, by, act.verb))
        row = Merge.objects.select_for_update().get(pk=merge)
        if row.undone_at is not None:
            raise PartedAlready
        gone = locked[row.gone_id]
        gone.merged_into = None
        gone.version += 1
        gone.save(update_fields=["merged_into", "version"])
        _return(row, also or {}, top)
        _restore(act, row, locked[row.kept_id])
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        _note_different(act, row.kept_id, gone.pk)
        act.wrote("merge", merge, person=top, after={"undone": True})
        act.wrote("person", gone.pk, person=gone.pk, after={"merged_into": None, "version": gone.version})
        for pk in (top, gone.pk):
            index_person(pk)
        return row.kept_id, gone.pk


def tell_apart(first: int, second: int, *, by: Viewer, at: dt.datetime) -> None:
    """Somebody looked: these are two people. They are not proposed again."""
    if first == second:
        raise OneAndTheSame
    with acting("merge people", by=by, at=at) as act:
        for pk in sorted((first, second)):
            open_person(act, pk)
        _note_different(act, first, second)


def _note_different(act: Act, first: int, second: int) -> None:
    low, high = sorted((first, second))
    PossibleDuplicate.objects.filter(first_id=low, second_id=high).delete()
    row, _ = Different.objects.get_or_create(first_id=low, second_id=high, defaults={"at": act.at})
    act.wrote("different", row.pk, person=low, after={"different": high})


def _locked_of(merge: int) -> tuple[int, dict[int, Person]]:
    """The people of a merge, locked in the order of their ids as everywhere, and the record kept at last."""
    row = Merge.objects.filter(pk=merge).first()
    if row is None:
        raise NotThere
    top = _kept_at_last(row.kept_id)
    locked = {pk: Person.objects.select_for_update().get(pk=pk) for pk in sorted({row.kept_id, row.gone_id, top})}
    if locked[top].merged_into_id is not None:
        raise ChangedMeanwhile
    return top, locked


def _kept_at_last(person: int) -> int:
    """The record at the end of the chain of merges. A chain has no ring: a record merged away can keep no other."""
    while (into := Person.objects.values_list("merged_into", flat=True).get(pk=person)) is not None:
        person = into
    return person


# --- rows that move


def _pointing() -> list[tuple[type[Model], str]]:
    """Every foreign key to a person, of every part, except those that stay: the model and the field's name."""
    relations = [each for each in Person._meta.get_fields(include_hidden=True) if isinstance(each, ManyToOneRel)]
    return [
        (each.related_model, each.field.name)
        for each in relations
        if each.related_model not in STAY and isinstance(each.related_model, type)
    ]


def _move(kept: int, gone: int) -> dict[str, dict[str, list[int]]]:
    """Point the rows of `gone` to `kept`; returns the ids moved by model and field.

    A row that cannot move stays, and so does one that ties the two to each other: nobody is their own parent.
    """
    moved: dict[str, dict[str, list[int]]] = {}
    pointing = _pointing()
    for model, field in pointing:
        rows = model._default_manager.filter(**{field: gone})
        for other in [name for same, name in pointing if same is model and name != field]:
            rows = rows.exclude(**{other: kept})
        ids = list(rows.values_list("pk", flat=True).order_by("pk"))
        if ids and (done := _repoint(model, field, ids, kept)):
            moved.setdefault(model._meta.label_lower, {})[field] = done
    return moved


def _repoint(model: type[Model], field: str, ids: list[int], to: int) -> list[int]:
    """Point rows to another person, all at once, or one by one when one of them cannot; returns those that moved."""
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=ids).update(**{f"{field}_id": to})
    except IntegrityError:
        return [pk for each in ids for pk in _repoint(model, field, [each], to)] if len(ids) > 1 else []
    return ids


def _close_second_ones(act: Act, kept: int, gone: int) -> list[list[Any]]:
    """End what a person has one of at a time, on the record given up, where both have one; returns what was ended."""
    closed: list[list[Any]] = []
    today = timezone.localdate(act.at)
    for model, name, end in ((Worker, "until_at", act.at), (HouseholdMember, "until_on", today)):
        manager = model._default_manager
        running = list(manager.filter(person__in=(kept, gone), **{name: None}).values_list("pk", "person"))
        if len(running) > 1:
            pk = next(pk for pk, person in running if person == gone)
            manager.filter(pk=pk).update(**{name: end})
            closed.append([model._meta.label_lower, pk, name, end.isoformat()])
            act.wrote(str(model._meta.verbose_name), pk, person=gone, after={name: end.isoformat()})
    return closed


def _return(merge: Merge, also: Mapping[str, Collection[int]], top: int) -> None:
    """Point back the rows that the merge moved, open again what it ended, and hand over the rows chosen besides."""
    models = {model._meta.label_lower: model for model, _ in _pointing()}
    returned = merge.moved["rows"]
    for label, by_field in returned.items():
        for field, ids in by_field.items():
            models[label]._default_manager.filter(pk__in=ids).update(**{f"{field}_id": merge.gone_id})
    for model, field in _pointing():
        if chosen := list(also.get(model._meta.label_lower, ())):
            rows = model._default_manager.filter(pk__in=chosen, **{field: top})
            rows.update(**{f"{field}_id": merge.gone_id})
    for label, pk, name, end in merge.moved["closed"]:
        row = models[label]._default_manager.filter(pk=pk).first()
        if row is not None and getattr(row, name).isoformat() == end:
            models[label]._default_manager.filter(pk=pk).update(**{name: None})
    _forget(merge, returned)


def _forget(merge: Merge, returned: dict[str, dict[str, list[int]]]) -> None:
    """Later merges that carried the returned rows on must not fetch them back when they are undone."""
    for later in Merge.objects.filter(undone_at=None, pk__gt=merge.pk).filter(gone_id=merge.kept_id):
        for label, by_field in returned.items():
            for field, ids in by_field.items():
                carried = later.moved["rows"].get(label, {}).get(field, [])
                if carried:
                    later.moved["rows"][label][field] = [pk for pk in carried if pk not in set(ids)]
        later.save(update_fields=["moved"])
        _forget(later, returned)


# --- details chosen


def _choose(act: Act, merge: Merge, kept: Person, gone: Person, take: set[str]) -> dict[str, list[Any]]:
    """Take details from the record given up; returns each as [before, after]."""
    before = {name: getattr(kept, name) for name in CHOSEN}
    for name in OPEN_FIELDS:
        if name in take or not getattr(kept, name):
            setattr(kept, name, getattr(gone, name))
    if kept.postcode == gone.postcode:
        kept.area_code = gone.area_code or kept.area_code
    kept.restricted = kept.restricted or gone.restricted
    fields: dict[str, list[Any]] = {}
    was, now = changed(before, {name: getattr(kept, name) for name in CHOSEN})
    for name, value in now.items():
        fields[name] = [was[name], value]
    if gone.ni_sealed is not None and (NI in take or kept.ni_sealed is None):
        merge.ni_before = kept.ni_sealed
        fields[NI] = [kept.ni_blind, gone.ni_blind]
        kept.ni_sealed, kept.ni_blind = gone.ni_sealed, gone.ni_blind
        was, now = was | {NI: "recorded" if fields[NI][0] else ""}, now | {NI: "changed"}
    kept.version += 1
    gone.version += 1
    gone.merged_into = kept
    kept.save()
    gone.save()
    act.wrote("person", kept.pk, person=kept.pk, before=was, after=now | {"version": kept.version})
    act.wrote("person", gone.pk, person=gone.pk, after={"merged_into": kept.pk, "version": gone.version})
    return fields


def _restore(act: Act, merge: Merge, kept: Person) -> None:
    """Put back the details of the record kept that the merge changed and nobody changed since.

    What a later merge changed again, it puts back itself: it is told what there was before both.
    """
    _, plain = changed({}, {name: getattr(kept, name) for name in CHOSEN})
    later = list(Merge.objects.select_for_update().filter(kept=kept, undone_at=None, pk__gt=merge.pk).order_by("pk"))
    was: dict[str, Any] = {}
    for name, (before, after) in merge.moved["fields"].items():
        if name == "restricted" and _hand_restriction(kept, later):
            continue
        if (kept.ni_blind if name == NI else plain.get(name)) != after:
            _hand_on(merge, later, name)
        elif name == NI:
            kept.ni_sealed, kept.ni_blind = merge.ni_before, before
            was[NI] = "changed"
        else:
            setattr(kept, name, dt.date.fromisoformat(before) if name == "born_on" and before else before)
            was[name] = before
    kept.version += 1
    kept.save()
    act.wrote("person", kept.pk, person=kept.pk, after=was | {"version": kept.version})


def _hand_on(merge: Merge, later: Sequence[Merge], name: str) -> None:
    """The later merge that replaced what this one had chosen puts back what this one found."""
    before, after = merge.moved["fields"][name]
    for each in later:
        fields = each.moved["fields"]
        if name in fields and fields[name][0] == after:
            fields[name][0] = before
            if name == NI:
                each.ni_before = merge.ni_before
            each.save(update_fields=["moved", "ni_before"])
            return


def _hand_restriction(kept: Person, later: Sequence[Merge]) -> bool:
    """Whether another restricted record is still part of this one; then its own merge ends the restriction."""
    restricted = set(Person.objects.filter(merged_into=kept, restricted=True).values_list("pk", flat=True))
    for each in later:
        if each.gone_id in restricted:
            each.moved["fields"]["restricted"] = [False, True]
            each.save(update_fields=["moved"])
            return True
    return False
