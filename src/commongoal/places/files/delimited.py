"""Delimited text of any size as columns whose repeated texts are kept once, with the row of every fault.

Arrow reads what is plain: every record on a line, quotes only around cells, as many cells as the header. For all else
Python's reader goes through the records one by one. Both count rows as a reader does: the header is row 1.
"""

import csv
import io
from array import array
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from commongoal.kernel.encodings import as_escapes, decode, strays
from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.rows import shown

Data = bytes | mmap
SEPARATORS = ",;\t|"
SLICE = 16 << 20
LONGEST_HEADER = 1 << 20
MOST = 1_000
"""Faults of one kind that are kept; of the others only how many there are."""


class Faults:
    """Faults of a file, by rule: the first `MOST` of each with their places, then how many more there are."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []
        self.counts: dict[str, int] = {}

    def add(self, row: int, column: str, value: str, expected: str, code: str) -> None:
        """Note one fault."""
        self.counts[code] = self.counts.get(code, 0) + 1
        if self.counts[code] <= MOST:
            self.found.append(Problem(self.file, row, column, shown(value), expected, code))

    def more(self, code: str, count: int) -> None:
        """Count faults that are not shown one by one."""
        if count:
            self.counts[code] = self.counts.get(code, 0) + count

    def room(self, code: str) -> int:
        """How many more faults of a rule are shown."""
        return max(0, MOST - self.counts.get(code, 0))

    def all(self) -> tuple[Problem, ...]:
        """What was noted, by row, then the sums of what is not shown."""
        beyond = [
            Problem(self.file, 0, "", f"{count - MOST:,} more", f"nothing of the kind '{code}'", code)
            for code, count in self.counts.items()
            if count > MOST
        ]
        return (*sorted(self.found), *beyond)


@dataclass(frozen=True, slots=True)
class Cells:
    """Columns of a file by their place, and the number of each row (None: 2, 3, 4 and so on)."""

    columns: Mapping[int, pa.DictionaryArray]
    rows: NDArray[np.int64] | None
    count: int

    def row(self, index: int) -> int:
        """The number of a row as a reader counts."""
        return index + 2 if self.rows is None else int(self.rows[index])


@dataclass(frozen=True, slots=True)
class Delimited:
    """A file of which the header has been read. `text` is there where Python's reader must go through it."""

    file: str
    header: tuple[str, ...]
    separator: str
    data: Data
    skipped: int  # bytes before the header
    quoted: bool
    text: str | None

    def place(self, *names: str) -> int | None:
        """Where the first of the columns stands that the file has, without case; none where it has none of them."""
        known = self.places()
        return next((known[name.casefold()] for name in names if name.casefold() in known), None)

    def places(self) -> dict[str, int]:
        """Each column and where it stands, without case; of two by one name the first."""
        return {name.casefold(): place for place, name in reversed(list(enumerate(self.header)))}

    def cells(self, places: Collection[int], faults: Faults) -> Cells:
        """Those columns; records that have not as many cells as the header, or bytes that are no text, are faults."""
        read = self._quickly(sorted(places)) if self.text is None else None
        return read or self._carefully(sorted(places), faults)

    def _quickly(self, places: list[int]) -> Cells | None:
        data = memoryview(self.data)[self.skipped : _end(self.data)]
        if self.quoted and not all(_well_quoted(part, self.separator) for part in _whole_lines(data)):
            return None
        names = [f"f{place}" for place in range(len(self.header))]
        kept = [names[place] for place in places]
        kind = pa.dictionary(pa.int32(), pa.string())
        try:
            read = arrow_csv.read_csv(
                pa.BufferReader(pa.py_buffer(data)),
                read_options=arrow_csv.ReadOptions(
                    column_names=names, skip_rows=1, block_size=SLICE, use_threads=len(data) > SLICE
                ),
                parse_options=arrow_csv.ParseOptions(delimiter=self.separator, ignore_empty_lines=False),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(kept, kind), include_columns=kept, strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid:
            return None
        read = read.unify_dictionaries().combine_chunks()
        columns = {place: _one(read[name]) for place, name in zip(places, kept, strict=True)}
        return None if _has_blank_row(list(columns.values())) else Cells(columns, None, len(read))

    def _carefully(self, places: list[int], faults: Faults) -> Cells:
        text = self.text if self.text is not None else decode(bytes(self.data)).text
        codes = {place: array("i") for place in places}
        known: dict[int, dict[str, int]] = {place: {} for place in places}
        rows = array("q")
        for row, record in _records(text, self.separator, self.file):
            if _is_good(row, record, self.header, faults):
                rows.append(row)
                for place in places:
                    values = known[place]
                    codes[place].append(values.setdefault(record[place], len(values)))
        columns = {
            place: pa.DictionaryArray.from_arrays(
                pa.array(np.frombuffer(codes[place], np.int32) if rows else [], pa.int32()),
                pa.array(list(known[place]), pa.string()),
            )
            for place in places
        }
        return Cells(columns, np.array(rows, dtype=np.int64), len(rows))


@contextmanager
def mapped(path: Path) -> Iterator[Data]:
    """A file's bytes, read as they are asked for."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            yield b""
            return
        yield mmap(file.fileno(), 0, access=ACCESS_READ)  # closes with the last that looks at it, threads of Arrow too


def opened(data: Data, file: str) -> Delimited:
    """The file with its header read. Raises `BadInput` for one that is empty, not text, or has no header."""
    if not len(data) or not bytes(data[:SLICE]).strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise _whole(file, "a header and rows: the file is empty", "empty")
    if data[:4] == b"PK\x03\x04":
        raise _whole(file, "text with separators: this is a workbook or a zip", "not text")
    text: str | None = None
    seen = _looked_through(data)
    skipped = 3 if data[:3] == b"\xef\xbb\xbf" else 0
    if not seen.ascii:
        data, skipped, text = _decoded(data, skipped, file)
        seen = _looked_through(data)
    if seen.uneven and text is None:
        text = decode(bytes(data)).text
    start = bytes(data[skipped:LONGEST_HEADER]).decode("utf-8", "ignore") if text is None else text[:LONGEST_HEADER]
    separator, header = _header(start, file)
    return Delimited(file, header, separator, data, skipped, seen.quotes, text)


def _decoded(data: Data, skipped: int, file: str) -> tuple[Data, int, str | None]:
    """The same text in UTF-8; as text too where it is not text throughout."""
    try:
        decoded = decode(bytes(data))
    except UnicodeDecodeError as fault:
        said = f"text in one encoding: as {fault.encoding} it breaks at byte {fault.start:,}"
        raise _whole(file, said, "encoding") from None
    if decoded.mixed or "\0" in decoded.text:
        return data, skipped, decoded.text
    if decoded.encoding == "utf-8":
        return data, skipped, None
    return decoded.text.encode(), 0, None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a file has that may need care."""

    ascii: bool  # and without a zero byte
    quotes: bool
    uneven: bool  # line ends that Arrow and Python take otherwise


def _looked_through(data: Data) -> _Seen:
    plain, quotes, uneven, last, end = True, False, False, b"", _end(data)
    for start in range(0, end, SLICE):
        part = data[start : min(start + SLICE, end)]
        plain = plain and part.isascii() and b"\0" not in part
        quotes = quotes or b'"' in part
        if b"\r" in part or last == b"\r":
            around = last + part
            uneven = uneven or around[:-1].count(b"\r") > around.count(b"\r\n")
        last = part[-1:]
    return _Seen(plain, quotes, uneven)


def _end(data: Data) -> int:
    """Where the last line with something in it ends, without its line end."""
    end = len(data)
    while end and data[end - 1] in b"\r\n":
        end -= 1
    return end


def _whole_lines(view: memoryview) -> Iterator[bytes]:
    """Parts of some size that end where a line does."""
    start = 0
    while start < len(view):
        part = bytes(view[start : start + SLICE])
        cut = len(part) if start + SLICE >= len(view) else part.rfind(b"\n") + 1 or len(part)
        yield part[:cut]
        start += cut


def _well_quoted(part: bytes, separator: str) -> bool:
    """Whether every quote opens or closes a whole cell within one line."""
    text = np.frombuffer(part, dtype=np.uint8)
    places = np.flatnonzero(text == ord('"'))
    if len(places) % 2:
        return False
    opening, closing = places[::2], places[1::2]
    around = np.zeros(256, dtype=bool)
    around[list(separator.encode() + b"\r\n")] = True
    before = np.where(opening > 0, text[opening - 1], ord("\n"))
    after = np.where(closing < len(text) - 1, text[np.minimum(closing + 1, len(text) - 1)], ord("\n"))
    lines = np.flatnonzero(text == ord("\n"))
    return bool(
        around[before].all()
        and around[after].all()
        and (np.searchsorted(lines, opening) == np.searchsorted(lines, closing)).all()
    )


def _header(start: str, file: str) -> tuple[str, tuple[str, ...]]:
    """The separator that splits the first record into most cells, and those cells without outer blanks."""
    best: tuple[str, tuple[str, ...]] = (",", ())
    for separator in SEPARATORS:
        try:
            cells = next(csv.reader(io.StringIO(start, newline=""), delimiter=separator, strict=True), [])
        except csv.Error:
            continue
        if len(cells) > len(best[1]):
            best = separator, tuple(cell.strip() for cell in cells)
    if len(best[1]) < 2:
        raise _whole(
            file, "a first row with the names of columns, with a comma, semicolon, tab or bar between", "header"
        )
    return best


def _records(text: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """The records after the header, each with its number; lines with nothing are passed over, but counted."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row, record in enumerate(reader, start=1):
            if row > 1 and record:
                yield row, record
    except csv.Error as fault:
        said = f"records that can be told apart: near line {reader.line_num:,}, {fault}"
        raise _whole(file, said, "records") from None


def _is_good(row: int, record: list[str], header: tuple[str, ...], faults: Faults) -> bool:
    if len(record) != len(header):
        faults.add(row, "", f"{len(record)} cells", f"{len(header)} cells, as in the header", "cells")
        return False
    for name, cell in zip(header, record, strict=True):
        if strays(cell):
            faults.add(row, name, as_escapes(cell), "text in UTF-8, like the rest of the file", "encoding")
            return False
        if "\0" in cell:
            faults.add(row, name, cell.replace("\0", "\\0"), "text without a zero byte", "zero byte")
            return False
    return True


def _has_blank_row(columns: list[pa.DictionaryArray]) -> bool:
    """Whether a row has nothing in any of the columns, as Arrow reads a line with nothing, which Python passes over."""
    blank = np.ones(len(columns[0]), dtype=bool)
    for column in columns:
        nothing = column.dictionary.to_pylist().index("") if "" in column.dictionary.to_pylist() else -1
        if nothing < 0:
            return False
        blank &= column.indices.to_numpy() == nothing
    return bool(blank.any())


def _one(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if column.num_chunks == 1:
        return column.chunk(0)
    empty = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.string()))
    return pa.concat_arrays(column.chunks) if column.num_chunks else empty


def _whole(file: str, expected: str, code: str) -> BadInput:
    return BadInput([Problem(file, 0, "", "", expected, code)])
