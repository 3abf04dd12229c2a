"""An edition said in words: its periods, how its figures were rounded or moved, the years of its areas."""

import datetime as dt

from commongoal.kernel.words import number, written_day
from commongoal.places.engine.observations import Edition, Perturbation

NOISE = {
    Perturbation.NONE: "Not moved at random",
    Perturbation.NOISE: "Each figure is moved at random, so that nobody can be told from it",
    Perturbation.NOT_STATED: "The source does not say whether figures are moved at random",
}


def period_words(first: dt.date, last: dt.date) -> str:
    """A half-open period as people say it: a day, months, or two days."""
    end = last - dt.timedelta(days=1)
    if first >= end:
        return written_day(first)
    if first.day == 1 and last.day == 1:
        return month(first) if month(first) == month(end) else f"{month(first)} to {month(end)}"
    return f"{written_day(first)} to {written_day(end)}"


def month(day: dt.date) -> str:
    """July 2023."""
    return written_day(day).partition(" ")[2]


def rounding_words(edition: Edition) -> str:
    """How the figures were rounded."""
    if edition.rounding is None:
        return "The source does not say whether figures are rounded"
    if not edition.rounding:
        return "Not rounded"
    return f"Rounded to {number(edition.rounding, 0 if edition.rounding % 1 == 0 else 1)}"


def perturbation_words(edition: Edition) -> str:
    """Whether figures were moved at random, and how far."""
    words = NOISE[edition.perturbation]
    if edition.perturbation is not Perturbation.NOISE:
        return words
    return f"{words}: by at most {number(edition.noise)}" if edition.noise else f"{words}; how far is not published"


def vintage_words(edition: Edition) -> str:
    """The years of the areas: LSOAs of 2011, wards of 2023."""
    return ", ".join(f"{kind_words(kind)} of {year}" for kind, year in edition.vintages) or "Not stated"


def kind_words(kind: str, count: int = 2) -> str:
    """What areas of a kind are called, one or several: LSOA, LSOAs, county, counties."""
    word = kind.upper() if kind in ("lsoa", "msoa") else kind
    if count == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
