"""Where two records say different things of one person at a time, a merge settles it, and parting undoes that.

One named worker and one household run on, those of the record kept, and so does one plan, or whatever else says of
itself that its second ends (`people.engine.merging`); and the person's latest word about sharing stands.
"""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from commongoal.access.actions import Act
from commongoal.people.actions.moving import running_twice
from commongoal.people.engine.agreements import REPLACED
from commongoal.people.models import Agreement, Holding, HouseholdMember, Worker

Settled = list[list[Any]]  # table, id, field, and its value before and after, as JSON


def settle(act: Act, kept: int, gone: int) -> Settled:
    """End on either record what the other overrules; returns what was changed. The rows have not moved yet."""
    settled = _end_second_ones(act, kept, gone)
    for one, other in ((kept, gone), (gone, kept)):
        settled += _end_overruled(act, one, other)
    return settled


def unsettle(settled: Settled) -> None:
    """Put back what was there before, unless it was changed since."""
    for label, pk, name, before, after in settled:
        manager = apps.get_model(label)._default_manager
        row = manager.filter(pk=pk).first()
        if row is not None and _plain(getattr(row, name)) == after:
            _put_back(manager.filter(pk=pk), name, before)


def _put_back(rows: Any, name: str, before: object) -> None:
    """Put a value back, unless the record has another of its own by now, of which it may have one."""
    try:
        with transaction.atomic():
            rows.update(**{name: before})
    except IntegrityError:
        return


def _end_second_ones(act: Act, kept: int, gone: int) -> Settled:
    """The worker and the household of the record given up, where both have one."""
    settled: Settled = []
    today = timezone.localdate(act.at)
    for model, name, end in ((Worker, "until_at", act.at), (HouseholdMember, "until_on", today)):
        running: Any = model._default_manager.filter(person__in=(kept, gone), **{name: None})
        rows = {row.person_id: row for row in running}
        if len(rows) > 1:
            settled.append(_change(act, rows[gone], name, end))
    for pair in list(running_twice(kept, gone)):
        if pair.rule.second_ends:
            settled.append(_change(act, pair.gone, pair.rule.end, today))
    return settled


def _end_overruled(act: Act, withdrew: int, agreed: int) -> Settled:
    """Agreements on one record to share with an organisation from which the person withdrew on the other, later."""
    today = timezone.localdate(act.at)
    running = Agreement.objects.filter(Q(until_on=None) | Q(until_on__gt=today), withdrawn_at=None)
    again = set(running.filter(person=withdrew).values_list("to_organisation", flat=True))
    last: dict[int, tuple[dt.datetime, str]] = {}
    for row in Agreement.objects.filter(person=withdrew).exclude(withdrawn_at=None).exclude(withdrawn_how=REPLACED):
        assert row.withdrawn_at is not None
        last[row.to_organisation_id] = max(
            (row.withdrawn_at, row.withdrawn_how), last.get(row.to_organisation_id, (row.withdrawn_at, ""))
        )
    settled: Settled = []
    for row in running.filter(person=agreed, to_organisation__in=last.keys() - again):
        when, how = last[row.to_organisation_id]
        if row.from_on <= timezone.localdate(when):
            settled += [_change(act, row, "withdrawn_at", act.at), _change(act, row, "withdrawn_how", how)]
            holdings = Holding.objects.filter(source=f"agreement {row.pk}").exclude(until_at__lte=act.at)
            settled += [_change(act, holding, "until_at", act.at) for holding in holdings]
    return settled


def _change(act: Act, row: Any, name: str, value: dt.date | str) -> list[Any]:
    before, after = _plain(getattr(row, name)), _plain(value)
    setattr(row, name, value)
    row.save(update_fields=[name])
    act.wrote(str(row._meta.verbose_name), row.pk, person=row.person_id, before={name: before}, after={name: after})
    return [row._meta.label_lower, row.pk, name, before, after]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value
