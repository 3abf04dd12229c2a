"""Who is asking: the memberships of a user, as viewers."""

import datetime as dt

from django.db.models import Q

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.models import Membership


def viewers_of(user: int, on: dt.date) -> tuple[Viewer, ...]:
    """One viewer for each membership the user has on that day, the oldest first; one query."""
    running = Q(until_on=None) | Q(until_on__gt=on)
    rows = Membership.objects.filter(
        running, user_id=user, user__is_active=True, from_on__lte=on, organisation__closed_on=None
    )
    rows = rows.select_related("user", "organisation").order_by("from_on", "id")
    return tuple(as_viewer(row) for row in rows)


def viewer(membership: int) -> Viewer:
    """The viewer of one membership, whatever the day. Raises `Membership.DoesNotExist`."""
    return as_viewer(Membership.objects.select_related("user", "organisation").get(pk=membership))


def as_viewer(row: Membership) -> Viewer:
    """The viewer of a membership whose user and organisation are loaded."""
    return Viewer(
        user=row.user_id,
        membership=row.pk,
        organisation=row.organisation_id,
        role=Role(row.role),
        name=row.user.name,
        organisation_name=row.organisation.name,
    )


def viewers_with_email(email: str, on: dt.date) -> tuple[Viewer, ...]:
    """The viewers of the user with this e-mail on that day: for commands, which say `--as EMAIL`."""
    users = Membership.objects.filter(user__email=email.strip().lower()).values_list("user_id", flat=True)[:1]
    return viewers_of(users[0], on) if users else ()
