"""Groups that meet: their sessions, and who came."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.appointments import LONGEST_MINUTES, WrongLength
from commongoal.pathway.engine.casework import AttendanceStatus
from commongoal.pathway.engine.correcting import Earlier

MOST_SESSIONS = 53  # a year of weeks at once
FURTHEST = dt.timedelta(days=400)  # back or ahead: beyond, it is a slip of the year
CAME = frozenset({AttendanceStatus.CAME, AttendanceStatus.LATE})


class NeedsGroupName(Refused):
    """Give the group a name."""


class SameGroup(Refused):
    """You have this group already, open and at this place."""


class UnknownIntervention(Refused):
    """The programme has no such support."""


class AlreadyInGroup(Refused):
    """They are in this group already."""


class NotInGroup(Refused):
    """They are not in this group, or have left it."""


class LeavesBeforeJoining(Refused):
    """Nobody leaves a group before the day they joined it."""


class GroupClosed(Refused):
    """This group is closed: open it again first."""


class GroupOpen(Refused):
    """This group is open already."""


class GroupStillMeets(Refused):
    """Sessions are planned: cancel them first, so that nobody comes to a closed door."""


class SessionThere(Refused):
    """The group meets then already."""


class SessionTooFar(Refused):
    """This is more than a year away: check the year, and how many weeks."""


class SessionNotBegun(Refused):
    """The session has not begun: who came is known afterwards."""


class SessionCancelled(Refused):
    """This session was cancelled."""


class SessionListed(Refused):
    """People are down as having come to this session, so it took place."""


class NobodyMarked(Refused):
    """Say for at least one person whether they came."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group in the list of them."""

    pk: int
    name: str
    programme: str
    place: str
    members: int
    next_at: dt.datetime | None
    closed_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, since when."""

    person: int
    name: str
    from_on: dt.date


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One meeting of a group. `came` counts who came or came late; `version` is what a change is made against."""

    pk: int
    starts_at: dt.datetime
    minutes: int
    place: str
    run_by: str
    cancelled_why: str
    listed_at: dt.datetime | None
    version: int
    came: int = 0


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A group: the members whose names the viewer may see, how many others there are, and its sessions."""

    pk: int
    name: str
    programme: str
    intervention: str
    place: str
    members: tuple[Member, ...]
    others: int
    ahead: tuple[SessionLine, ...]  # the next first
    past: tuple[SessionLine, ...]  # the latest first
    closed_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether one person came to one session; None while nobody has said."""

    person: int
    name: str
    status: AttendanceStatus | None
    before: tuple[Earlier, ...] = ()  # what was said of them and put right since


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session with the list of those expected whose names the viewer may see, and how many others were."""

    group: int
    group_name: str
    session: SessionLine
    marks: tuple[Mark, ...]
    others: int


def checked_sessions(starts: Iterable[dt.datetime], minutes: int, at: dt.datetime) -> tuple[dt.datetime, ...]:
    """The starts in order, if so many of such a length can be held. Raises `WrongLength`, `SessionTooFar`."""
    found = tuple(sorted(set(starts)))
    if not 5 <= minutes <= LONGEST_MINUTES:
        raise WrongLength
    if not 1 <= len(found) <= MOST_SESSIONS or found[0] < at - FURTHEST or found[-1] > at + FURTHEST:
        raise SessionTooFar
    return found
