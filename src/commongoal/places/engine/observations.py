"""Observations: what a source says about an area in a period, and the catalogue entry of the file it came in.

An observation is one figure of one series for one area and one period. What is the same for all figures of a file
(where it comes from, when it was fetched, how it was rounded or perturbed, of which year its areas are) is its edition:
the same table fetched again later is another edition, and both are kept.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

import pyarrow as pa

from commongoal.kernel.errors import Problem


class Status(StrEnum):
    """Why a figure is not there; empty where it is."""

    GIVEN = ""
    NIL = "nil or negligible"  # ".." of Stat-Xplore: nothing, or too little to show; it is neither 0 nor unknown
    SUPPRESSED = "suppressed"
    UNRELIABLE = "unreliable"  # "#" of a survey: too few answers
    MISSING = "missing"  # an empty cell, "-" or "Missing" in the source


class Perturbation(StrEnum):
    """What was done to figures so that nobody can be told from them, beside rounding."""

    NONE = "none"
    NOISE = "noise"  # each figure moved at random, a total apart from its parts
    NOT_STATED = "not stated"


UNROUNDED = "residents"
"""The unit of estimates of the population, which are not rounded, in files whose other figures are."""

SCHEMA = pa.schema([
    ("area", pa.dictionary(pa.int32(), pa.string())),  # GSS code
    ("name", pa.dictionary(pa.int32(), pa.string())),  # as in the file
    ("start", pa.date32()),  # half-open period
    ("end", pa.date32()),
    ("series", pa.dictionary(pa.int32(), pa.string())),  # a key of the edition's series
    ("value", pa.float64()),  # null exactly where a status is given
    ("status", pa.dictionary(pa.int32(), pa.string())),  # a `Status`
    ("provisional", pa.bool_()),
    ("revised", pa.bool_()),
])  # fmt: skip
"""The columns of observations, in order; rows stand by series, then start, then area."""


@dataclass(frozen=True, slots=True)
class Series:
    """One thing measured: `key` stands in the column, `words` are the source's own, `unit` as in "people"."""

    key: str
    words: str
    unit: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()  # ("duration", "over 12 months"), as the source names them


@dataclass(frozen=True, slots=True)
class Edition:
    """The catalogue entry of one file of observations as it was fetched on one day.

    `rounding` is the base to which figures were rounded (0: not rounded; None: nobody said). `noise` is how far, in the
    unit of the figures, perturbation may have moved each; None where that is not published. `vintages` name the year of
    the areas for each kind in the file: (("lsoa", "2011"),).
    """

    dataset: str  # a short code of what the table is: "claimant-count"
    title: str
    source: str  # who publishes it
    table: str  # the source's own name or number of the table
    licence: str
    layout: str  # the published layout it was read by
    file: str
    digest: str  # SHA-256 of the file
    fetched_on: dt.date
    vintages: tuple[tuple[str, str], ...]
    rounding: float | None
    perturbation: Perturbation
    noise: float | None
    series: tuple[Series, ...]
    first: dt.date
    last: dt.date  # the day after the last period
    rows: int
    notes: tuple[str, ...] = ()  # the source's footnotes
    symbols: tuple[tuple[str, str], ...] = ()  # the source's marks and what each means
    name: str = ""  # of the Parquet file in the store; empty until it is kept

    def vintage(self, kind: str) -> str:
        """The year of the file's areas of that kind; empty where it has none."""
        return dict(self.vintages).get(kind, "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever imports a file says about it that the file itself may not; empty and None leave it to the layout.

    `keep_good` leaves faulty rows out instead of refusing the file.
    """

    fetched_on: dt.date
    dataset: str = ""
    title: str = ""
    source: str = ""
    table: str = ""
    vintages: tuple[tuple[str, str], ...] = ()
    rounding: float | None = None
    perturbation: Perturbation | None = None
    noise: float | None = None
    keep_good: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read: its observations (columns of `SCHEMA`), its edition, rows left out, and what to know of it."""

    table: pa.Table
    edition: Edition
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = field(default=())  # taken all the same
