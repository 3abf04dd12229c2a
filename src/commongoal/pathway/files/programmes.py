"""Reading a programme file."""

import re
import tomllib
from pathlib import Path

from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.engine.programme import Programme, programme_from


def read_programme(path: Path) -> Programme:
    """The programme in a TOML file. Raises `BadInput` with every fault; one of syntax names its line."""
    path = Path(path)
    try:
        parsed = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as fault:
        raise BadInput(
            [Problem(str(path), 0, "", "", f"a file that can be read: {fault.strerror}", "no_input")]
        ) from None
    except UnicodeDecodeError as fault:
        line = path.read_bytes()[: fault.start].count(b"\n") + 1
        raise BadInput([Problem(path.name, line, "", "", "text in UTF-8", "bad_encoding")]) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as fault:
        raise BadInput([_syntax(str(fault), path)]) from None
    return programme_from(parsed, path.name)


def _syntax(fault: str, path: Path) -> Problem:
    match = re.search(r"\(at line (\d+), column (\d+)\)", fault)
    line, column = (int(match[1]), f"column {match[2]}") if match else (0, "")
    said = re.sub(r" ?\(at (line|end).*\)", "", fault)
    return Problem(path.name, line, column, "", f"TOML that can be read: {said}", "bad_toml")
