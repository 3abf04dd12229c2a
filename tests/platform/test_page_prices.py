"""What pages cost: however much there is to show, none asks the database more than a dozen times."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.people.actions.indexing import index_person
from commongoal.places.actions.hubs import save_hub
from tests.platform.test_directory import add
from tests.platform.test_places import make_hub, places
from tests.platform.test_referrals import AT, sent
from tests.platform.world import World, make_person, make_worker, now

Signed = Callable[[Viewer], Client]
MOST = 12
__all__ = ["places"]  # a fixture
NO_QUESTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def price(ask: Callable[[], HttpResponse]) -> list[str]:
    """The queries that a page makes when it is asked for a second time."""
    ask()
    with CaptureQueriesContext(connection) as seen:
        answer = ask()
    assert answer.status_code == 200
    return [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(NO_QUESTION)]


def dear(pages: dict[str, Callable[[], HttpResponse]]) -> str:
    """The pages that ask more often, with what they ask."""
    found = {page: price(ask) for page, ask in pages.items()}
    return "\n".join("\n  ".join([page, *asked]) for page, asked in found.items() if len(asked) > MOST)


def test_no_page_of_people_asks_more_than_a_dozen_times(world: World, signed_in: Signed) -> None:
    here, manager = signed_in(world.viewer()), signed_in(world.viewer(role=Role.MANAGER))
    referrals = [sent(world, first_name=f"Ben{number}")[1] for number in range(3)]
    for number in range(30):
        person = make_person(world, first_name=f"Ann{number}", last_name="Smith")
        index_person(person)
        make_worker(person, world.viewer(), AT)
    pages: dict[str, Callable[[], HttpResponse]] = {
        "today": lambda: here.get("/today/"),
        "the team's day": lambda: manager.get("/today/?whose=team"),
        "search": lambda: here.post("/people/", {"q": "Ann5 Smith"}),
        "person": lambda: here.get(f"/people/{person}/"),
        "referrals": lambda: here.get("/referrals/out/"),
        "referral": lambda: here.get(f"/referrals/{referrals[0]}/"),
        "referral form": lambda: here.get(f"/people/{person}/refer/"),
    }
    assert dear(pages) == ""


def test_nor_does_a_page_of_places(places: World, signed_in: Signed) -> None:
    for number in range(30):
        add(places, f"Debt advice {number}", postcode="TS1 1AA")
    save_hub(make_hub(places), by=places.viewer(role=Role.ADMINISTRATOR), at=now())
    here = signed_in(places.viewer())
    here.post("/services/", {"text": "debt", "near": "ts11aa", "miles": "3"})
    pages: dict[str, Callable[[], HttpResponse]] = {
        "services": lambda: here.get("/services/"),
        "find help": lambda: here.post("/find-help/", {"postcode": "TS1 1AB"}),
    }
    assert dear(pages) == ""
