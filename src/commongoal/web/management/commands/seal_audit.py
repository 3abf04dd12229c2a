"""`manage.py seal_audit`: close what is not sealed yet, now rather than within the minute."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from commongoal.access.actions.sealing import seal_audit


class Command(BaseCommand):
    """Seal the audit and print the digest of the last seal, to be noted outside the database."""

    help = "Seal every audit row that is not sealed yet and print the digest of the last seal"

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django calls it with these
        """Seal and say how much."""
        sealed = seal_audit(timezone.now())
        rows = "1 row" if sealed.rows == 1 else f"{sealed.rows} rows"
        self.stdout.write(f"{rows} sealed; the last seal is {sealed.digest}")
