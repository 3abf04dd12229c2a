"""Kills the process in the middle of actions, and looks at what is left. Run as a program:

    COMMONGOAL_DATABASE=... python -m tests.platform.kills --kills 5 --seed 1      (0 kills: every action, everywhere)

A child process does the action and is killed (SIGKILL) before one of its statements, before its commit, or just after.
The database must then hold the old state or the new one, whole, and the new one with its audit row. Prints JSON lines.
"""

import argparse
import json
import os
import random
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

Dump = dict[str, list[tuple[Any, ...]]]
NEVER = 10**9
# Sealing and checking the chain are about the audit, and leave no row of their own in it; nobody asks for reminders.
WITHOUT_ROW = {"seal_audit", "note_check", "keep_findings", "claim_reminder", "reminder_failed"}
# Who asked for a run is in the audit; how far it is, and what it found, is the run's own row.
WITHOUT_ROW |= {"begin_run", "step_run", "finish_run", "fail_run"}


def dump() -> Dump:
    """Every row of every table."""
    from django.apps import apps
    from django.db import connection

    found: Dump = {}
    with connection.cursor() as cursor:
        tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
        for table in sorted(tables - {"django_migrations"}):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted((tuple(map(_plain, row)) for row in cursor.fetchall()), key=repr)
    connection.close()
    return found


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


class Knife:
    """Counts statements and commits, and kills the process at the n-th of them."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.step()
        return execute(sql, params, many, context)


def under_the_knife(deed: Any, at: int) -> int:
    """Do the deed in a child that is killed at a step; returns how many steps it came to, or -1 when it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            os.write(writing, str(_done(deed, Knife(at))).encode())
            status = 0
        except Exception:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as said:
        steps = said.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return -1
    if status:
        raise AssertionError("the action failed by itself; why is told above")
    return int(steps)


def _done(deed: Any, knife: Knife) -> int:
    """The deed done, with every statement and both sides of every commit a step; the number of steps."""
    from django.db import connection

    connection.ensure_connection()
    commit = connection._commit

    def committed() -> None:
        knife.step()
        commit()
        knife.step()

    connection._commit = committed
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(knife))
        deed()
    return knife.count


def empty() -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("flush", verbosity=0, interactive=False)
    connection.close()


def prepared(name: str) -> Any:
    """An empty database, a world in it, and the deed ready to be done in a child."""
    from django.db import connection

    from tests.platform.deeds import DEEDS
    from tests.platform.world import make_world

    empty()
    deed = DEEDS[name](make_world())
    connection.close()
    return deed


def shape(state: Dump) -> dict[str, int]:
    return {table: len(rows) for table, rows in state.items() if rows}


def fault(name: str, before: Dump, after: Dump, whole: dict[str, int]) -> str:
    """What is wrong with what a kill left: nothing, if it is the old state or the new one with its audit row."""
    if after == before:
        return ""
    if shape(after) != whole:
        tables = sorted(name for name in after if len(after[name]) != whole.get(name, 0))
        return f"a part of it: another number of rows than when done in {', '.join(tables)}"
    if name not in WITHOUT_ROW and len(after["access_action"]) <= len(before["access_action"]):
        return "a change without its audit row"
    return ""


def killed(name: str, steps: list[int]) -> Iterator[tuple[int, str, str]]:
    """For each step: what was left (old or new) and what is wrong with it."""
    deed = prepared(name)
    before = dump()
    if under_the_knife(deed, NEVER) < 0:
        raise AssertionError("killed without a knife")
    whole = shape(dump())
    deed, before = prepared(name), dump()
    for step in steps:
        if under_the_knife(deed, step) >= 0:
            raise AssertionError(f"{name} has no step {step}")
        after = dump()
        yield step, "old" if after == before else "new", fault(name, before, after, whole)
        if after != before:
            deed = prepared(name)
            before = dump()


def steps_of(name: str) -> int:
    return under_the_knife(prepared(name), NEVER)


def main() -> int:
    """Kill as often as asked; 1 when any kill left a part of an action."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0, help="how many, drawn; 0 for every step of every action")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command

    from tests.platform.deeds import DEEDS

    call_command("migrate", verbosity=0, interactive=False)
    draw = random.Random(args.seed)
    names = [name for name in DEEDS if args.only in name]
    chosen = draw.sample(names, args.kills) if args.kills else names
    left: Counter[str] = Counter()
    faults = []
    for name in chosen:
        count = steps_of(name)
        for step, state, wrong in killed(name, [draw.randint(1, count)] if args.kills else list(range(1, count + 1))):
            left[state] += 1
            faults += [f"{name}, step {step} of {count}: {wrong}"] if wrong else []
    print(json.dumps({"actions": len(chosen), "kills": sum(left.values()), "left": dict(left), "faults": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
