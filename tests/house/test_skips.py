"""Which skips are excused, and that a refused one fails the run."""

import subprocess
import sys
from pathlib import Path

import pytest

REASONS = ["absent: ../shared/data", "no browser here"]
SUITE = "import pytest\ndef test_one(): pass\ndef test_two(): pytest.skip({reason!r})\n"


@pytest.mark.parametrize(
    ("reason", "data", "code"), [(REASONS[0], False, 0), (REASONS[0], True, 1), (REASONS[1], False, 1)]
)
def test_skip_is_refused_unless_excused(root: Path, tmp_path: Path, reason: str, data: bool, code: int) -> None:
    suite = tmp_path / "checkout" / "tests"
    suite.mkdir(parents=True)
    if data:
        (tmp_path / "shared" / "data").mkdir(parents=True)
    (suite / "conftest.py").write_text((root / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (suite / "test_it.py").write_text(SUITE.format(reason=reason))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--refuse-skips",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        suite,
        suite,
    ]
    found = subprocess.run(command, cwd=suite, capture_output=True, text=True, env={"PATH": ""})
    assert found.returncode == code, found.stdout
