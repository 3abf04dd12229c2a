"""Valuing a ledger directory by a programme file: opens what the engines need, and closes it."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.files import open_manifest, read_programme
from commongoal.pathway.sessions import open_session
from commongoal.valuation.engine.job import Schedule
from commongoal.valuation.engine.results import Valuation
from commongoal.valuation.engine.terms import ComparisonLedger, Rule, terms_of
from commongoal.valuation.engine.valuing import Opened, value_ledger
from commongoal.valuation.files.parameters import book


class AnotherProgramme(Refused):
    """The ledger was imported for another programme."""


def schedule_named(name: str) -> Schedule:
    """A discount schedule from the package's data file. Raises `NoSuchSchedule`."""
    return book().schedule(name)


def value(
    programme: str | Path,
    ledger: str | Path,
    *,
    rule: Rule | None = None,
    engine: str = "duckdb",
    memory: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> Valuation:
    """What each step, provider and intervention of a programme was worth, from its ledger directory.

    `rule` overrides that of the file; `engine` is `duckdb` or the address of a Spark cluster; `memory` limits it. A
    comparison ledger is looked for beside the programme file. Raises `BadInput` for faults in the file or ledger and
    other
    `Refused` where a step of the method cannot be done.
    """
    path, directory = Path(programme), Path(ledger)
    read = read_programme(path)
    terms = terms_of(_with_rule(read, rule), str(path))
    schedule = schedule_named(terms.discount_schedule)
    with ExitStack() as stack:
        main = _opened(stack, read, directory, engine, memory)
        other = None
        if isinstance(terms.counterfactual, ComparisonLedger):
            other = _opened(stack, read, path.parent / terms.counterfactual.path, engine, memory)
        return value_ledger(read, terms, schedule, main, other, progress)


def _with_rule(programme: Programme, rule: Rule | None) -> Programme:
    if rule is None:
        return programme
    return programme.model_copy(update={"valuation": {**programme.valuation, "rule": rule}})


def _opened(stack: ExitStack, programme: Programme, directory: Path, engine: str, memory: str) -> Opened:
    manifest = open_manifest(directory)
    if manifest.programme != programme.name:
        raise AnotherProgramme(f"It says {manifest.programme!r}; the programme file says {programme.name!r}.")
    return Opened(stack.enter_context(open_session(directory, engine, memory)), manifest.snapshot_on)
