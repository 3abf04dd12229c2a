"""Files that no document names, as a killed process leaves them: deleted once nothing can still name them."""

import datetime as dt
import logging

from django.conf import settings

from commongoal.people.files.storage import orphans
from commongoal.people.queries.documents import stored_names

log = logging.getLogger(__name__)
OLD_ENOUGH = dt.timedelta(days=1)  # no upload takes as long


def remove_orphans(at: dt.datetime) -> int:
    """Delete them; returns how many there were. The files are listed before the names, so that none comes between."""
    before = (at - OLD_ENOUGH).timestamp()
    old = orphans(settings.DOCUMENTS, (), before)
    known = stored_names() if old else frozenset()
    left = [place for place in old if place.name not in known]
    for place in left:
        place.unlink(missing_ok=True)
    if left:
        log.info("deleted %d files that no document names", len(left))
    return len(left)
