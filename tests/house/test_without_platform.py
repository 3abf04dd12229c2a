"""Everything imports, and the command starts, where neither the platform nor a cluster is installed."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from commongoal.cli import exits

BLOCKED = ("django", "allauth", "axes", "psycopg", "gunicorn", "pyspark", "playwright", "pytest", "hypothesis")
# What stands on the platform: of the parts these rooms, and all that is above the command line but `demo.command`.
PLATFORM_ROOMS = {"models", "queries", "actions", "migrations", "management"}
PLATFORM_PARTS = {"web", "jobs", "config"}
COMMAND_OF_DEMO = {"engine", "command", "place", "records"}

BLOCKER = f"""
    import sys

    class Absent:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] in {BLOCKED!r}:
                raise ModuleNotFoundError(f"{{name}} is not installed", name=name)

    sys.meta_path.insert(0, Absent())
"""


def run_without(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter that finds none of `BLOCKED`."""
    command = [sys.executable, "-W", "error", "-c", dedent(BLOCKER) + dedent(code)]
    return subprocess.run(command, capture_output=True, text=True)


def stands_alone(name: str) -> bool:
    """Whether a module is to be imported without the platform. What talks to a cluster may ask for Spark."""
    _, part, room, *_ = [*name.split("."), "", ""]
    if part in PLATFORM_PARTS or room in PLATFORM_ROOMS or "spark" in name or name.endswith("__main__"):
        return False
    return part != "demo" or room in COMMAND_OF_DEMO


def modules(root: Path) -> list[str]:
    """Every module of the package that stands alone."""
    source = root / "src"
    names = [".".join(path.relative_to(source).with_suffix("").parts) for path in sorted(source.rglob("*.py"))]
    return [name for name in (name.removesuffix(".__init__") for name in names) if stands_alone(name)]


def test_the_block_works() -> None:
    assert run_without("import django").returncode == 1


def test_everything_but_the_platform_imports(root: Path) -> None:
    names = modules(root)
    assert {"commongoal.access.engine.permissions", "commongoal.people.engine.vocabulary", "commongoal.cli.main"} <= {
        *names
    }
    found = run_without(f"""
        from importlib import import_module

        for name in {names!r}:
            import_module(name)
        assert not set(sys.modules) & set({BLOCKED!r})
    """)
    assert found.returncode == 0, found.stderr


def test_starting_the_command_loads_no_analytics() -> None:
    found = run_without("""
        from commongoal.cli.main import run
        run(["--help"])
        assert not {"numpy", "scipy", "duckdb", "pyarrow", "pydantic", "rich", "jinja2"} & set(sys.modules)
    """)
    assert found.returncode == 0, found.stderr


def test_a_small_valuation_runs(tmp_path: Path) -> None:
    words = ["demo", "--people", "300", "--no-open", "--json", "--out", str(tmp_path)]
    found = run_without(f"from commongoal.cli.main import run; sys.exit(run({words!r}))")
    assert found.returncode in (exits.DONE, exits.PARTLY), found.stderr
    assert json.loads(found.stdout)
