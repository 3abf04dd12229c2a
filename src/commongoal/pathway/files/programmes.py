"""Reading a programme file."""

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from commongoal.kernel.errors import BadInput, Problem
from commongoal.pathway.engine.programme import Casework, Programme, programme_from, read_part, with_common

DOTTED = re.compile(r"""(?<![\w"'-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){20}""")
"""A key of more than twenty parts: none means anything here, and the time to read one grows with their square."""
COMMON = Path(__file__).resolve().parent.parent / "data" / "casework" / "common.toml"


def read_programme(path: Path) -> Programme:
    """The programme in a TOML file. Raises `BadInput` with every fault; one of syntax names its line."""
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise BadInput(
            [Problem(str(path), 0, "", "", f"a file that can be read: {fault.strerror}", "no_input")]
        ) from None
    return programme_of(content, path.name)


def programme_of(content: bytes, name: str) -> Programme:
    """The programme in the bytes of a TOML file called `name`. Raises `BadInput` as `read_programme`."""
    try:
        text = content.decode("utf-8-sig")
        if DOTTED.search(text):
            raise ValueError("a key of so many parts")
        parsed = tomllib.loads(text)
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise BadInput([Problem(name, line, "", "", "text in UTF-8", "bad_encoding")]) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as fault:
        raise BadInput([_syntax(str(fault), name)]) from None
    return programme_from(with_common(parsed, common()), name)


@cache
def common() -> Mapping[str, Any]:
    """The common assessment and the default ways of working, as shipped."""
    return tomllib.loads(COMMON.read_text(encoding="utf-8"))


@cache
def common_casework() -> Casework:
    """The ways of working of a programme whose file has none of its own."""
    return read_part(Casework, common()["casework"], COMMON.name, "casework.")


def _syntax(fault: str, name: str) -> Problem:
    match = re.search(r"\(at line (\d+), column (\d+)\)", fault)
    line, column = (int(match[1]), f"column {match[2]}") if match else (0, "")
    said = re.sub(r" ?\(at (line|end).*\)", "", fault)
    return Problem(name, line, column, "", f"TOML that can be read: {said}", "bad_toml")


def resolved(text: str) -> str:
    """A programme file's text with the common areas written out, so that it stays what it is now.

    A text that says it in an unusual way is given back as it is: it is read the same.
    """
    parsed = tomllib.loads(text)
    if parsed.get("areas") != "common":
        return text
    whole = with_common(parsed, common())
    areas = f"areas = {_inline(whole['areas'])}"
    written = re.sub(r"""(?m)^areas\s*=\s*["']common["']""", lambda _: areas, text, count=1)
    try:
        return written if tomllib.loads(written) == whole else text
    except tomllib.TOMLDecodeError:
        return text


def _inline(value: Any) -> str:
    """A value as TOML on one line: strings, numbers and flags are written as JSON writes them."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
