"""The audit workbook: a spreadsheet program that knows only its formulas comes to the same figures, to the penny.

The stored values are wiped before LibreOffice recalculates, so that what it shows can come from the formulas alone.
"""

import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.engine.appraisals import cost, example, number, outcome, profile, unit_value

from commongoal.cli.report.audit_workbook import write_audit_workbook
from commongoal.kernel.estimates import Estimate
from commongoal.valuation.engine.appraisal.appraising import appraise
from commongoal.valuation.engine.appraisal.results import Appraised, Payback, Ratio
from commongoal.valuation.engine.appraisal.rules import appraisal_from
from commongoal.valuation.files.appraisals import tables_for

pytestmark = pytest.mark.slow

PENNY = 0.005
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
NOT_FIGURES = {"file", "conventions", "limits", "sources", "chance", "chance_above_one", "invented"}


# --- Appraisals ---------------------------------------------------------------------------------------------------


def made_up(seed: int) -> dict[str, Any]:
    """An appraisal with everything that the chain knows: three readings of deadweight, five agencies, odd lags."""
    rng = random.Random(seed)

    def some(low: float, high: float, certain: bool = False) -> dict[str, Any]:
        ends = sorted(rng.uniform(low, high) for _ in range(3))
        return number(ends[1]) if certain else number(ends[1], ends[0], ends[2])

    def line(basis: str) -> dict[str, Any]:
        net = basis == "already_net"
        return outcome(
            basis, population=some(50, 3000), engagement=some(0.2, 1), retention=some(0.2, 1), impact=some(-0.1, 0.8),
            deadweight_basis=basis, deadweight=number(0) if net else some(0, 0.5), displacement=some(0, 0.5),
            attribution=number(1) if net else some(0.3, 1), grades=rng.choices(range(1, 7), k=rng.randint(1, 3)),
        )  # fmt: skip

    def value(of: str, kind: str, place: int) -> dict[str, Any]:
        share = rng.random()
        shared = {"council": share, "nhs": (1 - share) / 2, "dwp": (1 - share) / 2}
        return some(-500, 20_000) | unit_value(
            f"{kind}{place}", outcome=of, kind=kind, name=f"{kind} {of}", per=rng.choice(["once", "year"]),
            price_year=rng.choice(["2019/20", "2023", "2025/26"]), transfer=kind == "fiscal" and rng.random() < 0.5,
            cashable=rng.random(), wellbeing=rng.random() < 0.4, goes_to=rng.choice(["participants", "others"]),
            shares=shared if kind == "fiscal" or rng.random() < 0.3 else {}, **some(-500, 20_000),
        )  # fmt: skip

    bases = ["points", "share_of_gross", "already_net"]
    kinds = ("fiscal", "fiscal", "economic", "social")
    incomes = {"taxpayers": number(32_000), "participants": number(17_000), "elasticity": number(1.3)}
    first = rng.random()
    agencies = ["council", "nhs", "dwp", "charity", "housing"]
    return {
        "name": f"Made up {seed}", "invented": True,
        "conventions": {
            "price_year": "2025/26", "deflator_vintage": "obr_2025_11", "first_year": "2026/27",
            "years": rng.randint(6, 34), "draws": 256, "first_discounted_year": seed % 2,
            "grades_rule": ("worst", "mean")[seed % 2],
        },
        "agencies": [{"id": one, "name": one.capitalize(), "public": one != "charity"} for one in agencies],
        "outcomes": [line(basis) for basis in bases],
        "unit_values": [value(of, kind, i) for of in bases for i, kind in enumerate(kinds)],
        "profiles": [
            profile(of, starts=[first, 1 - first], lag_months=rng.randint(0, 40), duration_months=some(0, 90),
                    drop_off=some(0, 1))
            for of in bases
        ],
        "costs": [
            cost(f"{who}_{kind}", agency=who, kind=kind,
                 amounts=[rng.uniform(0, 300_000) for _ in range(rng.randint(1, 5))], low=0.8, high=1.3,
                 price_year=rng.choice(["2021/22", "2025/26"]), grades=rng.choices(range(1, 7), k=2))
            for who, kind in (("council", "revenue"), ("nhs", "in_kind"), ("charity", "revenue"), ("dwp", "capital"))
        ],
        **({"distribution": incomes} if seed % 2 else {}),
    }  # fmt: skip


def unpaid() -> dict[str, Any]:
    """Ratios without a plain number: a scheme that costs nothing to budgets, and a value that no case counts."""
    plain = made_up(3)
    plain["costs"] = [cost(agency="charity", kind="in_kind", amounts=[0.0])]
    return plain


def result_of(given: dict[str, Any]) -> Appraised:
    appraisal = appraisal_from(given)
    return appraise(appraisal, tables_for(appraisal))


# --- Figures of a result and cells of a workbook ------------------------------------------------------------------


def figures(value: Any, path: str = "") -> Iterator[tuple[str, float | str]]:
    """Every deterministic figure of a result by its path, found without the workbook's help."""
    if isinstance(value, Payback):
        yield from figures(value.cumulative, f"{path}.cumulative")
        yield f"{path}.number", "never" if value.number is None else value.number
        yield f"{path}.year", value.year or value.why_none
    elif isinstance(value, Estimate):
        yield f"{path}.point", said(value.point)
    elif isinstance(value, Ratio) and value.value is None:
        yield f"{path}.value", "no ratio"
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in NOT_FIGURES:
                yield from figures(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from figures(one, f"{path}[{place}]")
    else:
        yield from ((path, figure) for figure in single(value, path))


def single(value: Any, path: str) -> list[float | str]:
    """One plain value as the workbook says it, if it is a figure; an agency without a share of a value has no cell."""
    if path.endswith(".possible"):
        return ["yes" if value else "no"]
    if value is None and path.endswith(".switch"):
        return ["does not enter"]
    if isinstance(value, str | bool | None) or (value == 0 and "workings.shares" in path):
        return []
    return [float(value)]


def said(point: float) -> float | str:
    return {float("inf"): "infinite", float("-inf"): "minus infinite"}.get(point, point)


def checks(path: Path) -> dict[str, tuple[Any, Any, bool]]:
    """What the sheet Checks says: printed, computed, agrees; by place in the result."""
    page = openpyxl.load_workbook(path, data_only=True)["Checks"]
    rows = page.iter_rows(min_row=6, values_only=True)
    return {str(row[2]): (row[3], row[4], row[7]) for row in rows if row[2]}


def same(one: Any, other: Any, path: str) -> bool:
    """To the penny, and to nine figures where it is no money."""
    if isinstance(one, str) or isinstance(other, str):
        return str(one) == str(other)
    money = not any(word in path for word in ("workings", "ratio", "mvpf", "switching", "people", "additional", "bias"))
    return abs(one - other) <= (PENNY if money else 1e-7 * max(1, abs(one)))


def different(path: Path, result: Appraised) -> dict[str, tuple[Any, Any]]:
    """Figures of the result that the workbook does not compute, or computes otherwise."""
    shown, wanted = checks(path), dict(figures(result))
    assert shown.keys() == wanted.keys()
    return {name: (w, shown[name][1]) for name, w in wanted.items() if not same(w, shown[name][1], name)}


def formulas(path: Path) -> dict[tuple[str, str], Any]:
    """Shown value of every cell that holds a formula."""
    written, shown = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        (page.title, cell.coordinate): shown[page.title][cell.coordinate].value
        for page in written for row in page.iter_rows() for cell in row if cell.data_type == "f"
    }  # fmt: skip


# --- Wiping and recalculating --------------------------------------------------------------------------------------


def wiped(path: Path, into: Path) -> Path:
    """A copy of a workbook whose every formula shows 0."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v>0</v>", data)
            new.writestr(name, data)
    return into


def recalculated(paths: list[Path], folder: Path) -> list[Path]:
    """The workbooks as LibreOffice saves them when it computes every formula on opening."""
    soffice = shutil.which("soffice")
    assert soffice, "soffice is missing: scripts/setup-test brings it"
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    profile_at = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    out = folder / "out"
    command = [soffice, profile_at, "--headless", "--norestore", "--convert-to", "xlsx", "--outdir", out, *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return [out / path.name for path in paths]


def changed(path: Path, into: Path, table: str, row: str, what: str, value: Any) -> Path:
    """A copy of a workbook with one input set to something else, and nothing recalculated."""
    book = openpyxl.load_workbook(path)
    cells = [r for r in book["Inputs"].iter_rows(min_row=5) if [r[i].value for i in range(3)] == [table, row, what]]
    assert len(cells) == 1, (table, row, what)
    cells[0][3].value = value
    book.save(into)
    return into


@dataclass(frozen=True)
class Edit:
    """One change of the example: where it stands in the workbook, and the same change of the file."""

    table: str
    row: str
    what: str
    value: Any
    field: tuple[str, int, str]
    in_file: Any = None

    def of_file(self) -> dict[str, Any]:
        given = example()
        table, place, field = self.field
        rows = given[table] if isinstance(given[table], dict) else given[table][place]
        old = rows.get(field)
        rows[field] = {**old, "value": self.value} if isinstance(old, dict) else self.in_file or self.value
        return given


WORK = "A year or more in work"
EDITS = {
    "impact": Edit("outcomes", WORK, "impact", 0.34, ("outcomes", 0, "impact")),
    "basis": Edit("outcomes", WORK, "deadweight basis", "points", ("outcomes", 0, "deadweight_basis")),
    "lag": Edit("profiles", WORK, "lag months", 19, ("profiles", 0, "lag_months")),
    "cashable": Edit("unit values", "Health service used less (work)", "cashable", 0.9, ("unit_values", 1, "cashable")),
    "wellbeing": Edit("unit values", "Feeling better (health)", "wellbeing", "no", ("unit_values", 4, "wellbeing")),
    "cost": Edit("costs", "Advisers", "amount 2", 400_000, ("costs", 0, "amounts"), [310_000, 400_000]),
    "year": Edit("conventions", "everything", "price year", "2022/23", ("conventions", 0, "price_year")),
    "first": Edit("conventions", "everything", "first discounted year", 0, ("conventions", 0, "first_discounted_year")),
}


@dataclass(frozen=True)
class Books:
    """Workbooks as written, wiped and recalculated, and the results that they are of."""

    results: dict[str, Appraised]
    written: dict[str, Path]
    wiped: dict[str, Path]
    recalculated: dict[str, Path]
    edited: dict[str, Path]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Everything that the tests look at, by one start of LibreOffice."""
    folder = tmp_path_factory.mktemp("audit")
    given = {"example": example(), "even": made_up(2), "odd": made_up(5), "unpaid": unpaid()}
    results = {name: result_of(file) for name, file in given.items()}
    for name, result in results.items():
        write_audit_workbook(result, folder / f"{name}.xlsx")
    written = {name: folder / f"{name}.xlsx" for name in results}
    empty = {name: wiped(path, folder / f"{name}_wiped.xlsx") for name, path in written.items()}
    edited = {
        name: changed(empty["example"], folder / f"{name}_edited.xlsx", e.table, e.row, e.what, e.value)
        for name, e in EDITS.items()
    }
    found = recalculated([*empty.values(), *edited.values()], folder)
    again = dict(zip(empty, found, strict=False))
    return Books(results, written, empty, again, dict(zip(edited, found[len(empty) :], strict=True)))


NAMES = ["example", "even", "odd", "unpaid"]


# --- What is promised -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_formulas_alone_come_to_the_figures_that_were_printed(books: Books, name: str) -> None:
    assert different(books.recalculated[name], books.results[name]) == {}
    assert all(agrees is True for _, _, agrees in checks(books.recalculated[name]).values())


@pytest.mark.parametrize("name", NAMES)
def test_a_viewer_that_does_not_recalculate_shows_the_same(books: Books, name: str) -> None:
    assert different(books.written[name], books.results[name]) == {}
    stored, live = formulas(books.written[name]), formulas(books.recalculated[name])
    assert stored.keys() == live.keys()
    apart = {cell: (v, live[cell]) for cell, v in stored.items() if not same(v, live[cell], "workings")}
    assert apart == {}


def test_wiped_workbooks_show_nothing_before_they_are_recalculated(books: Books) -> None:
    assert set(formulas(books.wiped["example"]).values()) == {0, "0"}


@pytest.mark.parametrize("name", EDITS)
def test_a_changed_input_changes_figures_as_the_engine_does(books: Books, name: str) -> None:
    now, before = in_order_of(books.results["example"], result_of(EDITS[name].of_file())), books.results["example"]
    shown, wanted, was = checks(books.edited[name]), dict(figures(now)), dict(figures(before))
    assert shown.keys() == wanted.keys()
    apart = {path: (w, shown[path][1]) for path, w in wanted.items() if not same(w, shown[path][1], path)}
    assert apart == {}
    moved = {path for path in was if not same(was[path], wanted[path], path)}
    assert moved & {"public.net.point", "financial.net.point"}
    assert {path for path, (_, _, agrees) in shown.items() if not agrees} >= {p for p in moved if "net.point" in p}


def in_order_of(before: Appraised, now: Appraised) -> Appraised:
    """The swings in the order that they had before: the sheet keeps the order in which they were printed."""
    place = {(row.line, row.quantity): row for row in now.tornado}
    return replace(now, tornado=tuple(place[row.line, row.quantity] for row in before.tornado))


def test_generated_appraisals_hold_what_they_should(books: Books) -> None:
    for name in ("even", "odd"):
        file = books.results[name].file
        assert {one.deadweight_basis for one in file.outcomes} == {"points", "share_of_gross", "already_net"}
        assert any(value.transfer for value in file.unit_values)
        assert any(0 < value.cashable < 1 for value in file.unit_values)
        assert any(one.lag_months % 12 for one in file.profiles)
        assert any(one.drop_off.value > 0 for one in file.profiles)


def test_workbook_holds_no_path_of_a_machine(books: Books) -> None:
    with zipfile.ZipFile(books.written["example"]) as book:
        text = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "replace")
    assert not re.search(r"(?<![\w/])/(tmp|home|root|work|Users|var)/|file:", text)
    assert "&lt;" not in "".join(re.findall(r"<f>[^<]*#REF![^<]*</f>", text))


def test_nothing_but_inputs_is_a_bare_figure(books: Books) -> None:
    """A figure on a sheet of results is a formula, never a number typed in; a printed one stands on Checks alone."""
    book = openpyxl.load_workbook(books.written["odd"])
    data = ("Inputs", "Factors", "Checks", "Read me")
    bare = [
        (page.title, cell.coordinate, cell.value)
        for page in book if page.title not in data
        for row in page.iter_rows(min_row=5) for cell in row
        if cell.data_type == "n" and cell.value not in (None, 0)
    ]  # fmt: skip
    assert bare == []
