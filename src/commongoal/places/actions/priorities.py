"""Priorities of the partnership: set, cited for and against, ended."""

import datetime as dt
from typing import Any

from django.db import IntegrityError

from commongoal.access.actions.acting import acting
from commongoal.access.actions.locking import locked
from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.places.actions.evidence import LONGEST_WHY, known_area, own_token
from commongoal.places.engine.evidence import AlreadyCited, NeedsReason, Source, Standing
from commongoal.places.engine.evidence_given import NewCitation, NewPriority
from commongoal.places.engine.identities import refuse_identities
from commongoal.places.engine.official import as_data
from commongoal.places.files.themes import themes
from commongoal.places.models import Citation, Finding, Priority, Return

VERB = "set priorities"


def set_priority(*, by: Viewer, at: dt.datetime, priority: NewPriority, token: str) -> int:
    """Set a priority; its id. The same form sent twice sets it once. Raises `NeedsReason` and others of evidence."""
    ask(by, VERB)
    mine = own_token(token, by)
    try:
        return _known(mine) or _set_priority(by, at, priority, mine)
    except IntegrityError:
        return _known(mine)


def cite(*, by: Viewer, at: dt.datetime, priority: int, citation: NewCitation) -> int:
    """Cite a figure, a finding or a return for or against a priority; an official figure is kept as it was.

    Raises `AlreadyCited`, `Standing` for what has been withdrawn, `NotThere`.
    """
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = _open(priority)
        refuse_identities(citation.words)
        source, of = _cited(citation)
        if _there(row, of):
            raise AlreadyCited
        made = Citation.objects.create(
            priority=row, source=source.value, stance=citation.stance.value, words=citation.words.strip(),
            membership_id=by.membership, at=at, **of,
        )  # fmt: skip
        after = {"priority": row.pk, "source": source.value, "stance": citation.stance.value}
        of_what = {"finding": citation.finding, "return": citation.partner_return}
        figure = {"indicator": citation.figure.indicator, "area": citation.figure.area} if citation.figure else {}
        act.wrote("citation", made.pk, after={**after, **of_what, **figure})
        return made.pk


def withdraw_citation(*, by: Viewer, at: dt.datetime, priority: int, citation: int) -> None:
    """The citation counts no more, and is kept. Raises `NotThere`, `ChangedMeanwhile`."""
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = locked(Citation.objects.filter(priority=_open(priority)), citation)
        if row.withdrawn_at is not None:
            raise ChangedMeanwhile("It has been withdrawn.")
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        act.wrote("citation", row.pk, after={"withdrawn": True})


def end_priority(*, by: Viewer, at: dt.datetime, priority: int, why: str) -> None:
    """The partnership acts on it no more; it is kept with the reason. Raises `NeedsReason`, `ChangedMeanwhile`."""
    refuse_identities(why)
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        row = _open(priority)
        if not why.strip():
            raise NeedsReason
        row.ended_at, row.ended_why = at, why.strip()[:LONGEST_WHY]
        row.save(update_fields=["ended_at", "ended_why"])
        act.wrote("priority", row.pk, after={"ended_why": row.ended_why})


def _set_priority(by: Viewer, at: dt.datetime, priority: NewPriority, token: str) -> int:
    with acting(VERB, by=by, at=at) as act:
        act.permit()
        themes().theme(priority.theme)
        known_area(priority.area)
        if not priority.why.strip():
            raise NeedsReason
        refuse_identities(priority.title, priority.why)
        row = Priority.objects.create(
            title=priority.title.strip(), theme=priority.theme, area_code=priority.area, why=priority.why.strip(),
            token=token, membership_id=by.membership, at=at,
        )  # fmt: skip
        act.wrote("priority", row.pk, after={"title": row.title, "theme": row.theme, "area": row.area_code})
        return row.pk


def _open(priority: int) -> Priority:
    """The priority, locked, if it has not been ended."""
    row = locked(Priority.objects.all(), priority)
    if row.ended_at is not None:
        raise ChangedMeanwhile("This priority has been ended.")
    return row


def _cited(citation: NewCitation) -> tuple[Source, dict[str, Any]]:
    """Which source it is, and the columns that say what is cited. Raises `NotThere`, `Standing`."""
    if citation.finding is not None:
        finding = Finding.objects.select_related("research").filter(pk=citation.finding).first()
        if finding is None:
            raise NotThere
        if finding.withdrawn_at is not None or finding.research.withdrawn_at is not None:
            raise Standing
        return Source.RESIDENTS, {"finding": finding}
    if citation.partner_return is not None:
        found = Return.objects.filter(pk=citation.partner_return).first()
        if found is None:
            raise NotThere
        if found.withdrawn_at is not None:
            raise Standing
        return Source.PARTNERS, {"partner_return": found}
    if citation.figure is None:
        raise NotThere
    return Source.OFFICIAL, {"figure": as_data(citation.figure)}


def _there(priority: Priority, of: dict[str, Any]) -> bool:
    """Whether the same thing is cited for the priority already: of a figure, the same area and period."""
    rows = Citation.objects.filter(priority=priority, withdrawn_at=None)
    if "figure" not in of:
        return rows.filter(**of).exists()
    return any(_same(figure, of["figure"]) for figure in rows.values_list("figure", flat=True) if figure)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two figures are of one indicator, area and period, from the same editions."""
    plain = all(one.get(name) == other.get(name) for name in ("indicator", "area", "start", "end"))
    return plain and list(one.get("editions", ())) == list(other.get("editions", ()))


def _known(token: str) -> int:
    return int(Priority.objects.filter(token=token).values_list("pk", flat=True).first() or 0)
