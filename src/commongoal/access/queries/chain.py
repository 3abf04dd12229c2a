"""The chain of the audit checked from its first seal to its last, and the state it is in."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Subquery

from commongoal.access.engine.chain import (
    START,
    Digest,
    Fault,
    Verified,
    action_content,
    content_digest,
    erasure_digest,
    header_line,
    reading_content,
    row_line,
)
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.shown import Shown
from commongoal.access.models import Action, ChainCheck, Reading, Seal

FAULTS_TOLD = 1000
CHUNK = 5000
SEAL_FIELDS = ("id", "at", "actions", "readings", "before", "digest")
ACTION_FIELDS = (
    "seal_id", "id", "at", "membership_id", "verb", "content_digest", "salt", "erasure",
    "subject", "subject_id", "person_id", "before", "after",
)  # fmt: skip
READING_FIELDS = (
    "seal_id", "id", "at", "membership_id", "page", "content_digest", "salt", "erasure", "person_id", "listed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChainState:
    """How the chain stands: the last seal, what waits for the next, and the last checking of the whole."""

    seals: int
    sealed_at: dt.datetime | None
    digest: str
    oldest_waiting_at: dt.datetime | None
    checked_at: dt.datetime | None
    checked_rows: int = 0
    faults: int = 0


def chain_state(viewer: Viewer) -> Shown[ChainState]:
    """The state of the chain, from its ends alone. Two queries; four before the first seal. Raises `NotAllowed`."""
    ask(viewer, "see audit")
    waiting = [rows.filter(seal=None).order_by("id").values("at")[:1] for rows in (Action.objects, Reading.objects)]
    ends = Seal.objects.order_by("-id").annotate(action_at=Subquery(waiting[0]), reading_at=Subquery(waiting[1]))
    last, check = ends.first(), ChainCheck.objects.order_by("-id").first()
    moments = [last.action_at, last.reading_at] if last else [row["at"] for rows in waiting for row in rows]
    return Shown(
        ChainState(
            seals=last.pk if last else 0,
            sealed_at=last.at if last else None,
            digest=last.digest if last else START,
            oldest_waiting_at=min((at for at in moments if at), default=None),
            checked_at=check.at if check else None,
            checked_rows=check.rows if check else 0,
            faults=check.faults if check else 0,
        )
    )


def verify_audit(expect: str = "") -> Verified:
    """Check every seal, every sealed row and every erasing; memory does not grow with the chain.

    Finds: a row changed, removed, or added to a sealed batch; a seal changed, removed or put in another order; a row
    emptied without an erasing on record. `expect` is the digest of a seal that was noted outside the database: only by
    such a one can it be seen that the end of the chain was cut off, or all of it was computed anew.
    """
    with _snapshot():
        checking = _Checking()
        checking.walk()
        checking.erasings()
        if expect and not Seal.objects.filter(digest=expect).exists():
            checking.fault(0, "head", 0, "The digest expected is that of no seal: the chain was cut or made anew")
        waiting = Action.objects.filter(seal=None).count() + Reading.objects.filter(seal=None).count()
        return Verified(
            checking.seals, checking.rows, waiting, checking.digest, tuple(checking.faults), checking.more_faults
        )


class _Seal(NamedTuple):
    id: int
    at: dt.datetime
    actions: int
    readings: int
    before: str
    digest: str


class _Stream:
    """Rows in order of seal and id, handed out a seal at a time."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._rows = iter(rows)
        self._head = next(self._rows, None)

    def through(self, seal: int) -> Iterator[tuple[Any, ...]]:
        """The rows whose seal is not above this one."""
        while self._head is not None and self._head[0] <= seal:
            yield self._head
            self._head = next(self._rows, None)


@dataclass
class _Checking:
    """One checking under way."""

    seals: int = 0
    rows: int = 0
    digest: str = START
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0

    def fault(self, seal: int, code: str, row: int, words: str) -> None:
        """Keep a fault, or count it when many are kept."""
        if len(self.faults) < FAULTS_TOLD:
            self.faults.append(Fault(seal, code, row, words))
        else:
            self.more_faults += 1

    def walk(self) -> None:
        """Every seal against the one before it and against its rows, and every row against its digest."""
        top = Seal.objects.order_by("-id").values_list("id", flat=True).first() or 0
        actions, readings = _stream(Action, ACTION_FIELDS, top), _stream(Reading, READING_FIELDS, top)
        for row in Seal.objects.filter(id__lte=top).order_by("id").values_list(*SEAL_FIELDS).iterator(CHUNK):
            self._check_seal(_Seal(*row), actions, readings)
        self._orphans(Action, top)
        self._orphans(Reading, top)

    def _check_seal(self, seal: _Seal, actions: _Stream, readings: _Stream) -> None:
        if seal.before != self.digest:
            after = "no seal" if self.digest == START else "the seal before it"
            words = f"Seal {seal.id} does not follow {after}: a seal was changed, removed, added or put elsewhere"
            self.fault(seal.id, "link", 0, words)
        whole = Digest(seal.before, header_line(seal.at, seal.actions, seal.readings))
        counted = self._add(whole, seal.id, "action", actions), self._add(whole, seal.id, "reading", readings)
        for kind, here, closed in zip(("actions", "readings"), counted, (seal.actions, seal.readings), strict=True):
            if here != closed:
                self.fault(seal.id, "count", 0, f"Seal {seal.id} closed {closed} {kind} and {here} are there")
        if counted == (seal.actions, seal.readings) and whole.hex() != seal.digest:
            self.fault(seal.id, "digest", 0, f"Seal {seal.id} does not match: it, or a row in it, was changed")
        self.seals, self.digest = self.seals + 1, seal.digest

    def _add(self, whole: Digest, seal: int, kind: str, stream: _Stream) -> int:
        """Add the rows of a seal to its digest, checking each; returns how many there are."""
        count = 0
        for row in stream.through(seal):
            if row[0] != seal:
                self.fault(row[0], "orphan", row[1], f"{kind.title()} {row[1]} belongs to seal {row[0]}, which is gone")
                continue
            count += 1
            whole.add(row_line(kind, *row[1:6]))
            if fault := (_action_fault if kind == "action" else _reading_fault)(row):
                self.fault(seal, "content", row[1], f"{kind.title()} {row[1]} {fault}")
        self.rows += count
        return count

    def _orphans(self, model: type[Action] | type[Reading], top: int) -> None:
        """Rows of seals beyond the last, which must have been there when they were sealed."""
        gone = model.objects.filter(seal_id__gt=top).exclude(Exists(Seal.objects.filter(pk=OuterRef("seal_id"))))
        for row, seal in gone.values_list("id", "seal_id").iterator(CHUNK):
            self.fault(seal, "orphan", row, f"{model.__name__} {row} belongs to seal {seal}, which is gone")

    def erasings(self) -> None:
        """Every erasing against the rows it emptied, and no row emptied otherwise."""
        known = set()
        for row, said in Action.objects.filter(verb="erase audit", subject="audit").values_list("id", "after"):
            known.add(said.get("erasure"))
            if erasure_digest(_emptied(str(said.get("erasure")))) != said.get("digest"):
                words = f"Action {row} erased {said.get('actions')} actions and {said.get('readings')} readings, and "
                self.fault(0, "erasing", row, words + "other rows than those are empty")
        for model in (Action, Reading):
            for erasure in model.objects.exclude(erasure="").values_list("erasure", flat=True).distinct():
                if erasure not in known:
                    count = model.objects.filter(erasure=erasure).count()
                    words = f"{count} {model.__name__.lower()} rows are empty under no erasing on record"
                    self.fault(0, "erasing", 0, words)


def _action_fault(row: tuple[Any, ...]) -> str:
    digest, salt, erasure, subject, subject_id, person, before, after = row[5:]
    if erasure:
        return "was erased and holds something again" if (person, before, after, salt) != (None, {}, {}, "") else ""
    made = content_digest(salt, action_content(subject, subject_id, person, before, after))
    return "" if made == digest else "holds something else than when it was written"


def _reading_fault(row: tuple[Any, ...]) -> str:
    digest, salt, erasure, person, listed = row[5:]
    if erasure:
        return "was erased and holds something again" if (person, salt) != (None, "") else ""
    made = content_digest(salt, reading_content(person, listed))
    return "" if made == digest else "is about somebody else than when it was written"


def _emptied(erasure: str) -> Iterator[tuple[str, int, str]]:
    for kind, rows in (("action", Action.objects), ("reading", Reading.objects)):
        found = rows.filter(erasure=erasure).order_by("id").values_list("id", "content_digest")
        for row, digest in found.iterator(CHUNK):
            yield kind, row, digest


def _stream(model: type[Action] | type[Reading], fields: tuple[str, ...], top: int) -> _Stream:
    rows = model.objects.filter(seal_id__lte=top).order_by("seal_id", "id")
    return _Stream(rows.values_list(*fields).iterator(CHUNK))


def _snapshot() -> AbstractContextManager[None]:
    """One view of the database for the whole checking, where reading holds nobody up (SQLite's would hold a writer)."""
    return _one_view() if connection.vendor == "postgresql" and not connection.in_atomic_block else nullcontext()


@contextmanager
def _one_view() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
