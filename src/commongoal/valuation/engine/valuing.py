"""The steps of a valuation in order, over open ledgers: two scans, chances, credit, account."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.chances import Seen, draw_rates, mean_rates, seen
from commongoal.pathway.engine.dialect import Dialect
from commongoal.pathway.engine.distance import distance
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.engine.scan import Session, Statistics, first_scan, second_scan
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.valuation.engine import account, limits, story
from commongoal.valuation.engine.cost_limits import Paid, paid_of
from commongoal.valuation.engine.credit import Counted, Drawn, Sampling, draw_credit, keeps, shape_shift
from commongoal.valuation.engine.job import Schedule, Worth, worth
from commongoal.valuation.engine.lines import Cost, Costs, estimate
from commongoal.valuation.engine.material import Material, owner_noise
from commongoal.valuation.engine.results import Borne, Distance, Valuation
from commongoal.valuation.engine.terms import Terms
from commongoal.valuation.engine.without import Setting, Without, without

EPOCH = date(1970, 1, 1)
_WHOLE = 1_000_000
"""V̄ is weighed in whole numbers, the largest being this: it serves the sampling of people only, to six figures."""

Progress = Callable[[str], None]


class NobodyReferred(Refused):
    """Nobody in the ledger has been referred by the snapshot, so there is nothing to value."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open ledger and its snapshot."""

    session: Session
    snapshot_on: date


def frame_of(programme: Programme, terms: Terms, snapshot_on: date, dialect: Dialect) -> Frame:
    """What the scans need to know of a programme and its terms."""
    months = Fraction(str(terms.job.duration_months.value)) if terms.job else Fraction(0)
    closes = (math.ceil(months * 487 / 16),) * len(programme.segments)
    return Frame(programme, dialect, (snapshot_on - EPOCH).days, closes, terms.weights)


def rates_seen(ledger: Opened, programme: Programme, terms: Terms) -> Seen:
    """Moves and exposure of a comparison ledger."""
    frame = frame_of(programme, terms, ledger.snapshot_on, ledger.session.dialect)
    return seen(first_scan(ledger.session, frame), frame, terms.time_bands)


def value_ledger(
    programme: Programme,
    terms: Terms,
    schedule: Schedule,
    ledger: Opened,
    comparison: Opened | None = None,
    progress: Progress = lambda _: None,
) -> Valuation:
    """A whole valuation. Raises a `Refused` of the step that cannot be done."""
    compared = rates_seen(comparison, programme, terms) if comparison else None
    frame = frame_of(programme, terms, ledger.snapshot_on, ledger.session.dialect)
    stats = first_scan(ledger.session, frame, progress)
    if not stats["spells"].sum():
        raise NobodyReferred
    material = weigh(programme, terms, schedule, ledger, frame, stats, compared, progress)
    progress("Writing the account")
    return told(material, schedule, borne_of(ledger.session, programme), paid_of(ledger.session, frame))


def weigh(
    programme: Programme,
    terms: Terms,
    schedule: Schedule,
    ledger: Opened,
    frame: Frame,
    stats: Statistics,
    compared: Seen | None,
    progress: Progress = lambda _: None,
) -> Material:
    """Chances, credit and sampling from the counts of the first scan."""
    progress("Drawing chances")
    streams = np.random.default_rng(terms.seed).spawn(5)
    counted_rates = seen(stats, frame, terms.time_bands)
    setting = Setting(
        draw_rates(counted_rates, terms.prior_months, terms.draws, streams[0]),
        mean_rates(counted_rates, terms.prior_months),
        stats["spells"].sum(axis=1).astype(np.float64),
        terms.time_bands,
        frame.horizon,
        counted_rates.months.sum(axis=1) > 0,
    )
    value = worth(terms, programme, schedule, terms.draws, streams[1:3])
    other = without(terms, setting, compared, tuple(s.id for s in programme.segments), streams[3])
    progress("Crediting")
    counted = Counted.of(stats, frame)
    drawn = draw_credit(counted, setting, other, terms.rule, value.public)
    sampling = Sampling.of(terms.draws, stats["spells"].sum(axis=0).astype(np.float64), streams[4])
    return _material(programme, terms, ledger, frame, stats, counted, setting, other, value, drawn, sampling, progress)


def _material(
    programme: Programme,
    terms: Terms,
    ledger: Opened,
    frame: Frame,
    stats: Statistics,
    counted: Counted,
    setting: Setting,
    other: Without | None,
    value: Worth,
    drawn: Drawn,
    sampling: Sampling,
    progress: Progress,
) -> Material:
    """Weighs the fifty groups at the mean potential, in jobs under every rule and in money under the main one."""
    rules = tuple(drawn.stretch)
    main = rules.index(terms.rule)
    top = float(np.abs(value.mean).max(initial=0.0)) or 1.0
    potentials = np.stack(
        [drawn.mean[rule] for rule in rules] + [drawn.mean[terms.rule] * (value.mean / top)[:, None, None]]
    )
    keep = (*(keeps(rule) for rule in rules), keeps(terms.rule))
    whole = np.rint(potentials * _WHOLE).astype(np.int64)
    groups = second_scan(ledger.session, frame, stats, whole, keep, (main, len(rules)), progress)
    return Material(
        programme,
        terms,
        frame,
        stats,
        counted,
        setting,
        other,
        value,
        drawn,
        sampling,
        groups,
        _WHOLE,
        costs_of(ledger.session, programme),
        _distance(stats, programme),
        ledger.snapshot_on.isoformat(),
        owner_noise(sampling, groups, _WHOLE, 1.0, 0, terms.rule),
        owner_noise(sampling, groups, _WHOLE, top, 1, terms.rule),
        _shape_shift(terms, other, setting, counted, value),
    )


def _shape_shift(
    terms: Terms, other: Without | None, setting: Setting, counted: Counted, value: Worth
) -> NDArray[np.float64] | None:
    """What the second shape adds to each owner's credit; None where there is no assumed shape."""
    if other is None or other.other_shape is None or terms.rule != "net":
        return None
    return shape_shift(other, setting, counted.own[True], value.mean)


def costs_of(session: Session, programme: Programme) -> Costs:
    """Pounds by provider and intervention number, in money and in kind, in one order whatever the engine's."""
    rows = session.columns(
        """SELECT coalesce(provider, '') AS provider, coalesce(intervention, '') AS intervention, basis,
        CAST(sum(amount_pence) AS BIGINT) AS pence FROM costs GROUP BY 1, 2, 3"""
    )
    providers = {p.id: n for n, p in enumerate(programme.providers)}
    interventions = {i.id: n for n, i in enumerate(programme.interventions)}
    cells: dict[tuple[int | None, int | None], Cost] = {}
    for provider, intervention, basis, pence in sorted(zip(*rows.values(), strict=True)):  # a sum hangs on it
        key = (providers.get(provider), interventions.get(intervention))
        pounds = int(pence) / 100
        cells[key] = cells.get(key, Cost()) + Cost(pounds, pounds if basis == "in_kind" else 0.0)
    return Costs(cells)


def borne_of(session: Session, programme: Programme) -> tuple[Borne, ...]:
    """Pounds by partner who bore them, in programme order; partners who bore nothing are left out."""
    rows = session.columns(
        """SELECT borne_by, basis, CAST(sum(amount_pence) AS BIGINT) AS pence FROM costs GROUP BY 1, 2"""
    )
    found: dict[str, Cost] = {}
    for partner, basis, pence in sorted(zip(*rows.values(), strict=True)):
        pounds = int(pence) / 100
        found[partner] = found.get(partner, Cost()) + Cost(pounds, pounds if basis == "in_kind" else 0.0)
    bore = [(partner.name, found[partner.id]) for partner in programme.partners if partner.id in found]
    return tuple(Borne(name, cost.total, cost.in_kind) for name, cost in bore)


def _distance(stats: Statistics, programme: Programme) -> tuple[Distance, ...]:
    """Distance travelled in the areas in which anybody has two readings."""
    names = {area.id: area.name for area in programme.areas}
    return tuple(
        Distance(
            names[row.area],
            row.paired,
            row.left_out,
            row.mean_first,
            row.mean_latest,
            row.change,
            row.really_better,
            row.really_worse,
            row.threshold,
            row.why_no_threshold,
        )
        for row in distance(stats.readings, programme.areas)
        if row.mean_first is not None and row.mean_latest is not None and row.change is not None
    )


def _after_horizon(material: Material) -> float:
    """Cost of support after H in the same spell, by share of days."""
    days = material.stats["days_after"].astype(np.float64)
    late = np.divide(days[:, 1], days[:, 0], out=np.zeros(len(days)), where=days[:, 0] > 0)
    width = len(material.programme.interventions)
    return float(
        sum(
            cost.total * late[p * width + i]
            for (p, i), cost in material.costs.cells.items()
            if p is not None and i is not None
        )
    )


def told(
    material: Material, schedule: Schedule, borne: tuple[Borne, ...] = (), paid: tuple[Paid, ...] = ()
) -> Valuation:
    """The result in words and lines. `borne` says who bore the cost, `paid` until when each provider's is recorded."""
    drawn, stats, terms = material.drawn, material.stats, material.terms
    weight = material.setting.spells / material.setting.spells.sum()
    extra, misfit = account.additionality(material), story.occupation(material)
    factor = material.other.factor if material.other else None
    after, people = _after_horizon(material), int(stats["people"].sum())
    closed = int(stats["closed_spells"].sum())
    return Valuation(
        programme=material.programme.name,
        place=material.programme.place,
        invented=material.programme.invented,
        snapshot_on=material.snapshot_on,
        rule=terms.rule,
        basis=limits.basis_in_words(material),
        unit="pounds" if material.worth.in_pounds else "sustained jobs",
        people=people,
        spells=int(stats["spells"].sum()),
        sustained=int(stats["reached"][:, -1].sum()),
        sustained_after_horizon=int(stats["late"].sum()),
        ratio_definition=limits.ratio_definition(material),
        total=account.whole(material),
        lines=account.accounts(material),
        unattributed=account.unattributed(material),
        rules=account.rule_totals(material),
        gains=account.gains(material),
        unit_costs=account.unit_costs(material),
        additionality=None if extra is None else estimate(extra, people),
        chance_with=estimate(weight @ drawn.with_programme, people),
        chance_without=None if material.other is None else estimate(weight @ drawn.without, people),
        slowing=None if factor is None else estimate(factor if factor.ndim == 1 else factor @ weight, people),
        standing_share=limits.standing(material),
        closed_total=estimate(material.closed_draws(), closed),
        closed_spells=closed,
        costs_after_horizon=after,
        costs_without_owner=material.costs.without_owner.total,
        drivers=limits.drivers(material),
        stages=story.flow_stages(material),
        moves=story.flow_moves(material),
        journey=story.journey(material),
        distance=material.distance,
        occupation=misfit,
        limits=limits.limits(material, misfit, after, paid),
        conventions=limits.conventions(material, schedule),
        sources=limits.sources(material, schedule),
        borne=borne,
    )
