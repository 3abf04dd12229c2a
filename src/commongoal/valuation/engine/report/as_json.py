"""A valuation as JSON with a stated format and stable keys; every number in it is finite."""

import hashlib
import json
import math
import re
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from commongoal.valuation.engine.results import Valuation

FORMAT = "commongoal-valuation/1"
"""Goes up when a key changes its meaning or goes; a new key does not change it."""

INFINITE = {"infinite": math.inf, "-infinite": -math.inf}
STEP = re.compile(r"(\w+)|\[(\d+)\]")


def as_data(v: Valuation) -> dict[str, Any]:
    """The valuation as plain values, under its format.

    An infinite number is the string "infinite" or "-infinite"; one that is not known is null, and `not_known` lists
    where those stand, as paths like "lines[3].credit.point".
    """
    unknown: list[str] = []
    valuation = _plain(v, "", unknown)
    return {"format": FORMAT, "valuation": valuation, "not_known": unknown}


def as_json(v: Valuation, indent: int | None = 2) -> str:
    """The same as text, ending in a newline."""
    return json.dumps(as_data(v), ensure_ascii=False, indent=indent, allow_nan=False) + "\n"


def digest_of(data: Any) -> str:
    """A digest of plain values, the same whatever the order of their keys, and whether 2 is written so or as 2.0."""
    data = json.loads(json.dumps(data, allow_nan=False), parse_int=float)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def from_data(data: dict[str, Any]) -> Valuation:
    """The valuation that `as_data` made these of. Raises `ValueError` where they are none."""
    if data.get("format") != FORMAT:
        raise ValueError(f"not {FORMAT}: {data.get('format')!r}")
    plain = json.loads(json.dumps(data["valuation"]))
    for path in data["not_known"]:
        _put(plain, [int(n) if n else name for name, n in STEP.findall(path)], math.nan)
    for _ in range(2):
        try:
            return _adapter().validate_python(plain)
        except ValidationError as fault:
            for error in fault.errors():
                if error["input"] not in INFINITE:
                    raise
                _put(plain, list(error["loc"]), INFINITE[error["input"]])
    raise ValueError("not a valuation")


@cache
def _adapter() -> TypeAdapter[Valuation]:
    return TypeAdapter(Valuation)


def _put(plain: Any, path: list[int | str], value: float) -> None:
    for step in path[:-1]:
        plain = plain[step]
    plain[path[-1]] = value


def _plain(value: Any, path: str, unknown: list[str]) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name), f"{path}.{f.name}".lstrip("."), unknown) for f in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item, f"{path}.{key}".lstrip("."), unknown) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item, f"{path}[{place}]", unknown) for place, item in enumerate(value)]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if value is None or isinstance(value, bool | int):
        return value
    return _number(float(value), path, unknown)


def _number(value: float, path: str, unknown: list[str]) -> float | str | None:
    if math.isnan(value):
        unknown.append(path)
        return None
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    return value + 0.0  # no negative zero: databases have none
