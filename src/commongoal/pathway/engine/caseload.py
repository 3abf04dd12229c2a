"""What pages show of referrals, participations and eligibility: values without behaviour beyond their own words."""

import datetime as dt
from dataclasses import dataclass

from commongoal.pathway.engine.eligibility import RuleVerdict, Verdict
from commongoal.pathway.engine.participation import Days
from commongoal.pathway.engine.referral import Lane, Side, Status, Urgency
from commongoal.people.engine.travelling import Detail
from commongoal.people.engine.vocabulary import DataClass


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """A referral as a line of a list. `name` is as it was sent."""

    id: int
    person: int
    name: str
    sender: str
    receiver: str
    programme: str
    status: Status
    lane: Lane
    urgency: Urgency
    sent_on: dt.date
    answer_due_on: dt.date
    first_contact_on: dt.date | None
    code: str
    days_late: int  # working days past the day an answer was due; 0 where it is not overdue

    @property
    def overdue(self) -> bool:
        """Whether the receiver's answer is late."""
        return self.days_late > 0


@dataclass(frozen=True, slots=True)
class ReferralChange:
    """One change of a referral's status."""

    status: Status
    on: dt.date
    who: str
    organisation: str
    code: str
    note: str


@dataclass(frozen=True, slots=True)
class OnwardLine:
    """Where a referral was passed on to, and how that stands."""

    id: int
    receiver: str
    status: Status


@dataclass(frozen=True, slots=True)
class ReferralRecord:
    """One referral whole: what was sent, what became of it, and what the viewer may make of it."""

    line: ReferralLine
    side: Side | None  # which side of it the viewer is on; none for the data-protection officer
    reason: str
    need: str
    service: str
    sent_by: str
    sent: tuple[Detail, ...]
    classes: tuple[DataClass, ...]
    override_reason: str
    override_looked_by: str
    changes: tuple[ReferralChange, ...]
    possible: frozenset[Status]
    passed_on_to: OnwardLine | None
    passed_on_from: str
    note: str


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """A referral that was sent without a basis or an agreement, for whoever looks after that."""

    referral: int
    name: str
    sender: str
    receiver: str
    sent_on: dt.date
    who: str
    reason: str
    missing: str
    looked_by: str
    looked_on: dt.date | None


@dataclass(frozen=True, slots=True)
class EligibilityRecord:
    """Answers given on a day and what they decided, rule by rule."""

    id: int
    person: int
    programme: int
    programme_name: str
    on: dt.date
    who: str
    organisation: str
    outcome: Verdict
    because: str
    rule: str
    verdicts: tuple[RuleVerdict, ...]
    superseded: bool


@dataclass(frozen=True, slots=True)
class ParticipationRecord:
    """A person on a programme with one organisation."""

    id: int
    person: int
    programme: int
    programme_name: str
    organisation: int
    organisation_name: str
    days: Days
    exit_reason: str
    started_before_evidence: str


@dataclass(frozen=True, slots=True)
class PersonPart:
    """What this part tells on a person's page; empty where the viewer may not see that class."""

    eligibility: tuple[EligibilityRecord, ...]
    participations: tuple[ParticipationRecord, ...]
    referrals: tuple[ReferralLine, ...]
    sees_eligibility: bool
    sees_progress: bool
