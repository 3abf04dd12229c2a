"""Services taken in from a source, added and changed by hand, and checked."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.utils import timezone

from commongoal.access.actions.acting import Act, acting, changed
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.access.queries.organisations import organisations
from commongoal.directory.actions.saving import BATCH, WRITTEN, close, fill, save_parts, save_providers
from commongoal.directory.engine.entries import ServiceEntry, ServiceFile
from commongoal.directory.engine.open_referral import service_file
from commongoal.directory.models import Service
from commongoal.directory.queries.entries import entry_of, with_parts
from commongoal.directory.queries.services import service_relations
from commongoal.kernel.errors import BadInput, Refused
from commongoal.places.engine.rows import Imported


class NotOurs(Refused):
    """This service belongs to the directory it came from; ask them to change it, and import it again."""


class SourceUnnamed(Refused):
    """Name the directory that the services come from, in at most 60 letters."""


def import_services(
    text: bytes, *, source: str, file: str, by: Viewer, at: dt.datetime, keep_good: bool = False
) -> Imported:
    """Takes in a document of Open Referral UK as all that a source offers: services that it lacks have gone.

    A service is known again by source and id; what is unchanged is not rewritten, and what was checked here stays.
    Raises `BadInput` with every fault, nothing written; with `keep_good` the services with faults are left out, and
    those that were in the directory already stay as they are.
    """
    source = source.strip()
    if not 0 < len(source) <= 60:
        raise SourceUnnamed
    found = service_file(text, file)
    with acting("import services", by=by, at=at) as act:
        act.permit()
        if found.faults and not keep_good:
            raise BadInput((*found.faults, *found.remarks))
        done = _take_in(act, found, source)
        counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
        act.wrote("services", 0, after={"source": source, "file": file, "left_out": len(found.faults), **counts})
    return done


def _take_in(act: Act, found: ServiceFile, source: str) -> Imported:
    entries = {entry.external_id: entry for entry in found.entries}
    faulty = {problem.column.rpartition(" of ")[2] for problem in found.faults}
    rows = {row.external_id: row for row in with_parts(Service.objects.filter(source=source))}
    before = {external_id: entry_of(row) for external_id, row in rows.items()}
    partners = {line.name.lower(): line.id for line in organisations(act.by, timezone.localdate(act.at))}
    providers = save_providers((entry.provider for entry in found.entries if entry.provider), source, partners)
    new, other = [], []
    for external_id, entry in entries.items():
        provider = providers[entry.provider.external_id] if entry.provider else None
        row = rows.get(external_id)
        if row is None:
            new.append(fill(Service(source=source), entry, provider))
        elif before[external_id] != entry or row.gone_on:
            row.version += 1
            other.append(fill(row, entry, provider))
            _note(act, row, before[external_id], entry)
    Service.objects.bulk_create(new, BATCH)
    Service.objects.bulk_update(other, WRITTEN, BATCH)
    save_parts([*new, *other], entries, {})
    gone = [row for key, row in rows.items() if key not in entries and key not in faulty and not row.gone_on]
    close(gone, timezone.localdate(act.at))
    for row in gone:
        act.wrote("service", row.pk, before={"gone_on": None}, after={"gone_on": str(row.gone_on)})
    same = len(entries) - len(new) - len(other)
    return Imported(len(new), len(other) + len(gone), same, found.faults, found.remarks)


def save_service(
    entry: ServiceEntry,
    needs: Sequence[str],
    *,
    by: Viewer,
    at: dt.datetime,
    service: int = 0,
    version: int = 0,
) -> int:
    """Adds a service of the organisation of `by`, or changes one of ours; the id. The entry's own id is not looked at.

    Raises `NotOurs`, `NotThere`, `NotAllowed`, `ChangedMeanwhile` when it is no longer of that version.
    """
    with acting("change services", by=by, at=at) as act:
        row = (
            locked(Service.objects.all(), service)
            if service
            else Service(organisation_id=by.organisation, external_id=str(uuid.uuid4()))
        )
        act.permit(service_relations(by, row.organisation_id))
        before: ServiceEntry | None = None
        if service:
            if row.source:
                raise NotOurs
            if row.version != version:
                raise ChangedMeanwhile("Look at the service again; your changes are not in it.")
            before = entry_of(row)
            row.version += 1
        entry = replace(entry, external_id=row.external_id, provider=None)
        if before:
            entry = replace(entry, assured_on=before.assured_on)
        fill(row, entry, None).save()
        save_parts([row], {row.external_id: entry}, {row.external_id: needs})
        _note(act, row, before, entry, needs=needs)
    return row.pk


def mark_checked(service: int, *, by: Viewer, at: dt.datetime) -> None:
    """Notes that what the service says was checked today. Raises `NotThere`, `NotAllowed`."""
    with acting("change services", by=by, at=at) as act:
        row = locked(Service.objects.all(), service)
        act.permit(service_relations(by, row.run_by))
        before = row.checked_on
        row.checked_on, row.checked_by_id = timezone.localdate(at), by.membership
        row.save(update_fields=["checked_on", "checked_by"])
        old, new = changed({"checked_on": before}, {"checked_on": row.checked_on})
        act.wrote("service", row.pk, before=old, after=new)


def _note(act: Act, row: Service, before: ServiceEntry | None, after: ServiceEntry, **more: Any) -> None:
    """An audit row with the fields that differ."""
    old: Mapping[str, Any] = asdict(before) if before else {}
    was, now = changed(_plain(old), _plain({**asdict(after), **more}))
    act.wrote("service", row.pk, before=was, after=now)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them, in their order."""
    return {
        name: list(value)
        if isinstance(value, tuple | list)
        else value.isoformat()
        if isinstance(value, dt.date)
        else value
        for name, value in values.items()
    }
