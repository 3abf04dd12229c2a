"""Programmes, with the organisation that answers for each."""

import datetime as dt
from dataclasses import dataclass

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.shown import Shown
from commongoal.access.models import Programme


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme; it runs on days d with `from_on` <= d < `until_on`."""

    id: int
    code: str
    name: str
    accountable_body: str
    from_on: dt.date
    until_on: dt.date | None

    def runs(self, on: dt.date) -> bool:
        """Whether the programme runs on a day."""
        return self.from_on <= on and (self.until_on is None or on < self.until_on)


def programmes(viewer: Viewer) -> Shown[tuple[ProgrammeLine, ...]]:
    """Every programme, also ended ones, by name; one query. Raises `NotAllowed`."""
    ask(viewer, "see bases")
    rows = Programme.objects.select_related("accountable_body").order_by("name", "id")
    return Shown(
        tuple(
            ProgrammeLine(row.pk, row.code, row.name, row.accountable_body.name, row.from_on, row.until_on)
            for row in rows
        )
    )
