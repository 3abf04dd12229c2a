"""Takes in a file of services in the Open Referral UK standard."""

import argparse
from typing import Any

from django.utils import timezone

from commongoal.directory.actions.services import import_services
from commongoal.web.management.importing import ImportCommand


class Command(ImportCommand):
    """Reads the file once and makes the directory offer what its source offers."""

    help = "Takes in a file of services in the Open Referral UK standard."
    verb = "import services"

    def add_asking(self, parser: argparse.ArgumentParser) -> None:
        """Who does it, and whose services they are."""
        super().add_asking(parser)
        parser.add_argument("--source", required=True, help="whose directory the file is, the same at every import")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django calls it so
        """Runs the import."""
        by = self.asking(options["email"])
        self.tell(
            options,
            lambda: import_services(
                options["file"].read_bytes(),
                source=options["source"],
                file=options["file"].name,
                by=by,
                at=timezone.now(),
                keep_good=options["keep_good"],
            ),
        )
