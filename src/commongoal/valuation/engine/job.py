"""What a sustained job is worth: W by segment, agency and kind, with the uncertainty of its inputs.

``W = sum over gains of (pounds a year) * (discounted years of additional work)``, at arrival and in one price year
(method.md section 3, step 3). Where no gains are given, W is 1: one sustained job.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commongoal.pathway.engine.programme import Part, Programme
from commongoal.valuation.engine.terms import Figure, Gain, Terms

Floats = NDArray[np.float64]


class Band(Part):
    """A yearly rate that applies from a year on."""

    from_year: int
    rate: float


class Schedule(Part):
    """A versioned discount schedule."""

    name: str
    version: str
    source: str
    verified: bool
    bands: tuple[Band, ...]

    def factors(self, years: int, first_discounted: int) -> Floats:
        """Factor of each year 0..years - 1: rates compound band by band; year 0 is whole if `first_discounted` is 1."""
        rates = np.array([self._rate(year) for year in range(years + 1)])
        factors = np.cumprod(1 / (1 + np.where(np.arange(years + 1) == 0, 0.0, rates)))
        return np.asarray(factors[:years] if first_discounted else factors[1:], dtype=np.float64)

    def _rate(self, year: int) -> float:
        return [band.rate for band in self.bands if band.from_year <= year][-1]


@dataclass(frozen=True, slots=True)
class Worth:
    """Draws of what a sustained job is worth.

    `lines` (L, G, draws): pounds by gain and segment; `public` (G, draws) sums those that are not transfers and is W;
    `mean` (G,) is its mean over draws. `a_year` and `months` (draws,) are the two inputs, for the drivers.
    """

    gains: tuple[Gain, ...]
    lines: Floats
    public: Floats
    mean: Floats
    a_year: Floats
    months: Floats

    @property
    def in_pounds(self) -> bool:
        """Whether there are gains at all; otherwise the unit is a sustained job."""
        return len(self.gains) > 0


def drawn(figure: Figure, draws: int, rng: np.random.Generator) -> Floats:
    """Draws of a figure: a triangle from low to high with its peak at the value; constant where there is no range."""
    if figure.low == figure.high:
        return np.full(draws, figure.value)
    return rng.triangular(figure.low, figure.value, figure.high, draws)


def discounted_years(months: Floats, schedule: Schedule, first_discounted: int) -> Floats:
    """Years of a duration in months, each discounted: whole years at their factor and the part of the last at its
    own.
    """
    years = np.asarray(months, dtype=np.float64) / 12
    count = int(np.ceil(years.max(initial=0.0))) or 1
    part = np.clip(years[..., None] - np.arange(count), 0, 1)
    return np.asarray(part @ schedule.factors(count, first_discounted))


def worth(
    terms: Terms, programme: Programme, schedule: Schedule, draws: int, streams: Sequence[np.random.Generator]
) -> Worth:
    """Draws of W. `streams` are two generators: one for pounds a year, one for the months of additional work."""
    segments = programme.segments
    if terms.job is None or not terms.job.gains:
        one = np.ones((len(segments), draws))
        return Worth((), np.zeros((0, *one.shape)), one, one[:, 0], one[0], np.zeros(draws))
    job, first = terms.job, terms.first_discounted_year
    months = drawn(job.duration_months, draws, streams[1])
    years = discounted_years(months, schedule, first)
    whom = np.array([[_concerns(gain, programme, s.values) for s in segments] for gain in job.gains], dtype=np.float64)
    pounds = np.stack([drawn(gain, draws, streams[0]) for gain in job.gains])
    counts = np.array([not gain.transfer for gain in job.gains], dtype=np.float64)
    lines = whom[:, :, None] * (pounds * years)[:, None, :]
    public = np.tensordot(counts, lines, axes=1)
    return Worth(job.gains, lines, public, public.mean(axis=1), counts @ pounds, months)


def _concerns(gain: Gain, programme: Programme, values: Sequence[str]) -> bool:
    mine: Mapping[str, Any] = {a.id: value for a, value in zip(programme.attributes, values, strict=True)}
    return all(mine[attribute] == value for attribute, value in gain.who.items())
