"""What a ledger directory holds, in a few figures."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from commongoal.kernel.errors import BadInput, Problem
from commongoal.kernel.periods import first_day
from commongoal.pathway.engine.ledger import ENDED, LEFT, TABLES
from commongoal.pathway.engine.programme import Programme
from commongoal.pathway.files.manifest import Manifest, open_manifest

WINDOW_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Description:
    """Figures about a ledger. `spells` is rough: first referrals, and later ones a whole window after the first.

    `standing` counts people by where their last entry left them; `helped` people by provider.
    """

    programme: str
    snapshot_on: date
    rows: dict[str, int]
    people: int
    spells: int
    first_on: date | None
    last_on: date | None
    standing: dict[str, int]
    helped: dict[str, int]
    gaps: dict[str, int]


SPELLS = """
SELECT count(DISTINCT (person, greatest(0, ("on" - first_on) // {window})))
FROM (SELECT person, "on", min("on") OVER (PARTITION BY person) AS first_on FROM entries WHERE stage_from IS NULL)"""

STANDING = """
SELECT stage, count(*) FROM (SELECT last(stage_to ORDER BY "on", seq) AS stage FROM entries GROUP BY person)
GROUP BY stage ORDER BY count(*) DESC, stage"""

GAPS = {
    "people without support": "SELECT count(*) FROM people WHERE person NOT IN (SELECT person FROM support)",
    "people without a reading": "SELECT count(*) FROM people WHERE person NOT IN (SELECT person FROM readings)",
    "people without an area": "SELECT count(*) FROM people WHERE area IS NULL",
    "support that still runs for people who left or ended": f"""
        SELECT count(*) FROM support JOIN (
            SELECT person, last(stage_to ORDER BY "on", seq) AS stage FROM entries GROUP BY person
        ) USING (person) WHERE to_on IS NULL AND stage IN ('{LEFT}', '{ENDED}')""",
    "entries without evidence": "SELECT count(*) FROM entries WHERE evidence IS NULL",
}


def describe_ledger(directory: Path, programme: Programme | None = None) -> Description:
    """Figures about a ledger directory, stages and providers in the programme's order if it is given.

    Raises `BadInput` where the directory is not a ledger or a table in it cannot be read.
    """
    manifest = open_manifest(directory)
    try:
        with duckdb.connect() as connection:
            for table in TABLES:
                path = str(Path(directory) / f"{table.name}.parquet").replace("'", "''")
                connection.execute(f"CREATE VIEW {table.name} AS SELECT * FROM read_parquet('{path}')")
            return _described(connection, manifest, programme)
    except duckdb.Error as fault:
        said = f"tables that can be read: {' '.join(str(fault).split())[:200]}"
        raise BadInput([Problem(str(directory), 0, "", "", said, "unreadable")]) from None


def _described(connection: duckdb.DuckDBPyConnection, manifest: Manifest, programme: Programme | None) -> Description:
    def one(sql: str) -> tuple[object, ...]:
        return connection.execute(sql).fetchone() or ()

    def counts(sql: str) -> dict[str, int]:
        return {str(name): int(count) for name, count in connection.execute(sql).fetchall()}

    first, last = one('SELECT min("on"), max("on") FROM entries')
    standing = counts(STANDING)
    helped = counts("SELECT provider, count(DISTINCT person) FROM support GROUP BY provider ORDER BY 2 DESC, 1")
    window = first_day(programme.pathway.horizon_months if programme else WINDOW_MONTHS)
    if programme:
        standing = _in_order(standing, [*(stage.id for stage in programme.pathway.stages), LEFT, ENDED])
        helped = _in_order(helped, [provider.id for provider in programme.providers])
    return Description(
        programme=manifest.programme,
        snapshot_on=manifest.snapshot_on,
        rows={table.name: int(str(one(f"SELECT count(*) FROM {table.name}")[0])) for table in TABLES},
        people=int(str(one("SELECT count(*) FROM people")[0])),
        spells=int(str(one(SPELLS.format(window=window))[0])),
        first_on=first if isinstance(first, date) else None,
        last_on=last if isinstance(last, date) else None,
        standing=standing,
        helped=helped,
        gaps={name: int(str(one(sql)[0])) for name, sql in GAPS.items()},
    )


def _in_order(counts: dict[str, int], names: list[str]) -> dict[str, int]:
    """In the programme's order, a name nobody has with 0; names the programme does not know at the end."""
    return {name: counts.get(name, 0) for name in names} | {n: c for n, c in counts.items() if n not in names}
