"""Known tables of official figures: what is true of all their files that no file says, from `data/datasets.toml`."""

import fnmatch
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.observations import Asked, Perturbation, Status

NEEDED = ("dataset", "title", "source")
SHOWN_SERIES = 3


@dataclass(frozen=True, slots=True)
class Dataset:
    """One known table. `rounding` is of the figures counted in `unit`; `read_at` is where the facts stand."""

    code: str
    title: str
    source: str
    table: str
    licence: str
    unit: str
    series: tuple[str, ...]
    perturbation: Perturbation
    rounding: float | None
    noise: float | None
    read_at: str
    verified: bool = False  # rounding and perturbation were read there
    months: int = 1  # a label of one month names the last of so many

    def knows(self, words: str) -> bool:
        """Whether a series in these words is one of the table's."""
        return matches(words, self.series)


@dataclass(frozen=True, slots=True)
class Said:
    """What a word of a status column says of its figure."""

    status: Status
    provisional: bool = False
    revised: bool = False


def matches(words: str, patterns: Iterable[str]) -> bool:
    """Whether words match one of the patterns, without case."""
    return any(fnmatch.fnmatchcase(words.casefold(), pattern.casefold()) for pattern in patterns)


@cache
def known_datasets() -> dict[str, Dataset]:
    """Every known table by its code."""
    return {row["code"]: _dataset(row) for row in _file()["dataset"]}


@cache
def status_of(words: str) -> Said | None:
    """What a status in these words says; none for words that are not known."""
    for row in _file()["status"]:
        if matches(words, row["words"]):
            return Said(Status(row["status"]), row.get("provisional", False), row.get("revised", False))
    return None


@cache
def _file() -> dict[str, list[dict]]:  # type: ignore[type-arg]
    return tomllib.loads((files("commongoal.places") / "data" / "datasets.toml").read_text(encoding="utf-8"))


def _dataset(row: dict) -> Dataset:  # type: ignore[type-arg]
    given = row | {"series": tuple(row["series"]), "perturbation": Perturbation(row["perturbation"])}
    return Dataset(**{"rounding": None, "noise": None, **given})


def chosen(words: Iterable[str], asked: Asked, file: str, code: str = "") -> Dataset:
    """The table that a file is of, with what was asked in place of what is known.

    `words` are those of the file's series; `code` is for a layout that is of one table only. Raises `BadInput` where
    the file is of no known table and not all that it does not say was said, or of several and none was named.
    """
    known = known_datasets()
    words = tuple(words)
    found = code or asked.dataset or _recognised(words, file)
    if found in known and (code or not any(words) or any(known[found].knows(one) for one in words)):
        base = known[found]
    elif found in known:
        expected = f"a series of {found}: {known[found].title}"
        raise BadInput([Problem(file, 0, "", _some(words), expected, "dataset")])
    else:
        base = _said(asked, words, file)
    return Dataset(
        base.code if not asked.dataset else asked.dataset,
        asked.title or base.title,
        asked.source or base.source,
        asked.table or base.table,
        base.licence,
        base.unit,
        base.series,
        base.perturbation if asked.perturbation is None else asked.perturbation,
        base.rounding if asked.rounding is None else asked.rounding,
        base.noise if asked.noise is None else asked.noise,
        base.read_at,
        base.verified,
        base.months,
    )


def _recognised(words: tuple[str, ...], file: str) -> str:
    """The code of the one known table that has all the series; empty where there is none."""
    found = {dataset.code for dataset in known_datasets().values() if any(map(dataset.knows, words))}
    if len(found) > 1:
        expected = f"one table: name which of {', '.join(sorted(found))} to take as the dataset"
        raise BadInput([Problem(file, 0, "", _some(words), expected, "several datasets")])
    return next(iter(found), "")


def _said(asked: Asked, words: tuple[str, ...], file: str) -> Dataset:
    """A table that is not known, as whoever imports it says."""
    missing = [name for name in NEEDED if not getattr(asked, name)]
    if missing:
        expected = f"a known table, or what the file does not say: {', '.join(missing)}"
        raise BadInput([Problem(file, 0, "", _some(words), expected, "dataset")])
    perturbation = Perturbation.NOT_STATED if asked.perturbation is None else asked.perturbation
    return Dataset(
        asked.dataset,
        asked.title,
        asked.source,
        asked.table,
        "",
        "",
        ("*",),
        perturbation,
        asked.rounding,
        asked.noise,
        "",
    )


def _some(words: tuple[str, ...]) -> str:
    shown = "; ".join(word for word in words[:SHOWN_SERIES] if word)
    return shown + (f" and {len(words) - SHOWN_SERIES} more" if len(words) > SHOWN_SERIES else "")
