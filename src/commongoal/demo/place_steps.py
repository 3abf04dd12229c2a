"""What is known of the place, taken in and given by those whose work it is: files, research, returns, priorities."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.demo.engine.place_files import boundary_files
from commongoal.demo.founding import Founded
from commongoal.demo.official import official_files
from commongoal.demo.place import evidence_data, land
from commongoal.demo.priority_steps import Act, Known, moment, priorities_set
from commongoal.demo.steps import Life, at_work
from commongoal.places.actions.boundaries import import_boundaries
from commongoal.places.actions.editions import import_edition
from commongoal.places.actions.evidence import add_finding, add_research, send_return
from commongoal.places.engine.evidence import ResearchMethod, Says, last_period
from commongoal.places.engine.evidence_given import NewFinding, NewResearch, NewReturn
from commongoal.places.files.themes import themes

DRAWN = 90  # days before the site is built on which the boundaries were taken in
WRITTEN_UP = dt.timedelta(days=9)  # after the last day of a piece of research
SENT = dt.timedelta(days=11)  # after the last day of a quarter
SOURCE = "Invented boundaries of an invented place"


def place_known(made: Founded, until: dt.datetime) -> Life:
    """Everything that is taken in and said of the place, in the order of time, up to a moment."""
    known, told = Known(), evidence_data()
    steps = [
        *_files(made.first(Role.ANALYST), until.date()),
        *_asked(made, told, known, until.date()),
        *_returned(made, told, known, until.date()),
        *priorities_set(made, told, known, until.date()),
    ]
    for at, step in sorted(steps, key=lambda each: each[0]):
        yield at
        step(at)


def _files(analyst: Viewer, on: dt.date) -> Iterator[Act]:
    """Boundaries first, then every file of figures on the day it was fetched."""
    for number, each in enumerate(boundary_files(land())):
        yield (
            moment(on, DRAWN, number),
            lambda at, each=each: import_boundaries(each.content, file=each.name, source=SOURCE, by=analyst, at=at),  # type: ignore[misc]
        )
    for number, fetched in enumerate(official_files(on)):
        days = (on - fetched.asked.fetched_on).days
        yield (
            moment(on, days, number),
            lambda at, fetched=fetched: import_edition(  # type: ignore[misc]
                fetched.file.content, file=fetched.file.name, asked=fetched.asked, by=analyst, at=at
            ),
        )


def _asked(made: Founded, told: Mapping[str, Any], known: Known, on: dt.date) -> Iterator[Act]:
    """Each piece of research written up with its findings by the manager of whoever made it."""
    for each in told["research"]:
        until_on = on - dt.timedelta(days=each["days_ago"][1])
        at = at_work(dt.datetime.combine(until_on, dt.time(12), dt.UTC) + WRITTEN_UP)
        yield at, lambda at, each=each: _research(made, each, known, on, at)  # type: ignore[misc]


def _research(made: Founded, each: Mapping[str, Any], known: Known, on: dt.date, at: dt.datetime) -> None:
    manager = made.member(each["organisation"], Role.MANAGER)
    from_on, until_on = (on - dt.timedelta(days=days) for days in each["days_ago"])
    research = NewResearch(
        each["title"],
        made.organisations[each["organisation"]],
        ResearchMethod(each["method"]),
        from_on,
        until_on,
        each["area"],
        each["people"],
        each["consent"],
        each["about"],
    )
    pk = add_research(by=manager, at=at, research=research, token=f"research-{each['id']}")
    for said in each["findings"]:
        finding = NewFinding(said["theme"], each["area"], said["people"], said["words"])
        known.findings[f"{each['id']}.{said['theme']}"] = add_finding(by=manager, at=at, research=pk, finding=finding)


def _returned(made: Founded, told: Mapping[str, Any], known: Known, on: dt.date) -> Iterator[Act]:
    """What partners returned for the last quarters, some days after each had ended."""
    for number, each in enumerate(told["returns"]):
        first, last = last_period(on - SENT - dt.timedelta(days=3), themes().months)
        for _ in range(each["quarters_ago"]):
            first, last = last_period(first, themes().months)
        at = at_work(dt.datetime.combine(last, dt.time(12), dt.UTC) + SENT + dt.timedelta(minutes=number))
        given = NewReturn(
            each["theme"],
            each["area"],
            Says(each["says"]),
            each["words"],
            first,
            last,
            each.get("helped"),
            each.get("waiting"),
        )
        yield at, lambda at, each=each, given=given, number=number: _send(made, each, given, known, number, at)  # type: ignore[misc]


def _send(made: Founded, each: Mapping[str, Any], given: NewReturn, known: Known, number: int, at: dt.datetime) -> None:
    manager = made.member(each["organisation"], Role.MANAGER)
    sent = send_return(by=manager, at=at, given=given, token=f"return-{number}")
    known.returns[each["organisation"], each["theme"]] = sent
