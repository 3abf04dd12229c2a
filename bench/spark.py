"""The sufficient statistics on a Spark cluster: the same whole numbers as DuckDB, also when a worker dies half-way.

Starts a standalone cluster on 127.0.0.1 (one master, two workers of one core) and stops it whatever happens. Both
engines scan a generated ledger of 50,000 people and a few small ledgers full of awkward cases, every array being
compared; then Spark scans again and one worker is killed half-way, at work. The last line is one JSON
object; the ratio of times is for information.
"""

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import ledger as ledger_bench
import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from commongoal.pathway.engine import scan
from commongoal.pathway.engine.dialect import DUCKDB, SPARK
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.pathway.files import open_manifest, read_programme
from commongoal.pathway.sessions import DuckSession, open_session
from commongoal.pathway.sessions.spark import SparkSession
from commongoal.valuation.engine.terms import terms_of
from commongoal.valuation.engine.valuing import frame_of

if TYPE_CHECKING:
    from tests.engine import referee

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PEOPLE = 50_000
AWKWARD, TRIED = 3, 150
HALFWAY = "walk"
"""The result during which a worker dies: some are kept by then and the most are still to come."""


class Cluster:
    """A master and two workers, each in a process group of its own so that a worker dies with its executor."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.launch = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
        self.folder = folder
        self.port = _free_port()
        self.running: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "SPARK_LOCAL_IP": HOST,
            "SPARK_NO_DAEMONIZE": "1",
            "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
            "SPARK_LOG_DIR": str(folder),
        }

    @property
    def url(self) -> str:
        return f"spark://{HOST}:{self.port}"

    def start(self) -> None:
        """Returns once both workers have registered."""
        here = ["--host", HOST, "--webui-port", "0"]
        self._run("master", ["org.apache.spark.deploy.master.Master", *here, "--port", str(self.port)])
        _until(lambda: _answers(self.port), "the master answers")
        for number in (1, 2):
            worker = ["org.apache.spark.deploy.worker.Worker", *here, "-c", "1", "-m", "3g"]
            self._run(f"worker{number}", [*worker, "-d", str(self.folder / f"work{number}"), self.url])
        _until(lambda: self._log("master").count("Registering worker") >= 2, "both workers have registered")

    def kill_worker(self) -> None:
        """Kills the last worker and its executor at once, as a machine that loses its power would."""
        os.killpg(self.running[-1].pid, signal.SIGKILL)

    def stop(self) -> None:
        """Ends everything that was started, whatever state it is in."""
        for process in reversed(self.running):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running.clear()

    def _log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _run(self, name: str, arguments: list[str]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            command = [self.launch, *arguments]
            started = subprocess.Popen(
                command, stdout=log, stderr=log, env=self.environment, start_new_session=True, cwd=self.folder
            )
        self.running.append(started)


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="commongoal-spark-", ignore_cleanup_errors=True) as folder:
        found = Cluster(Path(folder))
        try:
            found.start()
            yield found
        finally:
            found.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection((HOST, port), timeout=1).close()
        return True
    return False


def _until(true: Callable[[], bool], what: str, seconds: float = 120.0, pause: float = 0.2) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s until {what}")
        time.sleep(pause)


class Dying(SparkSession):
    """A session whose cluster loses a worker half-way, while both of them are at work."""

    def __init__(self, directory: Path, on: Cluster) -> None:
        super().__init__(directory, on.url)
        # enough tasks in every stage that both workers have some of them
        self.spark.conf.set("spark.sql.files.minPartitionNum", "8")
        self.spark.conf.set("spark.sql.files.openCostInBytes", "16k")
        self.on = on
        self.at_work = 0

    def keep(self, name: str, text: str) -> None:
        if name != HALFWAY or self.at_work:
            super().keep(name, text)
            return
        before = len(self._tasks())
        killer = threading.Thread(target=self._kill_when_both_work)
        killer.start()
        super().keep(name, text)
        killer.join()
        _until(lambda: len(self._tasks()) < before, "the driver has noticed")

    def _kill_when_both_work(self) -> None:
        _until(lambda: sum(count > 0 for count in self._tasks()) == 2, "both workers are at work", pause=0.002)
        self.on.kill_worker()
        self.at_work = 2

    def _tasks(self) -> list[int]:
        """Tasks running on each executor, and none on the driver."""
        return [
            int(one.numRunningTasks()) for one in self.spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
        ]


def both_scans(session: scan.Session, frame: Frame) -> dict[str, np.ndarray]:
    """Every array of the two scans, by name."""
    segments, last = len(frame.programme.segments), frame.last
    size = (2, segments, last + 1, frame.horizon + 1)
    potentials = np.random.default_rng(1).integers(0, 1_000_000, size)
    seen = scan.first_scan(session, frame)
    groups = scan.second_scan(session, frame, seen, potentials, (True, False))
    return {
        **seen.tables,
        **{name: getattr(seen, name) for name in ("owners", "own", "own_left")},
        **{f"readings.{name}": getattr(seen.readings, name) for name in ("pairs", "single", "groups")},
        **{name: getattr(groups, name) for name in ("by_owner", "by_stretch")},
    }


def identical(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    """Whether every array is the same to the last digit; says which are not."""
    assert one.keys() == other.keys()
    wrong = [n for n in one if one[n].shape != other[n].shape or (one[n] != other[n]).any()]
    if wrong:
        print(f"DIFFERENT: {', '.join(wrong)}")
    return not wrong


def awkward() -> "list[referee.Case]":
    """The generated ledgers with most of what is hard: second spells, returns, overlaps; the same ones every time."""
    from tests.engine import ledgers

    tried: list[referee.Case] = []
    only_make = settings(max_examples=TRIED, database=None, deadline=None, phases=[Phase.generate])

    @seed(20261121)
    @settings(only_make, suppress_health_check=list(HealthCheck))
    @given(ledgers.cases())
    def collect(case: "referee.Case") -> None:
        tried.append(case)

    collect()
    return sorted(tried, key=_hardness)[-AWKWARD:]


def _hardness(case: "referee.Case") -> tuple[int, int]:
    from tests.engine import referee

    people = [spells for spells in referee.spells(case).values() if spells]
    hard = [
        any(len(spells) > 1 for spells in people),
        bool(referee.returns(case)),
        any(len(cut.owners) > 1 for cut in referee.intervals(case)),
        bool(case.weights),
        any(spell.arrived is not None for spells in people for spell in spells),
    ]
    return sum(hard), len(referee.intervals(case))


def on_both(case: "referee.Case", url: str) -> bool:
    """Whether one awkward ledger is scanned to the same numbers."""
    from tests.engine import test_scan

    frame = test_scan.frame_of(case)
    with test_scan.opened(case) as session:
        told = both_scans(session, frame)
        with open_session(session.directory, url) as spark:
            return identical(told, both_scans(spark, replace(frame, dialect=SPARK)))


def big(url: str) -> tuple[bool, float, dict[str, np.ndarray], Path, Frame]:
    """The 50,000 on both engines: the same?, seconds of Spark over seconds of DuckDB, DuckDB's arrays."""
    directory = ledger_bench.ledger_of(PEOPLE)
    programme = read_programme(directory.with_suffix(".toml"))
    frame = frame_of(programme, terms_of(programme), open_manifest(directory).snapshot_on, DUCKDB)
    seconds = []
    arrays = []
    for opened, dialect in ((DuckSession(directory), DUCKDB), (open_session(directory, url), SPARK)):
        with opened as session:
            began = time.perf_counter()
            arrays.append(both_scans(session, replace(frame, dialect=dialect)))
            seconds.append(time.perf_counter() - began)
    print(f"{PEOPLE:,} people: DuckDB {seconds[0]:.1f} s, Spark {seconds[1]:.1f} s", flush=True)
    return identical(*arrays), seconds[1] / seconds[0], arrays[0], directory, frame


def main(cases: int) -> int:
    """Runs everything; 1 where a number differs."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the cluster is stopped then too
    sys.path.insert(0, str(ROOT))  # the awkward ledgers and the referee that knows them belong to the tests
    found: dict[str, bool] = {}
    with cluster() as running:
        found["large"], ratio, told, directory, frame = big(running.url)
        for number, case in enumerate(awkward()[-cases:] if cases else []):
            same = found[f"awkward_{number}"] = on_both(case, running.url)
            print(f"awkward ledger {number}: {len(case.ledger.entries)} entries, same: {same}", flush=True)
        with Dying(directory, running) as session:
            again = both_scans(session, replace(frame, dialect=SPARK))
        print(f"a worker killed at `{HALFWAY}`, while {session.at_work} were at work", flush=True)
        found["worker_killed"] = session.at_work == 2 and identical(told, again)
    line = {
        "name": "spark",
        "ratios": {"spark_over_duckdb": round(ratio, 1)},
        "targets": {"identical": True},
        "ok": all(found.values()),
        "identical": found,
        "arrays": len(told),
        "people": PEOPLE,
        "cores": os.cpu_count(),
    }
    print(json.dumps(line))
    return 0 if line["ok"] else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cases", type=int, default=AWKWARD, help="how many awkward ledgers")
    sys.exit(main(parser.parse_args().cases))
