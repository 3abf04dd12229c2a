"""`manage.py verify_audit`: check the chain of the audit from its first seal to its last. Exit 0 if sound, 1 if not."""

import argparse
import dataclasses
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from commongoal.access.actions.sealing import note_check
from commongoal.access.engine.chain import Verified
from commongoal.access.queries.chain import verify_audit


class Command(BaseCommand):
    """Check the audit's chain and say every fault."""

    help = "Check the chain of the audit; exit 1 and every fault said if it is broken"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """`--json` for programs, `--expect` for a digest noted outside the database."""
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
        parser.add_argument("--expect", default="", metavar="DIGEST", help="a seal's digest that must be in the chain")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django calls it with these
        """Check, keep what was found, and say it."""
        found = verify_audit(options["expect"])
        note_check(found, at=timezone.now())
        self.stdout.write(_as_json(found) if options["json"] else _in_words(found))
        if not found.sound:
            sys.exit(1)


def _as_json(found: Verified) -> str:
    return json.dumps({"sound": found.sound, **dataclasses.asdict(found)})


def _in_words(found: Verified) -> str:
    lines = [str(fault) for fault in found.faults]
    if found.more_faults:
        lines.append(f"and {found.more_faults} more")
    state = "The chain is sound" if found.sound else "THE CHAIN IS BROKEN"
    waiting = f"; {found.waiting} rows wait to be sealed" if found.waiting else ""
    lines.append(f"{state}: {found.seals} seals, {found.rows} rows{waiting}. The last seal is {found.digest}")
    return "\n".join(lines)
