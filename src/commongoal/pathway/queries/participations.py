"""Who is on which programme with which organisation, since when."""

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.shown import Shown
from commongoal.pathway.engine.caseload import ParticipationRecord
from commongoal.pathway.engine.participation import Days
from commongoal.pathway.models import Participation
from commongoal.people.queries.reach import require

MOST = 50


def participations_of(person: int) -> tuple[ParticipationRecord, ...]:
    """The person's participations, the newest first; for callers that have their permission. One query."""
    rows = Participation.objects.filter(person_id=person).select_related("programme", "organisation")
    return tuple(_record(row) for row in rows.order_by("-id")[:MOST])


def participation(person: int, participation: int, viewer: Viewer) -> Shown[ParticipationRecord]:
    """One participation of this person with the viewer's organisation. Raises `NotThere`."""
    require(person, viewer, "start person")
    for record in participations_of(person):
        if record.id == participation and record.organisation == viewer.organisation:
            return Shown(record, people=(person,))
    raise NotThere


def running(person: int, programme: int, organisation: int) -> ParticipationRecord | None:
    """The participation that has not ended, if there is one; for callers that have their permission."""
    for record in participations_of(person):
        if (record.programme, record.organisation, record.days.ended_on) == (programme, organisation, None):
            return record
    return None


def _record(row: Participation) -> ParticipationRecord:
    return ParticipationRecord(
        id=row.pk,
        person=row.person_id,
        programme=row.programme_id,
        programme_name=row.programme.name,
        organisation=row.organisation_id,
        organisation_name=row.organisation.name,
        days=Days(row.referred_on, row.first_contact_on, row.started_on, row.ended_on),
        exit_reason=row.exit_reason,
        started_before_evidence=row.started_before_evidence,
    )
