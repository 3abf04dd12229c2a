"""The people of Today as markup: a template for each of a hundred reasons takes as long as finding them.

Every word that comes from a record goes through `escape`.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString

from commongoal.pathway.engine.today import OVERDUE, Needed, Reason
from commongoal.web.tags import label

LATE = f"{label('Overdue', 'red')} "


def rows(people: Iterable[Needed]) -> SafeString:
    """Each person with why they need somebody: their name links to the first reason, the other reasons to their own."""
    return SafeString("".join(map(_row, people)))


def _row(needed: Needed) -> str:
    name, first, *others = escape(needed.name), *needed.reasons
    heading = f'<a class="govuk-link" href="{_address(first)}">{name}</a>'
    hidden = f'<span class="govuk-visually-hidden">: {name}</span>'
    links = (f'<a class="govuk-link" href="{_address(each)}">{escape(each.why)}{hidden}</a>' for each in others)
    whys = zip(needed.reasons, (escape(first.why), *links), strict=True)
    told = "".join(
        f'<p class="govuk-body govuk-!-margin-bottom-1">{LATE if reason.rank == OVERDUE else ""}{why}</p>'
        for reason, why in whys
    )
    return (
        '<li class="govuk-!-margin-bottom-4"><h2 class="govuk-heading-s govuk-!-margin-bottom-1">'
        f"{heading}</h2>\n{told}</li>\n"
    )


def _address(reason: Reason) -> str:
    return _pattern(reason.page).replace("/0/", f"/{reason.ids[0]}/", 1)


@lru_cache(maxsize=64)
def _pattern(page: str) -> str:
    """The address of a page about a thing of no number."""
    return reverse(page, args=(0,))
