"""Takes in a file of postcodes, in the layout of the National Statistics Postcode Lookup."""

from typing import Any

from django.utils import timezone

from commongoal.places.actions.imports import import_postcodes
from commongoal.places.engine.rows import Imported
from commongoal.web.management.importing import ImportCommand


class Command(ImportCommand):
    """Reads the file once and keeps what it says."""

    help = "Takes in a file of postcodes, in the layout of the National Statistics Postcode Lookup."
    verb = "import places"

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django calls it so
        """Runs the import."""
        by = self.asking(options["email"])

        def work() -> Imported:
            with options["file"].open("rb") as lines:
                return import_postcodes(
                    lines,
                    file=options["file"].name,
                    by=by,
                    at=timezone.now(),
                    keep_good=options["keep_good"],
                )

        self.tell(options, work)
