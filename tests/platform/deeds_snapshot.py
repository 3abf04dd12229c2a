"""The deed of taking a snapshot, for the kills."""

from collections.abc import Callable

from commongoal.access.engine.permissions import Role
from commongoal.pathway.actions import pruning, snapshots
from commongoal.pathway.engine.snapshots import OFFERED
from tests.platform.world import World, now, put_in_force

Deed = Callable[[], object]


def take_snapshot(world: World) -> Deed:
    from tests.platform.a_history import begun

    put_in_force(world)
    begun(world)
    by, programme = world.viewer(role=Role.ANALYST), world.programme.pk
    return lambda: snapshots.take_snapshot(by=by, at=now(), programme=programme)


def prune_snapshots(world: World) -> Deed:
    from tests.platform.a_history import begun

    put_in_force(world)
    begun(world)
    by, programme = world.viewer(role=Role.ANALYST), world.programme.pk
    for _ in range(OFFERED + 2):
        snapshots.take_snapshot(by=by, at=now(), programme=programme)
    return lambda: pruning.prune_snapshots(by=by, at=now(), programme=programme)
