"""Takes in a file of boundaries, however large."""

import argparse
from typing import Any

from django.utils import timezone

from commongoal.places.actions.boundaries import import_boundaries
from commongoal.places.engine.rows import Imported
from commongoal.web.management.importing import ImportCommand


class Command(ImportCommand):
    """Reads the file once and keeps its outlines; the same file again changes nothing."""

    help = "Takes in a file of boundaries (GeoJSON), however large."
    verb = "import places"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Who publishes it."""
        super().add_arguments(parser)
        parser.add_argument("--source", default="", help="who publishes it; the name of the file if not given")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django calls it so
        """Reads the file and keeps what it says."""
        by = self.asking(options["email"])

        def work() -> Imported:
            data, file = options["file"].read_bytes(), options["file"].name
            taken = import_boundaries(data, file=file, source=options["source"], by=by, at=timezone.now())
            return Imported(0 if taken.there else taken.areas, 0, taken.areas if taken.there else 0, (), taken.remarks)

        self.tell(options, work)
