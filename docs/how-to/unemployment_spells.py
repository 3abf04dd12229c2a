"""Turn McCall's unemployment spells into the tables of a ledger.

    python docs/how-to/unemployment_spells.py UnempDur.csv TABLES

The page beside this file says why. In short: the data give the length of each spell in two-week periods and how it
ended, no dates. Dates are therefore invented: every spell is laid so that what is known of it ends with the snapshot.
"""
# ruff: noqa: INP001 - a recipe, not a package

import csv
import sys
from datetime import date, timedelta
from pathlib import Path

SNAPSHOT = date(1992, 12, 31)
PERIOD = timedelta(days=14)
EXITS = {"censor1": "full_time", "censor2": "part_time", "censor3": "job_hours_unknown", "censor4": ""}
"""The flag of each way to end -> the stage, none for those still without a job."""

Row = dict[str, str]


def flag_of(record: Row) -> str:
    """Which of the four flags is set; empty for a record with none. Raises `ValueError` where there are several."""
    flags = [flag for flag in EXITS if record[flag] == "1"]
    if len(flags) > 1:
        raise ValueError(f"several ways to end: {', '.join(flags)}")
    return flags[0] if flags else ""


def age_band(age: int) -> str:
    """The programme's age group."""
    return "under_30" if age < 30 else "from_30_to_44" if age < 45 else "from_45"


def entries_of(person: str, record: Row) -> list[Row]:
    """The referral, and the exit if one was seen.

    An exit is dated on the snapshot; a spell without an exit is still open on it.
    """
    flag = flag_of(record)
    stage = EXITS.get(flag, "")
    start = SNAPSHOT - int(record["spell"]) * PERIOD
    evidence = f"{person}/{flag or 'no flag'}"
    referral = {
        "person": person,
        "on": start.isoformat(),
        "stage_from": "",
        "stage_to": "looking",
        "evidence": evidence,
    }
    if not stage:
        return [referral]
    return [referral, referral | {"on": SNAPSHOT.isoformat(), "stage_from": "looking", "stage_to": stage}]


def tables(records: list[Row]) -> dict[str, list[Row]]:
    """People and entries; a person is named by the record's place in the file."""
    people, entries = [], []
    for number, record in enumerate(records, start=1):
        person = f"spell{number:04}"
        people.append({"person": person, "claim": record["ui"], "age": age_band(int(record["age"]))})
        entries += entries_of(person, record)
    return {"people": people, "entries": entries}


def write_tables(source: Path, folder: Path) -> None:
    """Read the published file and write `people.csv` and `entries.csv`."""
    with source.open(encoding="utf-8", newline="") as file:
        made = tables(list(csv.DictReader(file)))
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in made.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    write_tables(Path(sys.argv[1]), Path(sys.argv[2]))
