"""A caseload: filters beside it, any column to go by, and twenty-five people a page."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from commongoal.access.engine.permissions import Viewer
from commongoal.access.queries.colleagues import colleagues
from commongoal.access.queries.sharing import programmes_on
from commongoal.kernel.words import number
from commongoal.pathway.engine.case_lines import NO_STAGE, Caseload, Chosen, Sort, Whose
from commongoal.pathway.queries.case_lines import caseload, sees_team_caseload
from commongoal.web.asked_caseload import TICKS, asked, order, written
from commongoal.web.caseload_rows import rows
from commongoal.web.choices import offer
from commongoal.web.controls import attributes
from commongoal.web.routing import Page, Request, Route, goto

HEADINGS = {
    Sort.NAME: "Name",
    Sort.WORKER: "Named worker",
    Sort.STAGE: "Stage",
    Sort.CONTACT: "Last contact",
    Sort.NEXT: "Next appointment",
    Sort.REVIEW: "Plan review",
    Sort.END: "Programme ends",
}
ORDERS = {
    Sort.CONTACT: "Longest without contact",
    Sort.NAME: "Name",
    Sort.STAGE: "Stage",
    Sort.NEXT: "Next appointment",
    Sort.REVIEW: "Plan review",
    Sort.END: "End of programme",
    Sort.WORKER: "Named worker",
}


class Select(forms.Select):
    """A choice of one, made without a template for each of its many options."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        """The control with the value chosen."""
        chosen = str(value)
        options = "".join(
            f'<option value="{escape(each)}"{" selected" if each == chosen else ""}>{escape(words)}</option>'
            for each, words in ((str(each), str(words)) for each, words in self.choices)
        )
        return SafeString(f'<select name="{name}"{attributes(self.build_attrs(self.attrs, attrs))}>{options}</select>')


class FilterForm(forms.Form):
    """What of the caseload is shown, and in which order."""

    whose = forms.ChoiceField(label="Whose people", widget=Select)
    name = forms.CharField(label="Name starts with", max_length=100)
    programme = forms.ChoiceField(label="Programme", widget=Select)
    stage = forms.ChoiceField(label="Stage", widget=Select)
    quiet = forms.BooleanField(label="No contact for too long")
    review = forms.BooleanField(label="Plan review overdue")
    unbooked = forms.BooleanField(label="No next appointment")
    checkpoint = forms.BooleanField(label="Work checkpoint due")
    ended = forms.BooleanField(label="Also those whose support has ended")
    sort = forms.ChoiceField(label="Order", widget=Select)


def my_caseload(request: Request) -> Page | HttpResponse:
    """A page of the caseload."""
    chosen, page = asked(request.GET)
    shown = caseload(request.viewer, chosen, request.at, page)
    found = shown.value
    if page > 1 and not found.part.rows:
        return goto("caseload", query=written(chosen))
    team, came_from = sees_team_caseload(request.viewer), urlencode({"from": written(chosen, page)})
    values = {
        "heading": heading(found, chosen),
        "caseload": found,
        "form": filter_form(request, chosen, found, team=team),
        "columns": tuple(columns(chosen, team=team)),
        "team": team,
        "narrowed": chosen.narrowed,
        "rows": rows(found.part.rows, found.on, came_from, team=team),
        "query": written(chosen),
    }
    return Page("commongoal/caseload/caseload.html", values, listed=shown.listed)


def heading(found: Caseload, chosen: Chosen) -> str:
    """How many people, and how many of them nobody was in contact with for too long."""
    who = "people" if found.count != 1 else "person"
    if chosen.narrowed:
        start = f"{number(found.count)} {who} {'match' if found.count != 1 else 'matches'} what you chose"
    else:
        start = f"{number(found.count)} {who} on {'your' if chosen.whose is Whose.MINE else 'the team’s'} caseload"
    if chosen.whose is Whose.NOBODY and not chosen.narrowed:
        start = f"{number(found.count)} {who} without a named worker here"
    if not found.count:
        return "Nobody matches what you chose" if chosen.narrowed else f"Nobody{start[len('0 people') :]}"
    if not found.quiet:
        return f"{start}, none without contact for {too_long(found)}"
    return f"{start}, {number(found.quiet)} without contact for {too_long(found)}"


def too_long(found: Caseload) -> str:
    """The most that is allowed without contact, in words."""
    gaps = found.gaps
    return f"more than {gaps.common} days" if gaps.shortest == gaps.longest else "longer than their programme allows"


def columns(chosen: Chosen, *, team: bool) -> Iterator[tuple[str, str, str]]:
    """Each column's words, the address of the list by it, and which way it goes now, as `aria-sort` says it."""
    for sort, words in HEADINGS.items():
        if sort is Sort.WORKER and not team:
            continue
        here = chosen.sort is sort
        by_it = replace(chosen, sort=sort, down=here and not chosen.down)
        yield words, f"?{written(by_it)}", ("descending" if chosen.down else "ascending") if here else "none"


def filter_form(request: Request, chosen: Chosen, found: Caseload, *, team: bool) -> FilterForm:
    """The form with what was chosen in it."""
    initial = {tick: getattr(chosen, tick) for tick in TICKS} | {"name": chosen.name, "stage": chosen.stage}
    initial |= {"whose": str(chosen.worker or chosen.whose.value), "programme": chosen.programme or ""}
    form = FilterForm(initial=initial | {"sort": order(chosen)}, use_required_attribute=False)
    offer(form, "stage", [("", "Any stage"), *found.stages, (NO_STAGE, "On no pathway yet")])
    programmes = programmes_on(request.today)
    offer(form, "programme", [("", "Any programme"), *((each.id, each.name) for each in programmes)])
    orders = [(sort.value, words) for sort, words in ORDERS.items() if team or sort is not Sort.WORKER]
    if chosen.down:
        orders.append((order(chosen), f"{ORDERS[chosen.sort]}, last first"))
    offer(form, "sort", orders)
    if len(programmes) < 2:
        del form.fields["programme"]
    if team:
        offer(form, "whose", whose(request.viewer, request.today))
    else:
        del form.fields["whose"]
    return form


def whose(viewer: Viewer, on: dt.date) -> Iterator[tuple[str, str]]:
    """Whose people a manager may choose."""
    yield Whose.MINE.value, "Mine"
    yield Whose.TEAM.value, "My whole organisation’s"
    yield Whose.NOBODY.value, "Nobody’s: no named worker here"
    for each in colleagues(viewer, on):
        if each.membership != viewer.membership:
            yield str(each.membership), f"{each.name}’s"


ROUTES = (Route("caseload/", my_caseload, "caseload", verb="see caseload", menu="Caseload"),)
