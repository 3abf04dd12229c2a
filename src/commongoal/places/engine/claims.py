"""Claims about a place: which headline figures do not follow from the others, and how far rounding could explain it.

Each figure bounds a count, or the ratio of two quantities, by what it can mean as it is written (`engine.written`).
Where they cannot all be right at once, the smallest sets that could be wrong are found (minimal hitting sets of minimal
conflicts; Reiter, "A theory of diagnosis from first principles", Artificial Intelligence 32, 1987), and of those the
one that is out by the fewest steps of its last digit is named first.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from commongoal.kernel.estimates import Floats
from commongoal.places.engine.claim_bounds import Ratio, Sum, bounds
from commongoal.places.engine.written import Meant, Sort

MOST_TO_BLAME = 3
"""The largest set of figures that is looked for."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of people (or of anything), known or not."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure: a count of `part`, or the share that `part` is of `of`. `indicator` is the same in official figures.

    `period` is the month or year that it is of, as the source writes it.
    """

    id: str
    words: str
    meant: Meant
    part: str
    of: str = ""
    indicator: str = ""
    period: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """Quantities with nothing in common that make up another, or with `complete` false are only some of it."""

    total: str
    parts: tuple[str, ...]
    complete: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """Headline figures of one text about one place."""

    name: str
    source: str
    quantities: tuple[Quantity, ...]
    figures: tuple[Headline, ...]
    wholes: tuple[Whole, ...] = ()
    area: str = ""
    note: str = ""

    def words(self, quantity: str) -> str:
        """What a quantity is."""
        return {row.id: row.words for row in self.quantities}[quantity]


class Verdict(StrEnum):
    """What is said of one figure."""

    FOLLOWS = "agrees with the others"
    DOES_NOT = "does not follow from the others"
    COULD = "could be wrong instead"
    ALONE = "nothing here bears on it"


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure beside what the others say it is, from `low` to `high` in its own unit (a share near 0 to 1).

    `steps` is how far it is out beyond its rounding, in steps of its last digit; `needed` the step to which it would
    have to be rounded for rounding to explain it. Both are 0 where it agrees.
    """

    figure: Headline
    verdict: Verdict
    low: float
    high: float
    steps: float = 0.0
    needed: float = 0.0


@dataclass(frozen=True, slots=True)
class Checked:
    """Claims checked. `conflict` are figures that cannot all be right; `blamed` the smallest sets that could be wrong.

    `implied` are bounds of quantities: (quantity, low, high), by all figures but those of the first blamed set.
    """

    claims: Claims
    findings: tuple[Finding, ...]
    conflict: tuple[str, ...] = ()
    blamed: tuple[tuple[str, ...], ...] = ()
    implied: tuple[tuple[Quantity, float, float], ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether all figures can be right at once."""
        return not self.conflict


class _System:
    """The figures as bounds on numbered quantities, 0 being the number 1."""

    def __init__(self, claims: Claims) -> None:
        self.places = {"": 0} | {row.id: place for place, row in enumerate(claims.quantities, start=1)}
        self.ratios = {figure.id: self._ratio(figure) for figure in claims.figures}
        self.sums = tuple(
            Sum(self.places[whole.total], tuple(self.places[part] for part in whole.parts), whole.complete)
            for whole in claims.wholes
        )

    def _ratio(self, figure: Headline) -> Ratio:
        most = min(figure.meant.high, 1.0) if figure.of and figure.meant.point <= 1 else figure.meant.high
        return Ratio(self.places[figure.part], self.places[figure.of], figure.meant.low, most)

    def bounds(self, figures: Iterable[str]) -> tuple[Floats, Floats] | None:
        return bounds(len(self.places), [self.ratios[name] for name in figures], self.sums)

    def possible(self, figures: Iterable[str]) -> bool:
        return self.bounds(figures) is not None


def checked(claims: Claims) -> Checked:
    """Every figure held against the others."""
    system = _System(claims)
    everything = tuple(figure.id for figure in claims.figures)
    conflict = _conflict(system, everything)
    if not conflict:
        findings = tuple(_finding(system, figure, everything, Verdict.FOLLOWS) for figure in claims.figures)
        return Checked(claims, findings, implied=_implied(system, claims, everything))
    blamed = _ordered(system, claims, everything, _smallest_blame(system, everything, conflict))
    first = blamed[0] if blamed else conflict
    rest = tuple(name for name in everything if name not in first)
    findings = tuple(
        _finding(system, figure, _others(figure, blamed, everything, rest), _verdict(figure.id, first, blamed))
        for figure in claims.figures
    )
    return Checked(claims, findings, conflict, blamed, _implied(system, claims, rest))


def _others(
    figure: Headline, blamed: Sequence[tuple[str, ...]], everything: tuple[str, ...], rest: tuple[str, ...]
) -> tuple[str, ...]:
    """Against which figures one is held: all others where those can all be right, else those not blamed."""
    return everything if (figure.id,) in blamed else (*rest, figure.id)


def _verdict(name: str, first: tuple[str, ...], blamed: Sequence[tuple[str, ...]]) -> Verdict:
    if name in first:
        return Verdict.DOES_NOT
    return Verdict.COULD if any(name in group for group in blamed) else Verdict.FOLLOWS


def _finding(system: _System, figure: Headline, among: Sequence[str], verdict: Verdict) -> Finding:
    found = system.bounds(name for name in among if name != figure.id)
    if found is None:  # the others contradict one another whatever this one is
        return Finding(figure, verdict, 0.0, math.inf)
    part, of = system.places[figure.part], system.places[figure.of]
    low, high = float(found[0][part, of]), float(found[1][part, of])
    if low <= 0 and math.isinf(high) and verdict == Verdict.FOLLOWS:
        return Finding(figure, Verdict.ALONE, low, high)
    steps, needed = _out_by(figure.meant, low, high)
    return Finding(figure, verdict, low, high, steps, needed)


def _out_by(meant: Meant, low: float, high: float) -> tuple[float, float]:
    """Distance between what is meant and what is implied in steps of the last digit, and the step it would need."""
    gap = max(low - meant.high, meant.low - high, 0.0)
    if gap <= 0 or meant.unit <= 0:
        return (gap / meant.point if meant.point else 0.0), 0.0
    off = max(low - meant.point, meant.point - high)
    return gap / meant.unit, 2 * off


def _conflict(system: _System, figures: tuple[str, ...]) -> tuple[str, ...]:
    """A set of figures that cannot all be right, none of which can be left out of it; empty where all can be right."""
    if system.possible(figures):
        return ()
    kept = list(figures)
    for name in figures:
        without = [other for other in kept if other != name]
        if not system.possible(without):
            kept = without
    return tuple(kept)


def _smallest_blame(system: _System, everything: tuple[str, ...], conflict: tuple[str, ...]) -> list[tuple[str, ...]]:
    """All smallest sets without which the others can all be right, up to `MOST_TO_BLAME` figures."""
    tried: set[frozenset[str]] = set()
    open_: list[tuple[frozenset[str], tuple[str, ...]]] = [(frozenset(), conflict)]
    for _ in range(MOST_TO_BLAME):
        found: list[tuple[str, ...]] = []
        later: list[tuple[frozenset[str], tuple[str, ...]]] = []
        for left_out in _extended(open_, tried):
            rest = tuple(name for name in everything if name not in left_out)
            clash = _conflict(system, rest)
            if clash:
                later.append((left_out, clash))
            else:
                found.append(tuple(name for name in everything if name in left_out))
        if found:
            return found
        open_ = later
    return []


def _extended(
    open_: Iterable[tuple[frozenset[str], tuple[str, ...]]], tried: set[frozenset[str]]
) -> Iterator[frozenset[str]]:
    for left_out, clash in open_:
        for name in clash:
            more = left_out | {name}
            if more not in tried:
                tried.add(more)
                yield more


def _ordered(
    system: _System, claims: Claims, everything: tuple[str, ...], blamed: list[tuple[str, ...]]
) -> tuple[tuple[str, ...], ...]:
    """The sets by how few steps of their last digits they are out; a share before a count, which it is made from."""
    figures = {figure.id: figure for figure in claims.figures}

    def out(group: tuple[str, ...]) -> tuple[float, int]:
        rest = [name for name in everything if name not in group]
        steps = sum(_finding(system, figures[name], (*rest, name), Verdict.COULD).steps for name in group)
        return steps, sum(figures[name].meant.sort == Sort.COUNT for name in group)

    return tuple(sorted(blamed, key=out))


def _implied(system: _System, claims: Claims, figures: Sequence[str]) -> tuple[tuple[Quantity, float, float], ...]:
    found = system.bounds(figures)
    if found is None:
        return ()
    places = [(row, system.places[row.id]) for row in claims.quantities]
    return tuple((row, float(found[0][place, 0]), float(found[1][place, 0])) for row, place in places)
