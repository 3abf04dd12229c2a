"""Referrals in and out, one of them, and those that went without a basis or an agreement."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from commongoal.access.engine.pages import PAGE, Part
from commongoal.access.engine.permissions import Viewer, relations_allowing
from commongoal.pathway.actions.answers import look_at_override
from commongoal.pathway.engine.caseload import ReferralLine
from commongoal.pathway.engine.referral import Side, Status
from commongoal.pathway.queries.lines import OVERDUE
from commongoal.pathway.queries.referrals import FILTERS, overrides, referrals
from commongoal.pathway.queries.referrals import referral as one_referral
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.engine.words import CLASS_WORDS, in_order
from commongoal.web.asking import page_number
from commongoal.web.routing import Page, Request, Route, goto

FILTER_WORDS = {
    "waiting": "Waiting for an answer",
    OVERDUE: "Overdue",
    "accepted": "Accepted, no contact yet",
    "supported": "In touch",
    "closed": "Closed",
}
HEADINGS = {
    (Side.RECEIVER, "waiting"): "waiting for your answer",
    (Side.SENDER, "waiting"): "waiting for an answer",
    (Side.RECEIVER, OVERDUE): "overdue for your answer",
    (Side.SENDER, OVERDUE): "overdue for an answer",
    (Side.RECEIVER, "accepted"): "accepted, waiting for you to make contact",
    (Side.SENDER, "accepted"): "accepted, waiting for first contact",
    (Side.RECEIVER, "supported"): "you are in touch about",
    (Side.SENDER, "supported"): "where the other organisation is in touch",
    (Side.RECEIVER, "closed"): "closed",
    (Side.SENDER, "closed"): "closed",
}
COLOURS = {
    Status.SENT: "blue",
    Status.RECEIVED: "blue",
    Status.ACCEPTED: "yellow",
    Status.FIRST_CONTACT: "green",
    Status.REJECTED: "red",
    Status.WITHDRAWN: "grey",
    Status.PASSED_ON: "purple",
    Status.CLOSED: "grey",
}
# What a side may make of a referral: the status, the page, its words; the first is the main one.
STEPS = (
    (Status.ACCEPTED, "answer_referral", "Accept or turn down"),
    (Status.FIRST_CONTACT, "first_contact", "Confirm first contact"),
    (Status.PASSED_ON, "pass_on_referral", "Pass on to another organisation"),
    (Status.CLOSED, "close_referral", "Close the referral"),
    (Status.WITHDRAWN, "withdraw_referral", "Withdraw the referral"),
)


def came_in(request: Request) -> Page:
    """Those sent to the viewer's organisation."""
    return _list(request, Side.RECEIVER)


def went_out(request: Request) -> Page:
    """Those the viewer's organisation sent."""
    return _list(request, Side.SENDER)


def tabs(viewer: Viewer, here: str) -> tuple[tuple[str, str, bool], ...]:
    """The lists of referrals that the viewer has: words, address, and whether it is the one shown."""
    found = [("Sent to us", "referrals_in"), ("Sent by us", "referrals_out")]
    if relations_allowing(viewer.role, "see overrides"):
        found.append(("Overrides", "overrides"))
    return tuple((words, reverse(name), name == here) for words, name in found)


def _list(request: Request, side: Side) -> Page:
    asked = request.GET.get("which", "")
    which = asked if asked in FILTERS else FILTERS[0]
    shown = referrals(request.viewer, side, which, page_number(request), request.today)
    found = shown.value
    values = {
        "heading": heading_of(found, side, which),
        "referrals": found,
        "rows": [(line, COLOURS[line.status]) for line in found.rows],
        "came_in": side is Side.RECEIVER,
        "tabs": tabs(request.viewer, "referrals_in" if side is Side.RECEIVER else "referrals_out"),
        "may_send": bool(relations_allowing(request.viewer.role, "send referral")),
        "which": which,
        "filters": [(name, FILTER_WORDS[name]) for name in FILTERS],
        "caption": FILTER_WORDS[which],
    }
    return Page("commongoal/referrals/list.html", values, listed=shown.listed)


def heading_of(found: Part[ReferralLine], side: Side, which: str) -> str:
    """The answer in words; beyond a page, nothing is counted."""
    words = HEADINGS[side, which]
    if not found.rows and found.number == 1:
        return f"No referrals {words}"
    if found.more or found.number > 1:
        return f"More than {PAGE} referrals {words}"
    return f"{len(found.rows)} referral{'' if len(found.rows) == 1 else 's'} {words}"


def one(request: Request, referral: int) -> Page:
    """One referral: where it stands, what was sent, and what may be done."""
    shown = one_referral(referral, request.viewer, request.today)
    record = shown.value
    classes = in_order(frozenset(record.classes))
    values = {
        "record": record,
        "colour": COLOURS[record.line.status],
        "may_receive": Status.RECEIVED in record.possible,
        "steps": [(page, words) for status, page, words in STEPS if status in record.possible],
        "changes": [(change, COLOURS[change.status]) for change in record.changes],
        "sent": [(line.label, line.value) for line in record.sent],
        "kinds": "; ".join(CLASS_WORDS[kind] for kind in classes),
        "left_out": "; ".join(CLASS_WORDS[kind] for kind in in_order(frozenset(DataClass) - frozenset(classes))),
    }
    return Page("commongoal/referrals/one.html", values, people=shown.people)


def those_overridden(request: Request) -> Page:
    """Sent without a basis or an agreement."""
    page = page_number(request)
    shown = overrides(request.viewer, page)
    lines = shown.value[:PAGE]
    waiting = sum(not line.looked_by for line in lines)
    values = {"lines": lines, "waiting": waiting, "page": page, "more": len(shown.value) > PAGE}
    values["tabs"] = tabs(request.viewer, "overrides")
    return Page("commongoal/referrals/overrides.html", values, listed=shown.listed)


def looked_at(request: Request, referral: int) -> HttpResponse:
    """Mark one as looked at."""
    if request.method == "POST":
        look_at_override(by=request.viewer, at=request.at, referral=referral)
        messages.success(request, "Marked as looked at")
    return goto("overrides")


ABOUT = ("referral",)
ROUTES = (
    Route("referrals/", came_in, "referrals_in", verb="read referral", menu="Referrals"),
    Route("referrals/out/", went_out, "referrals_out", verb="read referral"),
    Route("referrals/overrides/", those_overridden, "overrides", verb="see overrides"),
    Route("referrals/<int:referral>/", one, "referral", verb="read referral", about=ABOUT),
    Route("referrals/<int:referral>/looked-at/", looked_at, "look_at_override", verb="see overrides", about=ABOUT),
)
