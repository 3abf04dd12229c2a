"""Targets for the area, apportioned to wards by need and reach, and what they take along the pathway."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.text import slugify

from commongoal.access.engine.permissions import allowed
from commongoal.kernel.estimates import Estimate
from commongoal.kernel.pictures.bars import Bar, Bars, bars_picture
from commongoal.kernel.report import Figure, figure
from commongoal.kernel.spreadsheets import Cell, csv_text
from commongoal.kernel.words import number, percent, plain, written_day
from commongoal.places.actions.targets import VERB
from commongoal.places.engine.targets import ShareSeen, TargetSeen, method_words
from commongoal.places.engine.volumes import StageVolume, Volumes
from commongoal.places.queries.targets import area_target, area_targets
from commongoal.web.area_choices import areas_for
from commongoal.web.routing import Page, Request, Route
from commongoal.web.tags import counted

SEE = "see place"


def every(request: Request) -> Page:
    """The targets that stand."""
    found, areas = area_targets(request.viewer), areas_for(request)
    values = {
        "heading": counted(len(found), "target,targets") + " for the area" if found else "No target is set yet",
        "targets": [(each, areas.name(each.area)) for each in found],
        "may": allowed(request.viewer, VERB),
    }
    return Page("commongoal/evidence/targets.html", values)


def one(request: Request, area_target: int) -> Page:
    """One target: its wards, how it was apportioned, and what it takes."""
    found = _target(request, area_target)
    values = {
        "target": found,
        "heading": heading_of(found, areas_for(request).name(found.area)),
        "rows": ward_rows(found),
        "total": whole(found),
        "picture": picture_of(found),
        "method": method_words(found),
        "volumes": found.volumes,
        "stages": stage_rows(found.volumes) if found.volumes else (),
        "takes": _takes(found.volumes),
        "may": allowed(request.viewer, VERB) and found.superseded is None,
    }
    return Page("commongoal/evidence/target.html", values)


def table(request: Request, area_target: int) -> HttpResponse:
    """The tables of one target with its method, one under another."""
    found = _target(request, area_target)
    text = csv_text(_csv(found, areas_for(request).name(found.area)))
    disposition = {"Content-Disposition": f'attachment; filename="target-{slugify(found.title)}.csv"'}
    return HttpResponse(f"\ufeff{text}", content_type="text/csv; charset=utf-8", headers=disposition)


def heading_of(found: TargetSeen, area: str) -> str:
    """The target as a sentence, with how many wards it is parted among."""
    wards = counted(len(found.shares), "ward,wards")
    people = counted(found.people, "person,people")
    stage = found.stage_name.lower()
    return f"{people} to reach “{stage}” in {area} by {written_day(found.until_on)}: {wards} add up to it"


def ward_rows(found: TargetSeen) -> list[tuple[str, str, str, str, int, str]]:
    """Name, need, reach, exact share, people and why it was held, by name."""
    return [
        (each.name, plain(each.need), _reach(found, each), number(each.exact, 2), each.people, each.held)
        for each in found.shares
    ]


def _reach(found: TargetSeen, share: ShareSeen) -> str:
    return percent(share.reach) if found.by_reach else "not used"


def whole(found: TargetSeen) -> int:
    """People of the target in all wards together. People in need are not added up: their figures may be rounded."""
    return sum(each.people for each in found.shares)


def stage_rows(found: Volumes) -> list[tuple[StageVolume, str, str]]:
    """Each stage with the chance of coming to it and the interval of its people."""
    return [(each, percent(each.chance), _interval(each)) for each in found.stages]


def picture_of(found: TargetSeen) -> Figure | None:
    """What falls to each ward, the most first; none where there is one ward alone."""
    shares = sorted(found.shares, key=lambda each: (-each.people, each.name))
    if len(shares) < 2:
        return None
    bars = tuple(
        Bar(each.name, Estimate(float(each.people)), f"of {plain(each.need)} in need", hatched=bool(each.held))
        for each in shares
    )
    words = "Hatched: held at the least or the most that the ward was to have"
    data = Bars("People of the target by ward", "Ward", "People", bars, "people", words)
    return figure("target", lambda key, width: bars_picture(data, key, width), data.title, None)


def _takes(found: Volumes | None) -> str:
    """What the target takes, in a sentence."""
    if found is None:
        return ""
    first, last = found.stages[0], found.stages[-1]
    ends = _interval(first)
    sure = f" (90% interval {ends})" if ends else ""
    people = counted(last.people, "person,people")
    return f"For {people} to come so far, {number(first.people)} have to start{sure}"


def _interval(stage: StageVolume) -> str:
    return f"{number(stage.low)} to {number(stage.high)}" if stage.low is not None and stage.high is not None else ""


def _csv(found: TargetSeen, area: str) -> Iterator[tuple[Cell, ...]]:
    yield (heading_of(found, area),)
    yield ("Target", found.title, "From", found.from_on, "Until", found.until_on, "Programme", found.programme_name)
    yield ()
    yield ("Ward", "Code", "People in need", "Share reached", "Exact share", "People", "Held")
    for each in found.shares:
        yield (
            each.name,
            each.code,
            each.need,
            each.reach if found.by_reach else "not used",
            each.exact,
            each.people,
            each.held,
        )
    yield ("All wards", "", "", "", "", whole(found), "")
    yield ()
    yield from ((words,) for words in method_words(found))
    if found.volumes is None:
        return
    yield ()
    yield ("Stage", "Chance from a start", "People", "Low", "High", "Part", "Of whom")
    for stage in found.volumes.stages:
        yield (stage.name, round(stage.chance, 4), stage.people, stage.low, stage.high, "all", stage.people)
        yield from ((stage.name, "", "", "", "", f"provider: {name}", people) for name, people in stage.providers)
        names = {each.code: each.name for each in found.shares}
        yield from ((stage.name, "", "", "", "", f"ward: {names[code]}", people) for code, people in stage.wards)
    yield ()
    yield (f"Chances of valuation {found.volumes.run}, records up to {written_day(found.volumes.snapshot_on)}",)


def _target(request: Request, pk: int) -> TargetSeen:
    return area_target(request.viewer, pk)


ABOUT = ("area target",)
ROUTES = (
    Route("places/targets/", every, "area_targets", SEE, menu="Targets", section="Place", menu_verb="follow evidence"),
    Route("places/targets/<int:area_target>/", one, "area_target", SEE, ABOUT),
    Route("places/targets/<int:area_target>/tables.csv/", table, "area_target_csv", SEE, ABOUT),
)
