"""Costs entered, corrected, withdrawn and taken in from files, and the pages that show them."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotAllowed, NotThere
from commongoal.access.models import Action
from commongoal.kernel.errors import BadInput
from commongoal.pathway.actions import spending
from commongoal.pathway.engine import costs as refusals
from commongoal.pathway.engine.casework import CostBasis
from commongoal.pathway.engine.costs import CostDetails, CostFilter, CostsTaken
from commongoal.pathway.files.cost_files import TEMPLATE
from commongoal.pathway.models import Cost
from commongoal.pathway.queries.costs import costs
from tests.platform.test_page_prices import MOST, price
from tests.platform.world import AT, World, put_in_force

SignIn = Callable[[Viewer], Client]
TODAY = AT.date()
COST = CostDetails(
    provider="council",
    intervention="advice",
    from_on=dt.date(2025, 4, 1),
    to_on=dt.date(2026, 1, 1),
    amount_pence=1_250_050,
    borne_by="council",
    basis=CostBasis.CASH,
    source="accounts, line 12",
)
HEAD = ",".join(TEMPLATE)
GOOD = f"{HEAD}\ncouncil,advice,2025-04-01,2026-01-01,12500.50,council,cash\n"
GOOD += "charity,,01/04/2025,01/01/2026,300,residents,in_kind\n"
BAD = GOOD + "choir,advice,2025-04-01,2026-01-01,5,council,cash\ncouncil,,2025-04-01,2026-01-01,0,council,cash\n"


@pytest.fixture
def place(world: World) -> World:
    put_in_force(world)
    return world


def finance(world: World) -> Viewer:
    return world.viewer(role=Role.FINANCE)


def record(world: World, details: CostDetails = COST, by: Viewer | None = None) -> int:
    return spending.record_cost(by=by or finance(world), at=AT, programme=world.programme.pk, details=details)


def take_in(
    world: World, text: str | bytes, *, keep: bool = False, by: Viewer | None = None, file: str = "a.csv"
) -> CostsTaken:
    content = text if isinstance(text, bytes) else text.encode()
    values = {"content": content, "file": file, "source": "accounts", "keep_good": keep}
    return spending.import_costs(by=by or finance(world), at=AT, programme=world.programme.pk, **values)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount_pence": 0}, refusals.NoAmount),
        ({"provider": "choir"}, refusals.UnknownProvider),
        ({"intervention": "song"}, refusals.UnknownIntervention),
        ({"borne_by": "nobody"}, refusals.UnknownPartner),
        ({"to_on": COST.from_on}, refusals.PeriodBackwards),
        ({"to_on": TODAY + dt.timedelta(days=2)}, refusals.PeriodNotOver),
        ({"source": " "}, refusals.NeedsSource),
    ],
)
def test_what_a_cost_cannot_be(place: World, change: dict, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        record(place, replace(COST, **change))
    assert not Cost.objects.exists()


def test_one_cost_for_a_key_and_a_second_click_adds_nothing(place: World) -> None:
    first = record(place)
    with pytest.raises(refusals.CostThereAlready):
        record(place)
    record(place, replace(COST, basis=CostBasis.IN_KIND))
    newer = spending.correct_cost(by=finance(place), at=AT, cost=first, details=replace(COST, amount_pence=7))
    assert Cost.objects.get(pk=first).amount_pence == 1_250_050
    with pytest.raises(ChangedMeanwhile, match="has corrected this cost"):
        spending.withdraw_cost(by=finance(place), at=AT, cost=first, why="x")
    with pytest.raises(refusals.CostThereAlready):
        spending.correct_cost(by=finance(place), at=AT, cost=newer, details=replace(COST, basis=CostBasis.IN_KIND))
    with pytest.raises(refusals.CostNeedsWhy):
        spending.withdraw_cost(by=finance(place), at=AT, cost=newer, why=" ")
    spending.withdraw_cost(by=finance(place), at=AT, cost=newer, why="Another year's")
    record(place)  # what was withdrawn is in nobody's way
    assert Action.objects.filter(verb="record costs").count() == 5


def test_a_manager_records_and_sees_the_costs_of_their_own_provider_alone(place: World) -> None:
    manager = place.viewer("charity", Role.MANAGER)
    mine = record(place, replace(COST, provider="charity"), manager)
    theirs = record(place)
    for provider in ("council", ""):
        with pytest.raises(NotAllowed):
            record(place, replace(COST, provider=provider), manager)
    with pytest.raises(NotThere):
        spending.withdraw_cost(by=manager, at=AT, cost=theirs, why="x")
    with pytest.raises(NotAllowed):
        spending.correct_cost(by=manager, at=AT, cost=mine, details=COST)
    for role in set(Role) - {Role.MANAGER, Role.FINANCE}:
        with pytest.raises(NotAllowed):
            record(place, replace(COST, from_on=dt.date(2025, 5, 1)), place.viewer(role=role))
    with pytest.raises(NotAllowed):
        take_in(place, GOOD, by=place.viewer("nhs", Role.MANAGER))  # no provider of the programme
    seen = costs(place.programme.pk, manager, CostFilter())
    assert [row.details.provider for row in seen.rows] == ["charity"]
    assert seen.without == ()
    assert costs(place.programme.pk, place.viewer("nhs", Role.MANAGER), CostFilter()).rows == ()
    with pytest.raises(NotAllowed):
        costs(place.programme.pk, place.viewer(), CostFilter())


def test_totals_and_what_has_no_cost(place: World) -> None:
    record(place)
    record(place, replace(COST, basis=CostBasis.IN_KIND, amount_pence=100))
    record(place, replace(COST, provider="", intervention="", amount_pence=5))
    found = costs(place.programme.pk, finance(place), CostFilter())
    assert [(each.provider, each.cash, each.in_kind) for each in found.totals] == [
        ("", 5, 0),
        ("council", 1_250_050, 100),
    ]
    assert found.together == (1_250_055, 100, 1_250_155)
    assert found.without == ("jobcentre", "charity", "provider")
    assert [(each.provider, each.cash, each.in_kind) for each in found.by_help] == [
        ("", 5, 0),
        ("advice", 1_250_050, 100),
    ]
    assert [(each.from_on, each.to_on, each.cash, each.in_kind) for each in found.by_period] == [
        (COST.from_on, COST.to_on, 1_250_055, 100)
    ]
    record(place, replace(COST, from_on=dt.date(2025, 3, 1), to_on=dt.date(2025, 4, 1), amount_pence=7))
    later, earlier = costs(place.programme.pk, finance(place), CostFilter()).by_period
    assert (later.last_on, earlier.last_on, earlier.cash) == (dt.date(2025, 12, 31), dt.date(2025, 3, 31), 7)
    Cost.objects.filter(amount_pence=7).delete()
    narrowed = costs(place.programme.pk, finance(place), CostFilter(provider="council", basis="in_kind"))
    assert (narrowed.together, len(narrowed.rows), narrowed.without) == ((0, 100, 100), 1, found.without)
    before = CostFilter(last_on=dt.date(2025, 3, 31))
    after = CostFilter(from_on=dt.date(2026, 1, 1))
    assert [costs(place.programme.pk, finance(place), each).rows for each in (before, after)] == [(), ()]
    assert len(costs(place.programme.pk, finance(place), CostFilter(from_on=dt.date(2025, 12, 31))).rows) == 3


def test_a_file_is_taken_in_once_however_often_it_is_sent(place: World) -> None:
    done = take_in(place, GOOD)
    assert (done.read, done.added, done.there, done.problems) == (2, 2, 0, ())
    again = take_in(place, GOOD)
    assert (again.added, again.there) == (0, 2)
    row = Cost.objects.get(provider="charity")
    assert (row.amount_pence, row.from_on, row.basis, row.file) == (30_000, dt.date(2025, 4, 1), "in_kind", "a.csv")
    with pytest.raises(BadInput) as refusal:
        take_in(place, GOOD.replace("300", "301"))
    [problem] = refusal.value.problems
    assert (problem.row, problem.column, problem.value, problem.code) == (3, "amount", "301", "differs_from_recorded")


def test_every_fault_of_a_file_is_said_at_once(place: World) -> None:
    with pytest.raises(BadInput) as refusal:
        take_in(place, BAD)
    assert [(each.row, each.column, each.value) for each in refusal.value.problems] == [
        (4, "provider", "choir"),
        (5, "amount", "0"),
    ]
    assert not Cost.objects.exists()
    done = take_in(place, BAD, keep=True)
    assert (done.read, done.added, len(done.problems)) == (4, 2, 2)


def test_what_leaving_rows_out_cannot_mend(place: World) -> None:
    for text, file in (
        ("provider,amount\ncouncil,5\n", "a.csv"),
        ("", "a.csv"),
        (HEAD + "\n", "a.csv"),
        ("choir,,,,,,", "a.csv"),
        (GOOD, "a.pdf"),
        (b"\x00\x01 no workbook", "a.xlsx"),
        (f"{HEAD}\nchoir,,2025-04-01,2026-01-01,5,council,cash\n", "a.csv"),
    ):
        with pytest.raises(BadInput):
            take_in(place, text, keep=True, file=file)
    assert not Cost.objects.exists()


def test_a_managers_file_holds_their_own_costs(place: World) -> None:
    done = take_in(place, GOOD, keep=True, by=place.viewer("charity", Role.MANAGER))
    assert [(each.row, each.code) for each in done.problems] == [(2, "not_yours")]
    assert list(Cost.objects.values_list("provider", flat=True)) == ["charity"]


def test_a_workbook_of_costs_beside_other_sheets(place: World) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["anything"])
    sheet = book.create_sheet("Costs")
    sheet.append(list(TEMPLATE))
    sheet.append(["council", None, dt.date(2025, 4, 1), dt.date(2026, 1, 1), 12.5, "council", "cash"])
    content = io.BytesIO()
    book.save(content)
    assert take_in(place, content.getvalue(), file="costs.xlsx").added == 1
    assert Cost.objects.get().amount_pence == 1250


# --- pages


def posted(**changes: object) -> dict[str, object]:
    days = {"from_on": COST.from_on, "last_on": COST.last_on}
    parts = {f"{n}_{part}": getattr(day, part) for n, day in days.items() for part in ("day", "month", "year")}
    plain = {"provider": "council", "intervention": "", "amount": "12.00", "basis": "cash", "borne_by": "council"}
    return {**parts, **plain, "source": "accounts", **changes}


def test_the_pages_of_costs(place: World, signed_in: SignIn) -> None:
    client = signed_in(finance(place))
    assert "No cost recorded yet" in client.get("/costs/").content.decode()
    page = client.post("/costs/record/", posted(amount="0"))
    assert "so that no ratio divides by nothing" in page.content.decode()
    assert 'value="accounts"' in page.content.decode()
    page = client.post("/costs/record/", posted(), follow=True).content.decode()
    assert "£12 recorded, and 3 providers have no cost" in page
    assert "Their ratios cannot be worked out, and if they helped anybody the programme’s ratio comes out" in page
    assert page.count("<strong>£12.00</strong>") == 2, "in money, and together"
    assert page.count("<strong>£0.00</strong>") == 1, "in kind"
    whole = "A cost counts in full here even if only part of its period lies in these days"
    assert whole not in page
    assert whole in client.get("/costs/?from_on_day=1&from_on_month=5&from_on_year=2025").content.decode()
    cost = Cost.objects.get()
    assert 'value="12"' in client.get(f"/costs/{cost.pk}/correct/").content.decode()
    client.post(f"/costs/{cost.pk}/correct/", posted(amount="13"))
    newer = Cost.objects.get(supersedes=cost)
    assert newer.amount_pence == 1300
    assert client.get(f"/costs/{cost.pk}/correct/").status_code == 404
    assert client.post(f"/costs/{newer.pk}/withdraw/", {"why": "A slip"}).status_code == 302
    assert client.get("/costs/import/template/").content.decode().strip() == HEAD
    sent = {"file": SimpleUploadedFile("a.csv", BAD.encode()), "source": "accounts", "faults": "refuse"}
    refused = client.post("/costs/import/", sent)
    assert (refused.status_code, "choir" in refused.content.decode()) == (422, True)
    sent = {"file": SimpleUploadedFile("a.csv", BAD.encode()), "source": "accounts", "faults": "keep"}
    done = client.post("/costs/import/", sent).content.decode()
    assert "2 costs added from a.csv" in done
    record(place, replace(COST, from_on=dt.date(2025, 4, 2)))
    assert "1 page" not in done
    asked = price(lambda: client.get("/costs/?provider=council"))
    assert len(asked) <= MOST, "\n".join(asked)
    manager = signed_in(place.viewer("charity", Role.MANAGER))
    form = manager.get("/costs/record/").content.decode()
    assert "The charity" in form
    assert "The jobcentre" not in form


def test_totals_are_drawn_with_their_tables(place: World, signed_in: SignIn) -> None:
    record(place)
    record(place, replace(COST, provider="charity", intervention="", basis=CostBasis.IN_KIND, amount_pence=90_000))
    record(place, replace(COST, from_on=dt.date(2025, 3, 1), to_on=dt.date(2025, 4, 1)))
    client = signed_in(finance(place))
    page = client.get("/costs/").content.decode()
    for words in ("By whose cost it is", "By kind of help", "By period, the newest first", "The same as a table"):
        assert words in page
    assert "£900 of it in kind" in page
    asked = price(lambda: client.get("/costs/"))
    assert len(asked) <= MOST, "\n".join(asked)


def test_a_large_file_is_written_in_few_statements(place: World) -> None:
    first = dt.date(2024, 4, 1)
    days = [first + dt.timedelta(days=number) for number in range(500)]
    rows = [
        f"{provider},{help_},{day},{day + dt.timedelta(days=1)},{number + 1},council,cash"
        for number, day in enumerate(days)
        for provider in ("council", "charity", "provider")
        for help_ in ("advice", "coaching")
    ]
    with CaptureQueriesContext(connection) as seen:
        done = take_in(place, "\n".join([HEAD, *rows, "choir,,2025-04-01,2026-01-01,5,council,cash"]) + "\n", keep=True)
    assert (done.read, done.added, len(done.problems)) == (3001, 3000, 1)
    assert len(seen) < 100  # not one or two for each row
    assert Action.objects.filter(subject="cost").count() == 3000
    assert Cost.objects.filter(file="a.csv", provider="charity").count() == 1000
