"""Who is in an organisation, and as what."""

import datetime as dt

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils import timezone

from commongoal.access.actions.acting import acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import STAFF, WORKING, Role, Viewer, relations_allowing
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.access.models import Membership, Organisation, User
from commongoal.kernel.errors import Refused


class AlreadyMember(Refused):
    """This person has this role in this organisation already."""


class AlreadyEnded(Refused):
    """This membership has ended already."""


class NobodyLeft(Refused):
    """This is the last membership that can change members. Give somebody else this role first."""


class RoleDoesNotFit(Refused):
    """Organisations that employ people have members with the role employer, and only they do."""


class Closed(Refused):
    """This organisation is closed."""


VERB = "change members"
WHO_CAN = tuple(role.value for role in Role if relations_allowing(role, VERB))


def add_membership(user: int, organisation: int, role: Role, *, by: Viewer, at: dt.datetime) -> int:
    """One more role for somebody who has an account; the membership's id."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        if not User.objects.filter(pk=user, is_active=True).exists():
            raise NotThere
        refuse_unfit(open_organisation(organisation), role)
        if Membership.objects.filter(user_id=user, organisation_id=organisation, role=role, until_on=None).exists():
            raise AlreadyMember
        row = Membership.objects.create(
            user_id=user, organisation_id=organisation, role=role.value, from_on=timezone.localdate(at)
        )
        act.wrote("membership", row.pk, after={"user": user, "organisation": organisation, "role": role.value})
    return row.pk


def end_membership(membership: int, *, by: Viewer, at: dt.datetime) -> None:
    """From this moment the member reaches nothing under it: who may act is asked at every request."""
    today = timezone.localdate(at)
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row, others = _locked_with_those_who_can(membership, today)
        if row.until_on is not None and row.until_on <= today:
            raise AlreadyEnded
        if row.role in WHO_CAN and not others:
            raise NobodyLeft
        row.until_on = today
        row.from_on = min(row.from_on, today)
        row.save()
        act.wrote("membership", row.pk, before={"until_on": None}, after={"until_on": today.isoformat()})


def reset_codes(membership: int, *, by: Viewer, at: dt.datetime) -> None:
    """For a member who lost the device with the one-time codes: they set them up afresh at their next sign-in."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = locked(Membership.objects.all(), membership)
        gone, _ = Authenticator.objects.filter(user_id=row.user_id).delete()
        act.wrote("user", row.user_id, before={"one-time codes": bool(gone)}, after={"one-time codes": False})


def open_organisation(organisation: int) -> Organisation:
    """The organisation, locked; refuses one that is closed or does not exist."""
    row = locked(Organisation.objects.all(), organisation)
    if row.closed_on is not None:
        raise Closed
    return row


def refuse_unfit(organisation: Organisation, role: Role) -> None:
    """Staff work with people's records; an employer has none of them."""
    employs = organisation.kind == OrganisationKind.EMPLOYER
    if employs != (role in WORKING - STAFF):
        raise RoleDoesNotFit


def _locked_with_those_who_can(membership: int, today: dt.date) -> tuple[Membership, list[Membership]]:
    """The membership, and the others that could still change members.

    They are locked together and in one order, so that two administrators who end each other at once leave one.
    """
    running = Q(until_on=None) | Q(until_on__gt=today)
    can = running & Q(role__in=WHO_CAN, user__is_active=True, organisation__closed_on=None)
    rows = Membership.objects.select_for_update(of=("self",)).filter(can | Q(pk=membership)).order_by("pk")
    found = {row.pk: row for row in rows}
    row = found.pop(membership, None)
    if row is None:
        raise NotThere
    return row, list(found.values())
