"""`commongoal demo`: Marlhaven's records made, imported as a ledger, valued and shown; and its site, where asked for.

The steps are those that anybody takes with records of their own: `commongoal ledger import`, then `commongoal value`.
With `--site` the pages of the same place are built and served too, which needs the platform.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from commongoal.cli import exits
from commongoal.cli.arguments import add_json
from commongoal.config.serve import add_address

if TYPE_CHECKING:
    from commongoal.valuation.engine.results import Valuation

OUT = Path("build/demo")
FEWEST = 200
PROGRAMME, VARIANT, REPORT = "marlhaven.toml", "marlhaven_assumed.toml", "marlhaven.html"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `demo`."""
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"where to write (default {OUT})")
    parser.add_argument(
        "--people", type=_from(FEWEST), metavar="N", help=f"people in the programme, from {FEWEST} (default 5,000)"
    )
    parser.add_argument("--no-open", action="store_true", help="print the path of the report and do not open it")
    parser.add_argument("--site", action="store_true", help="then build the place's site and serve it")
    parser.add_argument(
        "--residents",
        type=_from(1),
        metavar="N",
        help="people on the site (default 600); another number builds it again",
    )
    parser.add_argument("--reset", action="store_true", help="forget what was built under --out, and stop")
    add_address(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Make the records, import both ledgers, value the programme, write the report and show it; then the site."""
    from commongoal.cli.console import progress

    if args.reset:
        shutil.rmtree(args.out, ignore_errors=True)
        return exits.DONE

    with progress("Making and valuing Marlhaven", steps=3) as work:
        programme = build(args.out, args.people)
        work.advance("valuing")
        valuation = _valued(programme, args.out / "ledger")
        work.advance("writing the report")
        report = _write_report(valuation, args.out / REPORT)
        work.advance()
    _show(valuation, report, args)
    if args.site:
        from commongoal.demo.site import serve_site

        serve_site(args, args.out / "site")
    return exits.DONE


def build(out: Path, people: int | None = None) -> Path:
    """Everything but the valuation, under `out`: records as CSV, both ledgers and both programme files.

    Returns the programme file; its variant with an assumed deadweight stands beside it. Ledgers already there are
    replaced.
    """
    from commongoal.demo.place import assumed_text, marlhaven, programme_text
    from commongoal.demo.records import write_records
    from commongoal.pathway.files import import_ledger, read_programme

    place = marlhaven(people=people)
    for name, tables in (("ledger", place.ledger), ("comparison", place.comparison)):
        write_records(out / "records" / name, tables)
    (out / PROGRAMME).write_text(programme_text(), encoding="utf-8")
    (out / VARIANT).write_text(assumed_text(), encoding="utf-8")
    programme = read_programme(out / PROGRAMME)
    for name in ("ledger", "comparison"):
        import_ledger(programme, [out / "records" / name], out / name, place.snapshot_on, replace=True)
    return out / PROGRAMME


def _from(fewest: int) -> Callable[[str], int]:
    def people(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < fewest:
            raise argparse.ArgumentTypeError(f"a whole number from {fewest}, not {text!r}")
        return int(text)

    return people


def _valued(programme: Path, ledger: Path) -> "Valuation":
    from commongoal.valuation.run import value

    return value(programme, ledger)


def _write_report(valuation: "Valuation", path: Path) -> Path:
    from commongoal.cli.report.html import as_html

    path.write_text(as_html(valuation), encoding="utf-8")
    return path.resolve()


def _show(valuation: "Valuation", report: Path, args: argparse.Namespace) -> None:
    """The short report and where the long one is; a browser opens only where somebody can see it."""
    if args.json:
        from commongoal.valuation.engine.report.as_json import as_json

        sys.stdout.write(as_json(valuation))
        return
    from commongoal.cli.report.terminal import print_report

    print_report(valuation, full=False)
    sys.stdout.write(f"\nThe whole report: {report}\n")
    sys.stdout.write(f"The records, ledgers and programme files it came from: {report.parent}\n")
    if not args.no_open and _somebody_sees():
        import webbrowser

        webbrowser.open(report.as_uri())


def _somebody_sees() -> bool:
    """Whether there is a display, and no automatic run."""
    display = sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return display and not os.environ.get("CI")
