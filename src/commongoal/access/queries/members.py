"""Members, invitations, and what somebody may see of their own account. Residents are in no list of members."""

import datetime as dt

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from commongoal.access.engine.bodies import Account, InvitationLine, MemberLine
from commongoal.access.engine.pages import PAGE, window
from commongoal.access.engine.permissions import STAFF, WORKING, Relation, Role, Viewer, allowed
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.tokens import token_digest
from commongoal.access.models import Invitation, Membership, User
from commongoal.access.queries.days import running

WORKS = tuple(sorted(role.value for role in WORKING))


def members(viewer: Viewer, organisation: int, on: dt.date, *, page: int = 1) -> tuple[tuple[MemberLine, ...], bool]:
    """A page of an organisation's members by name, and whether there are more; one query. Raises `NotThere`."""
    require_organisation(viewer, organisation)
    rows = Membership.objects.filter(running(on), organisation_id=organisation, role__in=WORKS)
    rows = rows.annotate(two_step=_has_codes("user_id")).select_related("user").order_by("user__name", "id")
    found = [_member(row, row.two_step) for row in rows[window(page)]]
    return tuple(found[:PAGE]), len(found) > PAGE


def member(viewer: Viewer, organisation: int, membership: int) -> MemberLine:
    """One member of this organisation. Raises `NotThere`, for a member of another one too."""
    require_organisation(viewer, organisation)
    rows = Membership.objects.filter(organisation_id=organisation, pk=membership, role__in=WORKS)
    row = rows.annotate(two_step=_has_codes("user_id")).select_related("user").first()
    if row is None:
        raise NotThere
    return _member(row, row.two_step)


def invitations(viewer: Viewer, organisation: int, at: dt.datetime) -> tuple[InvitationLine, ...]:
    """An organisation's invitations that nobody accepted or cancelled, the newest first, fifty at most."""
    require_organisation(viewer, organisation)
    rows = Invitation.objects.filter(organisation_id=organisation, accepted_at=None, cancelled_at=None, role__in=WORKS)
    rows = rows.select_related("organisation", "invited_by__user").order_by("-invited_at", "-id")
    return tuple(_invitation(row, at) for row in rows[:50])


def invitation(viewer: Viewer, organisation: int, invitation_id: int, at: dt.datetime) -> InvitationLine:
    """One open invitation of this organisation. Raises `NotThere`."""
    require_organisation(viewer, organisation)
    rows = Invitation.objects.filter(organisation_id=organisation, pk=invitation_id, accepted_at=None)
    row = rows.filter(cancelled_at=None, role__in=WORKS).select_related("organisation", "invited_by__user").first()
    if row is None:
        raise NotThere
    return _invitation(row, at)


def invitation_with(token: str, at: dt.datetime) -> InvitationLine | None:
    """The invitation whose link has this secret, while it works; for whoever holds the link."""
    rows = Invitation.objects.filter(token_digest=token_digest(token), accepted_at=None, cancelled_at=None)
    rows = rows.filter(organisation__closed_on=None, expires_at__gt=at)
    row = rows.select_related("organisation", "invited_by__user").first()
    return _invitation(row, at) if row else None


def user_with(viewer: Viewer, email: str) -> int | None:
    """The id of the user with this e-mail address, for whoever may change members. Raises `NotThere` otherwise."""
    if not allowed(viewer, "change members"):
        raise NotThere
    return User.objects.filter(email=email.strip().lower(), is_active=True).values_list("pk", flat=True).first()


def account(viewer: Viewer) -> Account:
    """The viewer's own account; two queries."""
    user = User.objects.get(pk=viewer.user)
    kinds = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    return Account(
        name=user.name,
        email=user.email,
        two_step=Authenticator.Type.TOTP in kinds,
        needs_code=viewer.role in STAFF,
        recovery_codes=Authenticator.Type.RECOVERY_CODES in kinds,
    )


def require_organisation(viewer: Viewer, organisation: int) -> None:
    """Go on only if the viewer may see this organisation's members. Raises `NotThere`."""
    own = frozenset({Relation.OWN}) if viewer.organisation == organisation else frozenset()
    if not allowed(viewer, "see members", own):
        raise NotThere


def _has_codes(user: str) -> Exists:
    return Exists(Authenticator.objects.filter(user_id=OuterRef(user), type=Authenticator.Type.TOTP))


def _member(row: Membership, two_step: bool) -> MemberLine:
    return MemberLine(row.pk, row.user_id, row.user.name, row.user.email, Role(row.role), row.from_on, two_step)


def _invitation(row: Invitation, at: dt.datetime) -> InvitationLine:
    return InvitationLine(
        id=row.pk,
        name=row.name,
        email=row.email,
        organisation=row.organisation.name,
        role=Role(row.role),
        invited_by=row.invited_by.user.name if row.invited_by else "",
        expires_at=row.expires_at,
        expired=row.expires_at <= at,
    )
