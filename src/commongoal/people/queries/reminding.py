"""How a person can be reminded of something, and what must be known before."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.people.engine.vocabulary import ContactMethod, NeedKind
from commongoal.people.models import Holding, Merge, Need, Person
from commongoal.people.queries.reach import IN_FORCE, require

BEARING = (NeedKind.SAFE_CONTACT.value, NeedKind.NO_TEXTS.value)  # the needs that bear on it


@dataclass(frozen=True, slots=True)
class WaysToRemind:
    """Where messages reach the person ("" for nowhere), what they prefer, and how contact is safe since which day."""

    email: str
    phone: str
    prefers: str  # a word of ContactMethod, or ""
    safe_contact: tuple[str, ...] = ()
    safe_contact_since: dt.date | None = None  # since when the record tells of the newest such need
    no_texts: bool = False  # they asked for none

    @property
    def texts(self) -> bool:
        """Whether a text would reach them and is welcome."""
        return bool(self.phone) and not self.no_texts


def ways_to_remind(person: int, viewer: Viewer) -> WaysToRemind:
    """The ways, for whoever may book an appointment with the person; raises `NotThere`."""
    require(person, viewer, "book appointment")
    return ways_of(person)


def ways_of(person: int) -> WaysToRemind:
    """The ways; two queries, three for whoever has to be contacted safely.

    It asks for no viewer: for actions that have their permission, and for what is sent.
    """
    email, phone, prefers = Person.objects.values_list("email", "phone", "contact_by").get(pk=person)
    needs = Need.objects.filter(person_id=person, kind__in=BEARING, until_on=None).order_by("since_on", "pk")
    rows = list(needs.values_list("kind", "detail", "since_on"))
    safe = [(detail, since) for kind, detail, since in rows if kind == NeedKind.SAFE_CONTACT.value]
    no_texts = any(kind == NeedKind.NO_TEXTS.value for kind, _, _ in rows)
    since = _told_since(person, safe[-1][1]) if safe else None
    return WaysToRemind(email, phone, prefers, tuple(detail for detail, _ in safe), since, no_texts)


def works_with(person: int, organisation: int) -> bool:
    """Whether the organisation works with the person, and so may write to them; one query, for what is sent."""
    held = Holding.objects.filter(IN_FORCE, person=person, organisation=organisation, relation=Relation.OWN.value)
    return held.exists()


def _told_since(person: int, since: dt.date) -> dt.date:
    """The day from which a need stands on this record: a merge may have brought one that is older than it."""
    merges = Merge.objects.filter(kept=person, undone_at=None).order_by("-at").values_list("at", flat=True)
    merged_at = merges.first()
    return max(since, timezone.localdate(merged_at)) if merged_at else since


def preferred(ways: WaysToRemind) -> str:
    """The way to propose: "email", "text" or "none"; none for whoever has to be contacted safely."""
    if ways.safe_contact:
        return "none"
    by_text = ways.texts and ways.prefers in {ContactMethod.TEXT.value, ContactMethod.PHONE.value, ""}
    if by_text:
        return "text"
    return "email" if ways.email and ways.prefers in {ContactMethod.EMAIL.value, ""} else "none"
