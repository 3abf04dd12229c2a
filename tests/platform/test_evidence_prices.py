"""What the pages of evidence and targets cost: however much there is, none asks more than a dozen times."""

from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.places.actions.priorities import cite
from commongoal.places.engine.evidence import Stance
from commongoal.places.engine.evidence_given import NewCitation
from commongoal.places.files.themes import themes
from tests.platform.evidenced import (
    a_figure,
    make_finding,
    make_priority,
    make_research,
    make_return,
    make_target,
    with_wards,
)
from tests.platform.test_page_prices import dear
from tests.platform.world import AT, World, put_in_force

Signed = Callable[[Viewer], Client]


def test_no_page_of_evidence_asks_more_than_a_dozen_times(world: World, signed_in: Signed) -> None:
    with_wards()
    put_in_force(world)
    by = world.viewer(role=Role.ANALYST)
    for number in range(6):
        research = make_research(world, token=f"research {number}")
        for theme in themes().themes[:5]:
            make_finding(world, research, theme=theme.id, words=f"Said {number}")
            make_return(world, token=f"{number} {theme.id}", theme=theme.id)
        priority = make_priority(world, token=f"priority {number}")
        finding = make_finding(world, research, people=50 + number)
        for given in (NewCitation(Stance.FOR, finding=finding), NewCitation(Stance.FOR, figure=a_figure())):
            cite(by=by, at=AT, priority=priority, citation=given)
        target = make_target(world, token=f"target {number}")
    here, manager = signed_in(by), signed_in(world.viewer(role=Role.MANAGER))
    pages: dict[str, Callable[[], HttpResponse]] = {
        "log": lambda: here.get("/places/evidence/"),
        "log as a file": lambda: here.get("/places/evidence/log.csv/"),
        "research": lambda: here.get("/places/evidence/research/"),
        "one research": lambda: here.get(f"/places/evidence/research/{research}/"),
        "add research": lambda: here.get("/places/evidence/research/add/"),
        "add finding": lambda: here.get(f"/places/evidence/research/{research}/find/"),
        "returns": lambda: manager.get("/places/evidence/returns/"),
        "send a return": lambda: manager.get("/places/evidence/returns/send/"),
        "priorities": lambda: here.get("/places/priorities/"),
        "one priority": lambda: here.get(f"/places/priorities/{priority}/"),
        "cite": lambda: here.get(f"/places/priorities/{priority}/cite/"),
        "cite residents": lambda: here.get(f"/places/priorities/{priority}/cite/?source=residents"),
        "targets": lambda: here.get("/places/targets/"),
        "one target": lambda: here.get(f"/places/targets/{target}/"),
        "set a target": lambda: here.get("/places/targets/add/"),
    }
    assert dear(pages) == ""
