"""The demonstration's site: built once through the actions, served until stopped, forgotten with one command."""

import argparse
import datetime as dt
import gc
import os
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from commongoal.cli.console import progress
from commongoal.config.serve import prepare, say_address, serving, wait
from commongoal.demo.engine.residents import residents
from commongoal.kernel.errors import Refused

SETTINGS = "commongoal.config.demonstration"
SEED = 20260331
YEARS = 2
RESIDENTS = 600
DONE = "built"  # a file that says the site is whole, and with how many people


class OtherSettings(Refused):
    """The demonstration builds a site of its own: unset DJANGO_SETTINGS_MODULE and COMMONGOAL_DATABASE first."""


def serve_site(args: argparse.Namespace, out: Path) -> None:
    """Build the site under `out` unless it is there with as many people as asked for; show its sign-ins; serve it."""
    _choose(out)
    there = (out / DONE).read_text() if (out / DONE).exists() else ""
    if not there or there != str(args.residents or there):
        shutil.rmtree(out, ignore_errors=True)  # another number of people, or what an interrupted build left
        there = ""
    prepare(SETTINGS)
    if not there:
        people = args.residents or RESIDENTS
        build_site(people)
        (out / DONE).write_text(str(people))
    with serving(args.host, args.port) as processes:
        _say_sign_ins(args)
        say_address(args)
        wait(processes)


def build_site(people: int, now: dt.datetime | None = None) -> None:
    """The partnership, its last two years and what they were worth, in the database of the settings."""
    from commongoal.demo.engine.courses import course
    from commongoal.demo.founding import found
    from commongoal.demo.history import act_out
    from commongoal.demo.target_steps import set_target
    from commongoal.demo.valued import value_site

    place = tomllib.loads(files("commongoal.demo").joinpath("marlhaven_partnership.toml").read_text(encoding="utf-8"))
    now = now or dt.datetime.now(dt.UTC)
    first = now.date() - dt.timedelta(days=YEARS * 365)
    began = dt.datetime.combine(first - dt.timedelta(days=7), dt.time(9), dt.UTC)
    with progress("Building Marlhaven's site", steps=people + 1) as work, _seldom_collected():
        made = found(place, began)
        everybody = residents(place, people, first, now.date(), SEED)
        lives = [(who, course(made.world, who, number, SEED)) for number, who in enumerate(everybody)]
        act_out(made, lives, now, work.advance)
        work.advance("valuing")
        run = value_site(made, now)
        set_target(made, place, run, now)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Garbage in rings looked for a hundred times less often: there is little, and looking takes a tenth of it all."""
    often = gc.get_threshold()
    gc.set_threshold(often[0] * 100, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)


def _choose(out: Path) -> None:
    """The settings of the demonstration, whatever the shell says; refused where it says something else."""
    if os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS) != SETTINGS or os.environ.get("COMMONGOAL_DATABASE"):
        raise OtherSettings
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ["COMMONGOAL_DATA"] = str(out.resolve())


def _say_sign_ins(args: argparse.Namespace) -> None:
    from django.conf import settings

    from commongoal.access.queries.demonstration import sign_ins

    if args.json:
        return
    sys.stdout.write(f"\nSign in as any of these; the password is: {settings.DEMONSTRATION_PASSWORD}\n\n")
    for known in sign_ins():
        sys.stdout.write(f"  {known.role.value:<16} {known.email:<40} {known.name}, {known.organisation}\n")
    sys.stdout.write(f"\nThe one-time codes of this moment: http://{args.host}:{args.port}/demonstration/\n")
