"""Mishaps that befall a file: bits flipped, parts lost, cells that nobody expects, columns and rows out of place."""

import csv
import io
from collections.abc import Callable
from random import Random

NASTY = (
    *(
        "",
        " ",
        "0",
        "-1",
        "-5",
        "1e308",
        "1e5",
        "9" * 400,
        "NaN",
        "-inf",
        "inf",
        "..",
        "-",
        "NA",
        "#",
        "*",
        "1,234",
        "1,23",
    ),
    *(
        "=1+1",
        "\x00",
        "\u202e5",
        "\ufeff5",
        "é",
        "😀",
        "'",
        '"',
        '""',
        '"5"',
        ",",
        ";",
        "\t",
        "\n",
        "\r",
        "null",
        "x" * 5000,
    ),
    *(
        "٣",
        "1_000",
        "５",
        "0x10",
        "5 ",
        " 5",
        "5.0",
        "5.",
        ".5",
        "+5",
        "--5",
        "E01000001",
        "E0100000",
        "2017",
        "Aug-17",
    ),
    *(
        "August 2017",
        "2016-17",
        "Total",
        "Male",
        "Normal Value",
        "These figures are missing.",
        "1e-3",
        "12345678901234567890",
    ),
)
GRAINS = (b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"\xc3", b'"', b"\r", b"\n\n", b"\x1a", b"\x81", b",", b"\n")


def damaged(data: bytes, luck: Random, binary: bool) -> bytes:
    """The file after one to three mishaps."""
    for _ in range(luck.choice((1, 1, 1, 2, 3))):
        data = luck.choice(ON_BYTES if binary else ON_BYTES + 2 * ON_ROWS)(data, luck)
    return data


def flipped(data: bytes, luck: Random) -> bytes:
    spoilt = bytearray(data or b" ")
    for _ in range(luck.choice((1, 1, 3, 30))):
        spoilt[luck.randrange(len(spoilt))] ^= 1 << luck.randrange(8)
    return bytes(spoilt)


def cut(data: bytes, luck: Random) -> bytes:
    return data[: luck.randrange(len(data) + 1)]


def grain(data: bytes, luck: Random) -> bytes:
    at = luck.randrange(len(data) + 1)
    return data[:at] + luck.choice(GRAINS) + data[at:]


def hole(data: bytes, luck: Random) -> bytes:
    at, size = luck.randrange(len(data) + 1), luck.randrange(1, 40)
    return data[:at] + data[at + size :]


def recoded(data: bytes, luck: Random) -> bytes:
    text = data.decode("utf-8", "replace").replace("City", "Cité")
    return text.encode(luck.choice(("utf-16", "utf-16-le", "cp1252", "utf-8-sig", "utf-32", "cp037")), "replace")


def other_separator(data: bytes, luck: Random) -> bytes:
    return data.replace(b",", luck.choice((b";", b"\t", b"|", b" ", b"\x01")))


def other_line_ends(data: bytes, luck: Random) -> bytes:
    return data.replace(b"\n", luck.choice((b"\r\n", b"\r", b"\n\n", b"\n\r\n", b"\x0b")))


def table(change: Callable[[list[list[str]], Random], None]) -> Callable[[bytes, Random], bytes]:
    """A mishap of rows and cells; the file is written again as CSV."""

    def changed(data: bytes, luck: Random) -> bytes:
        try:
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        except (UnicodeDecodeError, csv.Error):
            return data
        if len(rows) < 2 or not all(rows):
            return data
        change(rows, luck)
        text = io.StringIO(newline="")
        csv.writer(text, quoting=luck.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)), lineterminator="\n").writerows(rows)
        return text.getvalue().encode("utf-8", "replace")

    return changed


def nasty(rows: list[list[str]], luck: Random) -> None:
    row = luck.choice(rows[1:])
    row[luck.randrange(len(row))] = luck.choice(NASTY)


def swapped_columns(rows: list[list[str]], luck: Random) -> None:
    """Two columns change places, with their names, without them, or in one row only."""
    a, b = luck.randrange(len(rows[0])), luck.randrange(len(rows[0]))
    for row in luck.choice((rows, rows[1:], [luck.choice(rows)])):
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]


def again(rows: list[list[str]], luck: Random) -> None:
    """A row stands twice, the second time perhaps with another figure."""
    row = list(luck.choice(rows[1:]))
    if luck.random() < 0.5:
        row[-1 - luck.randrange(min(2, len(row)))] = str(luck.randrange(1000))
    rows.insert(luck.randrange(1, len(rows) + 1), row)


def lost(rows: list[list[str]], luck: Random) -> None:
    del rows[luck.randrange(len(rows))]


def shuffled(rows: list[list[str]], luck: Random) -> None:
    rows[1:] = luck.sample(rows[1:], len(rows) - 1)


def uneven(rows: list[list[str]], luck: Random) -> None:
    row = luck.choice(rows)
    if luck.random() < 0.5:
        row.append(luck.choice(NASTY))
    else:
        row.pop()


def to_text(rows: list[list[str]], luck: Random) -> None:
    """Figures of a column become words, or far too large."""
    place = luck.randrange(len(rows[0]))
    for row in rows[1:]:
        if place < len(row) and luck.random() < 0.3:
            row[place] = luck.choice(
                (row[place] + "x", "many", row[place] + "0" * 20, f"£{row[place]}", f"{row[place]}%")
            )


def renamed(rows: list[list[str]], luck: Random) -> None:
    rows[0][luck.randrange(len(rows[0]))] = luck.choice((*NASTY, *rows[0]))


ON_BYTES = [flipped, cut, grain, hole]
ON_ROWS = [*map(table, (nasty, nasty, swapped_columns, again, lost, shuffled, uneven, to_text, renamed)),
           recoded, other_separator, other_line_ends]  # fmt: skip
