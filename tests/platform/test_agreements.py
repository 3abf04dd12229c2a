"""Agreements to share: given, replaced, withdrawn, and what organisations see by them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.people.actions.agreements import (
    EndedAlready,
    EndsBeforeItStarts,
    NotBegunYet,
    SameOrganisation,
    SharesNothing,
    Terms,
    give_agreement,
    withdraw_agreement,
)
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, GivenHow
from commongoal.people.models import Agreement, Holding
from commongoal.people.queries.agreements import agreement_in_force, expiring_agreements
from commongoal.people.queries.reach import classes_seen
from tests.platform.world import World, make_person, now

SignIn = Callable[[Viewer], Client]
TODAY = now().date()
DAY = dt.timedelta(days=1)


def terms(world: World) -> Terms:
    return Terms(
        to_organisation=world.organisations["charity"].pk,
        areas=frozenset({AreaOfLife.WORK, AreaOfLife.HEALTH}),
        classes=frozenset({DataClass.IDENTITY, DataClass.CONTACT}),
        given_how=GivenHow.SIGNED,
        document_version="Sharing 2.1",
        from_on=TODAY - DAY,
        until_on=TODAY + 90 * DAY,
    )


def give(world: World, person: int, **other: object) -> int:
    return give_agreement(by=world.viewer(), at=now(), person=person, terms=replace(terms(world), **other))  # type: ignore[arg-type]


def test_what_was_agreed_is_seen_until_it_is_withdrawn(world: World) -> None:
    person, charity = make_person(world), world.viewer("charity")
    assert classes_seen(person, charity) == frozenset()
    given = give(world, person)
    assert classes_seen(person, charity) == {DataClass.IDENTITY, DataClass.CONTACT}
    found = agreement_in_force(person, charity.organisation, TODAY)
    assert found is not None
    assert (found.pk, found.areas) == (given, {AreaOfLife.WORK, AreaOfLife.HEALTH})
    withdraw_agreement(by=world.viewer(), at=now(), person=person, agreement=given, how=GivenHow.PHONE)
    assert classes_seen(person, charity) == frozenset()
    assert agreement_in_force(person, charity.organisation, TODAY) is None
    with pytest.raises(EndedAlready):
        withdraw_agreement(by=world.viewer(), at=now(), person=person, agreement=given, how=GivenHow.PHONE)


def test_it_is_in_force_from_its_first_day_until_before_its_last(world: World) -> None:
    person, charity = make_person(world), world.organisations["charity"].pk
    give(world, person)
    days = {-2: False, -1: True, 0: True, 89: True, 90: False}
    for after, expected in days.items():
        found = agreement_in_force(person, charity, TODAY + after * DAY)
        assert (found is not None) is expected, after
    council, nhs = world.organisations["council"].pk, world.organisations["nhs"].pk
    assert agreement_in_force(person, charity, TODAY, from_organisation=council) is not None
    assert agreement_in_force(person, charity, TODAY, from_organisation=nhs) is None


def test_a_new_agreement_takes_the_place_of_the_old_one(world: World) -> None:
    person, charity = make_person(world), world.viewer("charity")
    first = give(world, person)
    give(world, person, classes=frozenset({DataClass.PROGRESS}))
    assert Agreement.objects.get(pk=first).withdrawn_how == "replaced"
    assert classes_seen(person, charity) == {DataClass.PROGRESS}
    assert Holding.objects.filter(relation="agreed", until_at__gt=now()).count() == 1


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        ({"classes": frozenset()}, SharesNothing),
        ({"areas": frozenset()}, SharesNothing),
        ({"from_on": TODAY + 2 * DAY}, NotBegunYet),
        ({"until_on": TODAY - DAY}, EndsBeforeItStarts),
        ({"until_on": TODAY}, EndsBeforeItStarts),
    ],
)
def test_what_cannot_be_agreed(world: World, other: dict[str, object], rule: type[Exception]) -> None:
    person = make_person(world)
    with pytest.raises(rule):
        give(world, person, **other)
    assert not Holding.objects.filter(relation="agreed").exists()


def test_an_agreement_is_with_another_organisation(world: World) -> None:
    with pytest.raises(SameOrganisation):
        give(world, make_person(world), to_organisation=world.organisations["council"].pk)


def test_the_receiver_passes_nothing_on(world: World) -> None:
    person = make_person(world)
    give(world, person)
    further = replace(terms(world), to_organisation=world.organisations["nhs"].pk)
    with pytest.raises(NotThere):
        give_agreement(by=world.viewer("charity"), at=now(), person=person, terms=further)


def test_those_about_to_end_are_listed_for_whoever_may_see_them(world: World) -> None:
    soon, later, stranger = make_person(world), make_person(world), make_person(world)
    give(world, soon, until_on=TODAY + 10 * DAY)
    give(world, later, until_on=TODAY + 80 * DAY)
    Holding.objects.filter(person=stranger).update(organisation=world.organisations["nhs"])
    shown = expiring_agreements(world.viewer("council", Role.DATA_PROTECTION), TODAY, TODAY + 30 * DAY)
    assert [each.person for each in shown.value] == list(shown.listed) == [soon]
    assert expiring_agreements(world.viewer("nhs"), TODAY, TODAY + 30 * DAY).value == ()


def test_the_question_pages_end_in_an_agreement(world: World, signed_in: SignIn) -> None:
    person, client = make_person(world), signed_in(world.viewer())
    charity, give_at = world.organisations["charity"], f"/people/{person}/agreements/give/"
    assert client.get(give_at + "check/", follow=True).redirect_chain[-1][0].endswith("/give/")
    page = client.get(give_at).content.decode()
    assert charity.name in page
    assert "It is not the lawful basis" in page
    page = client.post(give_at, {"to_organisation": charity.pk}, follow=True).content.decode()
    assert "What do they agree to share?" in page
    client.post(give_at + "what/", {"classes": ["identity", "progress"], "areas": ["work"]})
    how = {"given_how": "signed form", "document_version": "2.1", "from_on": TODAY.isoformat()}
    page = client.post(give_at + "how/", how, follow=True).content.decode()
    assert "name and date of birth; the support they had" in page
    assert not Agreement.objects.exists()
    page = client.post(give_at + "check/", follow=True).content.decode()
    assert "Recorded: they agree to share with The charity" in page
    assert "In force" in page
    agreement = Agreement.objects.get().pk
    page = client.get(f"/people/{person}/").content.decode()
    assert "They agreed to share with The charity." in page
    stop = f"/people/{person}/agreements/{agreement}/withdraw/"
    assert client.get(stop).status_code == 200
    page = client.post(stop, {"how": "spoken, in person"}, follow=True).content.decode()
    assert "Withdrawn" in page
    assert "In force" not in page
    other = make_person(world)
    assert client.get(f"/people/{other}/agreements/{agreement}/withdraw/").status_code == 404


def test_a_rule_that_refuses_is_said_on_the_last_page(world: World, signed_in: SignIn) -> None:
    person, client = make_person(world), signed_in(world.viewer())
    give_at = f"/people/{person}/agreements/give/"
    client.post(give_at, {"to_organisation": world.organisations["charity"].pk})
    client.post(give_at + "what/", {"classes": ["identity"], "areas": ["work"]})
    tomorrow = (TODAY + 3 * DAY).isoformat()
    client.post(give_at + "how/", {"given_how": "online", "document_version": "2", "from_on": tomorrow})
    page = client.post(give_at + "check/").content.decode()
    assert "An agreement starts on the day it was given" in page
    assert "<title>Error: " in page.replace("\n", "")
