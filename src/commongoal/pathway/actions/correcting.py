"""Answers put right: what was said before is kept beside them, and the later of two people is told of the first."""

from django.db.models import QuerySet

from commongoal.access.actions import Act
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.pathway.models import Appointment, Attendance, Checkpoint, SaidBefore


def keep_before(act: Act, row: Appointment | Attendance | Checkpoint) -> None:
    """Keep what the row says before it is changed; for actions that have their permission and lock."""
    said = SaidBefore(status=row.status, corrected_at=act.at, corrected_by_id=act.by.membership)
    if isinstance(row, Appointment):
        said.appointment, said.note = row, row.why
    elif isinstance(row, Attendance):
        said.attendance, said.note = row, row.note
    else:
        said.checkpoint, said.note = row, row.note
        said.on, said.evidence_kind = row.answered_on, row.evidence_kind
    said.save()


def not_corrected_since(before: QuerySet[SaidBefore], version: int) -> None:
    """Go on only if there were `version` corrections, as many as the page had shown. Raises `ChangedMeanwhile`."""
    found = list(before.select_related("corrected_by__user").order_by("pk"))
    if len(found) != version:
        who = found[-1].corrected_by.user.name if found else "Somebody"
        raise ChangedMeanwhile(f"{who} has put this right.")
