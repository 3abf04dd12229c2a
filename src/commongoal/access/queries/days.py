"""What runs on a day, and when the day begins: asked in one way by every part."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone


def running(on: dt.date, path: str = "") -> Q:
    """Rows with `from_on` <= the day < `until_on`, or no `until_on`; `path` leads to them, such as "memberships__"."""
    open_ended = Q(**{f"{path}until_on": None}) | Q(**{f"{path}until_on__gt": on})
    return open_ended & Q(**{f"{path}from_on__lte": on})


def moment(on: dt.date, hour: int = 0) -> dt.datetime:
    """An hour of a day of the place; its midnight where no hour is given."""
    return timezone.make_aware(dt.datetime.combine(on, dt.time(hour)))
