"""Takes in a file of official figures, however large."""

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from commongoal.places.actions.editions import import_edition
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.observations import Asked, Perturbation
from commongoal.places.engine.rows import Imported
from commongoal.places.files.delimited import mapped
from commongoal.places.files.reading import LAYOUTS
from commongoal.web.management.importing import ImportCommand


class Command(ImportCommand):
    """Reads the file once and keeps what it says; the same file again changes nothing."""

    help = "Takes in a file of official figures, however large."
    verb = "import places"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What the file does not say of itself."""
        super().add_arguments(parser)
        day = dt.date.fromisoformat
        parser.add_argument("--fetched", type=day, help="the day it was fetched, as 2026-03-02; today if not given")
        parser.add_argument("--layout", choices=sorted(LAYOUTS), default="", help="found out from the file otherwise")
        for name in ("dataset", "title", "source", "table"):
            parser.add_argument(f"--{name}", default="", help=f"the {name}, where the file does not say")
        parser.add_argument("--year", action="append", default=[], metavar="KIND=YEAR", help="of its areas: lsoa=2011")
        parser.add_argument("--rounding", type=float, help="the base to which figures are rounded; 0 if they are not")
        parser.add_argument(
            "--perturbation", choices=[one.value for one in Perturbation], help="moved at random or not"
        )
        parser.add_argument("--mapping", type=Path, help="for a table of your own: which column is what")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django calls it so
        """Reads the file and keeps what it says."""
        by, asked = self.asking(options["email"]), _asked(options)

        def work() -> Imported:
            mapping = options["mapping"].read_bytes() if options["mapping"] else b""
            given = {"file": options["file"].name, "asked": asked, "layout": options["layout"], "mapping": mapping}
            with mapped(options["file"]) as data:
                taken = import_edition(data, by=by, at=timezone.now(), **given)
            found = taken.changes
            counts = (found.new, found.revised, found.same) if found else (0, 0, taken.edition.rows)
            return Imported(*counts, taken.problems, taken.remarks)

        self.tell(options, work)


def _asked(options: dict[str, Any]) -> Asked:
    years = [tuple(pair.partition("=")[::2]) for pair in options["year"]]
    if wrong := [kind for kind, year in years if kind not in set(AreaKind) or not year.isdecimal()]:
        raise CommandError(f"--year is a kind of area and a year, like lsoa=2011; found {', '.join(wrong)}")
    moved = options["perturbation"]
    return Asked(
        fetched_on=options["fetched"] or timezone.localdate(),
        dataset=options["dataset"],
        title=options["title"],
        source=options["source"],
        table=options["table"],
        vintages=tuple(years),
        rounding=options["rounding"],
        perturbation=Perturbation(moved) if moved else None,
        keep_good=options["keep_good"],
    )
