"""How long the command and the package take to start, as ratios to a bare interpreter measured in the same run.

The three are run in turn, many times over, so that a busy machine slows them alike; medians are compared. The last line
is one JSON object.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

REPEATS = 60
PYTHON = sys.executable
TARGETS = {"help": 8.0, "import": 5.0}
COMMANDS = {
    "bare": [PYTHON, "-c", "pass"],
    "help": [str(Path(PYTHON).with_name("commongoal")), "--help"],
    "import": [PYTHON, "-c", "import commongoal"],
}


def seconds(command: list[str]) -> float:
    """Wall time of one run, its output thrown away."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> int:
    """Measure, print a line for each command and the JSON line; 1 when a target is missed."""
    for command in COMMANDS.values():
        seconds(command)  # the first run writes the bytecode
    runs: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(REPEATS):
        for name, command in COMMANDS.items():
            runs[name].append(seconds(command))
    medians = {name: statistics.median(times) for name, times in runs.items()}
    ratios = {name: round(medians[name] / medians["bare"], 2) for name in TARGETS}
    for name, median in medians.items():
        print(f"{name:<8}{1000 * median:7.1f} ms, median of {REPEATS}")
    ok = all(ratios[name] <= target for name, target in TARGETS.items())
    milliseconds = {name: round(1000 * median, 1) for name, median in medians.items()}
    line = {
        "name": "start",
        "ratios": ratios,
        "targets": TARGETS,
        "ok": ok,
        "ms": milliseconds,
        "cores": os.cpu_count(),
    }
    print(json.dumps(line))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
