"""Something with an id and a name, to choose from a list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """An id of the database, the name that people read, and a code where there is one."""

    id: int
    name: str
    code: str = ""
