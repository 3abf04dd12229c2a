"""The geography of the site: from the lookups taken in and the neighbourhoods drawn, read once until these change."""

import datetime as dt
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commongoal.access.engine.permissions import Role
from commongoal.kernel.errors import BadInput
from commongoal.places.actions.imports import import_lookup
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.rows import Imported
from commongoal.places.files.lookups import keep_lookup, kept_geography, read_lookup
from commongoal.places.models import LookupRow, Neighbourhood
from commongoal.places.queries.geography import geography
from tests.engine.test_geography import LSOAS, OVERLAPS, WARDS, codes
from tests.platform.world import World, now


def take_in(world: World, text: bytes) -> Imported:
    by = world.viewer(role=Role.ADMINISTRATOR)
    return import_lookup(io.BytesIO(text), file="file.csv", by=by, at=now())


def overlaps() -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table(OVERLAPS), held)
    return held.getvalue()


def test_the_site_and_the_store_give_the_same_geography(world: World, tmp_path: Path) -> None:
    for text in (LSOAS, WARDS, overlaps()):
        take_in(world, text)
        keep_lookup(tmp_path, read_lookup(text, "file"))
    site, kept = geography(), kept_geography(tmp_path)
    assert sorted(site.tables) == sorted(kept.tables)
    for name, table in site.tables.items():
        assert table.rows == kept.tables[name].rows
        assert table.weights == kept.tables[name].weights
        assert (table.source.kind, table.source.vintage) == (
            kept.tables[name].source.kind,
            kept.tables[name].source.vintage,
        )
    for kind in AreaKind:
        assert site.areas(kind) == kept.areas(kind)
    assert site.parts("E06000001", AreaKind.WARD) == kept.parts("E06000001", AreaKind.WARD) != ()


def test_it_is_read_once_until_something_changes(world: World) -> None:
    take_in(world, LSOAS)
    first = geography()
    with CaptureQueriesContext(connection) as queries:
        assert geography() is first
    assert len(queries) == 2
    take_in(world, LSOAS)
    assert geography() is first, "the same file again changes nothing"
    take_in(world, LSOAS.replace(b"Far,", b"Farthest,"))
    assert geography().name("E06000009") == "Farthest"
    take_in(world, WARDS)
    assert geography().name("E05000001") == "North"


def test_a_neighbourhood_drawn_changed_and_withdrawn_shows_at_once(world: World) -> None:
    take_in(world, LSOAS)
    assert not geography().knows("Q00000001")
    staff = world.viewer(role=Role.ADMINISTRATOR).membership
    drawn = Neighbourhood.objects.create(
        code="Q00000001", name="Docks", vintage="2021", membership_id=staff, at=now() - dt.timedelta(1)
    )
    drawn.parts.create(lsoa="E01000021")
    assert codes(geography().parts("Q00000001", AreaKind.LSOA)) == ["E01000021"]
    drawn.parts.create(lsoa="E01000001")
    assert codes(geography().parts("Q00000001", AreaKind.LSOA)) == ["E01000001", "E01000021"]
    assert geography().name("Q00000001") == "Docks"
    Neighbourhood.objects.update(withdrawn_at=now())
    assert not geography().knows("Q00000001")


def test_weights_are_kept_and_shares_that_do_not_add_up_are_remarked(world: World) -> None:
    done = take_in(world, overlaps())
    assert (done.added, len(done.remarks)) == (4, 1)
    assert LookupRow.objects.get(to_code="UKPARL.2025.WRW", from_code="E01000002").weight == 0.75
    again = take_in(world, overlaps())
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4)
    moved = {**OVERLAPS, "percentage_overlap_pop": [1.0, 0.5, 0.5, 1.0]}
    held = io.BytesIO()
    pq.write_table(pa.table(moved), held)
    assert take_in(world, held.getvalue()).changed == 3


@pytest.mark.parametrize("data", [b"PAR1", overlaps()[:-9], b"", b"a,b\n1,2\n"])
def test_a_damaged_file_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(BadInput) as refusal:
        read_lookup(data, "lookup.parquet")
    assert refusal.value.problems[0].file == "lookup.parquet"


def test_overlaps_in_csv_are_the_same_as_in_parquet() -> None:
    rows = zip(*OVERLAPS.values(), strict=True)
    text = "\n".join(",".join(str(cell) for cell in row) for row in [tuple(OVERLAPS), *rows]).encode()
    assert read_lookup(text, "overlap.csv").tables == read_lookup(overlaps(), "overlap.parquet").tables
    with pytest.raises(BadInput, match="3 cells"):
        read_lookup(text + b"\nE01000009,1\n", "overlap.csv")


def test_a_store_without_lookups_knows_no_area(tmp_path: Path) -> None:
    assert not kept_geography(tmp_path).knows("E06000001")
