"""Engines compute on values: no files, clocks, processes or unseeded draws, as their code shows."""

import ast
from pathlib import Path

import pytest

FORBIDDEN_MODULES = {
    "asyncio", "django", "glob", "http", "io", "multiprocessing", "os", "pyspark", "random", "requests", "shutil",
    "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib",
}  # fmt: skip
FORBIDDEN_CALLS = {"open", "input", "print", "eval", "exec", "Path"}
FORBIDDEN_METHODS = {
    "read_text", "read_bytes", "write_text", "write_bytes", "open", "mkdir", "unlink",  # files
    "now", "today", "utcnow",  # the clock
    "connect",  # a database
    "seed", "rand", "randn", "randint", "random_sample",  # numpy's global generator
}  # fmt: skip


def engine_files(root: Path) -> list[Path]:
    source = root / "src" / "commongoal"
    rooms = [source / "kernel", *source.glob("*/engine"), *source.glob("*/engine.py")]
    return sorted(path for room in rooms for path in ([room] if room.is_file() else room.rglob("*.py")))


def faults(code: str) -> list[str]:
    """What an engine's code does that an engine must not."""
    found: list[str] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found += [f"import {a.name}" for a in node.names if a.name.split(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in FORBIDDEN_MODULES:
            found.append(f"import {node.module}")
        elif isinstance(node, ast.Call):
            found += call_faults(node)
    return found


def call_faults(call: ast.Call) -> list[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if "default_rng" in (name, method) and not call.args and not call.keywords:
        return ["a generator without a seed"]
    if name in FORBIDDEN_CALLS or method in FORBIDDEN_METHODS:
        return [f"line {call.lineno}: {name or method}()"]
    return []


def test_engines_only_compute(root: Path) -> None:
    found = {str(path.relative_to(root)): faults(path.read_text(encoding="utf-8")) for path in engine_files(root)}
    assert {path: rows for path, rows in found.items() if rows} == {}


@pytest.mark.parametrize(
    "code",
    [
        "open('x')",
        "from pathlib import Path\nPath('x').read_text()",
        "path.write_bytes(b'')",
        "import os",
        "from urllib.request import urlopen",
        "import subprocess",
        "from datetime import datetime\ndatetime.now()",
        "date.today()",
        "import time\ntime.time()",
        "import random",
        "np.random.default_rng()",
        "np.random.rand(3)",
        "duckdb.connect()",
    ],
)
def test_planted_fault_is_found(code: str) -> None:
    assert faults(code)


def test_seeded_generator_is_allowed() -> None:
    assert faults("np.random.default_rng(seed)\ngenerator.random(3)") == []


def test_everything_public_in_an_engine_is_documented(root: Path) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    bare = []
    for path in engine_files(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        public = [top for top in tree.body if not getattr(top, "name", "_").startswith("_")]
        nodes = [n for top in public for n in ([top, *top.body] if isinstance(top, ast.ClassDef) else [top])]
        bare += [
            f"{path.relative_to(root)}:{node.lineno} {node.name}"
            for node in nodes
            if isinstance(node, kinds) and not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert bare == []
