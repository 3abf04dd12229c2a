"""Every action killed before every statement and on both sides of its commit, on SQLite and on PostgreSQL.

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


def killed(address: str) -> dict[str, Any]:
    environment = os.environ | {"COMMONGOAL_DATABASE": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "tests.platform.kills"]
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
