"""TOML files of places as the classes they describe, or every fault in them at once."""

import re
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from commongoal.kernel.errors import BadInput, Problem

LONGEST_SHOWN = 80
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]


class Part(BaseModel):
    """A table of a file: no key that it does not know, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


P = TypeVar("P", bound=Part)


def parsed_toml(data: bytes, file: str) -> dict[str, Any]:
    """A file as plain values. Raises `BadInput` where it is not TOML."""
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise BadInput([Problem(file, line, "", "", "text in UTF-8", "bad_encoding")]) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as fault:
        raise BadInput([_syntax(str(fault), file)]) from None


def faults_of(kind: type[P], parsed: Mapping[str, Any], file: str) -> tuple[P | None, list[Problem]]:
    """The values as their class, or what is wrong with them."""
    try:
        return kind.model_validate(parsed), []
    except ValidationError as fault:
        return None, [_problem(error, file) for error in fault.errors()]


def shown(value: object) -> str:
    """A value as a problem shows it."""
    text = str(value) if isinstance(value, str | int | float | bool) else ""
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _problem(error: Any, file: str) -> Problem:
    place = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in error["loc"])
    kinds = {"missing": "this is needed", "extra_forbidden": "no such key here"}
    said = kinds.get(error["type"], str(error["msg"]).removeprefix("Value error, "))
    value = "" if error["type"] == "missing" else shown(error.get("input"))
    return Problem(file, 0, place, value, said, str(error["type"]))


def _syntax(fault: str, file: str) -> Problem:
    match = re.search(r"\(at line (\d+), column (\d+)\)", fault)
    line, column = (int(match[1]), f"column {match[2]}") if match else (0, "")
    said = re.sub(r" ?\(at (line|end).*\)", "", fault)
    return Problem(file, line, column, "", f"TOML that can be read: {said}", "bad_toml")
