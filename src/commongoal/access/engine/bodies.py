"""What is told about organisations, their members and those invited."""

import datetime as dt
from dataclasses import dataclass

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.vocabulary import OrganisationKind


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation of the partnership: its name, its kind in words, and how to reach it ("" where not known)."""

    name: str
    kind: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One organisation of a list. `members` counts its memberships of that day, residents left out."""

    id: int
    name: str
    kind: OrganisationKind
    phone: str
    email: str
    closed_on: dt.date | None
    members: int = 0


@dataclass(frozen=True, slots=True)
class PartnershipLine:
    """One partnership, and whether the organisation asked about is in it."""

    id: int
    name: str
    area_code: str
    area_name: str
    colour: str
    joined: bool = False


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One membership that runs; `two_step` says whether its user has one-time codes set up."""

    membership: int
    user: int
    name: str
    email: str
    role: Role
    from_on: dt.date
    two_step: bool


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """One invitation that nobody has accepted or cancelled."""

    id: int
    name: str
    email: str
    organisation: str
    role: Role
    invited_by: str
    expires_at: dt.datetime
    expired: bool


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's own account."""

    name: str
    email: str
    two_step: bool
    needs_code: bool
    recovery_codes: bool
