"""`commongoal serve`: the site and its task worker, until somebody stops them.

The settings are those of DJANGO_SETTINGS_MODULE. Tables are brought up to date and static files gathered first.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from commongoal.cli import exits
from commongoal.cli.arguments import add_json
from commongoal.kernel.errors import Refused

SETTINGS = "commongoal.config.settings"
SECONDS_TO_STOP = 10


class PlatformAbsent(Refused):
    """This command needs the platform, which is not installed: pip install "commongoal[platform]"."""


class SiteStopped(Refused):
    """The site or its task worker stopped by itself; its own message stands above."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `serve`."""
    add_address(parser)
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="processes that answer pages (default 2)")
    add_json(parser)


def add_address(parser: argparse.ArgumentParser) -> None:
    """Where to serve."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default 8000)")


def run(args: argparse.Namespace) -> int:
    """Prepare, serve, and stop both processes together."""
    prepare()
    with serving(args.host, args.port, args.processes) as processes:
        say_address(args)
        wait(processes)
    return exits.DONE


def prepare(settings: str = SETTINGS) -> None:
    """Django with these settings (unless the environment names others), its tables made and static files gathered."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    try:
        import django
        from django.core.management import call_command
    except ModuleNotFoundError as absent:
        raise PlatformAbsent from absent

    django.setup()
    from django.conf import settings as chosen

    chosen.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)  # the database, documents and letters are in it
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


@contextmanager
def serving(host: str, port: int, processes: int = 2) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The web server and the task worker as two processes; both are stopped when the block ends, however it ends."""
    python = [sys.executable, "-m"]
    web = ["gunicorn", "commongoal.config.wsgi", f"--bind={host}:{port}", f"--workers={processes}", "--threads=4"]
    commands = (
        [*python, *web, "--worker-class=gthread", "--log-level=warning"],
        [*python, "django", "work"],
    )
    started: list[subprocess.Popen[bytes]] = []
    signal.signal(signal.SIGTERM, _interrupted)  # a supervisor's way to stop; the two processes are ours to stop
    try:
        started.extend(subprocess.Popen(command) for command in commands)  # noqa: S603 - commands of our own
        yield started
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def wait(processes: list[subprocess.Popen[bytes]]) -> None:
    """Until interrupted, or until one of the processes ends by itself, which raises `SiteStopped`."""
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return
    raise SiteStopped


def say_address(args: argparse.Namespace) -> None:
    """Where the site is."""
    address = f"http://{args.host}:{args.port}/"
    if args.json:
        from commongoal.cli.console import emit_json

        emit_json({"address": address})
    else:
        sys.stdout.write(f"\nThe site: {address}    (Ctrl-C stops it)\n")
    sys.stdout.flush()
