"""Programmes: what people are helped by, and what records about them are kept for."""

import datetime as dt

from commongoal.access.actions.acting import acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.engine.refusals import NotThere
from commongoal.access.models import Organisation, Programme
from commongoal.kernel.errors import Refused


class CodeTaken(Refused):
    """There is a programme with this code already."""


class EndsBeforeItStarts(Refused):
    """A programme ends after it starts."""


def add_programme(
    code: str,
    name: str,
    *,
    accountable_body: int,
    from_on: dt.date,
    until_on: dt.date | None = None,
    by: Viewer,
    at: dt.datetime,
) -> int:
    """A new programme with the organisation that answers for it; its id."""
    with acting("change programmes", by=by, at=at) as act:
        act.permit()
        if until_on is not None and until_on <= from_on:
            raise EndsBeforeItStarts
        if Programme.objects.filter(code=code).exists():
            raise CodeTaken
        if not Organisation.objects.filter(pk=accountable_body).exists():
            raise NotThere
        row = Programme.objects.create(
            code=code, name=name.strip(), accountable_body_id=accountable_body, from_on=from_on, until_on=until_on
        )
        after = {
            "code": code,
            "name": row.name,
            "accountable_body": accountable_body,
            "from_on": from_on.isoformat(),
            "until_on": until_on.isoformat() if until_on else None,
        }
        act.wrote("programme", row.pk, after=after)
    return row.pk
