"""The deeds of assessments; see `tests.platform.deeds`."""

from collections.abc import Callable

from commongoal.pathway.actions import assessing
from tests.platform.test_assessments import DAY, LEVELS, done
from tests.platform.world import AT, World, make_person, put_in_force

Deed = Callable[[], object]


def record_assessment(world: World) -> Deed:
    put_in_force(world)
    person, by = make_person(world), world.viewer()
    return lambda: done(world, person, by=by, token="one")


def correct_assessment(world: World) -> Deed:
    put_in_force(world)
    person, by = make_person(world), world.viewer()
    first = done(world, person)
    return lambda: assessing.correct_assessment(
        by=by, at=AT, person=person, assessment=first, on=DAY, levels=LEVELS, notes={}, token="one"
    )
