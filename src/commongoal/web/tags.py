"""Tags and filters that every template may use, without loading them.

Words    {{ person.born_on|day }} 3 March 2026 · {{ note.at|moment }} 3 March 2026, 10:04
         {{ count|counted:"person,people" }} 1 person, 1,200 people
Forms    {% ask form.field size="l" heading=True %} · {% submit "Save" %} · {% submit "End it" kind="warning" %}
         {% button "Add a person" "add_person" %} a link that looks like a button
Way back {% back "person" person.id %} · {% back "today" text="Back to today" %}
Parts    {% summary rows %} rows of (label, value) or (label, value, address, "Change") · {% label "overdue" "red" %}
         {% pager number more %} previous and next by ?page=N, other values of the address kept
         {% warning "This cannot be undone" %} · {% nothing "Nobody is waiting" %}
         {% picture drawn %} a picture of the kernel with its tables
         {% scroll "People waiting" %}<table>…</table>{% endscroll %} what is wider than a narrow screen
         A wide table may instead be class="govuk-table cg-stack" with <td data-label="Column">: blocks on a phone
         <div class="cg-beside"><form class="cg-filter">…</form><div>results</div></div> a filter beside results
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from commongoal.kernel.pictures import Cell, Table
from commongoal.kernel.pictures.drawing import Picture
from commongoal.kernel.words import number, written_day
from commongoal.web.controls import attributes
from commongoal.web.forms import Question
from commongoal.web.report_tables import cell_markup, table_markup

register = template.Library()
register.filter("attributes", attributes)


@register.filter
def day(value: dt.date | None) -> str:
    """A date as people write it: 3 March 2026; of a moment, the day of the place."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return written_day(value) if value else ""


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A moment in the time of the place: 3 March 2026, 10:04."""
    return f"{day(value)}, {timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def counted(count: int, words: str) -> str:
    """A count with its noun: "1 person", "1,200 people" from "person,people"."""
    one, many = words.split(",")
    return f"{number(count)} {one if count == 1 else many}"


@register.simple_tag
def ask(field: Question, size: str = "s", heading: bool = False) -> SafeString:
    """A field with a larger label or legend, which may be the heading of the page."""
    field.size, field.heading = size, heading
    return field.as_field_group()


@register.simple_tag
def submit(text: str, kind: str = "", name: str = "", value: str = "") -> SafeString:
    """The button that sends the form; kinds are secondary and warning."""
    classes = "govuk-button" + (f" govuk-button--{kind}" if kind else "")
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html(
        '<button type="submit" class="{}" data-module="govuk-button" data-prevent-double-click="true"{}>{}</button>',
        classes,
        named,
        text,
    )


@register.simple_tag
def button(text: str, name: str, *ids: Any, kind: str = "") -> SafeString:
    """A link to a page that looks like a button."""
    classes = "govuk-button" + (f" govuk-button--{kind}" if kind else "")
    return format_html(
        '<a href="{}" role="button" draggable="false" class="{}" data-module="govuk-button">{}</a>',
        reverse(name, args=ids),
        classes,
        text,
    )


@register.simple_tag
def back(name: str, *ids: Any, text: str = "Back") -> SafeString:
    """The link back, above the heading."""
    return format_html('<a href="{}" class="govuk-back-link">{}</a>', reverse(name, args=ids), text)


@register.simple_tag
def label(text: str, colour: str = "") -> SafeString:
    """A state as a small label; colours are those of the Design System."""
    return format_html('<strong class="govuk-tag{}">{}</strong>', f" govuk-tag--{colour}" if colour else "", text)


@register.simple_tag
def warning(text: str) -> SafeString:
    """A sentence that must not be missed."""
    return format_html(
        '<div class="govuk-warning-text"><span class="govuk-warning-text__icon" aria-hidden="true">!</span>'
        '<strong class="govuk-warning-text__text"><span class="govuk-visually-hidden">Warning</span>{}</strong></div>',
        text,
    )


@register.simple_tag
def nothing(text: str) -> SafeString:
    """What an empty list says."""
    return format_html('<p class="govuk-inset-text">{}</p>', text)


@register.inclusion_tag("commongoal/parts/summary.html")
def summary(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """A summary list of (label, value) or (label, value, address, words of the link)."""
    keys = ("label", "value", "href", "action")
    return {"rows": [dict(zip(keys, row, strict=False)) for row in rows]}


@register.inclusion_tag("commongoal/parts/pager.html", takes_context=True)
def pager(context: Context, page: int, more: bool) -> dict[str, Any]:
    """Previous and next; nothing is counted."""

    def address(of: int) -> str:
        query = context["request"].GET.copy()
        query["page"] = str(of)
        return f"?{query.urlencode()}"

    return {"previous": address(page - 1) if page > 1 else "", "next": address(page + 1) if more else "", "page": page}


@register.simple_tag
def picture(drawn: Picture) -> SafeString:
    """A picture of the kernel, with its tables under it."""
    return SafeString(render_to_string("commongoal/parts/picture.html", {"picture": drawn}))


@register.simple_tag
def report_table(table: Table, quiet: bool = False) -> SafeString:
    """A table of a report; quiet where nearly every figure has marks."""
    return table_markup(table, quiet)


@register.simple_tag
def report_cell(cell: Cell) -> SafeString:
    """What stands in a cell of a report."""
    return cell_markup(cell)


@register.simple_block_tag(end_name="endscroll")
def scroll(content: SafeString, name: str) -> SafeString:
    """What is wider than a narrow screen scrolls by itself, and the keyboard reaches it."""
    return format_html('<div class="cg-scroll" role="region" tabindex="0" aria-label="{}">{}</div>', name, content)


@register.simple_block_tag(end_name="endabove")
def above(content: SafeString) -> SafeString:
    """What stands above the heading, in a landmark of its own; nothing where there is nothing."""
    if not content.strip() or "<nav" in content:
        return content
    return format_html('<nav aria-label="Back">{}</nav>', content)


@register.simple_tag(takes_context=True)
def faults_of_page(context: Context) -> list[tuple[str, str]]:
    """What is wrong in every bound form of the page: the sentence, and the id of the control it sends to."""
    return [
        (str(error), target) for form in _forms(context) for target, errors in _by_control(form) for error in errors
    ]


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """What the title of a page with faults begins with."""
    return "Error: " if any(form.errors for form in _forms(context)) else ""


def _forms(context: Context) -> Iterator[BaseForm]:
    """Every bound form among the page's values, once."""
    seen: set[int] = set()
    values: list[object] = list(context.flatten().values())
    for value in values:
        for form in value if isinstance(value, BaseFormSet | list | tuple) else (value,):
            if isinstance(form, BaseForm) and form.is_bound and id(form) not in seen:
                seen.add(id(form))
                yield form


def _by_control(form: BaseForm) -> Iterator[tuple[str, Sequence[Any]]]:
    yield "", form.non_field_errors()
    for name in form.errors:
        if name in form.fields:
            field = form[name]
            yield (getattr(field, "first_id", field.auto_id), field.errors)


@register.filter
def svg(drawn: Picture) -> SafeString:
    """The picture's mark-up, whose texts the kernel escaped; its size comes from our style sheet, not from itself."""
    return drawing(drawn.svg)


@register.filter
def drawing(svg: str) -> SafeString:
    """The mark-up of a picture that the kernel drew, of which only the mark-up is at hand."""
    return mark_safe(svg.replace(' style="max-width:100%;height:auto"', "", 1))  # noqa: S308
