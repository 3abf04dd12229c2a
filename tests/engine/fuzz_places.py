"""Real files of official figures, damaged; and a slow referee that reads what is left with Python's csv alone.

An importer joins by a line in `IMPORTERS`: where its real files stand, how they are read, and, where a figure can be
looked up again, what a file says by the referee.
"""

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from commongoal.kernel.encodings import decode
from commongoal.kernel.errors import BadInput, Refused
from commongoal.kernel.words import clean as tamed
from commongoal.places.engine.lookup_file import LookupFile
from commongoal.places.engine.observations import Asked, Reading
from commongoal.places.files.boundaries import read_geojson
from commongoal.places.files.lookups import read_lookup
from commongoal.places.files.reading import read_file
from tests.conftest import SHARED
from tests.engine.damaged_files import damaged
from tests.engine.fuzz_workbooks import checked_workbook, damaged_workbook

ASKED = Asked(
    dt.date(2026, 1, 1), dataset="", title="What is counted", source="Who counts", vintages=(("lsoa", "2021"),)
)
ROWS = 12
"""Rows of a real file that are damaged: its first, and as many from its middle."""


@dataclass(frozen=True)
class Fact:
    """What one cell of figures says, by the referee: the row it stands in, and what it is a figure of."""

    row: int
    area: str
    label: str  # of the period
    series: tuple[str, ...]
    text: str
    status: str = ""


Facts = Callable[[list[str], list[tuple[int, list[str]]]], Iterator[Fact]]


@dataclass(frozen=True)
class Importer:
    """How the files of one layout are found, read and read again. `binary` files are damaged as bytes only."""

    files: tuple[str, ...]  # below shared/data
    read: Callable[[bytes, str, Asked], object]
    facts: Facts | None = None
    asked: Asked = ASKED
    binary: bool = False
    spoil: Callable[[bytes, Random], bytes] | None = None  # in place of damage to any text
    check: Callable[[bytes, Reading], None] | None = None  # in place of `facts`


def sample(path: Path, binary: bool) -> bytes:
    """The header and some rows of a real file; the whole where it is not text."""
    data = path.read_bytes()
    if binary:
        return data
    lines = data.split(b"\n")
    middle = len(lines) // 2
    return b"\n".join(lines[:ROWS] + (lines[middle : middle + ROWS] if len(lines) > 3 * ROWS else []))


def nomis_facts(header: list[str], rows: list[tuple[int, list[str]]]) -> Iterator[Fact]:
    """Both shapes of the Nomis API."""
    names = [name.strip().casefold() for name in header]
    at = {name: place for place, name in reversed(list(enumerate(names)))}
    if "obs_value" in at:
        away = {"date_name", "geography_name", "obs_status_name", "geography_type_name", "geography_typecode_name"}
        parts = [place for name, place in at.items() if name.endswith("_name") and name not in away]
        for number, row in rows:
            status = row[at["obs_status_name"]] if "obs_status_name" in at else ""
            said = tuple(sorted(" ".join(row[place].split()) for place in parts))
            yield Fact(number, row[at["geography_code"]], row[at["date_name"]], said, row[at["obs_value"]], status)
        return
    for place, name in enumerate(header):
        if re.search(r"; measures: ", name, re.IGNORECASE):
            words = " ".join(re.sub(r"(?i)\s*; measures: .*$", "", name.strip()).split())
            for number, row in rows:
                if "rural urban" not in at or row[at["rural urban"]].strip() == "Total":
                    yield Fact(number, row[at["geography code"]], row[at["date"]], (words,), row[place])


def tidy_facts(header: list[str], rows: list[tuple[int, list[str]]]) -> Iterator[Fact]:
    names = [name.strip().casefold() for name in header]

    def at(*of: str) -> int:
        return next(names.index(name) for name in of if name in names)

    area = at("geography_code", "area_code") if {"geography_code", "area_code"} & set(names) else 0
    for number, row in rows:
        series = (" ".join(row[at("variable_name", "measure", "measure_name", "variable")].split()),)
        label = row[at("date", "month", "period", "date_name")]
        yield Fact(number, row[area], label, series, row[at("value", "obs_value")])


def wide_facts(area: str, label: str, figures: str) -> Facts:
    """A row an area, a column a series, one period."""

    def facts(header: list[str], rows: list[tuple[int, list[str]]]) -> Iterator[Fact]:
        names = [name.strip().casefold() for name in header]
        code = next(place for place, name in enumerate(names) if re.fullmatch(area, name))
        for place, name in enumerate(header):
            if re.fullmatch(figures, name.strip(), re.IGNORECASE):
                for number, row in rows:
                    yield Fact(number, row[code], label, (" ".join(name.split()),), row[place])

    return facts


SCORES = r"imd_score|.*_score(_pct)?|.*_rank|.*_decile|.*_numerator|mye\d{4}_.*|.*_denominator"
LSOA = r"(lsoa|msoa|ltla|ward)\d\d_code"


@cache
def district_names() -> dict[str, tuple[str, ...]]:
    """Each name in the real table of Stat-Xplore with a code, as a lookup would give it."""
    path = next((SHARED / "data").glob("labour_market/statxplore_csv/*ltla*.csv"))
    names = [row[0] for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")) if row]
    return {name: (f"E07{number:06}",) for number, name in enumerate(names)}


def statxplore_reader(data: bytes, file: str, asked: Asked) -> Reading:
    return read_file(data, file, asked, "stat-xplore", names=district_names())


def lookup_reader(data: bytes, file: str, asked: Asked) -> LookupFile:
    found = read_lookup(data, file)
    if found.problems and not asked.keep_good:
        raise BadInput(found.problems)
    return found


def reader(layout: str) -> Callable[[bytes, str, Asked], Reading]:
    return lambda data, file, asked: read_file(data, file, asked, layout)


IMPORTERS: dict[str, Importer] = {
    "nomis-api": Importer(("labour_market/nomis_api_csv/*.csv",), reader("nomis-api"), nomis_facts),
    "tidy": Importer(
        ("labour_market/ward_claimants/*.csv", "labour_market/lsoa_claimants/claimant_*_la_ward*.csv"),
        reader("tidy"), tidy_facts,
    ),
    "population": Importer(
        ("labour_market/population/*2019.csv",), reader("population"), wide_facts(LSOA, "2019", r"total|age\d+_\d+")
    ),
    "deprivation-2019": Importer(
        ("deprivation/*2019*.csv",), reader("deprivation"), wide_facts("lsoa11_code", "2019", SCORES)
    ),
    "deprivation-2025": Importer(
        ("deprivation/*2025*.csv",), reader("deprivation"), wide_facts("lsoa21_code", "2025", SCORES)
    ),
    "nomis-workbook": Importer(
        ("labour_market/nomis_web_xlsx/*.xlsx",), reader("nomis-workbook"), binary=True, spoil=damaged_workbook,
        check=checked_workbook,
    ),
    "stat-xplore": Importer(("labour_market/statxplore_csv/*ltla*.csv",), statxplore_reader),
    "lookups": Importer(("geography/lookups/*.csv",), lookup_reader),
    "boundaries": Importer(
        ("geography/boundaries/msoa/E06000012.geojson",), lambda data, file, _: read_geojson(data, file), binary=True
    ),
}  # fmt: skip
"""The importers that are fuzzed, by name."""

LABELS = ("%b-%y", "%B %Y", "%b %Y", "%Y-%m-%d", "%Y-%m", "%Y", "%Y%m", "%B-%y", "%B-%Y", "%b-%Y", "%b %y", "%B %y")


ABSENT = r"missing|suppress|disclos|unreliable|not available|confidential|sample size"


@cache
def starts_of(label: str) -> set[dt.date]:
    """The days on which a period of this label could begin."""
    label = " ".join(label.split()).casefold().replace("sept ", "sep ").replace("sept-", "sep-")
    found = set()
    for text in (label, *re.split(r" ?- ?(?=[a-z])", label)[:1]):
        for pattern in LABELS:
            try:
                found.add(dt.datetime.strptime(text, pattern).date().replace(day=1))  # noqa: DTZ007
            except ValueError:
                continue
    return found


def number(text: str) -> float | None:
    """The figure of a cell; none where there is none."""
    text = text.strip()
    if text.casefold() in {"", "na", "n/a", "-", "missing"}:
        return None
    return abs(float(text.replace(",", ""))) if float(text.replace(",", "")) == 0 else float(text.replace(",", ""))


def checked(data: bytes, reading: Reading, importer: Importer) -> None:
    """Every figure that was taken stands in the file as it was taken; every row that was not refused was taken."""
    assert importer.facts is not None
    text = decode(data).text
    separator = max(",;\t|", key=lambda one: len(next(csv.reader([text.splitlines()[0]], delimiter=one), ())))
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    header, rows = (
        records[0],
        [(place, row) for place, row in enumerate(records[1:], start=2) if len(row) == len(records[0])],
    )
    refused = {problem.row for problem in reading.problems}
    said: dict[tuple[str, tuple[str, ...]], list[Fact]] = {}
    for fact in importer.facts(header, rows):
        words = map(tamed, fact.series)  # an entry keeps no character that no page can show
        said.setdefault((fact.area.strip(), tuple(words)), []).append(fact)
    wide = importer.facts is not nomis_facts or "obs_value" not in [name.strip().casefold() for name in header]
    series = {
        one.key: (one.words,) if wide else tuple(sorted(value for _, value in one.dimensions))
        for one in reading.edition.series
    }
    if wide and importer.facts is tidy_facts:
        series = {one.key: (one.dimensions[0][1],) for one in reading.edition.series}
    told = set()
    for row in reading.table.to_pylist():
        found = [fact for fact in said.get((row["area"], series[row["series"]]), ()) if starts(row, fact)]
        assert found, f"nothing in the file says {row}"
        sure = [fact for fact in found if fact.row not in refused]
        right = all(agrees(row, fact) for fact in sure) if sure else any(agrees(row, fact) for fact in found)
        assert right, f"{row} is not what the file says: {found}"
        told.add((row["area"], series[row["series"]], row["start"], row["end"]))
    _nothing_missing(said, told, refused, reading)


def starts(row: dict, fact: Fact) -> bool:  # type: ignore[type-arg]
    """Whether the fact is of the period; one of several months may be named by its last."""
    last = (row["end"].replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    return bool({row["start"], last} & starts_of(fact.label))


def agrees(row: dict, fact: Fact) -> bool:  # type: ignore[type-arg]
    try:
        figure = None if re.search(ABSENT, fact.status.casefold()) else number(fact.text)
    except ValueError:
        return False
    return row["value"] == figure and (row["value"] is None) == bool(row["status"])


def _nothing_missing(said: dict, told: set, refused: set[int], reading: Reading) -> None:  # type: ignore[type-arg]
    """Each row without a fault is there, but for the series that were passed over."""
    passed = {remark.value for remark in reading.remarks if remark.code == "other series"}
    kept = {(area, series) for area, series, *_ in told}
    for (area, series), facts in said.items():
        clean = [fact for fact in facts if fact.row not in refused]
        if clean and (area, series) not in kept and not refused:
            assert passed or 0 in refused, f"left out without a word: {clean[0]}"


def fuzzed(importer: Importer, folder: Path, cases: int, seed: int) -> Counter[str]:
    """What became of so many damaged files. Raises where one ends in anything but figures or a refusal in words."""
    luck = Random(seed)
    samples = [
        (path.name, sample(path, importer.binary)) for way in importer.files for path in sorted(folder.glob(way))
    ]
    tally: Counter[str] = Counter()
    for case in range(cases):
        name, data = luck.choice(samples)
        spoilt = importer.spoil(data, luck) if importer.spoil else damaged(data, luck, importer.binary)
        try:
            tally[outcome(spoilt, name, importer, luck)] += 1
        except Exception as fault:
            raise AssertionError(f"case {case} of {name}: {spoilt[:2000]!r}") from fault
    return tally


def spoken(refused: Refused) -> None:
    """A refusal says what would be right, and a file's faults are never none."""
    assert str(refused)
    if isinstance(refused, BadInput):
        assert refused.problems
        assert all(str(problem) and problem.expected for problem in refused.problems)


def outcome(data: bytes, name: str, importer: Importer, luck: Random) -> str:
    """Read, read in part, or refused; as whoever imports would, and then with the good rows kept."""
    dataset = luck.choice(("", "", "claimant-count", "ours"))
    asked = replace(importer.asked, dataset=dataset if not importer.asked.dataset else importer.asked.dataset)
    for keep_good in (False, True):
        try:
            reading = importer.read(data, name, replace(asked, keep_good=keep_good))
        except Refused as refused:
            spoken(refused)
            continue
        if isinstance(reading, Reading):
            assert keep_good or not reading.problems
            if importer.check is not None:
                importer.check(data, reading)
            elif importer.facts is not None:
                checked(data, reading, importer)
        return "read in part" if keep_good else "read"
    return "refused"
