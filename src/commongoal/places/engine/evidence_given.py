"""What is given to be kept as evidence: research, findings, returns, priorities, citations, area targets."""

import datetime as dt
from dataclasses import dataclass

from commongoal.places.engine.evidence import ResearchMethod, Says, Stance
from commongoal.places.engine.official import OfficialFigure


@dataclass(frozen=True, slots=True)
class NewResearch:
    """A piece of ground-level research. `people` took part; `consent` says how they agreed that it may be used."""

    title: str
    organisation: int
    method: ResearchMethod
    from_on: dt.date
    until_on: dt.date
    area: str
    people: int
    consent: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What the research found on a theme in an area: how many of those who took part said so."""

    theme: str
    area: str
    people: int
    words: str


@dataclass(frozen=True, slots=True)
class NewReturn:
    """What a partner says of a theme in an area over a period; `helped` and `waiting` are counts of people."""

    theme: str
    area: str
    says: Says
    words: str
    from_on: dt.date
    until_on: dt.date
    helped: int | None = None
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class NewPriority:
    """What the partnership will act on, where, and why."""

    title: str
    theme: str
    area: str
    why: str


@dataclass(frozen=True, slots=True)
class NewCitation:
    """What speaks for or against a priority: one of a figure, a finding and a return."""

    stance: Stance
    words: str = ""
    figure: OfficialFigure | None = None
    finding: int | None = None
    partner_return: int | None = None
