"""What a clerk would have kept in a spreadsheet of a history: a sheet for each record, with what stands about it.

Records that were merged keep their sheets, and are read together until they are parted. Nothing here knows of tables or
queries.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.costs import CostDetails
from commongoal.pathway.engine.jobs import JobDetails
from tests.platform.world import World

START = dt.date(2026, 4, 6)  # after the world was made, as time goes


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


Row = dict[str, Any]


@dataclass
class Sheet:
    """What stands about one record, by id of the row that says it; `waiting` are moves that do not count yet."""

    moves: dict[int, Row] = field(default_factory=dict)
    waiting: dict[int, Row] = field(default_factory=dict)
    support: dict[int, Row] = field(default_factory=dict)
    jobs: dict[int, JobDetails] = field(default_factory=dict)
    assessed: dict[int, tuple[dt.date, dict[str, int | None]]] = field(default_factory=dict)
    referrals: dict[int, Row] = field(default_factory=dict)
    parts: dict[int, Row] = field(default_factory=dict)  # days on the provider's programme, by referral
    agreed: dict[int, Row] = field(default_factory=dict)


@dataclass
class Log:
    """People of a world, what stands about them, and the day it has come to."""

    world: World
    draw: random.Random
    today: dt.date = START
    sheets: dict[int, Sheet] = field(default_factory=dict)
    merges: dict[int, tuple[int, int]] = field(default_factory=dict)  # the record kept and the one given up
    costs: dict[int, CostDetails] = field(default_factory=dict)
    refused: int = 0
    done: dict[str, int] = field(default_factory=dict)
    count: int = 0

    @property
    def same(self) -> dict[str, Any]:
        return {"by": self.world.viewer(), "at": noon(self.today)}

    @property
    def programme(self) -> int:
        return self.world.programme.pk

    def day(self) -> dt.date:
        """Mostly today, sometimes up to three weeks ago."""
        return self.today - dt.timedelta(days=self.draw.choice((0, 0, 0, 1, 5, 21)))

    def step(self, deeds: tuple[str, ...]) -> None:
        """A few days later, something happens to somebody, if the rules let it."""
        self.today += dt.timedelta(days=self.draw.choice((0, 0, 1, 3, 9)))
        name = self.draw.choice(deeds)
        deed: Callable[[], None] = getattr(self, name)
        try:
            deed()
        except Refused:
            self.refused += 1
        else:
            self.done[name] = self.done.get(name, 0) + 1

    def tops(self) -> list[int]:
        """The records that stand."""
        gone = {gone for _, gone in self.merges.values()}
        return sorted(self.sheets.keys() - gone)

    def group(self, top: int) -> list[int]:
        """A record, and all that were given up for it."""
        given_up = sorted(gone for kept, gone in self.merges.values() if kept == top)
        return [top, *(each for gone in given_up for each in self.group(gone))]

    def one(self, name: str = "") -> int:
        """Somebody; with the name of a part of the sheet, somebody who has something there, if anybody has."""
        tops = self.tops()
        having = (
            [top for top in tops if any(getattr(self.sheets[each], name) for each in self.group(top))] if name else []
        )
        return self.draw.choice(having or tops)

    def some(self, person: int, name: str) -> tuple[int, dict[int, Any]]:
        """One row of a person, with the sheet that it is on; a refusal where there is none."""
        found = [
            (pk, sheet) for each in self.group(person) for sheet in [getattr(self.sheets[each], name)] for pk in sheet
        ]
        if not found:
            raise Refused
        return self.draw.choice(found)

    def _as(self, role: Role, organisation: str = "council") -> dict[str, Any]:
        return {"by": self.world.viewer(organisation, role), "at": noon(self.today)}

    def helper(self) -> tuple[str, Viewer]:
        """Who does it: a provider may only help somebody whom it has spoken to, which the rules see to."""
        name = self.draw.choice(("council", "council", "council", "council", "provider"))
        return name, self.world.viewer(name)
