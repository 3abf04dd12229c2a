"""What the addresses of evidence and area targets are about, for the matrix; see `tests.platform.matrix`."""

from typing import Any

from commongoal.access.engine.permissions import Viewer
from commongoal.places.models import Citation, Finding, Priority, Research, Return
from tests.platform.evidenced import FIRST, HOME, LAST, make_target
from tests.platform.world import AT


def make_research(scene: Any, standing: Any, viewer: Viewer) -> int:
    """Research of the viewer's own organisation, or of another."""
    return Research.objects.create(
        title="Voices", organisation_id=_organisation(scene, standing), method="survey", from_on=FIRST, until_on=LAST,
        area_code=HOME, people=50, consent="Asked", token=f"matrix {next(scene.counter)}",
        membership_id=viewer.membership, at=AT,
    ).pk  # fmt: skip


def finding_of(scene: Any, research: int, viewer: Viewer) -> int:
    return Finding.objects.create(
        research_id=research, theme="health", area_code=HOME, people=20, words="Pain", at=AT,
        membership_id=viewer.membership,
    ).pk  # fmt: skip


def make_return(scene: Any, standing: Any, viewer: Viewer) -> int:
    """A return of the viewer's own organisation, or of another."""
    return Return.objects.create(
        organisation_id=_organisation(scene, standing), theme="health", area_code=HOME, says="more need", words="More",
        from_on=FIRST, until_on=LAST, token=f"matrix {next(scene.counter)}", membership_id=viewer.membership, at=AT,
    ).pk  # fmt: skip


def make_priority(scene: Any, standing: Any, viewer: Viewer) -> int:
    return Priority.objects.create(
        title="Buses", theme="transport", area_code=HOME, why="Many said so", token=f"matrix {next(scene.counter)}",
        membership_id=viewer.membership, at=AT,
    ).pk  # fmt: skip


def citation_of(scene: Any, priority: int, viewer: Viewer) -> int:
    research = make_research(scene, "own", viewer)
    return Citation.objects.create(
        priority_id=priority, source="residents", stance="for", finding_id=finding_of(scene, research, viewer),
        membership_id=viewer.membership, at=AT,
    ).pk  # fmt: skip


def target_for(scene: Any, standing: Any, viewer: Viewer) -> int:
    """A target: whoever may see the place may see it."""
    return make_target(scene.world, token=f"matrix {next(scene.counter)}")


def _organisation(scene: Any, standing: Any) -> int:
    return int(scene.organisation("council" if standing == "own" else "charity"))


MORE_PARTS = {"research finding": finding_of, "citation": citation_of}
