"""Whole tables read as Arrow columns, on either database."""

import pytest

from commongoal.access.models import Organisation
from commongoal.access.queries import bulk
from commongoal.access.queries.bulk import among, columns_read

pytestmark = pytest.mark.django_db
NAMES = ["", 'A "good", name', "Two\nlines,\r\nor three", "'quoted'", '"', "Æthel ✓", "100% of it"]


@pytest.fixture
def ids() -> list[int]:
    return [Organisation.objects.create(name=name, kind="council", phone="1").pk for name in NAMES]


def test_texts_come_as_they_are_whatever_is_in_them(ids: list[int]) -> None:
    read = columns_read(Organisation, {"id": ("t.id", "whole"), "name": ("t.name", "text"), "kind": ("t.kind", "slug")})
    rows = {row["id"]: (row["name"], row["kind"]) for row in read.to_pylist()}
    assert [rows[pk] for pk in ids] == [(name, "council") for name in NAMES]


def test_days_and_numbers_may_be_none(ids: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)  # so that it takes several statements, some of which find nothing
    last = f"t.id = {ids[-1]}"
    columns = {
        "id": ("t.id", "whole"),
        "day": (f"CASE WHEN {last} THEN '2026-03-31' END", "day"),
        "number": (f"CASE WHEN {last} THEN 7.5 END", "number"),
        "empty": ("''", "slug"),
    }
    read = columns_read(Organisation, columns, (among("t.id", [ids[0], ids[-1]]),))  # type: ignore[arg-type]
    first, other = sorted(read.to_pylist(), key=lambda row: row["id"])
    assert (first["day"], first["number"], first["empty"]) == (None, None, "")
    assert (str(other["day"]), other["number"], other["empty"]) == ("2026-03-31", 7.5, "")


def test_nothing_found_is_an_empty_table() -> None:
    read = columns_read(Organisation, {"id": ("t.id", "whole"), "name": ("t.name", "text")}, ("t.id < 0",))
    assert (len(read), read.column_names) == (0, ["id", "name"])
