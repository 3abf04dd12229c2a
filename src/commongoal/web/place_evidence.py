"""All that is known of the place, read once in a process until something of it changes."""

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import StreamingHttpResponse
from django.utils.text import slugify

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.kernel.errors import Refused
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.geography import Geography
from commongoal.places.engine.indicators import Indicator
from commongoal.places.engine.observations import Edition
from commongoal.places.files.boundaries import kept_outlines
from commongoal.places.files.edition_rows import edition_csv
from commongoal.places.files.indicators import indicators
from commongoal.places.queries.editions import (
    editions_in_force,
    kept_boundaries,
    newest_change,
    own_indicators,
)
from commongoal.places.queries.geography import geography
from commongoal.places.run import Evidence
from commongoal.places.sessions.observations import Observations

_numbers = count(1)


@dataclass(frozen=True, eq=False)
class Known:
    """The evidence, and a number that no other evidence of this process has: what is drawn of it is kept under that."""

    number: int
    evidence: Evidence

    @cached_property
    def accepting(self) -> "Known":
        """The same for whoever accepts that sums are without parts that have no figure."""
        return Known(next(_numbers), replace(self.evidence, accept_missing=True))

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators that some edition here can give."""
        datasets = {one.dataset for one in self.evidence.editions}
        return tuple(one for one in self.evidence.indicators if one.count and one.count.dataset in datasets)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all indicators."""
        return frozenset(one.code for one in self.evidence.indicators)

    def has(self, code: str) -> bool:
        """Whether a lookup or an edition tells of the area."""
        return self.evidence.geography.knows(code) or code in _areas_of(self)

    def areas(self, kind: AreaKind) -> tuple[AreaName, ...]:
        """The areas of a kind in the newest year that has any, by name: those of lookups, or else those of editions."""
        if found := self.evidence.geography.areas(kind):
            return tuple(found)
        every = (area for area in _areas_of(self).values() if area.kind == kind)
        return tuple(sorted(every, key=lambda area: (area.name, area.code)))


def known_of(viewer: Viewer) -> Known:
    """All that is known, the same object until something of it changes; six queries where nothing did.

    Raises `NotAllowed`.
    """
    ask(viewer, "see place")
    return _known(Path(settings.PLACES), newest_change(), geography())


def read_ahead() -> None:
    """Reads what every page of a place needs before anybody asks for one, with the libraries that draw it.

    A site whose tables are not made yet has nothing to read.
    """
    try:
        known = _known(Path(settings.PLACES), newest_change(), geography())
        for one in known.indicators:
            assert one.count
            known.evidence.kinds_of(one.count)
        for name in DRAWN_WITH:
            import_module(name)
    except (DatabaseError, Refused):
        return  # whoever asks for a page is told
    finally:
        connection.close()


DRAWN_WITH = ("shapely", "scipy.sparse", "scipy.spatial", "scipy.special")


@lru_cache(maxsize=2)
def _known(folder: Path, _stamp: Any, areas: Geography) -> Known:
    named = kept_boundaries()
    drawn = tuple(one for one in kept_outlines(folder) if one.name in named)
    return Known(next(_numbers), Evidence(folder, editions_in_force(), areas, drawn, indicators(own_indicators())))


@lru_cache(maxsize=2)
def _areas_of(known: Known) -> dict[str, AreaName]:
    """The areas that editions tell of, by code; the newest edition names them."""
    evidence = known.evidence
    seen = Observations(evidence.folder, evidence.editions)
    datasets = dict.fromkeys(one.dataset for one in evidence.editions)
    return {area.code: area for dataset in datasets for area in seen.areas(dataset)}


def indicators_due(defined: tuple[Indicator, ...], on: dt.date) -> tuple[Indicator, ...]:
    """Definitions that were to be looked at again by that day, those longest due first."""
    due = [one for one in defined if one.review_on is not None and one.review_on <= on]
    return tuple(sorted(due, key=lambda one: (one.review_on or on, one.name)))


def rows_of(edition: Edition) -> StreamingHttpResponse:
    """Every figure of an edition as CSV, with its source and notes."""
    answer = StreamingHttpResponse(edition_csv(Path(settings.PLACES), edition), content_type="text/csv; charset=utf-8")
    name = slugify(f"{edition.title} fetched {edition.fetched_on}")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
