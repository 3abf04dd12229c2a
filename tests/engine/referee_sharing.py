"""Slow, obvious versions: the Shapley value by every order of joining, the core by every group."""

from itertools import combinations, permutations


def shapley_by_orders(won: list[float]) -> list[float]:
    """The average over all orders of what each adds on joining; `won` by bit mask."""
    count = len(won).bit_length() - 1
    total = [0.0] * count
    orders = list(permutations(range(count)))
    for order in orders:
        inside = 0
        for player in order:
            total[player] += won[inside | 1 << player] - won[inside]
            inside |= 1 << player
    return [amount / len(orders) for amount in total]


def complaints(won: list[float], split: list[float]) -> dict[tuple[int, ...], float]:
    """What each group that is not everybody would win more by going alone."""
    count = len(split)
    groups = [group for size in range(1, count) for group in combinations(range(count), size)]
    return {group: won[sum(1 << p for p in group)] - sum(split[p] for p in group) for group in groups}


def winnings_by_packing(gains: list[float], cost: float, schemes: dict[frozenset[int], float]) -> list[float]:
    """What each group could win: its own scheme, or the best way of dividing it into groups that stand apart."""
    count = len(gains)

    def alone(group: frozenset[int]) -> float:
        return schemes.get(group, max(0.0, sum(gains[p] for p in group) - cost))

    def best(group: frozenset[int]) -> float:
        return max((sum(alone(part) for part in parts) for parts in divisions(sorted(group))), default=0.0)

    everybody = frozenset(range(count))
    found = []
    for mask in range(1 << count):
        group = frozenset(p for p in range(count) if mask >> p & 1)
        found.append(alone(group) if group in schemes or group == everybody else best(group))
    return found


def divisions(players: list[int]) -> list[list[frozenset[int]]]:
    """All ways of dividing players into groups."""
    if not players:
        return [[]]
    first, rest = players[0], players[1:]
    found = []
    for size in range(len(rest) + 1):
        for others in combinations(rest, size):
            left = [p for p in rest if p not in others]
            found += [[frozenset((first, *others)), *parts] for parts in divisions(left)]
    return found
