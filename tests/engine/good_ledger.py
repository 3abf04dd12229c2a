"""A small ledger without a fault, as rows of text, and the programme it belongs to; tests spoil copies of it."""

import csv
from copy import deepcopy
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import xlsxwriter

from commongoal.kernel.errors import Problem
from commongoal.pathway.engine.checks import Checked, Raw, check
from commongoal.pathway.engine.programme import Programme, programme_from

SNAPSHOT = date(2026, 6, 30)
Rows = list[dict[str, str]]
Ledger = dict[str, Rows]

STAGES = (("referred", "Referred"), ("engaged", "Engaged"), ("in_work", "In work"), ("sustained", "Sustained"))
FORWARD = [
    ["referred", "engaged"],
    ["engaged", "referred"],
    ["engaged", "in_work"],
    ["in_work", "engaged"],
    ["in_work", "sustained"],
]


def named(*ids: str) -> list[dict[str, str]]:
    return [{"id": each, "name": each.replace("_", " ").capitalize()} for each in ids]


def programme() -> Programme:
    """Four stages, moves one step at a time, two providers, one attribute, one area of life."""
    return programme_from(
        {
            "name": "Anywhere works",
            "place": "Anywhere",
            "invented": True,
            "pathway": {
                "stages": [{"id": key, "name": name} for key, name in STAGES],
                "work_stage": "in_work",
                "moves": FORWARD,
                "left_reasons": ["moved_on", "no_contact"],
                "horizon_months": 24,
            },
            "attributes": [{"id": "health", "name": "Health", "values": named("good", "poor")}],
            "providers": named("harbour", "mill"),
            "interventions": named("coaching", "training"),
            "partners": named("council", "health_service"),
            "areas": [{"id": "confidence", "name": "Confidence", "levels": 5}],
        }
    )


def rows(header: str, *lines: str) -> Rows:
    names = header.split(",")
    return [dict(zip(names, line.split(","), strict=True)) for line in lines]


GOOD: Ledger = {
    "people": rows("person,area,health", "p1,E01,good", "p2,E02,poor", "p3,,good"),
    "entries": rows(
        "person,on,seq,stage_from,stage_to,reason,recorded_by,evidence",
        "p1,2025-01-06,,,referred,,harbour,",
        "p1,2025-02-03,,referred,engaged,,harbour,e-1",
        "p1,2025-05-01,,engaged,in_work,,mill,e-2",
        "p1,2025-11-03,,in_work,sustained,,mill,e-3",
        "p2,2025-03-03,,,referred,,,",
        "p2,2025-03-03,,referred,engaged,,,",
        "p2,2025-06-02,,engaged,left,no_contact,,",
        "p2,2025-09-01,,left,engaged,,,",
        "p3,2025-04-07,,,referred,,,",
        "p3,2025-10-06,,referred,ended,died,,",
    ),
    "support": rows(
        "person,provider,intervention,contract,from_on,to_on",
        "p1,harbour,coaching,c1,2025-01-06,2025-05-02",
        "p1,mill,training,,2025-02-03,2025-11-04",
        "p2,harbour,coaching,c1,2025-03-03,",
    ),
    "work": rows(
        "person,employer,self_employed,from_on,to_on,weekly_hours,evidence",
        "p1,Dockside Foods,no,2025-05-01,,37.5,payslip",
        "p2,,yes,2025-10-01,2025-12-01,12,",
    ),
    "pay": rows(
        "person,employer,from_on,to_on,amount,evidence", "p1,Dockside Foods,2025-05-01,2025-06-01,1450.25,payslip"
    ),
    "benefit": rows("person,benefit,from_on,to_on", "p1,uc,2019-01-01,2025-06-01", "p2,uc,2025-01-01,"),
    "agreement": rows("person,organisation,scope,from_on,to_on", "p1,harbour,health,2025-01-06,2027-01-06"),
    "readings": rows("person,on,area,level", "p1,2025-01-20,confidence,2", "p1,2025-07-01,confidence,4"),
    "costs": rows(
        "provider,intervention,from_on,to_on,amount,borne_by,basis",
        "harbour,coaching,2025-01-01,2026-01-01,20000,council,cash",
        ",,2025-01-01,2026-01-01,1500.5,health_service,in_kind",
    ),
}


def good() -> Ledger:
    return deepcopy(GOOD)


def raw(table: str, of: Rows, file: str = "") -> Raw:
    headings = tuple(of[0]) if of else tuple(GOOD[table][0])
    columns = tuple(pa.array([row[name] for row in of], pa.string()) for name in headings)
    return Raw(file or f"{table}.csv", table, headings, columns, np.arange(2, len(of) + 2))


def checked(ledger: Ledger) -> Checked:
    return check([raw(name, of) for name, of in ledger.items()], programme(), SNAPSHOT)


def problems(ledger: Ledger) -> tuple[Problem, ...]:
    return checked(ledger).problems


def write_csv(directory: Path, ledger: Ledger, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    for name, of in ledger.items():
        with (directory / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(GOOD[name][0]), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(of)
    return directory


def write_xlsx(path: Path, ledger: Ledger) -> Path:
    """A workbook with real dates and numbers, as a person's spreadsheet has."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, of in ledger.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(GOOD[name][0]))
            for i, row in enumerate(of, start=1):
                for j, (column, cell) in enumerate(row.items()):
                    if cell and column in ("on", "from_on", "to_on"):
                        sheet.write_datetime(i, j, date.fromisoformat(cell))
                    elif column in ("amount", "level", "weekly_hours") and cell:
                        sheet.write_number(i, j, float(cell))
                    else:
                        sheet.write_string(i, j, cell)
    return path


def text_of(found: tuple[Problem, ...]) -> str:
    return "\n".join(map(str, found))
