"""The first step of a change to one row: the row locked until the action ends."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from commongoal.access.engine.refusals import NotThere

M = TypeVar("M", bound=Model)


def locked(rows: QuerySet[M], pk: int) -> M:
    """The one of the rows with this id, locked; what it is joined to is not. Raises `NotThere`."""
    for row in rows.select_for_update(of=("self",)).order_by().filter(pk=pk):
        return row
    raise NotThere
