"""2,000 damaged real files for each importer of official figures: the right figures, or a refusal in words.

What is read of a damaged file is held against a slow reading of the same bytes. Ends with one JSON line.
"""

import json
import time

from tests.conftest import SHARED
from tests.engine.fuzz_boundaries import fuzzed_boundaries
from tests.engine.fuzz_places import IMPORTERS, fuzzed

CASES, SEED = 2_000, 61


def main() -> None:
    began = time.monotonic()
    if not (SHARED / "data").is_dir():
        print(json.dumps({"name": "places_import", "skipped": "absent: ../shared/data", "ok": True}))
        return
    outcomes = {name: dict(fuzzed(importer, SHARED / "data", CASES, SEED)) for name, importer in IMPORTERS.items()}
    outcomes["boundaries"] = dict(fuzzed_boundaries(SHARED / "data", CASES, SEED))
    seconds = round(time.monotonic() - began, 1)
    print(json.dumps({"name": "places_import", "cases": CASES, "outcomes": outcomes, "seconds": seconds, "ok": True}))


if __name__ == "__main__":
    main()
