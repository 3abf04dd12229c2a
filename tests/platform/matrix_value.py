"""The makers of the matrix for runs of valuations; see `tests.platform.matrix`."""

from typing import Any

from commongoal.access.engine.permissions import Viewer
from tests.platform.valued import make_run


def run_for(scene: Any, standing: Any, viewer: Viewer) -> int:
    """A finished run: whoever may see value may see it."""
    return make_run(scene.world)
