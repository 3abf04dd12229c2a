"""What is said of one area: facts beside those of others, a comparison, a trend, and a map of where it is worst.

These are values: `places.run` fills them from the store, and `places.engine.report` writes them down.
"""

import datetime as dt
from dataclasses import dataclass, field

from commongoal.places.engine import trends
from commongoal.places.engine.comparators import Likeness, Variable
from commongoal.places.engine.concentration import Concentration
from commongoal.places.engine.figures import AreaFigure, AreaName, Layer, Period
from commongoal.places.engine.funnel import Beyond, Funnel
from commongoal.places.engine.hot_spots import HotSpots, Label, Together
from commongoal.places.engine.indicators import Indicator
from commongoal.places.engine.observations import Edition
from commongoal.places.engine.persistence import Persistence
from commongoal.places.engine.scan import Scan
from commongoal.places.engine.shrinkage import Shrunk
from commongoal.places.engine.trends import NotComparable, Revision, Trend


@dataclass(frozen=True, slots=True)
class Change:
    """An indicator now and in an earlier period of the same segment: no break of definition lies between.

    `by` is the difference in the unit of the indicator. `beyond_chance` says whether the two 95% intervals stay apart,
    None where one of them is not known. Without a difference, `why` says the reason.
    """

    since: Period | None
    then: AreaFigure | None
    by: float | None
    beyond_chance: bool | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorOfArea:
    """One indicator of one area: the figure with its period, those of others in the same period, and its change.

    `of_period` is the denominator's own period. `beside` are the areas it lies in, and those most like it. `overdue`
    says that the definition was to be looked at again before the day of the profile. `source` is said for each figure.
    """

    indicator: Indicator
    figure: AreaFigure
    period: Period | None = None
    of_period: Period | None = None
    beside: tuple[AreaFigure, ...] = ()
    change: Change | None = None
    editions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Concentrated:
    """The share of all that the areas with the highest rates hold.

    `areas` of `of_areas` stand in the top share `top` wholly or in part; `share` is what they hold of the total count.
    From `low` to `high` they would hold by chance alone if everybody had the same risk.
    """

    top: float
    areas: int
    of_areas: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of one area as rings of (x, y), for a map."""

    code: str
    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class HotSpotMap:
    """Where an indicator is high among the parts of an area, beyond what chance explains.

    `spots` and `shrunk` stand in the order of `layer.figures`; `scan` gives places in it. `months` were looked at for
    how long parts stay hot, where there are several. `shapes` are the outlines, by code. Without a layer to look at,
    `why` says the reason.
    """

    area: AreaName
    layer: Layer | None = None
    spots: HotSpots | None = None
    scan: Scan | None = None
    together: Together | None = None
    shrunk: Shrunk | None = None
    lasting: Persistence | None = None
    months: tuple[Period, ...] = ()
    concentration: Concentration | None = None
    shapes: tuple[Shape, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""
    indicator: Indicator | None = None
    overdue: bool = False
    sources: tuple[Edition, ...] = ()

    @property
    def hot(self) -> tuple[str, ...]:
        """The codes of parts that are hot."""
        return self._labelled(Label.HOT)

    @property
    def cold(self) -> tuple[str, ...]:
        """The codes of parts that are cold."""
        return self._labelled(Label.COLD)

    def _labelled(self, label: Label) -> tuple[str, ...]:
        if self.layer is None or self.spots is None:
            return ()
        pairs = zip(self.layer.figures, self.spots.labels, strict=True)
        return tuple(figure.area.code for figure, found in pairs if found == label)


@dataclass(frozen=True, slots=True)
class Like:
    """One of the areas most like the area: its figure, and what makes it like."""

    figure: AreaFigure
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Comparison:
    """An indicator of an area among all areas of its kind that have it, and those most like it by stated variables.

    `funnel` stands in the order of `among`. Where nothing can be compared, `why` says the reason; `why_not_like` why no
    area can be called like it.
    """

    area: AreaName
    indicator: Indicator
    fact: IndicatorOfArea | None = None
    layer: Layer | None = None
    funnel: Funnel | None = None
    like: tuple[Like, ...] = ()
    like_by: tuple[Variable, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""
    why_not_like: str = ""
    sources: tuple[Edition, ...] = ()

    @property
    def among(self) -> tuple[AreaFigure, ...]:
        """The figures of all areas compared."""
        return self.layer.figures if self.layer else ()

    @property
    def position(self) -> Beyond:
        """Where the area stands in the funnel."""
        if self.funnel is None:
            return Beyond.NO_FIGURE
        codes = [figure.area.code for figure in self.among]
        return self.funnel.labels[codes.index(self.area.code)] if self.area.code in codes else Beyond.NO_FIGURE


@dataclass(frozen=True, slots=True)
class Trends:
    """An indicator of an area over time, then of the areas it lies in; a break parts a series into segments.

    `over_a_year` is of the area's own series. `revised` are periods whose figure a later edition gave otherwise.
    """

    area: AreaName
    indicator: Indicator
    lines: tuple[tuple[AreaName, Trend], ...] = ()
    over_a_year: trends.Change | NotComparable | None = None
    whole: tuple[trends.Change | NotComparable, ...] = ()  # of each segment, from its first figure to its last
    revised: tuple[Revision, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""
    overdue: bool = False
    sources: tuple[Edition, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """All that a partnership needs of one area on a day.

    `layer` is the chosen indicator over the parts of the area, `spots` where it is high among them. `to_fill` are
    outcome measures of a plan that nobody has filled yet. `sources` are the editions that gave a figure.
    """

    area: AreaName
    on: dt.date
    chosen: Indicator
    within: tuple[AreaName, ...] = ()
    facts: tuple[IndicatorOfArea, ...] = ()
    layer: Layer | None = None
    concentrations: tuple[Concentrated, ...] = ()
    spots: HotSpotMap | None = None
    to_fill: tuple[Indicator, ...] = ()
    sources: tuple[Edition, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def fact(self, code: str) -> IndicatorOfArea:
        """The fact of an indicator; `KeyError` where the profile has none of that code."""
        return {fact.indicator.code: fact for fact in self.facts}[code]
