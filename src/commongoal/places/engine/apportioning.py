"""A target for the whole area, apportioned to its wards by need and reach: whole people that add up exactly.

A ward's weight is ``(1 - r) * need / sum(need) + r * need * reach / sum(need * reach)``: `r` says how much of the
target goes by those who can be reached rather than by need alone. Its exact share is the target times its weight, held
between its floor and its cap (water-filling: one factor for all wards that are not held, so that shares add up to the
target); shares become whole people by largest remainders (Hamilton's method: each gets the whole part of its share, and
those with the largest rest one more). Everything is reckoned in exact fractions, so the order of wards makes no
difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from commongoal.kernel.errors import Refused
from commongoal.kernel.words import counted, number


class NobodyInNeed(Refused):
    """No ward has anybody in need by these figures, so there is nothing to apportion by."""


class NobodyReached(Refused):
    """Reach is to count in full, and nobody can be reached in any ward by these figures."""


class MoreThanInNeed(Refused):
    """There are not so many people in need in these wards as the target asks for."""


class CapsTooLow(Refused):
    """The most that the wards may have does not add up to the target."""


class FloorsTooHigh(Refused):
    """The least that the wards are to have is more than the target."""


class FloorAboveCap(Refused):
    """A ward is to have at least more than it may have at most; nobody can ask for more people than are in need."""


class FigureImpossible(Refused):
    """Need is a count of people from 0, reach a share from 0 to 1, and no ward stands there twice."""


@dataclass(frozen=True, slots=True)
class Ward:
    """One ward: people in need, the share of them that can be reached, the least and most it may be given.

    However `most` is set, no ward is given more people than are in need there.
    """

    code: str
    name: str
    need: float
    reach: float = 1.0
    least: int = 0
    most: int | None = None

    @property
    def cap(self) -> int:
        """The most people it may be given."""
        there = floor(Fraction(str(self.need)))
        return there if self.most is None else min(self.most, there)


@dataclass(frozen=True, slots=True)
class Share:
    """What falls to one ward: whole people, and its exact share before it was made whole."""

    ward: Ward
    people: int
    exact: Fraction
    held: str = ""  # "at its least" or "at its most"


def apportion(target: int, wards: Sequence[Ward], by_reach: float = 0.0) -> tuple[Share, ...]:
    """Whole people for each ward, adding up to the target exactly, by name and code.

    `by_reach` is r, from 0 to 1. Raises the refusals of this module.
    """
    ordered = sorted(wards, key=lambda ward: (ward.name, ward.code))
    _check(target, ordered, by_reach)
    weights = _weights(ordered, Fraction(str(by_reach)))
    _check_room(target, ordered, weights)
    exact = _held(target, ordered, weights)
    people = largest_remainders(target, exact)
    return tuple(
        Share(ward, given, share, _why_held(ward, share))
        for ward, given, share in zip(ordered, people, exact, strict=True)
    )


def largest_remainders(total: int, exact: Sequence[Fraction]) -> tuple[int, ...]:
    """Whole numbers that add up to the total, each within 1 of its exact share; of equal rests the first comes first.

    The exact shares add up to the total.
    """
    whole = [floor(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in by_rest[: total - sum(whole)]:
        whole[at] += 1
    return tuple(whole)


def in_proportion(total: int, parts: Sequence[float]) -> tuple[int, ...]:
    """A whole number parted in proportion, adding up exactly; all of it to the first where every part is 0."""
    given = [Fraction(str(part)) for part in parts]
    whole = sum(given, Fraction(0))
    if not given:
        return ()
    if not whole:
        return (total, *(0 for _ in given[1:]))
    return largest_remainders(total, [total * part / whole for part in given])


def _check(target: int, wards: Sequence[Ward], by_reach: float) -> None:
    codes = [ward.code for ward in wards]
    fair = all(ward.need >= 0 and 0 <= ward.reach <= 1 and ward.least >= 0 for ward in wards)
    if not fair or len(codes) != len(set(codes)) or target < 0 or not 0 <= by_reach <= 1:
        raise FigureImpossible
    if over := [ward.name for ward in wards if ward.least > ward.cap]:
        raise FloorAboveCap(f"It is so in {_named(over)}.")


def _weights(wards: Sequence[Ward], by_reach: Fraction) -> list[Fraction]:
    needs = [Fraction(str(ward.need)) for ward in wards]
    reached = [need * Fraction(str(ward.reach)) for need, ward in zip(needs, wards, strict=True)]
    if not sum(needs):
        raise NobodyInNeed
    if by_reach and not sum(reached):
        raise NobodyReached
    of_reach = sum(reached, Fraction(0)) or Fraction(1)
    return [
        (1 - by_reach) * need / sum(needs, Fraction(0)) + by_reach * near / of_reach
        for need, near in zip(needs, reached, strict=True)
    ]


def _check_room(target: int, wards: Sequence[Ward], weights: Sequence[Fraction]) -> None:
    """Whether the floors leave enough, and the caps room, for the target."""
    least = sum(ward.least for ward in wards)
    if least > target:
        raise FloorsTooHigh(f"Together they are to have {number(least)}, and the target is {number(target)}.")
    most = sum(ward.cap if weight else ward.least for ward, weight in zip(wards, weights, strict=True))
    if most < target:
        capped = any(ward.most is not None and ward.cap == ward.most for ward in wards)
        raise (CapsTooLow if capped else MoreThanInNeed)(
            f"At most {counted(most, 'person', 'people')} can be asked for."
        )


def _held(target: int, wards: Sequence[Ward], weights: Sequence[Fraction]) -> list[Fraction]:
    """Shares ``min(cap, max(floor, factor * weight))`` that add up to the target, by the one factor for which they do.

    The sum rises with the factor, straight between the points at which a ward stops being held; so the right stretch is
    found by bisection of those points, and the factor in it by division.
    """
    pairs = list(zip(wards, weights, strict=True))

    def shares(factor: Fraction) -> list[Fraction]:
        return [max(Fraction(ward.least), min(Fraction(ward.cap), factor * weight)) for ward, weight in pairs]

    points = sorted(
        {bound / weight for ward, weight in pairs if weight for bound in (ward.least, ward.cap)} | {Fraction(0)}
    )
    low, high = 0, len(points) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if sum(shares(points[middle])) >= target else (middle + 1, high)
    if sum(shares(points[low])) == target or low == 0:
        return shares(points[low])
    start, end = points[low - 1], points[low]
    below, above = sum(shares(start), Fraction(0)), sum(shares(end), Fraction(0))
    return shares(start + (end - start) * (target - below) / (above - below))


def _why_held(ward: Ward, share: Fraction) -> str:
    if ward.least and share == ward.least:
        return "at its least"
    return "at its most" if share == ward.cap else ""


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
