"""A TOML file as a model, or every fault in it at once: those of its keys and those between its tables."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field

from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.engine.programme import Part, read_part

LARGEST = 1e12
Money = Annotated[float, Field(strict=True, ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Spending = Annotated[float, Field(strict=True, ge=0, le=LARGEST, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
"""What a name or a source may be: something, and not a book."""

P = TypeVar("P", bound=Part)
Fault = tuple[str, object, str]
"""Path of the key, what was found there, and what would be right."""


def read_as(kind: type[P], path: Path, between: Callable[[Mapping[str, Any]], Iterator[Fault]]) -> P:
    """The file as `kind`. `between` finds faults between tables, in what was parsed and may be malformed.

    Raises `BadInput` with every fault of both kinds; a fault of syntax alone, with its line.
    """
    path = Path(path)
    parsed = parsed_toml(path)
    problems = [
        Problem(path.name, 0, where, _shown(value), expected, "unknown") for where, value, expected in between(parsed)
    ]
    try:
        read = read_part(kind, parsed, path.name)
    except BadInput as fault:
        raise BadInput([*fault.problems, *problems]) from None
    if problems:
        raise BadInput(problems)
    return read


def parsed_toml(path: Path) -> dict[str, Any]:
    """A TOML file as plain values. Raises `BadInput` where it cannot be read."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as fault:
        said = f"a file that can be read: {fault.strerror}"
        raise BadInput([Problem(str(path), 0, "", "", said, "no_input")]) from None
    except UnicodeDecodeError as fault:
        line = path.read_bytes()[: fault.start].count(b"\n") + 1
        raise BadInput([Problem(path.name, line, "", "", "text in UTF-8", "bad_encoding")]) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as fault:
        raise BadInput([_syntax(str(fault), path.name)]) from None


def rows(parsed: Mapping[str, Any], table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of an array of tables that are tables, each with its path; anything else is somebody else's fault."""
    found = parsed.get(table)
    for place, row in enumerate(found if isinstance(found, list) else []):
        if isinstance(row, dict):
            yield f"{table}.{place}", row


def ids(parsed: Mapping[str, Any], table: str) -> list[str]:
    """The ids of an array of tables, as far as they are text."""
    return [row["id"] for _, row in rows(parsed, table) if isinstance(row.get("id"), str)]


def repeated(parsed: Mapping[str, Any], table: str) -> Iterator[Fault]:
    """Ids of a table that stand more than once."""
    seen: set[str] = set()
    for path, row in rows(parsed, table):
        name = row.get("id")
        if isinstance(name, str) and name in seen:
            yield f"{path}.id", name, "an id of its own: this one stands more than once"
        seen |= {name} if isinstance(name, str) else set()


def stranger(path: str, value: object, known: Sequence[str], what: str) -> Iterator[Fault]:
    """A fault where a name is text and not one of those known."""
    if isinstance(value, str) and value not in known:
        yield path, value, f"{what}: {', '.join(known) or 'there are none'}"


def wrong_length(path: str, value: object, years: object) -> Iterator[Fault]:
    """A fault where a list does not have one amount for each year."""
    if isinstance(value, list) and isinstance(years, list) and len(value) != len(years):
        yield path, f"{len(value)} amounts", f"one amount for each of the {len(years)} years"


def _shown(value: object) -> str:
    return str(value)[:80] if isinstance(value, str | int | float) else ""


def _syntax(fault: str, file: str) -> Problem:
    match = re.search(r"\(at line (\d+), column (\d+)\)", fault)
    line, column = (int(match[1]), f"column {match[2]}") if match else (0, "")
    said = re.sub(r" ?\(at (line|end).*\)", "", fault)
    return Problem(file, line, column, "", f"TOML that can be read: {said}", "bad_toml")
