"""A report's table as markup, without a template: a page of an area has hundreds of rows, each of several cells."""

from collections.abc import Container

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from commongoal.kernel.pictures import Cell, Table


def table_markup(table: Table) -> SafeString:
    """The table in a box that scrolls where it is wider than the screen; every text is escaped."""
    caption, texts = escape(table.caption), table.text_columns
    note = f'<br><span class="govuk-hint cg-under">{escape(table.note)}</span>' if table.note else ""
    heads = "".join(
        f'<th scope="col" class="govuk-table__header{_numeric("header", at, texts)}">{cell_markup(cell)}</th>'
        for at, cell in enumerate(table.headers)
    )
    rows = "".join(_row(row, texts) for row in table.rows)
    return mark_safe(  # noqa: S308 - every text is escaped above
        f'<div class="cg-scroll" role="region" tabindex="0" aria-label="{caption}">'
        '<table class="govuk-table govuk-table--small-text-until-tablet">'
        f'<caption class="govuk-table__caption govuk-table__caption--s">{caption}{note}</caption>\n'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{heads}</tr></thead>\n'
        f'<tbody class="govuk-table__body">{rows}</tbody></table></div>'
    )


def cell_markup(cell: Cell) -> SafeString:
    """What stands in a cell: its text, which may be a link, its marks, and the line under it."""
    text = f"<bdi>{escape(cell.text)}</bdi>"
    if cell.link:
        text = f'<a class="govuk-link" href="{escape(cell.link)}">{text}</a>'
    marks = "".join(f' <span class="govuk-tag govuk-tag--yellow cg-mark">{escape(mark)}</span>' for mark in cell.marks)
    under = f'<br><span class="govuk-hint cg-under"><bdi>{escape(cell.under)}</bdi></span>' if cell.under else ""
    return mark_safe(text + marks + under)  # noqa: S308 - every text is escaped above


def _row(row: tuple[Cell, ...], texts: Container[int]) -> str:
    first, *others = row
    cells = "".join(
        f'<td class="govuk-table__cell{_numeric("cell", at, texts)}">{cell_markup(cell)}</td>'
        for at, cell in enumerate(others, start=1)
    )
    name = f'<th scope="row" class="govuk-table__header">{cell_markup(first)}</th>'
    return f'<tr class="govuk-table__row">{name}{cells}</tr>'


def _numeric(part: str, at: int, texts: Container[int]) -> str:
    return "" if at in texts else f" govuk-table__{part}--numeric"
