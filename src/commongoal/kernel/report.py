"""The shape of a report, whatever it is written on: headings, paragraphs, facts, tables and figures."""

from collections.abc import Callable
from dataclasses import dataclass

from commongoal.kernel.pictures import NARROW, WIDE, Cell, Picture, Table

Draw = Callable[[str, int], Picture]
"""What draws a picture, given an id for its parts and a width."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a summary list."""

    name: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture drawn for a desk and for a phone, its caption, and the tables that say the same."""

    id: str
    caption: str
    wide: str
    narrow: str
    tables: tuple[Table, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it; `parts` have headings one level down.

    With `folded`, a screen may show the first paragraph alone, and all else once these words are chosen.
    """

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    figure: Figure | None = None
    tables: tuple[Table, ...] = ()
    points: tuple[str, ...] = ()
    parts: tuple["Section", ...] = ()
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report; `heading` is the answer, `marks` stand beside it, `notice` is said before anything else."""

    title: str
    programme: str
    notice: str
    heading: str
    marks: tuple[str, ...]
    lead: tuple[str, ...]
    warnings: tuple[str, ...]
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]


def figure(
    identity: str, draw: Draw, caption: str, tables: tuple[Table, ...] | None = None, marks: tuple[str, ...] = ()
) -> Figure:
    """One picture at both widths; its own tables unless others say the same and more."""
    wide, narrow = draw(f"{identity}-wide", WIDE), draw(f"{identity}-narrow", NARROW)
    return Figure(identity, caption, wide.svg, narrow.svg, wide.tables if tables is None else tables, marks)
