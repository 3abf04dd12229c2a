"""Research, returns, priorities and targets of the small partnership, for the tests of evidence."""

import datetime as dt
from typing import Any

from commongoal.access.engine.permissions import Role
from commongoal.places.actions.evidence import add_finding, add_research, send_return
from commongoal.places.actions.priorities import set_priority
from commongoal.places.actions.targets import set_area_target
from commongoal.places.engine.apportioning import Ward
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.evidence import ResearchMethod, Says
from commongoal.places.engine.evidence_given import NewFinding, NewPriority, NewResearch, NewReturn
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.official import OfficialFigure
from commongoal.places.engine.targets import Grounds, NewTarget
from commongoal.places.models import Area, Lookup, LookupRow
from tests.platform.world import AT, World

HOME = "E99000001"
FIRST, LAST = dt.date(2025, 10, 1), dt.date(2025, 12, 31)
WARDS = tuple(AreaName(f"E0500000{n}", name, AreaKind.WARD, "2024") for n, name in
              enumerate(("Bidston", "Claughton", "Seacombe"), start=1))  # fmt: skip


def with_wards() -> None:
    """Three wards of the partnership's area, as a lookup gives them."""
    for ward in WARDS:
        Area.objects.create(code=ward.code, vintage="2024", kind="ward", name=ward.name)
    Area.objects.create(code=HOME, vintage="2024", kind="district", name="Testham")
    lookup = Lookup.objects.create(
        name="ward 2024 to district 2024", from_kind="ward", from_vintage="2024", to_kind="district",
        to_vintage="2024", imported_at=AT,
    )  # fmt: skip
    LookupRow.objects.bulk_create([LookupRow(lookup=lookup, from_code=ward.code, to_code=HOME) for ward in WARDS])


def a_research(world: World, **values: Any) -> NewResearch:
    given = {
        "title": "Voices of Bidston", "organisation": world.organisations["council"].pk,
        "method": ResearchMethod.SURVEY, "from_on": FIRST, "until_on": LAST, "area": HOME, "people": 120,
        "consent": "Told in writing, and ticked a box",
    }  # fmt: skip
    return NewResearch(**(given | values))


def make_research(world: World, token: str = "research", **values: Any) -> int:
    by = world.viewer(role=Role.ANALYST)
    return add_research(by=by, at=AT, research=a_research(world, **values), token=token)


def a_finding(**values: Any) -> NewFinding:
    given = {"theme": "transport", "area": HOME, "people": 80, "words": "Buses do not run before seven"}
    return NewFinding(**(given | values))


def make_finding(world: World, research: int, **values: Any) -> int:
    return add_finding(by=world.viewer(role=Role.ANALYST), at=AT, research=research, finding=a_finding(**values))


def a_return(**values: Any) -> NewReturn:
    given = {
        "theme": "transport", "area": HOME, "says": Says.MORE, "words": "Fares stop people", "from_on": FIRST,
        "until_on": LAST, "helped": 40, "waiting": 7,
    }  # fmt: skip
    return NewReturn(**(given | values))


def make_return(world: World, organisation: str = "council", token: str = "return", **values: Any) -> int:
    by = world.viewer(organisation, Role.MANAGER)
    return send_return(by=by, at=AT, given=a_return(**values), token=token)


def a_priority(**values: Any) -> NewPriority:
    given = {"title": "Earlier buses to the estate", "theme": "transport", "area": HOME, "why": "Many named it"}
    return NewPriority(**(given | values))


def make_priority(world: World, token: str = "priority", **values: Any) -> int:
    by = world.viewer(role=Role.COMMISSIONER)
    return set_priority(by=by, at=AT, priority=a_priority(**values), token=token)


def a_figure(**values: Any) -> OfficialFigure:
    given: dict[str, Any] = {
        "indicator": "claimant-rate", "name": "Share claiming", "unit": "per cent", "decimals": 1,
        "direction": "lower is better", "area": HOME, "area_name": "Testham", "value": 5.2, "low": 5.0, "high": 5.4,
        "start": dt.date(2025, 6, 1), "end": dt.date(2025, 7, 1), "editions": ("claimants-2025-07",),
        "marks": ("rounded to 5",), "beside": "England", "beside_value": 4.1,
    }  # fmt: skip
    return OfficialFigure(**(given | values))


def a_target(world: World, **values: Any) -> NewTarget:
    assert world.programme is not None
    needs = (300.0, 180.0, 120.0)
    wards = tuple(Ward(ward.code, ward.name, need) for ward, need in zip(WARDS, needs, strict=True))
    given = {
        "title": "A hundred more in work", "area": HOME, "programme": world.programme.pk, "stage": "sustained",
        "stage_name": "Sustained", "people": 100, "from_on": dt.date(2026, 4, 1), "until_on": dt.date(2028, 3, 31),
        "wards": wards, "by_reach": 0.0, "grounds": Grounds("claimants", "Nomis", "the same in every ward"),
        "why_no_volumes": "No valuation is finished.",
    }  # fmt: skip
    return NewTarget(**(given | values))


def make_target(world: World, token: str = "target", **values: Any) -> int:
    by = world.viewer(role=Role.COMMISSIONER)
    return set_area_target(by=by, at=AT, target=a_target(world, **values), token=token)
