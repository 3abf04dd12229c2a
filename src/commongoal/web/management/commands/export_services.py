"""Writes the services offered as a page of the Open Referral UK standard."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commongoal.access.queries.viewers import viewers_with_email
from commongoal.directory.engine.open_referral_out import page_document
from commongoal.directory.queries.entries import services_to_export


class Command(BaseCommand):
    """Prints JSON."""

    help = "Writes the services offered as a page of the Open Referral UK standard."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Who asks, and of which source."""
        parser.add_argument("--as", dest="email", required=True, help="e-mail of the user who does this")
        parser.add_argument("--source", help="only the services of this directory")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django calls it so
        """Prints the document."""
        viewers = viewers_with_email(options["email"], timezone.localdate())
        if not viewers:
            raise CommandError(f"{options['email']} has no membership")
        entries = services_to_export(viewers[0], options["source"])
        self.stdout.write(json.dumps(page_document(entries), ensure_ascii=False, indent=1))
