"""`commongoal ledger check|import|describe`."""

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from commongoal.cli import exits
from commongoal.cli.arguments import Parser, add_json

if TYPE_CHECKING:
    from rich.console import Console

    from commongoal.kernel.errors import Problem
    from commongoal.pathway.files import Description, Report

SHOWN = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the three subcommands."""
    commands = parser.add_subparsers(dest="verb", required=True, parser_class=Parser, metavar="check|import|describe")
    check = commands.add_parser("check", help="list every problem in a ledger's files", description=check_files.__doc__)
    _add_inputs(check)
    check.set_defaults(verb_run=check_files)
    bring = commands.add_parser(
        "import", help="check files and write them as a ledger", description=import_files.__doc__
    )
    _add_inputs(bring)
    bring.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="the ledger's directory, written whole or not at all"
    )
    bring.add_argument("--keep-good", action="store_true", help="write the good rows, and the others to refused.csv")
    bring.add_argument("--replace", action="store_true", help="take the place of the ledger in DIR")
    bring.set_defaults(verb_run=import_files)
    describe = commands.add_parser(
        "describe", help="figures about an imported ledger", description=describe_directory.__doc__
    )
    describe.add_argument("directory", type=Path, metavar="DIR", help="an imported ledger")
    describe.add_argument("programme", type=Path, nargs="?", metavar="PROGRAMME.toml", help="for its order of stages")
    add_json(describe)
    describe.set_defaults(verb_run=describe_directory)


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("programme", type=Path, metavar="PROGRAMME.toml", help="the programme file")
    parser.add_argument(
        "inputs", type=Path, nargs="+", metavar="INPUT", help="directories, CSV, workbooks, Parquet files"
    )
    parser.add_argument("--snapshot", required=True, type=_day, metavar="DATE", help="the last day the ledger knows of")
    parser.add_argument("--limit", type=_count, default=SHOWN, metavar="N", help=f"problems to show (default {SHOWN})")
    add_json(parser)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day as year-month-day, such as 2026-03-31, not {text!r}") from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"a whole number, not {text!r}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run the chosen subcommand."""
    return int(args.verb_run(args))


def check_files(args: argparse.Namespace) -> int:
    """List every problem at once: file, row, column, what was found and what would be right. Nothing is written."""
    from commongoal.cli.console import progress
    from commongoal.pathway.files import check_ledger, read_programme

    programme = read_programme(args.programme)
    with progress("Checking the ledger", steps=1):
        report = check_ledger(programme, args.inputs, args.snapshot)
    _show(report, args)
    return exits.DONE if report.clean else exits.REFUSED


def import_files(args: argparse.Namespace) -> int:
    """Check files and write them as one ledger directory. Any problem refuses the whole, unless --keep-good."""
    from commongoal.cli.console import progress
    from commongoal.kernel.errors import BadInput
    from commongoal.pathway.files import Report, import_ledger, read_programme

    programme = read_programme(args.programme)
    try:
        with progress("Importing the ledger", steps=1):
            report = import_ledger(
                programme, args.inputs, args.out, args.snapshot, keep_good=args.keep_good, replace=args.replace
            )
    except BadInput as refused:
        _show(Report({}, {}, refused.problems, ()), args)
        return exits.REFUSED
    _show(report, args)
    return exits.DONE if report.clean else exits.PARTLY


def describe_directory(args: argparse.Namespace) -> int:
    """Rows by table, people and where they stand now, who helps them, and what is missing."""
    from commongoal.cli.console import emit_json
    from commongoal.pathway.files import describe_ledger, read_programme

    programme = read_programme(args.programme) if args.programme else None
    description = describe_ledger(args.directory, programme)
    if args.json:
        emit_json(description)
    else:
        _show_description(description)
    return exits.DONE


def _show(report: "Report", args: argparse.Namespace) -> None:
    """The problems and what became of the rows; JSON has all of them, the screen the first."""
    if args.json:
        from commongoal.cli.console import emit_json

        emit_json(report)
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    if report.problems:
        _show_problems(console, report.problems, args.limit)
    _show_sums(console, report)


def _show_problems(console: "Console", problems: "tuple[Problem, ...]", limit: int) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{len(problems):,} {'problem' if len(problems) == 1 else 'problems'}", title_justify="left")
    for name in ("file", "row", "column", "found", "what would be right", "rule"):
        table.add_column(name, overflow="fold", justify="right" if name == "row" else "left")
    for p in problems[:limit]:
        cells = (p.file, str(p.row or ""), p.column, _printable(p.value), p.expected, p.code)
        table.add_row(*(Text(_printable(cell)) for cell in cells))
    console.print(table)
    if (more := len(problems) - limit) > 0:
        console.print(f"and {more:,} more: --limit {len(problems)} shows them, --json lists them all")


def _printable(text: str) -> str:
    """Text that cannot move the cursor or ring the bell."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _show_sums(console: "Console", report: "Report") -> None:
    read, good = sum(report.rows.values()), sum(report.good.values())
    if report.left_out:
        console.print(f"{len(report.left_out):,} more rows cannot be kept without a refused one.")
    if report.written:
        console.print(f"{good:,} of {read:,} rows written to {report.written}")
        if report.problems:
            console.print(f"The others, with reasons: {report.written / 'refused.csv'}")
    elif report.problems:
        console.print("Nothing was written.")
    else:
        console.print(f"No problems: {read:,} rows are a ledger.")


def _show_description(description: "Description") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False)
    span = f"{description.first_on} to {description.last_on}"
    console.print(f"{description.programme}: {description.people:,} people, about {description.spells:,} spells")
    console.print(f"entries {span}, snapshot {description.snapshot_on}")
    for title, counts in (
        ("Rows by table", description.rows),
        ("People now at each stage", description.standing),
        ("People by provider", description.helped),
        ("Gaps", description.gaps),
    ):
        table = Table(title=title, title_justify="left", show_header=False)
        table.add_column()
        table.add_column(justify="right")
        for name, count in counts.items():
            table.add_row(Text(_printable(name)), f"{count:,}")
        console.print(table)
