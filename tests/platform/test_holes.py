"""What was once seen, changed or broken by somebody who should not have been able to: each promise with its test."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from zipfile import ZipFile

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Organisation, Programme, Reading, User
from commongoal.directory.actions.services import import_services
from commongoal.directory.models import Service
from commongoal.kernel.errors import BadInput
from commongoal.pathway.actions.answers import accept_referral, confirm_first_contact
from commongoal.pathway.actions.sending import send_referral
from commongoal.pathway.models import Referral
from commongoal.people.actions.accounts import accept_invitation, invite_resident
from commongoal.people.actions.agreements import withdraw_agreement
from commongoal.people.actions.family import add_relative
from commongoal.people.actions.indexing import index_person
from commongoal.people.actions.notes import write_note
from commongoal.people.actions.restricting import restrict_person
from commongoal.people.actions.workers import change_worker
from commongoal.people.engine.search import terms_of
from commongoal.people.engine.vocabulary import DataClass, FamilyLinkKind, GivenHow, NoteKind
from commongoal.people.models import (
    Agreement,
    FamilyLink,
    Holding,
    Household,
    HouseholdMember,
    Need,
    Note,
    Person,
    PossibleDuplicate,
    ResidentAccount,
    Worker,
)
from commongoal.people.queries.duplicates import possible_duplicates
from commongoal.people.queries.family import linked_name
from commongoal.people.queries.person_page import person_record
from commongoal.people.queries.reach import classes_seen
from commongoal.people.queries.record import ni_number
from commongoal.people.queries.search import search
from commongoal.people.queries.travelling import details
from commongoal.web.letters import send_invitation
from commongoal.web.routes import ROUTES
from commongoal.web.sign_in import tried_address
from tests.platform.test_person_page import full_person
from tests.platform.test_referrals import a_sending, agree, sent
from tests.platform.world import AT, World, make_person, now

SignIn = Callable[[Viewer], Client]
STAFF_EXAMPLES = (Role.KEY_WORKER, Role.DATA_PROTECTION, Role.ADMINISTRATOR)


def agreed(world: World, person: int, organisation: str, *classes: DataClass) -> None:
    """The person agreed that the organisation may see these classes."""
    Holding.objects.create(
        person_id=person,
        organisation=world.organisations[organisation],
        relation=Relation.AGREED.value,
        classes=[kind.value for kind in classes],
        why="agreed",
        since_at=AT,
    )


# --- classes of data that were not agreed


@pytest.fixture
def nameless(world: World) -> int:
    """Rosa, whom the charity may know the progress of, but not the name."""
    person = make_person(world, "provider", postcode="SR1 3AA", phone="01914960000")
    agreed(world, person, "charity", DataClass.PROGRESS)
    index_person(person)
    return person


def test_whoever_may_not_know_a_name_does_not_find_it(world: World, nameless: int) -> None:
    by = world.viewer("charity")
    for words in ("rosa marden", "marden", "rosa marden 12/4/1985", "0191 4960000"):
        assert not search(terms_of(words), by).value.matches, words
    assert [match.person for match in search(terms_of("rosa marden"), world.viewer("provider")).value.matches] == [
        nameless
    ]


def test_whoever_may_not_know_an_address_does_not_find_by_it(world: World) -> None:
    person = make_person(world, "provider", postcode="SR1 3AA", phone="01914960000")
    agreed(world, person, "charity", DataClass.IDENTITY)
    index_person(person)
    by = world.viewer("charity")
    for words in ("SR1 3AA", "0191 4960000", "960000", "SR1"):
        assert not search(terms_of(words), by).value.matches, words
    for words in ("rosa marden", "rosa marden SR1 3AA", "12/4/1985"):
        assert [match.person for match in search(terms_of(words), by).value.matches] == [person], words
    assert search(terms_of("SR1 3AA"), world.viewer("provider")).value.matches


def test_a_family_names_nobody_whose_name_was_not_agreed(world: World, nameless: int) -> None:
    by, sister = world.viewer("charity"), make_person(world, "charity", first_name="Ida")
    for person, other in ((sister, nameless), (nameless, sister)):
        link = FamilyLink.objects.create(person_id=person, other_id=other, kind="sibling")
    record = person_record(sister, by, now().date()).value
    assert [(each.name, each.person) for each in record.family or ()] == [("", None)]
    link = FamilyLink.objects.get(person_id=sister)
    assert linked_name(sister, link.pk, by) == ("another family member", None)
    assert "Rosa" not in str(record)


def test_possible_duplicates_name_nobody_whose_name_was_not_agreed(world: World, nameless: int) -> None:
    twin = make_person(world, "charity", first_name="Rosie")
    PossibleDuplicate.objects.create(
        first_id=nameless, second_id=twin, likeness=9, reasons=["the same date of birth"], found_at=AT
    )
    pair = possible_duplicates(world.viewer("charity")).value.rows[0]
    assert (pair.person, pair.name, pair.other, pair.other_name, pair.reasons) == (twin, "Rosie Marden", None, "", ())
    Holding.objects.filter(person=twin).delete()
    assert not possible_duplicates(world.viewer("charity")).value.rows


def test_an_agreement_to_share_everything_shares_no_national_insurance_number(world: World) -> None:
    person = make_person(world, "provider")
    agreed(world, person, "charity", *DataClass)
    with pytest.raises(NotThere):
        ni_number(person, world.viewer("charity"))
    assert ni_number(person, world.viewer("provider")).value == ""


# --- restricted records


def test_a_restricted_relative_does_not_travel_with_a_family(world: World) -> None:
    person, hidden = make_person(world), make_person(world, first_name="Ida", restricted=True)
    FamilyLink.objects.create(person_id=person, other_id=hidden, kind="partner")
    household = Household.objects.create(made_at=AT)
    for each in (person, hidden):
        HouseholdMember.objects.create(household=household, person_id=each, since_on=AT.date())
    assert details(person, [DataClass.FAMILY], now().date()) == ()


LISTS = {"caseload", "caseload_csv", "caseload_xlsx", "today", "referrals", "referrals_in", "referrals_out"}
HIDDEN = ("Zebedee", "Quillfeather", "ZZ9 9ZZ", "01632 960999", "Rang the mobile of Z")


@pytest.fixture
def canary(world: World) -> int:
    """Somebody with rows in every table, referred to the provider and agreed to be known by the charity."""
    by = world.viewer()
    person = make_person(
        world, first_name="Zebedee", last_name="Quillfeather", postcode="ZZ9 9ZZ", phone="01632 960999"
    )
    sister = make_person(world, first_name="Ida")
    for to in ("provider", "charity"):
        agree(world, person, to)
        send_referral(by=by, at=AT, sending=a_sending(world, person, to))
    accept_referral(by=world.viewer("provider"), at=AT, referral=Referral.objects.earliest("pk").pk)
    add_relative(by=by, at=AT, person=sister, other=person, kind=FamilyLinkKind.SIBLING)
    add_relative(by=by, at=AT, person=sister, other=person, together=True)
    change_worker(by=by, at=AT, person=person, membership=by.membership, why="First")
    write_note(by=by, at=AT, person=person, kind=NoteKind.CONTACT, text="Rang the mobile of Z", on=AT.date())
    PossibleDuplicate.objects.create(
        first_id=person, second_id=sister, likeness=9, reasons=["the same date of birth"], found_at=AT
    )
    for each in (person, sister):
        index_person(each)
    return person


def text_of(response: HttpResponse) -> str:
    """What an answer says, a workbook's cells too."""
    if not response.content.startswith(b"PK"):
        return response.content.decode()
    with ZipFile(io.BytesIO(response.content)) as book:
        return " ".join(book.read(name).decode() for name in book.namelist())


def crawled(client: Client, world: World, viewer: Viewer, person: int) -> Iterator[tuple[str, str]]:
    """Every page that answers the viewer, with the person's ids wherever an address has an id; and searches."""
    referral = Referral.objects.filter(person=person).values_list("pk", flat=True)
    notes = Note.objects.filter(person=person).values_list("pk", flat=True)
    links = FamilyLink.objects.values_list("pk", flat=True)
    others = Person.objects.exclude(pk=person).values_list("pk", flat=True)
    for route in ROUTES:
        queries = ("", "?whose=team", "?which=accepted") if route.name in LISTS else ("",)
        for number, pk in enumerate((person, *others) if "<" in route.address else (person,)):
            ids = {"person": pk, "other": person if number else others[0], "note": notes[0], "link": links[number]}
            ids |= {"organisation": viewer.organisation, "member": viewer.membership, "referral": referral[number % 2]}
            address = re.sub(r"<\w+:(\w+)>", lambda found, of=ids: str(of.get(found[1], 1)), route.address)  # type: ignore[misc]
            for query in queries:
                yield f"/{address}{query}", text_of(client.get(f"/{address}{query}", follow=True))
    for words in ("zebedee quillfeather", "ZZ9 9ZZ", "01632 960999", "12/4/1985"):
        yield words, client.post(reverse("people"), {"q": words}).content.decode().replace(f'value="{words}"', "")


@pytest.mark.parametrize(
    ("organisation", "role"),
    [("council", Role.KEY_WORKER), *((name, Role.MANAGER) for name in ("council", "provider", "charity"))],
)
def test_a_restricted_record_is_on_no_page(
    world: World, signed_in: SignIn, canary: int, organisation: str, role: Role
) -> None:
    named = world.another("council", Role.MANAGER)
    restrict_person(canary, [named.membership], by=named, at=now())
    viewer = world.viewer(organisation, role)
    found = [
        (address, word)
        for address, page in crawled(signed_in(viewer), world, viewer, canary)
        for word in HIDDEN
        if word in page
    ]
    assert found == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ANALYST, Role.ADMINISTRATOR, Role.RESIDENT, Role.EMPLOYER])
def test_nobody_else_sees_anything_of_a_person(world: World, signed_in: SignIn, canary: int, role: Role) -> None:
    viewer = world.viewer("employer" if role is Role.EMPLOYER else "housing", role)
    pages = list(crawled(signed_in(viewer), world, viewer, canary))
    assert [(address, word) for address, page in pages for word in HIDDEN if word in page] == []


def test_the_crawl_does_find_what_may_be_seen(world: World, signed_in: SignIn, canary: int) -> None:
    viewer = world.viewer()
    pages = dict(crawled(signed_in(viewer), world, viewer, canary))
    assert all(any(word in page for page in pages.values()) for word in HIDDEN)


# --- agreements withdrawn


def test_an_agreement_withdrawn_ends_what_a_referral_showed(world: World) -> None:
    by, provider = world.viewer(), world.viewer("provider")
    person, referral = sent(world)
    accept_referral(by=provider, at=AT, referral=referral)
    assert classes_seen(person, provider) == {DataClass.IDENTITY, DataClass.CONTACT}
    agree(world, person, "provider", [DataClass.IDENTITY])
    assert classes_seen(person, provider) == {DataClass.IDENTITY}
    agreement = Agreement.objects.get(withdrawn_at=None)
    withdraw_agreement(by=by, at=now(), person=person, agreement=agreement.pk, how=GivenHow.PHONE)
    assert classes_seen(person, provider) == frozenset()


def test_a_referral_accepted_after_the_agreement_ended_shows_no_record(world: World) -> None:
    provider = world.viewer("provider")
    person, referral = sent(world)
    agreement = Agreement.objects.get()
    withdraw_agreement(by=world.viewer(), at=AT, person=person, agreement=agreement.pk, how=GivenHow.PHONE)
    accept_referral(by=provider, at=AT, referral=referral)
    assert classes_seen(person, provider) == frozenset()
    confirm_first_contact(by=provider, at=AT, referral=referral, contact_on=AT.date())
    assert classes_seen(person, provider) == frozenset(DataClass)  # they work with the person now


# --- what a search tells


def test_being_told_whom_to_ask_about_somebody_is_noted_too(world: World, signed_in: SignIn) -> None:
    person = make_person(world, "provider")
    index_person(person)
    client = signed_in(world.viewer())
    assert "The provider" in client.post(reverse("people"), {"q": "rosa marden 12/4/1985"}).content.decode()
    assert [row.person_id for row in Reading.objects.filter(page="people", listed=True)] == [person]


# --- residents' accounts


def test_a_corrected_address_gets_the_invitation_and_the_wrong_one_opens_nothing(world: World) -> None:
    person, by = make_person(world, email="wrong@example.org"), world.viewer()
    first = invite_resident(by=by, at=now(), person=person)
    Person.objects.filter(pk=person).update(email="right@example.org")
    second = invite_resident(by=by, at=now(), person=person)
    assert second.email == "right@example.org"
    with pytest.raises(Exception, match="no longer works"):
        accept_invitation(first.token, name="A stranger", password="three odd words", at=now())
    assert accept_invitation(second.token, name="Rosa", password="three odd words", at=now())


# --- sign-in


SPELLINGS = ("m\u0131ss.s\u0131nk@example.org", "MISS.SINK@EXAMPLE.ORG ", "mi\u017f\u017f.\u017fink@example.org")


@pytest.mark.parametrize("typed", [*SPELLINGS, "miss.sin\u212a@example.org"])
def test_no_spelling_of_an_address_escapes_its_lock(typed: str, rf: object) -> None:
    assert tried_address(rf.post("/", {"login": typed})) == "miss.sink@example.org"  # type: ignore[attr-defined]


def test_a_name_of_two_lines_adds_no_header_to_a_letter(world: World, rf: object) -> None:
    person = make_person(world, email="rosa@example.org")
    invited = replace(
        invite_resident(by=world.viewer(), at=now(), person=person), organisation="A\nBcc: all@example.org"
    )
    assert send_invitation(rf.get("/"), invited, by="Ann")  # type: ignore[attr-defined]
    assert mail.outbox[0].subject == "Invitation from A Bcc: all@example.org"
    assert mail.outbox[0].recipients() == ["rosa@example.org"]


# --- what a browser or a proxy keeps


def test_no_page_of_somebody_signed_in_is_kept_by_the_browser(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.viewer())
    addresses = (
        "/people/999/",
        "/people/",
        "/account/password/change/",
        "/account/two-step/recovery-codes/",
        "/nowhere",
    )
    for address in addresses:
        answer = client.get(address, follow=True)
        assert "no-store" in answer["Cache-Control"], address
    assert "no-store" in Client().get("/account/login/")["Cache-Control"]
    assert "immutable" in client.get("/colours/0b4c5f.css")["Cache-Control"]


# --- what users typed, on every page


BAD = "<script>alert(1)</script>\"'>{{ 7 }}"


def test_nothing_typed_becomes_part_of_a_page(world: World, signed_in: SignIn) -> None:
    person = full_person(world)
    for model, field in ((Organisation, "name"), (Programme, "name"), (User, "name"), (Note, "text"), (Need, "detail")):
        for row in model.objects.all():  # type: ignore[attr-defined]
            model.objects.filter(pk=row.pk).update(**{field: f"{BAD}{row.pk}"})  # type: ignore[attr-defined]
    Person.objects.update(first_name=BAD, last_name=BAD, known_as=BAD, address=BAD, phone=BAD[:30])
    Worker.objects.update(why=BAD)
    Holding.objects.update(why=BAD)
    resident = world.viewer(role=Role.RESIDENT)
    ResidentAccount.objects.create(person_id=person, membership_id=resident.membership)
    shown = 0
    for role in (Role.MANAGER, Role.DATA_PROTECTION, Role.ADMINISTRATOR, Role.RESIDENT):
        client = signed_in(world.viewer(role=role))
        for route in ROUTES:
            ids = {"person": person, "other": person, "member": resident.membership, "programme": world.programme.pk}  # type: ignore[union-attr]
            ids |= {"organisation": resident.organisation, "organisation_id": resident.organisation}
            address = re.sub(r"<\w+:(\w+)>", lambda found, of=ids: str(of.get(found[1], 1)), route.address)  # type: ignore[misc]
            answer = client.get(f"/{address}")
            if "attachment" in answer.get("Content-Disposition", ""):
                continue  # no browser shows it
            page = answer.content.decode()
            shown += "&lt;script&gt;alert(1)" in page
            assert "<script>alert" not in page, address
    assert shown > 20


# --- numbers and files that no honest user sends


@pytest.mark.parametrize("role", STAFF_EXAMPLES)
def test_a_number_too_large_is_nobodys(world: World, signed_in: SignIn, role: Role) -> None:
    client = signed_in(world.viewer(role=role))
    assert client.get(f"/people/{10**19}/").status_code in {403, 404}
    assert client.post(f"/people/{10**19}/notes/write/", {}).status_code in {403, 404}
    assert client.get(f"/services/{10**19}/", follow=True).status_code == 404
    members = reverse("members", args=[world.viewer().organisation])
    for page in ("0", "-1", "9" * 30, "²", "٣"):
        assert client.get(members, {"page": page}).status_code in {200, 403, 404}, page


ODD = {
    "a lone half of a character": {"name": "Help \ud800 desk", "description": "\udfff"},
    "a number without an end": {"minimum_age": 10**400},
    "a place without an end": {"service_at_locations": [{"location": {"latitude": 10**400, "longitude": 1}}]},
    "a cost without an end": {"cost_options": [{"amount": 10**400}]},
    "an address without an end": {"url": "https://example.org/" + "a" * 5000, "email": "a" * 400 + "@example.org"},
    "mark-up": {"url": "javascript:alert(1)", "description": "<script>alert(1)</script>Help"},
}


@pytest.mark.parametrize("fault", ODD)
def test_a_file_of_odd_services_is_taken_in_or_refused_in_words(world: World, fault: str) -> None:
    record = {"id": "ac148810-d857-441c-9679-408f346de14b", "name": "Help desk", "description": "x", "status": "active"}
    by = world.viewer(role=Role.ADMINISTRATOR)
    text = json.dumps([{**record, **ODD[fault]}]).encode()
    import_services(text, source="s", file="f", by=by, at=now(), keep_good=True)
    for service in Service.objects.all():
        assert len(service.url) <= 1000
        assert len(service.email) <= 254
        assert "javascript" not in service.url
        assert "script" not in service.description


@pytest.mark.parametrize("text", [b"9" * 5000, b"[" * 100_000, b'{"contents": [' + b"9" * 5000 + b"]}", b"\xff", b""])
def test_a_file_that_is_no_json_is_refused_in_words(world: World, text: bytes) -> None:
    by = world.viewer(role=Role.ADMINISTRATOR)
    with pytest.raises(BadInput):
        import_services(text, source="s", file="f", by=by, at=now())
