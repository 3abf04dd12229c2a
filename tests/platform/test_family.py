"""Households and family links."""

from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Action
from commongoal.people.actions.family import (
    InAnotherHousehold,
    InNoHousehold,
    LinkedAlready,
    LinkHasEnded,
    NothingSaid,
    SameHousehold,
    SamePerson,
    add_relative,
    end_family_link,
    leave_household,
)
from commongoal.people.engine.family import OTHER_WAY
from commongoal.people.engine.vocabulary import FamilyLinkKind
from commongoal.people.models import FamilyLink, HouseholdMember
from tests.platform.world import World, make_person, now

SignIn = Callable[[Viewer], Client]


def test_links_are_kept_both_ways_round(world: World) -> None:
    person, other, by = make_person(world), make_person(world), world.viewer()
    add_relative(by=by, at=now(), person=person, other=other, kind=FamilyLinkKind.PARENT)
    assert set(FamilyLink.objects.values_list("person", "other", "kind")) == {
        (person, other, "parent"),
        (other, person, "child"),
    }
    with pytest.raises(LinkedAlready):
        add_relative(by=by, at=now(), person=other, other=person, kind=FamilyLinkKind.CHILD)
    link = FamilyLink.objects.get(person=other).pk
    end_family_link(by=by, at=now(), person=other, link=link)
    assert not FamilyLink.objects.filter(ended_at=None).exists()
    with pytest.raises(LinkHasEnded):
        end_family_link(by=by, at=now(), person=other, link=link)
    assert Action.objects.filter(person_id=person).count() == Action.objects.filter(person_id=other).count() == 2


def test_every_kind_has_its_other_way_round() -> None:
    assert all(OTHER_WAY[OTHER_WAY[kind]] is kind for kind in FamilyLinkKind)


def test_a_household_grows_and_is_left(world: World) -> None:
    one, two, three, by = make_person(world), make_person(world), make_person(world), world.viewer()
    add_relative(by=by, at=now(), person=one, other=two, together=True)
    add_relative(by=by, at=now(), person=three, other=one, together=True)
    assert len(set(HouseholdMember.objects.values_list("household", flat=True))) == 1
    with pytest.raises(SameHousehold):
        add_relative(by=by, at=now(), person=two, other=three, together=True)
    leave_household(by=by, at=now(), person=two)
    with pytest.raises(InNoHousehold):
        leave_household(by=by, at=now(), person=two)
    four = make_person(world)
    add_relative(by=by, at=now(), person=two, other=four, together=True)
    with pytest.raises(InAnotherHousehold):
        add_relative(by=by, at=now(), person=two, other=one, together=True)


def test_nobody_is_linked_to_somebody_out_of_reach(world: World) -> None:
    person, stranger, by = make_person(world), make_person(world, "nhs"), world.viewer()
    with pytest.raises(NotThere):
        add_relative(by=by, at=now(), person=person, other=stranger, kind=FamilyLinkKind.PARTNER)
    with pytest.raises(SamePerson):
        add_relative(by=by, at=now(), person=person, other=person, together=True)
    with pytest.raises(NothingSaid):
        add_relative(by=by, at=now(), person=person, other=stranger)
    assert not FamilyLink.objects.exists()
    assert not Action.objects.exists()


def test_the_pages_link_show_and_part(world: World, signed_in: SignIn) -> None:
    person, other = make_person(world), make_person(world, first_name="Lena")
    client, add = signed_in(world.viewer()), f"/people/{person}/family/add/"
    assert "Choose what they are" in client.post(add, {"other": other}).content.decode()
    stranger = make_person(world, "nhs", first_name="Zelda")
    for nobody in (stranger, 987_654):
        answer = client.post(add, {"other": nobody, "kind": "parent"}).content.decode()
        assert "There is nobody with this reference" in answer
        assert "Zelda" not in answer
    page = client.post(add, {"other": other, "kind": "parent", "together": "on"}, follow=True).content.decode()
    assert "Lena Marden" in page
    assert ", lives with them" in page
    link = FamilyLink.objects.get(person=person).pk
    assert client.get(f"/people/{other}/family/{link}/end/").status_code == 404
    client.post(f"/people/{person}/family/{link}/end/")
    page = client.post(f"/people/{person}/household/leave/", follow=True).content.decode()
    assert "No family or household is recorded" in page
