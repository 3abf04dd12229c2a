"""`commongoal snapshot`: the ledger of a programme written from this installation's database.

It runs on the machine of the installation, with its settings, so the installation itself takes the snapshot: whoever
may read the database and its keys needs no page's leave. The audit says so.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commongoal.cli import exits
from commongoal.cli.arguments import add_json
from commongoal.config.serve import SETTINGS, PlatformAbsent
from commongoal.kernel.errors import Refused

if TYPE_CHECKING:
    from commongoal.pathway.engine.snapshots import TakenSnapshot


class NoSuchProgramme(Refused):
    """There is no programme with that code here."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `snapshot`."""
    parser.add_argument("programme", metavar="PROGRAMME", help="the programme's code, as on its page")
    parser.add_argument("--whole", action="store_true", help="read everybody again, not only those who changed")
    parser.add_argument("--out", type=Path, metavar="DIR", help="also copy it there: programme.toml and ledger/")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Take the snapshot, copy it where asked, and say what is in it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        import django
    except ModuleNotFoundError as absent:
        raise PlatformAbsent from absent
    django.setup()
    _say(_taken(args.programme, whole=args.whole, out=args.out), args.out, as_json=args.json)
    return exits.DONE


def _taken(code: str, *, whole: bool, out: Path | None) -> "TakenSnapshot":
    from django.utils import timezone

    from commongoal.access.queries.sharing import programme_called
    from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
    from commongoal.pathway.files.directory import check_target, write_directory
    from commongoal.pathway.files.snapshots import beside
    from commongoal.pathway.queries.snapshots import snapshot

    programme = programme_called(code)
    if programme is None:
        raise NoSuchProgramme
    if out is not None:
        check_target(out, replace=False)
    taken = snapshot(take_snapshot(by=INSTALLATION, at=timezone.now(), programme=programme, whole=whole))
    if out is not None:

        def fill(place: Path) -> None:
            shutil.copyfile(taken.programme_file, place / taken.programme_file.name)
            for ledger in beside(taken.directory):
                shutil.copytree(ledger, place / ledger.name)

        write_directory(out, fill, replace=False)
    return taken


def _say(taken: "TakenSnapshot", out: Path | None, *, as_json: bool) -> None:
    place = out or taken.directory
    if as_json:
        from commongoal.cli.console import emit_json

        said = {"snapshot": taken.id, "snapshot_on": taken.snapshot_on, "directory": place, "digest": taken.digest}
        emit_json(said | {"rows": taken.rows, "left_out": taken.left_out, "people_read": taken.people_read})
        return
    lines = [
        f"The ledger of {taken.snapshot_on}: {place / taken.ledger.name}",
        *(f"  {name:<12}{count:>12,}" for name, count in taken.rows.items()),
        *(f"  left out {count:>12,}  {reason}" for reason, count in taken.left_out.items()),
        f"Value it:  commongoal value {place / taken.programme_file.name} --ledger {place / taken.ledger.name}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
