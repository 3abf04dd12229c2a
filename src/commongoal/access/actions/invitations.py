"""Invitations: the only way to an account. The link works once and for a week; only its digest is kept."""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from commongoal.access.actions.acting import Act, acting
from commongoal.access.actions.locking import locked
from commongoal.access.actions.members import open_organisation, refuse_unfit
from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.engine.tokens import token_digest
from commongoal.access.models import Invitation, Membership, User
from commongoal.access.queries.viewers import as_viewer
from commongoal.kernel.errors import Refused

LASTS = dt.timedelta(days=7)


class HasAccount(Refused):
    """Somebody signs in with this e-mail address already. Give them one more role instead."""


class AlreadyInvited(Refused):
    """There is an invitation to this e-mail address already. Send that one again, or cancel it first."""


class LinkNoLongerWorks(Refused):
    """This invitation no longer works. Ask whoever invited you to send it again."""


class NoLongerOpen(Refused):
    """This invitation was accepted or cancelled already."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and the secret of its link, which is told this once and kept nowhere."""

    id: int
    token: str
    email: str
    name: str
    organisation: str
    expires_at: dt.datetime


VERB = "change members"


def invite_member(email: str, name: str, organisation: int, role: Role, *, by: Viewer, at: dt.datetime) -> Invited:
    """An invitation to be somebody in an organisation. Whoever calls this sends the link."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        return invite(act, email, name, organisation, role)


def invite(act: Act, email: str, name: str, organisation: int, role: Role) -> Invited:
    """An invitation inside an action that has its permission."""
    email = email.strip().lower()
    body = open_organisation(organisation)
    refuse_unfit(body, role)
    if User.objects.filter(email=email).exists():
        raise HasAccount
    if Invitation.objects.filter(email=email, accepted_at=None, cancelled_at=None, expires_at__gt=act.at).exists():
        raise AlreadyInvited
    token, digest = _secret()
    row = Invitation.objects.create(
        email=email,
        name=name.strip(),
        organisation=body,
        role=role.value,
        token_digest=digest,
        invited_by_id=act.by.membership or None,
        invited_at=act.at,
        expires_at=act.at + LASTS,
    )
    act.wrote("invitation", row.pk, after={"organisation": organisation, "role": role.value})
    return _invited(row, token)


def send_again(invitation: int, *, by: Viewer, at: dt.datetime) -> Invited:
    """A new link for an open invitation; the old link stops working."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        return renew(act, invitation)


def renew(act: Act, invitation: int) -> Invited:
    """A new link inside an action that has its permission."""
    row = _open(invitation)
    open_organisation(row.organisation_id)
    token, row.token_digest = _secret()
    before, row.expires_at = row.expires_at, act.at + LASTS
    row.save()
    expires = {"expires_at": row.expires_at.isoformat()}
    act.wrote("invitation", row.pk, before={"expires_at": before.isoformat()}, after=expires)
    return _invited(row, token)


def renew_for(act: Act, invitation: int, email: str) -> Invited | None:
    """A new link for the same address; None where the address is another by now, or the invitation open no more.

    The invitation to the other address is cancelled then. Inside an action that has its permission.
    """
    row = locked(Invitation.objects.select_related("organisation"), invitation)
    if row.cancelled_at is None and row.accepted_at is None:
        if row.email == email.strip().lower():
            return renew(act, invitation)
        row.cancelled_at = act.at
        row.save(update_fields=["cancelled_at"])
        act.wrote("invitation", row.pk, before={"cancelled_at": None}, after={"cancelled_at": act.at.isoformat()})
    return None


def cancel_invitation(invitation: int, *, by: Viewer, at: dt.datetime) -> None:
    """Its link stops working."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = _open(invitation)
        row.cancelled_at = at
        row.save()
        act.wrote("invitation", row.pk, before={"cancelled_at": None}, after={"cancelled_at": at.isoformat()})


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: dt.datetime) -> int:
    """An account and its first membership for whoever has the link; the membership's id.

    It is done by the new member, so the rules about the link come before there is anybody to ask about.
    """
    row = _by_token(token, at)
    open_organisation(row.organisation_id)
    if User.objects.filter(email=row.email).exists():
        raise HasAccount
    user = User.objects.create(email=row.email, name=name.strip(), password=make_password(password), created_at=at)
    membership = Membership.objects.create(
        user=user, organisation=row.organisation, role=row.role, from_on=timezone.localdate(at)
    )
    with acting("accept invitation", by=as_viewer(membership), at=at) as act:
        act.permit(frozenset({Relation.SELF}))
        row.accepted_at, row.membership = at, membership
        row.save()
        after = {"user": user.pk, "membership": membership.pk, "organisation": row.organisation_id, "role": row.role}
        act.wrote("invitation", row.pk, after=after)
    return membership.pk


def _secret() -> tuple[str, str]:
    token = secrets.token_urlsafe(32)
    return token, token_digest(token)


def _invited(row: Invitation, token: str) -> Invited:
    return Invited(row.pk, token, row.email, row.name, row.organisation.name, row.expires_at)


def _by_token(token: str, at: dt.datetime) -> Invitation:
    waiting = Invitation.objects.select_for_update(of=("self",)).select_related("organisation")
    row = waiting.filter(token_digest=token_digest(token), accepted_at=None, cancelled_at=None).first()
    if row is None or row.expires_at <= at:
        raise LinkNoLongerWorks
    return row


def _open(invitation: int) -> Invitation:
    row = locked(Invitation.objects.select_related("organisation"), invitation)
    if row.accepted_at or row.cancelled_at:
        raise NoLongerOpen
    return row
