"""`commongoal value PROGRAMME.toml --ledger DIR`."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from commongoal.cli import exits
from commongoal.cli.arguments import add_json

if TYPE_CHECKING:
    from commongoal.valuation.engine.results import Valuation

RULES = ("net", "equal", "outcome_only", "relative")
STEPS = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `value`."""
    parser.add_argument(
        "programme", type=Path, metavar="PROGRAMME.toml", help="the programme file, with its [valuation]"
    )
    parser.add_argument("--ledger", required=True, type=Path, metavar="DIR", help="an imported ledger")
    parser.add_argument("--rule", choices=RULES, help="value by this rule instead of the file's")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one HTML file")
    parser.add_argument("--summary", action="store_true", help="print the top of the report only")
    parser.add_argument("--engine", default="duckdb", metavar="ENGINE", help="duckdb (default), or spark://host:port")
    parser.add_argument("--memory", default="", metavar="SIZE", help="memory that the engine may use, such as 1GB")
    parser.add_argument("--timings", action="store_true", help="say on standard error how long each step took")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Value the ledger and show the result."""
    from commongoal.cli.console import progress, write_whole
    from commongoal.valuation.run import value

    clock = _Clock()
    with progress(f"Valuing {args.ledger}", steps=STEPS) as work:

        def step(note: str) -> None:
            clock.step(note)
            work.advance(note)

        result = value(
            args.programme, args.ledger, rule=args.rule, engine=args.engine, memory=args.memory, progress=step
        )
        clock.step("")
    if args.timings:
        sys.stderr.write(clock.lines())
    if args.html:
        from commongoal.cli.report.html import as_html

        write_whole(args.html, as_html(result))
    _show(result, args)
    return exits.DONE


class _Clock:
    """Seconds by step, for `--timings`."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._now = ("Starting", time.monotonic())

    def step(self, note: str) -> None:
        """One step ends and the next begins."""
        name, began = self._now
        self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began
        self._now = (note, time.monotonic())

    def lines(self) -> str:
        return "".join(f"{name}: {seconds:.3f} s\n" for name, seconds in self.seconds.items())


def _show(result: "Valuation", args: argparse.Namespace) -> None:
    if args.json:
        from commongoal.valuation.engine.report.as_json import as_json

        sys.stdout.write(as_json(result))
        return
    from commongoal.cli.report.terminal import print_report

    print_report(result, full=not args.summary)
    if args.html:
        sys.stdout.write(f"\nThe report: {args.html}\n")
