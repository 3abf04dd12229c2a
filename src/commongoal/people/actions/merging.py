"""Two records of one person made one, parted again, or found to be two people.

A merge moves every row that points to the record given up, whatever part it belongs to, and writes down which; parting
returns exactly those rows, wherever later merges took them. What stays with the record given up: `moving`. What is
ended, because a person has one: `settling`. A merge ends nothing that is between two organisations: of two open
referrals to one organisation both stand, and whoever received them refuses one as a duplicate.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

from commongoal.access.actions import Act, acting
from commongoal.access.actions.acting import changed
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.queries.changes import changes_since
from commongoal.kernel.errors import Refused
from commongoal.people.actions.changing import told
from commongoal.people.actions.indexing import index_person
from commongoal.people.actions.moving import move_rows, newest_rows, return_rows
from commongoal.people.actions.opening import open_person
from commongoal.people.actions.proposing import propose_duplicates, withdraw_proposals
from commongoal.people.actions.settling import settle, unsettle
from commongoal.people.actions.waiting import reckon_again
from commongoal.people.engine.details import OPEN_FIELDS
from commongoal.people.engine.merging import Record
from commongoal.people.models import (
    Different,
    Merge,
    Person,
    PossibleDuplicate,
    SearchPart,
)
from commongoal.people.queries.reach import require
from commongoal.people.queries.since import kept_at_last

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
        merge.moved = {"settled": settle(act, kept, gone), "rows": move_rows(kept, gone), "newest": newest_rows()}
        merge.moved["fields"] = _choose(act, merge, rows[kept], rows[gone], set(take))
        merge.save()
        act.wrote("merge", merge.pk, person=kept, after={"kept": kept, "gone": gone})
        withdraw_proposals(gone)
        SearchPart.objects.filter(person_id=gone).delete()
        index_person(kept)
        reckon_again(kept, merged=True)
        _reckon_tables(act, rows[kept])
        propose_duplicates(act, kept)
        return merge.pk


def part_people(
    merge: int, *, by: Viewer, at: dt.datetime, also: Mapping[str, Collection[int]] | None = None
) -> tuple[int, int]:
    """Undo a merge; returns the ids of the record that was kept and of the one that is back.

    Every row that the merge moved returns. Rows written since stay with the record kept, but for those in `also`
    ("people.note" to ids), which the user chose for the record that is back, and for what was written because of a row
    that goes. Details changed since stay as they are.
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
        handed = return_rows(row, also or {}, top)
        unsettle(row.moved["settled"])
        _restore(act, row, locked[row.kept_id])
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        _note_different(act, row.kept_id, gone.pk)
        act.wrote("merge", merge, person=top, after={"undone": True, "returned besides": handed})
        act.wrote("person", gone.pk, person=gone.pk, after={"merged_into": None, "version": gone.version})
        for pk in (top, gone.pk):
            index_person(pk)
            reckon_again(pk, merged=True)
            _reckon_tables(act, locked[pk])
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


def _reckon_tables(act: Act, row: Record) -> None:
    """What tables of any part keep about all of a person's rows together, reckoned again now that some came or went."""
    for model in apps.get_models():
        if name := getattr(model, "reckoned_again_by", ""):
            import_string(name)(act, row)


def _locked_of(merge: int) -> tuple[int, dict[int, Person]]:
    """The people of a merge, locked in the order of their ids as everywhere, and the record kept at last."""
    row = Merge.objects.filter(pk=merge).first()
    if row is None:
        raise NotThere
    top = kept_at_last(row.kept_id)
    locked = {pk: Person.objects.select_for_update().get(pk=pk) for pk in sorted({row.kept_id, row.gone_id, top})}
    if locked[top].merged_into_id is not None:
        raise ChangedMeanwhile
    return top, locked


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
