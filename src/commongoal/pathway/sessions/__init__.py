"""Opening a ledger directory for the scans: with DuckDB on this machine, or with Spark on a cluster.

Spark is imported, and Java started, only when a `spark://` address is asked for.
"""

from contextlib import AbstractContextManager
from pathlib import Path

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.scan import Session
from commongoal.pathway.sessions.duck import MEMORY, DuckSession

__all__ = ["DuckSession", "UnknownEngine", "open_session"]


class UnknownEngine(Refused):
    """The engine is `duckdb`, or the address of a Spark cluster as `spark://host:port`."""


def open_session(directory: Path, engine: str = "duckdb", memory: str = "") -> AbstractContextManager[Session]:
    """A session over a ledger directory, to be used as a context manager.

    `memory` is DuckDB's limit, or what each Spark executor may use ("1GB", "2g"); the engine's own default where empty.
    Raises `UnknownEngine`, or a refusal of the Spark session (no pyspark, no Java, no cluster).
    """
    if engine == "duckdb":
        return DuckSession(directory, memory or MEMORY)
    if engine.startswith("spark://"):
        from commongoal.pathway.sessions.spark import SparkSession

        return SparkSession(directory, engine, memory)
    raise UnknownEngine(f"Found {engine!r}.")
