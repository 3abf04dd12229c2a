"""The named worker: one at a time, each change kept, counted and shown."""

from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.people.actions.workers import NotAColleague, SameWorker, change_worker
from commongoal.people.models import Worker
from tests.platform.world import World, make_person, now

SignIn = Callable[[Viewer], Client]


def test_each_change_is_kept(world: World) -> None:
    person, first, second = make_person(world), world.viewer(), world.another()
    change_worker(by=first, at=now(), person=person, membership=first.membership, why="First")
    change_worker(
        by=first, at=now(), person=person, membership=second.membership, why="Moved", instead_of=first.membership
    )
    rows = Worker.objects.filter(person=person).order_by("pk")
    assert [row.membership_id for row in rows] == [first.membership, second.membership]
    assert [row.until_at is None for row in rows] == [False, True]
    assert [row.why for row in rows] == ["First", "Moved"]


def test_the_loser_of_two_changes_is_told_who_it_is_now(world: World) -> None:
    person, first, second = make_person(world), world.viewer(), world.another()
    change_worker(by=first, at=now(), person=person, membership=second.membership, why="First")
    with pytest.raises(ChangedMeanwhile, match=f"The named worker is now {second.name}"):
        change_worker(by=first, at=now(), person=person, membership=first.membership, why="Mine")
    assert Worker.objects.count() == 1


def test_the_worker_is_somebody_of_the_organisation_with_a_caseload(world: World) -> None:
    person, by = make_person(world), world.viewer()
    for stranger in (world.viewer("nhs"), world.viewer("council", Role.FINANCE)):
        with pytest.raises(NotAColleague):
            change_worker(by=by, at=now(), person=person, membership=stranger.membership, why="x")
    change_worker(by=by, at=now(), person=person, membership=by.membership, why="x")
    with pytest.raises(SameWorker):
        change_worker(by=by, at=now(), person=person, membership=by.membership, why="x", instead_of=by.membership)


def test_the_page_changes_counts_and_shows(world: World, signed_in: SignIn) -> None:
    person, first, second = make_person(world), world.viewer(), world.another()
    stranger = world.viewer("nhs")
    client, address = signed_in(first), f"/people/{person}/worker/"
    form = client.get(address).content.decode()
    assert second.name in form
    assert stranger.name not in form.replace(second.name, "")
    client.post(address, {"membership": first.membership, "why": "First appointment"})
    answers = {"membership": second.membership, "why": "Met together", "instead_of": first.membership}
    page = client.post(address, answers, follow=True).content.decode()
    assert f"<strong>{second.name}</strong>" in page
    assert "(second worker since " in page
    assert "Met together" in page
    assert "now." in client.post(address, answers).content.decode()
