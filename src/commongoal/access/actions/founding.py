"""The first partnership, organisation and administrator of an installation, made before there is anybody to ask."""

import datetime as dt

from django.db import transaction

from commongoal.access.actions.invitations import Invited, invite_member, send_again
from commongoal.access.actions.organisations import add_organisation, add_partnership, join_partnership
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.access.models import Invitation, Membership
from commongoal.kernel.errors import Refused


class AlreadyFounded(Refused):
    """This installation has members already. Ask an administrator for an invitation."""


def found_partnership(
    partnership: str,
    *,
    area_code: str,
    area_name: str,
    organisation: str,
    kind: OrganisationKind,
    email: str,
    name: str,
    at: dt.datetime,
) -> Invited:
    """A partnership with one organisation, and the invitation of its administrator.

    The audit has these rows under no membership: the installation itself did it. Asked again before the administrator
    has accepted, it makes a new link; refused once anybody is a member.
    """
    installation = Viewer(user=0, membership=0, organisation=0, role=Role.ADMINISTRATOR, name="This installation")
    with transaction.atomic():
        if Membership.objects.exists():
            raise AlreadyFounded
        waiting = Invitation.objects.filter(email=email.strip().lower(), accepted_at=None, cancelled_at=None).first()
        if waiting is not None:  # the first link was lost
            return send_again(waiting.pk, by=installation, at=at)
        body = add_organisation(organisation, kind, by=installation, at=at)
        made = add_partnership(partnership, area_code=area_code, area_name=area_name, by=installation, at=at)
        join_partnership(made, body, by=installation, at=at)
        return invite_member(email, name, body, Role.ADMINISTRATOR, by=installation, at=at)
