"""What members opened, tallied by the day, and the findings that come of it. Called by a task, not by a viewer."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Q

from commongoal.access.actions.acting import acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.unusual import LIMITS, FindingAnswer, Found, Limits
from commongoal.access.models import Finding, Reading, ReadingDay
from commongoal.access.queries.days import moment
from commongoal.kernel.errors import Refused


class AlreadyAnswered(Refused):
    """Somebody has already answered this finding."""


class AnswerNeedsNote(Refused):
    """Say what was found and what was done about it."""


def tally_reading(on: dt.date, limits: Limits = LIMITS) -> int:
    """Count anew what each member opened on a local day; returns how many members did.

    A resident's own record and the pages of the audit do not count: looking into reading is no reading to look into.
    """
    opens_at, closes_at = moment(on, limits.opens), moment(on, limits.closes)
    late = Q() if on.weekday() >= 5 else Q(at__lt=opens_at) | Q(at__gte=closes_at)
    people = Count("person_id", distinct=True)
    opened = Reading.objects.filter(at__gte=moment(on), at__lt=moment(on + dt.timedelta(days=1)), listed=False)
    opened = opened.exclude(membership__role=Role.RESIDENT.value).exclude(page__startswith="audit")
    whole = opened.values("membership_id").annotate(people=people).order_by("membership_id")
    after_hours = dict(
        opened.filter(late).values("membership_id").annotate(people=people).values_list("membership_id", "people")
    )
    rows = [
        ReadingDay(
            membership_id=row["membership_id"],
            on=on,
            opened=row["people"],
            out_of_hours=after_hours.get(row["membership_id"], 0),
        )
        for row in whole
    ]
    with transaction.atomic():
        ReadingDay.objects.filter(on=on).delete()
        ReadingDay.objects.bulk_create(rows)
    return len(rows)


def keep_findings(found: Iterable[Found], *, at: dt.datetime) -> int:
    """Keep findings, each once; one found again has its counts brought up to date. Returns how many are new."""
    rows = [
        Finding(
            membership_id=one.membership,
            kind=one.kind.value,
            on=one.on,
            person_id=one.person,
            counted=one.counted,
            usual=one.usual,
            found_at=at,
        )
        for one in found
    ]
    before = Finding.objects.count()
    Finding.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["membership", "kind", "on", "person_id"],
        update_fields=["counted", "usual"],
    )
    return Finding.objects.count() - before


def answer_finding(finding: int, answer: FindingAnswer, note: str, *, by: Viewer, at: dt.datetime) -> None:
    """Say what came of a finding. Raises `NotAllowed`, `NotThere`, `AlreadyAnswered` or `AnswerNeedsNote`."""
    with acting("answer finding", by=by, at=at) as act:
        act.permit()
        row = locked(Finding.objects.all(), finding)
        if row.answered_at is not None:
            raise AlreadyAnswered
        if answer is not FindingAnswer.EXPLAINED and not note.strip():
            raise AnswerNeedsNote
        row.answered_at, row.answer, row.note = at, answer.value, note.strip()
        row.save(update_fields=["answered_at", "answer", "note"])
        after = {"answer": answer.value, "note": row.note}
        act.wrote("finding", row.pk, person=row.person_id or None, after=after)
