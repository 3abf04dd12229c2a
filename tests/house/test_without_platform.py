"""Everything imports, and the command starts, where neither the platform nor a cluster is installed."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from commongoal.cli import exits

BLOCKED = ("django", "pyspark", "playwright", "pytest", "hypothesis")

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


def modules(root: Path) -> list[str]:
    """Every module of the package but what talks to a cluster, which may ask for Spark when it is imported."""
    source = root / "src"
    paths = sorted(path for path in source.rglob("*.py") if "spark" not in path.stem and path.stem != "__main__")
    names = [".".join(path.relative_to(source).with_suffix("").parts) for path in paths]
    return [name.removesuffix(".__init__") for name in names]


def test_the_block_works() -> None:
    assert run_without("import django").returncode == 1


def test_everything_imports(root: Path) -> None:
    found = run_without(f"""
        from importlib import import_module

        for name in {modules(root)!r}:
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
