"""What of a caseload an address asks for, the same written anew, and the way back to it from a record."""

import re

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from commongoal.access.engine import pages
from commongoal.pathway.engine.case_lines import Chosen, Sort, Whose
from commongoal.web.routing import LARGEST_ID, Request

STAGE = re.compile(r"[a-z0-9_-]{1,60}")
TICKS = ("quiet", "review", "unbooked", "checkpoint", "ended")
KEPT = "caseload"  # the session's key: whose record was opened from which caseload


def asked(query: QueryDict) -> tuple[Chosen, int]:
    """What an address asks for, and which page of it; whatever it holds that cannot be asked is left out."""
    whose = query.get("whose", "")
    sort = query.get("sort", "")
    stage = query.get("stage", "")
    name = " ".join(query.get("name", "").split())[:100]
    chosen = Chosen(
        whose=Whose(whose) if whose in set(Whose) else Whose.TEAM if _id(whose) else Whose.MINE,
        worker=_id(whose),
        name=name if name.isprintable() else "",
        programme=_id(query.get("programme", "")),
        stage=stage if STAGE.fullmatch(stage) else "",
        sort=Sort(sort.removeprefix("-")) if sort.removeprefix("-") in set(Sort) else Sort.CONTACT,
        down=sort.startswith("-") and sort[1:] in set(Sort),
        **{tick: bool(query.get(tick)) for tick in TICKS},
    )
    return chosen, pages.page_number(query.get("page", ""))


def written(chosen: Chosen, page: int = 1) -> str:
    """The same as the query of an address, of what differs from the usual alone."""
    asked_for = {
        "whose": str(chosen.worker) if chosen.worker else "" if chosen.whose is Whose.MINE else chosen.whose.value,
        "name": chosen.name,
        "programme": str(chosen.programme or ""),
        "stage": chosen.stage,
        **{tick: "on" if getattr(chosen, tick) else "" for tick in TICKS},
        "sort": order(chosen) if chosen.down or chosen.sort is not Sort.CONTACT else "",
        "page": str(page) if page > 1 else "",
    }
    return urlencode({name: value for name, value in asked_for.items() if value})


def order(chosen: Chosen) -> str:
    """The order in a word: a column, with a minus where it goes down."""
    return f"{'-' if chosen.down else ''}{chosen.sort.value}"


def way_back(request: Request, person: int) -> str:
    """The address of the caseload from which this person's record was opened, at their line; empty if from elsewhere.

    The address is written anew from what it asks for, so that it leads nowhere else. It is kept in the session, so that
    it is there too after something was done on the record.
    """
    came_from = request.GET.get("from")
    if came_from is None:
        kept = request.session.get(KEPT)
        query = kept[1] if kept and kept[0] == person else None
    else:
        query = written(*asked(QueryDict(came_from[:1000])))
        if request.session.get(KEPT) != [person, query]:
            request.session[KEPT] = [person, query]
    return "" if query is None else f"{reverse('caseload')}{'?' if query else ''}{query}#person-{person}"


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID else 0
