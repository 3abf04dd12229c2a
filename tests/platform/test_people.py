"""People searched, added, changed and restricted, as a user does it."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotAllowed, NotThere
from commongoal.access.models import Action, Reading
from commongoal.people.actions.adding import LooksLikeSomebody, NotSearched, add_person
from commongoal.people.actions.changing import change_person
from commongoal.people.actions.restricting import NobodyNamed, open_record, restrict_person
from commongoal.people.actions.workers import NotAColleague
from commongoal.people.engine.details import DetailsFaulty, PersonDetails
from commongoal.people.engine.search import Searched, terms_of
from commongoal.people.models import Holding, Person, PossibleDuplicate, Worker
from commongoal.people.queries.record import details_now, ni_number
from commongoal.people.queries.search import search
from tests.platform.world import World, now

ROSA = PersonDetails(
    "Rosa", "Marden", born_on=dt.date(1985, 4, 12), postcode="SR1 3AA", phone="0191 496 0000", ni="ab 12 34 56 c"
)
SignIn = Callable[[Viewer], Client]


def add(world: World, details: PersonDetails = ROSA, organisation: str = "council", seen: frozenset[int] = frozenset()):
    by, at = world.viewer(organisation), now()
    return add_person(details, searched=Searched(by.membership, at, seen), by=by, at=at)


def test_somebody_added_is_held_has_a_worker_and_is_found(world: World) -> None:
    person = add(world).person
    by = world.viewer()
    row = Person.objects.get(pk=person)
    assert (row.postcode, row.version, row.added_by) == ("SR1 3AA", 1, world.organisations["council"])
    assert Worker.objects.get(person=person, until_at=None).membership_id == by.membership
    assert Holding.objects.get(person=person).relation == Relation.OWN.value
    for words in ("rosa marden", "Mardn Rosa", "12/4/1985", "SR1 3AA rosa", "01914960000", "AB123456", "R Marden"):
        assert [match.person for match in search(terms_of(words), by).value.matches] == [person], words


def test_the_national_insurance_number_is_sealed_and_in_no_audit_row(world: World) -> None:
    person = add(world).person
    row = Person.objects.get(pk=person)
    assert b"123456" not in bytes(row.ni_sealed or b"")
    assert ni_number(person, world.viewer()).value == "AB123456C"
    with pytest.raises(NotThere):
        ni_number(person, world.viewer("provider"))
    change_person(person, replace(ROSA, ni="CE654321A"), version=1, by=world.viewer(), at=now())
    assert ni_number(person, world.viewer()).value == "CE654321A"
    for action in Action.objects.all():
        assert not re.search("123456|654321", f"{action.before}{action.after}")
    assert Action.objects.filter(person_id=person, after__ni="changed").exists()


def test_adding_needs_a_search_of_ones_own_and_of_now(world: World) -> None:
    by, at = world.viewer(), now()
    colleague = world.another()
    for searched in (
        None,
        Searched(colleague.membership, at),
        Searched(by.membership, at - dt.timedelta(hours=2)),
        Searched(by.membership, at + dt.timedelta(hours=1)),
    ):
        with pytest.raises(NotSearched):
            add_person(ROSA, searched=searched, by=by, at=at)
    analyst = world.viewer("council", Role.ANALYST)
    with pytest.raises(NotAllowed):
        add_person(ROSA, searched=Searched(analyst.membership, at), by=analyst, at=at)
    assert not Person.objects.exists()


def test_somebody_who_looks_the_same_must_have_been_seen(world: World) -> None:
    first = add(world).person
    twin = replace(ROSA, first_name="Rosie", last_name="Mardin", ni="")
    with pytest.raises(LooksLikeSomebody):
        add(world, twin, "provider")
    added = add(world, twin, "provider", frozenset({first}))
    assert added.possible_duplicates == 1
    assert PossibleDuplicate.objects.get().first_id == first


def test_every_fault_is_told_and_nothing_kept(world: World) -> None:
    with pytest.raises(DetailsFaulty) as refusal:
        add(world, replace(ROSA, born_on=dt.date(2999, 1, 1), ni="nonsense", phone="1"))
    assert [fault.field for fault in refusal.value.faults] == ["born_on", "phone", "ni"]
    assert "nonsense" not in str(refusal.value)
    assert not Person.objects.exists()


def test_the_second_to_save_is_told_who_changed_what(world: World) -> None:
    person = add(world).person
    first, second = world.viewer(), world.another()
    change_person(person, replace(ROSA, phone="0191 496 0001", ni=""), version=1, by=first, at=now())
    with pytest.raises(ChangedMeanwhile) as refusal:
        change_person(person, replace(ROSA, last_name="Hill", ni=""), version=1, by=second, at=now())
    assert f"{first.name} (The council) changed telephone." in str(refusal.value)
    row = Person.objects.get(pk=person)
    assert (row.phone, row.last_name, row.version) == ("0191 496 0001", "Marden", 2)


def test_a_changed_name_is_found_and_the_old_one_not(world: World) -> None:
    person = add(world).person
    change_person(person, replace(ROSA, last_name="Hill", ni=""), version=1, by=world.viewer(), at=now())
    by = world.viewer()
    assert [match.name for match in search(terms_of("rosa hill"), by).value.matches] == ["Rosa Hill"]
    assert not search(terms_of("marden"), by).value.matches
    with pytest.raises(NotThere):
        change_person(person, ROSA, version=2, by=world.viewer("provider"), at=now())


def test_only_those_named_open_a_restricted_record(world: World) -> None:
    person = add(world).person
    manager, worker, colleague = world.viewer(role=Role.MANAGER), world.viewer(), world.another()
    with pytest.raises(NotThere):
        restrict_person(person, [worker.membership], by=worker, at=now())
    with pytest.raises(NotAColleague):
        restrict_person(person, [world.viewer("provider").membership], by=manager, at=now())
    restrict_person(person, [worker.membership], by=manager, at=now())
    assert details_now(person, worker).value.restricted
    assert details_now(person, manager, "restrict person").value  # who restricts stays named
    with pytest.raises(NotThere):
        details_now(person, colleague)
    found = search(terms_of("rosa marden 12/4/1985"), colleague).value
    assert not found.matches
    assert [(each.organisation, each.phone) for each in found.elsewhere] == [("", "")]
    open_record(person, by=manager, at=now())
    assert not details_now(person, colleague).value.restricted
    with pytest.raises(NobodyNamed):
        restrict_person(person, [], by=world.viewer(role=Role.DATA_PROTECTION), at=now())


# --- the pages


def token_of(answer: str) -> str:
    found = re.search(r'name="searched" value="([^"]+)"', answer)
    assert found
    return found[1]


def sent(**values: str) -> dict[str, str]:
    return {
        "first_name": "Ada",
        "last_name": "Wynn",
        "born_on_day": "3",
        "born_on_month": "5",
        "born_on_year": "1990",
    } | values


def test_the_way_from_search_to_a_new_person(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.viewer())
    assert "Add a new person" not in client.get(reverse("people")).content.decode()
    answer = client.post(reverse("people"), {"q": "ada wynn"}).content.decode()
    assert "Nobody here matches" in answer
    form = client.post(reverse("add_person"), {"searched": token_of(answer)}).content.decode()
    assert 'value="Ada"' in form
    assert 'value="Wynn"' in form
    wrong = client.post(reverse("add_person"), sent(searched=token_of(form), ni="ZZ1", first_name="")).content.decode()
    assert "There is a problem" in wrong
    assert "Enter a National Insurance number" in wrong
    done = client.post(reverse("add_person"), sent(searched=token_of(wrong), ni="AB 12 34 56 C"))
    person = Person.objects.get()
    assert done["Location"] == reverse("person", args=[person.pk])


def test_no_search_no_adding(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.viewer())
    for answer in (
        client.get(reverse("add_person")),
        client.post(reverse("add_person"), sent()),
        client.post(reverse("add_person"), sent(searched="forged")),
    ):
        assert answer["Location"] == reverse("people")
    other = signed_in(world.another())
    token = token_of(other.post(reverse("people"), {"q": "ada wynn"}).content.decode())
    assert client.post(reverse("add_person"), sent(searched=token)).status_code == 409
    assert not Person.objects.exists()


def test_a_match_elsewhere_shows_only_whom_to_ask(world: World, signed_in: SignIn) -> None:
    add(world, organisation="provider")
    client = signed_in(world.viewer())
    weak = client.post(reverse("people"), {"q": "rosa marden"}).content.decode()
    assert "The provider" not in weak  # a name alone tells nothing
    Reading.objects.all().delete()
    strong = client.post(reverse("people"), {"q": "marden rosa 12 april 1985"}).content.decode()
    assert "A record that may be this person is with The provider. Ask them: 01632 960000." in strong
    assert "SR1" not in strong
    assert [row.listed for row in Reading.objects.all()] == [True]  # that it was told is noted
    same = sent(
        first_name="Rose", last_name="Marden", born_on_day="12", born_on_month="4", born_on_year="1985",
        ni="AB 12 34 56 C", searched=token_of(strong),
    )  # fmt: skip
    check = client.post(reverse("add_person"), same).content.decode()
    assert "This may be somebody already here" in check
    assert "123456" not in re.sub(r"\s", "", check)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', check))
    assert Person.objects.count() == 1
    assert client.post(reverse("add_person"), hidden | {"none": "yes"}).status_code == 302
    assert Person.objects.count() == 2
    assert Person.objects.values("ni_blind").distinct().count() == 1


def test_a_search_notes_whose_lines_it_showed(world: World, signed_in: SignIn) -> None:
    person = add(world).person
    client = signed_in(world.viewer())
    answer = client.post(reverse("people"), {"q": "Rosa Marden AB123456C"})
    text = answer.content.decode()
    assert "1 person may be who you mean" in text
    assert "12 April 1985" in text
    rows = text.split("<main", 1)[1].split('name="q"', 1)
    assert "AB123456C" not in rows[1].split(">", 1)[1]
    assert list(Reading.objects.values_list("person_id", "page", "listed")) == [(person, "people", True)]


def test_a_page_of_changes_keeps_to_its_version(world: World, signed_in: SignIn) -> None:
    person = add(world).person
    client = signed_in(world.viewer())
    address = reverse("change_person", args=[person])
    page = client.get(address).content.decode()
    assert 'name="version" value="1"' in page
    assert "123456" not in page
    values = sent(first_name="Rosa", last_name="Marden", postcode="SR1 3AB", version="1")
    assert client.post(address, values)["Location"] == reverse("person", args=[person])
    late = client.post(address, values | {"postcode": "SR1 3AD"}).content.decode()
    assert "Somebody else changed this while you were working on it" in late
    assert "postcode" in late
    assert Person.objects.get(pk=person).postcode == "SR1 3AB"
    assert ni_number(person, world.viewer()).value == "AB123456C"


def test_the_restricting_page(world: World, signed_in: SignIn) -> None:
    person = add(world).person
    client = signed_in(world.viewer(role=Role.MANAGER))
    address = reverse("restrict_person", args=[person])
    assert "Restrict this record" in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 200
    assert client.post(address, {"named": [str(world.viewer().membership)]}).status_code == 302
    assert Person.objects.get(pk=person).restricted
    assert client.post(address, {"open": "yes"}).status_code == 302
    assert not Person.objects.get(pk=person).restricted
