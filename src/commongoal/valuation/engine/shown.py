"""A valuation as it may be shown to those who do not work with its people: no small count, and no sum that tells one.

Counts go through `kernel.suppression` alone. Where a line's people are hidden its money is hidden with them, and as
many more lines as it takes so that no total gives them away. Hidden figures are None (counts) and "hidden" (estimates).
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from commongoal.kernel.errors import Refused
from commongoal.kernel.estimates import Estimate
from commongoal.kernel.suppression import LEAST, Balance, Key, hidden_keys, shown_count
from commongoal.kernel.words import HIDDEN
from commongoal.valuation.engine.cost_limits import OF_NO_KIND, of_no_kind
from commongoal.valuation.engine.results import (
    Distance,
    FlowStage,
    Limit,
    Line,
    LineKind,
    RuleTotal,
    SourceNote,
    UnitCost,
    Valuation,
)

HIDDEN_ESTIMATE = Estimate(math.nan, why=HIDDEN)
WHY_HIDDEN = "hidden, so that nobody can be picked out"
LATE = "Some people reached sustained work only after the months that count; they earn nothing."
GROUPS: tuple[LineKind, ...] = ("provider", "intervention", "stage", "segment")
OF_PEOPLE = re.compile(r"(\d+) of (\d+) people")


class TooFewToShow(Refused):
    """Too few people took part for anything to be shown without telling about them."""


def shown(v: Valuation, least: int = LEAST) -> Valuation:
    """The same valuation with every small count, and what would give one away, hidden.

    Lines of one provider's one intervention, the check of the model and the usual journey are left out: they would hide
    most of what the rest can say. Raises `TooFewToShow`.
    """
    hidden, money = _hidden(v, least)
    if "people" in hidden or (v.rule == "outcome_only" and "sustained" in hidden):
        raise TooFewToShow

    def count(key: Key, value: int | None) -> int | None:
        return None if key in hidden else value

    return replace(
        v,
        people=count("people", v.people),
        spells=count("spells", v.spells),
        sustained=count("sustained", v.sustained),
        sustained_after_horizon=count("late", v.sustained_after_horizon),
        closed_spells=count("closed", v.closed_spells),
        closed_total=HIDDEN_ESTIMATE if "closed" in hidden else v.closed_total,
        lines=tuple(_line(line, hidden, money) for line in v.lines if line.kind in GROUPS),
        unattributed=_line(v.unattributed, hidden, money),
        rules=tuple(_rule(rule, hidden) for rule in v.rules),
        unit_costs=tuple(_unit_cost(cost, hidden) for cost in v.unit_costs),
        stages=tuple(_stage(stage, hidden, money) for stage in v.stages),
        moves=tuple(replace(m, moves=count(("move", m.origin, m.target), m.moves)) for m in v.moves),
        distance=tuple(_distance(area, hidden, least) for area in v.distance),
        limits=tuple(_limit(limit, hidden, money) for limit in v.limits),
        sources=tuple(_source(source, least) for source in v.sources),
        journey=(),
        occupation=(),
    )


def _hidden(v: Valuation, least: int) -> tuple[frozenset[Key], frozenset[Key]]:
    """Which counts to hide, and which lines' money: that of lines with a hidden count, and what protects it."""
    counts = _counts(v)
    first = _copies(v, counts)
    sums = [_named(balance, first) for balance in _sums(v) if _holds(balance, counts)]
    single = {key: count for key, count in counts.items() if first[key] == key}
    found = hidden_keys(single, sums, withheld=_within(v), least=least)
    hidden = frozenset(key for key in counts if first[key] in found)
    sizes = _sizes(v)
    pairs = [_key(line) for line in v.of("provider_intervention")]
    seeds = hidden & sizes.keys()
    return hidden, hidden_keys(sizes, _money(v), withheld=pairs, hidden=seeds, adds_up=False, least=least)


def _copies(v: Valuation, counts: Mapping[Key, int]) -> dict[Key, Key]:
    """Counts that stand in several places, each by the first of its places: they are hidden together or not at all."""
    first: dict[Key, Key] = {key: key for key in counts}
    for one, other in _same(v):
        if one in counts and other in counts and counts[one] == counts[other]:
            first = {key: first[other] if at == first[one] else at for key, at in first.items()}
    return first


def _named(balance: Balance, first: Mapping[Key, Key]) -> Balance:
    return Balance(first[balance.whole], tuple(first[part] for part in balance.parts))


def _same(v: Valuation) -> Iterator[tuple[Key, Key]]:
    """Places where one count may stand twice."""
    yield from (("spells", "people"), (("unit", "start"), "people"), (("unit", "start"), "spells"))
    yield (("unit", "sustained"), "sustained")
    if v.stages:
        first, last = v.stages[0].id, v.stages[-1].id
        yield from ((("reached", first), "people"), (("reached", first), "spells"), (("reached", last), "sustained"))
    yield from ((("unit", "job"), ("reached", stage.id)) for stage in v.stages)
    yield from ((("line", "stage", stage.id), ("reached", stage.id)) for stage in v.stages)
    for line in (*v.of("provider"), *v.of("intervention")):
        pairs = _pairs(v, line)
        if len(pairs) == 1:
            yield _key(pairs[0]), _key(line)


def _pairs(v: Valuation, line: Line) -> tuple[Line, ...]:
    """The lines of a provider with each of its interventions, or of an intervention with each of its providers."""
    end = 0 if line.kind == "provider" else 2
    return tuple(pair for pair in v.of("provider_intervention") if pair.id.partition("/")[end] == line.id)


def _counts(v: Valuation) -> dict[Key, int]:
    """Every count of the valuation, and the counts that come of subtracting two of them."""
    found: dict[Key, int | None] = {
        "people": v.people, "spells": v.spells, "sustained": v.sustained, "late": v.sustained_after_horizon,
        "closed": v.closed_spells,
    }  # fmt: skip
    for stage in v.stages:
        found |= {(name, stage.id): getattr(stage, name) for name in ("reached", "now", "left", "ended")}
        found["through", stage.id] = _through(v, stage)
    found |= {("move", move.origin, move.target): move.moves for move in v.moves}
    for stage, after in zip(v.stages, v.stages[1:], strict=False):
        found["furthest", stage.id] = (stage.reached or 0) - (after.reached or 0)
    found |= {("unit", cost.measure): cost.count for cost in v.unit_costs}
    for area in v.distance:
        better, worse = area.really_better or 0, area.really_worse or 0
        found |= {("paired", area.area): area.paired, ("left_out", area.area): area.left_out}
        found |= {("better", area.area): better, ("worse", area.area): worse}
        found["same", area.area] = (area.paired or 0) - better - worse
    found |= {_key(line): line.people for line in (*v.lines, v.unattributed)}
    return {key: value or 0 for key, value in found.items()}


def _within(v: Valuation) -> tuple[Key, ...]:
    """Counts that are written nowhere, and could be worked out."""
    pairs = [_key(line) for line in v.lines if line.kind == "provider_intervention"]
    differences: list[Key] = [("same", area.area) for area in v.distance]
    differences += [("furthest", stage.id) for stage in v.stages[:-1]]
    return (*pairs, *differences, *(("through", stage.id) for stage in v.stages))


def _sums(v: Valuation) -> Iterator[Balance]:
    """Sums that a reader may know to hold; only those that do are used."""
    for stage, after in zip(v.stages, v.stages[1:], strict=False):
        yield Balance(("reached", stage.id), (("furthest", stage.id), ("reached", after.id)))
    for stage in v.stages:
        out: tuple[Key, ...] = tuple(("move", m.origin, m.target) for m in v.moves if m.origin == stage.id)
        into: tuple[Key, ...] = tuple(("move", m.origin, m.target) for m in v.moves if m.target == stage.id)
        stayed: tuple[Key, ...] = (("now", stage.id), ("left", stage.id), ("ended", stage.id))
        yield Balance(("through", stage.id), (*stayed, *out))
        yield Balance(("reached", stage.id), into)
        yield Balance(("through", stage.id), into if stage != v.stages[0] else ("spells", *into))
    for area in v.distance:
        yield Balance("people", (("paired", area.area), ("left_out", area.area)))
        yield Balance(("paired", area.area), (("better", area.area), ("worse", area.area), ("same", area.area)))
    yield from (replace(balance, whole="people") if balance.whole == "total" else balance for balance in _money(v))


def _through(v: Valuation, stage: FlowStage) -> int:
    """Everybody who ever stood at a stage, as often as they did."""
    out = sum(move.moves or 0 for move in v.moves if move.origin == stage.id)
    return out + (stage.now or 0) + (stage.left or 0) + (stage.ended or 0)


def _holds(balance: Balance, counts: Mapping[Key, int]) -> bool:
    known = all(key in counts for key in balance.keys)
    return known and bool(balance.parts) and counts[balance.whole] == sum(counts[part] for part in balance.parts)


def _sizes(v: Valuation) -> dict[Key, int]:
    """How many people stand behind each line's money."""
    found: dict[Key, int] = {_key(line): _behind(v, line) for line in (*v.lines, v.unattributed)}
    return found | {"total": v.people or 0}


def _behind(v: Valuation, line: Line) -> int:
    """People of a line, or the fewer whose steps its money counts."""
    people = line.people or 0
    if line.kind == "stage":
        steps = sum(move.moves or 0 for move in v.moves if move.origin == line.id)
        return min(people, steps) if steps else people
    if v.rule == "outcome_only" and line.jobs.point:
        return min(people, max(round(abs(line.jobs.point)), 1))
    return people


def _money(v: Valuation) -> tuple[Balance, ...]:
    """How the lines' money adds up, to the programme and across providers and interventions."""
    by_kind = {kind: tuple(_key(line) for line in v.of(kind)) for kind in GROUPS}
    nobody = _key(v.unattributed)
    found = [Balance("total", (*by_kind[kind], nobody)) for kind in ("provider", "intervention") if by_kind[kind]]
    found += [Balance("total", by_kind[kind]) for kind in ("stage", "segment") if by_kind[kind]]
    for line in (*v.of("provider"), *v.of("intervention")):
        if pairs := _pairs(v, line):
            found.append(Balance(_key(line), tuple(map(_key, pairs))))
    return tuple(found)


def _key(line: Line) -> tuple[str, str, str]:
    return ("line", line.kind, line.id)


def _line(line: Line, hidden: frozenset[Key], money: frozenset[Key]) -> Line:
    people = None if _key(line) in hidden else line.people
    if _key(line) not in money:
        return replace(line, people=people)
    return replace(
        line, people=people, credit=HIDDEN_ESTIMATE, jobs=HIDDEN_ESTIMATE, cost=math.nan, cost_in_kind=math.nan,
        ratio=None, why_no_ratio=WHY_HIDDEN, chance_above_one=None, shrunk=None, rank=None, second_shape=None,
    )  # fmt: skip


def _rule(rule: RuleTotal, hidden: frozenset[Key]) -> RuleTotal:
    """Under `outcome_only` value is the number of sustained jobs in other words."""
    if rule.rule != "outcome_only" or "sustained" not in hidden:
        return rule
    additional = None if rule.additional is None else HIDDEN_ESTIMATE
    return replace(rule, credit=HIDDEN_ESTIMATE, additional=additional, ratio=None, why_no_ratio=WHY_HIDDEN)


def _unit_cost(cost: UnitCost, hidden: frozenset[Key]) -> UnitCost:
    """Cost divided by the cost of one is the count, so that both go together."""
    return replace(cost, count=None, cost=HIDDEN_ESTIMATE) if ("unit", cost.measure) in hidden else cost


def _stage(stage: FlowStage, hidden: frozenset[Key], money: frozenset[Key]) -> FlowStage:
    counts = {name: None for name in ("reached", "now", "left", "ended") if (name, stage.id) in hidden}
    credit = HIDDEN_ESTIMATE if ("line", "stage", stage.id) in money else stage.credit
    return replace(stage, credit=credit, **counts)  # type: ignore[arg-type]


def _distance(area: Distance, hidden: frozenset[Key], least: int) -> Distance:
    few = shown_count(area.paired or 0, least) is None
    return replace(
        area,
        paired=None if ("paired", area.area) in hidden else area.paired,
        left_out=None if ("left_out", area.area) in hidden else area.left_out,
        really_better=None if ("better", area.area) in hidden else area.really_better,
        really_worse=None if ("worse", area.area) in hidden else area.really_worse,
        mean_first=math.nan if few else area.mean_first,
        mean_latest=math.nan if few else area.mean_latest,
        change=HIDDEN_ESTIMATE if few else area.change,
    )


def _limit(limit: Limit, hidden: frozenset[Key], money: frozenset[Key]) -> Limit:
    """A limit without the amounts that would tell a hidden count, or the cost of a hidden line."""
    if money and limit.id == OF_NO_KIND:
        return replace(limit, text=of_no_kind("Some cost"))
    tells = limit.id == "late" and not hidden.isdisjoint({"late", "sustained"})
    return replace(limit, text=LATE) if tells and limit.warning else limit


def _source(source: SourceNote, least: int) -> SourceNote:
    """A comparison's outcome names its people: few who arrived, or few who did not, are hidden."""
    found = OF_PEOPLE.fullmatch(source.value)
    if not found:
        return source
    arrived, people = int(found[1]), int(found[2])
    small = [count for count in (arrived, people - arrived) if shown_count(count, least) is None]
    return replace(source, value=HIDDEN) if small else source
