"""Functions and files stay small enough to be read."""

import ast
from collections.abc import Iterator
from pathlib import Path

LONGEST_FUNCTION = 60
LONG_FUNCTION = 40
SHARE_OF_LONG_FUNCTIONS = 0.05
LONGEST_FILE = 450


def python_files(root: Path) -> list[Path]:
    folders = ("src", "tests", "scripts", "bench", "proof")
    return [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]


def functions(root: Path) -> Iterator[tuple[int, str]]:
    """Length in lines and place of every function."""
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                place = f"{path.relative_to(root)}:{node.lineno} {node.name}"
                yield (node.end_lineno or node.lineno) - node.lineno + 1, place


def test_no_function_is_too_long(root: Path) -> None:
    assert [place for length, place in functions(root) if length > LONGEST_FUNCTION] == []


def test_few_functions_are_long(root: Path) -> None:
    lengths = list(functions(root))
    long = [place for length, place in lengths if length > LONG_FUNCTION]
    assert len(long) <= SHARE_OF_LONG_FUNCTIONS * len(lengths), long


def test_no_file_is_too_long(root: Path) -> None:
    written = [path for path in python_files(root) if "migrations" not in path.parts]  # those are generated
    lengths = {str(path.relative_to(root)): path.read_text().count("\n") for path in written}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_names_say_what_is_inside(root: Path) -> None:
    empty_words = {"utils", "util", "common", "core", "helpers", "helper", "manager", "service", "misc"}
    assert [str(path) for path in python_files(root) if empty_words & {path.stem, path.parent.name}] == []
