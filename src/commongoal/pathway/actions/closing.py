"""A case closed: the organisation no longer helps the person, and so no longer reads their record."""

import datetime as dt

from commongoal.access.actions import acting
from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.actions.appointments import cancel_ahead
from commongoal.pathway.actions.planning import end_plans_of
from commongoal.pathway.engine.closing import NeedsClosingReason, NotOurs
from commongoal.pathway.queries.closing import what_keeps_open
from commongoal.people.actions.closing import let_go
from commongoal.people.actions.opening import open_person

CLOSED = "The case was closed"


def close_case(*, by: Viewer, at: dt.datetime, person: int, why: str) -> None:
    """End what the viewer's organisation holds of the person because it works with them, its named worker, its plans.

    What it had booked with them is cancelled. Why the case closed stays in the audit: plans have other readers.

    Raises `StillOnProgramme`, `StillSupported`, `TaskStillOpen` or `ReferralStillOpen`, each naming what still runs;
    `NeedsClosingReason`, `NotOurs`.
    """
    with acting("close case", by=by, at=at) as act:
        open_person(act, person)
        for refusal in what_keeps_open(person, by.organisation):
            raise refusal
        if not why.strip():
            raise NeedsClosingReason
        end_plans_of(act, person, by.organisation, CLOSED)
        cancel_ahead(act, person, by.organisation, CLOSED)
        if not let_go(act, person, by.organisation):
            raise NotOurs
        after = {"case closed by": by.organisation, "why": why.strip()}
        act.wrote("person", person, person=person, after=after)
