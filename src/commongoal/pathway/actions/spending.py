"""Costs entered, corrected, withdrawn, and taken in from a file."""

import datetime as dt

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer, allowed, ask
from commongoal.access.engine.refusals import ChangedMeanwhile, NotAllowed, NotThere
from commongoal.kernel.errors import BadInput
from commongoal.pathway.engine.cost_rows import check_cost_rows
from commongoal.pathway.engine.costs import CostDetails, CostNeedsWhy, CostsTaken, NeedsSource, checked_cost
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.files.cost_files import read_cost_file
from commongoal.pathway.models import Cost, PathwayFile
from commongoal.pathway.queries.costs import OWN, provider_alone, relations_to, standing_keys
from commongoal.pathway.queries.pathways import pathway_of

VERB = "record costs"
LONGEST_FILE = 200
ROWS_AT_ONCE = 500  # of a file in one statement
COLUMNS = ("provider", "intervention", "from_on", "to_on", "amount_pence", "borne_by")


def record_cost(*, by: Viewer, at: dt.datetime, programme: int, details: CostDetails) -> int:
    """Record a cost of a programme; returns its id. Raises the refusals of `pathway.engine.costs`, `NoPathway`."""
    with acting(VERB, by=by, at=at) as act:
        pathway = _pathway(programme)
        act.permit(relations_to(details.provider, by, pathway))
        checked_cost(details, pathway.programme, standing_keys(programme), timezone.localdate(at))
        return _write(act, programme, details)


def correct_cost(*, by: Viewer, at: dt.datetime, cost: int, details: CostDetails) -> int:
    """Write what the cost should have said; the one before it is kept behind it. Returns the new id."""
    with acting(VERB, by=by, at=at) as act:
        row, pathway = _standing(cost, by)
        act.permit(relations_to(details.provider, by, pathway))
        others = standing_keys(row.programme_id)
        others.pop((row.provider, row.intervention, row.from_on, row.to_on, row.borne_by, row.basis), None)
        checked_cost(details, pathway.programme, others, timezone.localdate(at))
        return _write(act, row.programme_id, details, supersedes=row)


def withdraw_cost(*, by: Viewer, at: dt.datetime, cost: int, why: str) -> None:
    """The cost was a mistake: it counts no more, and is kept with the reason."""
    with acting(VERB, by=by, at=at) as act:
        row, pathway = _standing(cost, by)
        act.permit(relations_to(row.provider, by, pathway))
        if not why.strip():
            raise CostNeedsWhy
        row.withdrawn_at, row.withdrawn_why = at, why.strip()
        row.save(update_fields=["withdrawn_at", "withdrawn_why"])
        act.wrote("cost", row.pk, after={"withdrawn_why": row.withdrawn_why})


def import_costs(
    *, by: Viewer, at: dt.datetime, programme: int, content: bytes, file: str, source: str, keep_good: bool
) -> CostsTaken:
    """Take in a file in the ledger's layout of costs; a row that stands already is not added again.

    Raises `BadInput` with every fault, nothing written, unless `keep_good`: then the good rows are kept. A fault of the
    whole file, or no good row beside faults, refuses it even then.
    """
    ask(by, VERB, OWN)
    raws = read_cost_file(content, file)  # first, for it takes its time and nobody else should wait for it
    with acting(VERB, by=by, at=at) as act:
        act.permit(OWN)
        pathway = _pathway(programme)
        only = provider_alone(by, pathway, VERB)
        if only == "":  # a manager whose organisation is no provider here
            raise NotAllowed
        if not source.strip():
            raise NeedsSource
        keys, today = standing_keys(programme), timezone.localdate(at)
        found = check_cost_rows(raws, pathway.programme, today, keys, source.strip(), only)
        if found.problems and (not keep_good or found.blocking or not (found.new or found.there)):
            raise BadInput(found.problems)
        rows = [_row(act, programme, each, file=file[-LONGEST_FILE:]) for each in found.new]
        for row in Cost.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE):
            _note(act, row)
        told = {"file": file[-LONGEST_FILE:], "added": len(found.new), "there": found.there}
        act.wrote("costs of programme", programme, after={**told, "left out": len(found.problems)})
        return CostsTaken(found.read, len(found.new), found.there, found.problems)


def _pathway(programme: int) -> InForce:
    """The pathway in force, its row locked: costs of one programme are written one after another, so none twice."""
    PathwayFile.objects.select_for_update().filter(programme=programme).order_by("-pk").first()
    return pathway_of(programme)


def _standing(cost: int, by: Viewer) -> tuple[Cost, InForce]:
    """The cost, locked, if it is the viewer's to record and nobody changed it meanwhile."""
    row = locked(Cost.objects.all(), cost)
    pathway = _pathway(row.programme_id)
    if not allowed(by, VERB, relations_to(row.provider, by, pathway)):
        raise NotThere
    newer = Cost.objects.filter(supersedes=row).select_related("membership__user").first()
    if newer is not None:
        raise ChangedMeanwhile(f"{newer.membership.user.name} has corrected this cost.")
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("This cost has been withdrawn.")
    return row, pathway


def _write(act: Act, programme: int, details: CostDetails, *, supersedes: Cost | None = None) -> int:
    row = _row(act, programme, details, supersedes=supersedes)
    row.save()
    _note(act, row)
    return row.pk


def _row(act: Act, programme: int, details: CostDetails, *, supersedes: Cost | None = None, file: str = "") -> Cost:
    """The cost as a row that is not saved yet."""
    return Cost(
        programme_id=programme,
        organisation_id=act.by.organisation,
        membership_id=act.by.membership,
        at=act.at,
        supersedes=supersedes,
        file=file,
        **{name: getattr(details, name) for name in COLUMNS},
        basis=details.basis.value,
        source=details.source.strip(),
    )


def _note(act: Act, row: Cost) -> None:
    after = {name: getattr(row, name) for name in (*COLUMNS, "basis", "source")}
    days = {"from_on": row.from_on.isoformat(), "to_on": row.to_on.isoformat()}
    act.wrote("cost", row.pk, after=after | days | {"programme": row.programme_id, "supersedes": row.supersedes_id})
