"""A database of its own for a program that a test runs: on whichever of the two databases the tests are run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit


@contextmanager
def scratch_database(folder: Path) -> Iterator[str]:
    """The address of an empty database, gone afterwards."""
    address = os.environ.get("COMMONGOAL_DATABASE", "")
    if not address.startswith("postgres"):
        yield f"sqlite:///{folder / 'scratch.sqlite3'}"
        return
    import psycopg

    name = f"scratch_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
