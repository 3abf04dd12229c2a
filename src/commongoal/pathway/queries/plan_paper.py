"""What the printed page of an action plan says: of the plan as it stands, or of a version that was agreed to."""

from collections.abc import Iterator

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.shown import Shown
from commongoal.pathway.engine.plan_paper import Call, Paper, paper_of, paper_of_version
from commongoal.pathway.queries.plan import PlanOf, own_plan, plan_of, plan_version, the_plan
from commongoal.pathway.queries.plan_rows import named_in
from commongoal.people.engine.record import Heading
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.own_record import own_person
from commongoal.people.queries.workers import named_worker


def plan_paper(person: int, plan: int, viewer: Viewer, *, verb: str = "read person") -> Shown[Paper]:
    """A plan of this person as it stands. Raises as `plan_of`."""
    return _paper(plan_of(person, viewer, plan, verb=verb))


def version_paper(person: int, version: int, viewer: Viewer, *, verb: str = "read person") -> Shown[Paper]:
    """A version of this person's plan. Raises as `plan_of`."""
    shown = plan_version(person, version, viewer, verb=verb)
    found = shown.value
    calls = first_calls(found.person)
    paper = paper_of_version(found.plan, found.version, found.goals, found.person.title, calls)
    return Shown(paper, people=shown.people, listed=shown.listed)


def own_paper(viewer: Viewer, plan: int) -> Shown[Paper]:
    """A plan of the viewer themselves. Raises as `own_plan`."""
    return _paper(own_plan(viewer, plan))


def own_version_paper(viewer: Viewer, version: int) -> Shown[Paper]:
    """A version that the viewer themselves agreed to. Raises as `own_plan`."""
    return version_paper(own_person(viewer), version, viewer, verb="see own record")


def _paper(shown: Shown[PlanOf]) -> Shown[Paper]:
    heading, plan = shown.value.person, the_plan(shown)
    paper = paper_of(plan, heading.title, first_calls(heading))
    return Shown(paper, people=shown.people, listed=named_in(plan.running))


def first_calls(heading: Heading) -> Iterator[Call]:
    """The named worker, for whoever may know who that is; one query."""
    if DataClass.PROGRESS in heading.classes and (worker := named_worker(heading.person)):
        yield Call(f"{worker.name}, {worker.organisation}", worker.phone)
