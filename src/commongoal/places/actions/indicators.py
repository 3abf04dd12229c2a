"""A partnership's own definitions of indicators, put in force."""

import datetime as dt

from commongoal.access.actions.acting import acting
from commongoal.access.engine.permissions import Viewer
from commongoal.places.files.indicators import read_indicators
from commongoal.places.models import IndicatorFile

VERB = "define indicators"
LONGEST_FILE = 200


def define_indicators(text: str, *, file: str, by: Viewer, at: dt.datetime) -> int:
    """Put definitions in force; those before them are kept. Returns their id; the same text again writes nothing.

    Raises `BadInput` with every fault, nothing written.
    """
    found = read_indicators(text.encode(), file)
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        last = IndicatorFile.objects.select_for_update().order_by("-pk").first()
        if last is not None and last.text == text:
            act.wrote("indicators", last.pk, after={"same": True})
            return last.pk
        row = IndicatorFile.objects.create(file=file[-LONGEST_FILE:], text=text, at=at, membership_id=by.membership)
        act.wrote("indicators", row.pk, after={"file": row.file, "codes": [one.code for one in found]})
        return row.pk
