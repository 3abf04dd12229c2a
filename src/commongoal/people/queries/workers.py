"""Who a person's named worker is, and who it was before."""

from django.utils import timezone

from commongoal.access.engine.permissions import Viewer
from commongoal.people.engine.record import WorkerPeriod
from commongoal.people.models import Worker
from commongoal.people.queries.reach import require


def current_worker(person: int, viewer: Viewer) -> WorkerPeriod | None:
    """The named worker now, for whoever may change them."""
    require(person, viewer, "change worker")
    return named_worker(person)


def named_worker(person: int) -> WorkerPeriod | None:
    """The named worker now; one query. It asks for no viewer: for actions and queries that have their permission."""
    rows = Worker.objects.filter(person_id=person, until_at=None)
    row = rows.select_related("membership__user", "membership__organisation").first()
    if row is None:
        return None
    return WorkerPeriod(
        membership=row.membership_id,
        name=row.membership.user.name,
        organisation=row.membership.organisation.name,
        phone=row.membership.organisation.phone,
        email=row.membership.user.email,
        since_on=timezone.localdate(row.since_at),
        why=row.why,
    )
