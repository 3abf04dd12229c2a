"""The site and its task worker as processes: they start together, and stop together however they are told to."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "commongoal", "serve", "--port"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def children(of: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if re.search(rf"^PPid:\t{of}$", text, re.MULTILINE):
            found.append(int(status.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_whole(tmp_path: Path, how: signal.Signals) -> None:
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COMMONGOAL", "DJANGO"))}
    environment |= {"DJANGO_SETTINGS_MODULE": "commongoal.config.demonstration", "COMMONGOAL_DATA": str(tmp_path)}
    with subprocess.Popen([*COMMAND, str(port)], env=environment, stdout=subprocess.PIPE) as site:
        try:
            address = f"http://127.0.0.1:{port}/"
            assert page(address)
            begun = children(site.pid)
            assert len(begun) == 2
        finally:
            site.send_signal(how)
        assert site.wait(20) == 0
    assert not [pid for pid in begun if Path(f"/proc/{pid}").exists()]


def page(address: str) -> str:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read())
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the site never answered")
