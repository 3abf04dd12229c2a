"""The refusals that any part may raise."""

from commongoal.kernel.errors import Refused


class NotAllowed(Refused):
    """You are not allowed to do this."""


class NotThere(Refused):
    """There is nothing here that you can see."""


class ChangedMeanwhile(Refused):
    """Somebody else changed this while you were working on it, so nothing of yours was saved."""
