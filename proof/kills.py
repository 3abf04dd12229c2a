"""Every action killed before every statement and on both sides of its commit, on SQLite and on PostgreSQL; and a whole
valuation killed before each of its statements and at ten moments of its reckoning.

Run with `scripts/with-postgres`; ends with one JSON line.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.platform.scratch import scratch_database

PARTS = {"actions": "tests.platform.kills", "valuations": "tests.platform.cut_short"}


def killed(address: str) -> dict[str, Any]:
    """What each part found, and the faults of all."""
    found = {name: _part(module, address) for name, module in PARTS.items()}
    return {**found, "faults": [fault for part in found.values() for fault in part.pop("faults")]}


def _part(module: str, address: str) -> dict[str, Any]:
    environment = os.environ | {"COMMONGOAL_DATABASE": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", module]
    found = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(found.stdout.splitlines()[-1])) if found.stdout else {"faults": ["it failed by itself"]}


def main() -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = {"sqlite": killed(f"sqlite:///{Path(folder) / 'kills.sqlite3'}")}
        with scratch_database(Path(folder)) as address:
            found["postgresql"] = killed(address)
    ok = not any(each["faults"] for each in found.values())
    print(json.dumps({"name": "kills", **found, "seconds": round(time.monotonic() - began, 1), "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
