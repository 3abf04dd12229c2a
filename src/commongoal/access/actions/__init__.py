"""All writes of this part."""

from commongoal.access.actions.acting import Act, acting

__all__ = ["Act", "acting"]
