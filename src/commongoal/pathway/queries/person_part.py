"""What this part tells on a person's page."""

import datetime as dt

from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.engine.caseload import PersonPart
from commongoal.pathway.queries.eligibility import current_eligibility
from commongoal.pathway.queries.lines import lines_about
from commongoal.pathway.queries.participations import participations_of
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
        referrals=lines_about(person, on, NEWEST) if progress else (),
        sees_eligibility=eligibility,
        sees_progress=progress,
    )
