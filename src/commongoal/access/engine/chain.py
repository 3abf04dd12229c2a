"""The hash chain of the audit: digests that show a changed, missing or added row, and hold no identity.

A row's content (who it was about, before and after) is committed to by a salted digest that stays when the content is
erased; the chain covers digests, times, verbs and row numbers, never names.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

START = "0" * 64


def content_digest(salt: str, content: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and the content as canonical JSON, in hex. Without the salt the content cannot be guessed."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def seal_digest(before: str, lines: Iterable[str]) -> str:
    """SHA-256 over the seal before and the lines of this batch, in hex."""
    whole = hashlib.sha256(before.encode())
    for line in lines:
        whole.update(b"\n" + line.encode())
    return whole.hexdigest()
