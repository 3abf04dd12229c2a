"""What the audit says about one person taken out of it, without breaking its chain.

The rows stay: when, by whom, which verb or page, and the digest of what they held. The content, the person and the
salt go, so that nothing can be guessed back. The erasing is an action of its own that commits to the rows it emptied,
so that a row emptied by hand is told from one that was erased.
"""

import datetime as dt
import secrets
from collections.abc import Iterator

from commongoal.access.actions.acting import acting
from commongoal.access.engine.chain import erasure_digest
from commongoal.access.engine.permissions import Viewer
from commongoal.access.models import Action, Finding, Reading
from commongoal.kernel.errors import Refused


class NoReason(Refused):
    """Say why the audit about this person is erased: the request or the retention rule."""


def erase_audit(person: int, why: str, *, by: Viewer, at: dt.datetime) -> int:
    """Empty every audit row about the person; returns how many. `why` names no one. Raises `NotAllowed`, `NoReason`."""
    with acting("erase audit", by=by, at=at) as act:
        act.permit()
        if not why.strip():
            raise NoReason
        erasure = secrets.token_hex(16)
        actions = Action.objects.filter(person_id=person).update(
            person_id=None, subject_id=0, before={}, after={}, salt="", erasure=erasure
        )
        readings = Reading.objects.filter(person_id=person).update(person_id=None, salt="", erasure=erasure)
        Finding.objects.filter(person_id=person).delete()
        after = {
            "why": why.strip(),
            "erasure": erasure,
            "actions": actions,
            "readings": readings,
            "digest": erasure_digest(_emptied(erasure)),
        }
        act.wrote("audit", 0, after=after)
        return actions + readings


def _emptied(erasure: str) -> Iterator[tuple[str, int, str]]:
    actions = Action.objects.filter(erasure=erasure).order_by("id")
    for row, digest in actions.values_list("id", "content_digest").iterator(2000):
        yield "action", row, digest
    readings = Reading.objects.filter(erasure=erasure).order_by("id")
    for row, digest in readings.values_list("id", "content_digest").iterator(2000):
        yield "reading", row, digest
