"""Makers of the matrix for journeys, moves, support and pathways."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.models import Journey, Move, PathwayFile, Support
from tests.platform.world import AT, put_in_force

if TYPE_CHECKING:
    from tests.platform.matrix import Scene, Standing


def programme_with_pathway(scene: "Scene") -> int:
    """The world's programme, with a pathway in force."""
    programme = scene.world.programme
    assert programme is not None
    if not PathwayFile.objects.filter(programme=programme).exists():
        put_in_force(scene.world)
    return programme.pk


def make_programme(scene: "Scene", standing: "Standing", viewer: Viewer) -> int:
    return programme_with_pathway(scene)


def programme_for(scene: "Scene", person: int, viewer: Viewer) -> int:
    """The programme, with the person on its pathway, so that there is something to record."""
    _journey(scene, person, viewer)
    return programme_with_pathway(scene)


def move_of(scene: "Scene", person: int, viewer: Viewer) -> int:
    return _move(_journey(scene, person, viewer), "engaged", 1, viewer)


def support_of(scene: "Scene", person: int, viewer: Viewer) -> int:
    return Support.objects.create(
        person_id=person, programme_id=programme_with_pathway(scene), organisation_id=viewer.organisation,
        membership_id=viewer.membership, intervention="advice", from_on=AT.date(), at=AT,
    ).pk  # fmt: skip


def _journey(scene: "Scene", person: int, viewer: Viewer) -> Journey:
    row, new = Journey.objects.get_or_create(
        person_id=person, programme_id=programme_with_pathway(scene), closed_at=None,
        defaults={"begun_on": AT.date(), "stage": "referred", "since_on": AT.date()},
    )  # fmt: skip
    if new:
        _move(row, "referred", 0, viewer)
    return row


def _move(journey: Journey, stage: str, place: int, viewer: Viewer) -> int:
    return Move.objects.create(
        journey=journey, on=AT.date(), place=place, stage=stage, organisation_id=viewer.organisation,
        membership_id=viewer.membership, at=AT,
    ).pk  # fmt: skip


PARTS: "dict[str, Callable[[Scene, int, Viewer], int]]" = {"move": move_of, "support": support_of}
