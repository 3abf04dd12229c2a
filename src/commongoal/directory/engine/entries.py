"""A service of the directory, as it is read from Open Referral UK, kept, and written again."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from commongoal.kernel.errors import Problem


class ServiceStatus(StrEnum):
    """The statuses of HSDS, in its words."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """The organisation that runs a service, by the id its source gives it."""

    external_id: str
    name: str
    description: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class LocationEntry:
    """Where a service is. Degrees of WGS84; the postcode in capitals without spaces; empty where unknown."""

    name: str = ""
    address: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """All that is taken from a source about one service. Texts are plain; tuples keep the source's order.

    `terms` are the names of taxonomy terms and audiences; `schedules` say in words when the service runs.
    """

    external_id: str
    name: str
    description: str = ""
    url: str = ""
    email: str = ""
    status: ServiceStatus = ServiceStatus.ACTIVE
    fees: str = ""
    accreditations: str = ""
    alert: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    assured_on: dt.date | None = None
    provider: ProviderEntry | None = None
    locations: tuple[LocationEntry, ...] = ()
    phones: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceFile:
    """What a file holds. Faults keep a service out; remarks do not: something of it was left out or put right."""

    entries: tuple[ServiceEntry, ...]
    faults: tuple[Problem, ...]
    remarks: tuple[Problem, ...]


DETAILS = ("accreditations", "phones", "contacts", "schedules", "languages", "areas", "terms")
"""The fields of an entry that are kept together, because nothing is searched by them."""
