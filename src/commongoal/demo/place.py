"""Marlhaven's files: the programme, its variant and its world, as they are shipped, and the ledgers made from them."""

import tomllib
from importlib.resources import files

from commongoal.demo.engine.place import Place, place_from
from commongoal.pathway.engine.programme import Programme, programme_from

SEED = 20260331
LAST_TABLE = "[valuation.counterfactual]"


def programme_text() -> str:
    """The programme file of Marlhaven, valued against its comparison ledger."""
    return _read("marlhaven.toml")


def assumed_text() -> str:
    """The same programme with an assumed deadweight in place of the comparison ledger."""
    before, _, _ = programme_text().partition(f"\n{LAST_TABLE}")
    _, _, after = _read("marlhaven_assumed.toml").partition(LAST_TABLE)
    return f"{before}\n{LAST_TABLE}{after}"


def programme() -> Programme:
    """Marlhaven's programme, read and checked."""
    return programme_from(tomllib.loads(programme_text()), "marlhaven.toml")


def marlhaven(seed: int = SEED, people: int | None = None) -> Place:
    """The ledgers of Marlhaven's programme and of its comparison group; 5,000 people unless told otherwise."""
    return place_from(programme(), tomllib.loads(_read("marlhaven_world.toml")), seed, people)


def _read(name: str) -> str:
    return files("commongoal.demo").joinpath(name).read_text(encoding="utf-8")
