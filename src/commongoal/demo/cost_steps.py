"""What the help cost, entered by finance officers some days after each period."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.demo.engine.spending import Spent
from commongoal.demo.founding import Founded
from commongoal.demo.steps import Life, at_work
from commongoal.pathway.actions.spending import record_cost
from commongoal.pathway.engine.casework import CostBasis
from commongoal.pathway.engine.costs import CostDetails

ENTERED_AFTER = dt.timedelta(days=12, hours=10)


def costs_entered(made: Founded, spent: Sequence[Spent]) -> Life:
    """Every amount of a period on one day, by the finance officer of the provider or else of the accountable body."""
    for period, found in groupby(spent, lambda each: each.period):
        at = at_work(dt.datetime.combine(period.to_on, dt.time(), dt.UTC) + ENTERED_AFTER)
        yield at
        last_on = period.to_on - dt.timedelta(days=1)
        for each in found:
            source = (
                f"Finance system, {'in-kind return' if each.basis == 'in_kind' else 'ledger'} to {last_on:%d/%m/%Y}"
            )
            details = CostDetails(
                provider=each.provider,
                intervention=each.intervention,
                from_on=period.from_on,
                to_on=period.to_on,
                amount_pence=each.pence,
                borne_by=each.borne_by,
                basis=CostBasis(each.basis),
                source=source,
            )
            record_cost(by=_officer(made, each.provider), at=at, programme=made.programme, details=details)


def _officer(made: Founded, provider: str) -> Viewer:
    names = (name for name, known in made.world.providers.items() if known == provider)
    theirs = made.members.get((next(names, ""), Role.FINANCE))
    return theirs[0] if theirs else made.first(Role.FINANCE)
