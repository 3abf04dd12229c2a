"""The deeds of moves, support and closing a case; see `tests.platform.deeds`."""

from collections.abc import Callable

from commongoal.access.engine.permissions import Role
from commongoal.pathway.actions import closing, moving, pathways, planning, supporting
from tests.platform import deeds_meeting, moved
from tests.platform.moved import DAY, SINCE
from tests.platform.world import AT, PATHWAY, World, make_person, make_worker

Deed = Callable[[], object]


def begin_journey(world: World) -> Deed:
    person, by, programme = make_person(world), world.viewer(), moved.programme(world)
    given = {"by": by, "at": AT, "person": person, "programme": programme, "on": SINCE}
    return lambda: moving.begin_journey(**given, attributes={"age": "older"})


def record_move(world: World) -> Deed:
    person = moved.begun(world)
    return lambda: moved.move(world, person, "engaged", 9)


def correct_move(world: World) -> Deed:
    person, by = moved.begun(world), world.viewer()
    move = moved.move(world, person, "engaged", 9)
    given = {"stage": "engaged", "on": DAY, "evidence_kind": "letter", "why": "I saw it"}
    return lambda: moving.correct_move(by=by, at=AT, person=person, move=move, **given)


def withdraw_move(world: World) -> Deed:
    person, by = moved.begun(world), world.viewer()
    move = moved.move(world, person, "engaged", 9)
    return lambda: moving.withdraw_move(by=by, at=AT, person=person, move=move, why="Another person")


def begin_support(world: World) -> Deed:
    person, by = make_person(world), world.viewer()
    moved.programme(world)
    return lambda: moved.supported(world, person, by=by)


def end_support(world: World) -> Deed:
    person, by = make_person(world), world.viewer()
    support = moved.supported(world, person)
    return lambda: supporting.end_support(by=by, at=AT, person=person, support=support, to_on=DAY)


def correct_support(world: World) -> Deed:
    person, by = make_person(world), world.viewer()
    support = moved.supported(world, person)
    given = {"intervention": "coaching", "from_on": SINCE}
    return lambda: supporting.correct_support(by=by, at=AT, person=person, support=support, **given)


def withdraw_support(world: World) -> Deed:
    person, by = make_person(world), world.viewer()
    support = moved.supported(world, person)
    return lambda: supporting.withdraw_support(by=by, at=AT, person=person, support=support, why="Another person")


def close_case(world: World) -> Deed:
    person, by = make_person(world), world.viewer()
    make_worker(person, by, AT)
    deeds_meeting.booked(world, person)
    planning.begin_plan(by=by, at=AT, person=person, programme=moved.programme(world))
    return lambda: closing.close_case(by=by, at=AT, person=person, why="They work")


def put_pathway(world: World) -> Deed:
    by, programme = world.viewer(role=Role.ANALYST), world.programme.pk
    given = {"programme": programme, "content": PATHWAY.encode(), "file": "test.toml"}
    return lambda: pathways.put_pathway(by=by, at=AT, **given)
