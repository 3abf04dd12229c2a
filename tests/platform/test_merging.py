"""Duplicates proposed, decided, merged and parted: what a merge moved returns, whatever happened in between."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ManyToOneRel
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.models import Action
from commongoal.access.queries.keys import key_ring
from commongoal.people.actions.adding import add_person
from commongoal.people.actions.changing import change_person
from commongoal.people.actions.indexing import index_person
from commongoal.people.actions.merging import OneAndTheSame, PartedAlready, merge_people, part_people, tell_apart
from commongoal.people.engine.details import PersonDetails
from commongoal.people.engine.search import Searched, terms_of
from commongoal.people.models import (
    Different,
    FamilyLink,
    Holding,
    Household,
    HouseholdMember,
    NamedStaff,
    Need,
    Note,
    Person,
    PossibleDuplicate,
    ResidentAccount,
    Worker,
)
from commongoal.people.queries.duplicates import comparison, merges_of, possible_duplicates
from commongoal.people.queries.record import kept_instead
from commongoal.people.queries.search import search
from tests.platform.world import AT, World, make_person, now

DAY = dt.date(2026, 3, 2)


def furnished(world: World, name: str, **fields: Any) -> int:
    """A person with something in every table that a merge has to think about."""
    by = world.viewer(role=Role.MANAGER)
    person = make_person(world, first_name=name, **fields)
    index_person(person)
    Note.objects.create(
        person_id=person, membership_id=by.membership, organisation_id=by.organisation, kind="note", text=name, on=DAY,
        written_at=AT,
    )  # fmt: skip
    Need.objects.create(person_id=person, kind="interpreter", since_on=DAY)
    Worker.objects.create(
        person_id=person, membership_id=by.membership, organisation_id=by.organisation, since_at=AT, quiet_since=DAY
    )
    HouseholdMember.objects.create(household=Household.objects.create(made_at=AT), person_id=person, since_on=DAY)
    return person


def version(person: int) -> int:
    return Person.objects.values_list("version", flat=True).get(pk=person)


def merge(world: World, kept: int, gone: int, take: tuple[str, ...] = (), organisation: str = "council") -> int:
    by = world.viewer(organisation, Role.MANAGER)
    return merge_people(kept, gone, take, versions=(version(kept), version(gone)), by=by, at=now())


def part(world: World, merged: int, **named: Any) -> None:
    part_people(merged, by=world.viewer(role=Role.MANAGER), at=now(), **named)


def everything(without: tuple[str, ...] = ("people.merge", "people.different", "people.possibleduplicate")) -> str:
    """Every row of every table that points to a person, and the people, but for versions."""
    models = {relation.related_model for relation in Person._meta.get_fields(include_hidden=True)
              if isinstance(relation, ManyToOneRel)} | {Person}  # fmt: skip
    found = {}
    for model in models:
        assert not isinstance(model, str)
        if model._meta.label_lower in without:
            continue
        rows = [{name: value for name, value in row.items() if name != "version"} for row in model.objects.values()]
        if model._meta.label_lower == "people.searchpart":
            found[model._meta.label_lower] = sorted(f"{row['person_id']} {row['key']}" for row in rows)
        else:
            found[model._meta.label_lower] = sorted(json.dumps(row, default=repr, sort_keys=True) for row in rows)
    return json.dumps(found, sort_keys=True, indent=1)


def test_a_merge_moves_everything_and_parting_returns_it(world: World) -> None:
    kept, gone = furnished(world, "Rosa"), furnished(world, "Rosie", phone="0191 496 0000")
    Holding.objects.create(
        person_id=gone, organisation=world.organisations["nhs"], relation="own", why="w", since_at=AT
    )
    NamedStaff.objects.create(person_id=gone, membership_id=world.viewer().membership, since_at=AT)
    resident = world.viewer(role=Role.RESIDENT)
    ResidentAccount.objects.create(person_id=gone, membership_id=resident.membership)
    FamilyLink.objects.create(person_id=kept, other_id=gone, kind="sibling")
    FamilyLink.objects.create(person_id=gone, other_id=kept, kind="sibling")
    before = everything()
    merged = merge(world, kept, gone, ("first_name",))
    row = Person.objects.get(pk=kept)
    assert (row.first_name, row.phone) == ("Rosie", "0191 496 0000")  # taken, and filled
    assert Note.objects.filter(person=kept).count() == 2
    assert Worker.objects.filter(person=kept, until_at=None).count() == 1
    assert HouseholdMember.objects.filter(person=kept, until_on=None).count() == 1
    assert Holding.objects.filter(person=kept).count() == 3
    assert not FamilyLink.objects.filter(person=kept, other=kept).exists()
    by = world.viewer()
    assert [each.person for each in search(terms_of("rosie marden"), by).value.matches] == [kept]
    assert kept_instead(gone, by) == kept
    assert kept_instead(gone, world.viewer("provider")) is None
    assert kept_instead(kept, by) is None
    part(world, merged)
    assert everything() == before
    with pytest.raises(PartedAlready):
        part(world, merged)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_merges_undone_in_any_order_restore_everything(world: World, data: st.DataObject) -> None:
    people = [furnished(world, name) for name in ("Ada", "Bea", "Cat", "Dot")]
    before = everything()
    alive, merges = list(people), []
    for _ in range(data.draw(st.integers(1, 3))):
        kept, gone = data.draw(st.permutations(alive))[:2]
        take = data.draw(st.sampled_from([(), ("first_name",), ("first_name", "phone")]))
        merges.append(merge(world, kept, gone, take))
        alive.remove(gone)
    for merged in data.draw(st.permutations(merges)):
        part(world, merged)
    assert everything() == before


def test_what_is_written_after_a_merge_stays_unless_chosen(world: World) -> None:
    kept, gone = furnished(world, "Rosa"), furnished(world, "Rosie")
    merged = merge(world, kept, gone)
    by = world.viewer()
    notes = [
        Note.objects.create(
            person_id=kept, membership_id=by.membership, organisation_id=by.organisation, kind="note", text=text,
            on=DAY, written_at=AT,
        ).pk
        for text in ("stays", "goes")
    ]  # fmt: skip
    part(world, merged, also={"people.note": notes[1:]})
    assert set(Note.objects.filter(person=kept).values_list("text", flat=True)) == {"Rosa", "stays"}
    assert set(Note.objects.filter(person=gone).values_list("text", flat=True)) == {"Rosie", "goes"}


def test_details_changed_since_stay(world: World) -> None:
    kept, gone = furnished(world, "Rosa"), furnished(world, "Rosie", phone="0191 496 0000", email="r@example.org")
    merged = merge(world, kept, gone, ("first_name",))
    details = PersonDetails("Rosie", "Marden", phone="0191 496 0009", email="r@example.org", born_on=DAY)
    change_person(kept, details, version=version(kept), by=world.viewer(), at=now())
    part(world, merged)
    row = Person.objects.get(pk=kept)
    assert (row.first_name, row.phone, row.email, row.born_on) == ("Rosa", "0191 496 0009", "", DAY)


def test_a_national_insurance_number_moves_and_returns_sealed(world: World) -> None:
    kept, gone = furnished(world, "Rosa"), furnished(world, "Rosie")
    Person.objects.filter(pk=gone).update(ni_sealed=key_ring().seal("AB123456C"), ni_blind=key_ring().blind("AB123456"))
    merged = merge(world, kept, gone)
    assert key_ring().open(bytes(Person.objects.get(pk=kept).ni_sealed or b"")) == "AB123456C"
    part(world, merged)
    assert Person.objects.get(pk=kept).ni_sealed is None
    assert not [row for row in Action.objects.all() if "123456" in f"{row.before}{row.after}"]


def test_restriction_travels_with_a_merge(world: World) -> None:
    manager = world.viewer(role=Role.MANAGER)
    kept, gone = furnished(world, "Rosa"), furnished(world, "Rosie", restricted=True)
    NamedStaff.objects.create(person_id=gone, membership_id=manager.membership, since_at=AT)
    merged = merge(world, kept, gone)
    assert Person.objects.get(pk=kept).restricted
    assert not search(terms_of("marden"), world.viewer()).value.matches
    part(world, merged)
    assert not Person.objects.get(pk=kept).restricted


def test_a_restriction_ends_with_the_last_record_that_brought_it(world: World) -> None:
    manager = world.viewer(role=Role.MANAGER)
    kept, *others = (furnished(world, name, restricted=name != "Rosa") for name in ("Rosa", "Rosie", "Rose"))
    for person in others:
        NamedStaff.objects.create(person_id=person, membership_id=manager.membership, since_at=AT)
    merges = [merge(world, kept, gone) for gone in others]
    part(world, merges[0])
    assert Person.objects.get(pk=kept).restricted
    part(world, merges[1])
    assert not Person.objects.get(pk=kept).restricted


def test_who_may_merge(world: World) -> None:
    kept, gone = furnished(world, "Rosa"), make_person(world, "provider")
    for by in (world.viewer(), world.viewer(role=Role.MANAGER), world.viewer("provider", Role.MANAGER)):
        with pytest.raises(NotThere):
            merge_people(kept, gone, versions=(1, 1), by=by, at=now())
    officer = world.viewer(role=Role.DATA_PROTECTION)
    with pytest.raises(OneAndTheSame):
        merge_people(kept, kept, versions=(1, 1), by=officer, at=now())
    with pytest.raises(ChangedMeanwhile):
        merge_people(kept, gone, versions=(1, 7), by=officer, at=now())
    assert merge_people(kept, gone, versions=(1, 1), by=officer, at=now())
    with pytest.raises(ChangedMeanwhile, match=officer.name):
        merge_people(kept, gone, versions=(2, 2), by=officer, at=now())


def added(world: World, organisation: str, first: str, last: str = "Marden") -> int:
    by, at = world.viewer(organisation), now()
    seen = frozenset(Person.objects.values_list("pk", flat=True))
    details = PersonDetails(first, last, born_on=dt.date(1985, 4, 12), phone="0191 496 0000")
    return add_person(details, searched=Searched(by.membership, at, seen), by=by, at=at).person


def test_duplicates_are_proposed_within_what_may_be_known(world: World) -> None:
    ours, again, theirs = added(world, "council", "Rosa"), added(world, "council", "Rosie"), added(world, "nhs", "Rose")
    shown = possible_duplicates(world.viewer())
    pairs = {(pair.person, pair.other, pair.ask) for pair in shown.value.rows}
    assert pairs == {(ours, again, ""), (ours, None, "The nhs"), (again, None, "The nhs")}
    assert set(shown.listed) == {ours, again}
    assert all(not pair.reasons for pair in shown.value.rows if pair.other is None)
    assert {pair.person for pair in possible_duplicates(world.viewer("nhs")).value.rows} == {theirs}
    assert not possible_duplicates(world.viewer("charity")).value.rows
    manager = world.viewer(role=Role.MANAGER)
    assert "same date of birth" in comparison(ours, again, manager).value.likeness.reasons
    with pytest.raises(NotThere):
        comparison(ours, theirs, manager)


def test_two_people_told_apart_are_not_proposed_again(world: World) -> None:
    ours, again = added(world, "council", "Rosa"), added(world, "council", "Rosie")
    tell_apart(again, ours, by=world.viewer(role=Role.MANAGER), at=now())
    details = PersonDetails("Rosie", "Marden", born_on=dt.date(1985, 4, 12), phone="0191 496 0000")
    change_person(again, details, version=1, by=world.viewer(), at=now())
    assert not PossibleDuplicate.objects.exists()
    assert Different.objects.count() == 1


def test_every_foreign_key_to_a_person_is_thought_of() -> None:
    pointing = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is Person and not field.many_to_many
    }
    assert pointing >= {"people.note.person", "people.familylink.other", "people.holding.person"}


SignIn = Callable[[Viewer], Client]


def test_the_pages_of_duplicates(world: World, signed_in: SignIn) -> None:
    ours, again = added(world, "council", "Rosa"), added(world, "council", "Rosie")
    worker = signed_in(world.viewer())
    page = worker.get(reverse("duplicates")).content.decode()
    assert "1 pair of records may be one person" in page
    assert "Your manager can make one record of two" in page
    assert worker.get(reverse("compare_people", args=[ours, again])).status_code == 403
    client = signed_in(world.viewer(role=Role.MANAGER))
    address = reverse("compare_people", args=[ours, again])
    page = client.get(address).content.decode()
    assert "Which first name is right?" in page
    assert 'name="versions" value="1 1"' in page
    assert "There is a problem" in client.post(address, {"versions": "1 1"}).content.decode()
    values = {"versions": "1 1", "decision": "merge", "first_name": "second"}
    assert client.post(address, values)["Location"] == reverse("person", args=[ours])
    assert Person.objects.get(pk=ours).first_name == "Rosie"
    assert client.post(address, values)["Location"] == reverse("person", args=[ours])  # a second click
    page = client.get(reverse("merge_person", args=[ours])).content.decode()
    assert "Part them again" in page
    assert "Which of these, written since" not in page
    merged = merges_of(ours, world.viewer(role=Role.MANAGER))[0].merge
    assert client.post(reverse("merge_person", args=[ours]), {"merge": str(merged + 1)}).status_code == 404
    for _ in range(2):  # a second click parts nothing more, and is no dead end
        assert client.post(reverse("merge_person", args=[ours]), {"merge": str(merged)}).status_code == 302
    assert Person.objects.get(pk=again).merged_into is None
    values = {"versions": f"{version(ours)} {version(again)}", "decision": "different"}
    assert client.post(address, values)["Location"] == reverse("duplicates")
