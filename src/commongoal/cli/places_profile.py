"""`commongoal places profile AREA --store DIR`."""

import argparse
import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from commongoal.cli import exits
from commongoal.cli.arguments import add_json
from commongoal.kernel.errors import Refused

if TYPE_CHECKING:
    from commongoal.kernel.report import Report
    from commongoal.places.run import Evidence

FORMAT = "commongoal-place-profile/1"
LINE = "say what official figures tell of an area: who is out of work, where, why and since when"
MADE_FROM = "official figures"


class NoStore(Refused):
    """There is no store of official figures in this folder. `commongoal places import` makes one."""


class NoTypst(Refused):
    """A PDF needs the platform: install commongoal with its extra "platform", or write HTML and print that."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `places profile`."""
    parser.add_argument("area", metavar="AREA", help="the code of an area, such as E08000015")
    parser.add_argument("--store", required=True, type=Path, metavar="DIR", help="the store of official figures")
    parser.add_argument(
        "--indicator", default="", metavar="CODE", help="what the map shows (default: the claimant rate)"
    )
    parser.add_argument(
        "--accept-missing", action="store_true", help="add up although parts have no figure; each sum says which"
    )
    parser.add_argument("--indicators", type=Path, metavar="FILE", help="definitions of your own, in TOML")
    parser.add_argument(
        "--on", type=dt.date.fromisoformat, metavar="DATE", help="the day of the profile (default: today)"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the profile as one HTML file, to print")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write the profile as a PDF (needs the platform)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every table with its notes")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Make the profile and show it."""
    from commongoal.places.engine.report import profile_report
    from commongoal.places.run import area_profile

    evidence = replace(evidence_in(args.store, args.indicators), accept_missing=args.accept_missing)
    profile = area_profile(evidence, args.area, args.on or today(), args.indicator)
    report = profile_report(profile)
    written = _write(report, args)
    if args.json:
        from commongoal.cli.console import emit_json

        spots = profile.spots and replace(profile.spots, shapes=(), spots=None)
        names = {"hot": profile.spots.hot, "cold": profile.spots.cold} if profile.spots else {}
        emit_json({"format": FORMAT, "profile": replace(profile, spots=spots), **names})
        return exits.DONE
    from commongoal.cli.report.page import print_page

    print_page(report)
    for path in written:
        sys.stdout.write(f"\nWritten: {path}\n")
    return exits.DONE


def today() -> dt.date:
    """The day where the command runs."""
    return dt.datetime.now().astimezone().date()


def evidence_in(folder: Path, own: Path | None = None) -> "Evidence":
    """All that a store holds, with definitions of one's own. Raises `NoStore`, `BadInput`."""
    from commongoal.places.files.boundaries import kept_outlines
    from commongoal.places.files.indicators import indicators
    from commongoal.places.files.lookups import kept_geography
    from commongoal.places.files.store import kept_editions
    from commongoal.places.run import Evidence

    if not folder.is_dir():
        raise NoStore(f"Looked in {folder}.")
    defined = indicators(_text(own), own.name) if own else indicators()
    return Evidence(folder, kept_editions(folder), kept_geography(folder), kept_outlines(folder), defined)


def _text(own: Path) -> str:
    """The text of a file. Raises `BadInput` for one that is not UTF-8."""
    from commongoal.kernel.errors import BadInput, Problem

    try:
        return own.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput([Problem(own.name, 0, "", "", "text in UTF-8", "bad_encoding")]) from None


def _write(report: "Report", args: argparse.Namespace) -> list[Path]:
    """The files that were asked for."""
    if args.pdf:
        args.pdf.write_bytes(_pdf(report))
    if args.html:
        from commongoal.cli.console import write_whole
        from commongoal.cli.report.page import page_of

        write_whole(args.html, page_of(report, MADE_FROM))
    if args.csv:
        from commongoal.cli.console import write_whole
        from commongoal.kernel.spreadsheets import csv_text
        from commongoal.places.engine.report import tables_of

        write_whole(args.csv, csv_text(tables_of(report)))
    return [path for path in (args.html, args.pdf, args.csv) if path]


def _pdf(report: "Report") -> bytes:
    from importlib.util import find_spec

    if find_spec("typst") is None:
        raise NoTypst
    from commongoal.places.files.report_paper import as_pdf

    return as_pdf(report)
