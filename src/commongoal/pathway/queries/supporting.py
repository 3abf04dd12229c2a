"""Who supports a person with what, from when to when."""

import datetime as dt

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.access.queries.sharing import programmes_on
from commongoal.pathway.engine.supporting import Offered, SupportRecord
from commongoal.pathway.models import Support
from commongoal.pathway.queries.journeys import ask_progress
from commongoal.pathway.queries.pathways import newest_file, pathway_known, pathways_now
from commongoal.people.engine.vocabulary import DataClass

JOINED = ("programme", "organisation", "membership__user", "superseded_by")


def support_of(person: int) -> tuple[SupportRecord, ...]:
    """All that was ever recorded, the newest first; for callers that have their permission. One query."""
    rows = Support.objects.filter(person_id=person).select_related(*JOINED).order_by("-from_on", "-pk")
    file, digest = newest_file("programme")
    return tuple(_record(row) for row in rows.annotate(file=file, digest=digest))


def support(person: int, viewer: Viewer, seen: frozenset[DataClass] | None = None) -> Shown[tuple[SupportRecord, ...]]:
    """All that was ever recorded, the newest first. Raises `NotThere`, `ProgressNotShared`.

    `seen` saves asking again where the caller knows the classes that the viewer sees.
    """
    ask_progress(person, viewer, seen)
    return Shown(support_of(person), people=(person,))


def one_support(person: int, support: int) -> SupportRecord:
    """One period of support of the person; for callers that have their permission. Raises `NotThere`."""
    for record in support_of(person):
        if record.id == support:
            return record
    raise NotThere


def interventions_of(viewer: Viewer, on: dt.date) -> tuple[Offered, ...]:
    """What the viewer's organisation helps with, as a provider of the programmes that run that day."""
    found: list[Offered] = []
    pathways = pathways_now()
    for programme in programmes_on(on):
        pathway = pathways.get(programme.id)
        if pathway is not None and pathway.provider(viewer.organisation) is not None:
            found += [Offered(programme.id, programme.name, each.id, each.name, each.meaning)
                      for each in pathway.programme.interventions]  # fmt: skip
    return tuple(found)


def _record(row: Support) -> SupportRecord:
    pathway = pathway_known(row.file, row.digest)  # type: ignore[attr-defined]  # annotated above
    newer = getattr(row, "superseded_by", None)
    return SupportRecord(
        id=row.pk,
        person=row.person_id,
        programme=row.programme_id,
        programme_name=row.programme.name,
        organisation=row.organisation_id,
        organisation_name=row.organisation.name,
        intervention=row.intervention,
        intervention_name=pathway.intervention_name(row.intervention),
        contract=row.contract,
        from_on=row.from_on,
        to_on=row.to_on,
        who=row.membership.user.name,
        at=row.at,
        supersedes=row.supersedes_id,
        superseded_by=newer.pk if newer else None,
        withdrawn=row.withdrawn_at is not None,
        withdrawn_why=row.withdrawn_why,
    )
