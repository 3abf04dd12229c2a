"""A snapshot of a big programme against its limit: a bare Arrow export of the same tables, on COMMONGOAL_DATABASE.

100,000 people with a million moves, 200,000 periods of support, 400,000 readings and 100,000 jobs, written straight
into the tables. The limit is an ADBC driver fetching the same tables as Arrow and writing them as Parquet, in the way
that a ledger is written (zstd, row groups, checksums, flushed to disk): no joining, no order, no pseudonyms, no checks.
Both run in turn, so that a busy machine slows both; each turn has its ratio, and the middle one counts. Then, without a
limit: a snapshot after one person in a hundred changed, and the memory that `commongoal snapshot --whole` takes. The
last line is one JSON object. On PostgreSQL:

    scripts/with-postgres .venv/bin/python bench/snapshot.py
"""

import datetime as dt
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PEOPLE = int(os.environ.get("PEOPLE", "100000"))
MOVES, TURNS = 10, 5
CHANGED = PEOPLE // 100
TARGETS = {"over_export": 3.0}
FIRST_DAY, DAYS = dt.date(2024, 4, 1), 600
NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
STAGES = ("referred", "engaged", "barriers_removed", "engaged", "supported", "in_work", "supported", "in_work", "left",
          "engaged")  # fmt: skip
AREAS = ("skills", "work", "health", "money")


def pour(model: "type[Model]", rows: Iterator[dict[str, Any]]) -> None:
    """Rows past the models; what a row leaves out is empty."""
    from django.db import connection, models

    fields = model._meta.concrete_fields
    empty = {f.attname: "" if isinstance(f, models.CharField) and not f.null else None for f in fields}
    quoted = ", ".join(f'"{f.column}"' for f in fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([(empty | row)[f.attname] for f in fields])
            return
        marks = ", ".join(["%s"] * len(fields))
        while batch := list(islice(rows, 20_000)):
            values = [[plain((empty | row)[f.attname]) for f in fields] for row in batch]
            cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", values)


def plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return str(value) if isinstance(value, dt.date) else value


def build(count: int) -> int:
    """A programme with so many people; returns its id."""
    from django.db import transaction
    from tests.platform.world import make_world, put_in_force

    from commongoal.access.engine.permissions import Role
    from commongoal.pathway.models import Assessment, AssessmentLevel, Cost, Job, Journey, Move, Participation, Support
    from commongoal.people.models import Agreement, Person

    world = make_world()
    file = put_in_force(world).pk
    rng, programme = random.Random(5), world.programme.pk
    bodies = [world.organisations[name].pk for name in ("council", "jobcentre", "charity", "provider")]
    by = {"organisation_id": bodies[0], "membership_id": world.viewer(role=Role.MANAGER).membership}
    numbers = range(1, count + 1)
    days = [FIRST_DAY + dt.timedelta(days=rng.randrange(DAYS)) for _ in numbers]
    areas = [rng.randrange(200) for _ in numbers]

    def each(times: int) -> Iterator[tuple[int, int, dt.date, int]]:
        number = 0
        for person, day in zip(numbers, days, strict=True):
            for turn in range(times):
                number += 1
                yield number, person, day, turn

    def weeks(many: int) -> dt.timedelta:
        return dt.timedelta(weeks=many)

    with transaction.atomic():
        pour(Person, ({"id": p, "first_name": "A", "last_name": "B", "area_code": f"E01{areas[p - 1]:06}", "version": 1,
                       "added_by_id": bodies[0], "added_at": NOW, "restricted": False} for p in numbers))  # fmt: skip
        pour(Journey, ({"id": p, "person_id": p, "programme_id": programme, "begun_on": d, "since_on": d,
                        "attributes": json.dumps({"age": "young" if p % 2 else "older"}), "stage": "engaged"}
                       for _, p, d, _ in each(1)))  # fmt: skip
        pour(Move, ({"id": n, "journey_id": p, "on": d + weeks(2 * k), "place": 0, "stage": STAGES[k], "waiting": False,
                     "reason": "moved" if STAGES[k] == "left" else "", "evidence_kind": "seen", "at": NOW, **by}
                    for n, p, d, k in each(MOVES)))  # fmt: skip
        pour(Support, ({"id": n, "person_id": p, "programme_id": programme, "intervention": ("advice", "coaching")[k],
                        "from_on": d + weeks(k), "to_on": d + weeks(20 + k), "at": NOW,
                        **by, "organisation_id": bodies[p % 4]} for n, p, d, k in each(2)))  # fmt: skip
        pour(Job, ({"id": n, "person_id": p, "programme_id": programme, "employer": f"Firm {p % 5000}",
                    "occupation": "Work", "from_on": d + weeks(10), "to_on": d + weeks(12), "weekly_hours": 20 + p % 20,
                    "pay_pence": 1200, "pay_period": "hour", "evidence_kind": "payslip", "self_employed": False,
                    "at": NOW, **by} for n, p, d, _ in each(1)))  # fmt: skip
        pour(Assessment, ({"id": p, "person_id": p, "programme_id": programme, "pathway_file_id": file, "on": d,
                           "at": NOW, "together": True, "counts": True, "token": f"t{p}", **by}
                          for _, p, d, _ in each(1)))  # fmt: skip
        pour(AssessmentLevel, ({"id": n, "assessment_id": p, "area": AREAS[k], "level": 1 + p % 5}
                               for n, p, _, k in each(4)))  # fmt: skip
        pour(Participation, ({"id": p, "person_id": p, "programme_id": programme, "organisation_id": bodies[p % 4],
                              "referred_on": d} for _, p, d, _ in each(1)))  # fmt: skip
        pour(Agreement, ({"id": p, "person_id": p, "from_organisation_id": bodies[0],
                          "to_organisation_id": bodies[1 + p % 3], "areas": '["work"]', "classes": '["progress"]',
                          "given_how": "signed on paper", "document_version": "2", "from_on": d}
                         for _, p, d, _ in each(1)))  # fmt: skip
        pour(Cost, ({"id": k + 1, "programme_id": programme, "provider": "council", "from_on": FIRST_DAY + weeks(4 * k),
                     "to_on": FIRST_DAY + weeks(4 * k + 4), "amount_pence": 10**6, "borne_by": "council",
                     "basis": "cash", "source": "invented", "at": NOW, **by} for k in range(24)))  # fmt: skip
    return programme


def export(folder: Path) -> int:
    """The limit: the same tables fetched as Arrow and written as Parquet; returns rows."""
    import pyarrow.parquet as pq
    from django.db import connection

    from commongoal.pathway.files.directory import ROW_GROUP
    from commongoal.pathway.models import Assessment, AssessmentLevel, Cost, Job, Journey, Move, Participation, Support
    from commongoal.people.models import Agreement, Person

    settings = connection.settings_dict
    if connection.vendor == "postgresql":
        import adbc_driver_postgresql.dbapi as driver

        place = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    else:
        import adbc_driver_sqlite.dbapi as driver

        place = str(settings["NAME"])
    rows = 0
    folder.mkdir(exist_ok=True)
    with driver.connect(place) as bare, bare.cursor() as cursor:
        for model in (Person, Journey, Move, Support, Job, Assessment, AssessmentLevel, Participation, Agreement, Cost):
            name = model._meta.db_table
            chosen = ", ".join(f't."{field}"' for field in TAKEN[model.__name__])
            cursor.execute(f"SELECT {chosen} FROM {name} t")
            table = cursor.fetch_arrow_table()
            rows += len(table)
            path = folder / f"{name}.parquet"
            pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP, write_page_checksum=True)
            with path.open("rb") as written:
                os.fsync(written.fileno())
    return rows


# Only the columns that the ledger takes: the whole tables would make the limit twice as slow.
TAKEN = {
    "Person": ("id", "area_code"),
    "Journey": ("id", "person_id", "attributes"),
    "Move": ("id", "journey_id", "on", "place", "stage", "reason", "organisation_id", "evidence_kind"),
    "Support": ("person_id", "organisation_id", "intervention", "contract", "from_on", "to_on"),
    "Job": ("person_id", "self_employed", "employer", "from_on", "to_on", "weekly_hours", "evidence_kind"),
    "Assessment": ("id", "person_id", "on"),
    "AssessmentLevel": ("assessment_id", "area", "level"),
    "Participation": ("person_id", "organisation_id", "referred_on", "first_contact_on", "started_on", "ended_on"),
    "Agreement": ("person_id", "to_organisation_id", "areas", "classes", "from_on", "until_on", "withdrawn_at"),
    "Cost": ("provider", "intervention", "from_on", "to_on", "amount_pence", "borne_by", "basis"),
}


def seconds(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def peak_of_command() -> float:
    """The most memory, in GiB, that a process held which took a whole snapshot and did nothing else."""
    command = [str(Path(sys.executable).with_name("commongoal")), "snapshot", "together", "--whole"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return used.ru_maxrss / 2**20


def change(people: int) -> None:
    """Say in the audit that the records of the first so many people were changed."""
    from commongoal.access.models import Action

    Action.objects.bulk_create(
        Action(at=NOW, verb="change person", subject="person", subject_id=n, person_id=n, salt="", content_digest="")
        for n in range(1, people + 1)
    )


def measured(programme: int, folder: Path) -> dict[str, Any]:
    """Export and snapshot in turn, then a snapshot after few changes."""
    from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
    from commongoal.pathway.files import check_ledger, read_programme
    from commongoal.pathway.queries.snapshots import snapshot

    times: dict[str, list[float]] = {"export": [], "snapshot": []}
    spent: dict[str, list[float]] = {"export": [], "snapshot": []}
    taken, rows = 0, 0

    def take(*, whole: bool) -> None:
        nonlocal taken
        taken = take_snapshot(by=INSTALLATION, at=NOW, programme=programme, whole=whole)

    def bare() -> None:
        nonlocal rows
        rows = export(folder / "export")

    for turn in range(TURNS + 1):
        for name, deed in (("export", bare), ("snapshot", lambda: take(whole=True))):
            began = time.process_time()
            wall = seconds(deed)
            if turn:  # the first of each fills the disk cache
                times[name].append(wall)
                spent[name].append(time.process_time() - began)
        if turn:
            print({name: round(values[-1], 2) for name, values in times.items()}, flush=True)
    found = snapshot(taken)
    report = check_ledger(read_programme(found.programme_file), [found.ledger], found.snapshot_on)
    assert report.problems == (), report.problems[:5]
    assert found.rows["entries"] == PEOPLE * MOVES, (found.rows, found.left_out)
    change(CHANGED)
    again = seconds(lambda: take(whole=False))
    assert snapshot(taken).people_read == CHANGED
    assert snapshot(taken).digest == found.digest
    middle = {name: statistics.median(values) for name, values in times.items()}
    return {
        "ratios": {"over_export": _ratio(times)},
        "seconds": {**{name: round(value, 2) for name, value in middle.items()}, f"{CHANGED}_changed": round(again, 2)},
        "processor_ratio": _ratio(spent),
        "peak_gib": round(peak_of_command(), 2),
        "rows_exported": rows,
        "rows": dict(found.rows),
    }


def _ratio(of: dict[str, list[float]]) -> float:
    """The middle one of the turns' ratios."""
    turns = zip(of["snapshot"], of["export"], strict=True)
    return round(statistics.median(ours / limit for ours, limit in turns), 2)


def main() -> int:
    """Build, measure, print the JSON line; 1 when a target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("COMMONGOAL_DATABASE", f"sqlite:///{folder}/bench.sqlite3")
        os.environ["COMMONGOAL_DATA"] = f"{folder}/data"
        os.environ["DJANGO_SETTINGS_MODULE"] = "commongoal.config.demonstration"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        built: list[int] = []
        build_s = seconds(lambda: built.append(build(PEOPLE)))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
        print(f"built in {build_s:.0f} s", flush=True)
        line: dict[str, Any] = {"name": "snapshot", "database": connection.vendor, "people": PEOPLE}
        line |= measured(built[0], Path(folder))
        line |= {"targets": TARGETS, "ok": line["ratios"]["over_export"] <= TARGETS["over_export"]}
        line |= {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
        connection.close()
        print(json.dumps(line))
        return 0 if line["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
