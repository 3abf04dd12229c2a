"""`commongoal impact FILE`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commongoal.cli import exits
from commongoal.cli.arguments import add_json

if TYPE_CHECKING:
    from commongoal.valuation.engine.job import Floats
    from commongoal.valuation.files.strategy import StrategyFile

FORMAT = "commongoal-impact/1"
UNDISCOUNTED = "none"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `impact`."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a strategy's targets and what they save, or a case for scaling up"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one HTML file")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Work out what the strategy saves, or what scaling up would buy, and show it."""
    from commongoal.cli.report.content.impact import impact_report
    from commongoal.valuation.engine.scaling import scaled
    from commongoal.valuation.engine.strategy_impact import impact
    from commongoal.valuation.files.strategy import read_strategy

    read = read_strategy(args.file)
    strategy, scaling = read.strategy, read.at_scale
    saved = impact(strategy, _factors(read), read.stated) if strategy else None
    bought = scaled(scaling) if scaling else None
    report = impact_report(read, saved, bought)
    if args.html:
        from commongoal.cli.console import write_whole
        from commongoal.cli.report.page import page_of

        write_whole(args.html, page_of(report, "a file of targets and savings"))
    if args.json:
        from commongoal.cli.console import emit_json

        unverified = "unverified" in report.marks
        emit_json({"format": FORMAT, "name": read.name, "unverified": unverified, "impact": saved, "scaling": bought})
    else:
        from commongoal.cli.report.page import print_page

        print_page(report)
        if args.html:
            sys.stdout.write(f"\nThe report: {args.html}\n")
    return exits.DONE


def _factors(read: "StrategyFile") -> "Floats":
    """Discount factors of the strategy's years; ones where the file asks for none."""
    import numpy as np

    from commongoal.valuation.run import schedule_named

    years = len(read.years)
    if read.discount_schedule == UNDISCOUNTED:
        return np.ones(years)
    return schedule_named(read.discount_schedule).factors(years, read.first_discounted_year)
