"""Which published layout a file has, and the file read by it."""

from dataclasses import replace
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

from commongoal.kernel.errors import BadInput, Problem
from commongoal.kernel.words import clean
from commongoal.places.engine.observations import Asked, Reading
from commongoal.places.files import deprivation, nomis_csv, nomis_workbook, population, statxplore, tidy
from commongoal.places.files.datasets import known_datasets
from commongoal.places.files.delimited import Data, mapped
from commongoal.places.files.named_areas import Names

LAYOUTS: dict[str, ModuleType] = {
    nomis_workbook.NAME: nomis_workbook,
    nomis_workbook.NAME: nomis_workbook,
    statxplore.NAME: statxplore,
    nomis_csv.NAME: nomis_csv,
    deprivation.NAME: deprivation,
    population.NAME: population,
    tidy.NAME: tidy,
}
"""The layouts by name, in the order they are tried. Each has `recognises(data, file)` and `read(data, file, asked)`,
which raises `BadInput` with every fault; `read` of one whose files may give areas by name only takes `names` too. More
join by a line here."""

HEAD = 64 << 10
UNVERIFIED = "How these figures were rounded or perturbed is unverified: nobody has checked it at its source."


def layout_of(data: Data, file: str) -> str:
    """The name of the layout that a file has. Raises `BadInput` where it has none of them."""
    whole = len(data) <= HEAD or data[:2] == b"PK"
    head = bytes(data if whole else data[: data.rfind(b"\n", 0, HEAD) + 1 or HEAD])
    problems: list[Problem] = []
    for name, module in LAYOUTS.items():
        try:
            if module.recognises(head, file):
                return name
        except BadInput as fault:
            problems += fault.problems
    # That a workbook is no text, as the other layouts want, says less than that it is too large.
    telling = [problem for problem in problems if problem.code != "not text"] or problems
    if len({problem.code for problem in telling}) == 1:  # of no layout, for one reason
        raise BadInput(telling[:1])
    expected = f"one of the layouts {', '.join(LAYOUTS)}, or a mapping file that says where areas and figures stand"
    raise BadInput([Problem(file, 0, "", "", expected, "layout")])


def read_file(
    data: Data, file: str, asked: Asked, layout: str = "", mapping: bytes = b"", names: Names | None = None
) -> Reading:
    """A file of observations by its layout, or by a mapping file in TOML. Raises `BadInput` with all its faults.

    `names` finds the areas of files that give names and no codes.
    """
    name = layout or (tidy.NAME if mapping else layout_of(data, file))
    if name not in LAYOUTS:
        raise BadInput([Problem(file, 0, "", name, f"one of the layouts {', '.join(LAYOUTS)}", "layout")])
    if mapping:
        return _tame(tidy.read(data, file, asked, mapping), asked)
    read = LAYOUTS[name].read
    found = read(data, file, asked, names) if "names" in signature(read).parameters else read(data, file, asked)
    return _tame(found, asked)


def _tame(reading: Reading, asked: Asked) -> Reading:
    """The reading with an entry of which every text can stand on a page and in any database, and with its mark."""
    found = reading.edition
    texts: dict[str, Any] = {
        name: clean(getattr(found, name)) for name in ("title", "source", "table", "licence", "file")
    }
    series = tuple(
        replace(one, words=clean(one.words), unit=clean(one.unit), dimensions=_pairs(one.dimensions))
        for one in found.series
    )
    known = known_datasets().get(found.dataset)
    told = asked.rounding is not None or asked.perturbation is not None
    notes = (*map(clean, found.notes), *([UNVERIFIED] if known and not known.verified and not told else []))
    edition = replace(found, **texts, series=series, notes=notes, symbols=_pairs(found.symbols))
    return replace(reading, edition=edition)


def _pairs(texts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((clean(one), clean(other)) for one, other in texts)


def read_path(path: Path, asked: Asked, layout: str = "", mapping: bytes = b"", names: Names | None = None) -> Reading:
    """A file as it lies on disk, which is not copied into memory as a whole where its text is plain."""
    with mapped(path) as data:
        return read_file(data, clean(path.name), asked, layout, mapping, names)
