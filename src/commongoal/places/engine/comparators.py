"""Areas most like one area, by variables that are stated, with the distance taken apart."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commongoal.kernel.errors import Refused

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Distance = Literal["euclidean", "mahalanobis"]

ENOUGH_KNOWN = 0.5
"""An area of which less than this share of the weight is known is left out: it would be near for want of figures."""


class NothingToCompareBy(Refused):
    """No variable is known for this area, so that nothing can be said about which areas are like it."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing areas are compared by: a short key, how it is read, its unit, and its weight among the others."""

    key: str
    words: str
    unit: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One variable of a likeness: the other area's value, ours, and the gap in standard deviations over all areas.

    `part` is the share (0..1) of the squared distance that comes from it. None where one of the two is not known.
    """

    variable: Variable
    theirs: float | None
    ours: float | None
    gap: float | None
    part: float | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """One area like ours: its code, how far it is (0 is alike in everything), and each variable's difference."""

    code: str
    distance: float
    differences: tuple[Difference, ...]

    @property
    def missing(self) -> tuple[Variable, ...]:
        """The variables of which one of the two has no figure; they were left out of the distance."""
        return tuple(found.variable for found in self.differences if found.gap is None)


@dataclass(frozen=True, slots=True)
class Comparators:
    """The nearest areas in order of distance, the variables used, those that ours lacks, and areas left out."""

    code: str
    nearest: tuple[Likeness, ...]
    variables: tuple[Variable, ...]
    not_used: tuple[Variable, ...]
    left_out: tuple[str, ...]
    distance: Distance


def nearest(
    code: str, codes: tuple[str, ...], values: ArrayLike, variables: tuple[Variable, ...], most: int = 15,
    distance: Distance = "euclidean",
) -> Comparators:  # fmt: skip
    """The `most` areas nearest to `code` by `values` (areas, variables), `nan` where not known.

    Each variable is standardised over all areas (mean 0, standard deviation 1), so that units do not count.
    Euclidean: ``sqrt(Σ w_v (z_iv - z_0v)² / Σ w_v)`` over the variables known of both: a distance of 1 is one standard
    deviation in each. Mahalanobis takes away what variables say twice: ``sqrt(d' C⁻¹ d / V)`` with d the gaps times the
    root of their weights, and C the correlations (a pseudo-inverse where they repeat one another). A variable of no
    spread is not used. Raises `NothingToCompareBy`, and `KeyError` for a code not in `codes`.
    """
    ours, given = codes.index(code) if code in codes else -1, np.asarray(values, dtype=np.float64)
    if ours < 0:
        raise KeyError(code)
    z, spread = _standardised(given)
    usable = ~np.isnan(given[ours]) & (spread > 0)
    if not usable.any():
        raise NothingToCompareBy
    weights = np.where(usable, [variable.weight for variable in variables], 0.0)
    gaps = z - z[ours]
    known = ~np.isnan(gaps) & (weights > 0)
    enough = (known * weights).sum(axis=1) >= ENOUGH_KNOWN * weights.sum()
    parts = _parts(gaps, known, weights, z, distance)
    far = np.sqrt(np.maximum(parts.sum(axis=1), 0.0))
    others = [place for place in np.lexsort((np.asarray(codes), far)) if place != ours and enough[place]][:most]
    found = tuple(
        Likeness(codes[place], float(far[place]), _differences(variables, given, gaps, known, parts, place, ours))
        for place in others
    )
    lacking = tuple(variable for variable, there in zip(variables, usable, strict=True) if not there)
    used = tuple(variable for variable, there in zip(variables, usable, strict=True) if there)
    left_out = tuple(other for other, there in zip(codes, enough, strict=True) if not there)
    return Comparators(code, found, used, lacking, left_out, distance)


def _standardised(values: Floats) -> tuple[Floats, Floats]:
    """Deviates of every variable over the areas where it is known, and its standard deviation (0 where too few)."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(known, (values - mean) ** 2, 0.0).sum(axis=0) / count)
    spread = np.where(spread > 1e-12 * np.maximum(np.abs(mean), 1e-300), spread, 0.0)
    return (values - mean) / np.where(spread > 0, spread, 1.0), spread


def _parts(gaps: Floats, known: Flags, weights: Floats, z: Floats, distance: Distance) -> Floats:
    """What each variable adds to the squared distance of each area (areas, variables); they sum to it."""
    d = np.where(known, gaps, 0.0) * np.sqrt(weights)
    if distance == "euclidean":
        whole = (known * weights).sum(axis=1, keepdims=True)
        return np.asarray(d * d / np.where(whole > 0, whole, 1.0), dtype=np.float64)
    used = weights > 0
    filled = np.where(np.isnan(z), 0.0, z)[:, used]
    inverse = np.zeros((len(weights), len(weights)))
    inverse[np.ix_(used, used)] = np.linalg.pinv(filled.T @ filled / len(z), hermitian=True)
    parts = d * (d @ inverse) / max(int(used.sum()), 1)
    return np.asarray(parts, dtype=np.float64)


def _differences(
    variables: tuple[Variable, ...], values: Floats, gaps: Floats, known: Flags, parts: Floats, place: int, ours: int
) -> tuple[Difference, ...]:
    whole = parts[place].sum()
    return tuple(
        Difference(
            variable, _value(values[place, n]), _value(values[ours, n]),
            float(gaps[place, n]) if known[place, n] else None,
            (float(parts[place, n] / whole) if whole > 0 else 0.0) if known[place, n] else None,
        )
        for n, variable in enumerate(variables)
    )  # fmt: skip


def _value(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
