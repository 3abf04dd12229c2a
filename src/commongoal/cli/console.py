"""What commands print besides their result: progress on standard error, JSON on standard output."""

import json
import math
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

QUIET_SECONDS = 2.0
LINE_SECONDS = 10.0


def emit_json(value: object) -> None:
    """Write one JSON document to standard output; dataclasses become objects, infinities their names, NaN null."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=2) + "\n")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):  # a number or an array of numpy
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def write_whole(path: Path, text: str) -> None:
    """The whole file or nothing: written beside its place and moved there."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


class Progress:
    """How far a piece of work has come: a bar on a terminal, a line now and then elsewhere, nothing if it is quick."""

    def __init__(self, title: str, steps: int) -> None:
        self.title = title
        self.steps = steps
        self.done = 0
        self.note = ""
        self._began = time.monotonic()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def advance(self, note: str = "", by: int = 1) -> None:
        """One step (or `by`) is done; `note` says what comes next."""
        self.done += by
        self.note = note

    def begin(self) -> None:
        """Start waiting; nothing shows before `QUIET_SECONDS`."""
        self._watcher.start()

    def end(self) -> None:
        """Stop and take the bar away."""
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        if self._over.wait(QUIET_SECONDS):
            return
        if sys.stderr.isatty():
            self._show_bar()
        else:
            self._write_lines()

    def _write_lines(self) -> None:
        while True:
            part = f"{self.done} of {self.steps}{': ' + self.note if self.note else ''}"
            sys.stderr.write(f"{self.title}: {part} ({time.monotonic() - self._began:.0f} s)\n")
            sys.stderr.flush()
            if self._over.wait(LINE_SECONDS):
                return

    def _show_bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(self.title, total=self.steps, note=self.note)
            while not self._over.wait(0.2):
                bar.update(task, completed=self.done, note=self.note)


@contextmanager
def progress(title: str, steps: int) -> Iterator[Progress]:
    """Show how far the work inside has come, on standard error, if it takes more than two seconds.

    with progress("Valuing", steps=4) as work:
        scan(); work.advance("drawing rates")
    """
    work = Progress(title, steps)
    work.begin()
    try:
        yield work
    finally:
        work.end()
