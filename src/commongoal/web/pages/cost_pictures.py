"""What was spent, drawn: by whose cost it is, by kind of help, and by period."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures.bars import Bar, Bars, bars_picture
from commongoal.kernel.pictures.drawing import NARROW, WIDE, Picture
from commongoal.kernel.words import pounds, written_day
from commongoal.pathway.engine.costs import Costs
from commongoal.pathway.engine.in_force import InForce

MOST_BARS = 12  # of one picture; the newest periods, and the rest stand in the list below


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture for a desk and for a phone."""

    wide: Picture
    narrow: Picture


def cost_pictures(found: Costs, pathway: InForce, whole: str, all_help: str) -> Iterator[Drawn]:
    """Up to three pictures, each where it tells more than one figure; `whole` and `all_help` are words for "none"."""
    providers = {each.id: each.name for each in pathway.programme.providers} | {"": whole}
    helps = {each.id: each.name for each in pathway.programme.interventions} | {"": all_help}
    by_provider = [(providers.get(each.provider, each.provider), each.cash, each.in_kind) for each in found.totals]
    yield from _drawn("By whose cost it is", "Whose cost", "cost-provider", by_provider)
    by_help = [(helps.get(each.provider, each.provider), each.cash, each.in_kind) for each in found.by_help]
    yield from _drawn("By kind of help", "Kind of help", "cost-help", by_help)
    periods = [
        (f"{written_day(each.from_on)} to {written_day(each.last_on)}", each.cash, each.in_kind)
        for each in found.by_period[:MOST_BARS]
    ]
    words = "By period, the newest first" if len(found.by_period) <= MOST_BARS else f"The newest {MOST_BARS} periods"
    yield from _drawn(words, "Period", "cost-period", periods)


def _drawn(title: str, names: str, key: str, rows: Iterable[tuple[str, int, int]]) -> Iterator[Drawn]:
    bars = tuple(
        Bar(name, Estimate((cash + in_kind) / 100), f"{pounds(in_kind / 100)} of it in kind" if in_kind else "")
        for name, cash, in_kind in rows
    )
    if len(bars) > 1:
        data = Bars(title, names, "Together", bars, "pounds")
        yield Drawn(bars_picture(data, key, WIDE), bars_picture(data, f"{key}-narrow", NARROW))
