"""Whose records were changed since a row of the audit: for what is kept up to date by reading only those again."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef

from commongoal.access.models import Action

LONGEST = dt.timedelta(hours=1)  # no action takes as long, from its moment to its commit
ERASING = "erase audit"


@dataclass(frozen=True, slots=True)
class Touched:
    """What the audit says since a row: the row up to which it has now been read, and the people it names.

    `people` is none where it cannot say: something was erased from it.
    """

    last_action: int
    people: frozenset[int] | None


def touched_since(last_action: int, at: dt.datetime) -> Touched:
    """The people named in the audit after a row, asked at a moment and in the view of the database that is read from.

    PostgreSQL gives out ids before it shows the rows: one may come to sight after another with a higher id. So what
    has been read ends before the first id that is missing below a row of the last hour: whoever holds it may yet show
    it. A missing id below older rows belongs to an action that was given up. Reading a few rows twice does no harm.
    """
    rows = Action.objects.filter(pk__gt=last_action)
    erased = rows.filter(verb=ERASING).exists()
    named = rows.exclude(person_id=None).values_list("person_id", flat=True).distinct()
    people = frozenset(person for person in named if person is not None)
    return Touched(_seen_whole(last_action, at), None if erased else people)


def _seen_whole(last_action: int, at: dt.datetime) -> int:
    """The last row below which nothing can still come to sight."""
    before = Action.objects.filter(pk=OuterRef("pk") - 1)
    recent = Action.objects.filter(pk__gt=last_action + 1, at__gt=at - LONGEST)
    first = recent.filter(~Exists(before)).order_by("pk").values_list("pk", flat=True).first()
    rows = Action.objects.all() if first is None else Action.objects.filter(pk__lt=first)
    return max(last_action, rows.aggregate(last=Max("pk"))["last"] or 0)
