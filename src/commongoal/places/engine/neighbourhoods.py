"""Neighbourhoods: areas that the partnership draws from the small areas (LSOAs) of one year, and their rules."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commongoal.kernel.errors import Refused
from commongoal.kernel.words import clean, listed
from commongoal.places.engine.figures import AreaName

LETTER, DIGITS = "Q", 8  # no code of the Office for National Statistics begins with Q
LONGEST_NAME, LONGEST_WHY = 120, 500
SHOWN = 5


class NoName(Refused):
    """Enter a name for the neighbourhood."""


class NameTaken(Refused):
    """Another neighbourhood has this name. Give this one another, or withdraw the other first."""


class NoSmallArea(Refused):
    """Choose at least one small area (LSOA)."""


class NotOfThatYear(Refused):
    """A neighbourhood is drawn from small areas (LSOAs) of one year."""


class AlreadyWithdrawn(Refused):
    """This neighbourhood has been withdrawn already."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A neighbourhood as it is asked for: its name, what it is for, and the codes of its LSOAs, of the year given."""

    name: str
    lsoas: tuple[str, ...]
    vintage: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A neighbourhood as it stands, with who drew it and when. One withdrawn is in no figure any more."""

    id: int
    code: str
    name: str
    why: str
    vintage: str
    parts: tuple[AreaName, ...]
    by: str
    organisation: str
    at: dt.datetime
    withdrawn_at: dt.datetime | None = None


def code_after(last: str) -> str:
    """The code of the next neighbourhood, after the last one ever drawn: "Q00000001" where there is none.

    A code is never given twice: what was once said of it stays true of what it then was.
    """
    return f"{LETTER}{int(last[1:] or 0) + 1:0{DIGITS}d}"


def check_drawing(drawing: Drawing, years: Mapping[str, Iterable[str]], names: Iterable[str]) -> Drawing:
    """The drawing, put tidily: its LSOAs once each and in order. Raises what refuses it.

    `years` are those in which each code is an LSOA, `names` those of the neighbourhoods that stand.
    """
    name, why = (" ".join(clean(text).split()) for text in (drawing.name, drawing.why))
    if not name:
        raise NoName
    if name.casefold() in {other.casefold() for other in names}:
        raise NameTaken
    codes = tuple(sorted(set(drawing.lsoas)))
    if not codes:
        raise NoSmallArea
    strange = [code for code in codes if drawing.vintage not in years.get(code, ())]
    if strange:
        more = [f"{len(strange) - SHOWN} more"] if len(strange) > SHOWN else []
        raise NotOfThatYear(f"Not an LSOA of {drawing.vintage} that we know: {listed([*strange[:SHOWN], *more])}.")
    return Drawing(name[:LONGEST_NAME], codes, drawing.vintage, why[:LONGEST_WHY])
