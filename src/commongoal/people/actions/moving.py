"""The rows of a merge: pointed to the record kept, and returned when the two are parted.

Every table of every part moves, without being named here. A row stays with the record given up when it ties the two
records to each other; when the database allows the record kept no second one; and when a person has one running at a
time, and the one kept has its own (`one_running` of `people.engine.merging`), together with the holdings it made. Which
of the two records is to be kept is asked of what a person has one of: first of the stories, then of the rest.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Model

from commongoal.people.engine.merging import OneRunning, OtherGoesFurther
from commongoal.people.models import Holding, Merge
from commongoal.people.queries.since import Rows, pointing, reasons_of, roots, rows_since

Moved = dict[str, dict[str, list[int]]]  # ids by table and field


def move_rows(kept: int, gone: int) -> Moved:
    """Point the rows of `gone` to `kept`; returns those moved. Raises `OtherGoesFurther`."""
    staying = _second_running(kept, gone)
    sources = [f"{label.partition('.')[2]} {pk}" for label, ids in staying.items() for pk in ids]
    staying[Holding._meta.label_lower] = set(
        Holding.objects.filter(person=gone, source__in=sources).values_list("pk", flat=True)
    )
    moved: Moved = {}
    fields = pointing()
    for model, field in fields:
        label = model._meta.label_lower
        rows = model._default_manager.filter(**{field: gone}).exclude(pk__in=staying.get(label, ()))
        for other in [name for same, name in fields if same is model and name != field]:
            rows = rows.exclude(**{other: kept})  # nobody is their own parent
        ids = list(rows.values_list("pk", flat=True).order_by("pk"))
        if ids and (done := _repoint(model, field, ids, kept)):
            moved.setdefault(label, {})[field] = done
    return moved


def newest_rows() -> dict[str, int]:
    """The last id of each table that moves: what comes after it was written since."""
    models = {model for model, _ in pointing()}
    return {model._meta.label_lower: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in models}


def return_rows(merge: Merge, also: Mapping[str, Collection[int]], top: int) -> list[str]:
    """Point back what the merge moved, and hand over the rows chosen besides; returns those in words: "note 12".

    Of the rows written since, all go that were written because of one that goes: a correction with its note, a
    referral passed on with the one before it, what an organisation may know with the referral that let it.
    """
    returned: Moved = merge.moved["rows"]
    for label, field, ids in _each(returned):
        _model(label)._default_manager.filter(pk__in=ids).update(**{f"{field}_id": merge.gone_id})
    since = rows_since(merge)
    free = roots(since)
    chosen = {label: set(ids) & free.get(label, frozenset()) for label, ids in also.items()}
    handed = _hand_over(_following(since, _flat(returned), chosen), top, merge.gone_id)
    for moved in (returned, handed):
        _forget(merge, moved)
    return sorted(f"{label.partition('.')[2]} {pk}" for label, ids in _flat(handed).items() for pk in ids)


def _hand_over(going: Rows, top: int, gone: int) -> Moved:
    """Point these rows of the record kept to the one that is back; returns those that moved."""
    handed: Moved = {}
    for model, field in pointing():
        label = model._meta.label_lower
        rows = model._default_manager.filter(pk__in=going.get(label, ()), **{field: top})
        ids = list(rows.values_list("pk", flat=True).order_by("pk"))
        if ids:
            handed.setdefault(label, {})[field] = _repoint(model, field, ids, gone)
    return handed


@dataclass(frozen=True, slots=True)
class _Pair:
    """A running row of the record given up, and its like of the record kept."""

    rule: OneRunning
    table: str
    gone: Any
    own: Any

    @property
    def theirs_further(self) -> bool:
        return self.rule.further(_days(self.gone, self.rule), _days(self.own, self.rule))

    @property
    def ours_further(self) -> bool:
        return self.rule.further(_days(self.own, self.rule), _days(self.gone, self.rule))


def _second_running(kept: int, gone: int) -> Rows:
    """The running rows of `gone` whose like runs for `kept`. Raises `OtherGoesFurther`."""
    pairs = list(running_twice(kept, gone))
    _check_direction([pair for pair in pairs if pair.rule.story] or pairs)
    found: Rows = {}
    for pair in pairs:
        found.setdefault(pair.table, set()).add(pair.gone.pk)
    return found


def running_twice(kept: int, gone: int) -> Iterable[_Pair]:
    """What runs for both records though a person has one of it."""
    for model, field in pointing():
        rule: OneRunning | None = getattr(model, "one_running", None)
        if rule is None:
            continue
        rows: Any = model._default_manager.filter(**{rule.end: None}).select_related(*rule.like)
        ours = {_like(row, rule): row for row in rows.filter(**{field: kept})}
        for row in rows.filter(**{field: gone}):
            if own := ours.get(_like(row, rule)):
                yield _Pair(rule, model._meta.label_lower, row, own)


def _check_direction(pairs: Iterable[_Pair]) -> None:
    """Refuse to give up the record that has gone further, unless the other has, in something else: one way is open."""
    pairs = list(pairs)
    theirs = [pair for pair in pairs if pair.theirs_further]
    if theirs and not any(pair.ours_further for pair in pairs):
        about = (str(getattr(theirs[0].gone, name)) for name in theirs[0].rule.like)
        raise OtherGoesFurther(f"It is about {' and '.join(about)}.")


def _like(row: Any, rule: OneRunning) -> tuple[Any, ...]:
    return tuple(getattr(row, f"{name}_id") for name in rule.like)


def _days(row: Any, rule: OneRunning) -> list[Any]:
    return [getattr(row, name) for name in rule.days]


def _following(since: Rows, returned: Rows, chosen: Rows) -> Rows:
    """The rows chosen, and of those written since, all whose reason goes too, however far back."""
    reasons = {(label, pk): why for label, ids in since.items() for pk, why in reasons_of(label, ids).items()}
    going = {(label, pk) for rows in (returned, chosen) for label, ids in rows.items() for pk in ids}
    while following := {row for row, why in reasons.items() if row not in going and why & going}:
        going |= following
    found: Rows = {}
    for label, pk in going & reasons.keys():
        found.setdefault(label, set()).add(pk)
    return found


def _repoint(model: type[Model], field: str, ids: list[int], to: int) -> list[int]:
    """Point rows to another person, all at once, or one by one when one of them cannot; returns those that moved."""
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=ids).update(**{f"{field}_id": to})
    except IntegrityError:
        return [pk for each in ids for pk in _repoint(model, field, [each], to)] if len(ids) > 1 else []
    return ids


def _forget(merge: Merge, returned: Moved) -> None:
    """Later merges that carried the returned rows on must not fetch them back when they are undone."""
    for later in Merge.objects.filter(undone_at=None, pk__gt=merge.pk).filter(gone_id=merge.kept_id):
        for label, field, ids in _each(returned):
            carried = later.moved["rows"].get(label, {}).get(field, [])
            if carried:
                later.moved["rows"][label][field] = [pk for pk in carried if pk not in set(ids)]
        later.save(update_fields=["moved"])
        _forget(later, returned)


def _model(label: str) -> type[Model]:
    return next(model for model, _ in pointing() if model._meta.label_lower == label)


def _each(moved: Moved) -> Iterable[tuple[str, str, list[int]]]:
    return [(label, field, ids) for label, by_field in moved.items() for field, ids in by_field.items()]


def _flat(moved: Moved) -> Rows:
    return {label: {pk for ids in by_field.values() for pk in ids} for label, by_field in moved.items()}
