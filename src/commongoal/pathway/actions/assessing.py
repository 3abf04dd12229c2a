"""Assessments done with people: recorded, corrected, and reckoned again which of them count."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError
from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.pathway.engine.assessing import AssessmentOfOthers, Finding, checked, counting
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.models import Assessment, AssessmentLevel
from commongoal.pathway.queries.pathways import pathway_as_of, pathway_of
from commongoal.people.actions.opening import open_person

LONGEST_TOKEN = Assessment._meta.get_field("token").max_length


def record_assessment(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    programme: int,
    on: dt.date,
    levels: Mapping[str, int | None],
    notes: Mapping[str, str],
    token: str,
    together: bool = True,
) -> int:
    """Record an assessment done on a day; returns its id, and the same id again for the same form sent twice.

    `levels` and `notes` are by area; None is "prefers not to say", an area left out was not asked. Raises `NoPathway`
    and the refusals of `pathway.engine.assessing`.
    """
    own = _token(token, by, person)
    if (already := _recorded(own, person)) is not None:
        return already
    try:
        with acting("assess person", by=by, at=at) as act:
            open_person(act, person)
            asked = pathway_of(programme)
            findings = checked(levels, notes, asked.programme.areas, on=on, today=timezone.localdate(at))
            row = _write(act, person, programme, asked, on, findings, own, together)
            reckon_counting(act, person, programme)
            return row.pk
    except IntegrityError:  # the same form sent twice at one moment
        if (already := _recorded(own, person)) is None:
            raise
        return already


def correct_assessment(
    *,
    by: Viewer,
    at: dt.datetime,
    person: int,
    assessment: int,
    on: dt.date,
    levels: Mapping[str, int | None],
    notes: Mapping[str, str],
    token: str,
    together: bool = True,
) -> int:
    """Write what the assessment should have said; it is asked by the pathway of then. Returns the new id.

    The assessment before it is kept, stands no more and does not count; which of the others count is reckoned again.
    Raises `AssessmentOfOthers`, `ChangedMeanwhile` and the refusals of `record_assessment`.
    """
    own = _token(token, by, person)
    if (already := _recorded(own, person)) is not None:
        return already
    with acting("assess person", by=by, at=at) as act:
        open_person(act, person)
        before = _correctable(person, assessment, by)
        asked = pathway_as_of(before.pathway_file_id)
        findings = checked(levels, notes, asked.programme.areas, on=on, today=timezone.localdate(at))
        row = _write(act, person, before.programme_id, asked, on, findings, own, together, before)
        _set_counts(act, before, counts=False)
        reckon_counting(act, person, row.programme_id)
        return row.pk


def _correctable(person: int, assessment: int, by: Viewer) -> Assessment:
    """The assessment, if the viewer's organisation did it and it still stands."""
    row = Assessment.objects.filter(pk=assessment, person_id=person).first()
    if row is None:
        raise NotThere
    if row.organisation_id != by.organisation:
        raise AssessmentOfOthers
    newer = Assessment.objects.filter(supersedes=row).select_related("membership__user").first()
    if newer is not None:
        raise ChangedMeanwhile(f"{newer.membership.user.name} has corrected this assessment.")
    return row


def _write(
    act: Act,
    person: int,
    programme: int,
    asked: InForce,
    on: dt.date,
    findings: tuple[Finding, ...],
    token: str,
    together: bool,
    supersedes: Assessment | None = None,
) -> Assessment:
    row = Assessment.objects.create(
        person_id=person,
        programme_id=programme,
        organisation_id=act.by.organisation,
        membership_id=act.by.membership,
        pathway_file_id=asked.file,
        on=on,
        at=act.at,
        together=together,
        counts=False,
        token=token,
        supersedes=supersedes,
    )
    AssessmentLevel.objects.bulk_create(
        AssessmentLevel(assessment=row, area=each.area, level=each.level, note=each.note) for each in findings
    )
    # What they said stays in the assessment: the audit keeps that it was done, not a second copy of it.
    after = {"programme": programme, "on": on.isoformat(), "areas": len(findings), "together": together}
    act.wrote("assessment", row.pk, person=person, after={**after, "supersedes": supersedes.pk if supersedes else None})
    return row


def reckon_counting(act: Act, person: int, programme: int) -> None:
    """Reckon which of the person's standing assessments on the programme count."""
    gap = pathway_of(programme).casework.assessment_gap_days
    rows = Assessment.objects.filter(person=person, programme=programme, superseded_by=None)
    standing = list(rows.order_by("on", "pk"))
    for row, counts in zip(standing, counting([(row.on, row.pk) for row in standing], gap), strict=True):
        _set_counts(act, row, counts=counts)


def _set_counts(act: Act, row: Assessment, *, counts: bool) -> None:
    """Save whether an assessment counts, with a row for the audit, where it changes."""
    if row.counts is counts:
        return
    Assessment.objects.filter(pk=row.pk).update(counts=counts)
    act.wrote("assessment", row.pk, person=row.person_id, before={"counts": row.counts}, after={"counts": counts})


def _token(token: str, by: Viewer, person: int) -> str:
    """A form's token as it is kept: each member's own about each person, so that nobody can use up another's."""
    return f"{by.membership}-{person}-{token}"[:LONGEST_TOKEN]


def _recorded(token: str, person: int) -> int | None:
    return Assessment.objects.filter(token=token, person_id=person).values_list("pk", flat=True).first()
