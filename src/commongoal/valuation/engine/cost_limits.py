"""What the recorded costs leave out, so that a ratio is not taken for more than it is.

A ratio divides the value of all help by the costs that somebody has recorded. Where a provider has none, or its costs
end before its help does, the ratio is too high; where a cost is of no one kind of help, the ratios of kinds of help, of
stages and of segments do not carry it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from commongoal.kernel.words import listed, percent, pounds, written_day
from commongoal.pathway.engine.distance import Querying
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.valuation.engine.lines import Costs
from commongoal.valuation.engine.results import Limit

EPOCH = date(1970, 1, 1)
OF_NO_KIND = "costs_of_no_kind"
LATE_DAYS = 92
"""A quarter: whoever records costs by the quarter is never later than that."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A provider that helped: the last day of its help, and the last for which a cost is recorded; none without."""

    provider: str
    helped: date
    paid: date | None

    @property
    def days_late(self) -> int:
        """Days of help after the last cost."""
        return (self.helped - self.paid).days if self.paid else 0


def paid_of(session: Querying, frame: Frame) -> tuple[Paid, ...]:
    """Every provider that helped anybody by the snapshot, in programme order."""
    day, after = frame.dialect.day, frame.snapshot + 1
    rows = session.columns(
        f"""SELECT h.provider AS provider, helped, coalesce(paid, 0) AS paid FROM (SELECT provider,
        max(least(coalesce({day("to_on")}, {after}), {after})) AS helped FROM support GROUP BY provider) h LEFT JOIN
        (SELECT provider, max({day("to_on")}) AS paid FROM costs GROUP BY provider) c ON h.provider = c.provider"""
    )
    found = {provider: (int(helped), int(paid)) for provider, helped, paid in zip(*rows.values(), strict=True)}
    return tuple(
        Paid(each.name, _last(found[each.id][0]), _last(found[each.id][1]) if found[each.id][1] else None)
        for each in frame.programme.providers
        if each.id in found
    )


def _last(after: int) -> date:
    return EPOCH + timedelta(days=after - 1)


def cost_limits(costs: Costs, paid: tuple[Paid, ...]) -> Iterator[Limit]:
    """What the costs leave out; nothing where none is recorded, for then there is no ratio."""
    whole = costs.all.total
    if whole <= 0:
        return
    if bare := [each.provider for each in paid if each.paid is None]:
        text = (
            f"No cost is recorded of {listed(bare)}: the value of {'its' if len(bare) == 1 else 'their'} help is in "
            "the programme's ratio and what it cost is not. That ratio is too high, and the cost of a start or a job "
            "too low."
        )
        yield Limit("costs_missing", text, True)
    if late := [each for each in paid if each.days_late > 0]:
        ends = listed([f"{each.provider} ({written_day(each.paid)})" for each in late if each.paid])
        text = (
            f"Recorded costs end before the help that is counted, of {ends}. What was spent since is in no figure: "
            "ratios are too high, and the cost of a start or a job too low."
        )
        yield Limit("costs_late", text, max(each.days_late for each in late) > LATE_DAYS)
    yield from _of_no_kind(costs, whole)


def _of_no_kind(costs: Costs, whole: float) -> Iterator[Limit]:
    bare = costs.where(lambda _, kind: kind is None).total
    if bare <= 0:
        return
    yield Limit(OF_NO_KIND, of_no_kind(f"{pounds(bare)} of cost ({percent(bare / whole)})"))


def of_no_kind(how_much: str) -> str:
    """Which ratios carry a cost of no one kind of help, in words; `how_much` of it there is begins the sentence."""
    return (
        f"{how_much} is of no one kind of help: it is in the ratio of the programme, and of its provider if it has "
        "one, and in none of a kind of help, a stage or a segment, which are higher for it."
    )
