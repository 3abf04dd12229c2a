"""The frame of every page: name, colour, navigation, faults; and the tags that templates use."""

import datetime as dt

import pytest
from django.template import engines
from django.test import Client, RequestFactory

from commongoal.access.engine.front import luminance, words_on
from commongoal.access.engine.permissions import Role, relations_allowing
from commongoal.access.models import Partnership
from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures.bars import Bar, Bars, bars_picture
from commongoal.web.context import navigation
from commongoal.web.faults import form_too_old, server_fault
from commongoal.web.routes import ROUTES


def drawn(source: str, **values: object) -> str:
    return engines["django"].from_string(source).render(values, RequestFactory().get("/x/?name=a&page=2"))


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_has_what_the_role_has_and_no_more(world, role: Role) -> None:
    items = navigation(world.viewer("council", role), "/")
    shown = {page.text for item in items for page in item.pages or (item,)}
    verbs = {route.menu: route.menu_verb or route.verb for route in ROUTES if route.menu}
    assert shown == {menu for menu, verb in verbs.items() if relations_allowing(role, verb)}
    assert len("".join(item.text for item in items)) <= 60, "more than fit in one line"
    assert len(items) <= 8


def test_addresses_are_alike() -> None:
    assert [route.address for route in ROUTES if not route.address.endswith(("/", ".css")) and route.address] == []
    assert [route.address for route in ROUTES if "_id>" in route.address] == []


def test_one_page_of_the_menu_is_here(world) -> None:
    items = navigation(world.viewer("council", Role.BOARD), "/partnership/")
    assert [item.text for item in items if item.here] == ["Partnership"]


def test_pages_of_a_section_are_one_item_and_the_one_that_is_shown_is_said(world) -> None:
    (results,) = [item for item in navigation(world.viewer("council", Role.MANAGER), "/costs/") if item.here]
    assert results.text == "Results"
    assert results.href == results.pages[0].href
    assert [page.text for page in results.pages if page.here] == ["Costs"]


def test_the_pages_carry_the_name_and_the_colour_of_the_partnership(client: Client, world) -> None:
    Partnership.objects.update(name="Testham Together", colour="#ffdd00")
    page = client.get("/about/").content.decode()
    assert "Testham Together" in page
    assert "/colours/ffdd00.css" in page
    sheet = client.get("/colours/ffdd00.css")
    assert sheet.content == b".cg-header{background:#ffdd00;color:#000000}"
    assert "immutable" in sheet["Cache-Control"]
    assert client.get("/colours/red;}.css").status_code == 404


@pytest.mark.parametrize("grey", range(0, 256, 5))
def test_words_stand_out_on_any_colour(grey: int) -> None:
    shade = f"#{grey:02x}{(grey * 7) % 256:02x}{(grey * 13) % 256:02x}"
    light, words = sorted((luminance(shade), luminance(words_on(shade))))
    assert (words + 0.05) / (light + 0.05) >= 4.5


def test_a_fault_of_ours_is_said_without_the_database(django_db_blocker) -> None:
    answer = server_fault(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"Sorry, something went wrong" in answer.content


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_in_words() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "wilhelmina@example.org"})
    assert answer.status_code == 403
    assert b"This form was open for too long" in answer.content
    assert b"wilhelmina" not in answer.content
    assert form_too_old(RequestFactory().get("/")).status_code == 403


@pytest.mark.django_db
def test_nothing_there(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert b"Page not found" in answer.content


@pytest.mark.django_db
def test_words() -> None:
    at = dt.datetime(2026, 7, 3, 9, 4, tzinfo=dt.UTC)
    assert drawn("{{ at|day }}, {{ at|moment }}", at=at) == "3 July 2026, 3 July 2026, 10:04"
    assert drawn("{{ none|day }}", none=None) == ""
    assert drawn('{{ 1|counted:"person,people" }}, {{ 1200|counted:"person,people" }}') == "1 person, 1,200 people"


@pytest.mark.django_db
def test_pages_of_a_list_keep_the_rest_of_the_address() -> None:
    page = drawn("{% pager 2 True %}")
    assert 'href="?name=a&amp;page=1"' in page
    assert 'href="?name=a&amp;page=3"' in page
    assert drawn("{% pager 1 False %}").strip() == ""


@pytest.mark.django_db
def test_parts_escape_what_they_are_given() -> None:
    source = (
        '{% summary rows %}{% label bad "red" %}{% warning bad %}{% nothing bad %}'
        '{% submit bad %}{% button bad "about" %}{% back "about" text=bad %}'
        "{% scroll bad %}x{% endscroll %}"
    )
    page = drawn(source, bad="<script>", rows=[("<script>", "<script>", "/x", "<script>"), ("a", None)])
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") == 11


@pytest.mark.django_db
def test_a_picture_comes_with_its_table_and_without_style() -> None:
    drawing = bars_picture(Bars("Who helped", "Organisation", "People", (Bar("Council", Estimate(3)),), "number"))
    page = drawn("{% picture it %}", it=drawing)
    assert "<svg" in page
    assert "<table" in page
    assert " style=" not in page
