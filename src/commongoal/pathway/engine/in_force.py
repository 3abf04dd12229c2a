"""The pathway that a programme goes by: its file, read, with the organisations that its providers and partners are."""

from collections.abc import Mapping
from dataclasses import dataclass

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.ledger import ENDED, LEFT
from commongoal.pathway.engine.programme import Area, Casework, Programme

AWAY = {LEFT: "Left", ENDED: "Ended for good"}


class NoPathway(Refused):
    """This programme has no pathway yet: an analyst or an administrator has to put its file there."""


@dataclass(frozen=True)
class InForce:
    """A programme's file in force. `providers` and `partners` map ids of the file to ids of organisations here."""

    file: int
    programme: Programme
    casework: Casework
    providers: Mapping[str, int]
    partners: Mapping[str, int]

    def provider(self, organisation: int) -> str | None:
        """The provider that an organisation is, or none."""
        return next((each for each, found in self.providers.items() if found == organisation), None)

    def stage_name(self, stage: str) -> str:
        """A stage's name, "Left" or "Ended for good"; the id itself for one that the file no longer has."""
        names = {each.id: each.name for each in self.programme.pathway.stages}
        return names.get(stage) or AWAY.get(stage, stage)

    def intervention_name(self, intervention: str) -> str:
        """An intervention's name, or its id where the file no longer has it."""
        return next((each.name for each in self.programme.interventions if each.id == intervention), intervention)

    def area(self, area: str) -> Area | None:
        """An area of life of the assessment by its id."""
        return next((each for each in self.programme.areas if each.id == area), None)
