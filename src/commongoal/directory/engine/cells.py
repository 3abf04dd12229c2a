"""The values of one record of a directory, read with care: what is wrong is noted, never guessed in silence."""

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

from commongoal.directory.engine.plain_text import has_mark_up, plain_text
from commongoal.kernel.errors import Problem
from commongoal.places.engine.postcodes import is_postcode, normal_postcode

HOST = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"
URL = re.compile(rf"https?://{HOST}(:\d+)?([/?#]\S*)?", re.IGNORECASE)
BARE_HOST = re.compile(rf"{HOST}([/?#]\S*)?", re.IGNORECASE)
EMAIL = re.compile(r"[^@\s,;<>]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
NO_TEXT = re.compile("[\0\ud800-\udfff]")  # the end of a text, and halves of characters, which nothing can store
LONGEST_SHOWN = 80
LONGEST_URL, LONGEST_EMAIL = 1000, 254
OLDEST = 120


class Cells:
    """Reads the values of one record. `faults` keep it out, `remarks` do not; both say what would be right."""

    def __init__(self, file: str, row: int, counts: Counter[tuple[str, str]]) -> None:
        self.file, self.row, self.counts = file, row, counts
        self.id = ""
        self.faults: list[Problem] = []
        self.remarks: list[Problem] = []

    def fault(self, path: str, value: str, expected: str, code: str) -> None:
        """Notes what keeps the record out."""
        self.faults.append(self._problem(path, value, expected, code))

    def remark(self, path: str, value: str, expected: str, code: str) -> None:
        """Notes what was left out or put right."""
        self.remarks.append(self._problem(path, value, expected, code))

    def count(self, code: str, path: str) -> None:
        """Notes something too common to be told of each record."""
        self.counts[code, path] += 1

    def text(self, record: Mapping[str, Any], name: str, path: str = "") -> str:
        """A text without outer blanks; empty where there is none."""
        value = record.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.remark(path + name, str(value), "text; it was left out", "type")
            return ""
        plain = NO_TEXT.sub("", value).strip()
        if plain != value:
            self.count("blanks", path + name)
        if not plain:
            self.count("empty", path + name)
        return plain

    def prose(self, record: Mapping[str, Any], name: str, path: str = "") -> str:
        """A text that may be long, without its mark-up."""
        text = self.text(record, name, path)
        if has_mark_up(text):
            self.count("mark-up", path + name)
        return plain_text(text)

    def rows(self, record: Mapping[str, Any], name: str, path: str = "") -> list[Mapping[str, Any]]:
        """The records of a list; what is no record is left out."""
        value = record.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.remark(path + name, str(value), "a list; it was left out", "type")
            return []
        return [row for row in value if isinstance(row, Mapping)]

    def uuid(self, value: Any, path: str, *, fault: bool = True) -> str:
        """An id as the standard writes it; empty, and noted, where it is none."""
        try:
            return (
                str(uuid.UUID(value))
                if isinstance(value, str) and len(value) == 36
                else self._no_id(value, path, fault)
            )
        except ValueError:
            return self._no_id(value, path, fault)

    def url(self, record: Mapping[str, Any], name: str, path: str = "") -> str:
        """An address of the web that a link may lead to; a host without a scheme is taken as https."""
        text = self.text(record, name, path)
        fits = len(text) < LONGEST_URL - len("https://")
        if not text or (fits and URL.fullmatch(text)):
            return text
        if fits and BARE_HOST.fullmatch(text):
            self.remark(path + name, text, f"https://{text}, as it was taken", "url")
            return f"https://{text}"
        self.remark(path + name, text, "an address like https://example.org; it was left out", "url")
        return ""

    def email(self, record: Mapping[str, Any], name: str, path: str = "") -> str:
        """An e-mail address."""
        text = self.text(record, name, path)
        fits = len(text) <= LONGEST_EMAIL
        if not text or (fits and EMAIL.fullmatch(text)):
            return text
        cut = text.rstrip(".")
        if fits and EMAIL.fullmatch(cut):
            self.remark(path + name, text, f"{cut}, as it was taken", "email")
            return cut
        self.remark(path + name, text, "an address like name@example.org; it was left out", "email")
        return ""

    def date(self, record: Mapping[str, Any], name: str) -> dt.date | None:
        """A day written as 2026-03-02, perhaps with a time after it."""
        text = self.text(record, name)
        try:
            return dt.date.fromisoformat(text[:10]) if text else None
        except ValueError:
            self.remark(name, text, "a day like 2026-03-02; it was left out", "date")
            return None

    def ages(self, record: Mapping[str, Any]) -> tuple[int | None, int | None]:
        """The youngest and oldest that the service is for, in years."""
        youngest, oldest = (self._age(record, name) for name in ("minimum_age", "maximum_age"))
        if youngest is not None and oldest is not None and youngest > oldest:
            self.remark("minimum_age", str(youngest), f"at most {oldest}, the maximum; both were left out", "age")
            return None, None
        return youngest, oldest

    def point(self, record: Mapping[str, Any], path: str) -> tuple[float | None, float | None]:
        """Latitude and longitude in degrees, both or none."""
        values = record.get("latitude"), record.get("longitude")
        if values == (None, None):
            return None, None
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            latitude, longitude = values
            if -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0, 0):  # type: ignore[operator]
                return float(latitude), float(longitude)  # type: ignore[arg-type]
        expected = "degrees within -90 to 90 and -180 to 180; they were left out"
        self.remark(f"{path}latitude", f"{values[0]}, {values[1]}", expected, "point")
        return None, None

    def postcode(self, record: Mapping[str, Any], name: str, path: str) -> str:
        """A full postcode in capitals without spaces."""
        text = self.text(record, name, path)
        if not text or is_postcode(text):
            return normal_postcode(text) if text else ""
        self.remark(path + name, text, "a full postcode; it was left out", "postcode")
        return ""

    def _age(self, record: Mapping[str, Any], name: str) -> int | None:
        value = record.get(name)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= OLDEST:
            return int(value)
        self.remark(name, str(value), f"years from 0 to {OLDEST}; it was left out", "age")
        return None

    def _no_id(self, value: Any, path: str, fault: bool) -> str:
        note = self.fault if fault else self.remark
        note(path, "" if value is None else str(value), "an id like ac148810-d857-441c-9679-408f346de14b", "id")
        return ""

    def _problem(self, path: str, value: str, expected: str, code: str) -> Problem:
        column = " of ".join(part for part in (path, self.id) if part)
        shown = value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…"
        return Problem(self.file, self.row, column, shown, expected, code)
