"""The catalogue of what is known of places: each edition as a partnership keeps it, and what it changed."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from commongoal.kernel.errors import Problem, Refused
from commongoal.places.engine.observations import Edition


class FileHereAlready(Refused):
    """This file is here already, and it was described otherwise. Withdraw that edition first, then take it in again."""


class NotFetchedYet(Refused):
    """The day on which the file was fetched is still to come. What is fetched last counts, so the day must be right."""


class NeedsWhy(Refused):
    """Say why the edition is withdrawn."""


class EditionWithdrawn(Refused):
    """This edition has been withdrawn already."""


class EditionStands(Refused):
    """This edition has not been withdrawn, so there is nothing to put back."""


@dataclass(frozen=True, slots=True)
class Differs:
    """A figure that was another before: the area, half-open period and words of the series, then both figures.

    A figure is None where the source gives none; the status then says why.
    """

    area: str
    name: str
    start: dt.date
    end: dt.date
    series: str
    before: float | None
    after: float | None
    status_before: str = ""
    status_after: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edition changed when it came: figures of areas and periods not known before, revised, and confirmed.

    `largest` are those revised most, in the unit of the figures. `against` are the editions that gave them before.
    """

    new: int
    revised: int
    same: int
    largest: tuple[Differs, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """An edition as the catalogue keeps it: who brought it and when, and whether it still counts."""

    id: int
    edition: Edition
    imported_at: dt.datetime
    imported_by: str = ""
    withdrawn_at: dt.datetime | None = None
    withdrawn_why: str = ""
    changes: Changes | None = None

    @property
    def counts(self) -> bool:
        """Whether its figures are used."""
        return self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Dataset:
    """The editions of one dataset, the newest first; `first` and `last` bound what those that count tell of."""

    code: str
    editions: tuple[Listed, ...]

    @property
    def newest(self) -> Listed | None:
        """The newest edition that counts; none where all were withdrawn."""
        return next((one for one in self.editions if one.counts), None)

    @property
    def current(self) -> tuple[Listed, ...]:
        """The newest edition that counts of each table and kind of areas: what comes as several files is one set."""
        found: dict[tuple[object, ...], Listed] = {}
        for one in self.editions:
            if one.counts:
                found.setdefault((one.edition.title, one.edition.table, one.edition.vintages), one)
        return tuple(found.values())

    @property
    def earlier(self) -> tuple[Listed, ...]:
        """Editions in whose place a newer one of the same areas stands, and those withdrawn."""
        current = {one.id for one in self.current}
        return tuple(one for one in self.editions if one.id not in current)

    @property
    def first(self) -> dt.date | None:
        """The first day that an edition in force tells of."""
        return min((one.edition.first for one in self.editions if one.counts), default=None)

    @property
    def last(self) -> dt.date | None:
        """The day after the last that an edition in force tells of."""
        return max((one.edition.last for one in self.editions if one.counts), default=None)


@dataclass(frozen=True, slots=True)
class EditionTaken:
    """What came of a file: the edition, whether it was there before, rows left out, and what to know of it.

    `renewed` says that it was there, but lost or damaged in the store, and is whole again.
    """

    id: int
    edition: Edition
    there: bool
    changes: Changes | None = None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class BoundariesTaken:
    """What came of a file of boundaries: how many areas of which kind and year, and whether it was there before."""

    id: int
    kind: str
    vintage: str
    areas: int
    there: bool
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlined:
    """A file of boundaries as the catalogue keeps it."""

    id: int
    name: str
    kind: str
    vintage: str
    source: str
    areas: int
    imported_at: dt.datetime
    imported_by: str = ""


def changes_as_data(changes: Changes) -> dict[str, Any]:
    """As JSON can hold it."""
    largest = [asdict(one) | {"start": one.start.isoformat(), "end": one.end.isoformat()} for one in changes.largest]
    return asdict(changes) | {"largest": largest}


def changes_from(data: dict[str, Any]) -> Changes:
    """Read back from what `changes_as_data` gave."""
    day = dt.date.fromisoformat
    largest = tuple(Differs(**(one | {"start": day(one["start"]), "end": day(one["end"])})) for one in data["largest"])
    return Changes(**(data | {"largest": largest, "against": tuple(data["against"])}))


def in_datasets(listed: tuple[Listed, ...]) -> tuple[Dataset, ...]:
    """The editions by dataset, those by title; in each the newest first, by the day it was fetched."""
    by_code: dict[str, list[Listed]] = {}
    for one in listed:
        by_code.setdefault(one.edition.dataset, []).append(one)
    found = [
        Dataset(code, tuple(sorted(editions, key=lambda one: (one.edition.fetched_on, one.id), reverse=True)))
        for code, editions in by_code.items()
    ]
    return tuple(sorted(found, key=lambda dataset: (dataset.editions[0].edition.title.casefold(), dataset.code)))


def unlike(one: Edition, other: Edition) -> tuple[str, ...]:
    """How two descriptions of the same file differ in what its figures mean, in words."""
    names = ("title", "source", "table", "vintages", "rounding", "perturbation", "noise")
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def check_fetched(fetched_on: dt.date, today: dt.date) -> None:
    """Raises `NotFetchedYet` for a day to come: such figures would stand before all that come until then."""
    if fetched_on > today:
        raise NotFetchedYet(f"It is given as {fetched_on.isoformat()}.")
