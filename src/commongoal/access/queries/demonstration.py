"""Who can sign in to the demonstration, with the secrets of their one-time codes. Asked by its page alone."""

from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.conf import settings

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Membership


@dataclass(frozen=True, slots=True)
class SignIn:
    """One invented member of one role. `secret` is empty for those without one-time codes."""

    role: Role
    name: str
    organisation: str
    email: str
    secret: str = field(repr=False)


def sign_ins() -> tuple[SignIn, ...]:
    """The first member of each role who can sign in, and of key workers the first of each organisation, so that a
    referral can be followed on both sides; two queries. Raises `NotThere` outside the demonstration.
    """
    if not settings.DEMONSTRATION:
        raise NotThere
    rows = Membership.objects.filter(until_on=None, user__is_active=True, organisation__closed_on=None)
    first: dict[tuple[str, int], Membership] = {}
    for row in rows.select_related("user", "organisation").order_by("id")[:500]:
        first.setdefault((row.role, row.organisation_id if row.role == Role.KEY_WORKER else 0), row)
    codes = Authenticator.objects.filter(
        type=Authenticator.Type.TOTP, user_id__in=[row.user_id for row in first.values()]
    )
    secrets = {code.user_id: decrypt(code.data["secret"]) for code in codes}
    chosen = (row for role in Role for (held, _), row in first.items() if held == role.value)
    return tuple(
        SignIn(Role(row.role), row.user.name, row.organisation.name, row.user.email, secrets.get(row.user_id, ""))
        for row in chosen
    )
