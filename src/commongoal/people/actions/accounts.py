"""Accounts with which people see their own record: invited by whoever works with them, ended by the same."""

import datetime as dt

from django.db import transaction

from commongoal.access.actions import acting
from commongoal.access.actions import invitations as access
from commongoal.access.actions.invitations import Invited, invite, renew_for
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.kernel.errors import Refused
from commongoal.people.actions.opening import open_person
from commongoal.people.models import Person, ResidentAccount
from commongoal.people.queries.accounts import own_account


class NoEmail(Refused):
    """An invitation goes by e-mail: record the person's e-mail address first."""


class HasOwnAccount(Refused):
    """This person can see their record already."""


class SeesOwnRecord(Refused):
    """You can see your record already, with the account you have: sign in with that."""


def invite_resident(*, by: Viewer, at: dt.datetime, person: int) -> Invited:
    """The link with which the person makes their account; asked again, a new link, and the old one stops working.

    It goes to the address recorded now: an address that was wrong gets nothing more, and its link opens nothing.
    Raises `NoEmail`, `HasOwnAccount`, and the refusals of `access.actions.invitations`.
    """
    with acting("invite resident", by=by, at=at) as act:
        row = open_person(act, person)
        account = own_account(person)
        if account is not None and account.membership_id is not None:
            raise HasOwnAccount
        if not row.email:
            raise NoEmail
        waiting = account.invitation_id if account else None
        if waiting is not None and (renewed := renew_for(act, waiting, row.email)) is not None:
            return renewed
        invited = invite(act, row.email, f"{row.first_name} {row.last_name}", by.organisation, Role.RESIDENT)
        made = account or ResidentAccount(person_id=person)
        made.invitation_id = invited.id
        made.save()
        act.wrote("own account", made.pk, person=person, after={"invitation": invited.id})
        return invited


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: dt.datetime) -> int:
    """What `access.actions.invitations.accept_invitation` does; a resident's account leads to their record.

    Two records with an invitation each may have been merged: the second is refused (`SeesOwnRecord`).
    """
    membership = access.accept_invitation(token, name=name, password=password, at=at)
    row = ResidentAccount.objects.filter(invitation__membership=membership).first()
    if row is not None:
        Person.objects.select_for_update().get(pk=row.person_id)
        if (account := own_account(row.person_id)) is not None and account.membership_id is not None:
            raise SeesOwnRecord
        ResidentAccount.objects.filter(pk=row.pk).update(membership_id=membership)
    return membership
