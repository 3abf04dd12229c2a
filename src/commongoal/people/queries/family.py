"""One family link of one person."""

from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import FamilyLink
from commongoal.people.queries.reach import require, within_reach


def linked_name(person: int, link: int, viewer: Viewer) -> tuple[str, int | None]:
    """Whom a running link of this person leads to: the name and id if the viewer may see them, or words and none.

    Raises `NotThere` for a link of somebody else, one that has ended, or one to a restricted record out of reach.
    """
    require(person, viewer, "change person")
    rows = FamilyLink.objects.filter(pk=link, person_id=person, ended_at=None).select_related("other")
    row = rows.first()
    if row is None:
        raise NotThere
    if rows.filter(within_reach(viewer, "read person", "other_id", sees=DataClass.IDENTITY)).exists():
        return f"{row.other.first_name} {row.other.last_name}", row.other_id
    if row.other.restricted:
        raise NotThere
    return "another family member", None
