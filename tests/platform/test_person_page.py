"""A person's record: who sees what of it, and what it costs to show."""

import datetime as dt
import itertools
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongoal.access.engine.permissions import Relation, Role, Viewer, allowed
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Reading
from commongoal.access.queries.keys import key_ring
from commongoal.people.actions.agreements import Terms, give_agreement
from commongoal.people.actions.family import add_relative
from commongoal.people.actions.needs import add_need
from commongoal.people.actions.notes import write_note
from commongoal.people.actions.workers import change_worker
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, FamilyLinkKind, GivenHow, NeedKind, NoteKind
from commongoal.people.models import Holding, NamedStaff, Person
from commongoal.people.queries.person_page import person_record
from commongoal.people.queries.reach import classes_seen, relations_to
from tests.platform.world import World, make_person, now

TODAY = now().date()


def full_person(world: World) -> int:
    """A person of the council with something in every section."""
    by, at = world.viewer("council"), now()
    person = make_person(world, address="7 Quay Street", postcode="ZZ1 1ZZ", phone="01632 960111")
    sister = make_person(world, first_name="Lena", last_name="Marden")
    stranger = make_person(world, "housing", first_name="Sam", last_name="Oakes")
    add_need(by=by, at=at, person=person, kind=NeedKind.SAFE_CONTACT, detail="Never ring the house")
    add_need(by=by, at=at, person=person, kind=NeedKind.QUIET_ROOM)
    add_relative(by=by, at=at, person=person, other=sister, kind=FamilyLinkKind.SIBLING)
    add_relative(by=by, at=at, person=person, other=sister, together=True)
    Holding.objects.create(
        person_id=stranger, organisation=world.organisations["council"], relation="own", why="t", since_at=at
    )
    add_relative(by=by, at=at, person=person, other=stranger, kind=FamilyLinkKind.PARTNER)
    Holding.objects.filter(person_id=stranger, organisation=world.organisations["council"]).delete()
    change_worker(by=by, at=at, person=person, membership=by.membership, why="First appointment")
    write_note(by=by, at=at, person=person, kind=NoteKind.CONTACT, text="Rang the mobile", on=TODAY)
    give_agreement(by=by, at=at, person=person, terms=terms(world))
    return person


def terms(world: World, organisation: str = "charity", classes: frozenset[DataClass] | None = None) -> Terms:
    """An agreement with the charity about identity, contact and progress."""
    return Terms(
        to_organisation=world.organisations[organisation].pk,
        areas=frozenset({AreaOfLife.WORK}),
        classes=classes or frozenset({DataClass.IDENTITY, DataClass.CONTACT}),
        given_how=GivenHow.SIGNED,
        document_version="Sharing 2.1",
        from_on=TODAY,
        until_on=TODAY + dt.timedelta(days=90),
    )


def test_the_record_costs_two_queries(world: World) -> None:
    person = full_person(world)
    with CaptureQueriesContext(connection) as queries:
        shown = person_record(person, world.viewer(), TODAY)
    assert len(queries) == 2, [query["sql"] for query in queries]
    record = shown.value
    assert record.title == "Rosa Marden"
    assert record.safe_contact[0].detail == "Never ring the house"
    assert record.worker is not None
    assert record.worker.name == world.viewer().name
    assert [(each.name, each.known_to, each.household) for each in record.family or ()] == [
        ("Lena Marden", "", True),
        ("", "The housing", False),
    ]
    assert [each.organisation for each in record.agreed] == ["The charity"]
    assert {event.title for event in record.events} >= {"Added", "Contact", "Agreed to share with The charity"}
    assert len(shown.listed) == 1


def test_classes_not_agreed_are_not_in_the_record(world: World) -> None:
    person = full_person(world)
    record = person_record(person, world.viewer("charity"), TODAY).value
    assert record.contact is not None
    assert record.needs is record.family is record.workers is record.holdings is None
    assert record.safe_contact, "whoever may make contact is told how it is safe"
    assert record.events == ()
    assert "change person" not in record.may


SETTINGS = [
    (role, relation, restricted, named)
    for role, relation, restricted, named in itertools.product(
        (Role.KEY_WORKER, Role.MANAGER, Role.DATA_PROTECTION, Role.ANALYST),
        (None, Relation.OWN, Relation.REFERRED, Relation.AGREED),
        (False, True),
        (False, True),
    )
]


@pytest.mark.parametrize(("role", "relation", "restricted", "named"), SETTINGS)
def test_the_record_and_reach_are_of_one_mind(
    world: World, role: Role, relation: Relation | None, restricted: bool, named: bool
) -> None:
    person, viewer = make_person(world, restricted=restricted), world.viewer("provider", role)
    if relation:
        Holding.objects.create(
            person_id=person,
            organisation_id=viewer.organisation,
            relation=relation.value,
            classes=["identity"],
            why="t",
            since_at=now(),
        )
    if named:
        NamedStaff.objects.create(person_id=person, membership_id=viewer.membership, since_at=now())
    seen = classes_seen(person, viewer)
    if not seen:
        with pytest.raises(NotThere):
            person_record(person, viewer, TODAY)
        return
    record = person_record(person, viewer, TODAY).value
    assert record.classes == seen
    assert ("change person" in record.may) == allowed(viewer, "change person", relations_to(person, viewer))


def test_a_restricted_relative_is_not_hinted_at(world: World) -> None:
    person = full_person(world)
    Person.objects.filter(first_name="Lena").update(restricted=True)
    record = person_record(person, world.viewer(), TODAY).value
    assert [each.known_to for each in record.family or ()] == ["The housing"]


def test_the_page_shows_its_sections(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    person = full_person(world)
    client = signed_in(world.viewer())
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/people/{person}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    said = (
        "Rosa Marden",
        "How to contact safely: Never ring the house",
        "7 Quay Street",
        "Quiet room",
        "Lena Marden",
        "Another family member, known to The housing",
        "The charity",
        "Rang the mobile",
    )
    assert [words for words in said if words not in page] == []
    assert "Oakes" not in page
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]
    assert Reading.objects.filter(person_id=person, page="person", listed=False).count() == 1
    assert Reading.objects.filter(listed=True).count() == 1


def test_the_page_leaves_out_what_is_not_agreed(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    person = full_person(world)
    page = signed_in(world.viewer("charity")).get(f"/people/{person}/").content.decode()
    assert "7 Quay Street" in page
    assert "Never ring the house" in page
    for words in ("Quiet room", "Lena", "Rang the mobile", "Named worker", "The housing", "Agreements to share"):
        assert words not in page, words
    assert "Not shared with you: needs" in page


def test_nobody_else_finds_the_page(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    person = full_person(world)
    client = signed_in(world.viewer("nhs"))
    for address in ("", "needs/add/", "family/add/", "worker/", "notes/", "notes/write/", "agreements/"):
        answers = [client.get(f"/people/{each}/{address}") for each in (person, 987_654)]
        assert [answer.status_code for answer in answers] == [404, 404]


def test_the_ni_number_is_shown_by_its_button_alone(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    person = make_person(world, ni_sealed=key_ring().seal("JK481516C"), ni_blind="x")
    client, address = signed_in(world.viewer()), f"/people/{person}/national-insurance-number/"
    page = client.get(f"/people/{person}/").content.decode()
    assert "Show National Insurance number" in page
    assert "481516" not in page.replace(" ", "")
    assert client.get(address).status_code == 302
    assert "JK481516C" in client.post(address).content.decode().replace(" ", "")
    assert Reading.objects.filter(person_id=person, page="show_ni").count() == 1
    assert signed_in(world.viewer("charity")).post(address).status_code == 404
