"""The deeds of evidence and area targets; see `tests.platform.deeds`."""

from collections.abc import Callable

from commongoal.access.engine.permissions import Role
from commongoal.places.actions import evidence, priorities, targets
from commongoal.places.engine.evidence import Stance
from commongoal.places.engine.evidence_given import NewCitation
from tests.platform.evidenced import (
    a_finding,
    a_priority,
    a_research,
    a_return,
    a_target,
    make_finding,
    make_priority,
    make_research,
    make_return,
    make_target,
)
from tests.platform.world import AT, World

Deed = Callable[[], object]


def add_research(world: World) -> Deed:
    by, given = world.viewer(role=Role.MANAGER), a_research(world)
    return lambda: evidence.add_research(by=by, at=AT, research=given, token="deed")


def add_finding(world: World) -> Deed:
    research, by = make_research(world), world.viewer(role=Role.MANAGER)
    return lambda: evidence.add_finding(by=by, at=AT, research=research, finding=a_finding())


def withdraw_research(world: World) -> Deed:
    research, by = make_research(world), world.viewer(role=Role.MANAGER)
    return lambda: evidence.withdraw_research(by=by, at=AT, research=research, why="Asked twice")


def withdraw_finding(world: World) -> Deed:
    research, by = make_research(world), world.viewer(role=Role.MANAGER)
    finding = make_finding(world, research)
    return lambda: evidence.withdraw_finding(by=by, at=AT, research=research, finding=finding, why="Misread")


def send_return(world: World) -> Deed:
    by = world.viewer(role=Role.MANAGER)
    return lambda: evidence.send_return(by=by, at=AT, given=a_return(), token="deed")


def withdraw_return(world: World) -> Deed:
    sent, by = make_return(world), world.viewer(role=Role.MANAGER)
    return lambda: evidence.withdraw_return(by=by, at=AT, partner_return=sent, why="Counted twice")


def set_priority(world: World) -> Deed:
    by = world.viewer(role=Role.COMMISSIONER)
    return lambda: priorities.set_priority(by=by, at=AT, priority=a_priority(), token="deed")


def cite(world: World) -> Deed:
    priority, by = make_priority(world), world.viewer(role=Role.COMMISSIONER)
    citation = NewCitation(Stance.FOR, finding=make_finding(world, make_research(world)))
    return lambda: priorities.cite(by=by, at=AT, priority=priority, citation=citation)


def withdraw_citation(world: World) -> Deed:
    priority, by = make_priority(world), world.viewer(role=Role.COMMISSIONER)
    given = NewCitation(Stance.FOR, partner_return=make_return(world))
    citation = priorities.cite(by=by, at=AT, priority=priority, citation=given)
    return lambda: priorities.withdraw_citation(by=by, at=AT, priority=priority, citation=citation)


def end_priority(world: World) -> Deed:
    priority, by = make_priority(world), world.viewer(role=Role.COMMISSIONER)
    return lambda: priorities.end_priority(by=by, at=AT, priority=priority, why="Done")


def set_area_target(world: World) -> Deed:
    before, by = make_target(world), world.viewer(role=Role.COMMISSIONER)
    given = a_target(world, people=120)
    return lambda: targets.set_area_target(by=by, at=AT, target=given, token="deed", supersedes=before)
