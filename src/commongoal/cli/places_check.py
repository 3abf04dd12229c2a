"""`commongoal places check CLAIMS.toml`."""

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commongoal.cli import exits
from commongoal.cli.arguments import add_json

if TYPE_CHECKING:
    from commongoal.places.engine.claims import Claims
    from commongoal.places.engine.report.claims import Official

FORMAT = "commongoal-claims/1"
TEMPLATE_FORMAT = "commongoal-indicators/1"
LINE = "say which headline figures about a place do not follow from the others"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `places check`."""
    parser.add_argument(
        "claims", type=Path, metavar="FILE", help="headline figures in TOML, or a file of indicators or of a plan"
    )
    parser.add_argument("--store", type=Path, metavar="DIR", help="a store of official figures to set them beside")
    parser.add_argument("--area", default="", metavar="CODE", help="the area in the store; that of the file otherwise")
    parser.add_argument(
        "--on", type=dt.date.fromisoformat, metavar="DATE", help="the day of the check (default: today)"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one HTML file")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Check the file; ends with 3 where figures contradict one another or differ from official ones."""
    from commongoal.places.files.toml_files import parsed_toml

    data = args.claims.read_bytes()
    if "indicator" in parsed_toml(data, args.claims.name):
        return _check_indicators(data, args)
    from commongoal.places.engine.claims import checked
    from commongoal.places.engine.report.claims import claims_report
    from commongoal.places.files.claims import read_claims

    claims = read_claims(data, args.claims.name)
    official = _official(claims, args)
    found = checked(claims)
    report = claims_report(found, official)
    if args.html:
        from commongoal.cli.console import write_whole
        from commongoal.cli.report.page import page_of

        write_whole(args.html, page_of(report, "a file of headline figures"))
    if args.json:
        from commongoal.cli.console import emit_json

        emit_json({"format": FORMAT, "agrees": found.agrees, "checked": found, "official": official})
    else:
        from commongoal.cli.report.page import print_page

        print_page(report)
        if args.html:
            sys.stdout.write(f"\nThe report: {args.html}\n")
    return exits.DONE if found.agrees and not report.warnings else exits.PARTLY


def _official(claims: "Claims", args: argparse.Namespace) -> "tuple[Official, ...]":
    if args.store is None:
        return ()
    from commongoal.cli.places_profile import evidence_in, today
    from commongoal.places.run import official_figures

    code = args.area or claims.area
    if not code:
        from commongoal.places.run import NoSuchArea

        raise NoSuchArea("Give --area CODE, or area in the file.")
    return official_figures(evidence_in(args.store), claims, code, args.on or today())


def _check_indicators(data: bytes, args: argparse.Namespace) -> int:
    """A file of definitions or of a plan: read with every fault, and what is still to be filled."""
    from commongoal.cli.places_profile import today
    from commongoal.places.files.indicators import read_indicators

    read = read_indicators(data, args.claims.name)
    on = args.on or today()
    to_fill = {one.code: one.plan.to_fill for one in read if one.plan and one.plan.to_fill}
    overdue = [one.code for one in read if one.overdue(on)]
    if args.json:
        from commongoal.cli.console import emit_json

        emit_json({"format": TEMPLATE_FORMAT, "indicators": read, "to_fill": to_fill, "overdue": overdue})
        return exits.DONE if not (to_fill or overdue) else exits.PARTLY
    out = [f"{len(read)} {'indicator' if len(read) == 1 else 'indicators'} read, no faults."]
    out += [f"To look at again, by {one.review_on}: {one.name}" for one in read if one.code in overdue]
    out += [f"To be filled for {one.name}: {', '.join(to_fill[one.code])}" for one in read if one.code in to_fill]
    sys.stdout.write("\n".join(out) + "\n")
    return exits.DONE if not (to_fill or overdue) else exits.PARTLY
