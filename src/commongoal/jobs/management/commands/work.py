"""`manage.py work`: the task worker. Starts the schedule, then runs tasks until it is stopped."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from commongoal.jobs.schedule import start_schedule


class Command(BaseCommand):
    """Start the schedule and run the database worker."""

    help = "Run tasks: the audit is sealed each minute, and other tasks come round"

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django calls it with these
        """Until SIGTERM or Ctrl-C; the task under way is finished first."""
        start_schedule(timezone.now())
        call_command("db_worker", queue_name="*", verbosity=int(options["verbosity"]), reload=False)
