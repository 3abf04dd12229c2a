"""Pages of one question: a form under a heading, kept by an action that may refuse."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.urls import NoReverseMatch, reverse

from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.engine.shown import Shown
from commongoal.kernel.errors import Refused
from commongoal.people.engine.record import Heading
from commongoal.web.routing import Page, Request

LAST_PAGE = 400  # further back nobody pages, and each page is as dear as all before it


def kept(form: forms.Form, action: Callable[[], object]) -> bool:
    """Whether the action did it; a rule that refuses becomes the form's error."""
    try:
        action()
    except (NotThere, NotAllowed):
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def question(
    shown: Shown[Heading],
    form: forms.Form,
    heading: str,
    submit: str,
    *,
    lead: str = "",
    warning: str = "",
    back: str = "person",
    kind: str = "",
) -> Page:
    """The page of one question about a person; `lead` is a sentence under the heading, `kind` the button's."""
    values = {
        "person": shown.value,
        "form": form,
        "heading": heading,
        "submit_text": submit,
        "lead": lead,
        "warning_text": warning,
        "back_to": back,
        "kind": kind,
    }
    return Page("commongoal/person/question.html", values, people=shown.people)


def page_number(request: Request) -> int:
    """The page asked for by `?page=`, between 1 and `LAST_PAGE`; what is no number is the first."""
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def address(name: str, *ids: Any) -> str:
    """The address of a page, or nothing where there is no such page."""
    try:
        return reverse(name, args=ids)
    except NoReverseMatch:
        return ""
