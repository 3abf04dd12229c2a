"""The rows of a caseload as mark-up: a template for each of two hundred cells takes longer than all the rest.

Every word that comes from a record goes through `escape`, the plain one: Django's looks at each for what is never here.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString

from commongoal.pathway.engine.case_lines import CaseLine
from commongoal.web.tags import counted, day, label, moment

TOO_LONG, OVERDUE = label("Too long", "red"), label("Overdue", "red")


def rows(lines: Iterable[CaseLine], on: dt.date, came_from: str, *, team: bool) -> SafeString:
    """Each person as a row; `came_from` is the part of the link's address that leads back to the list."""
    address = reverse("person", args=(0,))
    return SafeString("".join(_row(line, on, f"{address}?{escape(came_from)}", team=team) for line in lines))


def _row(line: CaseLine, on: dt.date, address: str, *, team: bool) -> str:
    href = address.replace("/0/", f"/{line.person}/", 1)
    cells = "".join(
        f'<td class="govuk-table__cell" data-label="{name}">{words}</td>' for name, words in _cells(line, on, team=team)
    )
    return (
        f'<tr class="govuk-table__row" id="person-{line.person}"><th scope="row" class="govuk-table__header">'
        f'<a class="govuk-link" href="{href}">{escape(line.name)}</a></th>{cells}</tr>\n'
    )


def _cells(line: CaseLine, on: dt.date, *, team: bool) -> Iterator[tuple[str, str]]:
    """Each cell, escaped, under its column's name, as a phone shows it."""
    if team:
        yield "Named worker", escape(line.worker or "Nobody")
    yield "Stage", _lines(_stages(line)) or "On no pathway"
    contact = day(line.last_contact_on) or "None yet"
    yield "Last contact", f"{contact}<br>{TOO_LONG}" if line.too_quiet else contact
    yield "Next appointment", moment(line.next_at) or "None"
    late = line.review_on is not None and line.review_on < on
    review = day(line.review_on) or "No plan"
    yield "Plan review", f"{review}<br>{OVERDUE}" if late else review
    yield "Programme ends", _end(line, on)
    yield "To do", _lines(line.to_do(on))


def _stages(line: CaseLine) -> Iterator[str]:
    for stage in line.stages:
        programme = f" ({stage.programme})" if len(line.stages) > 1 else ""
        yield f"{stage.name}, since {day(stage.since_on)}{programme}"


def _end(line: CaseLine, on: dt.date) -> str:
    left = line.days_left(on)
    if left is None:
        return "No end"
    if left < 0:
        return f"Ended {day(line.ends_on)}"
    return f"{counted(left, 'day,days')}<br>{day(line.ends_on)}"


def _lines(words: Iterable[str]) -> str:
    """Each on a line of its own."""
    return "<br>".join(map(escape, words))
