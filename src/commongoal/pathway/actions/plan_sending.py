"""An action plan sent to the person it is about, as a file, to their own e-mail address."""

import datetime as dt

from django.db import IntegrityError

from commongoal.access.actions import acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.pathway.engine.plan import NoEmail
from commongoal.pathway.models import Plan, PlanSending, PlanVersion
from commongoal.people.actions.opening import open_person
from commongoal.people.queries.record import details_now


def send_plan(
    *, by: Viewer, at: dt.datetime, person: int, plan: int, email: str, token: str, version: int | None = None
) -> int | None:
    """Note that the plan, or a version of it, goes to the person's own address, which was shown and confirmed.

    Returns the id of the sending, for the caller to post; none where this form came before, so that nothing is posted
    twice. Raises `NoEmail`, and `ChangedMeanwhile` where the address is another by now.
    """
    try:
        return _send(by, at, person, plan, email, token, version)
    except IntegrityError:
        return None


def plan_not_sent(*, by: Viewer, at: dt.datetime, person: int, sending: int) -> None:
    """Note that the mail server did not take what was sent. Raises `NotThere`."""
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        row = locked(PlanSending.objects.filter(plan__person_id=person), sending)
        row.failed = True
        row.save(update_fields=["failed"])
        act.wrote("plan sending", row.pk, person=person, before={"failed": False}, after={"failed": True})


def _send(
    by: Viewer, at: dt.datetime, person: int, plan: int, email: str, token: str, version: int | None
) -> int | None:
    with acting("change plan", by=by, at=at) as act:
        open_person(act, person)
        row = locked(Plan.objects.filter(person_id=person), plan)
        if version is not None and not PlanVersion.objects.filter(pk=version, plan=row).exists():
            raise NotThere
        known = details_now(person, by, "change plan").value.details.email
        if not known:
            raise NoEmail
        if known != email:
            raise ChangedMeanwhile
        sent = PlanSending.objects.create(
            plan=row, version_id=version, email=email, membership_id=by.membership, at=at, token=token
        )
        after = {"plan": plan, "version": version, "sent_to": "their own e-mail address"}
        act.wrote("plan sending", sent.pk, person=person, after=after)
        return sent.pk
