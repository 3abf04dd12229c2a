"""A ledger directory in Spark, on a standalone cluster whose workers can read the same path.

What is kept is a persisted result (memory, then disk): a later stage reads it, and where a worker dies Spark makes its
part again from what it was made of, on the workers that remain.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
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
PARTS = 8
"""Parts that people are divided into at least; twice the cluster's cores where that is more."""
PERSON = "p"
"""What is kept by person is divided by this number, so that what a person's rows are joined with lies beside them."""


class NoSpark(Refused):
    """A Spark engine needs pyspark and Java 17 or later. Install the extra `commongoal[spark]` and a Java runtime."""


class NoCluster(Refused):
    """No Spark master answers at that address."""


class SparkSession:
    """A ledger directory on a Spark cluster. Use as a context manager; one pass for everybody.

    `url` is the master's address. A master on 127.0.0.1 is spoken to over loopback only. `memory` is what each executor
    may use.
    """

    dialect: Dialect = SPARK

    def __init__(self, directory: Path, url: str, memory: str = "") -> None:
        self.directory = directory.resolve()
        self.kept: dict[str, Any] = {}
        _check(url)
        self.spark = _connected(url, memory or EXECUTOR_MEMORY)
        for table in TABLES:
            path = f"file://{self.directory / f'{table.name}.parquet'}"
            self.spark.read.parquet(path).createOrReplaceTempView(table.name)
        self.parts = max(PARTS, 2 * self.spark.sparkContext.defaultParallelism)
        self.spark.conf.set("spark.sql.shuffle.partitions", str(self.parts))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.spark.stop()

    def chunks(self) -> Iterator[str]:
        """One pass: a cluster's memory is its own affair."""
        yield ""

    def keep(self, name: str, text: str) -> None:
        """Persists the result of a query now, so that no later stage computes it again, and names it."""
        from pyspark import StorageLevel

        found = self.spark.sql(text)
        if PERSON in found.columns:
            found = found.repartition(self.parts, PERSON)
        found = found.persist(StorageLevel.MEMORY_AND_DISK)
        found.count()
        self.drop(name)
        found.createOrReplaceTempView(name)
        self.kept[name] = found

    def drop(self, *names: str) -> None:
        """Forgets kept results. What was made of them can still be made again: Spark remembers how."""
        for name in names:
            if name in self.kept:
                self.spark.catalog.dropTempView(name)
                self.kept.pop(name).unpersist()

    def give(self, name: str, columns: dict[str, NDArray[np.int64]]) -> None:
        """Makes arrays readable as a table."""
        self.drop(name)
        self.spark.createDataFrame(pa.table(columns)).createOrReplaceTempView(name)

    def columns(self, text: str) -> dict[str, NDArray[Any]]:
        """The result of a query as one array a column."""
        found = self.spark.sql(text).toArrow()
        return {name: found[name].to_numpy() for name in found.column_names}


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
