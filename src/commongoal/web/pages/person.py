"""A person: who they are, what they need, who helps them, who may know, and what has happened."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse

from commongoal.access.engine.permissions import Viewer, allowed
from commongoal.access.engine.refusals import NotThere
from commongoal.pathway.engine.caseload import PersonPart, ReferralLine
from commongoal.pathway.queries.person_part import person_part
from commongoal.pathway.queries.timeline import events as pathway_events
from commongoal.people.engine.record import Record, knowers
from commongoal.people.engine.timeline import Event
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.engine.words import CLASS_WORDS, RELATION_WORDS, in_order, listed
from commongoal.people.queries.person_page import person_heading, person_record
from commongoal.people.queries.record import kept_instead, ni_number
from commongoal.web.asking import address, page_number
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

ON_A_PAGE = 25
NOT_SHARED = "Not shared with you"


def person(request: Request, person: int) -> Page | HttpResponse:
    """The whole record, as far as it is shared with the viewer: two queries of people, and four of the pathway."""
    page = page_number(request)
    try:
        shown = person_record(person, request.viewer, request.today, notes=page * ON_A_PAGE + 1)
    except NotThere:
        kept = kept_instead(person, request.viewer)
        if kept is None:
            raise
        return goto("person", kept)
    record = shown.value
    part = person_part(person, request.viewer, record.classes, request.today)
    further = pathway_events(person, request.viewer, record.classes, part)
    events, more = page_of_events((*record.events, *further), page)
    values = {
        "person": record,
        "rows": tuple(details(record)),
        "hidden": hidden_words(record),
        "holdings": tuple(holdings(record)),
        "pathway": part,
        "referrals": tuple(referrals(part, request.viewer)),
        "events": events,
        "page": page,
        "more": more,
        "links": links(record),
    }
    return Page("commongoal/person/person.html", values, people=shown.people, listed=shown.listed)


def show_ni(request: Request, person: int) -> Page | HttpResponse:
    """The National Insurance number, for whoever asked for it with the button; its access row is one of its own."""
    heading = person_heading(person, request.viewer, "show NI number").value
    if request.method != "POST":
        return goto("person", person)
    shown = ni_number(person, request.viewer)
    return Page("commongoal/person/ni.html", {"person": heading, "number": shown.value}, people=shown.people)


def page_of_events(events: Sequence[Event], page: int) -> tuple[list[Event], bool]:
    """A page of events, the newest first, and whether there are more."""
    newest = sorted(events, key=lambda event: event.on, reverse=True)
    start = (page - 1) * ON_A_PAGE
    return newest[start : start + ON_A_PAGE], len(newest) > start + ON_A_PAGE


def details(record: Record) -> Iterator[tuple[str, ...]]:
    """The rows of the summary list: what is shared, and what is not said to be so."""
    change = _change(record)
    identity, contact = record.identity, record.contact
    if identity is None:
        yield "Name and date of birth", NOT_SHARED
    else:
        if identity.known_as:
            yield "Known as", identity.known_as, *change
        yield "Date of birth", day(identity.born_on) or "Not known", *change
    if contact is None:
        yield "Address, phone and email", NOT_SHARED
    else:
        address = ", ".join(part for part in (contact.address, contact.postcode) if part)
        yield "Address", address or "Not known", *change
        yield "Phone", contact.phone or "Not known", *change
        yield "Email", contact.email or "Not known", *change
        if contact.contact_by:
            yield "Prefers", contact.contact_by, *change
    yield "Added by", f"{record.added_by}, {day(record.added_on)}"
    yield "Reference", str(record.person)


def _change(record: Record) -> tuple[str, ...]:
    href = address("change_person", record.person) if "change person" in record.may else ""
    return (href,) if href else ()


def hidden_words(record: Record) -> str:
    """What is not shared with the viewer, in words; nothing when all is."""
    return listed(CLASS_WORDS[kind] for kind in in_order(frozenset(DataClass) - record.classes))


def holdings(record: Record) -> Iterator[dict[str, Any]]:
    """Who may know about the person, which classes, why, and until when."""
    for knower in knowers(record.holdings or ()):
        words = listed(CLASS_WORDS[kind] for kind in in_order(knower.classes))
        yield {
            "organisation": knower.organisation,
            "how": listed(RELATION_WORDS[relation] for relation in knower.relations),
            "what": "Everything here" if knower.everything else words[:1].upper() + words[1:],
            "since": knower.since_on,
            "until": knower.until_on,
        }


def referrals(part: PersonPart, viewer: Viewer) -> Iterator[tuple[ReferralLine, str]]:
    """Each referral, with its address for the two organisations that it is between."""
    for line in part.referrals:
        ours = viewer.organisation_name in {line.sender, line.receiver} or allowed(viewer, "read referral")
        yield line, address("referral", line.id) if ours else ""


# What may be done from here, if the viewer may and the page exists: verb, page, words.
LINKS = (
    ("start person", "start_person", "Start on a programme"),
    ("answer eligibility", "eligibility", "Answer eligibility questions"),
    ("send referral", "send_referral", "Refer to another organisation"),
    ("restrict person", "restrict_person", "Restrict who can open this record"),
    ("merge people", "merge_person", "Join with a duplicate record"),
    ("see audit", "audit_looked", "See who looked at this record"),
    ("invite resident", "invite_resident", "Invite them to see their record"),
)


def links(record: Record) -> tuple[tuple[str, str], ...]:
    """Addresses and words of what the viewer may do."""
    found = ((address(name, record.person), words) for verb, name, words in LINKS if verb in record.may)
    return tuple((href, words) for href, words in found if href)


NI = "people/<int:person>/national-insurance-number/"
ROUTES = (
    Route("people/<int:person>/", person, "person", verb="read person", about=("person",)),
    Route(NI, show_ni, "show_ni", verb="show NI number", about=("person",)),
)
