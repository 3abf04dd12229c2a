"""What a step of somebody's life is, and whom it is about."""

import datetime as dt
from collections.abc import Callable, Generator
from dataclasses import dataclass

from commongoal.access.engine.permissions import Viewer
from commongoal.demo.engine.courses import Course
from commongoal.demo.engine.residents import Resident
from commongoal.demo.founding import Founded

Step = tuple[float, Callable[[dt.datetime], object]]  # days after the person was added, and what is done then
Life = Generator[dt.datetime, None, None]  # says when its next step is due, and takes it when resumed
MINUTES = 1 / (24 * 60)  # what happens on one day happens one after the other
SATURDAY, WEEKEND = 5, 48  # the day's number, and hours
EARLY, WITHIN = 6, 2  # on Monday at this hour, and within so many, before anything of that day


def at_work(moment: dt.datetime) -> dt.datetime:
    """The moment, or early on Monday where it falls on a weekend; the order of moments stays as it is."""
    if moment.weekday() < SATURDAY:
        return moment
    midnight = dt.datetime.combine(moment.date(), dt.time(), dt.UTC) - dt.timedelta(days=moment.weekday() - SATURDAY)
    monday = midnight + dt.timedelta(hours=WEEKEND + EARLY)
    return monday + (moment - midnight) * WITHIN / WEEKEND


@dataclass(frozen=True, slots=True)
class OnPathway:
    """Whose course it is: the person's id, and the workers of the moment, `now[0]` their named one."""

    made: Founded
    who: Resident
    person: int
    now: list[Viewer]
    course: Course

    def worker(self, organisation: str) -> Viewer:
        """Who records it for an organisation."""
        if organisation == self.who.organisation:
            return self.now[0]
        return self.made.member(organisation, number=self.who.worker + 2)
