"""A target for the whole area, set by an analyst who has read the valuation: apportioned to wards by need and reach."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.queries.partnerships import home_area
from commongoal.demo.founding import Founded, ward_codes
from commongoal.demo.place import evidence_data
from commongoal.kernel.errors import Refused
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.places.actions.targets import set_area_target
from commongoal.places.engine.apportioning import Ward
from commongoal.places.engine.targets import Grounds, NewTarget
from commongoal.places.engine.volumes import StageChances
from commongoal.places.queries.geography import geography
from commongoal.valuation.queries.runs import run
from commongoal.web.area_choices import Areas
from commongoal.web.official_figures import ward_needs
from commongoal.web.place_evidence import known_of
from commongoal.web.stage_chances import stage_chances

TOKEN = "target"  # noqa: S105 - it marks a form, so that it is sent once


def set_target(made: Founded, place: Mapping[str, Any], valued: int, at: dt.datetime) -> int:
    """The target of the evidence file over the months to come, with the chances of a run where it has any."""
    told, analyst = evidence_data()["target"], made.first(Role.ANALYST)
    areas = Areas(*home_area(analyst), geography())
    needs = ward_needs(known_of(analyst), areas, told["need"], at.date())
    hubs = _with_hub(place)
    wards = tuple(
        Ward(area.code, area.name, needs.counts[area.code], told["with_hub" if area.code in hubs else "without_hub"])
        for area in areas.wards
        if area.code in needs.counts
    )
    stages = {stage.id: stage.name for stage in pathway_of(made.programme).programme.pathway.stages}
    chances, why = _chances(valued, analyst)
    target = NewTarget(
        title=told["title"],
        area=areas.home,
        programme=made.programme,
        stage=told["stage"],
        stage_name=stages[told["stage"]],
        people=told["people"],
        from_on=at.date(),
        until_on=at.date() + dt.timedelta(days=round(told["months"] * 365 / 12)),
        wards=wards,
        by_reach=told["by_reach"],
        grounds=Grounds(
            needs.words, needs.source, told["reach"], period=needs.period, editions=needs.editions, marks=needs.marks
        ),
        chances=chances,
        why_no_volumes=why,
    )
    return set_area_target(by=analyst, at=at, target=target, token=TOKEN)


def _with_hub(place: Mapping[str, Any]) -> set[str]:
    codes = ward_codes(place)
    return {codes[ward] for body in place["organisations"] for ward in body.get("hub", {}).get("wards", ())}


def _chances(valued: int, analyst: Viewer) -> tuple[StageChances | None, str]:
    """The chances of the run, or why it has none: with very few people it comes to nothing."""
    try:
        return stage_chances(run(valued, analyst)), ""
    except Refused as refusal:
        return None, str(refusal)
