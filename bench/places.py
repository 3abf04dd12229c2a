"""A year's worth of official figures taken in, against DuckDB's own read of the same file.

A file in the layout of the Nomis API (areas x months x measures) is imported into a store, in a process of its own;
DuckDB reads the same file with its types into a table, on the same threads. They run in turn, and the least times are
compared, since noise only adds. `places_lattice` and `places_page`, where they are there, measure hot spots and the
profile page on what was imported. The last line is one JSON object.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

BUILD = Path("build/bench/places")
HERE = Path(__file__).resolve().parent
AREAS, MONTHS, MEASURES = 35_000, 60, 6
LIMIT = 2.5
REPEATS = 3
COLUMNS = {
    "DATE_NAME": "VARCHAR", "GEOGRAPHY_NAME": "VARCHAR", "GEOGRAPHY_CODE": "VARCHAR", "GENDER_NAME": "VARCHAR",
    "AGE_NAME": "VARCHAR", "MEASURE_NAME": "VARCHAR", "MEASURES_NAME": "VARCHAR", "OBS_VALUE": "DOUBLE",
    "OBS_STATUS_NAME": "VARCHAR",
}  # fmt: skip


def file_of(areas: int, months: int) -> Path:
    """The invented file, made once: claimants by sex and two ages, in steps of 5."""
    import duckdb

    path = BUILD / f"claimants_{areas}_{months}.csv"
    if not path.exists():
        aside = path.with_suffix(".part")
        duckdb.execute(f"""
            COPY (
                SELECT strftime(DATE '2019-01-01' + to_months(m::INTEGER), '%b-%y') AS DATE_NAME,
                    'Marlhaven ' || lpad((a // 5)::VARCHAR, 4, '0') || chr(65 + (a % 5)::INTEGER) AS GEOGRAPHY_NAME,
                    'E01' || lpad(a::VARCHAR, 6, '0') AS GEOGRAPHY_CODE,
                    g AS GENDER_NAME, y AS AGE_NAME, 'Claimant count' AS MEASURE_NAME, 'Value' AS MEASURES_NAME,
                    5 * (hash(a * 1000 + m * 10 + length(g) + length(y)) % 60)::INTEGER AS OBS_VALUE,
                    'Normal Value' AS OBS_STATUS_NAME
                FROM range({months}) AS months(m), range({areas}) AS areas(a),
                    (VALUES ('Total'), ('Male'), ('Female')) AS genders(g),
                    (VALUES ('All categories: Age 16+'), ('Aged 16-24')) AS ages(y)
            ) TO '{aside}' (HEADER, DELIMITER ',')
        """)
        aside.rename(path)
    return path


def ours(path: Path, store: Path) -> None:
    """The whole import: read, checked, put in order, kept."""
    import datetime as dt

    from commongoal.places.engine.observations import Asked
    from commongoal.places.files.reading import read_path
    from commongoal.places.files.store import keep

    asked = Asked(dt.date(2026, 1, 1), vintages=(("lsoa", "2021"),))
    print(keep(store, read_path(path, asked)).rows)


def theirs(path: Path) -> None:
    """DuckDB's read of the same file into a table."""
    import duckdb

    duckdb.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{path}', header = true, columns = {COLUMNS})")
    print(duckdb.execute("SELECT count(*) FROM t").fetchone()[0])


def measured(*words: str) -> tuple[float, float, float, int]:
    """Wall seconds, processor seconds, GiB at most, and the rows that a process of this file says it took."""
    began = time.perf_counter()
    # As an installed program does, the processes keep what they compile: the first of each is not the least.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    child = subprocess.Popen(
        [sys.executable, str(HERE / "places.py"), *words], stdout=subprocess.PIPE, text=True, env=kept
    )
    said = child.stdout.read() if child.stdout else ""
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, words)
    wall = time.perf_counter() - began
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, int(said.split()[-1])


def imported(areas: int, months: int, repeats: int) -> dict[str, object]:
    """Both, in turn, and how they compare."""
    BUILD.mkdir(parents=True, exist_ok=True)
    path, store = file_of(areas, months), BUILD / f"store_{areas}_{months}"
    runs: dict[str, list[tuple[float, float, float, int]]] = {"ours": [], "duckdb": []}
    for _ in range(repeats):
        shutil.rmtree(store, ignore_errors=True)
        runs["duckdb"].append(measured("--theirs", str(path)))
        runs["ours"].append(measured("--ours", str(path), str(store)))
        for name, (wall, cpu, peak, rows) in ((name, runs[name][-1]) for name in runs):
            print(f"{name:<7}{wall:7.2f} s wall {cpu:7.2f} s processor {peak:5.2f} GiB {rows:,} rows", flush=True)
    assert {run[3] for each in runs.values() for run in each} == {areas * months * MEASURES}
    (ours_wall, ours_cpu), (duck_wall, duck_cpu) = (
        (min(run[0] for run in runs[name]), min(run[1] for run in runs[name])) for name in ("ours", "duckdb")
    )
    return {
        "over_duckdb": round(ours_wall / duck_wall, 2), "limit": LIMIT,
        "over_duckdb_processor": round(ours_cpu / duck_cpu, 2),
        "seconds": {"ours": round(ours_wall, 2), "duckdb": round(duck_wall, 2)},
        "peak_gib": {name: round(max(run[2] for run in runs[name]), 2) for name in runs},
        "rows": areas * months * MEASURES, "file_mb": path.stat().st_size >> 20,
        "kept_mb": sum(one.stat().st_size for one in store.iterdir()) >> 20,
    }  # fmt: skip


def beside(store: Path) -> dict[str, object]:
    """What the other parts of the bench measure: each gives a dictionary with its `ok`."""
    sys.path.insert(0, str(HERE))
    found: dict[str, object] = {}
    for name in ("places_lattice", "places_page"):
        if find_spec(name):
            found[name] = __import__(name).measured(store)
    return found


def main(areas: int, months: int, repeats: int, alone: bool) -> int:
    """Measures and prints; 1 when a target is missed."""
    line: dict[str, object] = {"name": "places", "import": imported(areas, months, repeats)}
    oks = [line["import"]["over_duckdb"] <= LIMIT]  # type: ignore[index]
    if not alone:
        parts = beside(BUILD / f"store_{areas}_{months}")
        line |= parts
        oks += [bool(part.get("ok", True)) for part in parts.values() if isinstance(part, dict)]
    line |= {"ok": all(oks), "repeats": repeats, "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    print(json.dumps(line))
    return 0 if line["ok"] else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--areas", type=int, default=AREAS)
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--alone", action="store_true", help="the import only")
    parser.add_argument("--ours", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--theirs", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.ours:
        ours(*chosen.ours)
    elif chosen.theirs:
        theirs(chosen.theirs)
    else:
        sys.exit(main(chosen.areas, chosen.months, chosen.repeats, chosen.alone))
