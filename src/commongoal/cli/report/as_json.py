"""A valuation as JSON with a stated format and stable keys; every number in it is finite."""

import json
import math
from dataclasses import fields, is_dataclass
from typing import Any

from commongoal.valuation.engine.results import Valuation

FORMAT = "commongoal-valuation/1"
"""Goes up when a key changes its meaning or goes; a new key does not change it."""


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
    return value
