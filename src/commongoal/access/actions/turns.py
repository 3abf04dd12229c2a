"""One at a time: what two workers must not do at once, whatever rows they touch."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def in_turn(name: str) -> Iterator[None]:
    """A transaction that no other of the same name runs beside. Others wait until it is over.

    PostgreSQL has locks by number for this; SQLite has one writer at a time anyway, from the start of its transaction.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        yield
