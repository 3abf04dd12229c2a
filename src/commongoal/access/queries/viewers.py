"""Who is asking: the memberships of a user, as viewers."""

import datetime as dt
from functools import cache

from django.db import connection
from django.db.models import Q

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.models import Membership
from commongoal.access.queries.compiled import DAY, USER, Statement, answer, statement


def viewers_of(user: int, on: dt.date) -> tuple[Viewer, ...]:
    """One viewer for each membership the user has on that day, the oldest first; one query."""
    rows = answer(_running(connection.vendor), user=user, day=on)
    return tuple(Viewer(who, pk, body, Role(role), name, body_name) for who, pk, body, role, name, body_name in rows)


@cache
def _running(vendor: str) -> Statement:  # noqa: ARG001 - another database has another statement
    running = Q(until_on=None) | Q(until_on__gt=DAY)
    rows = Membership.objects.filter(
        running, user_id=USER, user__is_active=True, from_on__lte=DAY, organisation__closed_on=None
    )
    columns = ("user_id", "pk", "organisation_id", "role", "user__name", "organisation__name")
    return statement(rows.order_by("from_on", "id").values_list(*columns))


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
