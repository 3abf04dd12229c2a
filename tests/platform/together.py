"""Things done at once, by threads with connections of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

SECONDS = 30


class Pause:
    """Stops its thread before the n-th statement, until the other has had time to run into whatever is locked."""

    def __init__(self, before: int, seconds: float = 0.2) -> None:
        self.before, self.seconds, self.count = before, seconds, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        if self.count == self.before:
            threading.Event().wait(self.seconds)
        return execute(sql, params, many, context)


def at_once(*deeds: Callable[[], object], pause: int = 0) -> list[object]:
    """What each gave back, or the exception it ended in. The first stops before its `pause`-th statement, if given."""
    barrier = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(SECONDS)
            with connection.execute_wrapper(Pause(pause if place == 0 else 0)):
                results[place] = deed()
        except Exception as fault:
            results[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    return results


def parted(results: list[object]) -> tuple[list[object], list[Exception]]:
    """What was given back, and what went wrong."""
    return [each for each in results if not isinstance(each, Exception)], [
        each for each in results if isinstance(each, Exception)
    ]
