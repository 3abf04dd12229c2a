"""What an appraisal may not do, each rule a sentence; and reading a parsed file with every fault at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from commongoal.kernel.errors import BadInput, Problem, Refused
from commongoal.valuation.engine.appraisal.model import (
    Agency,
    Appraisal,
    Conventions,
    Cost,
    Outcome,
    Profile,
    Row,
    UnitValue,
)

SUM = 1e-6
"""Shares sum to one within this; what is left is rounding in the file."""


class AttributionTwice(Refused):
    """An effect that is already net takes no attribution below 1: that would take off the same thing twice."""


class DeadweightTwice(Refused):
    """An effect that is already net takes no deadweight: it has been taken off."""


class CountedTwice(Refused):
    """A value stands beside another value of the same job that already contains it."""


class SharesDoNotSum(Refused):
    """Agency shares of a value must sum to one."""


class FiscalWithoutPurse(Refused):
    """A fiscal value falls on public agencies, and on nobody else."""


class TransferNotFiscal(Refused):
    """Only a fiscal value can be a transfer: money that the purse saves or raises and people lose."""


class StartsDoNotSum(Refused):
    """The shares of people who start by year must sum to one, within the years appraised."""


class NotThere(Refused):
    """A row names an outcome, an agency or a value that the file does not have."""


class NamedTwice(Refused):
    """An id stands for one thing, and an outcome has one profile."""


class NotAShare(Refused):
    """Deadweight that is a share of the gross effect lies between 0 and 1."""


class TooManyYears(Refused):
    """A cost runs beyond the years appraised."""


class WithoutProfile(Refused):
    """An outcome has a profile that says when it is felt, and at least one unit value."""


R = TypeVar("R", bound=Row)
Found = tuple[str, str, type[Refused], str]
"""Path of the field, what stands there, the rule it breaks, and what would be right."""

ROWS: Mapping[str, type[Row]] = {
    "agencies": Agency,
    "outcomes": Outcome,
    "unit_values": UnitValue,
    "profiles": Profile,
    "costs": Cost,
}


def appraisal_from(parsed: Mapping[str, Any], file: str = "appraisal") -> Appraisal:
    """An appraisal from parsed TOML, or from the sheets of a workbook put in the same shape.

    Raises `BadInput` with a problem for each fault: those of form, and those of the rules among rows that have none.
    The `column` of a problem is the path of the field, its `code` the rule.
    """
    problems: list[Problem] = []
    try:
        appraisal = Appraisal.model_validate(parsed)
    except ValidationError as fault:
        problems = [_problem(error, file) for error in fault.errors() if not _echo(error, fault.errors())]
    rows = {table: _good(kind, parsed.get(table), table) for table, kind in ROWS.items()}
    whole = {table: not any(p.column.split(".")[0] == table for p in problems) for table in ROWS}
    problems += [
        Problem(file, 0, path, value, f"{rule.sentence()} {right}".strip(), rule.__name__)
        for path, value, rule, right in _broken(rows, whole, _years(parsed))
    ]
    if problems:
        raise BadInput(problems)
    return appraisal


def _echo(error: Any, errors: Sequence[Any]) -> bool:
    """Whether a list is called too short only because the faults of its items were counted out."""
    at = error["loc"]
    return error["type"] == "too_short" and any(len(e["loc"]) > len(at) and e["loc"][: len(at)] == at for e in errors)


def _problem(error: Any, file: str) -> Problem:
    value = error["input"]
    shown = str(value)[:200] if isinstance(value, str | int | float | bool) else ""
    path = ".".join(str(part) for part in error["loc"])
    return Problem(file, 0, path, shown, error["msg"].removeprefix("Value error, "), error["type"])


def _good(kind: type[Row], given: Any, table: str) -> list[tuple[str, Any]]:
    """Rows of a table that have no fault of form, each with its path."""
    adapter, found = TypeAdapter(kind), []
    for index, row in enumerate(given if isinstance(given, list | tuple) else ()):
        try:
            found.append((f"{table}.{index}", adapter.validate_python(row)))
        except ValidationError:
            continue
    return found


def _years(parsed: Mapping[str, Any]) -> int | None:
    try:
        return Conventions.model_validate(parsed.get("conventions")).years
    except ValidationError:
        return None


def _broken(rows: Mapping[str, list[tuple[str, Any]]], whole: Mapping[str, bool], years: int | None) -> Iterator[Found]:
    yield from _repeated(rows)
    yield from _strangers(rows, whole)
    yield from _incomplete(rows, whole)
    for path, outcome in rows["outcomes"]:
        yield from _of_outcome(path, outcome)
    for path, value in rows["unit_values"]:
        yield from _of_value(path, value, rows, whole)
    yield from _counted_twice(rows)
    for path, profile in rows["profiles"]:
        if abs(sum(profile.starts) - 1) > SUM or (years is not None and len(profile.starts) > years):
            yield f"{path}.starts", f"{sum(profile.starts):.6g}", StartsDoNotSum, ""
    for path, cost in rows["costs"]:
        if years is not None and len(cost.amounts) > years:
            yield f"{path}.amounts", f"{len(cost.amounts)} years", TooManyYears, f"At most {years} amounts."


def _repeated(rows: Mapping[str, list[tuple[str, Any]]]) -> Iterator[Found]:
    keys = {"agencies": "id", "outcomes": "id", "profiles": "outcome", "costs": "id", "unit_values": "id"}
    for table, key in keys.items():
        seen: set[tuple[str, str]] = set()
        for path, row in rows[table]:
            mine = (row.outcome if table == "unit_values" else "", getattr(row, key))
            if mine in seen:
                yield f"{path}.{key}", mine[1], NamedTwice, ""
            seen.add(mine)


def _strangers(rows: Mapping[str, list[tuple[str, Any]]], whole: Mapping[str, bool]) -> Iterator[Found]:
    """References to what is not there; unchecked where the table referred to has faults of its own."""
    outcomes = {row.id for _, row in rows["outcomes"]}
    agencies = {row.id for _, row in rows["agencies"]}
    if whole["outcomes"]:
        for path, row in (*rows["unit_values"], *rows["profiles"]):
            if row.outcome not in outcomes:
                yield f"{path}.outcome", row.outcome, NotThere, f"One of: {', '.join(sorted(outcomes))}."
    if whole["agencies"]:
        named = [(f"{path}.agency", row.agency) for path, row in rows["costs"]]
        named += [(f"{path}.shares.{agency}", agency) for path, row in rows["unit_values"] for agency in row.shares]
        for path, agency in named:
            if agency not in agencies:
                yield path, agency, NotThere, f"One of: {', '.join(sorted(agencies))}."
    if whole["unit_values"]:
        yield from _strange_words(rows["unit_values"])


def _strange_words(values: list[tuple[str, Any]]) -> Iterator[Found]:
    known = {row.id for _, row in values} | {"wellbeing"}
    for path, row in values:
        for word in row.contains:
            if word not in known:
                yield f"{path}.contains", word, NotThere, 'The id of another value, or "wellbeing".'


def _incomplete(rows: Mapping[str, list[tuple[str, Any]]], whole: Mapping[str, bool]) -> Iterator[Found]:
    for table in ("profiles", "unit_values"):
        if whole[table]:
            there = {row.outcome for _, row in rows[table]}
            missing = [(path, row.id) for path, row in rows["outcomes"] if row.id not in there]
            for path, identity in missing:
                yield f"{path}.id", identity, WithoutProfile, f"A row of {table} with outcome {identity!r}."


def _of_outcome(path: str, outcome: Outcome) -> Iterator[Found]:
    dead, given = outcome.deadweight, outcome.attribution
    if outcome.deadweight_basis == "already_net":
        if given.low < 1:
            yield f"{path}.attribution", f"{given.low:g}", AttributionTwice, "An attribution of 1."
        if (dead.low, dead.high) != (0, 0):
            yield f"{path}.deadweight", f"{dead.value:g}", DeadweightTwice, "A deadweight of 0."
    if outcome.deadweight_basis == "share_of_gross" and not 0 <= dead.low <= dead.high <= 1:
        yield f"{path}.deadweight", f"{dead.value:g}", NotAShare, ""


def _of_value(
    path: str, value: UnitValue, rows: Mapping[str, list[tuple[str, Any]]], whole: Mapping[str, bool]
) -> Iterator[Found]:
    total = sum(value.shares.values())
    if min(value.shares.values(), default=0) < 0 or (value.shares and abs(total - 1) > SUM):
        yield f"{path}.shares", f"{total:.6g}", SharesDoNotSum, "Shares from 0 to 1 that sum to 1."
    private = {row.id for _, row in rows["agencies"] if not row.public}
    if value.kind == "fiscal" and whole["agencies"] and (not value.shares or private & value.shares.keys()):
        yield f"{path}.shares", ", ".join(sorted(value.shares)), FiscalWithoutPurse, "Shares of public agencies."
    if value.transfer and value.kind != "fiscal":
        yield f"{path}.transfer", "true", TransferNotFiscal, ""


def _counted_twice(rows: Mapping[str, list[tuple[str, Any]]]) -> Iterator[Found]:
    """Pairs of values of one job (lines that share `job`, or one line) of which one contains the other."""
    job = {row.id: row.job or f"line {row.id}" for _, row in rows["outcomes"]}
    for path, inner in rows["unit_values"]:
        words = {inner.id} | ({"wellbeing"} if inner.wellbeing else set())
        for _, outer in rows["unit_values"]:
            same = job.get(inner.outcome, inner.outcome) == job.get(outer.outcome, outer.outcome)
            if outer is not inner and same and words & set(outer.contains):
                yield f"{path}.id", inner.id, CountedTwice, f"It is part of {outer.id!r}: keep one of the two."
