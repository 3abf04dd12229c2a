"""Services as entries: what is compared at an import, shown on a page, and written to an export."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.directory.engine.entries import (
    DETAILS,
    LocationEntry,
    ProviderEntry,
    ServiceEntry,
    ServiceStatus,
)
from commongoal.directory.models import Location, Provider, Service

PLAIN = (
    "external_id", "name", "description", "url", "email", "fees", "alert", "minimum_age", "maximum_age", "assured_on",
)  # fmt: skip
PLACE = ("name", "address", "city", "region", "postcode", "latitude", "longitude")


def services_to_export(viewer: Viewer, source: str | None = None) -> list[ServiceEntry]:
    """Every service offered, by name, of one source or of all; three queries. Raises `NotAllowed`."""
    ask(viewer, "see services")
    rows = Service.objects.filter(offered=True).order_by("name", "id")
    return [entry_of(row) for row in with_parts(rows if source is None else rows.filter(source=source))]


def with_parts(rows: QuerySet[Service]) -> QuerySet[Service]:
    """The rows with all that an entry is made of."""
    return rows.select_related("provider").prefetch_related("locations")


def entry_of(row: Service) -> ServiceEntry:
    """The entry that a row and its parts hold."""
    details: dict[str, Any] = {name: _frozen(row.details[name]) for name in DETAILS if name in row.details}
    return ServiceEntry(
        **{name: getattr(row, name) for name in PLAIN},
        **details,
        status=ServiceStatus(row.status),
        provider=provider_of(row.provider),
        locations=_locations(row.locations.all()),
    )


def provider_of(row: Provider | None) -> ProviderEntry | None:
    """The entry of a provider."""
    return ProviderEntry(row.external_id, row.name, row.description, row.email, row.url) if row else None


def _locations(rows: Iterable[Location]) -> tuple[LocationEntry, ...]:
    kept = sorted(rows, key=lambda row: row.pk)
    return tuple(LocationEntry(**{name: getattr(row, name) for name in PLACE}) for row in kept)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
