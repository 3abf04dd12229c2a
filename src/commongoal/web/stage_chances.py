"""The chances of coming to each stage, from the ledger of a finished valuation: frozen values for targets to keep."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.arrivals import told_chances
from commongoal.pathway.engine.scan import first_scan
from commongoal.pathway.engine.snapshots import TakenSnapshot
from commongoal.pathway.files import read_programme
from commongoal.pathway.queries.snapshots import snapshot
from commongoal.pathway.sessions import open_session
from commongoal.places.engine.volumes import StageChances
from commongoal.valuation.engine.runs import RunFound
from commongoal.valuation.engine.terms import terms_of
from commongoal.valuation.engine.valuing import Opened, frame_of


class LedgerGone(Refused):
    """The ledger of this valuation is no longer kept, so its chances cannot be read again. Ask for a new valuation."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A finished run, which never changes; the digest makes another database's run another."""

    run: int
    digest: str
    snapshot: TakenSnapshot = field(compare=False)
    programme: str = field(compare=False)


def stage_chances(run: RunFound) -> StageChances:
    """The chances of a finished run; the ledger is read at the first call. Raises `LedgerGone`, `NobodySeen`."""
    found = snapshot(run.snapshot)
    if not found.ledger.is_dir() or not found.programme_file.is_file():
        raise LedgerGone
    return _chances(_Kept(run.id, run.digest, found, run.programme_name))


@lru_cache(maxsize=8)
def _chances(kept: _Kept) -> StageChances:
    programme = read_programme(kept.snapshot.programme_file)
    terms = terms_of(programme, "the pathway's file")
    with ExitStack() as stack:
        session = stack.enter_context(open_session(kept.snapshot.ledger, "duckdb", ""))
        ledger = Opened(session, kept.snapshot.snapshot_on)
        frame = frame_of(programme, terms, ledger.snapshot_on, session.dialect)
        stats = first_scan(session, frame)
        stages = told_chances(session, stats, frame, terms.prior_months, terms.time_bands, terms.seed)
    return StageChances(kept.run, kept.programme, kept.snapshot.snapshot_on, frame.horizon, stages)
