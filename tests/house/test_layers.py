"""The order of the parts and the rooms in each, as the contracts in pyproject.toml say."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

WITHOUT_ROOMS = {"kernel", "cli", "demo", "config", "web", "jobs"}


def lint_imports(config: Path, source: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", config]
    return subprocess.run(command, cwd=source, capture_output=True, text=True)


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """A copy of the package to plant faults in."""
    shutil.copytree(root / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_contracts_hold(root: Path) -> None:
    found = lint_imports(root / "pyproject.toml", root / "src")
    assert found.returncode == 0, found.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("stray/__init__.py", "", "Each part uses only the parts before it"),
        ("kernel/planted.py", "import commongoal.pathway", "Each part uses only the parts before it"),
        ("pathway/service.py", "", "Each part has the same rooms"),
        ("pathway/engine/planted.py", "import commongoal.pathway.sessions", "Each part has the same rooms"),
        ("valuation/engine/planted.py", "import socket", "Engines and the kernel reach no platform"),
        ("web/planted.py", "import commongoal.people.models", "The tables of people are its own"),
        ("people/planted.py", "import commongoal.access.models", "The tables of access are its own"),
    ],
)
def test_planted_fault_is_found(copy: Path, file: str, line: str, contract: str) -> None:
    planted = copy / "src" / "commongoal" / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(line)
    found = lint_imports(copy / "pyproject.toml", copy / "src")
    broken = [row for row in found.stdout.splitlines() if row.endswith("BROKEN")]
    assert found.returncode == 1, found.stdout
    assert any(row.startswith(contract) for row in broken), found.stdout


def test_every_part_with_rooms_is_in_the_contract(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = next(c["containers"] for c in contracts if c["name"] == "Each part has the same rooms")
    parts = {path.parent.name for path in (root / "src" / "commongoal").glob("*/__init__.py")}
    assert {name.removeprefix("commongoal.") for name in listed} == parts - WITHOUT_ROOMS


def test_every_part_with_tables_keeps_them(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    kept = {module for contract in contracts for module in contract.get("protected_modules", [])}
    source = root / "src" / "commongoal"
    tables = {path.stem if path.is_file() else path.name for path in source.glob("*/models*")}
    assert tables <= {"models"}
    assert kept == {f"commongoal.{path.parent.name}.models" for path in source.glob("*/models*")}
