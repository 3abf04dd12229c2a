"""What keeps a case open: whatever the organisation still does with the person."""

from commongoal.kernel.errors import Refused


class StillOnProgramme(Refused):
    """They are on a programme with you: end it first."""


class StillSupported(Refused):
    """You support them: end the support first."""


class TaskStillOpen(Refused):
    """A worker of yours has something to do for them: finish it first."""


class ReferralStillOpen(Refused):
    """A referral of yours is open: close it or take it back first."""


class NeedsClosingReason(Refused):
    """Say why the case is closed."""


class NotOurs(Refused):
    """Your organisation does not work with this person, so there is no case of yours to close."""
