"""Lawful bases: why the law lets a programme use people's data, for how long, and who answers for it.

A basis is not a person's agreement to share. It comes from UK GDPR articles 6 and 9 and, where those ask for it, from
a law: article 6(3) for a legal obligation or a public task; Data Protection Act 2018 sections 10 and 11 and schedule 1
for the conditions of article 9 named in `NEEDS_LAW_9`.
"""

import datetime as dt
from dataclasses import dataclass

from commongoal.access.engine.vocabulary import Article6, Article9, ControllerKind
from commongoal.kernel.errors import Refused

NEEDS_LAW_6 = frozenset({Article6.LEGAL_OBLIGATION, Article6.PUBLIC_TASK})
NEEDS_LAW_9 = frozenset(
    {Article9.EMPLOYMENT_LAW, Article9.HEALTH_OR_SOCIAL_CARE, Article9.PUBLIC_INTEREST, Article9.RESEARCH}
)
LONGEST_RETENTION = 1200  # months; a hundred years, beyond which the number is a slip of the keys


class NoLaw(Refused):
    """This basis or condition needs the law it rests on: say which act or regulation."""


class NoCondition(Refused):
    """Health and other special category data need a condition of article 9 as well."""


class ConditionForNothing(Refused):
    """A condition of article 9 is only for health and other special category data: say that they are used."""


class NoPurpose(Refused):
    """Say what the data are used for, and which document records it."""


class RetentionOutOfRange(Refused):
    """Records are kept for at least a month and at most a hundred years after support ends."""


class EndsBeforeStart(Refused):
    """A lawful basis ends after the day it starts."""


class AlreadyEnded(Refused):
    """This lawful basis has already ended."""


class NobodyAnswers(Refused):
    """At least one organisation must be a controller or joint controller: somebody answers for the data."""


class OneControllerAlone(Refused):
    """Joint controllers are two or more. Where one organisation decides alone, it is the controller."""


@dataclass(frozen=True, slots=True)
class Controller:
    """What one organisation is, in data protection, for a basis. `organisation` is its id."""

    organisation: int
    kind: ControllerKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewBasis:
    """A basis as it is recorded first. `programme` is an id; `retention_months` run from the end of support."""

    programme: int
    purpose: str
    article_6: Article6
    document: str
    retention_months: int
    from_on: dt.date
    special_category: bool = False
    article_9: Article9 | None = None
    law: str = ""
    until_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """A basis on record; in force on days d with `from_on` <= d < `until_on`. Ids are those of the database."""

    id: int
    programme: int
    programme_name: str
    purpose: str
    article_6: Article6
    article_9: Article9 | None
    law: str
    document: str
    retention_months: int
    from_on: dt.date
    until_on: dt.date | None
    controllers: tuple[Controller, ...] = ()

    def in_force(self, on: dt.date) -> bool:
        """Whether the basis is in force on a day."""
        return self.from_on <= on and (self.until_on is None or on < self.until_on)

    def covers(self, *organisations: int) -> bool:
        """Whether every one of the organisations has a controller role under this basis."""
        return {controller.organisation for controller in self.controllers} >= set(organisations)


def check_basis(new: NewBasis) -> None:
    """Raise the first rule that a new basis breaks."""
    if not new.purpose.strip() or not new.document.strip():
        raise NoPurpose
    if new.special_category and new.article_9 is None:
        raise NoCondition
    if new.article_9 is not None and not new.special_category:
        raise ConditionForNothing
    if not new.law.strip() and (new.article_6 in NEEDS_LAW_6 or new.article_9 in NEEDS_LAW_9):
        raise NoLaw
    if not 1 <= new.retention_months <= LONGEST_RETENTION:
        raise RetentionOutOfRange
    if new.until_on is not None and new.until_on <= new.from_on:
        raise EndsBeforeStart


def check_controllers(controllers: tuple[Controller, ...]) -> None:
    """Raise the rule that a basis's organisations break. An organisation is named once."""
    kinds = [controller.kind for controller in controllers]
    if not {ControllerKind.CONTROLLER, ControllerKind.JOINT_CONTROLLER} & set(kinds):
        raise NobodyAnswers
    if kinds.count(ControllerKind.JOINT_CONTROLLER) == 1 and ControllerKind.CONTROLLER not in kinds:
        raise OneControllerAlone
