"""The `commongoal` command: exit codes, words instead of tracebacks, JSON, and a quick start."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

import commongoal
from commongoal.cli import console, exits, main
from commongoal.kernel.errors import BadInput, Problem, Refused

BUILT = [name for name in main.COMMANDS if find_spec(f"commongoal.cli.{name}")]


class TooLate(Refused):
    """The period is closed."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A command named `try` whose `run` a test may replace."""
    module = ModuleType("commongoal.cli.try")
    module.configure = lambda parser: parser.add_argument("--json", action="store_true")  # type: ignore[attr-defined]
    module.run = lambda _: exits.PARTLY  # type: ignore[attr-defined]
    monkeypatch.setitem(main.COMMANDS, "try", "a command for tests")
    monkeypatch.setitem(sys.modules, "commongoal.cli.try", module)
    return module


def raises(fault: BaseException) -> object:
    def run(args: argparse.Namespace) -> int:
        raise fault

    return run


def test_help_lists_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--help"]) == exits.DONE
    text = capsys.readouterr().out
    assert all(name in text for name in (*main.COMMANDS, *main.JOINED))
    assert all(f"{code:>3}  {meaning}" in text for code, meaning in exits.MEANINGS.items())


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--version"]) == exits.DONE
    assert capsys.readouterr().out == f"commongoal {commongoal.__version__}\n"


@pytest.mark.parametrize("words", [[], ["valeu"], ["--unknown"], ["try", "--unknown"]])
def test_what_is_not_understood_ends_with_two(words: list[str], command: ModuleType) -> None:
    assert main.run(words) == exits.USAGE


def test_near_miss_gets_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    main.run(["valeu"])
    assert "Did you mean 'value'?" in capsys.readouterr().err


def test_code_of_the_command_is_passed_on(command: ModuleType) -> None:
    assert main.run(["try"]) == exits.PARTLY


def test_refusal_is_one_sentence(command: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    command.run = raises(TooLate("It closed on 3 May."))  # type: ignore[attr-defined]
    assert main.run(["try"]) == exits.REFUSED
    assert capsys.readouterr().err == "Refused. The period is closed. It closed on 3 May.\n"


def test_every_problem_is_listed(command: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    problems = [Problem("people.csv", row, "area", "?", "a code", "choice") for row in (2, 3)]
    command.run = raises(BadInput(problems))  # type: ignore[attr-defined]
    assert main.run(["try"]) == exits.REFUSED
    text = capsys.readouterr().err
    assert "row 2" in text
    assert "row 3" in text


def test_refusal_as_json(command: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    command.run = raises(BadInput([Problem("people.csv", 2, "area", "?", "a code", "choice")]))  # type: ignore[attr-defined]
    assert main.run(["try", "--json"]) == exits.REFUSED
    output = capsys.readouterr()
    found = json.loads(output.out)
    assert found["problems"][0]["row"] == 2
    assert found["rule"] == "BadInput"
    assert output.err == ""


def test_missing_file_is_a_refusal(command: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    command.run = raises(FileNotFoundError(2, "No such file or directory", "ledger.csv"))  # type: ignore[attr-defined]
    assert main.run(["try"]) == exits.REFUSED
    assert "ledger.csv: No such file" in capsys.readouterr().err


def test_fault_is_one_line_unless_asked(command: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    command.run = raises(ValueError("two\nlines"))  # type: ignore[attr-defined]
    assert main.run(["try"]) == exits.FAULT
    assert capsys.readouterr().err.count("\n") == 1
    assert main.run(["try", "--traceback"]) == exits.FAULT
    assert "Traceback" in capsys.readouterr().err


def test_interruption(command: ModuleType) -> None:
    command.run = raises(KeyboardInterrupt())  # type: ignore[attr-defined]
    assert main.run(["try"]) == exits.INTERRUPTED


def test_reader_that_stops_is_no_fault() -> None:
    code = """
        import sys
        from commongoal.cli import main

        main._dispatch = lambda words: sum(print("x" * 100_000) or 0 for _ in range(200))
        sys.exit(main.run([]))
    """
    command = [sys.executable, "-c", dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == exits.UNREAD


def test_help_imports_next_to_nothing() -> None:
    code = (
        "import sys; from commongoal.cli import main; main.run(['--help']); "
        "sys.exit(' '.join({'argparse', 'typing', 'rich', 'numpy', 'importlib.metadata'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.stderr.strip() == ""


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of a command that have no sub-commands of their own."""
    groups = parser._subparsers._group_actions if parser._subparsers else []
    children = [child for group in groups for child in (group.choices or {}).values()]  # type: ignore[union-attr]
    if not children:
        yield parser
    for child in children:
        yield from parsers(child)


@pytest.mark.parametrize("name", BUILT)
def test_every_command_has_json_and_words_for_every_argument(name: str) -> None:
    for parser in parsers(main.parser_of(name)):
        assert "--json" in parser._option_string_actions, parser.prog
        assert [action.dest for action in parser._actions if not action.help] == [], parser.prog


@pytest.mark.parametrize("name", [name for name in commongoal.__all__ if not name.startswith("_")])
def test_public_name_is_there_and_documented(name: str) -> None:
    assert (getattr(commongoal, name).__doc__ or "").strip()
    assert name in dir(commongoal)


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        import_module("commongoal").nothing  # noqa: B018


def test_json_has_no_bare_infinity(capsys: pytest.CaptureFixture[str]) -> None:
    console.emit_json({"ratio": float("inf"), "none": float("nan"), "rows": (1, 2), "at": Path("a")})
    assert json.loads(capsys.readouterr().out) == {"ratio": "Infinity", "none": None, "rows": [1, 2], "at": "a"}


def test_progress_is_silent_when_quick_and_says_something_when_slow(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with console.progress("Valuing", steps=2) as work:
        work.advance()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(console, "QUIET_SECONDS", 0.01)
    with console.progress("Valuing", steps=2) as work:
        work.advance("drawing rates")
        time.sleep(0.1)
    assert capsys.readouterr().err.startswith("Valuing: 1 of 2: drawing rates")
