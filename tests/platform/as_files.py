"""The log of a history as the files of a ledger, by code of its own: day by day, and person by person."""

import csv
import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from commongoal.pathway.queries.ledger_tables import hidden, pseudonyms
from commongoal.people.models import Person
from tests.platform.a_log import Log, Row

GAP = 28  # days: casework.assessment_gap_days of the common file
AHEAD = dt.date(2036, 1, 1)  # stands for "without end"
LAW = "basis: public task: helping people into work"
Table = list[tuple[Any, ...]]
HEADERS = {
    "people": "person,area,age",
    "entries": "person,on,seq,stage_from,stage_to,reason,recorded_by,evidence",
    "support": "person,provider,intervention,contract,from_on,to_on",
    "work": "person,employer,self_employed,from_on,to_on,weekly_hours,evidence",
    "readings": "person,on,area,level",
    "agreement": "person,organisation,scope,from_on,to_on",
    "costs": "provider,intervention,from_on,to_on,amount,borne_by,basis",
}


def write(log: Log, folder: Path) -> None:
    """Every table that a snapshot has. Rows from before somebody was referred are left out, as the ledger asks;
    help that went on begins with the referral.
    """
    folder.mkdir()
    tables: dict[str, Table] = {name: [] for name in HEADERS}
    for top in log.tops():
        _person(log, top, tables)
    for cost in log.costs.values():
        pounds = f"{cost.amount_pence // 100}.{cost.amount_pence % 100:02d}"
        days = (cost.from_on, cost.to_on)
        tables["costs"].append((cost.provider, cost.intervention, *days, pounds, cost.borne_by, cost.basis.value))
    for name, header in HEADERS.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([header.split(","), *tables[name]])


def _person(log: Log, top: int, tables: dict[str, Table]) -> None:
    """The journey of the record that stands; everything else of all the records that were given up for it."""
    (who,), sheets = pseudonyms([top]), [log.sheets[each] for each in log.group(top)]
    moves = sorted(sheets[0].moves.values(), key=lambda row: (row["on"], row["place"]))
    first = moves[0]["on"]
    tables["people"].append((who, Person.objects.get(pk=top).area_code, "young"))
    stood = ""
    for row in moves:
        said = (who, row["on"], row["place"], stood, row["stage"], row["reason"], row["by"], row["kind"])
        tables["entries"].append(said)
        stood = row["stage"]
    helped = [row | {"from_on": max(row["from_on"], first)} for sheet in sheets for row in sheet.support.values()]
    helped = [row for row in helped if row["to_on"] is None or row["to_on"] > first]
    for row, start, end in apart(helped, ("by", "intervention", "contract")):
        tables["support"].append((who, row["by"], row["intervention"], row["contract"], start, end or ""))
    jobs = [vars_of(job) for sheet in sheets for job in sheet.jobs.values()]
    jobs = [job for job in jobs if job["to_on"] is None or job["to_on"] > first]
    for job, start, end in apart(jobs, ("employer",)):
        tables["work"].append((who, job["employer"], job["alone"], start, end or "", job["hours"], job["kind"]))
    readings = counting([each for sheet in sheets for each in sheet.assessed.items()])
    tables["readings"] += [(who, *row) for row in readings if row[0] >= first]
    agreed = [row for sheet in sheets for row in sheet.agreed.values()]
    parts = [row for sheet in sheets for row in sheet.parts.values()]
    tables["agreement"] += [(who, *row) for row in _shared(log, agreed, parts)]


def vars_of(job: Any) -> Row:
    employer = hidden("employer", job.employer.casefold()) if job.employer else ""
    alone = "yes" if job.self_employed else "no"
    days = {"from_on": job.from_on, "to_on": job.to_on}
    return {"employer": employer, "alone": alone, "hours": float(job.weekly_hours), "kind": job.evidence_kind, **days}


def apart(rows: Iterable[Row], same: tuple[str, ...]) -> list[tuple[Row, dt.date, dt.date | None]]:
    """Periods of which no day is told twice of the same thing: it stays with the one that began first."""
    told: dict[tuple[Any, ...], set[dt.date]] = {}
    found = []
    for row in sorted(rows, key=lambda row: (row["from_on"], row["to_on"] or dt.date.max)):
        taken = told.setdefault(tuple(row[name] for name in same), set())
        days = sorted(_days(row) - taken)
        taken |= set(days)
        if days:
            found.append((row, days[0], None if row["to_on"] is None else days[-1] + dt.timedelta(days=1)))
    return found


def _days(row: Row) -> set[dt.date]:
    end = row["to_on"] or AHEAD
    return {row["from_on"] + dt.timedelta(days=day) for day in range((end - row["from_on"]).days)}


def counting(assessed: list[tuple[int, tuple[dt.date, dict[str, int | None]]]]) -> list[tuple[dt.date, str, int]]:
    """Levels of the assessments that count: the first, and each that is the gap after the last that does."""
    rows, last = [], None
    for _, (on, levels) in sorted(assessed, key=lambda item: (item[1][0], item[0])):
        if last is None or (on - last).days >= GAP:
            last = on
            rows += [(on, area, level) for area, level in levels.items() if level is not None]
    return rows


def _shared(log: Log, agreed: list[Row], parts: list[Row]) -> Table:
    """Who may see what, when: as agreed, and as the law lets them while the person is on their programme."""
    days: dict[str, set[dt.date]] = {}
    for row in agreed:
        for scope in row["scopes"]:
            days.setdefault(scope, set()).update(_days(row))
    for row in parts:
        days.setdefault(LAW, set()).update(_days(row))
    organisation = f"organisation_{log.world.organisations['provider'].pk}"
    return [(organisation, scope, start, end) for scope, found in days.items() for start, end in _runs(found)]


def _runs(days: set[dt.date]) -> Table:
    """Days as half-open periods; one that goes on to the days ahead has no end."""
    day, found = dt.timedelta(days=1), []
    for start in sorted(each for each in days if each - day not in days):
        end = start
        while end in days:
            end += day
        found.append((start, "" if end >= AHEAD else end))
    return found
