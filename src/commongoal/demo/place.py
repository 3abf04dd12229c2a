"""Marlhaven's files: the programme, its variant and its world, as they are shipped, and the ledgers made from them."""

import tomllib
from importlib.resources import files

from commongoal.demo.engine.courses import World
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


def _read(name: str) -> str:
    return files("commongoal.demo").joinpath(name).read_text(encoding="utf-8")
