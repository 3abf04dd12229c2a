"""The catalogue of what is known of places: editions, boundaries and definitions. Nothing here is about a person."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.places.engine.catalogue import Changes, Listed, Outlined, changes_from
from commongoal.places.engine.observations import Edition
from commongoal.places.files.store import edition_from
from commongoal.places.models import BoundaryFile, IndicatorFile
from commongoal.places.models import Edition as EditionRow

VERB = "see place"
CHANGES = "changes"
"""The key of an entry under which stands what the edition changed when it came."""
Stamp = tuple[object, ...]


def editions(viewer: Viewer) -> tuple[Listed, ...]:
    """Every edition, the newest import first, withdrawn ones too; one query. Raises `NotAllowed`."""
    ask(viewer, VERB)
    return tuple(map(_listed, _rows().order_by("-pk")))


def edition(viewer: Viewer, pk: int) -> Listed:
    """One edition; one query. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, VERB)
    for row in _rows().filter(pk=pk):
        return _listed(row)
    raise NotThere


def editions_in_force() -> tuple[Edition, ...]:
    """The editions whose figures count: by the day they were fetched, then in the order they came; one query."""
    rows = EditionRow.objects.filter(withdrawn_at=None).order_by("fetched_on", "pk")
    return tuple(entry_of(entry, name)[0] for entry, name in rows.values_list("entry", "name"))


def kept_names() -> frozenset[str]:
    """The names of all editions that the store must keep, withdrawn ones too; one query."""
    return frozenset(EditionRow.objects.values_list("name", flat=True))


def kept_boundaries() -> frozenset[str]:
    """The names of all files of boundaries that the store must keep; one query."""
    return frozenset(BoundaryFile.objects.values_list("name", flat=True))


def outlines(viewer: Viewer) -> tuple[Outlined, ...]:
    """The files of boundaries, the newest first; one query. Raises `NotAllowed`."""
    ask(viewer, VERB)
    rows = BoundaryFile.objects.select_related("membership__user").order_by("-pk")
    return tuple(
        Outlined(
            row.pk, row.name, row.kind, row.vintage, row.source, row.areas, row.imported_at, _name_of(row.membership)
        )
        for row in rows
    )


def own_indicators() -> str:
    """The partnership's own definitions in force, as text; empty where there are none; one query."""
    return next(iter(IndicatorFile.objects.order_by("-pk").values_list("text", flat=True)[:1]), "")


def newest_change() -> Stamp:
    """Something that is another as soon as an edition, a file of boundaries or a definition is; three queries."""
    editions = EditionRow.objects.filter(withdrawn_at=None).order_by("fetched_on", "pk")
    drawn = BoundaryFile.objects.order_by("pk")
    defined = IndicatorFile.objects.order_by("-pk")[:1]
    return (
        tuple(editions.values_list("pk", "kept_digest")),
        tuple(drawn.values_list("pk", "kept_digest")),
        tuple(defined.values_list("pk", "at")),
    )


def entry_of(entry: dict[str, Any], name: str) -> tuple[Edition, Changes | None]:
    """The edition of a row's entry, and what it changed when it came."""
    told = {key: value for key, value in entry.items() if key != CHANGES}
    return edition_from(told | {"name": name}), changes_from(entry[CHANGES]) if CHANGES in entry else None


def _rows() -> QuerySet[EditionRow]:
    return EditionRow.objects.select_related("membership__user")


def _listed(row: EditionRow) -> Listed:
    edition, changes = entry_of(row.entry, row.name)
    withdrawn: dt.datetime | None = row.withdrawn_at
    return Listed(row.pk, edition, row.imported_at, _name_of(row.membership), withdrawn, row.withdrawn_why, changes)


def _name_of(membership: Any) -> str:
    return membership.user.name if membership else "This installation"
