"""Accounts with which people see their own record: invited by whoever works with them, ended by the same."""

import datetime as dt

from django.db import transaction

from commongoal.access.actions import acting
from commongoal.access.actions import invitations as access
from commongoal.access.actions.invitations import Invited, invite, renew
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.kernel.errors import Refused
from commongoal.people.actions.opening import open_person
from commongoal.people.models import ResidentAccount


class NoEmail(Refused):
    """An invitation goes by e-mail: record the person's e-mail address first."""


class HasOwnAccount(Refused):
    """This person can see their record already."""


def invite_resident(*, by: Viewer, at: dt.datetime, person: int) -> Invited:
    """The link with which the person makes their account; asked again, a new link, and the old one stops working.

    Raises `NoEmail`, `HasOwnAccount`, and the refusals of `access.actions.invitations`.
    """
    with acting("invite resident", by=by, at=at) as act:
        row = open_person(act, person)
        account = ResidentAccount.objects.filter(person_id=person).order_by("-id").first()
        if account is not None and account.membership_id is not None:
            raise HasOwnAccount
        if not row.email:
            raise NoEmail
        if account is not None and account.invitation_id is not None:
            return renew(act, account.invitation_id)
        invited = invite(act, row.email, f"{row.first_name} {row.last_name}", by.organisation, Role.RESIDENT)
        made = ResidentAccount.objects.create(person_id=person, invitation_id=invited.id)
        act.wrote("own account", made.pk, person=person, after={"invitation": invited.id})
        return invited


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: dt.datetime) -> int:
    """What `access.actions.invitations.accept_invitation` does; a resident's account leads to their record."""
    membership = access.accept_invitation(token, name=name, password=password, at=at)
    ResidentAccount.objects.filter(invitation__membership=membership).update(membership_id=membership)
    return membership
