"""The matrix of pages: every route x role x standing, made from the list of routes and the table of permissions.

A route says with `about` what each id in its address is the id of; `ROOTS` and `PARTS` make one of each, standing so to
the viewer. A route whose `about` has no maker here fails, in words, until somebody writes one.
"""

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commongoal.access.engine.permissions import Relation, Role, Viewer, allowed, relations_allowing
from commongoal.access.engine.unusual import FindingKind
from commongoal.access.models import Finding, Invitation, Organisation, Partnership, Reading
from commongoal.access.queries.keys import key_ring
from commongoal.directory.models import Service
from commongoal.pathway.models import EligibilityAnswers, Participation, Referral
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import (
    Agreement,
    FamilyLink,
    Holding,
    NamedStaff,
    Need,
    Note,
    Person,
    ResidentAccount,
)
from commongoal.places.models import Hub
from commongoal.web.routing import Route
from tests.platform import (
    matrix_assessing,
    matrix_drawing,
    matrix_evidence,
    matrix_meeting,
    matrix_moving,
    matrix_places,
    matrix_planning,
    matrix_value,
    matrix_work,
)
from tests.platform.world import AT, World, add_member

NI_NUMBER = "JK481516C"
HERE, ELSEWHERE = "council", "provider"  # the viewer's organisation, and the one that holds what the viewer may not see


class Standing(StrEnum):
    """How the viewer stands to what an address is about."""

    OWN = "own"
    REFERRED = "referred"
    AGREED = "agreed"
    NAMED = "named"
    SELF = "self"
    SENT = "sent"
    RECEIVED = "received"
    NONE = "none"  # it is another organisation's
    ENDED = "ended"  # it was the viewer's organisation's, and is no more
    RESTRICTED = "restricted"  # the viewer's organisation works with the person, and the viewer is not named
    MISSING = "missing"  # nothing has this id

    @property
    def relations(self) -> frozenset[Relation]:
        """What the table of permissions is asked with. A referral belongs to whoever sent it."""
        if self is Standing.SENT:
            return frozenset({Relation.SENT, Relation.OWN})
        return frozenset({Relation(self.value)} if self.value in set(Relation) else ())


PERSONAL = (Standing.OWN, Standing.REFERRED, Standing.AGREED, Standing.NAMED, Standing.SELF,
            Standing.NONE, Standing.ENDED, Standing.RESTRICTED, Standing.MISSING)  # fmt: skip
MISSING_ID = 987_654_321
SINCE = dt.date(2026, 1, 5)


@dataclass(frozen=True)
class Planted:
    """A person made for the matrix: how the viewer stands to them, or only one member (0: all of the organisation)."""

    last_name: str
    standing: Standing
    membership: int

    def relations(self, viewer: Viewer) -> frozenset[Relation]:
        return self.standing.relations if self.membership in {0, viewer.membership} else frozenset()


@dataclass
class Scene:
    """A world, what was made in it, and who stands how to whom."""

    world: World
    people: dict[int, "Planted"] = field(default_factory=dict)
    made: dict[tuple[str, Standing, int], int] = field(default_factory=dict)
    counter: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def organisation(self, name: str) -> int:
        return self.world.organisations[name].pk

    def root(self, kind: str, standing: Standing, viewer: Viewer) -> int:
        """The id of a thing of this kind standing so to the viewer, made at the first call."""
        if standing is Standing.MISSING:
            return MISSING_ID
        own = viewer.membership if standing in {Standing.NAMED, Standing.SELF} else 0
        key = (kind, standing, own)
        if key not in self.made:
            self.made[key] = ROOTS[kind][1](self, standing, viewer)
        return self.made[key]

    def part(self, kind: str, parent: int, viewer: Viewer) -> int:
        """The id of a thing of this kind that hangs on the parent."""
        return PARTS[kind](self, parent, viewer)


def make_person(scene: Scene, standing: Standing, viewer: Viewer) -> int:
    """A person standing so to the viewer, with a name found nowhere else and a National Insurance number."""
    number = next(scene.counter)
    here, elsewhere = scene.organisation(HERE), scene.organisation(ELSEWHERE)
    person = Person.objects.create(
        first_name=f"Vilhelmina{number}",
        last_name=f"Zzquade{number}x",
        born_on=dt.date(1984, 5, 6),
        postcode="ZZ1 1ZZ",
        ni_sealed=key_ring().seal(NI_NUMBER),
        ni_blind=key_ring().blind(NI_NUMBER),
        restricted=standing in {Standing.NAMED, Standing.RESTRICTED},
        added_by_id=elsewhere,
        added_at=AT,
    )
    personal = standing in {Standing.NAMED, Standing.SELF}
    scene.people[person.pk] = Planted(person.last_name, standing, viewer.membership if personal else 0)
    held = {
        Standing.OWN: "own", Standing.REFERRED: "referred", Standing.AGREED: "agreed", Standing.ENDED: "own",
        Standing.RESTRICTED: "own",
    }  # fmt: skip
    _hold(person.pk, elsewhere, "own")
    if standing in held:
        _hold(person.pk, here, held[standing], until_at=AT if standing is Standing.ENDED else None)
    if standing is Standing.NAMED:
        NamedStaff.objects.create(person=person, membership_id=viewer.membership, since_at=AT)
    if standing is Standing.SELF:
        ResidentAccount.objects.create(person=person, membership_id=viewer.membership)
    return person.pk


def _hold(person: int, organisation: int, relation: str, until_at: dt.datetime | None = None) -> None:
    classes = [] if relation == "own" else [kind.value for kind in DataClass]
    since = AT - dt.timedelta(days=100)
    Holding.objects.create(
        person_id=person, organisation_id=organisation, relation=relation, classes=classes, why="for the matrix",
        since_at=since, until_at=until_at,
    )  # fmt: skip


def make_organisation(scene: Scene, standing: Standing, viewer: Viewer) -> int:
    return scene.organisation(HERE if standing is Standing.OWN else "charity")


def make_hub(scene: Scene, standing: Standing, viewer: Viewer) -> int:
    return Hub.objects.create(
        organisation_id=make_organisation(scene, standing, viewer), name="Hub", address="1 High Street",
        postcode="ZZ11ZZ", from_on=SINCE,
    ).pk  # fmt: skip


def make_referral(scene: Scene, standing: Standing, viewer: Viewer) -> int:
    """One that waits for an answer; whoever sent it and whoever has it know its person."""
    of_person = {Standing.SENT: Standing.OWN, Standing.RECEIVED: Standing.REFERRED}.get(standing, Standing.NONE)
    sender, receiver = {
        Standing.SENT: (HERE, ELSEWHERE),
        Standing.RECEIVED: (ELSEWHERE, HERE),
    }.get(standing, (ELSEWHERE, "charity"))
    person = make_person(scene, of_person, viewer)
    number = next(scene.counter)
    programme = scene.world.programme
    assert programme is not None
    return Referral.objects.create(
        person_id=person, programme=programme, sender_id=scene.organisation(sender),
        receiver_id=scene.organisation(receiver), sent_by_id=scene.world.viewer(sender).membership, reason="Work",
        urgency="routine", classes=["identity"], sent=[["identity", "Name", _name(scene, person)]],
        basis=scene.world.basis,
        status="sent", lane="waiting", sent_at=AT, sent_on=AT.date(), answer_due_on=AT.date(), token=f"matrix {number}",
        override_reason="It cannot wait",
    ).pk  # fmt: skip


def make_agreement(scene: Scene, standing: Standing, viewer: Viewer) -> int:
    """One that a person gave: the viewer themselves, or somebody whom another organisation knows."""
    return agreement_of(scene, scene.root("person", standing, viewer), viewer)


def make_basis(scene: Scene, standing: Standing, viewer: Viewer) -> int:
    basis = scene.world.basis
    assert basis is not None
    return basis.pk


def make_finding(scene: Scene, standing: Standing, viewer: Viewer) -> int:
    number = next(scene.counter)
    return Finding.objects.create(
        membership_id=viewer.membership, kind=next(iter(FindingKind)).value, on=SINCE, counted=number, found_at=AT,
        person_id=number,
    ).pk  # fmt: skip


def make_service(scene: Scene, standing: Standing, viewer: Viewer) -> int:
    return Service.objects.create(
        external_id=f"matrix {next(scene.counter)}", organisation_id=make_organisation(scene, standing, viewer),
        name="A course", status="active",
    ).pk  # fmt: skip


Maker = Callable[[Scene, Standing, Viewer], int]
OWNED = (Standing.OWN, Standing.NONE, Standing.MISSING)
# What an address may be about: the standings that there are, and how to make one.
ROOTS: dict[str, tuple[tuple[Standing, ...], Maker]] = {
    "person": (PERSONAL, make_person),
    "organisation": (OWNED, make_organisation),
    "hub": (OWNED, make_hub),
    "group": (OWNED, matrix_meeting.make_group),
    "agreement": ((Standing.SELF, Standing.NONE, Standing.MISSING), make_agreement),
    "basis": ((Standing.NONE, Standing.MISSING), make_basis),
    "finding": ((Standing.NONE, Standing.MISSING), make_finding),
    "programme": ((Standing.NONE, Standing.MISSING), matrix_moving.make_programme),
    "member": (OWNED, lambda scene, standing, _: membership_of(scene, make_organisation(scene, standing, _), _)),
    "service": (OWNED, make_service),
    "cost": (OWNED, matrix_work.make_cost),
    "area": ((Standing.NONE, Standing.MISSING), matrix_places.make_area),
    "edition": ((Standing.NONE, Standing.MISSING), matrix_places.make_edition),
    "run": ((Standing.NONE, Standing.MISSING), matrix_value.run_for),
    "neighbourhood": ((Standing.NONE, Standing.MISSING), matrix_drawing.make_neighbourhood),
    "research": (OWNED, matrix_evidence.make_research),
    "return": (OWNED, matrix_evidence.make_return),
    "priority": ((Standing.NONE, Standing.MISSING), matrix_evidence.make_priority),
    "area target": ((Standing.NONE, Standing.MISSING), matrix_evidence.target_for),
    "referral": ((Standing.SENT, Standing.RECEIVED, Standing.NONE, Standing.MISSING), make_referral),
}
ROOTS |= {
    kind: ((Standing.SELF, Standing.NONE, Standing.MISSING), matrix_planning.own(part))
    for kind, part in matrix_planning.PARTS.items()
}


def need_of(scene: Scene, person: int, viewer: Viewer) -> int:
    return Need.objects.create(person_id=person, kind="interpreter", since_on=SINCE).pk


def note_of(scene: Scene, person: int, viewer: Viewer) -> int:
    return Note.objects.create(
        person_id=person, membership_id=viewer.membership, organisation_id=viewer.organisation, kind="note", text="Met",
        on=SINCE, written_at=AT,
    ).pk  # fmt: skip


def agreement_of(scene: Scene, person: int, viewer: Viewer) -> int:
    return Agreement.objects.create(
        person_id=person, from_organisation_id=viewer.organisation, to_organisation_id=scene.organisation("nhs"),
        areas=["work"], classes=["identity"], given_how="signed form", document_version="2", from_on=SINCE,
    ).pk  # fmt: skip


def family_link_of(scene: Scene, person: int, viewer: Viewer) -> int:
    other = make_person(scene, Standing.NONE, viewer)
    FamilyLink.objects.create(person_id=other, other_id=person, kind="child")
    return FamilyLink.objects.create(person_id=person, other_id=other, kind="parent").pk


def membership_of(scene: Scene, organisation: int, viewer: Viewer) -> int:
    return add_member(Organisation.objects.get(pk=organisation), Role.KEY_WORKER).membership


def invitation_of(scene: Scene, organisation: int, viewer: Viewer) -> int:
    number = next(scene.counter)
    return Invitation.objects.create(
        email=f"invited{number}@example.org", name="Invited", organisation_id=organisation, role="key worker",
        token_digest=f"{number:064}", invited_at=AT, expires_at=timezone.now() + dt.timedelta(days=7),
    ).pk  # fmt: skip


def partnership_of(scene: Scene, organisation: int, viewer: Viewer) -> int:
    made = Partnership.objects.create(
        name=f"Partnership {next(scene.counter)}", area_code="E99000009", area_name="There"
    )
    made.organisations.add(organisation)
    return made.pk


def eligibility_of(scene: Scene, person: int, viewer: Viewer) -> int:
    return EligibilityAnswers.objects.create(
        person_id=person, programme_id=programme_for(scene, person, viewer), organisation_id=viewer.organisation,
        membership_id=viewer.membership, on=SINCE, at=AT, answers={}, verdicts=[], outcome="yes", because="All hold",
        terms_version=SINCE,
    ).pk  # fmt: skip


def participation_of(scene: Scene, person: int, viewer: Viewer) -> int:
    row, _ = Participation.objects.get_or_create(
        person_id=person, programme_id=programme_for(scene, person, viewer), organisation_id=viewer.organisation,
        ended_on=None, defaults={"started_on": SINCE},
    )  # fmt: skip
    return row.pk


def programme_for(scene: Scene, person: int, viewer: Viewer) -> int:
    assert scene.world.programme is not None
    return scene.world.programme.pk


def other_person(scene: Scene, person: int, viewer: Viewer) -> int:
    return make_person(scene, Standing.OWN, viewer)


# What hangs on the thing before it in the address, and what only stands beside it.
PARTS: dict[str, Callable[[Scene, int, Viewer], int]] = {
    **matrix_meeting.PARTS,
    **matrix_moving.PARTS,
    "need": need_of,
    "note": note_of,
    "agreement": agreement_of,
    "family link": family_link_of,
    "membership": membership_of,
    "invitation": invitation_of,
    "partnership": partnership_of,
    "eligibility": eligibility_of,
    "participation": participation_of,
    "programme": programme_for,
    "other person": other_person,
}
PARTS |= matrix_assessing.MORE_PARTS
PARTS |= matrix_work.MORE_PARTS
PARTS |= matrix_evidence.MORE_PARTS
PARTS |= matrix_planning.PARTS
BESIDE = {"partnership", "programme", "other person"}


class Answer(StrEnum):
    """What the table of permissions says that a page must answer."""

    OPEN = "open"
    REFUSED = "refused"  # 403: the role never does this
    HIDDEN = "hidden"  # 404: not this one


# Everybody may see these, so that "not yours" tells nothing that "nothing there" hides.
SEEN_BY_ALL = {"service"}


def due(route: Route, role: Role, standing: Standing | None) -> Answer:
    """The answer the table gives for one cell of the matrix; `standing` is None where an address holds no id."""
    enough = relations_allowing(role, route.verb)
    if not enough:
        return Answer.REFUSED
    if standing is None:
        return Answer.OPEN
    if standing is Standing.MISSING:
        return Answer.HIDDEN
    return Answer.OPEN if Relation.ANY in enough or enough & standing.relations else Answer.HIDDEN


def given(response: HttpResponse) -> Answer | str:
    """What a page answered."""
    status = response.status_code
    if status in {403, 404}:
        return Answer.REFUSED if status == 403 else Answer.HIDDEN
    if status >= 500:
        return f"{status} {getattr(response, 'exc_info', '')}"
    place = response.get("Location", "")
    if place.startswith((reverse("account_login"), reverse("mfa_activate_totp"), reverse("no_membership"))):
        return f"sent to {place}"
    return Answer.OPEN


def ask(client: Client, method: str, address: str) -> HttpResponse:
    """One request, with nothing of it kept."""
    client.cookies.pop("messages", None)
    with transaction.atomic():
        response = client.get(address) if method == "GET" else client.post(address, {})
        response.read_rows = set(
            Reading.objects.filter(at__gt=AT + dt.timedelta(days=1)).values_list("person_id", flat=True)
        )  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return response


def text(response: HttpResponse) -> str:
    """The body, without what differs from one request to the next."""
    body = b"".join(response) if response.streaming else response.content
    plain = body.decode("utf-8", "replace")
    return re.sub(r'(nonce|name="csrfmiddlewaretoken" value)="[^"]*"', "", plain)


def told(scene: Scene, route: Route, viewer: Viewer, response: HttpResponse) -> list[str]:
    """What a page says that it must not: an NI number, people out of reach, people it noted no reading of."""
    body = text(response)
    shows = NI_NUMBER in re.sub(r"[\s-]|&nbsp;", "", body)
    faults = ["shows an NI number"] if shows and route.name != "show_ni" else []
    verbs = {"read person", route.verb} - {""}
    for person, planted in scene.people.items():
        if planted.last_name not in body:
            continue
        if not any(allowed(viewer, verb, planted.relations(viewer)) for verb in verbs):
            faults.append(f"names a person who is {planted.standing} to the viewer")
        if person not in response.read_rows:  # type: ignore[attr-defined]
            faults.append(f"names a person ({planted.standing}) and notes no reading")
    return faults


def _name(scene: Scene, person: int) -> str:
    return scene.people[person].last_name


def address(route: Route, ids: tuple[int | str, ...]) -> str:
    return reverse(route.name, args=ids)
