"""Damaged appraisals, unit cost workbooks, sharing and strategy files: each gives a result or is refused in words.

    python -m proof.fuzz_appraisals            2,000 appraisals and workbooks, 1,000 unit cost tables, 900 others
    python -m proof.fuzz_appraisals --part 20  a twentieth of each

Ends with one JSON line. A traceback is a failure, and says with which seed it came.
"""

import argparse
import json
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path
from random import Random

from tests.engine.test_appraisal_files import fuzzed
from tests.engine.test_sharing_files import COMMAND, PAGES, mutated, use, written
from tests.engine.test_unit_costs_import import trouble

from commongoal.kernel.errors import Refused

APPRAISALS, UNIT_COSTS, OTHERS, SEED = 2_000, 1_000, 300, 43
ROOT = Path(__file__).resolve().parent.parent


def unit_costs(count: int) -> Counter[str]:
    """Unit cost tables and value banks; `trouble` counts what ended in neither values nor words."""
    with tempfile.TemporaryDirectory() as folder:
        found = trouble(Path(folder), count)
    for one in found:
        print(one, file=sys.stderr)
    return Counter({"unit costs: values or words": count - len(found), "unit costs: trouble": len(found)})


def others(count: int) -> Counter[str]:
    """`count` of each of the sharing, strategy and scaling examples, one to three keys damaged."""
    tally: Counter[str] = Counter()
    for name in COMMAND:
        parsed = tomllib.loads((ROOT / PAGES / name).read_text(encoding="utf-8"))
        kind = name.removesuffix("_example.toml")
        for case in range(count):
            tally[f"{kind}: {_outcome(name, mutated(parsed, Random(f'{SEED}-{name}-{case}')), case)}"] += 1
    return tally


def _outcome(name: str, parsed: dict[str, object], case: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        try:
            use(written(Path(folder), parsed), COMMAND[name])
        except Refused as refused:
            return "refused" if str(refused) else "refused without a word"
        except Exception as fault:
            fault.add_note(f"{name}, seed {SEED}, case {case}")
            raise
    return "result"


def main(argv: list[str] | None = None) -> int:
    """Runs it all; the last line is a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", type=int, default=1, help="divide the number of cases by this")
    part = parser.parse_args(argv).part
    began = time.monotonic()
    tally = fuzzed(APPRAISALS // part, SEED) + unit_costs(UNIT_COSTS // part) + others(OTHERS // part)
    ok = not any(tally[bad] for bad in tally if "without a word" in bad or "trouble" in bad)
    seconds = round(time.monotonic() - began, 1)
    said = {"name": "fuzz_appraisals", "cases": sum(tally.values()), "outcomes": dict(tally)}
    print(json.dumps(said | {"seconds": seconds, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
