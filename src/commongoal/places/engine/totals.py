"""Adding up figures of areas with what is known of their error, or not at all.

A figure rounded to base b is within b/2 of what was counted, so n of them are within n b/2; if the errors are as good
as random (uniform on the step, variance b²/12, independent), the sum is within 1.96 b sqrt(n/12) in 95 of 100 cases.
Noise of at most a is taken as uniform too, with variance a²/3. Source of the variance: that of a uniform distribution.
Where nobody says how figures were rounded or perturbed, the error of a total is not known, and the total says that.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from commongoal.kernel.errors import Refused
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.observations import Edition, Perturbation, Status
from commongoal.places.engine.total_words import Left, error_words, left_words, marks, state_words

Z = 1.96  # the normal distribution's bounds of 95%
LITTLE = (Status.NIL, Status.SUPPRESSED)  # states of figures too small to show


class AreasMissing(Refused):
    """A total is not shown while an area has no figure. It can be shown without, if you accept that."""

    def __init__(self, missing: tuple[Left, ...]) -> None:
        self.missing = missing
        super().__init__("; ".join(map(str, missing)) + ".")


class AreaTwice(Refused):
    """An area has more than one figure, so a total would count it more than once."""


class NothingToAdd(Refused):
    """No area has a figure, so there is no total."""


@dataclass(frozen=True, slots=True)
class Part:
    """One figure to add up. `value` is absent exactly where a status is given; `edition` names where it is from."""

    area: str
    name: str
    value: float | None
    edition: str
    status: Status = Status.GIVEN
    provisional: bool = False
    revised: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """Figures added up.

    What was counted is from `low` to `high` for certain; both are absent where the error is not known. `likely` is how
    far from `value` it is at most in 95 of 100 cases. `little` are areas whose figure is too small to show: `value` has
    nothing for them and `high` the most that they can hold. `missing` are areas that the total is without.
    """

    value: float
    low: float | None
    high: float | None
    likely: float | None
    figures: int
    provisional: int = 0
    revised: int = 0
    little: tuple[Left, ...] = ()
    missing: tuple[Left, ...] = ()
    editions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def error(self) -> float | None:
        """How far rounding, noise and what is too small to show may have moved the value; None: not known."""
        return None if self.low is None or self.high is None else max(self.value - self.low, self.high - self.value)


def parts_of(table: pa.Table) -> tuple[Part, ...]:
    """The rows of one series and period, as `Observations.figures` gives them, as figures to add up."""
    columns = ("area", "name", "value", "edition", "status", "provisional", "revised")
    rows = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
    return tuple(
        Part(area, name, value, edition, Status(status or ""), bool(provisional), bool(revised))
        for area, name, value, edition, status, provisional, revised in rows
    )


def total(
    parts: Sequence[Part],
    editions: Iterable[Edition],
    expected: Iterable[AreaName] = (),
    *,
    accept_missing: bool = False,
    smallest_shown: float | None = None,
) -> Total:
    """The figures of different areas added up, with their error.

    `expected` are the areas there should be: one of them without a figure is missing. `smallest_shown` is the least
    figure that the source shows, if it says so: a nil, negligible or suppressed figure is then from 0 to less than
    that; else it is missing too. Raises `AreaTwice`, `NothingToAdd`, and `AreasMissing` unless these are accepted.
    """
    twice = [area for area, times in Counter(part.area for part in parts).items() if times > 1]
    if twice:
        raise AreaTwice(", ".join(sorted(twice)) + ".")
    little = _little(parts) if smallest_shown is not None else ()
    missing = _missing(parts, expected, {left.area for left in little})
    if missing and not accept_missing:
        raise AreasMissing(missing)
    given = [part for part in parts if part.value is not None]
    if not given:
        raise NothingToAdd
    by_name = {edition.name: edition for edition in editions}
    return _added(given, by_name, little, missing, (smallest_shown or 0) * len(little))


def _little(parts: Sequence[Part]) -> tuple[Left, ...]:
    return tuple(Left(part.area, part.name, part.status.value) for part in parts if part.status in LITTLE)


def _missing(parts: Sequence[Part], expected: Iterable[AreaName], little: set[str]) -> tuple[Left, ...]:
    """Areas expected that are not among the figures, and figures that are not there."""
    here = {part.area for part in parts}
    absent = [Left(area.code, area.name, "not in the figures") for area in expected if area.code not in here]
    states = [
        Left(part.area, part.name, part.status.value or "no figure")
        for part in parts
        if part.value is None and part.area not in little
    ]
    return tuple(sorted(absent + states, key=lambda left: (left.name, left.area)))


def _added(
    given: Sequence[Part],
    editions: Mapping[str, Edition],
    little: tuple[Left, ...],
    missing: tuple[Left, ...],
    more: float,
) -> Total:
    value = math.fsum(part.value or 0.0 for part in given)
    counts = Counter(part.edition for part in given)
    error, variance = 0.0, 0.0
    for name, count in counts.items():
        most, spread = figure_error(editions[name])
        error, variance = error + count * most, variance + count * spread
    known = math.isfinite(error)
    whole = all((part.value or 0.0) >= 0 for part in given)  # counts are never less than nothing
    provisional, revised = sum(part.provisional for part in given), sum(part.revised for part in given)
    likely = min(Z * math.sqrt(variance), error) if known else None
    used = [editions[name] for name in counts]
    return Total(
        value=value,
        low=(max(value - error, 0.0) if whole else value - error) if known else None,
        high=value + error + more if known else None,
        likely=likely,
        figures=len(given),
        provisional=provisional,
        revised=revised,
        little=little,
        missing=missing,
        editions=tuple(counts),
        words=(
            error_words(len(given), used, error if known else None, likely),
            *state_words(len(given), provisional, revised),
            *left_words(little, missing, more),
        ),
        marks=marks(len(given), used, provisional, revised),
    )


def figure_error(edition: Edition) -> tuple[float, float]:
    """How far one figure of an edition may be from what was counted, and its variance; infinite where not known."""
    noise = edition.noise if edition.perturbation == Perturbation.NOISE else 0.0
    if edition.rounding is None or noise is None or edition.perturbation == Perturbation.NOT_STATED:
        return math.inf, math.inf
    return edition.rounding / 2 + noise, edition.rounding**2 / 12 + noise**2 / 3
