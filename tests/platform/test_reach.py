"""Who reaches whom: relations, restricted records, classes of data."""

import datetime as dt

import pytest

from commongoal.access.actions import acting
from commongoal.access.engine.permissions import Relation, Role
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Action
from commongoal.people.actions.holdings import end_holdings, hold
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import Holding, NamedStaff, Person
from commongoal.people.queries.reach import classes_seen, relations_to, require, within_reach
from tests.platform.world import World, make_person, now


def test_only_the_organisation_that_works_with_a_person_reaches_them(world: World) -> None:
    person = make_person(world, "council")
    assert require(person, world.viewer("council"), "read person") == {Relation.OWN}
    with pytest.raises(NotThere):
        require(person, world.viewer("provider"), "read person")
    assert not Person.objects.filter(within_reach(world.viewer("provider"), "read person")).exists()
    assert Person.objects.filter(within_reach(world.viewer("council"), "read person")).count() == 1


def test_what_has_run_out_shows_nothing(world: World) -> None:
    person = make_person(world)
    provider = world.organisations["provider"]
    Holding.objects.create(
        person_id=person,
        organisation=provider,
        relation="agreed",
        classes=["identity"],
        why="agreed",
        since_at=now() - dt.timedelta(days=9),
        until_at=now() - dt.timedelta(days=1),
    )
    assert relations_to(person, world.viewer("provider")) == frozenset()


def test_an_organisation_that_was_sent_a_person_sees_the_classes_sent(world: World) -> None:
    person = make_person(world)
    by = world.viewer("council")
    with acting("change person", by=by, at=now()) as act:
        act.permit(relations_to(person, by))
        provider = world.organisations["provider"].pk
        hold(act, person, provider, Relation.REFERRED, why="sent", classes=[DataClass.IDENTITY], source="referral 1")
    assert classes_seen(person, world.viewer("provider")) == {DataClass.IDENTITY}
    assert classes_seen(person, world.viewer("council")) == frozenset(DataClass)
    with acting("change person", by=by, at=now()) as act:
        act.permit(relations_to(person, by))
        assert end_holdings(act, "referral 1") == 1
    assert classes_seen(person, world.viewer("provider")) == frozenset()
    assert Action.objects.filter(person_id=person, subject="holding").count() == 2


def test_a_restricted_record_answers_to_named_staff_only(world: World) -> None:
    person = make_person(world, restricted=True)
    named, colleague = world.viewer("council"), world.another("council")
    NamedStaff.objects.create(person_id=person, membership_id=named.membership, since_at=now())
    assert relations_to(person, named) == {Relation.NAMED}
    with pytest.raises(NotThere):
        require(person, colleague, "read person")
    assert not Person.objects.filter(within_reach(colleague, "read person")).exists()
    assert Person.objects.filter(within_reach(named, "read person")).exists()


def test_an_action_must_ask_and_leave_a_row(world: World) -> None:
    by = world.viewer("council", Role.KEY_WORKER)
    with pytest.raises(AssertionError, match="must ask"), acting("add person", by=by, at=now()):
        pass
