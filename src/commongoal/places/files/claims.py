"""Files of headline figures, to be checked against one another: TOML with `[[figure]]`, `[[quantity]]`, `[[sum]]`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.claims import Claims, Headline, Quantity, Whole
from commongoal.places.engine.written import Meant, Sort, meant
from commongoal.places.files.toml_files import Id, Part, Text, faults_of, parsed_toml, shown

MOST_FIGURES = 60
FIGURES = 'a figure, like "38,930", "9.5%", "over half", "three quarters", "£1.3m", "1 in 10" or "97,000+"'


class QuantityRow(Part):
    """A number that the text speaks of without giving it."""

    id: Id
    words: Text


class FigureRow(Part):
    """One figure: a count, or a share of `part` in `of`. `quantity` is what a count counts, if its own id is not."""

    id: Id
    words: Text
    written: Text
    part: Id | None = None
    of: Id | None = None
    quantity: Id | None = None
    rounded_to: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    indicator: str = ""
    period: str = ""
    source: str = ""


class SumRow(Part):
    """Quantities that make up another, or some of it."""

    total: Id
    parts: tuple[Id, ...] = Field(min_length=1, max_length=MOST_FIGURES)
    complete: bool = True
    words: str = ""


class ClaimsFile(Part):
    """A whole file."""

    format: Literal[1] = 1
    name: Text
    source: Text
    area: str = ""
    note: str = ""
    quantity: tuple[QuantityRow, ...] = Field((), max_length=MOST_FIGURES)
    figure: tuple[FigureRow, ...] = Field(min_length=1, max_length=MOST_FIGURES)
    sum: tuple[SumRow, ...] = Field((), max_length=MOST_FIGURES)


def read_claims(data: bytes, file: str) -> Claims:
    """The claims of a file, or `BadInput` with every fault in it."""
    read, problems = faults_of(ClaimsFile, parsed_toml(data, file), file)
    if read is None:
        raise BadInput(problems)
    figures = [(row, meant(row.written, row.rounded_to)) for row in read.figure]
    if problems := list(_faults(read, figures, file)):
        raise BadInput(problems)
    return Claims(
        name=read.name,
        source=read.source,
        quantities=tuple(Quantity(name, words) for name, words in _quantities(read, figures).items()),
        figures=tuple(_headline(row, found, read.source) for row, found in figures if found),
        wholes=tuple(Whole(row.total, row.parts, row.complete, row.words) for row in read.sum),
        area=read.area,
        note=read.note,
    )


def _headline(row: FigureRow, found: Meant, source: str) -> Headline:
    part = row.part or row.quantity or row.id
    return Headline(row.id, row.words, found, part, row.of or "", row.indicator, row.period, row.source or source)


def _quantities(read: ClaimsFile, figures: list[tuple[FigureRow, Meant | None]]) -> dict[str, str]:
    """Every quantity with its words: those named, then those that a count counts."""
    found = {row.id: row.words for row in read.quantity}
    for row, sort in figures:
        if sort is not None and sort.sort == Sort.COUNT:
            found.setdefault(row.quantity or row.id, row.words)
    return found


def _faults(read: ClaimsFile, figures: list[tuple[FigureRow, Meant | None]], file: str) -> Iterator[Problem]:
    known = _quantities(read, figures)
    yield from _repeated(read, file)
    for place, (row, found) in enumerate(figures, start=1):
        where = f"figure.{place} ({row.id})"
        if found is None:
            yield Problem(file, 0, f"{where}.written", shown(row.written), FIGURES, "not_a_figure")
        elif found.sort == Sort.COUNT:
            if row.part or row.of:
                yield Problem(
                    file, 0, where, shown(row.written), "a share where part and of are given, like 19.5%", "count"
                )
        else:
            yield from _share_faults(row, known, file, where)
    for place, total in enumerate(read.sum, start=1):
        for name in (total.total, *total.parts):
            if name not in known:
                yield _stranger(file, f"sum.{place}", name, known)


def _share_faults(row: FigureRow, known: dict[str, str], file: str, where: str) -> Iterator[Problem]:
    if row.quantity:
        yield Problem(file, 0, f"{where}.quantity", row.quantity, "only for a count; a share has part and of", "share")
    for key, name in (("part", row.part), ("of", row.of)):
        if not name:
            yield Problem(file, 0, f"{where}.{key}", "", "the quantity: a share is of one thing in another", "missing")
        elif name not in known:
            yield _stranger(file, f"{where}.{key}", name, known)
    if row.part and row.part == row.of:
        yield Problem(file, 0, f"{where}.of", row.part, "another quantity than part", "same")


def _stranger(file: str, where: str, name: str, known: dict[str, str]) -> Problem:
    expected = f"the id of a count or of a [[quantity]]: {', '.join(known) or 'there are none'}"
    return Problem(file, 0, where, name, expected, "unknown")


def _repeated(read: ClaimsFile, file: str) -> Iterator[Problem]:
    tables = {"quantity": [row.id for row in read.quantity], "figure": [row.id for row in read.figure]}
    for table, names in tables.items():
        seen: set[str] = set()
        for place, name in enumerate(names, start=1):
            if name in seen:
                yield Problem(file, 0, f"{table}.{place}.id", name, "an id of its own: it stands already", "twice")
            seen.add(name)
