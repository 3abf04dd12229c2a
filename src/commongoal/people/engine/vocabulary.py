"""The words of people's records, as choices."""

from enum import StrEnum

from commongoal.access.engine.permissions import Relation


class DataClass(StrEnum):
    """A class of data that is shared, or not, as one."""

    IDENTITY = "identity"  # names and date of birth
    CONTACT = "contact"  # address, telephone, e-mail, how to make contact
    NEEDS = "needs"  # interpreter, access, safe contact
    FAMILY = "family"  # household and family links
    PROGRESS = "progress"  # referrals, starts, stages, support, work
    ASSESSMENT = "assessment"  # what they said of each area of their life
    PLAN = "plan"  # goals and tasks
    NOTES = "notes"  # what staff wrote
    ELIGIBILITY = "eligibility"  # answers and what they decided


class AreaOfLife(StrEnum):
    """An area of life that support and agreements are about."""

    WORK = "work"
    SKILLS = "skills"
    HEALTH = "health"
    MONEY = "money"
    HOUSING = "housing"
    FAMILY = "family"
    WELLBEING = "wellbeing"


class NeedKind(StrEnum):
    """Something that has to be arranged, or known, before somebody can be helped."""

    INTERPRETER = "interpreter"
    SIGN_LANGUAGE = "British Sign Language"
    STEP_FREE = "step-free access"
    QUIET_ROOM = "quiet room"
    LARGE_PRINT = "large print"
    EASY_READ = "easy read"
    SAFE_CONTACT = "safe contact"
    NO_TEXTS = "no text messages"
    COMPANION = "somebody with them"
    OTHER = "other"


class ContactMethod(StrEnum):
    """How somebody prefers to be reached."""

    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"


class FamilyLinkKind(StrEnum):
    """What one person is to another."""

    PARENT = "parent"
    CHILD = "child"
    PARTNER = "partner"
    SIBLING = "sibling"
    CARER = "carer"
    CARED_FOR = "cared for"
    OTHER = "other"


class NoteKind(StrEnum):
    """What a dated note records."""

    CONTACT = "contact"
    NOTE = "note"


class GivenHow(StrEnum):
    """How a person gave their agreement."""

    SIGNED = "signed form"
    ONLINE = "online"
    SPOKEN = "spoken, in person"
    PHONE = "spoken, by telephone"


class DocumentKind(StrEnum):
    """What a document is."""

    EVIDENCE = "evidence"
    LETTER = "letter"
    CERTIFICATE = "certificate"
    AGREEMENT = "signed agreement"
    OTHER = "other"


# A holding is one of these relations, and nothing else.
HOLDING_RELATIONS = (Relation.OWN, Relation.REFERRED, Relation.AGREED)
