"""Price indices, and bringing a figure to the prices of another year (method.md section 1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from commongoal.kernel.errors import Refused
from commongoal.valuation.engine.parameters.marked import Marked, Priced, Year, mark_of, marks, price_year


class NoIndex(Refused):
    """A price year has no index in this deflator, so the figure cannot be brought to other prices."""


@dataclass(frozen=True, slots=True)
class Index:
    """A price index in one year; `status` is outturn, forecast or linked (to an older series)."""

    value: float
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Deflator:
    """One vintage of a price index, by financial or by calendar year; `indices` by the year's start."""

    vintage: str
    financial: bool
    indices: Mapping[int, Index]
    source: str
    verified: bool

    @property
    def mark(self) -> str:
        """What stands beside a figure that this deflator moved."""
        return "" if self.verified else "unverified"

    def index(self, year: str) -> Index:
        """The index of a price year; a year of the other kind is read as the year of ours that starts in it."""
        start = price_year(year).start
        if start not in self.indices:
            first, last = (Year(edge, self.financial) for edge in (min(self.indices), max(self.indices)))
            raise NoIndex(f"{self.vintage} has {first} to {last}, and not {year}.")
        return self.indices[start]

    def factor(self, from_year: str, to_year: str) -> Marked:
        """``index(to) / index(from)``, without unit; its label names forecast and linked years."""
        value = self.index(to_year).value / self.index(from_year).value
        sources = dict.fromkeys(self.index(year).source for year in (from_year, to_year))
        return Marked(value, value, value, "; ".join(sources), self.mark, self._label(from_year, to_year))

    def _label(self, *years: str) -> str:
        own = [(str(Year(price_year(year).start, self.financial)), year) for year in years]
        said = [f"{name} is {status}" for name, year in own if (status := self.index(year).status) != "outturn"]
        said += [f"{year} read as {name}" for name, year in own if price_year(year).financial != self.financial]
        return "; ".join(dict.fromkeys(said))


@dataclass(frozen=True, slots=True)
class Uprated:
    """A figure in the prices of another year, and the original that it was made from."""

    value: float
    low: float
    high: float
    price_year: str
    original: Priced
    factor: Marked
    vintage: str

    @property
    def source(self) -> str:
        """The original's source, its price year and the deflator."""
        return f"{self.original.source}; {self.original.price_year} prices uprated by {self.vintage}"

    @property
    def mark(self) -> str:
        """Whatever is not checked of the figure or of the deflator."""
        return marks(mark_of(self.original), self.factor.mark)

    @property
    def verified(self) -> bool:
        """Whether both the figure and the deflator were checked."""
        return self.original.verified and not self.factor.mark

    @property
    def label(self) -> str:
        """What to know of the years, such as that one is a forecast."""
        return self.factor.label


def uprate(figure: Priced, deflator: Deflator, target: str) -> Uprated:
    """``value * index(target) / index(base)`` for the figure and the ends of its range, keeping the original.

    Raises `NoIndex` where either year has no index, `NotAPriceYear` where one is none.
    """
    factor = deflator.factor(figure.price_year, target)
    value, low, high = (end * factor.value for end in (figure.value, figure.low, figure.high))
    return Uprated(value, low, high, target, figure, factor, deflator.vintage)
