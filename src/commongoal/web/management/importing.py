"""What the commands that import share: who imports, which file, what is printed, and the exit code."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commongoal.access.engine.permissions import Viewer, relations_allowing
from commongoal.access.queries.viewers import viewers_with_email
from commongoal.kernel.errors import BadInput, Problem, Refused
from commongoal.places.engine.rows import Imported


class ImportCommand(BaseCommand):
    """One file, taken in as somebody; every fault printed."""

    verb = ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file and the choices."""
        parser.add_argument("file", type=Path, help="the file to take in")
        self.add_asking(parser)
        parser.add_argument(
            "--keep-good", action="store_true", help="leave out the rows with faults instead of refusing the file"
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def add_asking(self, parser: argparse.ArgumentParser) -> None:
        """Who does it."""
        parser.add_argument("--as", dest="email", required=True, help="e-mail of the administrator who does this")

    def asking(self, email: str) -> Viewer:
        """The first membership of the user that has the verb. Raises `CommandError`."""
        viewers = viewers_with_email(email, timezone.localdate())
        able = [viewer for viewer in viewers if relations_allowing(viewer.role, self.verb)]
        if not able:
            raise CommandError(f"{email} has no membership that may {self.verb}")
        return able[0]

    def tell(self, options: dict[str, Any], work: Callable[[], Imported]) -> None:
        """Does the work and prints what came of it. Raises `CommandError` on a refusal."""
        try:
            done = work()
        except BadInput as refusal:
            self._refused(options, refusal)
            raise CommandError(
                f"nothing was written: {_count(len(refusal.problems), 'problem')}; --keep-good takes in the rest"
            ) from refusal
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
            return
        self._list(done.problems)
        self._list(done.remarks)
        self.stdout.write(
            f"{_count(done.rows, 'row')} taken: {done.added} added, {done.changed} changed, "
            f"{done.unchanged} unchanged; {_count(len(done.problems), 'problem')} left out, "
            f"{_count(len(done.remarks), 'remark')}."
        )

    def _refused(self, options: dict[str, Any], refusal: BadInput) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({"problems": [asdict(problem) for problem in refusal.problems]}))
        else:
            self._list(refusal.problems)

    def _list(self, problems: tuple[Problem, ...]) -> None:
        for problem in problems:
            self.stderr.write(str(problem))


class PlacesCommand(ImportCommand):
    """A file about places: `take_in` is the action that reads it, line by line."""

    verb = "import places"
    take_in: Callable[..., Imported]

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django calls it so
        """Reads the file once and keeps what it says."""
        by = self.asking(options["email"])

        def work() -> Imported:
            with options["file"].open("rb") as lines:
                return self.take_in(
                    lines, file=options["file"].name, by=by, at=timezone.now(), keep_good=options["keep_good"]
                )

        self.tell(options, work)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
