"""The shape of a report, whatever it is written on: headings, paragraphs, facts, tables and figures."""

from dataclasses import dataclass

from commongoal.kernel.pictures import Cell, Table


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
    """A heading with what stands under it; `parts` have headings one level down."""

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    figure: Figure | None = None
    tables: tuple[Table, ...] = ()
    points: tuple[str, ...] = ()
    parts: tuple["Section", ...] = ()


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
