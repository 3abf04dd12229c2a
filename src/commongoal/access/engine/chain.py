"""The hash chain of the audit: digests that show a changed, missing or added row, and hold no identity.

A row's content (who it was about, before and after) is committed to by a salted digest that stays when the content is
erased; the chain covers digests, times, verbs and row numbers, never names. A seal closes a batch of rows over the seal
before it:

    digest(n) = SHA-256(digest(n - 1), header(n), line of each action by id, line of each reading by id)

with 64 noughts before the first seal. Rows committed late fall into a later seal; order by id holds within one.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

START = "0" * 64


def content_digest(salt: str, content: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and the content as canonical JSON, in hex. Without the salt the content cannot be guessed."""
    text = _canonical(content)
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def action_content(
    subject: str, subject_id: int, person: int | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """What the digest of an action commits to."""
    return {"subject": subject, "subject_id": subject_id, "person": person, "before": before, "after": after}


def reading_content(person: int | None, listed: bool) -> dict[str, Any]:
    """What the digest of a reading commits to."""
    return {"person": person, "listed": listed}


def row_line(kind: str, row: int, at: dt.datetime, membership: int | None, what: str, digest: str) -> str:
    """The line of a row in its seal. `what` is the verb of an action or the page of a reading; `at` has a time zone."""
    return f"{kind}|{row}|{_moment(at)}|{membership or ''}|{what}|{digest}"


def header_line(at: dt.datetime, actions: int, readings: int) -> str:
    """The line of the seal itself: when, and how many rows of each kind."""
    return f"seal|{_moment(at)}|{actions}|{readings}"


def _moment(at: dt.datetime) -> str:
    return (at if at.tzinfo is dt.UTC else at.astimezone(dt.UTC)).isoformat(timespec="microseconds")


class Digest:
    """The digest of a seal, taken line by line so that a batch of any size needs no memory."""

    def __init__(self, before: str, header: str) -> None:
        self._whole = hashlib.sha256(f"{before}\n{header}".encode())

    def add(self, line: str) -> None:
        """One more line, in order: actions by id, then readings by id."""
        self._whole.update(b"\n" + line.encode())

    def hex(self) -> str:
        """The digest so far, in hex."""
        return self._whole.hexdigest()


def seal_digest(before: str, header: str, lines: Iterable[str]) -> str:
    """SHA-256 over the seal before, the header and the lines of this batch, in hex."""
    whole = Digest(before, header)
    for line in lines:
        whole.add(line)
    return whole.hex()


def erasure_digest(rows: Iterable[tuple[str, int, str]]) -> str:
    """SHA-256 over the rows emptied by one erasing: kind, id and content digest of each, actions first, by id."""
    return seal_digest(START, "erasure", (f"{kind}|{row}|{digest}" for kind, row, digest in rows))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with the chain: its code, the seal and the row (0 where there is none), and words."""

    seal: int
    code: str
    row: int
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking the chain found. `waiting` are rows not sealed yet; `digest` is that of the last seal."""

    seals: int
    rows: int
    waiting: int
    digest: str
    faults: tuple[Fault, ...] = ()
    more_faults: int = 0  # counted, not told: a chain broken everywhere would fill the memory

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults
