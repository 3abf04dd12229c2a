"""A ledger directory in DuckDB, on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.dialect import DUCKDB, Dialect
from commongoal.pathway.engine.ledger import TABLES

CHUNK = 600_000
"""People in one pass of the build: what keeps memory flat however many there are."""

MEMORY = "900MB"
"""DuckDB's own limit, beyond which it spills to disk; the process around it needs some hundred megabytes more."""


class Unreadable(Refused):
    """The ledger's tables cannot be read: they are damaged, or were not imported under this programme file."""


class MemoryRefused(Refused):
    """The memory given is not a size such as 1200MB or 4GB, or the work does not fit in it."""


@contextmanager
def _in_words() -> Iterator[None]:
    """DuckDB's faults with files and memory as refusals."""
    try:
        yield
    except duckdb.OutOfMemoryException as fault:
        raise MemoryRefused(_first_line(fault)) from None
    except (
        duckdb.IOException,
        duckdb.InvalidInputException,
        duckdb.BinderException,
        duckdb.SerializationException,
    ) as fault:
        raise Unreadable(_first_line(fault)) from None


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0]


class DuckSession:
    """A ledger directory in an in-memory DuckDB. Use as a context manager.

    `memory` limits DuckDB, which beyond it spills to a temporary folder that goes with the session. `chunk` is people a
    pass.
    """

    dialect: Dialect = DUCKDB

    def __init__(self, directory: Path, memory: str = MEMORY, chunk: int = CHUNK) -> None:
        self.directory = directory
        self.chunk = chunk
        self.spilled = TemporaryDirectory(prefix="commongoal-")
        try:
            self._connect(memory)
        except Refused:
            self.spilled.cleanup()
            raise

    def _connect(self, memory: str) -> None:
        try:
            self.connection = duckdb.connect(config={"memory_limit": memory, "temp_directory": self.spilled.name})
        except duckdb.Error as fault:
            raise MemoryRefused(_first_line(fault)) from None
        self.connection.execute("SET preserve_insertion_order=false")
        self._views("")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.spilled.cleanup()

    def chunks(self) -> Iterator[str]:
        """One pass for everybody, or as many as keep each within `chunk` people."""
        people = int(self.columns("SELECT count(*) AS n FROM people")["n"][0])
        if people <= self.chunk:
            yield ""
            return
        for index, (low, high) in enumerate(self._bounds(-(-people // self.chunk))):
            self._views(f" WHERE person >= '{low}'" + (f" AND person < '{high}'" if high else ""))
            yield f"_{index}"
        self._views("")

    def _bounds(self, parts: int) -> list[tuple[str, str]]:
        """First persons of `parts` equal parts, each with the first of the next.

        Raises `Unreadable` where people are not in order of their ids: parts cut from them would miss some.
        """
        ids = pq.read_table(self.directory / "people.parquet", columns=["person"])["person"].combine_chunks()
        if not pc.all(pc.less(ids[:-1], ids[1:])).as_py():
            raise Unreadable("People are not in order of their ids; 'commongoal ledger import' puts them so.")
        starts = [ids[i * len(ids) // parts].as_py().replace("'", "''") for i in range(parts)]
        return list(zip(starts, [*starts[1:], ""], strict=True))

    def _views(self, where: str) -> None:
        for table in TABLES:
            path = str(self.directory / f"{table.name}.parquet").replace("'", "''")
            chosen = where if table.columns[0].name == "person" else ""
            text = f"CREATE OR REPLACE VIEW {table.name} AS SELECT * FROM read_parquet('{path}'){chosen}"
            with _in_words():
                self.connection.execute(text)

    def keep(self, name: str, text: str) -> None:
        """Keeps the result of a query as a temporary table."""
        with _in_words():
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {text}")

    def drop(self, *names: str) -> None:
        """Forgets kept results."""
        for name in names:
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")

    def give(self, name: str, columns: dict[str, NDArray[np.int64]]) -> None:
        """Makes arrays readable as a table."""
        self.connection.register("given", pa.table(columns))
        self.keep(name, "SELECT * FROM given")
        self.connection.unregister("given")

    def columns(self, text: str) -> dict[str, NDArray[Any]]:
        """The result of a query as one array a column."""
        with _in_words():
            return dict(self.connection.execute(text).fetchnumpy())
