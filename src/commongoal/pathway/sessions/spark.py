"""A ledger directory in Spark, on a standalone cluster whose workers can read the same path.

What is kept is written as Parquet to a folder beside the ledger, which goes with the session: where a worker dies, what
is done stays done, and Spark does the part it was at again on the workers that remain.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, Self
from urllib.parse import urlparse

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.dialect import SPARK, Dialect
from commongoal.pathway.engine.ledger import TABLES

LOOPBACK = "127.0.0.1"
EXECUTOR_MEMORY = "2g"
DRIVER_MEMORY = "1g"
PARTS = 32
"""Parts of a shuffle before Spark joins the small ones; its own 200 cost more than the work on most ledgers."""


class NoSpark(Refused):
    """A Spark engine needs pyspark and Java 17 or later. Install the extra `commongoal[spark]` and a Java runtime."""


class NoCluster(Refused):
    """No Spark master answers at that address."""


class SparkSession:
    """A ledger directory on a Spark cluster. Use as a context manager; one pass for everybody.

    `url` is the master's address. A master on 127.0.0.1 is spoken to over loopback only. `memory` is what each executor
    may use. The folder that holds the ledger must be one that workers may write to.
    """

    dialect: Dialect = SPARK

    def __init__(self, directory: Path, url: str, memory: str = "") -> None:
        self.directory = directory.resolve()
        self.kept: dict[str, Path] = {}
        _check(url)
        self.spark = _connected(url, memory or EXECUTOR_MEMORY)
        self.folder = TemporaryDirectory(prefix=".commongoal-", dir=self.directory.parent, ignore_cleanup_errors=True)
        for table in TABLES:
            found = self.spark.read.parquet(_address(self.directory / f"{table.name}.parquet"))
            found.createOrReplaceTempView(table.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.spark.stop()
        self.folder.cleanup()

    def chunks(self) -> Iterator[str]:
        """One pass: a cluster's memory is its own affair."""
        yield ""

    def keep(self, name: str, text: str) -> None:
        """Writes down the result of a query, so that no later stage computes it again, and names it."""
        found = self.spark.sql(text)
        path = Path(mkdtemp(prefix=f"{name}-", dir=self.folder.name))
        found.write.mode("overwrite").parquet(_address(path))
        self.drop(name)
        self.spark.read.schema(found.schema).parquet(_address(path)).createOrReplaceTempView(name)
        self.kept[name] = path

    def drop(self, *names: str) -> None:
        """Forgets kept results."""
        for name in names:
            self.spark.catalog.dropTempView(name)
            if name in self.kept:
                shutil.rmtree(self.kept.pop(name), ignore_errors=True)

    def give(self, name: str, columns: dict[str, NDArray[np.int64]]) -> None:
        """Makes arrays readable as a table."""
        self.spark.createDataFrame(pa.table(columns)).createOrReplaceTempView(name)

    def columns(self, text: str) -> dict[str, NDArray[Any]]:
        """The result of a query as one array a column."""
        found = self.spark.sql(text).toArrow()
        return {name: found[name].to_numpy() for name in found.column_names}


def _address(path: Path) -> str:
    return f"file://{path}"


def _check(url: str) -> None:
    """Refuses at once, in words, what Spark would take a minute to say in a page of Java."""
    try:
        import pyspark  # noqa: F401
    except ModuleNotFoundError:
        raise NoSpark("pyspark is not installed.") from None
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise NoSpark("Java was not found.")
    address = urlparse(url)
    try:
        socket.create_connection((address.hostname or "", address.port or 7077), timeout=5).close()
    except (OSError, ValueError):
        raise NoCluster(url) from None


def _connected(url: str, memory: str) -> Any:
    from pyspark.sql import SparkSession as Spark

    settings = {
        "spark.executor.memory": memory,
        "spark.driver.memory": DRIVER_MEMORY,
        "spark.sql.shuffle.partitions": str(PARTS),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    if urlparse(url).hostname in (LOOPBACK, "localhost"):
        os.environ["SPARK_LOCAL_IP"] = LOOPBACK
        settings |= {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK}
    builder = Spark.builder.master(url).appName("commongoal")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
