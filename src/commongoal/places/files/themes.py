"""The themes that are shipped, opened once."""

import tomllib
from functools import cache
from importlib.resources import files

from commongoal.places.engine.evidence import Theme, Themes


@cache
def themes() -> Themes:
    """The themes with the rule's shares, as `data/themes.toml` has them."""
    read = tomllib.loads((files("commongoal.places") / "data" / "themes.toml").read_text(encoding="utf-8"))
    found = tuple(Theme(**{**each, "indicators": tuple(each["indicators"])}) for each in read["themes"])
    return Themes(found, read["rule"]["many"], read["rule"]["few"], read["returns"]["months"])
