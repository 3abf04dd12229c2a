"""`commongoal share FILE`: a file of who pays and who gains, or the JSON of a valuation or an appraisal."""

import argparse
import sys
from pathlib import Path

from commongoal.cli import exits
from commongoal.cli.arguments import add_json

FORMAT = "commongoal-sharing/1"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `share`."""
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="who pays and who gains, in TOML; or what value --json or appraise --json wrote",
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one HTML file")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Work out who pays, who gains and what would be fair, and show it."""
    from commongoal.cli.report.content.partners import partners_report
    from commongoal.valuation.engine.sharing import sharing_of
    from commongoal.valuation.files.sharing import UNDISCOUNTED
    from commongoal.valuation.files.sharing_of_results import read_either
    from commongoal.valuation.run import schedule_named

    read = read_either(args.file)
    schedule = None if read.discount_schedule == UNDISCOUNTED else schedule_named(read.discount_schedule)
    result = sharing_of(read.matrix(schedule), read.schemes)
    report = partners_report(read, result)
    if args.html:
        from commongoal.cli.console import write_whole
        from commongoal.cli.report.page import page_of

        write_whole(args.html, page_of(report, "a file of who pays and who gains"))
    if args.json:
        from commongoal.cli.console import emit_json

        emit_json({"format": FORMAT, "name": read.name, "unverified": read.unverified, "sharing": result})
    else:
        from commongoal.cli.report.page import print_page

        print_page(report)
        if args.html:
            sys.stdout.write(f"\nThe report: {args.html}\n")
    return exits.PARTLY if any(split.why for split in result.splits) else exits.DONE
