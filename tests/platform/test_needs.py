"""Needs: added, ended, kept."""

from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Action
from commongoal.people.actions.needs import NeedHasEnded, NeedWithoutWords, add_need, end_need
from commongoal.people.engine.vocabulary import NeedKind
from commongoal.people.models import Need
from tests.platform.world import World, acting_as, make_person, now

SignIn = Callable[[Viewer], Client]


def test_a_need_that_ends_is_kept(world: World) -> None:
    person, by = make_person(world), world.viewer()
    need = add_need(by=by, at=now(), person=person, kind=NeedKind.INTERPRETER, detail="Polish")
    end_need(by=by, at=now(), person=person, need=need)
    with pytest.raises(NeedHasEnded):
        end_need(by=by, at=now(), person=person, need=need)
    assert Need.objects.get(pk=need).until_on is not None
    assert [row.subject for row in Action.objects.filter(person_id=person)] == ["need", "need"]


def test_safe_contact_has_to_be_said_in_words(world: World) -> None:
    with pytest.raises(NeedWithoutWords):
        add_need(by=world.viewer(), at=now(), person=make_person(world), kind=NeedKind.SAFE_CONTACT)
    assert not Action.objects.exists()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.DATA_PROTECTION, Role.RESIDENT])
def test_other_roles_add_no_needs(world: World, role: Role) -> None:
    person, by = make_person(world), acting_as(world.viewer(), role)
    with pytest.raises(NotThere):
        add_need(by=by, at=now(), person=person, kind=NeedKind.QUIET_ROOM)


def test_the_need_of_somebody_else_is_not_there(world: World, signed_in: SignIn) -> None:
    by = world.viewer()
    one, other = make_person(world), make_person(world)
    need = add_need(by=by, at=now(), person=one, kind=NeedKind.QUIET_ROOM)
    client = signed_in(by)
    assert client.get(f"/people/{other}/needs/{need}/end/").status_code == 404
    assert client.post(f"/people/{other}/needs/{need}/end/").status_code == 404
    assert Need.objects.get(pk=need).until_on is None


def test_a_worker_adds_and_ends_a_need_on_the_page(world: World, signed_in: SignIn) -> None:
    person, client = make_person(world), signed_in(world.viewer())
    add = f"/people/{person}/needs/add/"
    assert client.get(add).status_code == 200
    refused = client.post(add, {"kind": "safe contact"})
    assert "Say in words what is needed" in refused.content.decode()
    page = client.post(add, {"kind": "safe contact", "detail": "Text only, after 5"}, follow=True).content.decode()
    assert "How to contact safely: Text only, after 5" in page
    need = Need.objects.get().pk
    page = client.post(f"/people/{person}/needs/{need}/end/", follow=True).content.decode()
    assert "How to contact safely" not in page
    assert "Safe contact no longer needed" in page
