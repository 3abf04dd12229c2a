"""Open Referral UK written: entries in, a document that validates against the profile's schema out.

What is read from it again is the same entry. Ids within a service are made from the service's id and the value, so that
the same entry always gives the same document.
"""

import uuid
from typing import Any

from commongoal.directory.engine.entries import LocationEntry, ProviderEntry, ServiceEntry

NAMESPACE = uuid.UUID("5d1f3a1e-9f0d-5a54-8f52-0d8a0f6b8c11")
TAXONOMY = "needs and audiences"


def service_document(entry: ServiceEntry) -> dict[str, Any]:
    """One service as the standard writes it; what is empty is left out."""
    document: dict[str, Any] = {"id": entry.external_id, "name": entry.name, "status": entry.status.value}
    texts = ("description", "url", "email", "fees", "accreditations", "alert", "minimum_age", "maximum_age")
    document |= {name: value for name in texts if (value := getattr(entry, name)) not in ("", None)}
    if entry.assured_on:
        document["assured_date"] = entry.assured_on.isoformat()
    if entry.provider:
        document["organization"] = _organization(entry.provider)
    lists: dict[str, list[dict[str, Any]]] = {
        "schedules": _rows(entry, "schedule", "description", entry.schedules),
        "service_areas": _rows(entry, "area", "name", entry.areas),
        "service_at_locations": [_at_location(entry, location) for location in entry.locations],
        "languages": _rows(entry, "language", "name", entry.languages),
        "phones": _rows(entry, "phone", "number", entry.phones),
        "contacts": _rows(entry, "contact", "name", entry.contacts),
        "attributes": [_attribute(entry, term) for term in entry.terms],
    }
    return document | {name: rows for name, rows in lists.items() if rows}


def page_document(entries: list[ServiceEntry]) -> dict[str, Any]:
    """All services as one page of the standard's list."""
    return {
        "total_items": len(entries),
        "total_pages": 1,
        "page_number": 1,
        "size": len(entries),
        "first_page": True,
        "last_page": True,
        "empty": not entries,
        "contents": [service_document(entry) for entry in entries],
    }


def _rows(entry: ServiceEntry, kind: str, name: str, values: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"id": _id(entry, kind, value), name: value} for value in values]


def _organization(provider: ProviderEntry) -> dict[str, Any]:
    found = {"id": provider.external_id, "name": provider.name, "description": provider.description}
    optional = {"email": provider.email, "website": provider.url}
    return found | {name: value for name, value in optional.items() if value}


def _at_location(entry: ServiceEntry, location: LocationEntry) -> dict[str, Any]:
    key = repr(location)
    where: dict[str, Any] = {"id": _id(entry, "location", key), "location_type": "physical"}
    if location.name:
        where["name"] = location.name
    if location.latitude is not None:
        where |= {"latitude": location.latitude, "longitude": location.longitude}
    if location.address or location.city or location.postcode or location.region:
        where["addresses"] = [
            {
                "id": _id(entry, "address", key),
                "address_1": location.address,
                "city": location.city,
                "state_province": location.region,
                "postal_code": location.postcode,
                "country": "GB",
                "address_type": "physical",
            }
        ]
    return {"id": _id(entry, "at location", key), "location": where}


def _attribute(entry: ServiceEntry, term: str) -> dict[str, Any]:
    meaning = {
        "id": str(uuid.uuid5(NAMESPACE, f"term {term}")),
        "name": term,
        "description": term,
        "taxonomy": TAXONOMY,
    }
    return {"id": _id(entry, "attribute", term), "link_id": entry.external_id, "taxonomy_term": meaning}


def _id(entry: ServiceEntry, kind: str, value: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{entry.external_id} {kind} {value}"))
