"""Damaged web-query workbooks of Nomis: other cells, rows that are gone or stand twice, bytes that are no workbook.

Held against the cells of the same workbook, found in its XML by pattern.
"""

import io
import re
import zipfile
from collections import Counter
from html import unescape
from random import Random

from commongoal.places.engine.observations import Reading
from tests.engine.damaged_files import damaged

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
VALUE = re.compile(r'(<c r="[A-Z]+\d+"[^>]*>)<v>([^<]*)</v>')
ROW = re.compile(r"<row [^>]*>.*?</row>", re.DOTALL)
CELL = re.compile(r'<c r="[A-Z]+(\d+)"([^>]*)><v>([^<]*)</v></c>')
ONE_STRING = re.compile(r"<si>(.*?)</si>", re.DOTALL)
CODE = re.compile(r"[EWSNK]\d{8}")
INSTEAD = ("12345", "-7", "x", "1e400", "", "NaN", "0.5", "0", "9.9", "99999999999", "24", "23")


def damaged_workbook(data: bytes, luck: Random) -> bytes:
    """The workbook with some cells or rows changed; one in four with its bytes damaged."""
    if luck.random() < 0.25:
        return damaged(data, luck, True)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {each.filename: packed.read(each) for each in packed.infolist()}
    text = parts[SHEET].decode()
    for _ in range(luck.randint(1, 4)):
        text = _row_damaged(text, luck) if luck.random() < 0.2 else _cell_damaged(text, luck)
    parts[SHEET] = text.encode()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return whole.getvalue()


def _cell_damaged(text: str, luck: Random) -> str:
    found = luck.choice(list(VALUE.finditer(text)))
    return f"{text[: found.start(2)]}{luck.choice(INSTEAD)}{text[found.end(2) :]}"


def _row_damaged(text: str, luck: Random) -> str:
    """A row left out, or one that says what another says."""
    one, other = (luck.choice(list(ROW.finditer(text))) for _ in range(2))
    place = re.search(r'<row r="(\d+)"', one[0])
    assert place
    instead = re.sub(r'( r="[A-Z]*)\d+"', rf'\g<1>{place[1]}"', other[0]) if luck.random() < 0.5 else ""
    return f"{text[: one.start()]}{instead}{text[one.end() :]}"


def checked_workbook(data: bytes, reading: Reading) -> None:
    """Every figure that was taken stands in a row of its area, as often as it was taken."""
    said = _figures(data)
    taken = Counter((row["area"], row["value"]) for row in reading.table.to_pylist() if row["value"] is not None)
    for (area, value), times in taken.items():
        assert said[area][value] >= times, f"{area}: {value:g} was taken {times} times and is said {said[area][value]}"


def _figures(data: bytes) -> dict[str, Counter[float]]:
    """The figures beside each code, and how often each is there."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet, strings = packed.read(SHEET).decode(), packed.read(STRINGS).decode()
    words = [unescape(re.sub(r"<[^>]*>", "", one)) for one in ONE_STRING.findall(strings)]
    found: dict[str, Counter[float]] = {}
    for row in ROW.findall(sheet):
        codes: list[str] = []
        figures: Counter[float] = Counter()
        for _, kind, text in CELL.findall(row):
            if 't="s"' in kind:
                at = int(text) if text.isdigit() else len(words)
                codes += [words[at]] if at < len(words) and CODE.fullmatch(words[at]) else []
            else:
                figures.update(_number(text))
        for code in codes:
            found.setdefault(code, Counter()).update(figures)
    return found


def _number(text: str) -> list[float]:
    try:
        return [float(text)]
    except ValueError:
        return []
