"""Search finds whoever is meant, however it is typed, in few queries, and tells nothing of those out of reach."""

import datetime as dt
import random
from collections.abc import Callable

import pytest
from bench.people_search import made, mistyped
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.people.actions.indexing import index_person, learn_spellings
from commongoal.people.engine.search import keys_of, terms_of
from commongoal.people.models import Holding, Person, SearchPart
from commongoal.people.queries.record import details_of
from commongoal.people.queries.search import search
from tests.platform.world import AT, World, make_person

PEOPLE = 500
SignIn = Callable[[Viewer], Client]


def crowd(world: World) -> list[Person]:
    """500 people of the council, with their keys, all at once."""
    council = world.organisations["council"]
    people = Person.objects.bulk_create(Person(added_by=council, added_at=AT, **values) for values in made(PEOPLE))
    Holding.objects.bulk_create(
        Holding(person=row, organisation=council, relation=Relation.OWN.value, why="test", since_at=AT)
        for row in people
    )
    keys = [(row.pk, key) for row in people for key in keys_of([details_of(row)])]
    SearchPart.objects.bulk_create(SearchPart(person_id=pk, key=key) for pk, key in keys)
    learn_spellings(key[2:] for _, key in keys if key.startswith("n:"))
    return people


def typed(row: Person, rng: random.Random) -> str:
    """The person as somebody in a hurry types them: one slip, another order, or a part."""
    born = row.born_on or dt.date(1990, 1, 1)
    first, last, day = row.first_name, row.last_name, f"{born.day}/{born.month}/{born.year}"
    longer = last if len(last) > 3 else first
    return rng.choice(
        (
            f"{first} {mistyped(longer, rng)} {day}", f"{last}, {first} {day}", f"{mistyped(first, rng)} {last} {day}",
            f"{day} {last}", f"{first[:3]} {last[:4]} {day}", f"{first[0]} {last} {day}",
            f"{first} {last} {born.month}/{born.day}/{born.year}", f"{row.postcode} {mistyped(longer, rng)}",
            f"{last.upper()} {row.postcode}", f"{first} {last} {born.year}", f"{first} {last} {day[:-1]}9",
            f"{row.phone or row.postcode} {first}",
        )
    )  # fmt: skip


@pytest.mark.slow
def test_nearly_everybody_is_found_in_the_first_five(world: World) -> None:
    rng, by = random.Random(3), world.viewer()
    missed = []
    for row in crowd(world):
        words = typed(row, rng)
        if row.pk not in {match.person for match in search(terms_of(words), by).value.matches[:5]}:
            missed.append((row.first_name, row.last_name, row.born_on, words))
    assert len(missed) <= 0.03 * PEOPLE, missed


def person(world: World, organisation: str = "council", relation: Relation = Relation.OWN, **fields: object) -> int:
    pk = make_person(world, organisation, relation, postcode="SR1 3AA", phone="0191 496 0000", **fields)
    index_person(pk)
    return pk


@pytest.mark.parametrize(
    "words",
    [
        "rosa", "marden", "ros mar", "Marden, Rosa", "rsoa marden", "rosa mardon", "rosa mrden", "roza marden",
        "R Marden", "marden r", "12 04 1985", "4/12/1985 rosa", "april 1985 marden", "marden 1985", "rosa sr1",
        "SR13AA marden", "0191 4960000", "496 0000 rosa", "1985-04-12", "ROSA  MARDEN!", "rosa marden 12/4/1958",
    ],
)  # fmt: skip
def test_one_person_is_found_many_ways(world: World, words: str) -> None:
    rosa = person(world)
    person(world, first_name="Bill", last_name="Tunstall", born_on=dt.date(1951, 2, 3))
    found = search(terms_of(words), world.viewer()).value.matches
    assert found
    assert found[0].person == rosa


@pytest.mark.parametrize("words", ["", "zzz", "hill", "?", "1899", "%", "'; drop table", "ro"])
def test_others_are_not(world: World, words: str) -> None:
    person(world)
    assert search(terms_of(words), world.viewer()).value.nobody


def test_names_as_they_are_written(world: World) -> None:
    brien = person(world, first_name="Siobhán", last_name="O'Brien")
    jones = person(world, first_name="Zoë", last_name="Smith-Jones")
    by = world.viewer()
    for words, expected in {"siobhan obrien": brien, "O’Brien": brien, "zoe smith": jones, "smithjones": jones}.items():
        assert search(terms_of(words), by).value.matches[0].person == expected, words


def test_out_of_reach_only_a_strong_match_is_told_and_only_whom_to_ask(world: World) -> None:
    rosa = person(world, "provider")
    by = world.viewer()
    for weak in ("marden", "rosa marden", "rosa marden 1985", "SR1 3AA", "12/4/1985", "rosa"):
        assert search(terms_of(weak), by).value.nobody, weak
    for strong in ("rosa marden 12/4/1985", "marden 12/4/1985", "rosa marden SR1 3AA", "0191 4960000 rosa"):
        shown = search(terms_of(strong), by)
        assert [(each.organisation, each.phone) for each in shown.value.elsewhere] == [("The provider", "01632 960000")]
        assert not shown.value.matches
        assert shown.listed == (rosa,)  # that it was told is noted
        assert not shown.people


def test_an_agreement_shows_what_was_agreed(world: World) -> None:
    rosa = person(world, "provider")
    Holding.objects.create(
        person_id=rosa, organisation=world.organisations["charity"], relation="agreed", classes=["identity"],
        why="agreed", since_at=AT,
    )  # fmt: skip
    match = search(terms_of("rosa marden"), world.viewer("charity")).value.matches[0]
    assert (match.name, match.postcode, match.organisation) == ("Rosa Marden", "", "The provider")
    Holding.objects.filter(relation="agreed").update(classes=["progress"])
    assert not search(terms_of("rosa marden"), world.viewer("charity")).value.matches


def test_the_data_protection_officer_sees_everybody(world: World) -> None:
    person(world, "provider", restricted=True)
    found = search(terms_of("rosa marden"), world.viewer(role=Role.DATA_PROTECTION)).value
    assert [match.restricted for match in found.matches] == [True]


def test_a_search_takes_few_queries(world: World, signed_in: SignIn) -> None:
    person(world)
    person(world, "provider")
    by = world.viewer()
    with CaptureQueriesContext(connection) as asked:
        search(terms_of("rosa mardn r 12/4/1985 SR1 3AA"), by)
    assert len(asked) <= 7
    client = signed_in(world.viewer())
    client.post(reverse("people"), {"q": "rosa marden 12/4/1985"})
    with CaptureQueriesContext(connection) as asked:
        assert client.post(reverse("people"), {"q": "rosa marden 12/4/1985"}).status_code == 200
    assert len(asked) <= 12, "\n".join(query["sql"][:150] for query in asked)
