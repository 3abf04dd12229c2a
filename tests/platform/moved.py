"""Journeys, moves and support made with their actions, for the tests of them and of what is built on them."""

import datetime as dt

from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.actions.moving import begin_journey, record_move
from commongoal.pathway.actions.supporting import begin_support
from commongoal.pathway.models import Assessment, AssessmentLevel, PathwayFile
from tests.platform.world import AT, World, make_person, put_in_force

DAY = AT.date()
SINCE = DAY - dt.timedelta(days=100)


def programme(world: World) -> int:
    assert world.programme is not None
    if not PathwayFile.objects.exists():
        put_in_force(world)
    return world.programme.pk


def begun(world: World, person: int | None = None, on: dt.date = SINCE) -> int:
    """A person whose journey began on a day; returns the person."""
    person = person or make_person(world)
    given = {"person": person, "programme": programme(world), "on": on, "attributes": {"age": "older"}}
    begin_journey(by=world.viewer(), at=AT, **given)  # type: ignore[arg-type]
    return person


def move(world: World, person: int, stage: str, days: int = 0, by: Viewer | None = None, **more: object) -> int:
    """A move so many days before the day of the tests."""
    given: dict[str, object] = {"evidence_kind": "" if stage in {"left", "ended"} else "letter", "why": "I saw it"}
    return record_move(
        by=by or world.viewer(),
        at=AT,
        person=person,
        programme=programme(world),
        stage=stage,
        on=DAY - dt.timedelta(days=days),
        **(given | more),  # type: ignore[arg-type]
    )


def supported(world: World, person: int, days: int = 50, by: Viewer | None = None, **more: object) -> int:
    given = {"intervention": "advice", "from_on": DAY - dt.timedelta(days=days), **more}
    viewer = by or world.viewer()
    return begin_support(by=viewer, at=AT, person=person, programme=programme(world), **given)  # type: ignore[arg-type]


def read(world: World, person: int, **levels: int) -> int:
    """An assessment with these levels."""
    by = world.viewer()
    row = Assessment.objects.create(
        person_id=person, programme_id=programme(world), organisation_id=by.organisation, membership_id=by.membership,
        pathway_file=PathwayFile.objects.latest("pk"), on=DAY, at=AT, token=f"read {person} {levels}",
    )  # fmt: skip
    AssessmentLevel.objects.bulk_create(
        AssessmentLevel(assessment=row, area=area, level=level) for area, level in levels.items()
    )
    return row.pk
