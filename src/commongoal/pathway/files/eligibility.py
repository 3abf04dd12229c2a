"""The terms of each programme, from the files beside the package."""

import tomllib
from functools import cache
from pathlib import Path

from commongoal.pathway.engine.eligibility import Terms, terms_from

FOLDER = Path(__file__).resolve().parent.parent / "data" / "eligibility"


@cache
def terms_of(code: str) -> Terms:
    """The terms of the programme with this code; those of `default.toml` where it has no file of its own."""
    own = FOLDER / f"{Path(code).name}.toml"
    path = own if own.is_file() else FOLDER / "default.toml"
    return terms_from(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
