"""Services: found by words, need and place; added, changed and checked."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotAllowed, NotThere
from commongoal.access.models import Action
from commongoal.directory.actions.services import mark_checked, save_service
from commongoal.directory.engine.entries import LocationEntry, ServiceEntry, ServiceStatus
from commongoal.directory.engine.shown_services import Search
from commongoal.directory.models import Service, Term
from commongoal.directory.queries.services import service, services_offered
from commongoal.places.actions.imports import import_postcodes
from tests.platform.world import World, later, now

POSTCODES = b"""pcds,doterm,ward,laua,oseast1m,osnrth1m
TS1 1AA,,E05000001,E06000001,400000,0300000
TS1 1AB,,E05000001,E06000001,401609,0300000
TS9 9ZZ,,E05000009,E06000009,400000,0348280
"""


def entry(name: str, description: str = "", **values: object) -> ServiceEntry:
    return ServiceEntry("", name, description, **values)  # type: ignore[arg-type]


def add(world: World, name: str, description: str = "", needs: tuple[str, ...] = ("debt",), **values: object) -> int:
    postcode = values.pop("postcode", "")
    if postcode:
        values["locations"] = (LocationEntry(postcode=str(postcode)),)
    by = world.viewer("provider", Role.MANAGER)
    return save_service(entry(name, description, **values), needs, by=by, at=now())


@pytest.fixture
def placed(world: World) -> World:
    import_postcodes(io.BytesIO(POSTCODES), file="p.csv", by=world.viewer(role=Role.ADMINISTRATOR), at=now())
    return world


def names(world: World, **search: object) -> list[str]:
    found = services_offered(world.viewer(), Search(**search), on=now().date())  # type: ignore[arg-type]
    return [line.name for line in found.part.rows]


def test_services_are_found_by_words_in_any_form_names_first(world: World) -> None:
    add(world, "Money advice", "Help with debts and bills")
    add(world, "Debt clinic", "Somebody who listens")
    add(world, "Gardening", "Growing vegetables")
    assert names(world, text="debt") == ["Debt clinic", "Money advice"]
    assert names(world, text="ADVICE on Debts") == ["Money advice"]
    assert names(world, text="gardens") == ["Gardening"]
    assert names(world, text="astronomy") == []
    assert names(world) == ["Debt clinic", "Gardening", "Money advice"]


def test_services_are_found_by_need(world: World) -> None:
    add(world, "Money advice", needs=("debt", "applying for benefits"))
    add(world, "A home", needs=("housing",))
    assert names(world, needs=("housing",)) == ["A home"]
    assert names(world, needs=("debt", "applying for benefits")) == ["Money advice"]
    assert names(world, needs=("debt",), text="home") == []


def test_services_are_found_near_a_postcode_the_nearest_first(placed: World) -> None:
    add(placed, "Far", postcode="TS99ZZ")
    add(placed, "Near", postcode="TS11AB")
    add(placed, "Here", postcode="TS11AA")
    add(placed, "Nowhere")
    found = services_offered(placed.viewer(), Search(near="ts1 1aa"), on=now().date())
    assert [(line.name, round(line.miles or 0, 1)) for line in found.part.rows] == [("Here", 0.0), ("Near", 1.0)]
    assert names(placed, near="TS1 1AA", miles=31.0) == ["Here", "Near", "Far"]
    assert names(placed, near="TS1 1AA", text="near") == ["Near"]
    unknown = services_offered(placed.viewer(), Search(near="TS2 2AA"), on=now().date())
    assert unknown.near_unknown
    assert len(unknown.part.rows) == 4


def test_lists_come_in_pages_with_few_queries(placed: World) -> None:
    for number in range(27):
        add(placed, f"Debt advice {number:02}", "Advice", postcode="TS11AA")
    viewer = placed.viewer()
    with CaptureQueriesContext(connection) as queries:
        first = services_offered(viewer, Search(text="debt advice", needs=("debt",), near="TS1 1AA"), on=now().date())
    assert (len(first.part.rows), first.part.more) == (25, True)
    assert len(queries) <= 6
    second = services_offered(placed.viewer(), Search(text="debt"), page=2, on=now().date())
    assert (len(second.part.rows), second.part.more) == (2, False)
    assert services_offered(placed.viewer(), Search(), page=99, on=now().date()).part.rows == ()


def test_a_manager_adds_and_changes_services_of_their_own(world: World) -> None:
    added = add(world, "Money advice", "Old words")
    by = world.viewer("provider", Role.MANAGER)
    shown = service(by, added, on=now().date())
    assert (shown.organisation_name, shown.version, shown.needs) == ("The provider", 1, ("debt",))
    changed = entry("Money advice", "New words", status=ServiceStatus.TEMPORARILY_CLOSED)
    save_service(changed, ("housing",), by=by, at=later(), service=added, version=1)
    row = Action.objects.filter(subject="service", subject_id=added).latest("id")
    assert row.before == {"description": "Old words", "status": "active", "needs": None}
    assert row.after == {"description": "New words", "status": "temporarily closed", "needs": ["housing"]}
    assert not Term.objects.exists()
    assert names(world) == []
    with pytest.raises(ChangedMeanwhile):
        save_service(changed, ("housing",), by=by, at=later(), service=added, version=1)
    for viewer in (world.viewer("council", Role.MANAGER), world.viewer("provider", Role.KEY_WORKER)):
        with pytest.raises(NotAllowed):
            save_service(changed, (), by=viewer, at=later(), service=added, version=2)
    with pytest.raises(NotThere):
        save_service(changed, (), by=by, at=later(), service=added + 1, version=1)


def test_a_service_is_overdue_a_year_after_it_was_last_checked(world: World) -> None:
    added = add(world, "Money advice")
    by = world.viewer("provider", Role.MANAGER)
    assert service(by, added, on=now().date()).overdue
    mark_checked(added, by=by, at=dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC))
    assert not service(by, added, on=dt.date(2027, 3, 1)).overdue
    assert service(by, added, on=dt.date(2027, 3, 2)).overdue
    assert service(by, added, on=now().date()).checked_by == by.name
    assert Service.objects.get().version == 1


def test_the_pages_of_the_directory(placed: World, signed_in: Callable[[Viewer], Client]) -> None:
    client = signed_in(placed.viewer("provider", Role.MANAGER))
    given = {
        "name": "Money advice", "description": "Help with debts", "needs": ["debt"], "status": "active",
        "phone": "01632 960111", "url": "example.org", "address": "3 High Street", "postcode": "TS1 1AA",
        "minimum_age": "16",
    }  # fmt: skip
    assert client.get("/services/add/").status_code == 200
    assert b"at least one need" in client.post("/services/add/", {**given, "needs": []}).content
    answer = client.post("/services/add/", given)
    assert answer.status_code == 302
    address = answer["Location"]
    page = client.get(address).content.decode()
    assert "16 and over" in page
    assert "https://example.org" in page
    assert "01632 960111" in page
    form = client.get(f"{address}change/").content.decode()
    assert "TS1 1AA" in form
    assert client.post(f"{address}change/", {**given, "name": "Debt advice", "version": "1"}).status_code == 302
    lost = client.post(f"{address}change/", {**given, "version": "1"})
    assert lost.status_code == 409
    assert b"Somebody else changed this" in lost.content
    assert client.post(f"{address}checked/").status_code == 302
    assert b"check due" not in client.get(address).content


def test_a_search_stays_out_of_the_address(placed: World, signed_in: Callable[[Viewer], Client]) -> None:
    add(placed, "Money advice", postcode="TS11AA")
    add(placed, "A home", needs=("housing",))
    client = signed_in(placed.viewer("council"))
    assert b"A home" in client.get("/services/").content
    answer = client.post("/services/", {"text": "money", "near": "ts11aa", "miles": "3"})
    assert (answer.status_code, answer["Location"]) == (302, "/services/")
    page = client.get("/services/").content
    assert b"1 service answers your search" in page
    assert b"A home" not in page
    assert b"0.0 miles away" in page
    assert b"full postcode" in client.post("/services/", {"near": "TS1"}).content
    client.post("/services/", {"clear": "1"})
    assert b"A home" in client.get("/services/?page=x").content
    nobody = client.post("/services/", {"text": "astronomy"}, follow=True)
    assert b"No service answers your search" in nobody.content


def test_who_may_not_change_is_refused(placed: World, signed_in: Callable[[Viewer], Client]) -> None:
    added = add(placed, "Money advice")
    worker = signed_in(placed.viewer("provider"))
    assert worker.get(f"/services/{added}/").status_code == 200
    assert worker.get(f"/services/{added}/change/").status_code == 403
    other = signed_in(placed.viewer("council", Role.MANAGER))
    assert other.get(f"/services/{added}/change/").status_code == 403
    assert other.post(f"/services/{added}/checked/").status_code == 403
    assert other.get(f"/services/{added + 1}/").status_code == 404
    assert Client().get("/services/").status_code == 302


def test_anybody_sees_services_near_them(placed: World, client: Client) -> None:
    add(placed, "Money advice", postcode="TS11AB")
    page = client.post("/find-help/", {"postcode": "TS1 1AA"}).content
    assert b"Money advice" in page
    assert b"1.0 miles away" in page
