"""The makers of the matrix for neighbourhoods; see `tests.platform.matrix`."""

from typing import Any

from commongoal.access.engine.permissions import Viewer
from commongoal.places.models import Neighbourhood
from tests.platform.world import AT


def make_neighbourhood(scene: Any, standing: Any, viewer: Viewer) -> int:
    """A neighbourhood without small areas: whoever may see the place may see it."""
    number = next(scene.counter)
    return Neighbourhood.objects.create(
        code=f"Q{number:08d}", name=f"Neighbourhood {number}", vintage="2021", membership_id=viewer.membership, at=AT
    ).pk
