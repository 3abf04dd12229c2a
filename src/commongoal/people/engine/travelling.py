"""What a record tells, as lines."""

from dataclasses import dataclass

from commongoal.people.engine.vocabulary import DataClass


@dataclass(frozen=True, slots=True)
class Detail:
    """One line about a person: its class, its label and its value, in words."""

    data_class: DataClass
    label: str
    value: str
