"""The first page after sign-in, for each role its own."""

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, relations_allowing
from commongoal.web.pages.home import FIRST_PAGES
from commongoal.web.routes import ROUTES


@pytest.mark.parametrize("role", list(Role))
def test_the_first_page_is_one_that_the_role_has(world, signed_in, role: Role) -> None:
    answer = signed_in(world.viewer("council", role)).get("/")
    assert answer.status_code == 302
    [route] = [route for route in ROUTES if f"/{route.address}" == answer["Location"]]
    assert relations_allowing(role, route.verb)


def test_every_first_page_is_there() -> None:
    verbs = {route.name: route.verb for route in ROUTES}
    assert {name: verbs[name] for _, name in FIRST_PAGES} == {name: verb for verb, name in FIRST_PAGES}


@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_read_who_works_together(world, signed_in, role: Role) -> None:
    page = signed_in(world.viewer("council", role)).get("/partnership/").content.decode()
    assert "7 organisations work together in Testham" in page
    assert "The charity" in page
    assert "01632 960000" in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/about/", "/privacy/", "/accessibility/", "/cookies/"])
def test_public_pages_need_no_sign_in_and_no_partnership(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"<h1" in answer.content
