"""What three sources say of a theme in an area: official figures, residents, partners; and where they disagree.

The rule is stated wherever it is used: each entry points to need, away from it, or neither way; a source points to need
where some of its entries do and none points away; sources disagree where one points to need and another away.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from commongoal.kernel.errors import Refused
from commongoal.kernel.suppression import LEAST, shown_count
from commongoal.kernel.words import number, percent

FEWER = f"fewer than {LEAST}"


class ResearchMethod(StrEnum):
    """How people were asked."""

    SURVEY = "survey"
    INTERVIEWS = "interviews"
    GROUP = "group"
    OTHER = "other"


class Says(StrEnum):
    """What a partner says of a theme, beside the year before."""

    MORE = "more need"
    SAME = "as much"
    LESS = "less need"


class Source(StrEnum):
    """Where evidence comes from."""

    OFFICIAL = "official"
    RESIDENTS = "residents"
    PARTNERS = "partners"


class Stance(StrEnum):
    """What a citation does to a priority."""

    FOR = "for"
    AGAINST = "against"


class Points(StrEnum):
    """Which way entries, or a source, point."""

    NEED = "need"
    AWAY = "away"
    MIXED = "mixed"
    NEITHER = "neither"
    SILENT = "silent"


class NeedsConsent(Refused):
    """Say how those who took part agreed that it may be used: without that the research cannot be kept."""


class NeedsWords(Refused):
    """Say in a sentence or two what was said."""


class NeedsReason(Refused):
    """Say why."""


class EndsBeforeStart(Refused):
    """The last day is before the first."""


class NotOverYet(Refused):
    """The last day is still to come: record it when it is over."""


class NobodyTookPart(Refused):
    """Say how many people took part: at least one."""


class TooManySaidSo(Refused):
    """No more people can have said so than took part."""


class NoSuchTheme(Refused):
    """That is none of the themes."""


class NoSuchAreaCode(Refused):
    """That is not how the code of an area is written."""


class AlreadyCited(Refused):
    """This is cited for the priority already."""


class Standing(Refused):
    """It has been withdrawn, so it cannot be cited."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: its id, name, plain words, where it was taken from, and the indicators that speak of it."""

    id: str
    name: str
    words: str
    source: str
    indicators: tuple[str, ...] = ()
    asked: bool = False  # partners are asked for it every period


@dataclass(frozen=True, slots=True)
class Themes:
    """Every theme in order, the shares of the rule, and how often partners are asked, in months."""

    themes: tuple[Theme, ...]
    many: float
    few: float
    months: int

    def theme(self, theme: str) -> Theme:
        """The theme of an id. Raises `NoSuchTheme`."""
        for each in self.themes:
            if each.id == theme:
                return each
        raise NoSuchTheme

    def name(self, theme: str) -> str:
        """A theme's name; the id itself for one that the file no longer has."""
        return next((each.name for each in self.themes if each.id == theme), theme)

    @property
    def rule(self) -> tuple[str, ...]:
        """The rule in words."""
        official = (
            "its 95% interval lies wholly on the worse side of the area it is set beside, away where on the better"
        )
        shares = f"at least {percent(self.many)} of those asked said so, away where under {percent(self.few)} did"
        partners = "it says “more need” than the year before, away where it says “less need”"
        return (
            f"An official figure points to need where {official}.",
            f"What residents said points to need where {shares}. Counts of 1 to {LEAST - 1} are not shown, nor used.",
            f"A partner’s return points to need where {partners}.",
            "A source points to need where some of its entries do and none points away.",
            "Sources disagree where one points to need and another away.",
        )


@dataclass(frozen=True, slots=True)
class Said:
    """How many said so, as it may be shown. `low` and `high` are what a reader can tell of the share."""

    words: str
    low: float
    high: float


def said(people: int, of: int) -> Said:
    """What may be shown of a count and of the count of those who took part.

    Either is hidden where it is 1 to 9 people, and so is the rest of those who took part where that is 1 to 9.
    """
    if shown_count(of) is None:
        return Said(f"{FEWER} people took part", 0.0, 1.0)
    if people and shown_count(people) is None:
        return Said(f"{FEWER} of {number(of)} said so", 1 / of, (LEAST - 1) / of)
    if shown_count(of - people) is None:
        return Said(f"all but {FEWER} of {number(of)} said so", (of - LEAST + 1) / of, (of - 1) / of)
    if not people or not of:
        return Said(f"nobody of {number(of)} said so", 0.0, 0.0)
    share = people / of
    return Said(f"{number(people)} of {number(of)} said so ({percent(share)})", share, share)


def people_words(people: int | None) -> str:
    """A count of people as it may be shown; empty where nobody gave it."""
    if people is None:
        return ""
    return FEWER if shown_count(people) is None else number(people)


@dataclass(frozen=True, slots=True)
class FindingSeen:
    """A finding as anybody may see it: no count under the threshold is in it."""

    id: int
    research: int
    title: str
    organisation: str
    method: str
    theme: str
    area: str
    said: Said
    words: str
    from_on: dt.date
    until_on: dt.date
    withdrawn: str = ""  # why

    def points(self, rule: Themes) -> Points:
        """Which way it points."""
        if self.said.low >= rule.many:
            return Points.NEED
        return Points.AWAY if self.said.high < rule.few else Points.NEITHER


@dataclass(frozen=True, slots=True)
class ReturnSeen:
    """A return as anybody may see it. `helped` and `waiting` are words, for small counts are not shown."""

    id: int
    organisation: int
    organisation_name: str
    theme: str
    area: str
    says: Says
    helped: str
    waiting: str
    words: str
    from_on: dt.date
    until_on: dt.date
    sent_on: dt.date
    withdrawn: str = ""
    earlier: int = 0  # returns that it stands in place of

    @property
    def points(self) -> Points:
        """Which way it points."""
        return {Says.MORE: Points.NEED, Says.LESS: Points.AWAY, Says.SAME: Points.NEITHER}[self.says]


def together(entries: Iterable[Points]) -> Points:
    """Which way a source points, from its entries."""
    found = set(entries)
    if not found:
        return Points.SILENT
    if {Points.NEED, Points.AWAY} <= found or Points.MIXED in found:
        return Points.MIXED
    return Points.NEED if Points.NEED in found else Points.AWAY if Points.AWAY in found else Points.NEITHER


NAMES = {Source.OFFICIAL: "official figures", Source.RESIDENTS: "residents", Source.PARTNERS: "partners"}
NOBODY = {
    Source.OFFICIAL: "No official figure speaks of this here",
    Source.RESIDENTS: "Nobody has asked residents yet",
    Source.PARTNERS: "No partner has said anything yet",
}
WORDS = {
    Points.NEED: "point to need",
    Points.AWAY: "point away from need",
    Points.MIXED: "say both",
    Points.NEITHER: "point neither way",
    Points.SILENT: "say nothing yet",
}


def verdict(points: dict[Source, Points]) -> str:
    """Where the sources agree or disagree, in a sentence."""
    need = [NAMES[source] for source in Source if points.get(source) is Points.NEED]
    away = [NAMES[source] for source in Source if points.get(source) is Points.AWAY]
    mixed = [NAMES[source] for source in Source if points.get(source) is Points.MIXED]
    if need and away:
        told = f"They disagree: {_all(need)} to need, {_all(away)} away from it"
    elif mixed:
        told = f"Not agreed: {' and '.join(mixed)} say both"
    elif len(need) > 1:
        told = f"They agree: {_all(need)} to need"
    elif len(away) > 1:
        told = f"They agree: {_all(away)} away from need"
    elif need or away:
        told = f"Only {_all(need or away)} {'to need' if need else 'away from need'}"
    else:
        told = "Nothing points either way yet"
    return told


def _all(names: list[str]) -> str:
    return f"{' and '.join(names)} point"


def check_period(from_on: dt.date, until_on: dt.date, today: dt.date) -> None:
    """Raises `EndsBeforeStart` or `NotOverYet`."""
    if until_on < from_on:
        raise EndsBeforeStart
    if until_on > today:
        raise NotOverYet


def last_period(on: dt.date, months: int) -> tuple[dt.date, dt.date]:
    """First and last day of the last whole period of so many months before a day; periods begin with the year."""
    before = (on.year * 12 + on.month - 1) // months * months
    start = before - months
    first = dt.date(start // 12, start % 12 + 1, 1)
    return first, dt.date(before // 12, before % 12 + 1, 1) - dt.timedelta(days=1)
