"""How a person can be reminded of something, and what must be known before."""

import datetime as dt
from dataclasses import dataclass

from commongoal.access.engine.permissions import Viewer
from commongoal.people.engine.vocabulary import ContactMethod, NeedKind
from commongoal.people.models import Need, Person
from commongoal.people.queries.reach import require


@dataclass(frozen=True, slots=True)
class WaysToRemind:
    """Where messages reach the person ("" for nowhere), what they prefer, and how contact is safe since which day."""

    email: str
    phone: str
    prefers: str  # a word of ContactMethod, or ""
    safe_contact: tuple[str, ...] = ()
    safe_contact_since: dt.date | None = None  # the newest such need

    @property
    def texts(self) -> bool:
        """Whether a text would reach them."""
        return bool(self.phone)


def ways_to_remind(person: int, viewer: Viewer) -> WaysToRemind:
    """The ways, for whoever may book an appointment with the person; raises `NotThere`."""
    require(person, viewer, "book appointment")
    return ways_of(person)


def ways_of(person: int) -> WaysToRemind:
    """The ways; two queries. It asks for no viewer: for actions that have their permission, and for what is sent."""
    email, phone, prefers = Person.objects.values_list("email", "phone", "contact_by").get(pk=person)
    needs = Need.objects.filter(person_id=person, kind=NeedKind.SAFE_CONTACT.value, until_on=None)
    found = list(needs.order_by("since_on", "pk").values_list("detail", "since_on"))
    since = found[-1][1] if found else None
    return WaysToRemind(email, phone, prefers, tuple(detail for detail, _ in found), since)


def preferred(ways: WaysToRemind) -> str:
    """The way to propose: "email", "text" or "none"; none for whoever has to be contacted safely."""
    if ways.safe_contact:
        return "none"
    by_text = ways.texts and ways.prefers in {ContactMethod.TEXT.value, ContactMethod.PHONE.value, ""}
    if by_text:
        return "text"
    return "email" if ways.email and ways.prefers in {ContactMethod.EMAIL.value, ""} else "none"
