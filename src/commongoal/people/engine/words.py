"""The classes of data and the relations in words that a resident reads."""

from collections.abc import Iterable

from commongoal.access.engine.permissions import Relation
from commongoal.people.engine.vocabulary import DataClass

CLASS_WORDS = {
    DataClass.IDENTITY: "name and date of birth",
    DataClass.CONTACT: "address, phone number and email",
    DataClass.NEEDS: "needs, such as an interpreter",
    DataClass.FAMILY: "family and the people they live with",
    DataClass.PROGRESS: "the support they had and how it is going",
    DataClass.ASSESSMENT: "how each part of their life is going",
    DataClass.PLAN: "their action plan",
    DataClass.NOTES: "notes that staff wrote",
    DataClass.ELIGIBILITY: "answers about which support they can have",
}

# To the person themselves.
YOUR_CLASS_WORDS = {
    DataClass.IDENTITY: "your name and date of birth",
    DataClass.CONTACT: "your address, phone number and email",
    DataClass.NEEDS: "what you need, such as an interpreter",
    DataClass.FAMILY: "your family and the people you live with",
    DataClass.PROGRESS: "the help you had and how it is going",
    DataClass.ASSESSMENT: "what you said about each part of your life",
    DataClass.PLAN: "your action plan",
    DataClass.NOTES: "notes that staff wrote about you",
    DataClass.ELIGIBILITY: "your answers about which help you can have",
}

RELATION_WORDS = {
    Relation.OWN: "works with them",
    Relation.REFERRED: "was sent a referral",
    Relation.AGREED: "they agreed to share",
}


def in_order(classes: Iterable[DataClass]) -> list[DataClass]:
    """The classes as they are always listed."""
    chosen = frozenset(classes)
    return [kind for kind in DataClass if kind in chosen]


def listed(words: Iterable[str]) -> str:
    """Words listed so that those with a comma or an "and" of their own stay apart."""
    return "; ".join(words)
