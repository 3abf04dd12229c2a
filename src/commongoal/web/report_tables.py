"""A report's table as markup, without a template: a page of an area has hundreds of rows, each of several cells."""

from collections.abc import Container

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from commongoal.kernel.pictures import Cell, Table

STACKED = 20
"""Rows of a table that may stand as blocks on a phone: more would make too long a page, and scroll in a box instead."""


def table_markup(table: Table, quiet: bool = False) -> SafeString:
    """The table in a box that scrolls where it is wider than the screen; every text is escaped.

    `quiet` is for figures nearly all of which have marks: these are words under the figure, and a short table stands
    as blocks on a phone.
    """
    caption, texts = escape(table.caption), table.text_columns
    note = f'<br><span class="govuk-hint cg-under">{escape(table.note)}</span>' if table.note else ""
    heads = "".join(
        f'<th scope="col" class="govuk-table__header{_numeric("header", at, texts)}">{cell_markup(cell, quiet)}</th>'
        for at, cell in enumerate(table.headers)
    )
    labels = [cell.text for cell in table.headers] if quiet and len(table.rows) <= STACKED else []
    rows = "".join(_row(row, texts, quiet, labels) for row in table.rows)
    stack = " cg-stack cg-sorted" if labels else ""
    return mark_safe(  # noqa: S308 - every text is escaped above
        f'<div class="cg-scroll" role="region" tabindex="0" aria-label="{caption}">'
        f'<table class="govuk-table govuk-table--small-text-until-tablet{stack}">'
        f'<caption class="govuk-table__caption govuk-table__caption--s">{caption}{note}</caption>\n'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{heads}</tr></thead>\n'
        f'<tbody class="govuk-table__body">{rows}</tbody></table></div>'
    )


def cell_markup(cell: Cell, quiet: bool = False) -> SafeString:
    """What stands in a cell: its text, which may be a link, its marks, and the line under it."""
    text = f"<bdi>{escape(cell.text)}</bdi>"
    if cell.link:
        text = f'<a class="govuk-link" href="{escape(cell.link)}">{text}</a>'
    under = _under(cell.under)
    if quiet:
        return mark_safe(text + under + _under(", ".join(cell.marks)))  # noqa: S308 - every text is escaped here
    marks = "".join(f' <span class="govuk-tag govuk-tag--yellow cg-mark">{escape(mark)}</span>' for mark in cell.marks)
    return mark_safe(text + marks + under)  # noqa: S308 - every text is escaped above


def _under(words: str) -> str:
    return f'<br><span class="govuk-hint cg-under"><bdi>{escape(words)}</bdi></span>' if words else ""


def _row(row: tuple[Cell, ...], texts: Container[int], quiet: bool, labels: list[str]) -> str:
    first, *others = row
    cells = "".join(
        f'<td class="govuk-table__cell{_numeric("cell", at, texts)}"{_label(cell, labels, at)}>'
        f"{cell_markup(cell, quiet)}</td>"
        for at, cell in enumerate(others, start=1)
    )
    name = f'<th scope="row" class="govuk-table__header">{cell_markup(first, quiet)}</th>'
    return f'<tr class="govuk-table__row">{name}{cells}</tr>'


def _label(cell: Cell, labels: list[str], at: int) -> str:
    """The heading of its column, for where the cell stands alone; an empty cell says nothing."""
    return f' data-label="{escape(labels[at])}"' if labels and (cell.text or cell.under) else ""


def _numeric(part: str, at: int, texts: Container[int]) -> str:
    return "" if at in texts else f" govuk-table__{part}--numeric"
