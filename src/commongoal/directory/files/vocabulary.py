"""The vocabulary of needs and the directory's settings, from `directory/data/directory.toml`."""

import tomllib
from functools import cache
from importlib.resources import files

from commongoal.directory.engine.needs import Settings, settings_from


@cache
def settings() -> Settings:
    """The file, read and checked once."""
    text = files("commongoal.directory").joinpath("data/directory.toml").read_text(encoding="utf-8")
    return settings_from(tomllib.loads(text))
