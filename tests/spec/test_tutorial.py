"""Every command of the tutorial is run, in order, and prints the lines that the page shows.

In a `console` block a line after `$ ` is a command and the others are what it prints. `...` alone stands for any lines,
and at the end of a line for the rest of that line. A command ends well unless `echo $?` after it says otherwise.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PAGE = "docs/tutorial/first-valuation.md"
BLOCK = re.compile(r"^```(?:console|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = "echo $?"
LIMIT_SECONDS = 120


@dataclass(frozen=True)
class Step:
    """A command, the lines that the page shows and the exit code that it states."""

    command: str
    shown: tuple[str, ...]
    code: int = 0


def steps_of(page: str) -> list[Step]:
    """The commands of a page with what they print; `echo $?` belongs to the command before it."""
    found: list[Step] = []
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.rstrip("\n").split("\n")
            if command == CODE:
                found[-1] = Step(found[-1].command, found[-1].shown, int(shown[0]))
            else:
                found.append(Step(command, tuple(shown)))
    return found


def run(step: Step, folder: Path) -> subprocess.CompletedProcess[str]:
    here = Path(sys.executable).parent
    environment = {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["bash", "-c", step.command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LIMIT_SECONDS,
    )


def missing(shown: tuple[str, ...], printed: str) -> list[str]:
    """Lines that the page shows and the command did not print, in this order."""
    lines, absent = iter(line.rstrip() for line in printed.splitlines()), []
    for line in (line.rstrip() for line in shown if line.strip() not in ("", "...")):
        start, dots, _ = line.partition("...")
        if not any(found.startswith(start) if dots else found == line for found in lines):
            absent.append(line)
            break
    return absent


@pytest.mark.slow
def test_tutorial_does_what_it_says(root: Path, tmp_path: Path) -> None:
    steps = steps_of((root / PAGE).read_text(encoding="utf-8"))
    for step in steps:
        found = run(step, tmp_path)
        assert found.returncode == step.code, f"$ {step.command}\n{found.stdout}{found.stderr}"
        assert missing(step.shown, found.stdout) == [], f"$ {step.command}\n{found.stdout}"


def test_every_kind_of_errand_is_in_the_tutorial(root: Path) -> None:
    text = (root / PAGE).read_text(encoding="utf-8")
    commands = [step.command for step in steps_of(text)]
    for errand in ("demo", "ledger describe", "value", "ledger check", "ledger import"):
        assert any(command.startswith(f"commongoal {errand} ") for command in commands), errand
    assert {step.code for step in steps_of(text)} == {0, 1, 3}
    assert text.count("```") == 2 * len(BLOCK.findall(text))


@pytest.mark.parametrize(
    ("shown", "absent"),
    [
        (("one", "three"), []),
        (("three", "one"), ["one"]),
        (("on...", "...", "three"), []),
        (("four",), ["four"]),
        (("thre",), ["thre"]),
    ],
)
def test_lines_are_looked_for_in_order(shown: tuple[str, ...], absent: list[str]) -> None:
    assert missing(shown, "one\ntwo  \nthree\n") == absent
