"""A small partnership for the tests: every role in the council, and staff in other organisations."""

import datetime as dt
from dataclasses import dataclass, field, replace

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.engine.vocabulary import ControllerKind, OrganisationKind
from commongoal.access.models import (
    ControllerRole,
    LawfulBasis,
    Membership,
    Organisation,
    Partnership,
    Programme,
    User,
)
from commongoal.access.queries.viewers import viewer
from commongoal.pathway.actions.pathways import put_pathway
from commongoal.pathway.models import PathwayFile
from commongoal.pathway.queries import pathways
from commongoal.people.models import Holding, Person, Worker
from commongoal.places.queries import geography

AT = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)
PASSWORD = "correct horse battery staple"


@dataclass
class World:
    """Organisations by name and one viewer for each (organisation, role)."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    viewers: dict[tuple[str, Role], Viewer] = field(default_factory=dict)
    programme: Programme | None = None
    basis: LawfulBasis | None = None

    def viewer(self, organisation: str = "council", role: Role = Role.KEY_WORKER) -> Viewer:
        """The viewer with this role in this organisation, made at the first call."""
        if (organisation, role) not in self.viewers:
            self.viewers[organisation, role] = add_member(self.organisations[organisation], role)
        return self.viewers[organisation, role]

    def another(self, organisation: str = "council", role: Role = Role.KEY_WORKER) -> Viewer:
        """One more member with the same role."""
        return add_member(self.organisations[organisation], role)


def add_member(organisation: Organisation, role: Role) -> Viewer:
    """A new user with one membership, as a viewer."""
    count = User.objects.count() + 1
    user = User.objects.create(
        email=f"user{count}@example.org", name=f"User {count}", created_at=AT, password=make_password(PASSWORD)
    )
    member = Membership.objects.create(
        user=user, organisation=organisation, role=role.value, from_on=dt.date(2024, 1, 1)
    )
    return viewer(member.pk)


def make_world() -> World:
    """A partnership of seven organisations, one programme and its lawful basis with four of them as controllers."""
    pathways._in_force.cache_clear()  # a database emptied between tests gives its numbers again
    geography.forget()
    world = World()
    kinds = {
        "council": OrganisationKind.COUNCIL,
        "jobcentre": OrganisationKind.JOBCENTRE,
        "nhs": OrganisationKind.NHS,
        "housing": OrganisationKind.HOUSING,
        "provider": OrganisationKind.PROVIDER,
        "charity": OrganisationKind.VOLUNTARY,
        "employer": OrganisationKind.EMPLOYER,
    }
    for name, kind in kinds.items():
        world.organisations[name] = Organisation.objects.create(
            name=f"The {name}", kind=kind.value, phone="01632 960000"
        )
    partnership = Partnership.objects.create(name="The partnership", area_code="E99000001", area_name="Testham")
    partnership.organisations.set(world.organisations.values())
    council = world.organisations["council"]
    world.programme = Programme.objects.create(
        code="together", name="Together into work", accountable_body=council, from_on=dt.date(2024, 4, 1)
    )
    world.basis = LawfulBasis.objects.create(
        programme=world.programme,
        purpose="helping people into work",
        article_6="public task",
        document="Sharing protocol 2",
        retention_months=72,
        from_on=dt.date(2024, 4, 1),
    )
    for name in ("council", "jobcentre", "provider", "charity"):
        ControllerRole.objects.create(
            basis=world.basis, organisation=world.organisations[name], kind=ControllerKind.JOINT_CONTROLLER.value
        )
    return world


PATHWAY = """
name = "Together into work"
place = "Testham"
invented = true
areas = "common"
attributes = [
    { id = "age", name = "Age", values = [{ id = "young", name = "Under 25" }, { id = "older", name = "Older" }] },
]
providers = [
    { id = "council", name = "The council" },
    { id = "jobcentre", name = "The jobcentre" },
    { id = "charity", name = "The charity" },
    { id = "provider", name = "The provider" },
]
interventions = [{ id = "advice", name = "Advice" }, { id = "coaching", name = "Job coaching" }]
partners = [
    { id = "council", name = "The council" },
    { id = "jobcentre", name = "Jobcentre Plus", organisation = "The jobcentre" },
    { id = "residents", name = "Residents" },
]

[pathway]
stages = [
    { id = "referred", name = "Referred" },
    { id = "engaged", name = "Engaged" },
    { id = "barriers_removed", name = "Barriers removed" },
    { id = "skilled", name = "Skilled" },
    { id = "supported", name = "Supported into work" },
    { id = "in_work", name = "In work" },
    { id = "sustained", name = "Sustained" },
]
work_stage = "in_work"
horizon_months = 36
moves = [
    ["referred", "engaged"], ["engaged", "barriers_removed"], ["engaged", "supported"],
    ["barriers_removed", "skilled"], ["barriers_removed", "supported"], ["skilled", "supported"],
    ["supported", "in_work"], ["in_work", "sustained"], ["in_work", "supported"], ["barriers_removed", "engaged"],
]

[valuation]
rule = "net"
price_year = "2024-25"

[valuation.counterfactual]
basis = "assumed"

[valuation.counterfactual.deadweight]
value = 0.2
low = 0.1
high = 0.3
source = "invented for the tests"
"""

# For a pathway whose people are spoken to every two weeks.
FORTNIGHT = """
[casework]
source = "invented for the tests"
contact_gap_days = 14
move_evidence = [{ id = "seen", name = "Seen" }]
job_evidence = [{ id = "payslip", name = "Payslip" }]

"""


def put_in_force(world: World, text: str = PATHWAY) -> PathwayFile:
    """A pathway for the world's programme, put in force as an analyst does it."""
    pk = put_pathway(
        by=world.viewer(role=Role.ANALYST), at=AT, programme=world.programme.pk, content=text.encode(), file="test.toml"
    )
    return PathwayFile.objects.get(pk=pk)


def make_person(
    world: World, organisation: str = "council", relation: Relation = Relation.OWN, **fields: object
) -> int:
    """A person that one organisation holds, made directly; for tests of something else."""
    values = {"first_name": "Rosa", "last_name": "Marden", "born_on": dt.date(1985, 4, 12), **fields}
    owner = world.organisations[organisation]
    person = Person.objects.create(added_by=owner, added_at=AT, **values)
    Holding.objects.create(person=person, organisation=owner, relation=relation.value, why="test", since_at=AT)
    return person.pk


def make_worker(person: int, of: Viewer, since: dt.datetime) -> Worker:
    """The viewer as the person's named worker since a moment, without contact."""
    return Worker.objects.create(
        person_id=person,
        membership_id=of.membership,
        organisation_id=of.organisation,
        since_at=since,
        quiet_since=timezone.localdate(since),
    )


def later(days: float = 1) -> dt.datetime:
    """A moment after `AT`."""
    return AT + dt.timedelta(days=days)


def now() -> dt.datetime:
    """This moment."""
    return timezone.now()


def acting_as(of: Viewer, role: Role) -> Viewer:
    """The same member with another role, to ask what a role would be refused."""
    return replace(of, role=role)
