"""A resident's own page."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Reading
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import Agreement, ResidentAccount
from commongoal.people.queries.own_record import own_person
from commongoal.people.queries.reach import classes_seen
from tests.platform.test_person_page import full_person
from tests.platform.world import World, make_person

SignIn = Callable[[Viewer], Client]


@pytest.fixture
def resident(world: World) -> tuple[int, Viewer]:
    """A person with something in every section, and their own sign-in."""
    person, viewer = full_person(world), world.viewer("council", Role.RESIDENT)
    ResidentAccount.objects.create(person_id=person, membership_id=viewer.membership)
    return person, viewer


def test_people_see_who_knows_what_and_why(world: World, resident: tuple[int, Viewer], signed_in: SignIn) -> None:
    person, viewer = resident
    client = signed_in(viewer)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/my-information/").content.decode()
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]
    said = (
        "2 organisations know about you",
        "Why: test.",
        "Why: You agreed to share on ",
        "The charity",
        "The person to call",
        world.viewer().name,
        "01632 960000",
        "7 Quay Street",
        "Together into work",
        "for 6 years",
        "public task",
    )
    assert [words for words in said if words not in page] == []
    for words in ("Lena", "Oakes", "Rang the mobile"):
        assert words not in page, words
    assert Reading.objects.filter(person_id=person, page="own_record").count() == 1


def test_people_change_what_they_share(world: World, resident: tuple[int, Viewer], signed_in: SignIn) -> None:
    person, viewer = resident
    client, charity = signed_in(viewer), world.viewer("charity")
    agreement = Agreement.objects.get().pk
    address = f"/my-information/agreements/{agreement}/change/"
    page = client.get(address).content.decode()
    assert page.count(" checked") == 3
    assert "What can they see?”" in client.post(address, {"areas": ["work"]}).content.decode()
    client.post(address, {"areas": ["work"], "classes": ["identity"]})
    assert classes_seen(person, charity) == {DataClass.IDENTITY}
    newer = Agreement.objects.get(withdrawn_at=None)
    assert (newer.given_how, newer.from_organisation_id) == ("online", world.organisations["council"].pk)
    assert client.get(address).status_code == 302, "the older one can no longer be changed"


def test_people_stop_sharing_at_once(world: World, resident: tuple[int, Viewer], signed_in: SignIn) -> None:
    person, viewer = resident
    client, agreement = signed_in(viewer), Agreement.objects.get().pk
    assert (
        "Stop sharing with The charity?" in client.get(f"/my-information/agreements/{agreement}/stop/").content.decode()
    )
    page = client.post(f"/my-information/agreements/{agreement}/stop/", follow=True).content.decode()
    assert "You stopped sharing with The charity" in page
    assert "1 organisation knows about you" in page
    assert classes_seen(person, world.viewer("charity")) == frozenset()


def test_nobody_reaches_the_agreements_of_others(world: World, resident: tuple[int, Viewer], signed_in: SignIn) -> None:
    agreement = Agreement.objects.get().pk
    other = world.another("council", Role.RESIDENT)
    ResidentAccount.objects.create(person_id=make_person(world), membership_id=other.membership)
    for client, status in ((signed_in(other), 404), (signed_in(world.viewer()), 403)):
        for address in ("change", "stop"):
            at = f"/my-information/agreements/{agreement}/{address}/"
            assert client.get(at).status_code == client.post(at).status_code == status
    assert Agreement.objects.get().withdrawn_at is None


def test_a_resident_without_a_record_finds_nothing(world: World, signed_in: SignIn) -> None:
    viewer = world.viewer("council", Role.RESIDENT)
    with pytest.raises(NotThere):
        own_person(viewer)
    assert signed_in(viewer).get("/my-information/").status_code == 404


def test_a_resident_opens_no_page_for_staff(resident: tuple[int, Viewer], signed_in: SignIn) -> None:
    person, viewer = resident
    assert signed_in(viewer).get(f"/people/{person}/").status_code == 403
