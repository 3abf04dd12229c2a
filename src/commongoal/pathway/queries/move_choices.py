"""What the question about a move offers, for one person on one programme, and what their weeks in work show."""

import datetime as dt
from fractions import Fraction

from commongoal.access.engine.permissions import Viewer
from commongoal.access.queries.sharing import programme as one_programme
from commongoal.pathway.engine.journey import JourneyRecord
from commongoal.pathway.engine.ledger import ENDED, LEFT
from commongoal.pathway.engine.move_choices import MoveChoices, OpenStage
from commongoal.pathway.engine.moves import NotBegun, is_supported, open_moves
from commongoal.pathway.engine.referral import Lane
from commongoal.pathway.engine.weeks import Span, shown_by_weeks
from commongoal.pathway.files.eligibility import terms_of
from commongoal.pathway.models import Referral
from commongoal.pathway.queries.assessments import readings_now
from commongoal.pathway.queries.jobs import standing
from commongoal.pathway.queries.journeys import journey_on
from commongoal.people.queries.document_choices import document_choices


def move_choices(person: int, programme: int, viewer: Viewer, on: dt.date) -> MoveChoices:
    """Where the person may go on a day from where they stand; for callers that have their permission.

    Raises `NotBegun`, and `NotThere` for no programme.
    """
    journey = journey_on(person, programme)
    if journey is None:
        one_programme(programme)
        raise NotBegun
    return choices_from(journey, journey.stage, viewer, on)


def choices_from(journey: JourneyRecord, origin: str, viewer: Viewer, on: dt.date) -> MoveChoices:
    """What may be recorded on a day of somebody who stood at `origin`; for callers that have their permission."""
    weeks, pathway = weeks_by_stage(journey, on), journey.pathway
    levels = {area: reading.level for area, reading in readings_now(journey.person, journey.programme).items()}
    stages = (each for each in open_moves(origin, journey.pathway) if each not in {LEFT, ENDED})
    referrals = Referral.objects.filter(
        person_id=journey.person, programme_id=journey.programme, sender_id=viewer.organisation
    )
    return MoveChoices(
        journey=journey,
        stages=tuple(
            OpenStage(each, pathway.stage_name(each), is_supported(origin, each, levels, pathway, weeks))
            for each in stages
        ),
        evidence=tuple((each.id, each.name, each.meaning) for each in journey.pathway.casework.move_evidence),
        documents=document_choices(journey.person),
        referrals=tuple(referrals.exclude(lane=Lane.CLOSED.value).values_list("pk", "receiver__name")),
        leaving=_leaving(journey, origin),
    )


def weeks_by_stage(journey: JourneyRecord, on: dt.date) -> dict[str, bool]:
    """The stages that weeks in work evidence, and whether they do by a day; for callers that have their permission.

    One query, or none where no window of the programme evidences a stage.
    """
    windows = [each for each in journey.pathway.casework.windows if each.stage]
    if not windows:
        return {}
    rows = standing(journey.person).filter(programme_id=journey.programme)
    found = rows.values_list("from_on", "to_on", "weekly_hours")
    jobs = [Span(from_on, to_on, Fraction(hours)) for from_on, to_on, hours in found]
    return shown_by_weeks(jobs, windows, on)


def leaving_reasons(journey: JourneyRecord) -> tuple[str, ...]:
    """Why people leave the programme: as its pathway lists it, or else as its rules of joining do."""
    listed = journey.pathway.programme.pathway.left_reasons
    return terms_of(journey.programme_code).exit_reasons if listed == "any" else listed


def _leaving(journey: JourneyRecord, origin: str) -> tuple[tuple[str, str, str], ...]:
    """Reasons for leaving, without those that end it for good, and then these."""
    ended = {each: _words(each) for each in journey.pathway.programme.pathway.ended_reasons}
    left = {each: _words(each) for each in leaving_reasons(journey)} if origin != LEFT else {}
    return (
        *((LEFT, each, words) for each, words in left.items() if words not in ended.values()),
        *((ENDED, each, f"{words} (this ends their pathway for good)") for each, words in ended.items()),
    )


def _words(reason: str) -> str:
    plain = reason.replace("_", " ")
    return plain[:1].upper() + plain[1:]
