"""Nothing personal in a log, an error page or a page of refusal."""

import io
import logging
import sys
from collections.abc import Iterator

import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.views.debug import get_exception_reporter_class

from commongoal.config.logs import PlainFormatter
from commongoal.config.urls import handler400, handler403, handler404, handler500, urlpatterns
from commongoal.web.routing import Page, Request, Route, guarded
from tests.platform.world import World

pytestmark = pytest.mark.django_db
NAME, NI, TYPED = "Rosalind Featherstonehaugh", "AB123456C", "07700 900123"


def falls_over(request: Request) -> Page:
    """A view with somebody in its variables, its exception and the form that was sent."""
    name, ni = NAME, NI
    raise ValueError(f"no room for {name} with {ni} and {request.POST.get('phone')}")


def falls_over_twice(request: Request) -> Page:
    """An exception that was caused by another."""
    try:
        return falls_over(request)
    except ValueError as fault:
        raise RuntimeError(f"could not save {NAME}") from fault


def odd_template(request: Request) -> Page:
    """A template that is not there, with values that are somebody's."""
    return Page("commongoal/there_is_none.html", {"name": NAME})


urlpatterns = [
    *urlpatterns,
    *(
        path(f"test/{view.__name__}/", guarded(Route("", view, view.__name__, public=True)), name=view.__name__)
        for view in (falls_over, falls_over_twice, odd_template)
    ),
]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the server's log would hold, from every logger, at every level."""
    held = io.StringIO()
    handler = logging.StreamHandler(held)
    handler.setFormatter(PlainFormatter())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield held
    root.removeHandler(handler)
    root.setLevel(before)


def nobody_in(text: str) -> bool:
    return not any(word in text for word in ("Rosalind", "Featherstonehaugh", NI, TYPED, "900123"))


@override_settings(ROOT_URLCONF="tests.platform.test_logs")
@pytest.mark.parametrize("view", ["falls_over", "falls_over_twice", "odd_template"])
def test_a_fault_names_its_place_and_nobody(log: io.StringIO, view: str) -> None:
    client = Client(raise_request_exception=False)
    answer = client.post(f"/test/{view}/", {"phone": TYPED, "name": NAME, "ni": NI})
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Sorry, something went wrong" in page
    assert nobody_in(page)
    assert "Traceback" not in page
    told = log.getvalue()
    assert nobody_in(told), told
    assert any(place in told for place in ("falls_over:", "render"))


def test_pages_not_found_are_logged_without_their_address(log: io.StringIO, world: World) -> None:
    assert Client().get(f"/people/{NAME}/").status_code == 404
    assert nobody_in(log.getvalue()), log.getvalue()


def test_failed_sign_ins_are_logged_without_who_tried(log: io.StringIO, world: World) -> None:
    client = Client()
    for _ in range(7):
        client.post("/account/login/", {"login": "rosalind.featherstonehaugh@example.org", "password": NI})
    told = log.getvalue()
    assert "featherstonehaugh" not in told.lower(), told
    assert NI not in told


@pytest.mark.parametrize("logger", ["axes.helpers", "allauth", "some.library", "django.db.backends", "py.warnings"])
def test_others_are_not_trusted_with_a_message(log: io.StringIO, logger: str) -> None:
    logging.getLogger(logger).warning("tried %s", NAME)
    logging.getLogger(logger).warning(f"tried {NAME}")
    try:
        raise KeyError(NAME)
    except KeyError:
        logging.getLogger(logger).exception("tried %s", NAME)
    told = log.getvalue()
    assert nobody_in(told), told
    assert told.count(f"{logger}: ") == 3
    assert "KeyError" in told


def test_our_own_messages_are_written_out(log: io.StringIO) -> None:
    logging.getLogger("commongoal.jobs.tasks").info("sealed %d rows", 3)
    assert "INFO commongoal.jobs.tasks: sealed 3 rows" in log.getvalue()


def test_a_form_sent_without_its_token_gets_a_page_in_our_frame(log: io.StringIO, world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": NAME, "password": NI})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "govuk-heading-l" in page
    assert "CSRF" not in page
    assert nobody_in(page + log.getvalue())


def test_a_host_that_is_not_ours_gets_the_plain_page_of_a_bad_request(log: io.StringIO, world: World) -> None:
    answer = Client().get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "We could not understand that" in answer.content.decode()
    assert "elsewhere.example" not in answer.content.decode() + log.getvalue()


def test_an_error_report_hides_every_value(rf: RequestFactory) -> None:
    """If somebody sets up mail or a collector of errors, what Django hands them says nothing about anybody either."""
    request = rf.post("/people/add/", {"name": NAME, "ni": NI, "phone": TYPED})
    try:
        falls_over(request)  # type: ignore[arg-type]
    except ValueError:
        report = get_exception_reporter_class(request)(request, *sys.exc_info())
    for told in (report.get_traceback_text(), report.get_traceback_html(), str(report.get_traceback_data())):
        assert nobody_in(told)
        assert "falls_over:" in told
