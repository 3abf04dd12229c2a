"""What a query hands out: the answer, and whose records it showed."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """An answer with the ids of the people whose records are in it; the guard of the pages notes who looked.

    `people` are records opened; `listed` are people seen only as a line of a list.
    """

    value: T
    people: tuple[int, ...] = ()
    listed: tuple[int, ...] = ()
