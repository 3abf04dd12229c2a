"""The evidence as it is read: research, the log by theme and area, who has answered, priorities with what is cited."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from commongoal.places.engine.evidence import (
    FindingSeen,
    Points,
    ReturnSeen,
    Source,
    Themes,
    together,
    verdict,
)
from commongoal.places.engine.official import OfficialFigure


@dataclass(frozen=True, slots=True)
class ResearchSeen:
    """A piece of research. `people` is words: small counts are not shown. `own` says the viewer may change it."""

    id: int
    title: str
    organisation: int
    organisation_name: str
    method: str
    from_on: dt.date
    until_on: dt.date
    area: str
    people: str
    consent: str
    about: str
    who: str
    at: dt.datetime
    withdrawn: str
    own: bool
    findings: tuple[FindingSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class LogLine:
    """One theme in one area: what each source says, side by side."""

    theme: str
    area: str
    official: tuple[OfficialFigure, ...] = ()
    residents: tuple[FindingSeen, ...] = ()
    partners: tuple[ReturnSeen, ...] = ()

    def points(self, rule: Themes) -> dict[Source, Points]:
        """Which way each source points."""
        return {
            Source.OFFICIAL: together(each.points for each in self.official if each.value is not None),
            Source.RESIDENTS: together(each.points(rule) for each in self.residents),
            Source.PARTNERS: together(each.points for each in self.partners),
        }

    def verdict(self, rule: Themes) -> str:
        """Where they agree or disagree."""
        return verdict(self.points(rule))

    def disagree(self, rule: Themes) -> bool:
        """Whether one source points to need and another away."""
        found = set(self.points(rule).values())
        return {Points.NEED, Points.AWAY} <= found or Points.MIXED in found


def in_order(lines: Iterable[LogLine], rule: Themes) -> tuple[LogLine, ...]:
    """Lines where sources disagree, then those of several sources, then the others; each in the order of themes."""
    order = {each.id: place for place, each in enumerate(rule.themes)}

    def key(line: LogLine) -> tuple[bool, bool, int, str, str]:
        said = sum(map(bool, (line.official, line.residents, line.partners)))
        return not line.disagree(rule), said < 2, order.get(line.theme, len(order)), line.theme, line.area

    return tuple(sorted(lines, key=key))


def with_official(
    lines: Iterable[LogLine], figures: Iterable[OfficialFigure], rule: Themes, theme: str = ""
) -> tuple[LogLine, ...]:
    """The lines with the official figures that speak of their theme and area, and lines for figures that have none.

    With a theme, figures of that one alone.
    """
    said = {(line.theme, line.area): line for line in lines}
    found: dict[tuple[str, str], list[OfficialFigure]] = defaultdict(list)
    for figure in figures:
        for each in rule.themes:
            if figure.indicator in each.indicators and theme in ("", each.id):
                found[each.id, figure.area].append(figure)
    every = {key: said.get(key, LogLine(*key)) for key in {*said, *found}}
    return in_order((replace(line, official=tuple(found[key])) for key, line in every.items()), rule)


@dataclass(frozen=True, slots=True)
class PartnerDue:
    """One partner and a period: the themes it answered, and those it is asked for and did not."""

    organisation: int
    name: str
    answered: tuple[str, ...]
    due: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """What speaks for or against a priority; `withdrawn` says that what is cited counts no more."""

    id: int
    source: Source
    stance: str
    words: str
    who: str
    at: dt.datetime
    figure: OfficialFigure | None = None
    finding: FindingSeen | None = None
    partner_return: ReturnSeen | None = None
    edition_withdrawn: str = ""  # why an edition that the figure came from counts no more

    @property
    def withdrawn(self) -> str:
        """Why what is cited was withdrawn since."""
        return next((each.withdrawn for each in (self.finding, self.partner_return) if each), self.edition_withdrawn)


@dataclass(frozen=True, slots=True)
class PrioritySeen:
    """A priority with what is cited for and against it."""

    id: int
    title: str
    theme: str
    area: str
    why: str
    who: str
    at: dt.datetime
    ended_at: dt.datetime | None
    ended: str
    cited: tuple[Cited, ...] = field(default=())

    def of(self, source: Source) -> tuple[Cited, ...]:
        """What is cited from one source."""
        return tuple(each for each in self.cited if each.source is source)

    @property
    def missing(self) -> tuple[Source, ...]:
        """The sources from which nothing is cited that still counts."""
        return tuple(source for source in Source if all(each.withdrawn for each in self.of(source)))

    @property
    def disputed(self) -> bool:
        """Whether something cited that still counts speaks for it and something against."""
        return {each.stance for each in self.cited if not each.withdrawn} == {"for", "against"}
