"""2,000 damaged ledgers: each is imported, kept in part, or refused in words. Ends with one JSON line."""

import json
import time

from tests.engine.test_fuzz_ledger import fuzzed

CASES, SEED = 2_000, 41


def main() -> None:
    began = time.monotonic()
    tally = fuzzed(CASES, SEED)
    seconds = round(time.monotonic() - began, 1)
    print(json.dumps({"name": "fuzz_ledger", "cases": CASES, "outcomes": dict(tally), "seconds": seconds, "ok": True}))


if __name__ == "__main__":
    main()
