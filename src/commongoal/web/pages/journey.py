"""Where a person stands on their pathway, and every move that brought them there."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from commongoal.access.engine.naming import Named
from commongoal.access.engine.permissions import Viewer
from commongoal.access.queries.sharing import programmes_on
from commongoal.kernel.words import listed, written_day
from commongoal.pathway.engine.assessing import Assessment
from commongoal.pathway.engine.journey import JourneyRecord, MoveRecord, why_waiting
from commongoal.pathway.engine.ledger import ENDED, LEFT
from commongoal.pathway.engine.moves import stage_ids
from commongoal.pathway.engine.supporting import Period, SupportRecord
from commongoal.pathway.queries.assessments import assessments_of
from commongoal.pathway.queries.journeys import journeys
from commongoal.pathway.queries.pathways import pathways_now
from commongoal.pathway.queries.supporting import support
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.person_page import person_heading
from commongoal.web.pages.assessment_pictures import Drawn, drawn, with_earlier
from commongoal.web.routing import Page, Request, Route

MOST_STEPS = 8  # beside one another on a wide screen; earlier ones stand in the table


def journey(request: Request, person: int) -> Page:
    """Each journey: where they stand and since when, the steps, what waits, and the moves."""
    shown = person_heading(person, request.viewer, "read person")
    heading = shown.value
    found = journeys(person, request.viewer, heading.classes).value
    help_ = support(person, request.viewer, heading.classes).value
    sees_readings = DataClass.ASSESSMENT in heading.classes
    readings = assessments_of(person, request.viewer) if sees_readings and found else ()
    begun = {each.programme for each in found}
    values = {
        "person": heading,
        "heading": _heading(heading.title, found),
        "journeys": [
            _told(each, help_, request.viewer, request.today) | {"readings": _readings(each, readings)}
            for each in found
        ],
        "sees_readings": sees_readings,
        "may_assess": "assess person" in heading.may,
        "sees_answers": DataClass.ELIGIBILITY in heading.classes,
        "may": "record move" in heading.may,
        "beginnings": _beginnings(begun, request.today),
    }
    return Page("commongoal/journey/journey.html", values, people=shown.people)


def _heading(name: str, found: Sequence[JourneyRecord]) -> str:
    running = next((each for each in found if each.running), found[0] if found else None)
    return f"{name} has not begun on a pathway yet" if running is None else standing(name, running)


def standing(name: str, journey: JourneyRecord) -> str:
    """Where somebody stands and since when, as a sentence without its full stop."""
    since = written_day(journey.since_on)
    if journey.stage == LEFT:
        return f"{name} left on {since}"
    if journey.stage == ENDED:
        return f"{name}’s pathway ended for good on {since}"
    return f"{name} is at {journey.stage_name}, since {since}"


def _told(journey: JourneyRecord, help_: Sequence[SupportRecord], viewer: Viewer, today: dt.date) -> dict[str, Any]:
    return {
        "journey": journey,
        "standing": standing("They", journey).replace("They is", "They are").replace("They’s", "Their"),
        "steps": list(steps(journey, help_, today)),
        "waiting": [(each, why_waiting(journey, each, today)) for each in journey.waiting],
        "moves": [_line(each, viewer) for each in reversed(journey.counting)],
        "gone": [each for each in reversed(journey.moves) if not each.counts and each not in journey.waiting],
        "attributes": list(_attributes(journey)),
    }


def _beginnings(begun: Collection[int], today: dt.date) -> list[Named]:
    """The programmes that run, have a pathway, and on which they have not begun."""
    others = [each for each in programmes_on(today) if each.id not in begun]
    pathways = pathways_now() if others else {}
    return [each for each in others if each.id in pathways]


def _readings(journey: JourneyRecord, readings: Sequence[Assessment]) -> Drawn | None:
    """First, last and now of each area of life, for the journey's programme."""
    those = [each for each in readings if each.programme == journey.programme]
    return drawn(those, with_earlier(journey.pathway), f"levels{journey.programme}") if those else None


def steps(journey: JourneyRecord, help_: Sequence[SupportRecord], today: dt.date) -> Iterator[dict[str, Any]]:
    """The stages they came to, with the day and who helped them there, and those still ahead without a day."""
    stages = stage_ids(journey.pathway)
    here = stages.index(journey.stage) if journey.stage in stages else len(stages)
    ahead = [{"words": journey.pathway.stage_name(each), "ahead": True} for each in stages[here + 1 :]]
    come = [
        {
            "words": journey.pathway.stage_name(stop.arrival.stage),
            "on": stop.arrival.on,
            "here": stop.until_on is None,
            "helped": listed(_helpers(help_, journey.programme, Period(stop.arrival.on, stop.until_on))),
        }
        for stop in journey.stops
    ]
    yield from come[-max(MOST_STEPS - len(ahead), 1) :]
    yield from ahead


def _helpers(help_: Sequence[SupportRecord], programme: int, while_there: Period) -> list[str]:
    """The organisations that supported them while they stood there, in the order in which they began."""
    days = [each for each in help_ if each.counts and each.programme == programme]
    found = [each for each in days if each.period.overlaps(while_there)]
    return list(dict.fromkeys(each.organisation_name for each in sorted(found, key=lambda each: each.from_on)))


def _line(move: MoveRecord, viewer: Viewer) -> tuple[MoveRecord, bool]:
    """A move, and whether the viewer's organisation recorded it and so may correct it."""
    return move, move.organisation == viewer.organisation


def _attributes(journey: JourneyRecord) -> Iterator[tuple[str, str]]:
    for attribute in journey.pathway.programme.attributes:
        names = {value.id: value.name for value in attribute.values}
        value = journey.attributes.get(attribute.id, "")
        yield attribute.name, names.get(value, value)


ROUTES = (Route("people/<int:person>/journey/", journey, "journey", verb="read person", about=("person",)),)
