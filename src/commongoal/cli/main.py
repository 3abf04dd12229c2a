"""The `commongoal` command: finds the chosen command, runs it, and turns refusals and faults into words and exit codes.

A command is a module with `configure(parser)`, which adds its arguments, and `run(args)`, which returns an exit code.
Only the chosen command's module is imported. The help of the whole is written here, so that showing it imports none.
Commands that stand above `cli` in the order join through the entry-point group `commongoal.commands`.
"""

import sys
from types import ModuleType

from commongoal import __version__
from commongoal.cli import exits

TYPE_CHECKING = False  # the constant from `typing`, without the cost of importing it
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from commongoal.kernel.errors import Refused

COMMANDS: dict[str, str] = {
    "ledger": "check, import or describe a ledger of what happened to people",
    "value": "value every step of a programme from its ledger",
    "appraise": "appraise a programme before the event",
    "values": "list, show, uprate and import unit values",
    "work": "say who gains when somebody moves into work",
    "share": "say who pays, who gains, and what each partner would fairly put in",
    "impact": "say what a strategy saves if its targets are met, and what scaling up would buy",
    "places": "import official figures, print a profile of an area, check headline figures",
}
"""The built-in commands and their one line of help; `commongoal.cli.NAME` is the module."""

JOINED: dict[str, str] = {
    "demo": "make a programme in an invented place, value it and show the report; with --site, its site too",
    "serve": "serve the pages of a partnership, with the task worker (needs the platform)",
    "snapshot": "write the ledger of a programme from this installation's database (needs the platform)",
}
"""Commands that join through an entry point, with the line that help shows without looking for them."""

EXAMPLES = """\
  commongoal demo
  commongoal ledger check programme.toml records/ --snapshot 2026-03-31
  commongoal ledger import programme.toml records/ --snapshot 2026-03-31 --out ledger/
  commongoal value programme.toml --ledger ledger/ --html report.html
"""

SHOWN_PROBLEMS = 50


def run(argv: "Sequence[str] | None" = None) -> int:
    """Run one command line (without the program's name) and return its exit code; never raises."""
    words = list(sys.argv[1:] if argv is None else argv)
    traceback = _take(words, "--traceback")
    as_json = "--json" in words
    try:
        code = _dispatch(words)
        sys.stdout.flush()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else exits.DONE if stop.code is None else exits.FAULT
    except KeyboardInterrupt:
        _say("\nInterrupted.")
        return exits.INTERRUPTED
    except BrokenPipeError:
        return _unread()
    except Exception as fault:  # the last line of defence: words instead of a traceback
        return _explain(fault, as_json, traceback)
    return code


def help_text() -> str:
    """What `commongoal --help` prints."""
    width = max(len(name) for name in (*COMMANDS, *JOINED)) + 4
    rows = "\n".join(f"  {name:<{width}}{line}" for name, line in (COMMANDS | JOINED).items())
    return f"""\
usage: commongoal COMMAND [options]

Say what each step, provider and intervention of a programme was worth, net of what would have happened anyway,
and how sure that is, from one ledger of what happened to people.

commands:
{rows}

options:
  -h, --help    this page; after a command, the command's own page
  --version     the version
  --traceback   on a fault of the program, show where it happened
  --json        after any command: one JSON document on standard output

examples:
{EXAMPLES}
exit codes:
{exits.exit_lines()}
"""


def parser_of(command: str) -> "argparse.ArgumentParser":
    """The argument parser of one command, with its module as the default `command`."""
    from commongoal.cli.arguments import Parser

    module = _module_of(command)
    parser = Parser(prog=f"commongoal {command}", description=_line_of(command))
    module.configure(parser)
    parser.set_defaults(command=module)
    return parser


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        sys.stdout.write(help_text())
        return exits.DONE if words else exits.USAGE
    if words[0] == "--version":
        sys.stdout.write(f"commongoal {__version__}\n")
        return exits.DONE
    if words[0] not in COMMANDS and words[0] not in _joined():
        return _not_a_command(words[0])
    args = parser_of(words[0]).parse_args(words[1:])
    return int(args.command.run(args))


def _take(words: list[str], option: str) -> bool:
    """Remove an option that is valid anywhere on the line; whether it was there."""
    present = option in words
    words[:] = [word for word in words if word != option]
    return present


def _joined() -> dict[str, str]:
    """Command -> module of those that join through an entry point. Asked last: it costs more than all the rest."""
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group="commongoal.commands")}


def _module_of(command: str) -> ModuleType:
    from importlib import import_module

    return import_module(f"commongoal.cli.{command}" if command in COMMANDS else _joined()[command])


def _line_of(command: str) -> str:
    line = (COMMANDS | JOINED).get(command, "")
    return f"{line[:1].upper()}{line[1:]}." if line else ""


def _not_a_command(word: str) -> int:
    from difflib import get_close_matches

    near = get_close_matches(word, [*COMMANDS, *_joined()], n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    _say(f"commongoal: '{word}' is not a command.{hint} 'commongoal --help' lists them.")
    return exits.USAGE


def _explain(fault: Exception, as_json: bool, traceback: bool) -> int:
    from commongoal.kernel.errors import Refused

    if isinstance(fault, Refused):
        _refuse(fault, as_json)
        return exits.REFUSED
    if isinstance(fault, OSError) and fault.filename is not None:
        _refuse(Refused(f"{fault.filename}: {fault.strerror}"), as_json)
        return exits.REFUSED
    if traceback:
        from traceback import print_exception

        print_exception(fault)
        return exits.FAULT
    first = " ".join(str(fault).split())[:300]
    _say(f"commongoal: a fault of the program: {type(fault).__name__}: {first} (add --traceback to see where)")
    return exits.FAULT


def _refuse(refused: "Refused", as_json: bool) -> None:
    problems = getattr(refused, "problems", ())
    if as_json:
        from dataclasses import asdict

        from commongoal.cli.console import emit_json

        emit_json({"refused": str(refused), "rule": type(refused).__name__, "problems": [asdict(p) for p in problems]})
        return
    _say(f"Refused. {refused.sentence()} {'' if problems else refused.detail}".rstrip())
    for problem in problems[:SHOWN_PROBLEMS]:
        _say(f"  {problem}")
    if (more := len(problems) - SHOWN_PROBLEMS) > 0:
        _say(f"  and {more:,} more; --json lists them all")


def _unread() -> int:
    """The reader of our output has gone: point the stream at nothing, so that closing it is quiet too."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return exits.UNREAD


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
