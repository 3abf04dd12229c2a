"""Pages of one question: a form under a heading, kept by an action that may refuse."""

from collections.abc import Callable, Mapping

from django import forms

from commongoal.access.engine import pages
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.engine.shown import Shown
from commongoal.kernel.errors import Refused
from commongoal.people.engine.record import Heading
from commongoal.web.routing import Page, Request

Beside = str | Mapping[type[Refused], str] | None
"""The field that a refusal is about: one for all, or by what refuses; None is the form as a whole."""


def kept(form: forms.Form, action: Callable[[], object], beside: Beside = None) -> bool:
    """Whether the action did it; a rule that refuses becomes the form's error, or that of the field `beside`."""
    try:
        action()
    except (NotThere, NotAllowed):
        raise
    except Refused as refusal:
        form.add_error(beside.get(type(refusal)) if isinstance(beside, Mapping) else beside, str(refusal))
        return False
    return True


def seen_now(form: forms.Form, version: int) -> None:
    """The form, shown again beside what stands now, corrects that: sent once more, it is no longer refused."""
    if form.is_bound:
        form.data = {**{name: form.data.get(name) for name in form.data}, "version": version}


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
    """The page asked for by `?page=`; what is no number is the first."""
    return pages.page_number(request.GET.get("page", ""))
