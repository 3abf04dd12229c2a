"""Workbooks looked through before they are read: one of a few hundred bytes can ask for more memory than there is.

The reader of workbooks makes a table as wide and long as the farthest cells, and a program that it takes the last
memory from is ended by the system, not refused. So what is packed is unpacked here first, within bounds, and the reader
is given what was unpacked and nothing else.
"""

import io
import re
import zipfile
import zlib

from commongoal.kernel.errors import BadInput, Problem

MOST_CELLS = 5_000_000
MOST_UNPACKED = 128 << 20
MOST_MEMBERS = 1_000
PIECE = 1 << 20
TOO_LARGE = "too large"
"""The rule that such a workbook breaks."""
WANTED = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|xl/.*\.(?:xml|rels)", re.IGNORECASE)
PLACE = re.compile(rb"""[\s"']r\s*=\s*["']\s*([A-Za-z]{0,4})(\d{0,10})\s*["']""")
"""Where a cell or a row says that it stands: r="B7", r="7"."""
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, NotImplementedError, RuntimeError)


def plain_workbook(data: bytes, file: str) -> bytes:
    """The words and figures of a workbook (.xlsx), packed without squeezing; macros and pictures are left out.

    Raises `BadInput` for what is no such workbook, is damaged, or would fill more than `MOST_CELLS` cells.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = [each for each in packed.infolist() if WANTED.fullmatch(each.filename)]
            if len(members) > MOST_MEMBERS:
                raise _refused(file, f"{len(members):,} parts", f"a workbook of at most {MOST_MEMBERS:,} parts")
            parts = _unpacked(packed, members, file)
    except DAMAGED as fault:
        raise _refused(file, "", f"a workbook that can be read: {str(fault)[:200]}", "workbook") from None
    for content in parts.values():
        _look_through(content, file)
    return _packed(parts)


def _unpacked(packed: zipfile.ZipFile, members: list[zipfile.ZipInfo], file: str) -> dict[str, bytes]:
    """The parts by name; what a part says of its own size is not believed."""
    found: dict[str, bytes] = {}
    room = MOST_UNPACKED
    for member in members:
        pieces = []
        with packed.open(member) as part:
            while piece := part.read(PIECE):
                room -= len(piece)
                if room < 0:
                    raise _refused(file, "", f"a workbook of at most {MOST_UNPACKED >> 20} MB when it is unpacked")
                pieces.append(piece)
        found[member.filename] = b"".join(pieces)
    return found


def _look_through(content: bytes, file: str) -> None:
    """Refuse a sheet whose farthest cells are too far from the first."""
    wide = long = 1
    for letters, digits in set(PLACE.findall(content)):
        wide, long = max(wide, _number(letters)), max(long, int(digits or 1))
    if wide * long > MOST_CELLS:
        expected = f"one sheet with figures, of at most {MOST_CELLS:,} cells"
        raise _refused(file, f"a sheet of {long:,} rows and {wide:,} columns", expected)


def _number(letters: bytes) -> int:
    """The number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _packed(parts: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return whole.getvalue()


def _refused(file: str, found: str, expected: str, code: str = TOO_LARGE) -> BadInput:
    return BadInput([Problem(file, 0, "", found, expected, code)])
