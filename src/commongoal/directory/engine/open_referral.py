"""Open Referral UK read: a document of services in, entries and every defect out.

Source: Open Referral UK 3.0, a profile of the Human Services Data Specification. A directory may add fields of its own;
they are named in a remark and passed over. `pc_targetAudience` is read, because the makers of several councils'
directories write audiences there.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from commongoal.directory.engine.cells import Cells
from commongoal.directory.engine.entries import (
    LocationEntry,
    ProviderEntry,
    ServiceEntry,
    ServiceFile,
    ServiceStatus,
)
from commongoal.directory.engine.plain_text import plain_text
from commongoal.kernel.errors import BadInput, Problem

LONGEST_NAME = 300
DEAREST = 10**9  # pounds; beyond it, and without an end, is no price
FIELDS = frozenset(
    [
        "id",
        "organization_id",
        "name",
        "alternate_name",
        "description",
        "url",
        "email",
        "status",
        "fees",
        "fees_description",
        "accreditations",
        "minimum_age",
        "maximum_age",
        "assured_date",
        "assurer_email",
        "alert",
        "last_modified",
        "schedules",
        "service_areas",
        "service_at_locations",
        "languages",
        "organization",
        "funding",
        "cost_options",
        "contacts",
        "attributes",
        "phones",
        "program",
        "program_id",
        "eligibility_description",
        "application_process",
        "wait_time",
        "interpretation_services",
        "licenses",
        "required_documents",
        "metadata",
        "pc_targetAudience",
    ]
)


def service_file(text: bytes, file: str) -> ServiceFile:
    """The services of a document: a list, a page with `contents`, or one service.

    `row` of a problem counts services from 1; `column` is the field's path and the service's id. Raises `BadInput` when
    the document is not JSON or holds no list of services.
    """
    counts: Counter[tuple[str, str]] = Counter()
    faults: list[Problem] = []
    remarks: list[Problem] = []
    entries: dict[str, tuple[int, ServiceEntry]] = {}
    for row, record in enumerate(_records(text, file), start=1):
        cells = Cells(file, row, counts)
        entry = _entry(record, cells)
        if entry and entry.external_id in entries:
            cells.fault(
                "id", entry.external_id, f"an id of its own; row {entries[entry.external_id][0]} has it", "twice"
            )
        elif entry and not cells.faults:
            entries[entry.external_id] = (row, entry)
        faults += cells.faults
        remarks += cells.remarks
    remarks += _look_alikes(entries, file)
    remarks += _counted(counts, file)
    return ServiceFile(tuple(entry for _, entry in entries.values()), tuple(faults), tuple(remarks))


COUNTED = {
    "empty": "left out where there is nothing to say",
    "mark-up": "plain text; the tags were taken out",
    "not in the standard": "a field of the standard; this one was passed over",
    "blanks": "no blanks around the words; they were taken off",
}


def _counted(counts: Counter[tuple[str, str]], file: str) -> list[Problem]:
    """What is too common to be told of each service, one problem a field."""
    return [
        Problem(file, 0, column, f"{count:,} times" if count > 1 else "once", COUNTED[code], code)
        for (code, column), count in sorted(counts.items())
    ]


def _records(text: bytes, file: str) -> list[Any]:
    try:
        document = json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        place = f"byte {fault.start + 1}"
        raise BadInput([Problem(file, 0, "", place, "text in UTF-8", "encoding")]) from fault
    except (ValueError, RecursionError) as fault:  # a number of thousands of digits is a ValueError
        raise BadInput([Problem(file, 0, "", str(fault)[:80], "JSON", "not JSON")]) from fault
    if isinstance(document, Mapping):
        found = next((document[name] for name in ("contents", "content", "services") if name in document), [document])
    else:
        found = document
    if not isinstance(found, list) or not found:
        expected = "a list of services, a page of them with `contents`, or one service"
        raise BadInput([Problem(file, 0, "", type(document).__name__, expected, "no services")])
    return found


def _entry(record: Any, cells: Cells) -> ServiceEntry | None:
    if not isinstance(record, Mapping):
        cells.fault("", str(record), "a service: names and values in braces", "not a service")
        return None
    cells.id = cells.uuid(record.get("id"), "id")
    for name in sorted(record.keys() - FIELDS):
        cells.count("not in the standard", name)
    name = cells.text(record, "name")[:LONGEST_NAME]
    if not name:
        cells.fault("name", "", "the name of the service", "no name")
    description = cells.prose(record, "description")
    if not description:
        cells.remark("description", "", "a description of the service", "no description")
    youngest, oldest = cells.ages(record)
    return ServiceEntry(
        external_id=cells.id,
        name=plain_text(name),
        description=description,
        url=cells.url(record, "url"),
        email=cells.email(record, "email"),
        status=_status(record, cells),
        fees=cells.prose(record, "fees") or _costs(record, cells),
        accreditations=cells.prose(record, "accreditations"),
        alert=cells.prose(record, "alert"),
        minimum_age=youngest,
        maximum_age=oldest,
        assured_on=cells.date(record, "assured_date"),
        provider=_provider(record, cells),
        locations=_locations(record, cells),
        phones=_each(record, "phones", "number", cells),
        contacts=tuple(_joined(row, ("name", "title"), cells) for row in cells.rows(record, "contacts")),
        schedules=tuple(words for row in cells.rows(record, "schedules") if (words := _schedule(row, cells))),
        languages=_each(record, "languages", "name", cells),
        areas=_each(record, "service_areas", "name", cells),
        terms=_terms(record, cells),
    )


def _status(record: Mapping[str, Any], cells: Cells) -> ServiceStatus:
    text = cells.text(record, "status")
    if text in set(ServiceStatus):
        return ServiceStatus(text)
    cells.fault("status", text, "active, inactive, defunct or temporarily closed", "status")
    return ServiceStatus.INACTIVE


def _provider(record: Mapping[str, Any], cells: Cells) -> ProviderEntry | None:
    row = record.get("organization")
    if not isinstance(row, Mapping):
        cells.remark("organization", "", "the organisation that runs the service, with id and name", "no organisation")
        return None
    external_id = cells.uuid(row.get("id"), "organization.id", fault=False)
    name = plain_text(cells.text(row, "name", "organization."))[:LONGEST_NAME]
    if not external_id or not name:
        cells.remark("organization.name", name, "the organisation's id and name; it was left out", "no organisation")
        return None
    field = "website" if "website" in row else "url"
    if field == "url" and "url" in row:
        cells.count("not in the standard", "organization.url")
    return ProviderEntry(
        external_id,
        name,
        cells.prose(row, "description", "organization."),
        cells.email(row, "email", "organization."),
        cells.url(row, field, "organization."),
    )


def _locations(record: Mapping[str, Any], cells: Cells) -> tuple[LocationEntry, ...]:
    found = []
    for row in cells.rows(record, "service_at_locations"):
        location = row.get("location")
        if isinstance(location, Mapping):
            found.append(_location(location, cells))
    return tuple(dict.fromkeys(found))


def _location(row: Mapping[str, Any], cells: Cells) -> LocationEntry:
    path = "service_at_locations.location."
    addresses = cells.rows(row, "addresses", path) or cells.rows(row, "physical_addresses", path)
    address: Mapping[str, Any] = addresses[0] if addresses else {}
    at = f"{path}addresses."
    latitude, longitude = cells.point(row, path)
    return LocationEntry(
        name=cells.text(row, "name", path)[:300],
        address=cells.text(address, "address_1", at)[:500],
        city=cells.text(address, "city", at)[:120],
        region=(cells.text(address, "state_province", at) or cells.text(address, "region", at))[:120],
        postcode=cells.postcode(address, "postal_code", at),
        latitude=latitude,
        longitude=longitude,
    )


def _each(record: Mapping[str, Any], name: str, inner: str, cells: Cells) -> tuple[str, ...]:
    """One text of every row of a list, those that are empty left out."""
    texts = (cells.text(row, inner, f"{name}.") for row in cells.rows(record, name))
    return tuple(dict.fromkeys(plain_text(text) for text in texts if text))


def _joined(row: Mapping[str, Any], names: tuple[str, ...], cells: Cells) -> str:
    return ", ".join(text for name in names if (text := plain_text(cells.text(row, name))))


def _schedule(row: Mapping[str, Any], cells: Cells) -> str:
    """When the service runs, in words: the description, or else days and hours."""
    if described := cells.prose(row, "description", "schedules."):
        return described
    days, opens, closes = (cells.text(row, name, "schedules.") for name in ("byday", "opens_at", "closes_at"))
    hours = f"{opens[:5]} to {closes[:5]}" if opens and closes else ""
    return ", ".join(part for part in (days, hours) if part)


def _costs(record: Mapping[str, Any], cells: Cells) -> str:
    """What the service costs, in words."""
    lines = []
    for row in cells.rows(record, "cost_options"):
        amount = row.get("amount")
        words = [cells.text(row, name, "cost_options.") for name in ("option", "amount_description")]
        counted = isinstance(amount, int | float) and not isinstance(amount, bool) and abs(amount) < DEAREST
        price = f"£{amount:g}" if counted else ""
        lines.append(" ".join(part for part in (f"{words[0]}:" if words[0] else "", price, words[1]) if part))
    return plain_text("\n".join(line for line in lines if line))


def _terms(record: Mapping[str, Any], cells: Cells) -> tuple[str, ...]:
    found = []
    for row in cells.rows(record, "attributes"):
        term = row.get("taxonomy_term")
        if isinstance(term, Mapping):
            found.append(cells.text(term, "name", "attributes.taxonomy_term."))
    found += [cells.text(row, "audienceType", "pc_targetAudience.") for row in cells.rows(record, "pc_targetAudience")]
    return tuple(dict.fromkeys(plain_text(term) for term in found if term))


def _look_alikes(entries: Mapping[str, tuple[int, ServiceEntry]], file: str) -> list[Problem]:
    """Services of one organisation with one name: perhaps the same service twice."""
    first: dict[tuple[str, str], int] = {}
    found = []
    for row, entry in entries.values():
        key = entry.name.lower(), entry.provider.external_id if entry.provider else ""
        if key in first:
            expected = f"another name, if it is not the service of row {first[key]}"
            found.append(Problem(file, row, f"name of {entry.external_id}", entry.name, expected, "same name"))
        first.setdefault(key, row)
    return found
