"""What this part tells on a person's page."""

import datetime as dt

from django.db.models import Case, IntegerField, When

from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.engine.caseload import PersonPart, ReferralLine
from commongoal.pathway.engine.referral import Lane
from commongoal.pathway.models import Referral
from commongoal.pathway.queries.eligibility import current_eligibility
from commongoal.pathway.queries.participations import participations_of
from commongoal.pathway.queries.referrals import line_of
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.reach import classes_seen

NEWEST = 10


def person_part(
    person: int, viewer: Viewer, seen: frozenset[DataClass] | None = None, on: dt.date | None = None
) -> PersonPart:
    """Eligibility, participations and referrals of the classes the viewer may see; open referrals first.

    `seen` saves asking again where the caller knows the classes; without a day, none is said to be overdue. Three
    queries.
    """
    seen = classes_seen(person, viewer) if seen is None else seen
    progress, eligibility = DataClass.PROGRESS in seen, DataClass.ELIGIBILITY in seen
    return PersonPart(
        eligibility=current_eligibility(person) if eligibility else (),
        participations=participations_of(person) if progress else (),
        referrals=_referrals(person, on) if progress else (),
        sees_eligibility=eligibility,
        sees_progress=progress,
    )


def _referrals(person: int, on: dt.date | None) -> tuple[ReferralLine, ...]:
    rows = Referral.objects.filter(person_id=person).select_related("sender", "receiver", "programme")
    closed_last = Case(When(lane=Lane.CLOSED.value, then=1), default=0, output_field=IntegerField())
    return tuple(line_of(row, on or row.answer_due_on) for row in rows.order_by(closed_last, "-id")[:NEWEST])
