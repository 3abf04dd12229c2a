"""A person's named worker: one at a time, and every change kept, counted and shown."""

import datetime as dt

from django.utils import timezone

from commongoal.access.actions import Act, acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.access.queries.colleagues import colleagues
from commongoal.kernel.errors import Refused
from commongoal.people.actions.opening import open_person
from commongoal.people.actions.waiting import last_contact, quiet_since
from commongoal.people.models import Worker


class NotAColleague(Refused):
    """Choose somebody who works with people in your organisation."""


class SameWorker(Refused):
    """This person is their named worker already."""


def begin_worker(act: Act, person: int, membership: int, why: str = "") -> int:
    """From now the member is the person's named worker, instead of whoever was; returns the row's id.

    The member is a colleague of whoever acts. Inside an action that has its permission: adding a person, changing the
    worker.
    """
    before = Worker.objects.filter(person_id=person, until_at=None).first()
    if before is not None:
        before.until_at = act.at
        before.save(update_fields=["until_at"])
    last = last_contact(person)
    organisation = act.by.organisation
    row = Worker.objects.create(
        person_id=person,
        membership_id=membership,
        organisation_id=organisation,
        since_at=act.at,
        why=why,
        last_contact_on=last,
        quiet_since=quiet_since(act.at, last),
        helping=before.helping if before and before.organisation_id == organisation else True,
    )
    act.wrote(
        "worker",
        row.pk,
        person=person,
        before={"membership": before.membership_id} if before else {},
        after={"membership": membership},
    )
    return row.pk


def change_worker(
    *, by: Viewer, at: dt.datetime, person: int, membership: int, why: str, instead_of: int | None = None
) -> int:
    """Give the person another named worker; returns the row's id.

    `instead_of` is the membership of the worker whom the user saw: if it is somebody else by now, nothing changes.
    """
    with acting("change worker", by=by, at=at) as act:
        open_person(act, person)
        current = Worker.objects.filter(person_id=person, until_at=None).select_related("membership__user").first()
        now = current.membership_id if current else None
        if now != instead_of:
            raise ChangedMeanwhile(f"The named worker is now {current.membership.user.name if current else 'nobody'}.")
        if now == membership:
            raise SameWorker
        if membership not in {colleague.membership for colleague in colleagues(by, timezone.localdate(at))}:
            raise NotAColleague
        return begin_worker(act, person, membership, why)
