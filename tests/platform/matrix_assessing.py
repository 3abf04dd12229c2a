"""Makers of assessments for the matrix of pages; see `tests.platform.matrix`."""

from typing import TYPE_CHECKING

from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.models import Assessment, AssessmentLevel, PathwayFile
from tests.platform.world import AT, put_in_force

if TYPE_CHECKING:
    from tests.platform.matrix import Scene


def assessment_of(scene: "Scene", person: int, viewer: Viewer) -> int:
    """An assessment by the viewer's organisation, with one level."""
    number = next(scene.counter)
    programme = scene.world.programme
    row = Assessment.objects.create(
        person_id=person, programme=programme, organisation_id=viewer.organisation, membership_id=viewer.membership,
        pathway_file=PathwayFile.objects.filter(programme=programme).first() or put_in_force(scene.world),
        on=AT.date(), at=AT, token=f"matrix {number}",
    )  # fmt: skip
    AssessmentLevel.objects.create(assessment=row, area="money", level=2)
    return row.pk


MORE_PARTS = {"assessment": assessment_of}
