"""Files that somebody sent, read in a process of its own.

A workbook of a kilobyte can say that it fills a terabyte, and the compiled reader takes its process with it when there
is no such memory. So that process is not the one that answers pages: it may use so much memory and time, and no more.
"""

import os
import pickle
import resource
import subprocess
import sys
from pathlib import Path

from commongoal.pathway.engine.checks.raw import Raw
from commongoal.pathway.files.delimited import unreadable
from commongoal.pathway.files.inputs import read_inputs

MOST_MEMORY, MOST_SECONDS, MOST_WAITED = 1 << 30, 10, 60  # bytes, of work, by the clock: far more than costs need


def read_apart(path: Path, *, memory: int = MOST_MEMORY, seconds: int = MOST_SECONDS) -> list[Raw]:
    """The tables of a file, as `read_inputs`; a file that needs more than may be used is a problem of its one table."""
    command = [sys.executable, "-m", __name__, str(path), str(memory), str(seconds)]
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each takes memory, and there is nothing to share
    try:
        done = subprocess.run(command, capture_output=True, timeout=MOST_WAITED, env=os.environ | threads, check=False)  # noqa: S603 - a command of our own
    except subprocess.TimeoutExpired:
        return [_too_much(path)]
    if done.returncode != 0:
        return [_too_much(path)]
    found: list[Raw] = pickle.loads(done.stdout)  # noqa: S301 - what our own process has just written
    return found


def _too_much(path: Path) -> Raw:
    return unreadable(path.name, path.stem, "a file that can be read, with no more in it than its costs", "unreadable")


def _read(path: Path, memory: int, seconds: int) -> None:
    """What the process of its own does: the tables to its output."""
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    sys.stdout.buffer.write(pickle.dumps(read_inputs([path])))


if __name__ == "__main__":
    _read(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
