"""The ledger of a programme written from the database: whole, or by reading again only those who changed.

The audit names every person whose record an action changed. A snapshot reads those named since the last one, takes all
others' rows from the last one's tables, and costs whole; the result is the same to the byte as a whole one. It is whole
where the last one went by something else (pathway, keys, bases in law, this program's rules), is of a later day, was
tampered with, where most people changed, or where the audit cannot say because something was erased from it.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from commongoal.access.actions import acting
from commongoal.access.engine.permissions import Role, Viewer, ask
from commongoal.access.queries.bulk import one_view
from commongoal.access.queries.keys import key_ring
from commongoal.access.queries.sharing import programme as programme_named
from commongoal.access.queries.touched import touched_since
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.engine.joining import joined_with
from commongoal.pathway.engine.ledger import FORMAT_VERSION
from commongoal.pathway.engine.ledger_sharing import Law
from commongoal.pathway.engine.ledger_tables import RULES_VERSION, Terms, Told, ledger_from
from commongoal.pathway.engine.snapshots import comparison_named
from commongoal.pathway.files.manifest import Manifest
from commongoal.pathway.files.snapshots import in_sole_use, read_snapshot, sweep, write_snapshot
from commongoal.pathway.models import Snapshot
from commongoal.pathway.queries.ledger_tables import casework_rows, hidden, laws_of, on_programme, pseudonyms
from commongoal.pathway.queries.pathways import pathway_of, pathway_text
from commongoal.pathway.queries.snapshots import directories_of, last_snapshot

MOST_AGAIN = 20_000
"""People read again at most: above that a whole reading is quicker than asking for them by number."""

INSTALLATION = Viewer(user=0, membership=0, organisation=0, role=Role.ANALYST, name="This installation")
"""Who takes a snapshot that nobody asked for: it comes round, or is a command on the machine itself."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one view of the database gave: the ledger, the audit row it came to, and how many people were read."""

    told: Told
    last_action: int
    people: int


def take_snapshot(*, by: Viewer, at: dt.datetime, programme: int, whole: bool = False) -> int:
    """Write the ledger of a programme as it stands; returns the snapshot.

    Everything is read in one view of the database and written to disk before its row is. Killed anywhere, the last
    snapshot stands. Raises `NotAllowed`, `NotThere`, `NoPathway`.
    """
    ask(by, "take snapshot")
    code, pathway, on = programme_named(programme).code, pathway_of(programme), timezone.localdate(at)
    with in_sole_use(Path(settings.SNAPSHOTS) / code) as folder:
        sweep(folder, {Path(each).name for each in directories_of(programme)})
        laws = laws_of(programme)
        basis = _basis(pathway, laws)
        with one_view():
            reading = _read(
                by, at, programme, _terms(pathway, laws, on), None if whole else _earlier(programme, basis, on)
            )
        text, manifest = pathway_text(pathway.file, by), Manifest(pathway.programme.name, on, {})
        comparison = comparison_named(pathway.programme.valuation)
        kept = write_snapshot(folder, text, reading.told, manifest, basis, comparison)
        with acting("take snapshot", by=by, at=at) as act:
            act.permit()
            row = Snapshot.objects.create(
                programme_id=programme,
                pathway_file_id=pathway.file,
                snapshot_on=on,
                directory=f"{code}/{kept.name}",
                digest=kept.digest,
                rows=kept.rows,
                left_out=_by_reason(reading.told),
                last_action=reading.last_action,
                people_read=reading.people,
                membership_id=by.membership or None,
                at=at,
            )
            act.wrote("snapshot", row.pk, after={"programme": programme, "on": on.isoformat(), "digest": kept.digest})
            return row.pk


def _basis(pathway: InForce, laws: tuple[Law, ...]) -> str:
    """What a snapshot goes by beside people's rows, as a keyed digest: it changes when any of it does."""
    told = [[law.scope, str(law.from_on), str(law.until_on), sorted(law.organisations)] for law in laws]
    return key_ring().blind(json.dumps([FORMAT_VERSION, RULES_VERSION, pathway.file, told]))


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The snapshot before: what it told, the audit row it had read to, and whether it is of an earlier day."""

    told: Told
    last_action: int
    another_day: bool


def _earlier(programme: int, basis: str, on: dt.date) -> _Earlier | None:
    """The last snapshot, if this one can stand on it."""
    last = last_snapshot(programme)
    if last is None or last[0].snapshot_on > on:
        return None
    taken, last_action = last
    told = read_snapshot(taken.directory, taken.digest, basis)
    return None if told is None else _Earlier(told, last_action, taken.snapshot_on < on)


def _terms(pathway: InForce, laws: tuple[Law, ...], on: dt.date) -> Terms:
    providers = {organisation: provider for provider, organisation in pathway.providers.items()}
    return Terms(pathway.programme, providers, on, pseudonyms, hidden, laws)


def _read(by: Viewer, at: dt.datetime, programme: int, terms: Terms, earlier: _Earlier | None) -> _Reading:
    """The ledger as it stands in this view of the database, from the one before where there is one."""
    touched = touched_since(earlier.last_action if earlier else 0, at)
    again = _again(programme, touched.people, earlier) if earlier else None
    if earlier is None or again is None:
        told = ledger_from(casework_rows(by, programme), terms)
        return _Reading(told, touched.last_action, len(told.tables["people"]))
    told = ledger_from(casework_rows(by, programme, again), terms)
    joined = joined_with(earlier.told, told, set(pseudonyms(again)))
    return _Reading(joined, touched.last_action, len(again))


def _again(programme: int, touched: frozenset[int] | None, earlier: _Earlier) -> frozenset[int] | None:
    """Whom to read again: those named in the audit since, and those whose rows another day changes; none for all."""
    if touched is None or len(touched) + len(earlier.told.due) > MOST_AGAIN:
        return None
    if not (earlier.another_day and earlier.told.due):
        return touched
    due, everybody = set(earlier.told.due), on_programme(programme)
    return touched | {one for one, told in zip(everybody, pseudonyms(everybody), strict=True) if told in due}


def _by_reason(told: Told) -> dict[str, int]:
    """How many rows were left out for each reason."""
    counts = told.left_out.group_by("reason").aggregate([("rows", "sum")]).sort_by("reason").to_pylist()
    return {row["reason"]: row["rows_sum"] for row in counts}
