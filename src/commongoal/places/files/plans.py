"""Where a layout has what: the plan by which its columns become observations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import Status
from commongoal.places.engine.period_labels import period_of

MARKS: Mapping[str, Status] = {"": Status.MISSING, "na": Status.MISSING, "n/a": Status.MISSING, "-": Status.MISSING,
                               "missing": Status.MISSING}  # fmt: skip
"""What a cell without a figure may hold, without case."""
Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """One column of figures. `words` and `unit` are of its series; without words, the plan's columns say them."""

    place: int
    words: str = ""
    unit: str | None = None
    period: Period | None = None  # of all its figures, where no column says


def joined_words(dimensions: Dimensions) -> str:
    """The words of a series from its columns: what they say, one after another."""
    return "; ".join(value for _, value in dimensions if value)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a layout has what. `labels` tells the period of a text; `words` the words of a series from its columns."""

    area: int
    figures: tuple[Figures, ...]
    name: int | None = None
    period: int | None = None
    labels: Callable[[str], Period | None] = period_of
    series: tuple[tuple[int, str], ...] = ()  # place and the name that the source gives the dimension
    words: Callable[[Dimensions], str] = joined_words
    status: int | None = None
    marks: Mapping[str, Status] = field(default_factory=lambda: MARKS)
    codes: Mapping[str, str] = field(default_factory=dict)  # text of the area -> its code, where it holds names
    only: tuple[tuple[int, frozenset[str]], ...] = ()  # rows that hold one of these texts there
    negative: bool = False
    vintages: tuple[tuple[str, str], ...] = ()
    dataset: str = ""  # of a layout that is of one table only

    def places(self) -> set[int]:
        """Every column that is read."""
        some = {place for place in (self.name, self.period, self.status) if place is not None}
        figures = {one.place for one in self.figures}
        return {self.area} | some | figures | {place for place, _ in (*self.series, *self.only)}
