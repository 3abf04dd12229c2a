"""What a version keeps, read back as goals and tasks: so that it is shown and printed as the plan itself is."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from commongoal.pathway.engine.casework import TaskOwner, TaskStatus
from commongoal.pathway.engine.plan import Document, Goal, Owner, Task


def goals_agreed(content: Document, made_on: dt.date, names: Mapping[int, str]) -> tuple[Goal, ...]:
    """The goals of a version's content, all running; `names` are those of the family whom the reader may know.

    `made_on` stands for the day of each goal, which a version does not keep. Telephone numbers are not kept either.
    """
    return tuple(
        Goal(
            id=goal["id"],
            words=goal["words"],
            made_on=made_on,
            area_name=goal["area"],
            tasks=tuple(_task(task, names) for task in goal["tasks"]),
        )
        for goal in content["goals"]
    )


def family_in(content: Document) -> frozenset[int]:
    """The ids of those of the family whom a version's tasks are for."""
    return frozenset(task["for_person"] for task in _tasks(content) if task["for_person"])


def _tasks(content: Document) -> Iterator[Mapping[str, Any]]:
    for goal in content["goals"]:
        yield from goal["tasks"]


def _task(kept: Mapping[str, Any], names: Mapping[int, str]) -> Task:
    return Task(
        id=kept["id"],
        words=kept["words"],
        owner=Owner(TaskOwner(kept["owner"])),
        owner_name=kept["owner_name"],
        due_on=dt.date.fromisoformat(kept["due_on"]),
        status=TaskStatus(kept["status"]),
        for_person=kept["for_person"],
        for_name=names.get(kept["for_person"] or 0, ""),
        service_name=kept["service"],
        finished_on=dt.date.fromisoformat(kept["finished_on"]) if kept["finished_on"] else None,
        why=kept["why"],
    )
