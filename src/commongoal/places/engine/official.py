"""An official figure as evidence: frozen as it was, with its period, editions and marks, beside one other area."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from commongoal.kernel.words import number
from commongoal.places.engine.edition_words import period_words
from commongoal.places.engine.evidence import Points
from commongoal.places.engine.figures import AreaFigure
from commongoal.places.engine.indicators import Direction, Method
from commongoal.places.engine.profile import IndicatorOfArea

DAYS = ("start", "end")
NONE_BESIDE = "There is no figure of a larger area to set it beside"


@dataclass(frozen=True, slots=True)
class OfficialFigure:
    """One indicator of one area in one period; `beside` is the area that it is set beside, the first it lies in.

    Values are in the unit of the indicator as it is read. `why` says why there is no value.
    """

    indicator: str
    name: str
    unit: str
    decimals: int
    direction: str
    area: str
    area_name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    start: dt.date | None = None
    end: dt.date | None = None  # the day after the period's last
    editions: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""
    source: str = ""
    beside: str = ""
    beside_value: float | None = None
    beside_low: float | None = None
    beside_high: float | None = None
    count: bool = False  # of people, which grows with the area

    @property
    def said(self) -> str:
        """The figure in words: "4.1 per cent (95% interval 3.9 to 4.3)"."""
        if self.value is None:
            return f"not available: {self.why}" if self.why else "not available"
        ends = ""
        if self.low is not None and self.high is not None:
            ends = f" (95% interval {self._written(self.low)} to {self._written(self.high)})"
        return f"{self._written(self.value)} {self.unit}{ends}"

    @property
    def period(self) -> str:
        """The period in words."""
        return period_words(self.start, self.end) if self.start and self.end else ""

    @property
    def publisher(self) -> str:
        """The source without its licence."""
        return self.source.partition(";")[0]

    @property
    def points(self) -> Points:
        """Which way it points: by its interval, beside the area that it lies in."""
        side = self._side()
        if side == 0 or self.direction == Direction.NEITHER.value:
            return Points.NEITHER
        worse = 1 if self.direction == Direction.LOWER.value else -1
        return Points.NEED if side == worse else Points.AWAY

    @property
    def compared(self) -> str:
        """How it stands beside the other area, in words."""
        if self.value is None:
            return ""
        if self.beside_value is None:
            return "A larger area has more of them, so it is set beside none" if self.count else NONE_BESIDE
        where = f"{self.beside} ({self._written(self.beside_value)})"
        if self.low is None or self.high is None:
            return f"Its interval is not known, so it cannot be told from {where}"
        if self._side() == 0:
            return f"Not to be told from {where}: chance could explain it"
        way = {Points.NEED: "worse", Points.AWAY: "better"}.get(self.points, "higher" if self._side() > 0 else "lower")
        neither = "; of this measure neither is better" if self.points is Points.NEITHER else ""
        return f"{way.capitalize()} than {where} beyond what chance explains{neither}"

    def _side(self) -> int:
        """1 where it is higher than the other area beyond chance, -1 lower, 0 where that cannot be told."""
        if self.low is None or self.high is None or self.beside_value is None:
            return 0
        low = self.beside_value if self.beside_low is None else self.beside_low
        high = self.beside_value if self.beside_high is None else self.beside_high
        return 1 if self.low > high else -1 if self.high < low else 0

    def _written(self, value: float) -> str:
        return number(value, self.decimals)


def official_figure(fact: IndicatorOfArea) -> OfficialFigure:
    """A fact of a profile as evidence; it is set beside the first area that it lies in with a figure.

    A count of people is set beside none: a larger area has more of them.
    """
    indicator, figure = fact.indicator, fact.figure
    of_size = indicator.of is None and indicator.method in (Method.BYAR, Method.WILSON)
    beside = None if of_size else next((each for each in fact.beside if each.value is not None), None)
    return OfficialFigure(
        indicator.code, indicator.name, indicator.unit, indicator.decimals, indicator.direction.value,
        figure.area.code, figure.area.name, figure.value, figure.low, figure.high,
        fact.period.start if fact.period else None, fact.period.end if fact.period else None,
        fact.editions, figure.marks, fact.notes, figure.why or indicator.not_available, indicator.source,
        *_beside(beside), of_size,
    )  # fmt: skip


def _beside(figure: AreaFigure | None) -> tuple[str, float | None, float | None, float | None]:
    return (figure.area.name, figure.value, figure.low, figure.high) if figure else ("", None, None, None)


def as_data(figure: OfficialFigure) -> dict[str, Any]:
    """The figure as JSON values, to be kept as it was cited."""
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in asdict(figure).items()}


def from_data(data: dict[str, Any]) -> OfficialFigure:
    """The figure as it was kept."""
    days = {name: dt.date.fromisoformat(data[name]) if data.get(name) else None for name in DAYS}
    lists = {name: tuple(data.get(name, ())) for name in ("editions", "marks", "notes")}
    return OfficialFigure(**{**data, **days, **lists})
