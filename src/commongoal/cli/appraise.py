"""`commongoal appraise FILE`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commongoal.cli import exits
from commongoal.cli.arguments import add_json
from commongoal.kernel.errors import Refused

if TYPE_CHECKING:
    from commongoal.valuation.engine.appraisal.results import Appraised

FORMAT = "commongoal-appraisal/1"


class NothingToAppraise(Refused):
    """Give an appraisal file, TOML or a workbook; or --template FILE.xlsx to have a workbook to fill in."""


class AlreadyThere(Refused):
    """The template is not written over a file that is there."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `appraise`."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="outcomes and costs, in TOML or a workbook")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one HTML file")
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help="write a workbook whose formulas compute it again")
    parser.add_argument("--template", type=Path, metavar="FILE.xlsx", help="write a workbook to fill in, and stop")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Appraise the file and show the result, or write the template."""
    if args.template:
        return _template(args)
    if not args.file:
        raise NothingToAppraise
    from commongoal.valuation.engine.appraisal.appraising import appraise
    from commongoal.valuation.files.appraisals import open_appraisal

    appraisal, tables = open_appraisal(args.file)
    result = appraise(appraisal, tables, args.file.name)
    if args.xlsx:
        from commongoal.cli.report.audit_workbook import write_audit_workbook

        write_audit_workbook(result, args.xlsx)
    if args.html:
        from commongoal.cli.console import write_whole
        from commongoal.cli.report.appraisal import as_html

        write_whole(args.html, as_html(result))
    _show(result, args)
    return exits.DONE


def _template(args: argparse.Namespace) -> int:
    from commongoal.valuation.files.appraisal_books import template, write_book

    if args.template.exists():
        raise AlreadyThere(f"{args.template} exists.")
    write_book(template(), args.template)
    if args.json:
        from commongoal.cli.console import emit_json

        emit_json({"format": FORMAT, "template": str(args.template)})
    else:
        sys.stdout.write(f"The workbook to fill in: {args.template}\n")
    return exits.DONE


def _show(result: "Appraised", args: argparse.Namespace) -> None:
    if args.json:
        from commongoal.cli.console import emit_json

        emit_json({"format": FORMAT, "appraisal": _as_values(result)})
        return
    from commongoal.cli.report.appraisal import print_report

    print_report(result)
    for what, path in (("report", args.html), ("workbook", args.xlsx)):
        if path:
            sys.stdout.write(f"\nThe {what}: {path}\n")


def _as_values(result: "Appraised") -> dict[str, object]:
    """The result with the file it was made from as plain values."""
    from dataclasses import fields

    plain = {field.name: getattr(result, field.name) for field in fields(result)}
    return plain | {"file": result.file.model_dump(mode="json")}
