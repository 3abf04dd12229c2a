"""Assessments of one person: those that stand, one with what it corrected, and what they say of barriers and stages."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from commongoal.access.engine.permissions import Viewer, relations_allowing
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.pathway import models
from commongoal.pathway.engine.assessing import (
    Assessment,
    AssessmentsNotShared,
    Barrier,
    Finding,
    Reading,
    barriers_of,
)
from commongoal.pathway.queries.pathways import pathway_as_of
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import classes_seen, require

MOST = 100  # assessments of one person: more than one a quarter for a working life
JOINED = ("membership__user", "organisation", "programme", "superseded_by")


def readings_now(person: int, programme: int) -> dict[str, Reading]:
    """The levels of the latest assessment that counts, by area; for callers that have their permission.

    An area where they preferred not to say is left out. Two queries.
    """
    found = _standing(person, programme).filter(counts=True).order_by("-on", "-pk").first()
    if found is None:
        return {}
    rows = found.levels.exclude(level=None).values_list("area", "level")
    return {area: Reading(level, found.on, found.pk) for area, level in rows if level is not None}


def barriers(person: int, programme: int) -> tuple[Barrier, ...]:
    """The areas that stand in the way of work, as the latest assessment found; for callers that have their permission.

    The latest, whether or not it counts: the gap is for measuring movement, and help does not wait for it. Its own
    pathway file says what a barrier is. At most four queries.
    """
    found = _standing(person, programme).order_by("-on", "-pk").first()
    if found is None:
        return ()
    findings = [Finding(area, level) for area, level in found.levels.values_list("area", "level")]
    return barriers_of(findings, pathway_as_of(found.pathway_file_id).programme.areas)


def assessments(person: int, viewer: Viewer, programme: int | None = None) -> Shown[tuple[Assessment, ...]]:
    """The assessments that stand, the earliest first, of one programme or of all; three queries.

    Raises `AssessmentsNotShared` where only they are hidden, and `NotThere`.
    """
    _ask(person, viewer)
    return Shown(assessments_of(person, viewer, programme), people=(person,))


def assessments_of(person: int, viewer: Viewer, programme: int | None = None) -> tuple[Assessment, ...]:
    """As `assessments`, for callers that have their permission; two queries."""
    rows = _standing(person, programme).select_related(*JOINED).prefetch_related("levels")
    newest = list(rows.order_by("-on", "-pk")[:MOST])
    return tuple(_assessment(row, viewer) for row in reversed(newest))


def days_that_count(person: int, programme: int) -> tuple[dt.date, ...]:
    """The days of the assessments that count, for callers that have their permission; one query."""
    return tuple(_standing(person, programme).filter(counts=True).values_list("on", flat=True))


def assessment_with_history(person: int, pk: int, viewer: Viewer) -> Shown[tuple[Assessment, ...]]:
    """An assessment of this person and what it corrected, the newest first. Raises `NotThere` for another person's."""
    _ask(person, viewer)
    rows = models.Assessment.objects.filter(person_id=person).select_related(*JOINED).prefetch_related("levels")
    by_id = {row.pk: row for row in rows.order_by("pk")}
    found: list[Assessment] = []
    step: int | None = pk
    while step is not None:
        if step not in by_id:
            raise NotThere
        found.append(_assessment(by_id[step], viewer))
        step = by_id[step].supersedes_id
    return Shown(tuple(found), people=(person,))


def _ask(person: int, viewer: Viewer) -> None:
    """One query where the viewer may read them; whoever may not is told no more than that."""
    if relations_allowing(viewer.role, "read person") and DataClass.ASSESSMENT in classes_seen(person, viewer):
        return
    require(person, viewer, "read person")
    raise AssessmentsNotShared


def _standing(person: int, programme: int | None) -> QuerySet[models.Assessment]:
    rows = models.Assessment.objects.filter(person_id=person, superseded_by=None)
    return rows if programme is None else rows.filter(programme_id=programme)


def _assessment(row: models.Assessment, viewer: Viewer) -> Assessment:
    newer = getattr(row, "superseded_by", None)
    return Assessment(
        id=row.pk,
        programme=row.programme_id,
        programme_name=row.programme.name,
        file=row.pathway_file_id,
        on=row.on,
        at=row.at,
        together=row.together,
        counts=row.counts,
        who=row.membership.user.name,
        organisation=row.organisation.name,
        findings=_findings(row.levels.all()),
        ours=row.organisation_id == viewer.organisation,
        corrects=row.supersedes_id,
        replaced=newer.pk if newer else None,
    )


def _findings(rows: Iterable[models.AssessmentLevel]) -> tuple[Finding, ...]:
    return tuple(Finding(row.area, row.level, row.note) for row in sorted(rows, key=lambda row: row.pk))
