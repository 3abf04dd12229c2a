"""The pages of an area on the observations that `bench/places.py` imported: processor time of the server.

The geography is invented: districts of 200 LSOAs in wards of ten, each LSOA a square of 500 m. Pages are asked for in a
process that has answered one before, of areas that it was not asked about: nothing of them is drawn or remembered.
"""

import datetime as dt
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LIMIT_MS = 300.0
IN_WARD, IN_DISTRICT, ASKED = 10, 200, 9
SIDE = 0.006  # degrees: about 500 m
PAGES = {"profile": "", "compare": "compare/", "trends": "trends/", "hot spots": "hot-spots/"}


def measured(store: Path) -> dict[str, Any]:
    """Median milliseconds of processor time of each page; `ok` is whether the profile keeps to its limit."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, get_context("spawn")) as alone:  # what the page costs, not what the import left behind
        return alone.submit(_measured, str(store)).result()


def _measured(store: str) -> dict[str, Any]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    with tempfile.TemporaryDirectory() as folder:
        settings.DATABASES["default"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        settings.PLACES = Path(store)
        settings.ALLOWED_HOSTS = ["*"]
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        client, districts = _made()
        return _asked(client, districts)


def _made() -> tuple[Any, list[str]]:
    """A client of a board member, and the districts that have outlines; figures and geography are in place."""
    from tests.platform.world import make_world

    from commongoal.access.engine.permissions import Role
    from commongoal.access.models import Partnership
    from commongoal.places.files.store import kept_editions

    world = make_world()
    folder = _store()
    (edition, *_) = [one for one in kept_editions(folder) if one.dataset == "claimant-count"]
    codes = _codes(folder, edition.name)
    _geography(codes)
    _population(codes)
    _rows()
    districts = [_district(place) for place in range(ASKED + 1)]
    by = world.viewer(role=Role.ANALYST)
    for district in range(ASKED + 1):
        _outlines(codes[district * IN_DISTRICT : (district + 1) * IN_DISTRICT], district, by)
    Partnership.objects.update(area_code=districts[0])
    return _client(world.viewer(role=Role.BOARD)), districts


def _store() -> Path:
    from django.conf import settings

    return Path(settings.PLACES)


def _codes(folder: Path, name: str) -> list[str]:
    import duckdb

    rows = duckdb.execute("SELECT DISTINCT area FROM read_parquet(?) ORDER BY 1", [str(folder / f"{name}.parquet")])
    return [code for (code,) in rows.fetchall()]


def _district(place: int) -> str:
    return f"E06{place:06}"


def _geography(codes: list[str]) -> None:
    """A lookup from LSOAs to wards, and one from wards to districts, with the names of all."""
    from tests.platform.world import now

    from commongoal.places.actions.imports import import_lookup

    lines = ["lsoa21_code,lsoa21_name,ward24_code,ward24_name,ltla24_code,ltla24_name"]
    lines += [
        f"{code},Marlhaven {place:05},E05{place // IN_WARD:06},Ward {place // IN_WARD:04},"
        f"{_district(place // IN_DISTRICT)},District {place // IN_DISTRICT:03}"
        for place, code in enumerate(codes)
    ]
    import_lookup(["\n".join(lines).encode()], file="lookup.csv", by=_analyst(), at=now())


def _analyst() -> Any:
    from commongoal.access.engine.permissions import Role, Viewer

    return Viewer(user=0, membership=0, organisation=0, role=Role.ANALYST)


def _population(codes: list[str]) -> None:
    """People of working age in each LSOA, so that counts become rates."""
    from commongoal.places.engine.observations import SCHEMA, Edition, Perturbation, Reading, Series
    from commongoal.places.files.indicators import indicators
    from commongoal.places.files.store import keep, kept_editions

    rate = next(one for one in indicators() if one.code == "claimant-rate")
    assert rate.of is not None
    dataset, words = rate.of.dataset, "Aged 16 to 64"
    if any(one.dataset == dataset for one in kept_editions(_store())):
        return
    start, end = dt.date(2018, 6, 30), dt.date(2018, 7, 1)
    values = {
        "area": codes, "name": codes, "start": [start] * len(codes), "end": [end] * len(codes),
        "series": ["people"] * len(codes), "value": [900.0 + 7 * (place % 60) for place in range(len(codes))],
        "status": [""] * len(codes), "provisional": [False] * len(codes), "revised": [False] * len(codes),
    }  # fmt: skip
    table = pa.table({name: pa.array(values[name]).cast(SCHEMA.field(name).type) for name in SCHEMA.names})
    edition = Edition(
        dataset, "Invented population", "Nobody", "", "", "tidy", "people.csv", "0" * 64, dt.date(2019, 6, 26),
        (("lsoa", "2021"),), 0.0, Perturbation.NONE, None, (Series("people", words, "people"),), start, end, len(codes),
    )  # fmt: skip
    keep(_store(), Reading(table, edition))


def _rows() -> None:
    """The catalogue of what is in the store, as the import leaves it."""
    from tests.platform.world import now

    from commongoal.places.files.store import digest_of, edition_as_data, kept_editions
    from commongoal.places.models import Edition

    for one in kept_editions(_store()):
        Edition.objects.create(
            name=one.name, dataset=one.dataset, entry=edition_as_data(one), kept_digest=digest_of(_store(), one.name),
            fetched_on=one.fetched_on, imported_at=now(),
        )  # fmt: skip


def _outlines(codes: list[str], district: int, by: Any) -> None:
    from tests.platform.world import now

    from commongoal.places.actions.boundaries import import_boundaries

    features = [_square(code, place % 20, place // 20, district) for place, code in enumerate(codes)]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    import_boundaries(data, file=f"lsoa_{district}.geojson", source="Nobody", by=by, at=now())


def _square(code: str, across: int, up: int, district: int) -> dict[str, Any]:
    x, y = -3 + SIDE * (across + 25 * district), 53 + SIDE * up
    ring = [[x, y], [x + SIDE, y], [x + SIDE, y + SIDE], [x, y + SIDE], [x, y]]
    named = {"LSOA21CD": code, "LSOA21NM": code}
    return {"type": "Feature", "properties": named, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def _client(viewer: Any) -> Any:
    from allauth.mfa.totp.internal.auth import TOTP
    from django.test import Client

    from commongoal.access.models import User
    from commongoal.web.sign_in import MEMBERSHIP

    user = User.objects.get(pk=viewer.user)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[MEMBERSHIP] = viewer.membership
    session.save()
    return client


def _asked(client: Any, districts: list[str]) -> dict[str, Any]:
    """The first page of the process, then each page of areas not asked about before, then once more."""
    first = {name: _milliseconds(client, f"/places/{districts[0]}/{end}") for name, end in PAGES.items()}
    found: dict[str, Any] = {"first_of_the_process_ms": {name: round(ms) for name, ms in first.items()}}
    for name, end in PAGES.items():
        times = [_milliseconds(client, f"/places/{code}/{end}") for code in districts[1:]]
        again = [_milliseconds(client, f"/places/{code}/{end}") for code in districts[1:]]
        found[name] = {
            "median_ms": round(statistics.median(times), 1),
            "slowest_ms": round(max(times), 1),
            "again_ms": round(statistics.median(again), 1),
        }
        print(f"{name:<10}{found[name]}", flush=True)
    return found | {"limit_ms": LIMIT_MS, "ok": found["profile"]["median_ms"] <= LIMIT_MS}


def _milliseconds(client: Any, address: str) -> float:
    began = time.process_time()
    answer = client.get(address)
    spent = 1000 * (time.process_time() - began)
    assert answer.status_code == 200, (address, answer.status_code)
    return spent
