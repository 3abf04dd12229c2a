"""How entries become rows: services, providers, places, needs and search words. Called within an action."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from commongoal.directory.engine.entries import DETAILS, ProviderEntry, ServiceEntry, ServiceStatus
from commongoal.directory.engine.needs import needs_met
from commongoal.directory.engine.stems import stems
from commongoal.directory.files.vocabulary import settings
from commongoal.directory.models import Location, Provider, Service, ServiceNeed, Term
from commongoal.directory.queries.entries import PLACE, PLAIN
from commongoal.places.engine.distances import grid_reference
from commongoal.places.queries.postcodes import grid_of

BATCH = 400
ROWS = 5000
WRITTEN = (*PLAIN, "status", "details", "provider", "gone_on", "offered", "version")


def fill(row: Service, entry: ServiceEntry, provider: Provider | None) -> Service:
    """The row with everything the entry says; it is in its source, so it is not gone."""
    for name in PLAIN:
        setattr(row, name, getattr(entry, name))
    row.status = entry.status.value
    row.details = {name: getattr(entry, name) for name in DETAILS if getattr(entry, name)}
    row.provider = provider
    row.gone_on = None
    row.offered = entry.status is ServiceStatus.ACTIVE
    return row


def save_providers(entries: Iterable[ProviderEntry], source: str, partners: Mapping[str, int]) -> dict[str, Provider]:
    """The providers of a source by their ids, made and changed as the entries say.

    A new one with the name of an organisation of the partnership (`partners`: small letters -> id) is linked to it.
    """
    wanted = {entry.external_id: entry for entry in entries}
    kept = {row.external_id: row for row in Provider.objects.filter(source=source)}
    fields = ("name", "description", "email", "url")
    new, other = [], []
    for external_id, entry in wanted.items():
        row = kept.get(external_id)
        if row is None:
            values = {name: getattr(entry, name) for name in fields}
            partner = partners.get(entry.name.lower())
            new.append(Provider(source=source, external_id=external_id, organisation_id=partner, **values))
        elif any(getattr(row, name) != getattr(entry, name) for name in fields):
            for name in fields:
                setattr(row, name, getattr(entry, name))
            other.append(row)
    Provider.objects.bulk_create(new, BATCH)
    Provider.objects.bulk_update(other, fields, BATCH)
    return kept | {row.external_id: row for row in new}


def save_parts(
    rows: Sequence[Service], entries: Mapping[str, ServiceEntry], needs: Mapping[str, Sequence[str]]
) -> None:
    """Places, needs and search words of the services, made anew. `needs` gives those that were chosen by hand."""
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        for part in (Location, ServiceNeed, Term):
            part.objects.filter(service__in=some).delete()
        both = [(row, entries[row.external_id]) for row in some]
        grid = grid_of({place.postcode for _, entry in both for place in entry.locations if place.postcode})
        Location.objects.bulk_create([one for row, entry in both for one in _locations(row, entry, grid)], ROWS)
        vocabulary = settings().needs
        met = [
            ServiceNeed(service=row, need=need)
            for row, entry in both
            for need in needs.get(row.external_id) or needs_met(entry.name, entry.description, entry.terms, vocabulary)
        ]
        ServiceNeed.objects.bulk_create(met, ROWS)
        index(some, entries)


def index(rows: Sequence[Service], entries: Mapping[str, ServiceEntry]) -> None:
    """Search words, for those that are offered."""
    words = [
        Term(service=row, stem=stem, rank=rank)
        for row in rows
        if row.offered
        for stem, rank in _ranked(entries[row.external_id]).items()
    ]
    Term.objects.bulk_create(words, ROWS)


def close(rows: Sequence[Service], on: dt.date) -> None:
    """Services that have gone from their source: kept, and found no more."""
    for row in rows:
        row.gone_on, row.offered = on, False
        row.version += 1
    Service.objects.bulk_update(rows, ["gone_on", "offered", "version"], BATCH)
    for start in range(0, len(rows), BATCH):
        Term.objects.filter(service__in=rows[start : start + BATCH]).delete()


def _ranked(entry: ServiceEntry) -> dict[str, int]:
    """Each stem once, with 0 where it stands in a name."""
    names = f"{entry.name} {entry.provider.name if entry.provider else ''}"
    return dict.fromkeys(stems(entry.description), 1) | dict.fromkeys(stems(names), 0)


def _locations(row: Service, entry: ServiceEntry, grid: Mapping[str, tuple[int, int]]) -> list[Location]:
    found = []
    for place in entry.locations:
        if place.latitude is not None and place.longitude is not None:
            point = grid_reference(place.latitude, place.longitude)
        else:
            point = grid.get(place.postcode, (None, None))  # type: ignore[arg-type]
        values = {name: getattr(place, name) for name in PLACE}
        found.append(Location(service=row, **values, easting=point[0], northing=point[1]))
    return found
