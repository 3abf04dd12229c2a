"""What a person may tell about themselves, and every fault of it at once."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from commongoal.kernel.errors import Refused
from commongoal.people.engine.ni import normal_ni
from commongoal.people.engine.vocabulary import ContactMethod
from commongoal.places.engine.postcodes import is_postcode, normal_postcode, written_postcode

OLDEST = 110  # years; more is a slip of the hand
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What is recorded of a person. Texts are empty where nothing is known.

    `ni` is a National Insurance number to record; empty leaves what is recorded as it is.
    """

    first_name: str
    last_name: str
    known_as: str = ""
    born_on: dt.date | None = None
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    contact_by: str = ""
    ni: str = ""


OPEN_FIELDS = tuple(field.name for field in fields(PersonDetails) if field.name != "ni")
WORDS = {
    "first_name": "first name",
    "last_name": "last name",
    "known_as": "known as",
    "born_on": "date of birth",
    "address": "address",
    "postcode": "postcode",
    "phone": "telephone",
    "email": "e-mail",
    "contact_by": "how to make contact",
    "ni": "National Insurance number",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One field and what would be right, without repeating what was typed."""

    field: str
    says: str


class DetailsFaulty(Refused):
    """Some of the details cannot be right."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(" ".join(fault.says for fault in faults))


def tidy_postcode(text: str) -> str | None:
    """A postcode in capitals with one blank, or None when the text has not its form. Whether it exists is not asked."""
    return written_postcode(normal_postcode(text)) if is_postcode(text) else None


def normal_phone(text: str) -> str | None:
    """The digits of a British telephone number from its 0, or of another with its `+`; None when it is neither."""
    digits = re.sub(r"[\s().-]", "", text)
    digits = re.sub(r"^(?:\+44|0044)0?", "0", digits)
    if re.fullmatch(r"0[1-9][0-9]{8,9}", digits) or re.fullmatch(r"\+[1-9][0-9]{7,14}", digits):
        return digits
    return None


def tidied(details: PersonDetails) -> PersonDetails:
    """The details as they are kept: blanks trimmed, postcode and number in their one spelling where they have one."""
    texts = {
        field.name: " ".join(getattr(details, field.name).split())
        for field in fields(PersonDetails)
        if field.name != "born_on"
    }
    texts["postcode"] = tidy_postcode(texts["postcode"]) or texts["postcode"].upper()
    texts["ni"] = normal_ni(texts["ni"]) or texts["ni"]
    texts["email"] = texts["email"].lower()
    return PersonDetails(born_on=details.born_on, **texts)


def faults(details: PersonDetails, today: dt.date) -> tuple[Fault, ...]:
    """Every fault of tidied details, in the order of the form."""
    return tuple(_faults(details, today))


def _faults(details: PersonDetails, today: dt.date) -> Iterator[Fault]:
    yield from _names(details)
    if details.born_on is not None:
        if details.born_on > today:
            yield Fault("born_on", "The date of birth must be in the past.")
        elif details.born_on.year < today.year - OLDEST:
            yield Fault("born_on", f"The date of birth is more than {OLDEST} years ago.")
    if details.postcode and tidy_postcode(details.postcode) is None:
        yield Fault("postcode", "Enter a full postcode, like SR1 3AA.")
    if details.phone and normal_phone(details.phone) is None:
        yield Fault("phone", "Enter a telephone number with its area code, like 0191 496 0000.")
    if details.email and not _EMAIL.fullmatch(details.email):
        yield Fault("email", "Enter an e-mail address, like name@example.org.")
    if details.contact_by and details.contact_by not in tuple(ContactMethod):
        yield Fault("contact_by", "Choose how to make contact from the list.")
    if details.ni and normal_ni(details.ni) is None:
        yield Fault("ni", "Enter a National Insurance number, like QQ 12 34 56 C, with the letters it can have.")


_LONGEST = {"first_name": 100, "last_name": 100, "known_as": 100, "address": 300, "phone": 30, "email": 254}


def _names(details: PersonDetails) -> Iterator[Fault]:
    for name in ("first_name", "last_name"):
        if not getattr(details, name):
            yield Fault(name, f"Enter the {WORDS[name]}.")
        elif not any(sign.isalpha() for sign in getattr(details, name)):
            yield Fault(name, f"The {WORDS[name]} needs letters.")
    for name, longest in _LONGEST.items():
        if len(getattr(details, name)) > longest:
            yield Fault(name, f"The {WORDS[name]} must have {longest} characters or fewer.")
