"""An appraisal and a valuation of the same simulated programme agree.

A valuation reads a ledger after the event; an appraisal is told, before it, how many people there will be, what will
happen to them and what would have happened anyway. Told what did happen, it must say the same as the valuation.

    appraisal:  starts × (p − p°) × W                          p as impact, p° as deadweight in points
    valuation:  credit of every step, at W × p°[stage, month]  rule `net`, from the ledger and a comparison ledger

By the method `net` adds up to the effect as delivered up to leaving, the snapshot or H, and then withdrawn. So p is the
chance with the programme where those who leave go on alone, and the two agree where nothing else comes in between:

* every window has closed (the snapshot is later than the last referral and H), so nobody's value is still standing;
* who leaves does not come back (help after a return is credited by a valuation, and is no part of p);
* moves depend on stage and segment only: one support at a time, all acting alike (otherwise p is that of an average).

What is left is chance: p and p° are estimated from the same ledgers, and the interval of the total covers which people
came. In such a world the two central figures lie within 2% of each other; where people do come back, they part.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.engine.appraisals import cost, number, outcome, private, profile, small

from commongoal.demo.engine.simulation import comparison, simulate
from commongoal.demo.engine.tables import costs, tables
from commongoal.demo.engine.worlds import World, kappa_world, programme_of
from commongoal.kernel.periods import DAYS_DENOMINATOR, DAYS_NUMERATOR
from commongoal.pathway.engine.scan import first_scan
from commongoal.pathway.files import Manifest, write_ledger
from commongoal.pathway.sessions import DuckSession
from commongoal.valuation.engine.appraisal.appraising import appraise
from commongoal.valuation.engine.appraisal.results import Appraised
from commongoal.valuation.engine.appraisal.rules import appraisal_from
from commongoal.valuation.engine.material import Material
from commongoal.valuation.engine.results import Valuation
from commongoal.valuation.engine.terms import terms_of
from commongoal.valuation.engine.valuing import Opened, borne_of, frame_of, rates_seen, told, weigh
from commongoal.valuation.files.appraisals import tables_for
from commongoal.valuation.run import schedule_named

PEOPLE, COMPARED = 4_000, 8_000
HORIZON = 36
YEAR = "2024/25"


def closed(world: World) -> World:
    """The same world over three years, read after the last window has closed."""
    months = np.ceil(HORIZON * DAYS_NUMERATOR / DAYS_DENOMINATOR)
    return replace(world, horizon=HORIZON, intake_days=365, snapshot_day=365 + int(months) + 1)


PLAIN = closed(kappa_world(np.random.default_rng(5), 0.55))
"""Nobody leaves."""

LEAVING = replace(PLAIN, leave=np.full_like(PLAIN.leave, 0.02), come_back=np.zeros_like(PLAIN.come_back))
"""Two in a hundred leave each month and are not seen again, as far as the ledger goes; they go on alone."""

RETURNING = replace(LEAVING, leave=np.full_like(PLAIN.leave, 0.06), come_back=np.full_like(PLAIN.come_back, 0.15))
"""Three times as many leave, and most come back within the window."""

WORLDS = {"nobody leaves": PLAIN, "some leave": LEAVING, "many leave and come back": RETURNING}


@dataclass(frozen=True)
class Both:
    """The same programme valued after the event, and appraised with what the ledgers say happened."""

    valuation: Valuation
    appraisal: Appraised
    material: Material


@contextmanager
def ledger_of(world: World, people: int, seed: int, helped: bool) -> Iterator[Opened]:
    rng, programme = np.random.default_rng(seed), programme_of(world)
    ledger = simulate(world, people, rng) if helped else comparison(world, people, rng)
    snapshot = world.start + timedelta(days=world.snapshot_day)
    found = tables(ledger, world, programme) | {"costs": costs(ledger, world, programme)}
    with tempfile.TemporaryDirectory() as folder:
        write_ledger(Path(folder) / "ledger", found, Manifest(programme.name, snapshot, {}))
        with DuckSession(Path(folder) / "ledger") as session:
            yield Opened(session, snapshot)


@cache
def both(name: str) -> Both:
    world = WORLDS[name]
    programme = programme_of(world)
    terms = terms_of(programme).model_copy(update={"draws": 1000})
    schedule = schedule_named(terms.discount_schedule)
    with ledger_of(world, COMPARED, 2, helped=False) as at:
        compared = rates_seen(at, programme, terms)
    with ledger_of(world, PEOPLE, 1, helped=True) as at:
        frame = frame_of(programme, terms, at.snapshot_on, at.session.dialect)
        material = weigh(programme, terms, schedule, at, frame, first_scan(at.session, frame), compared)
        valuation = told(material, schedule, borne_of(at.session, programme))
    return Both(valuation, appraised(material, valuation), material)


def appraised(material: Material, valuation: Valuation) -> Appraised:
    """One line a segment: its realised starts, p as impact, p° as deadweight in points, W for one year, the costs."""
    chances, alone = (np.median(draws, axis=1) for draws in (material.drawn.with_programme, material.drawn.without))
    lines: list[dict[str, Any]] = []
    for group, starts in enumerate(material.setting.spells):
        lines.append(
            outcome(
                f"g{group}",
                population=number(float(starts)),
                impact=number(float(chances[group])),
                deadweight_basis="points",
                deadweight=number(float(alone[group])),
            )
        )
    worth = material.worth.mean
    plain = small(
        outcomes=lines,
        unit_values=[
            private(f"w{g}", outcome=f"g{g}", per="year", price_year=YEAR) | number(float(w))
            for g, w in enumerate(worth)
        ],
        profiles=[profile(f"g{group}") for group in range(len(lines))],
        costs=[cost(amounts=[valuation.total.cost], price_year=YEAR)],
    )
    plain["conventions"] |= {"price_year": YEAR, "first_year": YEAR, "years": 1, "deflator_vintage": "obr_2025_11"}
    appraisal = appraisal_from(plain)
    return appraise(appraisal, tables_for(appraisal))


@pytest.mark.parametrize("name", WORLDS)
def test_the_appraisal_is_starts_times_the_difference_times_w(name: str) -> None:
    """To the last digit, whatever the world: the arithmetic of method.md section 2 on one line a segment."""
    found = both(name)
    starts, drawn = found.material.setting.spells, found.material.drawn
    difference = np.median(drawn.with_programme, axis=1) - np.median(drawn.without, axis=1)
    expected = float((starts * difference * found.material.worth.mean).sum())
    assert found.appraisal.public.gain.point == pytest.approx(expected, rel=1e-9)
    assert found.appraisal.public.cost.point == pytest.approx(found.valuation.total.cost)
    assert sum(row.cost for row in found.valuation.borne) == pytest.approx(found.valuation.total.cost)


@pytest.mark.parametrize("name", ["nobody leaves", "some leave"])
def test_the_valuation_says_the_same(name: str) -> None:
    """Within its own interval, and within 2%; so do net value and the ratio, the cost being the same."""
    found = both(name)
    total, gain = found.valuation.total, found.appraisal.public.gain.point
    assert found.valuation.closed_total.point == pytest.approx(total.credit.point)
    assert total.credit.low is not None
    assert total.credit.high is not None
    assert total.credit.low < gain < total.credit.high
    assert gain == pytest.approx(total.credit.point, rel=0.02)
    assert total.ratio is not None
    assert found.appraisal.public.ratio.value is not None
    assert found.appraisal.public.ratio.value.point == pytest.approx(total.ratio.point, rel=0.02)


def test_gross_values_agree_where_nobody_leaves() -> None:
    """Without deadweight: starts × p × W beside `outcome_only`, and 1 − p° / p beside its additionality."""
    found = both("nobody leaves")
    gross = next(rule for rule in found.valuation.rules if rule.rule == "outcome_only")
    starts, drawn, worth = found.material.setting.spells, found.material.drawn, found.material.worth.mean
    with_it, alone = (
        float((starts * np.median(d, axis=1) * worth).sum()) for d in (drawn.with_programme, drawn.without)
    )
    assert gross.credit.point == pytest.approx(with_it, rel=0.02)
    assert found.valuation.additionality is not None
    assert found.valuation.additionality.point == pytest.approx(1 - alone / with_it, abs=0.01)


def test_where_people_come_back_the_two_part_and_why() -> None:
    """The valuation credits help after a return; p lets those who leave go on alone. So the valuation finds more."""
    found = both("many leave and come back")
    assert found.valuation.total.credit.point > 1.05 * found.appraisal.public.gain.point
