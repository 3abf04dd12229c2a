"""The audit sealed into its hash chain, and the chain's checks kept.

Rows are appended by page views and actions without regard for the chain; `seal_audit` gathers what is committed and not
sealed yet. A row that commits late, with an id below one already sealed, is simply in the next batch.
"""

import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from commongoal.access.actions.turns import in_turn
from commongoal.access.engine.chain import START, Digest, Verified, header_line, row_line
from commongoal.access.models import Action, ChainCheck, Reading, Seal

BATCH = 20_000  # rows of a kind in one seal: one short transaction


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one sealing did: seals made, rows closed, and the digest of the last seal of the chain."""

    seals: int
    rows: int
    digest: str


def seal_audit(at: dt.datetime, *, batch: int = BATCH) -> Sealed:
    """Seal every row that is committed and not sealed yet; nothing to seal makes no seal. `at` has a time zone."""
    seals = rows = 0
    while count := _seal_batch(at, batch):
        seals, rows = seals + 1, rows + count
    last = Seal.objects.order_by("-id").first()
    return Sealed(seals, rows, last.digest if last else START)


def note_check(found: Verified, *, at: dt.datetime) -> None:
    """Keep what a checking of the chain found, for the data-protection officer's page."""
    ChainCheck.objects.create(
        at=at,
        seals=found.seals,
        rows=found.rows,
        faults=len(found.faults) + found.more_faults,
        digest=found.digest,
    )


def _seal_batch(at: dt.datetime, batch: int) -> int:
    """One seal in one transaction; returns how many rows it closed."""
    with in_turn("seal"):
        actions, readings = _unsealed(Action.objects.all(), batch), _unsealed(Reading.objects.all(), batch)
        if not (actions.exists() or readings.exists()):
            return 0
        last = Seal.objects.order_by("-id").first()
        before = last.digest if last else START
        seal = Seal.objects.create(at=at, actions=0, readings=0, before=before, digest=secrets.token_hex(32))
        seal.actions, seal.readings = actions.update(seal=seal), readings.update(seal=seal)
        digest = Digest(before, header_line(at, seal.actions, seal.readings))
        for line in _lines(seal):
            digest.add(line)
        seal.digest = digest.hex()
        seal.save(update_fields=["actions", "readings", "digest"])
        return seal.actions + seal.readings


def _unsealed(rows: QuerySet[Action] | QuerySet[Reading], batch: int) -> QuerySet[Action] | QuerySet[Reading]:
    """The first rows without a seal. They are marked before they are read: one committed in between is not missed."""
    waiting = rows.filter(seal=None).order_by("id")
    last = waiting.values_list("id", flat=True)[batch - 1 : batch].first()
    return waiting.order_by() if last is None else waiting.order_by().filter(id__lte=last)


def _lines(seal: Seal) -> Iterator[str]:
    """The lines of a seal in order."""
    actions = Action.objects.filter(seal=seal).order_by("id")
    for row in actions.values_list("id", "at", "membership_id", "verb", "content_digest").iterator(2000):
        yield row_line("action", *row)
    readings = Reading.objects.filter(seal=seal).order_by("id")
    for row in readings.values_list("id", "at", "membership_id", "page", "content_digest").iterator(2000):
        yield row_line("reading", *row)
