"""The figures on the pages are those of the command line on the same snapshot, and stay so whatever happens since."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.cli import main
from commongoal.jobs.valuing import work_on
from commongoal.kernel.pictures import Table
from commongoal.pathway.actions import moving, spending, supporting
from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
from commongoal.pathway.engine.casework import CostBasis
from commongoal.pathway.engine.costs import CostDetails
from commongoal.pathway.models import Journey
from commongoal.pathway.queries.snapshots import snapshot
from commongoal.people.actions.merging import merge_people
from commongoal.people.models import Person
from commongoal.valuation.actions.runs import ask_run
from commongoal.valuation.engine.report import Section, answers
from commongoal.valuation.engine.report.as_json import from_data
from commongoal.valuation.engine.shown import shown
from commongoal.valuation.models import Run
from tests.platform.test_snapshots import DAY, NOW, journey
from tests.platform.world import PATHWAY, World, make_person, put_in_force

POUNDS = PATHWAY.replace(
    "[valuation.counterfactual]\n",
    """deflator_vintage = "OBR November 2025"
draws = 400

[valuation.job.duration_months]
value = 18
low = 9
high = 30
source = "invented for the tests"

[[valuation.job.gains]]
agency = "jobcentre"
kind = "fiscal"
transfer = true
price_year = "2024-25"
value = 9000
low = 8000
high = 10000
source = "invented for the tests"

[[valuation.job.gains]]
agency = "residents"
kind = "economic"
price_year = "2024-25"
value = 19000
low = 15000
high = 23000
source = "invented for the tests"

[valuation.counterfactual]
""",
)
ALL = ("engaged", "supported", "in_work", "sustained")
PAGES: dict[str, Callable[..., Any]] = {
    "": answers.worth_page, "providers/": answers.credit_page, "who-gains/": answers.sharing_page,
    "method/": answers.method_page,
}  # fmt: skip


@pytest.fixture(autouse=True)
def elsewhere(settings: Any, tmp_path: Path) -> None:
    settings.SNAPSHOTS = tmp_path


def casework(world: World) -> None:
    """Sixty people, of whom some came to lasting work; half helped by the council, half by the provider as well."""
    put_in_force(world, POUNDS)
    for number in range(60):
        person = make_person(world)
        journey(world, person, "referred", *ALL[: (2, 3, 4, 4, 1)[number % 5]])
        same = {"by": world.viewer(), "at": NOW, "person": person, "programme": world.programme.pk}
        intervention = ("advice", "coaching")[number % 2]
        supporting.begin_support(**same, intervention=intervention, from_on=DAY + dt.timedelta(days=2))
    for provider, intervention, pence in (("council", "advice", 4_000_000), ("council", "coaching", 2_500_055)):
        spend(world, provider, intervention, pence)
    spend(world, "", "", 777_777)


def spend(world: World, provider: str, intervention: str, pence: int) -> int:
    days = (dt.date(2026, 1, 1), dt.date(2026, 6, 1))
    details = CostDetails(provider, intervention, *days, pence, "council", CostBasis.CASH, "accounts")
    finance, programme = world.viewer(role=Role.FINANCE), world.programme.pk
    return spending.record_cost(by=finance, at=NOW, programme=programme, details=details)


def taken(world: World, *, whole: bool = True) -> int:
    return take_snapshot(by=INSTALLATION, at=NOW, programme=world.programme.pk, whole=whole)


def valued(world: World, pk: int) -> Run:
    run = ask_run(by=world.viewer(role=Role.ANALYST), at=NOW, snapshot=pk)
    work_on(run, NOW)
    row = Run.objects.get(pk=run)
    assert row.status == "done", row.fault
    return row


def printed(pk: int, capsys: Any) -> dict[str, Any]:
    found = snapshot(pk)
    capsys.readouterr()
    assert main.run(["value", str(found.programme_file), "--ledger", str(found.ledger), "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def tables_of(section: Section) -> Iterator[Table]:
    yield from (*(section.figure.tables if section.figure else ()), *section.tables)
    for part in section.parts:
        yield from tables_of(part)


def pounds(figure: float) -> str:
    return f"{'−' if figure < 0 else ''}£{abs(figure):,.0f}"


def test_the_pages_show_what_the_command_line_prints(
    world: World, signed_in: Callable[[Viewer], Client], capsys: Any
) -> None:
    casework(world)
    pk = taken(world)
    run, told = valued(world, pk), printed(pk, capsys)
    assert run.result == told
    analyst, board = signed_in(world.viewer(role=Role.ANALYST)), signed_in(world.viewer(role=Role.BOARD))
    assert analyst.get(f"/value/{run.pk}/result.json/").json() == told
    assert {line["id"] for line in told["valuation"]["lines"] if line["kind"] == "provider_intervention"} >= {
        "council/advice", "council/coaching",
    }  # fmt: skip
    v = shown(from_data(told))
    rows = board.get(f"/value/{run.pk}/tables.csv/").content.decode()
    for page, made in PAGES.items():
        text = board.get(f"/value/{run.pk}/{page}").content.decode()
        cells = [cell.text for section in made(v).sections for table in tables_of(section)
                 for row in table.rows for cell in row if cell.text]  # fmt: skip
        assert cells
        assert [cell for cell in cells if escape(cell) not in text and cell not in text] == [], page
        assert [cell for cell in cells if cell not in rows and cell.replace('"', '""') not in rows] == [], page


def test_money_by_provider_help_outcome_and_partner_is_that_of_the_result(
    world: World, signed_in: Callable[[Viewer], Client], capsys: Any
) -> None:
    """Without the report's own words: figures taken from what the command line printed stand on the pages."""
    casework(world)
    pk = taken(world)
    run, told = valued(world, pk), printed(pk, capsys)
    client = signed_in(world.viewer(role=Role.BOARD))
    page = {name: client.get(f"/value/{run.pk}/{name}").content.decode() for name in PAGES}
    seen = {line.id for line in shown(from_data(told)).lines if line.people is not None and not line.hidden}
    lines = [
        line
        for line in told["valuation"]["lines"]
        if line["kind"] in {"provider", "intervention"} and line["id"] in seen
    ]
    assert {line["id"] for line in lines} >= {"council", "advice", "coaching"}
    for line in lines:
        assert pounds(line["credit"]["point"]) in page["providers/"], line["id"]
        assert pounds(line["cost"]) in page["providers/"], line["id"]
    costs = {cost["measure"]: cost for cost in told["valuation"]["unit_costs"]}
    spent = (4_000_000 + 2_500_055 + 777_777) / 100
    assert costs["start"]["cost"]["point"] == pytest.approx(spent / 60)
    assert costs["sustained"]["cost"]["point"] == pytest.approx(spent / costs["sustained"]["count"])
    for cost in costs.values():
        assert pounds(cost["cost"]["point"]) in page[""], cost["measure"]
    assert pounds(spent) in page["who-gains/"]
    for agency in ("jobcentre", "residents"):
        gained = sum(gain["value"]["point"] for gain in told["valuation"]["gains"] if gain["agency"] == agency)
        assert pounds(gained) in page["who-gains/"], agency


def test_a_snapshot_is_frozen(world: World, signed_in: Callable[[Viewer], Client], capsys: Any) -> None:
    casework(world)
    pk = taken(world)
    first, told, client = valued(world, pk), printed(pk, capsys), signed_in(world.viewer(role=Role.BOARD))
    pages = {page: figures(client.get(f"/value/{first.pk}/{page}").content) for page in PAGES}
    people = list(Journey.objects.order_by("pk").values_list("person", flat=True))
    same = {"by": world.viewer(), "at": NOW, "programme": world.programme.pk}
    reached = Journey.objects.filter(stage="supported").values_list("person", flat=True).first()
    said = {"stage": "in_work", "on": NOW.date(), "evidence_kind": "seen", "why": "They told me"}
    moving.record_move(**same, person=reached, **said)
    kept, gone = people[0], people[5]  # two that stand alike, so that either may be kept
    versions = tuple(Person.objects.get(pk=each).version for each in (kept, gone))
    merge_people(kept, gone, versions=versions, by=world.viewer(role=Role.MANAGER), at=NOW)
    spend(world, "council", "", 5_000_000)
    second = valued(world, taken(world, whole=False))
    assert second.result != first.result
    again = valued(world, pk)
    assert (again.digest, again.result) == (first.digest, first.result)
    assert printed(pk, capsys) == told
    assert {page: figures(client.get(f"/value/{first.pk}/{page}").content) for page in PAGES} == pages


def figures(page: bytes) -> bytes:
    """A page from its heading on: what stands before it has a new token for each reader."""
    return page[page.index(b"<h1") : page.index(b"</main>")]
