"""Marlhaven's partnership founded through the actions that anybody uses: members, basis, places, services."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from commongoal.access.actions.bases import record_basis
from commongoal.access.actions.founding import found_partnership
from commongoal.access.actions.invitations import accept_invitation, invite_member
from commongoal.access.actions.organisations import add_organisation, change_organisation, join_partnership
from commongoal.access.actions.programmes import add_programme
from commongoal.access.engine.bases import Controller, NewBasis
from commongoal.access.engine.permissions import STAFF, Role, Viewer
from commongoal.access.engine.vocabulary import Article6, Article9, ControllerKind, OrganisationKind
from commongoal.access.queries.organisations import partnerships
from commongoal.access.queries.viewers import viewer
from commongoal.demo.engine.courses import World
from commongoal.demo.engine.geography import ward_code
from commongoal.demo.engine.place_files import lookup_files, postcode_file
from commongoal.demo.engine.residents import UNITS, Resident
from commongoal.demo.place import geography_data, land, site_text, site_world
from commongoal.directory.actions.services import mark_checked, save_service
from commongoal.directory.engine.entries import LocationEntry, ServiceEntry
from commongoal.pathway.actions.pathways import put_pathway
from commongoal.places.actions.hubs import save_hub
from commongoal.places.actions.imports import import_lookup, import_postcodes
from commongoal.places.engine.hubs import Hub


@dataclass(frozen=True, slots=True)
class Helped:
    """Somebody whom an organisation helps, and until when, if that is known."""

    person: int
    until_at: dt.datetime | None


@dataclass
class Founded:
    """What the history is acted out with: ids by name, and the members of each organisation by role."""

    organisations: dict[str, int] = field(default_factory=dict)
    members: dict[tuple[str, Role], list[Viewer]] = field(default_factory=lambda: defaultdict(list))
    resident: int = 0  # the membership of the one person who sees their own record
    sees_own: Resident | None = None  # who that is
    programme: int = 0
    world: World = field(default_factory=site_world)
    services: dict[str, int] = field(default_factory=dict)
    checkers: dict[int, Viewer] = field(default_factory=dict)  # who checks which service
    groups: list[Mapping[str, Any]] = field(default_factory=list)  # as they are planned
    helped: dict[str, list[Helped]] = field(default_factory=lambda: defaultdict(list))  # by organisation

    def member(self, organisation: str, role: Role = Role.KEY_WORKER, number: int = 0) -> Viewer:
        """One of the organisation's members in this role."""
        found = self.members[organisation, role]
        return found[number % len(found)]

    def first(self, role: Role) -> Viewer:
        """The first member with this role anywhere."""
        return next(members[0] for (_, held), members in self.members.items() if held is role and members)


def found(place: Mapping[str, Any], at: dt.datetime) -> Founded:
    """Everything that has to be there before the first person is added."""
    made = Founded()
    names = iter(_staff_names(place))
    administrator = _first_administrator(place, made, next(names), at)
    for body in place["organisations"]:
        _organisation(body, made, administrator, at)
        for role, count in body["staff"].items():
            for _ in range(count - len(made.members[body["name"], Role(role)])):
                _member(made, body["name"], Role(role), next(names), administrator, at)
    officer = made.first(Role.DATA_PROTECTION)
    _programme(place, made, administrator, officer, at)
    put_pathway(
        by=made.first(Role.ANALYST),
        at=at,
        programme=made.programme,
        content=site_text().encode(),
        file="marlhaven.toml",
    )
    made.groups.extend(place["groups"])
    _areas(place, administrator, at)
    _hubs(place, made, administrator, at)
    for entry in place["services"]:
        service = made.services[entry["name"]] = _service(entry, place, made, at)
        made.checkers[service] = made.member(entry["organisation"], Role.MANAGER)
    return made


def ward_codes(place: Mapping[str, Any]) -> dict[str, str]:
    """The invented code of each ward."""
    return {ward["name"]: ward_code(number) for number, ward in enumerate(place["wards"])}


def _areas(place: Mapping[str, Any], by: Viewer, at: dt.datetime) -> None:
    """The areas by name, how those of one kind and year lie in those of another, and the postcodes in them."""
    for each in lookup_files(land(), geography_data()):
        import_lookup(each.content.splitlines(keepends=True), file=each.name, by=by, at=at)
    sectors = {ward_code(number): ward["sectors"] for number, ward in enumerate(place["wards"])}
    postcodes = postcode_file(land(), sectors, UNITS, geography_data()["seed"])
    import_postcodes(postcodes.content.splitlines(keepends=True), file=postcodes.name, by=by, at=at)


def _staff_names(place: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A first and a last name for each member: the lists walked at two speeds, so that none comes twice."""
    first, last = place["names"]["first"], place["names"]["last"]
    count = sum(sum(body["staff"].values()) for body in place["organisations"])
    return [(first[number * 7 % len(first)], last[number * 11 % len(last)]) for number in range(count)]


def _first_administrator(place: Mapping[str, Any], made: Founded, name: tuple[str, str], at: dt.datetime) -> Viewer:
    body, area = place["organisations"][0], place["partnership"]
    invited = found_partnership(
        area["name"],
        area_code=area["area_code"],
        area_name=area["area_name"],
        organisation=body["name"],
        kind=OrganisationKind(body["kind"]),
        email=_email(name),
        name=" ".join(name),
        at=at,
    )
    member = _accepted(invited.token, name, Role.ADMINISTRATOR, at)
    made.organisations[body["name"]] = member.organisation
    made.members[body["name"], Role.ADMINISTRATOR].append(member)
    return member


def _organisation(body: Mapping[str, Any], made: Founded, by: Viewer, at: dt.datetime) -> None:
    name, kind, phone = body["name"], OrganisationKind(body["kind"]), body["phone"]
    if name in made.organisations:  # the one that the partnership was founded with
        change_organisation(made.organisations[name], name=name, kind=kind, phone=phone, email="", by=by, at=at)
        return
    made.organisations[name] = add_organisation(name, kind, phone=phone, by=by, at=at)
    join_partnership(partnerships(by)[0].id, made.organisations[name], by=by, at=at)


def _member(made: Founded, body: str, role: Role, name: tuple[str, str], by: Viewer, at: dt.datetime) -> None:
    invited = invite_member(_email(name), " ".join(name), made.organisations[body], role, by=by, at=at)
    made.members[body, role].append(_accepted(invited.token, name, role, at))


def _accepted(token: str, name: tuple[str, str], role: Role, at: dt.datetime) -> Viewer:
    """The account of whoever was invited, with one-time codes for staff."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.conf import settings
    from django.contrib.auth import get_user_model

    password = settings.DEMONSTRATION_PASSWORD
    member = viewer(accept_invitation(token, name=" ".join(name), password=password, at=at))
    if role in STAFF:
        TOTP.activate(get_user_model().objects.get(pk=member.user), generate_totp_secret())
    return member


def _programme(
    place: Mapping[str, Any], made: Founded, administrator: Viewer, officer: Viewer, at: dt.datetime
) -> None:
    programme, basis = place["programme"], place["basis"]
    made.programme = add_programme(
        programme["code"],
        programme["name"],
        accountable_body=made.organisations[programme["accountable"]],
        from_on=programme["from_on"],
        by=administrator,
        at=at,
    )
    new = NewBasis(
        programme=made.programme,
        purpose=basis["purpose"],
        article_6=Article6(basis["article_6"]),
        article_9=Article9(basis["article_9"]),
        special_category=True,
        law=basis["law"],
        document=basis["document"],
        retention_months=basis["retention_months"],
        from_on=programme["from_on"],
    )
    controllers = [
        Controller(made.organisations[body["name"]], ControllerKind(body["controller"]))
        for body in place["organisations"]
        if "controller" in body
    ]
    record_basis(new, controllers, by=officer, at=at)


def _hubs(place: Mapping[str, Any], made: Founded, by: Viewer, at: dt.datetime) -> None:
    codes = ward_codes(place)
    for body in place["organisations"]:
        if hub := body.get("hub"):
            areas = tuple(codes[ward] for ward in hub["wards"])
            whole = Hub(
                id=0,
                name=hub["name"],
                organisation=made.organisations[body["name"]],
                organisation_name=body["name"],
                address=hub["address"],
                postcode=hub["postcode"],
                phone=body["phone"],
                opening=hub["opening"],
                areas=areas,
                from_on=at.date(),
            )
            save_hub(whole, by=by, at=at)


def _service(entry: Mapping[str, Any], place: Mapping[str, Any], made: Founded, at: dt.datetime) -> int:
    """One service, entered and checked by the manager of whoever runs it."""
    body = next(body for body in place["organisations"] if body["name"] == entry["organisation"])
    manager, hub = made.member(body["name"], Role.MANAGER), body.get("hub")
    where = (
        LocationEntry(hub["name"], hub["address"], "Marlhaven", "", hub["postcode"].replace(" ", "")) if hub else None
    )
    whole = ServiceEntry(
        external_id="",
        name=entry["name"],
        description=entry["description"],
        minimum_age=18,
        fees="Free",
        locations=(where,) if where else (),
        phones=(body["phone"],),
    )
    service = save_service(whole, entry["needs"], by=manager, at=at)
    mark_checked(service, by=manager, at=at)
    return service


def _email(name: tuple[str, str]) -> str:
    return f"{name[0]}.{name[1]}@example.org".lower()
