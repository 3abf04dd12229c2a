"""A group that meets no more, and one that goes on after all."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.pathway.actions.groups import close_group, reopen_group
from commongoal.pathway.queries.groups import group_name
from commongoal.web.asking import kept
from commongoal.web.routing import Page, Request, Route, goto


def close(request: Request, group: int) -> Page | HttpResponse:
    """It meets no more."""
    name = group_name(group, request.viewer)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and kept(form, lambda: close_group(by=request.viewer, at=request.at, group=group)):
        messages.success(request, f"{name} is closed")
        return goto("group", group)
    lead = "Nobody can join and no session can be planned until it is opened again. Who came to it stays."
    return _question(form, f"Close {name}?", "Close the group", lead, group, kind="warning")


def reopen(request: Request, group: int) -> Page | HttpResponse:
    """It goes on."""
    name = group_name(group, request.viewer)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and kept(form, lambda: reopen_group(by=request.viewer, at=request.at, group=group)):
        messages.success(request, f"{name} is open again. Add its next sessions")
        return goto("group", group)
    lead = "Whoever was in it and did not leave is in it again."
    return _question(form, f"Open {name} again?", "Open the group", lead, group)


def _question(form: forms.Form, heading: str, submit: str, lead: str, group: int, *, kind: str = "") -> Page:
    values = {
        "form": form, "heading": heading, "submit_text": submit, "lead": lead, "group": group, "kind": kind,
    }  # fmt: skip
    return Page("commongoal/groups/question.html", values)


AT = "groups/<int:group>/"
ROUTES = (
    Route(f"{AT}close/", close, "close_group", verb="run groups", about=("group",)),
    Route(f"{AT}reopen/", reopen, "reopen_group", verb="run groups", about=("group",)),
)
