"""A record begun: the person added, what they need and agree to, their family, and their own way to see it."""

import datetime as dt

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.demo.engine.residents import NEED_DETAILS, Resident
from commongoal.demo.founding import Founded
from commongoal.people.actions.accounts import accept_invitation, invite_resident
from commongoal.people.actions.adding import add_person
from commongoal.people.actions.agreements import Terms, give_agreement
from commongoal.people.actions.family import add_relative
from commongoal.people.actions.needs import add_need
from commongoal.people.engine.details import PersonDetails
from commongoal.people.engine.search import Searched
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, FamilyLinkKind, GivenHow, NeedKind
from commongoal.people.queries.duplicates import likely_records

SHARED = frozenset({DataClass.IDENTITY, DataClass.CONTACT, DataClass.NEEDS, DataClass.PROGRESS})


def person_added(made: Founded, who: Resident, by: Viewer, at: dt.datetime) -> int:
    """The person added by somebody who searched first; returns the person."""
    details = _details(who)
    seen = Searched(by.membership, at, likely_records(details))
    person = add_person(details, searched=seen, by=by, at=at).person
    if who.need:
        add_need(by=by, at=at, person=person, kind=NeedKind(who.need), detail=NEED_DETAILS[who.need])
    if who.agrees and not who.restricted:
        receiver = _receiver(made, who)
        until = (at + dt.timedelta(days=730)).date() if who.worker % 3 else None
        paper = "Agreement to share, version 3"
        agreed = Terms(receiver, frozenset(AreaOfLife), SHARED, GivenHow.SIGNED, paper, at.date(), until)
        give_agreement(by=by, at=at, person=person, terms=agreed)
    return person


def own_account(by: Viewer, person: int, who: Resident, at: dt.datetime) -> int:
    """They see their own record: the link opened and a password chosen."""
    from django.conf import settings

    token = invite_resident(by=by, at=at, person=person).token
    name = f"{who.first_name} {who.last_name}"
    return accept_invitation(token, name=name, password=settings.DEMONSTRATION_PASSWORD, at=at)


def _details(who: Resident) -> PersonDetails:
    return PersonDetails(
        first_name=who.first_name,
        last_name=who.last_name,
        known_as=who.known_as,
        born_on=who.born_on,
        address=who.address,
        postcode=who.postcode,
        phone=who.phone,
        email=who.email,
        contact_by=who.contact_by,
    )


def _receiver(made: Founded, who: Resident) -> int:
    """Whom the person agrees to share with: the organisation of their referral, else a neighbour."""
    if who.referral:
        return made.organisations[who.referral.receiver]
    others = [name for (name, role), members in made.members.items() if role is Role.KEY_WORKER and members]
    others.remove(who.organisation)
    return made.organisations[others[who.worker % len(others)]]


def join_family(by: Viewer, person: int, other: int, at: dt.datetime) -> None:
    """They live with whoever was added before them, where the same organisation knows both."""
    from commongoal.access.engine.refusals import NotThere

    try:
        add_relative(by=by, at=at, person=person, other=other, kind=FamilyLinkKind.PARTNER, together=True)
    except NotThere:
        return  # the one added before them is known to another organisation
