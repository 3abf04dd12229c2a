"""What an audit row says was done, in words: names of fields and values as a reader knows them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commongoal.kernel.words import written_day

NOTHING = "nothing"
NAMES = {
    "from_on": "from",
    "until_on": "until",
    "until_at": "until",
    "from_at": "from",
    "since_at": "since",
    "article_6": "article 6 basis",
    "article_9": "article 9 condition",
    "programme_id": "programme",
    "ni": "National Insurance number",
    "ni_number": "National Insurance number",
}
ORGANISATIONS = frozenset(
    {"organisation", "organisation_id", "from_organisation", "to_organisation", "receiver", "sender"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One field with what it held and what it holds now."""

    name: str
    before: str
    after: str


def changes_in_words(
    before: Mapping[str, Any], after: Mapping[str, Any], organisations: Mapping[int, str]
) -> tuple[Change, ...]:
    """One change for each field on either side, in the order written. `organisations` are names by id."""
    names = [*before, *(name for name in after if name not in before)]
    return tuple(
        Change(
            field_in_words(name),
            _value(name, before.get(name), organisations),
            _value(name, after.get(name), organisations),
        )
        for name in names
    )


def organisations_named(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[int]:
    """The ids of organisations that the values name."""
    found: set[int] = set()
    for values in (before, after):
        found |= {value for name, value in values.items() if name in ORGANISATIONS and isinstance(value, int)}
        controllers = values.get("controllers")
        if isinstance(controllers, dict):
            found |= {int(key) for key in controllers if str(key).isdigit()}
    return frozenset(found)


def field_in_words(name: str) -> str:
    """A field's name as words: "contact by", "until"."""
    return NAMES.get(name) or name.removesuffix("_id").removesuffix("_on").removesuffix("_at").replace("_", " ")


def _value(name: str, value: Any, organisations: Mapping[int, str]) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in ORGANISATIONS and isinstance(value, int):
        return organisations.get(value, f"organisation {value}")
    if isinstance(value, list):
        return ", ".join(_value("", one, organisations) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{_key(key, organisations)}: {_value('', one, organisations)}" for key, one in value.items())
    return _date_in_words(str(value))


def _key(key: str, organisations: Mapping[int, str]) -> str:
    return organisations.get(int(key), key) if key.isdigit() else field_in_words(key)


def _date_in_words(text: str) -> str:
    """An ISO date or moment as "3 March 2026"; any other text as it is."""
    if len(text) < 10 or text[4:5] != "-":
        return text
    try:
        day = dt.datetime.fromisoformat(text).date()
    except ValueError:
        return text
    return written_day(day)
