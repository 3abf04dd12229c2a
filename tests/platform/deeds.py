"""One deed for each action of the platform: what it needs made ready, and the action itself, ready to be done.

The kills do each of them under a knife. An action (a public function of `actions` that takes `at`) without a deed fails
`test_every_action_has_a_deed`.
"""

import datetime as dt
import io
from collections.abc import Callable
from types import FunctionType

from commongoal.access.actions import (
    bases,
    erasing,
    founding,
    invitations,
    members,
    organisations,
    programmes,
    sealing,
    watching,
)
from commongoal.access.engine.bases import Controller, NewBasis
from commongoal.access.engine.chain import Verified
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.unusual import FindingAnswer, FindingKind, Found
from commongoal.access.engine.vocabulary import Article6, ControllerKind, OrganisationKind
from commongoal.access.models import Finding, Membership, User
from commongoal.people.actions import (
    accounts,
    adding,
    agreements,
    changing,
    family,
    merging,
    needs,
    notes,
    restricting,
    workers,
)
from commongoal.people.engine.details import PersonDetails
from commongoal.people.engine.search import Searched
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, FamilyLinkKind, GivenHow, NeedKind, NoteKind
from commongoal.people.models import FamilyLink, Person
from commongoal.places.actions import hubs, imports
from commongoal.places.engine.hubs import Hub
from tests.platform import (
    deeds_assessing,
    deeds_drawing,
    deeds_evidence,
    deeds_later,
    deeds_meeting,
    deeds_moving,
    deeds_places,
    deeds_planning,
    deeds_snapshot,
    deeds_value,
    deeds_work,
)
from tests.platform.world import World, make_person, now

Deed = Callable[[], object]
TODAY = dt.date(2026, 3, 2)
NSPL = b'pcd,pcds,doterm,lsoa11,ward,laua,oseast1m,osnrth1m\n"TS1 1AA","TS1 1AA","",E01000001,E05000001,E06000001,1,2\n'
LOOKUP = b"lsoa11_name,lsoa11_code,change_code,lsoa21_name,lsoa21_code\nTestham 1,E01000001,U,Testham 1,E01000001\n"


def details(**values: object) -> PersonDetails:
    given: dict[str, object] = {"first_name": "Ada", "last_name": "Winsford", "born_on": dt.date(1990, 1, 2)}
    return PersonDetails(**(given | values))  # type: ignore[arg-type]


def _worker(world: World) -> Viewer:
    return world.viewer("council", Role.KEY_WORKER)


def _manager(world: World) -> Viewer:
    return world.viewer("council", Role.MANAGER)


def _administrator(world: World) -> Viewer:
    return world.viewer("council", Role.ADMINISTRATOR)


def _officer(world: World) -> Viewer:
    return world.viewer("council", Role.DATA_PROTECTION)


# --- people


def add_person(world: World) -> Deed:
    by, at = _worker(world), now()
    searched = Searched(by.membership, at)
    return lambda: adding.add_person(details(ni="AB123456C", phone="01632 960001"), searched=searched, by=by, at=at)


def change_person(world: World) -> Deed:
    person, by = make_person(world), _worker(world)
    return lambda: changing.change_person(person, details(address="1 High Street"), version=1, by=by, at=now())


def merge_people(world: World) -> Deed:
    by = _manager(world)
    kept, gone = make_person(world), make_person(world, phone="01632 960002")
    for person in (kept, gone):
        workers.change_worker(by=by, at=now(), person=person, membership=by.membership, why="")
        notes.write_note(by=by, at=now(), person=person, kind=NoteKind.NOTE, text="Met", on=TODAY)
    return lambda: merging.merge_people(kept, gone, ("phone",), versions=(1, 1), by=by, at=now())


def part_people(world: World) -> Deed:
    merge, by = int(str(merge_people(world)())), _manager(world)
    return lambda: merging.part_people(merge, by=by, at=now())


def tell_apart(world: World) -> Deed:
    first, second, by = make_person(world), make_person(world), _manager(world)
    return lambda: merging.tell_apart(first, second, by=by, at=now())


def restrict_person(world: World) -> Deed:
    person, by, named = make_person(world), _manager(world), _worker(world)
    return lambda: restricting.restrict_person(person, [named.membership], by=by, at=now())


def open_record(world: World) -> Deed:
    person, by = make_person(world), _manager(world)
    restricting.restrict_person(person, [by.membership], by=by, at=now())
    return lambda: restricting.open_record(person, by=by, at=now())


def _terms(world: World) -> agreements.Terms:
    return agreements.Terms(
        to_organisation=world.organisations["provider"].pk,
        areas=frozenset({AreaOfLife.WORK}),
        classes=frozenset({DataClass.IDENTITY, DataClass.CONTACT}),
        given_how=GivenHow.SIGNED,
        document_version="2",
        from_on=TODAY,
    )


def give_agreement(world: World) -> Deed:
    person, by, terms = make_person(world), _worker(world), _terms(world)
    agreements.give_agreement(by=by, at=now(), person=person, terms=terms)
    return lambda: agreements.give_agreement(by=by, at=now(), person=person, terms=terms)


def withdraw_agreement(world: World) -> Deed:
    person, by = make_person(world), _worker(world)
    given = agreements.give_agreement(by=by, at=now(), person=person, terms=_terms(world))
    how = GivenHow.PHONE
    return lambda: agreements.withdraw_agreement(by=by, at=now(), person=person, agreement=given, how=how)


def leave_household(world: World) -> Deed:
    person, other, by = make_person(world), make_person(world), _worker(world)
    family.add_relative(by=by, at=now(), person=person, other=other, together=True)
    return lambda: family.leave_household(by=by, at=now(), person=person)


def add_relative(world: World) -> Deed:
    person, other, by = make_person(world), make_person(world), _worker(world)
    kind = FamilyLinkKind.PARTNER
    return lambda: family.add_relative(by=by, at=now(), person=person, other=other, kind=kind, together=True)


def end_family_link(world: World) -> Deed:
    person, other, by = make_person(world), make_person(world), _worker(world)
    family.add_relative(by=by, at=now(), person=person, other=other, kind=FamilyLinkKind.PARENT)
    link = FamilyLink.objects.get(person_id=person).pk
    return lambda: family.end_family_link(by=by, at=now(), person=person, link=link)


def add_need(world: World) -> Deed:
    person, by = make_person(world), _worker(world)
    return lambda: needs.add_need(by=by, at=now(), person=person, kind=NeedKind.INTERPRETER, detail="Polish")


def end_need(world: World) -> Deed:
    person, by = make_person(world), _worker(world)
    need = needs.add_need(by=by, at=now(), person=person, kind=NeedKind.STEP_FREE)
    return lambda: needs.end_need(by=by, at=now(), person=person, need=need)


def write_note(world: World) -> Deed:
    person, by = make_person(world), _worker(world)
    return lambda: notes.write_note(by=by, at=now(), person=person, kind=NoteKind.NOTE, text="Met", on=TODAY)


def correct_note(world: World) -> Deed:
    person, by = make_person(world), _worker(world)
    note = notes.write_note(by=by, at=now(), person=person, kind=NoteKind.NOTE, text="Met", on=TODAY)
    return lambda: notes.correct_note(by=by, at=now(), person=person, note=note, text="Met in town", on=TODAY)


def change_worker(world: World) -> Deed:
    person, by = make_person(world), _worker(world)
    first, second = world.another(), world.another()
    workers.change_worker(by=by, at=now(), person=person, membership=first.membership, why="")
    return lambda: workers.change_worker(
        by=by, at=now(), person=person, membership=second.membership, why="Left", instead_of=first.membership
    )


# --- organisations, members, bases, the audit


def add_organisation(world: World) -> Deed:
    by = _administrator(world)
    return lambda: organisations.add_organisation("The college", OrganisationKind.COLLEGE, by=by, at=now())


def change_organisation(world: World) -> Deed:
    by, pk = _administrator(world), world.organisations["nhs"].pk
    return lambda: organisations.change_organisation(
        pk, name="The hospital", kind=OrganisationKind.NHS, phone="", email="", by=by, at=now()
    )


def close_organisation(world: World) -> Deed:
    by, pk = _administrator(world), world.organisations["nhs"].pk
    invitations.invite_member("new@example.org", "New", pk, Role.KEY_WORKER, by=by, at=now())
    return lambda: organisations.close_organisation(pk, by=by, at=now())


def add_partnership(world: World) -> Deed:
    by = _administrator(world)
    return lambda: organisations.add_partnership("Another", area_code="E1", area_name="There", by=by, at=now())


def join_partnership(world: World) -> Deed:
    by = _administrator(world)
    made = organisations.add_partnership("Another", area_code="E1", area_name="There", by=by, at=now())
    return lambda: organisations.join_partnership(made, world.organisations["nhs"].pk, by=by, at=now())


def leave_partnership(world: World) -> Deed:
    by = _administrator(world)
    made = organisations.add_partnership("Another", area_code="E1", area_name="There", by=by, at=now())
    organisations.join_partnership(made, world.organisations["nhs"].pk, by=by, at=now())
    return lambda: organisations.leave_partnership(made, world.organisations["nhs"].pk, by=by, at=now())


def add_programme(world: World) -> Deed:
    by, body = _administrator(world), world.organisations["council"].pk
    return lambda: programmes.add_programme("more", "More", accountable_body=body, from_on=TODAY, by=by, at=now())


def _invited(world: World) -> invitations.Invited:
    pk = world.organisations["nhs"].pk
    return invitations.invite_member("new@example.org", "New", pk, Role.KEY_WORKER, by=_administrator(world), at=now())


def invite_member(world: World) -> Deed:
    by, pk = _administrator(world), world.organisations["nhs"].pk
    return lambda: invitations.invite_member("new@example.org", "New", pk, Role.KEY_WORKER, by=by, at=now())


def send_again(world: World) -> Deed:
    by, invited = _administrator(world), _invited(world)
    return lambda: invitations.send_again(invited.id, by=by, at=now())


def cancel_invitation(world: World) -> Deed:
    by, invited = _administrator(world), _invited(world)
    return lambda: invitations.cancel_invitation(invited.id, by=by, at=now())


def invite_resident(world: World) -> Deed:
    person, by = make_person(world, email="rosa@example.org"), _worker(world)
    return lambda: accounts.invite_resident(by=by, at=now(), person=person)


def accept_invitation(world: World) -> Deed:
    person, by = make_person(world, email="rosa@example.org"), _worker(world)
    token = accounts.invite_resident(by=by, at=now(), person=person).token
    return lambda: accounts.accept_invitation(token, name="New", password="a long password", at=now())


def add_membership(world: World) -> Deed:
    by, member = _administrator(world), _worker(world)
    pk = world.organisations["nhs"].pk
    return lambda: members.add_membership(member.user, pk, Role.MANAGER, by=by, at=now())


def end_membership(world: World) -> Deed:
    by, member = _administrator(world), _worker(world)
    return lambda: members.end_membership(member.membership, by=by, at=now())


def reset_codes(world: World) -> Deed:
    from allauth.mfa.totp.internal.auth import TOTP

    by, member = _administrator(world), _worker(world)
    TOTP.activate(User.objects.get(pk=member.user), "JBSWY3DPEHPK3PXP")
    return lambda: members.reset_codes(member.membership, by=by, at=now())


def found_partnership(world: World) -> Deed:
    Membership.objects.all().delete()
    return lambda: founding.found_partnership(
        "The first", area_code="E1", area_name="There", organisation="A council", kind=OrganisationKind.COUNCIL,
        email="first@example.org", name="First", at=now(),
    )  # fmt: skip


def _controllers(world: World) -> list[Controller]:
    return [Controller(world.organisations["council"].pk, ControllerKind.CONTROLLER)]


def record_basis(world: World) -> Deed:
    by, programme = _officer(world), world.programme
    assert programme is not None
    new = NewBasis(
        programme=programme.pk, purpose="help", article_6=Article6.PUBLIC_TASK, law="Localism Act 2011", document="2",
        retention_months=72, from_on=TODAY,
    )  # fmt: skip
    return lambda: bases.record_basis(new, _controllers(world), by=by, at=now())


def end_basis(world: World) -> Deed:
    by, basis = _officer(world), world.basis
    assert basis is not None
    return lambda: bases.end_basis(basis.pk, dt.date(2030, 1, 1), by=by, at=now())


def set_controllers(world: World) -> Deed:
    by, basis = _officer(world), world.basis
    assert basis is not None
    return lambda: bases.set_controllers(basis.pk, _controllers(world), by=by, at=now())


def erase_audit(world: World) -> Deed:
    write_note(world)()
    person, by = Person.objects.latest("pk").pk, _officer(world)
    return lambda: erasing.erase_audit(person, "asked for", by=by, at=now())


def seal_audit(world: World) -> Deed:
    write_note(world)()
    return lambda: sealing.seal_audit(now())


def note_check(world: World) -> Deed:
    return lambda: sealing.note_check(Verified(0, 0, "", ()), at=now())


def _found(world: World) -> Found:
    return Found(membership=_worker(world).membership, kind=FindingKind.OWN_USUAL, on=TODAY, counted=90, usual=10)


def keep_findings(world: World) -> Deed:
    found = _found(world)
    return lambda: watching.keep_findings([found], at=now())


def answer_finding(world: World) -> Deed:
    watching.keep_findings([_found(world)], at=now())
    finding, by = Finding.objects.latest("pk").pk, _officer(world)
    return lambda: watching.answer_finding(finding, FindingAnswer.EXPLAINED, "An audit", by=by, at=now())


# --- places


def save_hub(world: World) -> Deed:
    hub = Hub(
        id=0, name="Hub", organisation=world.organisations["council"].pk, organisation_name="", address="1 High Street",
        postcode="TS1 1AA", phone="", opening="", areas=("E06000001",), from_on=TODAY,
    )  # fmt: skip
    by = _administrator(world)
    return lambda: hubs.save_hub(hub, by=by, at=now())


def import_postcodes(world: World) -> Deed:
    by = _administrator(world)
    return lambda: imports.import_postcodes(io.BytesIO(NSPL), file="a.csv", by=by, at=now())


def import_lookup(world: World) -> Deed:
    by = _administrator(world)
    return lambda: imports.import_lookup(io.BytesIO(LOOKUP), file="a.csv", by=by, at=now())


def _deeds(names: dict[str, object]) -> dict[str, Callable[[World], Deed]]:
    """The functions of a module that make a deed of a world."""
    made = {name: each for name, each in names.items() if isinstance(each, FunctionType) and not name.startswith("_")}
    return {name: each for name, each in made.items() if list(each.__annotations__) == ["world", "return"]}


DEEDS = _deeds(vars(deeds_work)) | _deeds(dict(globals())) | _deeds(vars(deeds_later)) | _deeds(vars(deeds_assessing))
DEEDS |= _deeds(vars(deeds_meeting)) | _deeds(vars(deeds_snapshot))
DEEDS |= _deeds(vars(deeds_moving)) | _deeds(vars(deeds_value)) | _deeds(vars(deeds_planning))
DEEDS |= _deeds(vars(deeds_drawing)) | _deeds(vars(deeds_places))
DEEDS |= _deeds(vars(deeds_evidence))
