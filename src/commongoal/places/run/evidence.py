"""What is asked of: the store, its editions in force, geography, outlines and definitions."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from commongoal.kernel.errors import Refused
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.geography import Geography
from commongoal.places.engine.indicators import Choice, Indicator
from commongoal.places.engine.observations import Edition
from commongoal.places.files.boundaries import KeptOutlines
from commongoal.places.sessions.observations import Observations

T = TypeVar("T")
MOST_KEPT = 1_500
"""Answers kept at once; most are a sum or the figures of a few areas."""


class NoSuchArea(Refused):
    """There is no area of that code: not in the lookups taken in, nor in any file of figures."""


class NoSuchIndicator(Refused):
    """There is no indicator of that code."""


@dataclass(frozen=True)
class Evidence:
    """All that is known of places. What is asked once is kept, so make one and use it until something changes.

    `outlines` is what `files.boundaries.kept_outlines` gives. With `accept_missing`, whoever asks knows that parts
    without a figure are left out of sums: each sum then says which.
    """

    folder: Path
    editions: tuple[Edition, ...]
    geography: Geography
    outlines: tuple[KeptOutlines, ...]
    indicators: tuple[Indicator, ...]
    accept_missing: bool = False

    @cached_property
    def observations(self) -> Observations:
        """The figures of the editions."""
        return Observations(self.folder, self.editions)

    @cached_property
    def _kept(self) -> dict[Hashable, Any]:
        return {}

    def once(self, key: Hashable, worked_out: Callable[[], T]) -> T:
        """What was worked out before under this key, or else is now. The oldest answers are let go."""
        found: T | None = self._kept.get(key)
        if found is None:
            found = worked_out()
            self.keep({key: found})
        return found

    def kept(self, key: Hashable) -> Any:
        """What was worked out before under this key; None where nothing was."""
        return self._kept.get(key)

    def keep(self, answers: Mapping[Any, Any]) -> None:
        """Keeps answers, and lets the oldest go."""
        for old in list(self._kept)[: max(len(self._kept) + len(answers) - MOST_KEPT, 0)]:
            self._kept.pop(old, None)
        self._kept.update(answers)

    @cached_property
    def by_name(self) -> dict[str, Edition]:
        """The editions by the names of their files."""
        return {edition.name: edition for edition in self.editions}

    def of_dataset(self, choice: Choice | None) -> tuple[Edition, ...]:
        """The editions of a dataset, the newest first."""
        found = [edition for edition in self.editions if choice and edition.dataset == choice.dataset]
        return tuple(sorted(found, key=lambda edition: edition.fetched_on, reverse=True))

    def indicator(self, code: str) -> Indicator:
        """The indicator of a code. Raises `NoSuchIndicator`."""
        for one in self.indicators:
            if one.code == code:
                return one
        raise NoSuchIndicator(f"Asked for {code!r}.")

    def area(self, code: str) -> AreaName:
        """The area of a code, as it is named. Raises `NoSuchArea`."""
        if self.geography.knows(code):
            return self.geography.area(code)
        for edition in self.editions:
            for area in self.observations.areas(edition.dataset):
                if area.code == code:
                    return area
        raise NoSuchArea(f"Asked for {code!r}.")

    def kinds_of(self, choice: Choice) -> tuple[tuple[AreaKind, str], ...]:
        """The kinds and years of the areas in a dataset; an empty year where its files do not say."""
        return self.once(("kinds", choice.dataset), lambda: self._kinds(choice))

    def _kinds(self, choice: Choice) -> tuple[tuple[AreaKind, str], ...]:
        return tuple(sorted(self.observations.kinds(choice.dataset), key=lambda one: (one[0], one[1])))

    def parts(self, code: str, kind: AreaKind, vintage: str) -> tuple[AreaName, ...]:
        """The parts of an area of a kind and year; of the newest year where that year is in no lookup taken in."""
        return self.once(("parts", code, kind, vintage), lambda: self._parts(code, kind, vintage))

    def _parts(self, code: str, kind: AreaKind, vintage: str) -> tuple[AreaName, ...]:
        if vintage in self.geography.vintages(kind):
            return self.geography.parts(code, kind, vintage)
        return self.geography.parts(code, kind)

    def sources(self, names: Iterable[str]) -> tuple[Edition, ...]:
        """The editions of these names, each once."""
        return tuple(self.by_name[name] for name in dict.fromkeys(names))
