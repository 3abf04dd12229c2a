"""Whether a person can see their own record."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.shown import Shown
from commongoal.people.models import Person, ResidentAccount
from commongoal.people.queries.reach import require


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """The address an invitation would go to, the day of the one that was sent, and since when they can sign in."""

    email: str
    invited_on: dt.date | None = None
    since_on: dt.date | None = None


def own_account_of(person: int, viewer: Viewer) -> Shown[AccountStanding]:
    """How far the person's own account has come, for whoever may invite them; raises `NotThere`."""
    require(person, viewer, "invite resident")
    email = Person.objects.values_list("email", flat=True).get(pk=person)
    row = own_account(person)
    invited = timezone.localdate(row.invitation.invited_at) if row and row.invitation else None
    since = row.membership.from_on if row and row.membership else None
    return Shown(AccountStanding(email, invited, since), people=(person,))


def own_account(person: int) -> ResidentAccount | None:
    """The account that counts: one that works before one that has ended, and any before an invitation. One query.

    A person has several only when records were merged; each that works goes on working. For callers that have their
    permission.
    """
    rows = ResidentAccount.objects.filter(person_id=person).select_related("membership", "invitation").order_by("-id")
    return min(rows, key=_behind, default=None)


def _behind(row: ResidentAccount) -> int:
    return 2 if row.membership is None else int(row.membership.until_on is not None)
