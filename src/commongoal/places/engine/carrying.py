"""Counts of areas of one year carried to the areas of another by a lookup, with the totals before and after.

An unchanged area keeps its count, merged areas are added up. The count of an area that was split, or that changed in an
irregular way, goes to each area it became by a stated weight; without weights it is left out, and said to be. Whatever
is not carried is named: the total before is the total after and what was left out. Rates are not carried: carry what
they were made of.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from commongoal.places.engine.areas import Match
from commongoal.places.engine.lookup_file import LookupTable
from commongoal.places.engine.total_words import short

Pair = tuple[str, str]  # old code, new code
TOLERANCE = 1e-9  # of adding up shares in binary fractions
NAMED = 5  # areas named in a sentence; of more it says how many

MATCH_WORDS = {
    Match.UNCHANGED: "unchanged",
    Match.MERGED: "merged with others",
    Match.SPLIT: "split",
    Match.IRREGULAR: "changed in an irregular way",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How much of an old area's count was not carried, and why; less than 0 where its shares are more than 1."""

    area: str
    value: float
    why: str


@dataclass(frozen=True, slots=True)
class Carried:
    """Counts on the areas of another year.

    `values` are of new areas that have all that belongs to them, `partial` of those that lack the count of an old area,
    because it was left out or not given. `before` and `after` are the totals; `by_match` counts the old areas by how
    they became others. `apportioned` are the new areas with a count, or part of one, that was shared out by weights.
    """

    values: dict[str, float]
    partial: dict[str, float]
    before: float
    after: float
    left_out: tuple[LeftOut, ...] = ()
    apportioned: frozenset[str] = frozenset()
    by_match: dict[Match, int] = field(default_factory=dict)
    lookup: str = ""
    words: tuple[str, ...] = ()

    @property
    def difference(self) -> float:
        """The total after less the total before."""
        return self.after - self.before


def carry(
    values: Mapping[str, float],
    lookup: LookupTable,
    weights: Mapping[Pair, float] | None = None,
    weights_from: str = "weights given",
) -> Carried:
    """Counts by old code, carried to the new areas of a lookup.

    `weights` is the share of each old area that goes to each new one; where none are given those of the lookup are
    taken, if it has any. `weights_from` says in words what they are, such as "people at the census of 2021".
    """
    given = lookup.weights if weights is None else weights
    targets, matches = _targets(lookup), matches_of(lookup)
    shares = {area: _shares(area, targets[area], matches[area], given) for area in targets}
    carried: dict[str, list[float]] = defaultdict(list)
    left: list[LeftOut] = []
    for area, value in values.items():
        known = shares.get(area)
        if known is None:
            left.append(LeftOut(area, value, _why(area, matches, lookup)))
            continue
        for target, share in known.items():
            carried[target].append(value * share)
        lost = 1 - math.fsum(known.values())
        if abs(lost) > TOLERANCE:
            left.append(LeftOut(area, value * lost, f"its shares add up to {1 - lost:.2f}"))
    sums = {target: math.fsum(found) for target, found in carried.items()}
    lacking = _lacking(values, targets, shares)
    apportioned = {target for area in values if len(known := shares.get(area) or {}) > 1 for target in known}
    return _reconciled(
        values, sums, lacking, tuple(left), frozenset(apportioned & set(sums)), matches, lookup.name,
        weights_from if weights is not None else "the weights of the lookup",
    )  # fmt: skip


def carry_through(
    values: Mapping[str, float], path: Sequence[LookupTable], weights: Mapping[str, Mapping[Pair, float]]
) -> tuple[Carried, ...]:
    """Counts carried by one lookup after another, as `Geography.path` gives them: the last has what came out.

    `weights` by the name of the lookup. Only what is whole is carried further.
    """
    steps: list[Carried] = []
    for lookup in path:
        steps.append(carry(steps[-1].values if steps else values, lookup, weights.get(lookup.name)))
    return tuple(steps)


def shares_by_size(lookup: LookupTable, sizes: Mapping[str, float]) -> dict[Pair, float]:
    """Weights from the sizes of the new areas, such as their people: each old area is shared among those it became in
    proportion. Where none of these has anybody, or one has no size, the old area has no weights.
    """
    weights: dict[Pair, float] = {}
    for area, others in _targets(lookup).items():
        known = [sizes[other] for other in others if other in sizes]
        whole = math.fsum(known)
        if len(known) == len(others) and whole > 0:
            weights.update({(area, other): size / whole for other, size in zip(others, known, strict=True)})
    return weights


def matches_of(lookup: LookupTable) -> dict[str, Match]:
    """How each old area became others: as the lookup says, or else as its pairs show."""
    from_here = Counter(source for source, _ in lookup.rows)
    to_there = Counter(target for _, target in lookup.rows)
    shared = {source for source, target in lookup.rows if to_there[target] > 1}
    found: dict[str, Match] = {}
    for (source, _), match in lookup.rows.items():
        if match:
            found[source] = Match(match)
        elif from_here[source] > 1:
            found[source] = Match.IRREGULAR if source in shared else Match.SPLIT
        else:
            found[source] = Match.MERGED if source in shared else Match.UNCHANGED
    return found


def _targets(lookup: LookupTable) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for source, target in lookup.rows:
        found[source].append(target)
    return dict(found)


def _shares(area: str, targets: list[str], match: Match, given: Mapping[Pair, float]) -> dict[str, float] | None:
    """What share of an old area goes to each new one; None where nobody says."""
    if all((area, target) in given for target in targets):
        return {target: given[area, target] for target in targets}
    if match in (Match.UNCHANGED, Match.MERGED) and len(targets) == 1:
        return {targets[0]: 1.0}
    return None


def _lacking(
    values: Mapping[str, float], targets: Mapping[str, list[str]], shares: Mapping[str, dict[str, float] | None]
) -> set[str]:
    """New areas to which an old one belongs, not known to be for nothing, that has no count or was left out."""
    out = [area for area in targets if area not in values or shares[area] is None]
    return {target for area in out for target in targets[area] if (shares[area] or {}).get(target) != 0}


def _why(area: str, matches: Mapping[str, Match], lookup: LookupTable) -> str:
    if area not in matches:
        return f"not in the lookup {lookup.name}"
    return f"{MATCH_WORDS[matches[area]]}, and nothing says in what shares"


def _reconciled(
    values: Mapping[str, float],
    sums: Mapping[str, float],
    lacking: set[str],
    left: tuple[LeftOut, ...],
    apportioned: frozenset[str],
    matches: Mapping[str, Match],
    lookup: str,
    weights_from: str,
) -> Carried:
    before, after = math.fsum(values.values()), math.fsum(sums.values())
    by_match = Counter(matches[area] for area in values if area in matches)
    partial = {target: value for target, value in sums.items() if target in lacking}
    words = [_how(by_match, lookup)]
    if apportioned:
        words.append(f"{_areas(len(apportioned))} got a share by {weights_from}.")
    words.append(f"Total before {short(before)}, after {short(after)}: {_apart(after - before)}.")
    words += _left_words(left)
    if partial:
        lack = "lacks part of what belongs to it" if len(partial) == 1 else "lack part of what belongs to them"
        words.append(f"{_areas(len(partial))} {lack}: {_named(sorted(partial))}.")
    return Carried(
        values={target: value for target, value in sums.items() if target not in lacking},
        partial=partial,
        before=before,
        after=after,
        left_out=left,
        apportioned=apportioned,
        by_match=dict(by_match),
        lookup=lookup,
        words=tuple(words),
    )


def _how(by_match: Mapping[Match, int], lookup: str) -> str:
    kinds = [f"{by_match[match]:,} {MATCH_WORDS[match]}" for match in Match if by_match.get(match)]
    return f"Carried by the lookup {lookup}: areas {', '.join(kinds) or 'none'}."


def _left_words(left: tuple[LeftOut, ...]) -> list[str]:
    """One sentence for each reason."""
    by_why: dict[str, list[LeftOut]] = defaultdict(list)
    for out in left:
        by_why[out.why].append(out)
    return [
        f"Left out {short(math.fsum(out.value for out in outs))} of {_named(sorted(out.area for out in outs))}: {why}."
        for why, outs in by_why.items()
    ]


def _named(codes: Sequence[str]) -> str:
    more = len(codes) - NAMED
    return ", ".join(codes[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _areas(count: int) -> str:
    return f"{count:,} {'area' if count == 1 else 'areas'}"


def _apart(difference: float) -> str:
    if abs(difference) < 0.0005:
        return "the same"
    return f"{short(abs(difference))} {'more' if difference > 0 else 'fewer'}"
