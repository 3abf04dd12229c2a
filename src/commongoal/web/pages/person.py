"""A person: who they are, what they need, who helps them, who may know, and what has happened."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import capfirst

from commongoal.access.engine.pages import PAGE
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
from commongoal.web.asked_caseload import way_back
from commongoal.web.asking import page_number
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

NOT_SHARED = "Not shared with you"
STEPS = ("Referred", "First contact", "Started", "Left")
# The pages of a record beside its first: the class of data that each is about, its route, its words.
PARTS: tuple[tuple[DataClass, str, str], ...] = (
    (DataClass.ASSESSMENT, "assessments", "Assessments"),
    (DataClass.PLAN, "plan", "Action plan"),
    (DataClass.PROGRESS, "journey", "Pathway"),
    (DataClass.PROGRESS, "support", "Support"),
    (DataClass.PROGRESS, "appointments", "Appointments"),
    (DataClass.PROGRESS, "jobs", "Work"),
    (DataClass.NOTES, "documents", "Documents"),
)


def person(request: Request, person: int) -> Page | HttpResponse:
    """The whole record, as far as it is shared with the viewer: two queries of people, and four of the pathway."""
    page = page_number(request)
    try:
        shown = person_record(person, request.viewer, request.today, notes=page * PAGE + 1)
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
        "journey": journey(part),
        "referrals": tuple(referrals(part, request.viewer)),
        "events": events,
        "page": page,
        "more": more,
        "parts": parts(record),
        "links": links(record),
        "back_to_caseload": way_back(request, person),
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
    start = (page - 1) * PAGE
    return newest[start : start + PAGE], len(newest) > start + PAGE


def details(record: Record) -> Iterator[tuple[str, ...]]:
    """The rows of the summary list: what is shared, and what is not said to be so."""
    identity, contact = record.identity, record.contact
    if identity is None:
        yield "Name and date of birth", NOT_SHARED
    else:
        if identity.known_as:
            yield "Known as", identity.known_as
        yield "Date of birth", day(identity.born_on) or "Not known"
        yield "National Insurance number", "Recorded, and not shown here" if identity.ni_recorded else "Not recorded"
    if contact is None:
        yield "Address, phone and email", NOT_SHARED
    else:
        address = ", ".join(part for part in (contact.address, contact.postcode) if part)
        yield "Address", address or "Not known"
        yield "Phone", contact.phone or "Not known"
        yield "Email", contact.email or "Not known"
        if contact.contact_by:
            yield "Prefers", capfirst(contact.contact_by)
    yield "Added by", f"{record.added_by}, {day(record.added_on)}"
    yield "Reference", str(record.person)


def journey(part: PersonPart) -> dict[str, Any]:
    """The steps of the programme that the person is on, or was on last; those ahead are there without a day."""
    if not part.participations:
        return {}
    record = max(part.participations, key=lambda each: (each.days.ended_on is None, each.id))
    days = record.days
    when = (days.referred_on, days.first_contact_on, days.started_on, days.ended_on)
    last = max((at for at, on in enumerate(when) if on), default=-1)
    steps: list[dict[str, Any]] = [
        {"words": words, "on": on, "ahead": at > last} for at, (words, on) in enumerate(zip(STEPS, when, strict=True))
    ]
    steps[-1]["detail"] = record.exit_reason
    return {
        "heading": f"{record.programme_name} with {record.organisation_name}",
        "steps": steps,
    }


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
        yield line, reverse("referral", args=[line.id]) if ours else ""


def parts(record: Record) -> tuple[tuple[str, str], ...]:
    """Addresses and words of the other pages of the record that the viewer may see."""
    return tuple((reverse(name, args=[record.person]), words) for kind, name, words in PARTS if kind in record.classes)


# What may be done from here, if the viewer may and the page exists: verb, page, words.
LINKS = (
    ("start person", "start_person", "Start on a programme"),
    ("answer eligibility", "eligibility", "Answer eligibility questions"),
    ("send referral", "send_referral", "Refer to another organisation"),
    ("restrict person", "restrict_person", "Restrict who can open this record"),
    ("merge people", "merge_person", "Join with a duplicate record"),
    ("see audit", "audit_looked", "See who looked at this record"),
    ("invite resident", "invite_resident", "Invite them to see their record"),
    ("close case", "close_case", "Close the case"),
)


def links(record: Record) -> tuple[tuple[str, str], ...]:
    """Addresses and words of what the viewer may do."""
    found = ((reverse(name, args=[record.person]), words) for verb, name, words in LINKS if verb in record.may)
    return tuple((href, words) for href, words in found if href)


NI = "people/<int:person>/national-insurance-number/"
ROUTES = (
    Route("people/<int:person>/", person, "person", verb="read person", about=("person",)),
    Route(NI, show_ni, "show_ni", verb="show NI number", about=("person",)),
)
