"""Eligibility asked, decided, kept and shown."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.pathway.actions.eligibility import answer_eligibility
from commongoal.pathway.engine.eligibility import NotAnOption, Verdict
from commongoal.pathway.files.eligibility import terms_of
from commongoal.pathway.models import EligibilityAnswers
from commongoal.pathway.queries.eligibility import eligibility_answers, eligibility_history
from commongoal.pathway.queries.person_part import person_part
from commongoal.people.models import Holding
from tests.platform.world import AT, World, make_person

BEST = {rule.id: next(o.id for o in rule.options if o.verdict is Verdict.YES) for rule in terms_of("").rules}


def answered(world: World, person: int, **change: str) -> int:
    assert world.programme
    return answer_eligibility(
        by=world.viewer(), at=AT, person=person, programme=world.programme.pk, answers=BEST | change
    )


def test_answers_decide_with_the_rule_and_are_superseded_not_overwritten(world: World) -> None:
    assert world.programme
    person = make_person(world)
    first = answered(world, person, right_to_work="not_seen")
    second = answered(world, person)
    newest, oldest = eligibility_history(person, world.programme.pk, world.viewer()).value
    assert (oldest.id, oldest.outcome, oldest.rule, oldest.superseded) == (
        first,
        Verdict.NEEDS_EVIDENCE,
        "right_to_work",
        True,
    )
    assert "passport" in oldest.because
    assert (newest.id, newest.outcome, newest.because, newest.superseded) == (
        second,
        Verdict.YES,
        "Every rule is met.",
        False,
    )
    assert newest.who == world.viewer().name
    assert [record.id for record in person_part(person, world.viewer()).eligibility] == [second]


def test_answers_outside_the_options_keep_nothing(world: World) -> None:
    person = make_person(world)
    with pytest.raises(NotAnOption):
        answered(world, person, age="old enough")
    assert not EligibilityAnswers.objects.exists()


def test_who_sees_answers(world: World) -> None:
    assert world.programme
    person, other = make_person(world), make_person(world)
    pk = answered(world, person)
    there = world.viewer("provider")
    with pytest.raises(NotThere):
        answer_eligibility(by=there, at=AT, person=person, programme=world.programme.pk, answers=BEST)
    Holding.objects.create(
        person_id=person,
        organisation=world.organisations["provider"],
        relation=Relation.AGREED.value,
        classes=["identity"],
        why="agreed",
        since_at=AT,
    )
    with pytest.raises(NotThere):
        eligibility_answers(person, pk, there)
    assert person_part(person, there).eligibility == ()
    with pytest.raises(NotThere):
        eligibility_answers(other, pk, world.viewer())
    assert eligibility_answers(person, pk, world.viewer("nhs", Role.DATA_PROTECTION)).value.outcome is Verdict.YES


def test_pages(world: World, signed_in: Callable[[Viewer], Client]) -> None:
    assert world.programme
    person, programme = make_person(world), world.programme.pk
    client = signed_in(world.viewer())
    asked = client.get(f"/people/{person}/eligibility/", follow=True)
    assert "right to work in the United Kingdom" in asked.content.decode()
    empty = client.post(f"/people/{person}/eligibility/{programme}/answer/", {"age": ""})
    assert "There is a problem" in empty.content.decode()
    done = client.post(f"/people/{person}/eligibility/{programme}/answer/", BEST | {"age": "no"}, follow=True)
    assert "Rosa Marden cannot join Together into work" in done.content.decode()
    assert "People have to be 18 or over to join" in done.content.decode()
    history = client.get(f"/people/{person}/eligibility/{programme}/").content.decode()
    assert "1 set of answers for Together into work" in history
    assert client.get(f"/people/{person}/eligibility/999/answer/").status_code == 404


def test_the_day_is_that_of_the_place(world: World) -> None:
    assert world.programme
    late = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)  # half past midnight in London
    person = make_person(world)
    pk = answer_eligibility(by=world.viewer(), at=late, person=person, programme=world.programme.pk, answers=BEST)
    assert EligibilityAnswers.objects.get(pk=pk).on == dt.date(2026, 7, 1)
