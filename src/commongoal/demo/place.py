"""Marlhaven's files: the programme, its variant and its world, as they are shipped, and the ledgers made from them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from commongoal.demo.engine.courses import World
from commongoal.demo.engine.geography import Land, land_from
from commongoal.demo.engine.place import Place, place_from
from commongoal.pathway.engine.programme import Programme, programme_from
from commongoal.pathway.files.programmes import programme_of

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


def site_text() -> str:
    """The same, as the site goes by it: with the common assessment in place of the areas of the invented ledger."""
    before, _, rest = assumed_text().partition("[[areas]]")
    _, _, after = rest.partition("\n[valuation]\n")
    top, _, tables = before.partition("[pathway]")
    return f'{top}areas = "common"\n\n[pathway]{tables}[valuation]\n{after}'


def site_world() -> World:
    """What the courses of the site's people are drawn from."""
    site = programme_of(site_text().encode(), "marlhaven.toml")
    world = tomllib.loads(_read("marlhaven_world.toml"))
    return World(site, world, {body.organisation or body.name: body.id for body in site.providers})


def programme() -> Programme:
    """Marlhaven's programme, read and checked."""
    return programme_from(tomllib.loads(programme_text()), "marlhaven.toml")


def marlhaven(seed: int = SEED, people: int | None = None) -> Place:
    """The ledgers of Marlhaven's programme and of its comparison group; 5,000 people unless told otherwise."""
    return place_from(programme(), tomllib.loads(_read("marlhaven_world.toml")), seed, people)


@cache
def geography_data() -> Mapping[str, Any]:
    """Where everything in the invented land lies, as it is written down."""
    return tomllib.loads(_read("marlhaven_geography.toml"))


@cache
def figures_data() -> Mapping[str, Any]:
    """The numbers that its official figures are drawn from."""
    return tomllib.loads(_read("marlhaven_figures.toml"))


@cache
def evidence_data() -> Mapping[str, Any]:
    """What is said of it by residents and partners, and what the partnership made of that."""
    return tomllib.loads(_read("marlhaven_evidence.toml"))


@cache
def land() -> Land:
    """The invented land; made once in a process. Needs the extra `places`."""
    return land_from(geography_data())


def _read(name: str) -> str:
    return files("commongoal.demo").joinpath(name).read_text(encoding="utf-8")
