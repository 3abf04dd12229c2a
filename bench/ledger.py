"""The whole valuation of a big ledger against its limit: bare hand-written DuckDB (`ledger_limit.sql`).

Ours is `commongoal value PROGRAMME --ledger DIR --json`; the limit builds the same intervals and writes the same
statistics to Parquet, on the same threads and under the same memory limit. They run in turn, each a process of its own,
and medians are compared; before that the limit's numbers are held against ours, whole number by whole number. `--full`
adds ten times the people. The last line is one JSON object.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BUILD = Path("build/bench")
HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
PEOPLE, FEW, MANY = 508_000, 50_000, 5_000_000
REPEATS = 5
START = 1.5
"""Seconds allowed for Python to start, on top of the ratio."""
KEEPS = (True, False, False, False, True)
"""Five potentials, as a valuation weighs: net, three gross rules, and net in pounds."""
OF_OWNERS = (0, 4)
ALONE = ("Drawing chances", "Crediting", "Writing the account")
"""What a valuation does after the first scan without reading a row: method.md steps 2 to 7."""
TARGETS = {"over_limit": 1.5, "peak_gib": 2.0, "people_10x": 11.0, "steps_2_to_7": 1.10}


@dataclass(frozen=True)
class Run:
    """One process: wall and processor seconds, and the most memory it held, in GiB."""

    wall: float
    cpu: float
    peak: float


def measured(command: list[str]) -> Run:
    """Runs a command to its end; raises where it fails."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return Run(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20)


def ledger_of(people: int) -> Path:
    """The invented ledger of so many people, made once. Its programme file stands beside it."""
    folder = BUILD / f"ledger_{people}"
    if not (folder / "ledger.toml").exists():
        make = [PYTHON, str(HERE / "ledger_data.py"), "--people", str(people), "--to", str(folder)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    return folder


def value_command(ledger: Path) -> list[str]:
    """Our whole run."""
    command = str(Path(PYTHON).with_name("commongoal"))
    return [command, "value", str(ledger.with_suffix(".toml")), "--ledger", str(ledger), "--json"]


def limit_command(ledger: Path) -> list[str]:
    """The limit's whole run, in a Python that imports DuckDB and nothing else of size."""
    return [PYTHON, str(HERE / "ledger.py"), "--limit", str(ledger)]


def run_limit(ledger: Path) -> None:
    """Every statement of `ledger_limit.sql` in order, in an in-memory DuckDB."""
    import duckdb

    out, spilled = ledger.with_name(f"{ledger.name}_limit"), ledger.with_name(f"{ledger.name}_spilled")
    out.mkdir(exist_ok=True)
    manifest = tomllib.loads((ledger / "ledger.toml").read_text())
    snapshot = manifest["snapshot_on"].toordinal() - 719163
    places = {"ledger": ledger, "out": out, "snapshot": snapshot, "potential": BUILD / "potential.parquet"}
    text = (HERE / "ledger_limit.sql").read_text()
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", str(value))
    with duckdb.connect(config={"memory_limit": memory(), "temp_directory": str(spilled)}) as connection:
        connection.execute("SET preserve_insertion_order=false")
        connection.execute(text)
    shutil.rmtree(spilled, ignore_errors=True)


def memory() -> str:
    """The memory limit that our run gives DuckDB, read without importing it: the limit must not pay for our start."""
    text = (HERE.parent / "src/commongoal/pathway/sessions/duck.py").read_text()
    return text.split('MEMORY = "')[1].split('"')[0]


def write_potential() -> None:
    """Five potentials of any whole numbers, the same for both."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from commongoal.pathway.engine import scan

    pq.write_table(pa.table(scan._lookup(potentials(np))), BUILD / "potential.parquet")


def potentials(np):  # type: ignore[no-untyped-def]
    """(5, 24, 7, 49)."""
    return np.random.default_rng(1).integers(0, 1_000_000, (len(KEEPS), 24, 7, 49))


def check(ledger: Path) -> int:
    """How many arrays of the limit's files equal ours; raises on the first that does not."""
    import numpy as np
    import pyarrow.parquet as pq

    from commongoal.pathway.engine import count_sql, distance, scan
    from commongoal.pathway.engine.dialect import DUCKDB
    from commongoal.pathway.files import open_manifest, read_programme
    from commongoal.pathway.sessions import DuckSession
    from commongoal.valuation.engine.terms import terms_of
    from commongoal.valuation.engine.valuing import frame_of

    programme = read_programme(ledger.with_suffix(".toml"))
    frame = frame_of(programme, terms_of(programme), open_manifest(ledger).snapshot_on, DUCKDB)
    with DuckSession(ledger) as session:
        seen = scan.first_scan(session, frame)
        groups = scan.second_scan(session, frame, seen, potentials(np), KEEPS, OF_OWNERS)

    def told(name: str) -> dict:
        table = pq.read_table(ledger.with_name(f"{ledger.name}_limit") / f"{name}.parquet")
        return {column: table[column].to_numpy() for column in table.column_names}

    pairs = [(seen[name], scan._dense(told(name), count)) for name, count in count_sql.counts(frame, "").items()]
    owned = scan._Owned(frame)
    owned.add(told("own_begin"), -1)
    owned.add(told("own_finish"), 1)
    pairs += zip((seen.owners, seen.own, seen.own_left), owned.arrays(), strict=True)
    found = distance.gathered(told("distance"), frame)
    pairs += [(getattr(seen.readings, name), getattr(found, name)) for name in ("pairs", "single", "groups")]
    by_owner, by_stretch = np.zeros_like(groups.by_owner), np.zeros_like(groups.by_stretch)
    k, owner, *values = told("credit_by_owner").values()
    by_owner[:, k, np.searchsorted(seen.owners, owner)] = np.stack(values)
    k, closed, g, s, *values = told("credit_by_stretch").values()
    by_stretch[:, k, closed, g, s] = np.stack(values)
    pairs += [(groups.by_owner, by_owner), (groups.by_stretch, by_stretch)]
    for number, (ours, theirs) in enumerate(pairs):
        assert (ours == theirs).all(), f"array {number} differs"
    return len(pairs)


def steps_alone(ledger: Path) -> float:
    """Processor seconds of steps 2 to 7 in one valuation; closing the engine at the end is not one of them."""
    from commongoal.valuation import run

    spent, now = 0.0, ("", 0.0)
    whole = run.value_ledger

    def step(note: str) -> None:
        nonlocal spent, now
        clock = time.process_time()
        spent += clock - now[1] if now[0] in ALONE else 0.0
        now = (note, clock)

    def until_told(*args: Any, **named: Any) -> Any:
        told = whole(*args, **named)
        step("")
        return told

    run.value_ledger = until_told
    run.value(ledger.with_suffix(".toml"), ledger, progress=step)
    return spent


def compare_steps(few: Path, many: Path, repeats: int) -> float:
    """Steps 2 to 7 with many people over the same with few, run in turn; the least of each, since noise only adds."""
    spent: dict[Path, list[float]] = {few: [], many: []}
    for _ in range(repeats):
        for ledger, seconds in spent.items():
            child = [PYTHON, str(HERE / "ledger.py"), "--steps", str(ledger)]
            said = subprocess.run(child, check=True, capture_output=True, text=True).stdout
            seconds.append(float(said.splitlines()[-1]))
    a, b = min(spent[few]), min(spent[many])
    print(f"steps 2 to 7: {a:.2f} s of processor for {FEW:,} people, {b:.2f} s for {PEOPLE:,}")
    return b / a


def alternate(ledger: Path, repeats: int) -> dict[str, list[Run]]:
    """The limit and ours in turn."""
    runs: dict[str, list[Run]] = {"limit": [], "ours": []}
    for turn in range(repeats + 1):
        for name, command in (("limit", limit_command(ledger)), ("ours", value_command(ledger))):
            run = measured(command)
            if turn:  # the first of each fills the disk cache and writes the bytecode
                runs[name].append(run)
                print(f"{name:<6}{run.wall:7.2f} s wall {run.cpu:7.2f} s processor {run.peak:6.2f} GiB", flush=True)
    return runs


def middle(runs: list[Run], what: str) -> float:
    return statistics.median(getattr(run, what) for run in runs)


def main(full: bool, repeats: int) -> int:
    """Measures and prints; 1 when a target is missed."""
    BUILD.mkdir(parents=True, exist_ok=True)
    few, ledger = ledger_of(FEW), ledger_of(PEOPLE)
    write_potential()
    measured(limit_command(ledger))
    print(f"{check(ledger)} arrays of the limit equal ours, whole number by whole number", flush=True)
    runs = alternate(ledger, repeats)
    ours, limit = middle(runs["ours"], "wall"), middle(runs["limit"], "wall")
    ratios = {
        "over_limit": (ours - START) / limit,
        "peak_gib": max(run.peak for run in runs["ours"]),
        "steps_2_to_7": compare_steps(few, ledger, repeats),
    }
    if full:
        big = measured(value_command(ledger_of(MANY)))
        ratios["people_10x"] = big.wall / ours
        print(f"{MANY:,} people: {big.wall:.1f} s, {big.peak:.2f} GiB under DuckDB's limit of {memory()}")
    ok = all(value <= TARGETS[name] for name, value in ratios.items())
    line = {
        "name": "ledger",
        "ratios": {name: round(value, 3) for name, value in ratios.items()},
        "targets": {name: TARGETS[name] for name in ratios},
        "ok": ok,
        "seconds": {"ours": round(ours, 2), "limit": round(limit, 2)},
        "processor_ratio": round(middle(runs["ours"], "cpu") / middle(runs["limit"], "cpu"), 2),
        "peak_gib_of_limit": round(max(run.peak for run in runs["limit"]), 2),
        "memory_limit": memory(),
        "repeats": repeats,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(line))
    return 0 if ok else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--full", action="store_true", help="also ten times the people, which takes minutes")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--limit", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--steps", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.limit:
        run_limit(chosen.limit)
    elif chosen.steps:
        print(steps_alone(chosen.steps))
    else:
        sys.exit(main(chosen.full, chosen.repeats))
