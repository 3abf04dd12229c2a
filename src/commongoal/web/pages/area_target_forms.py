"""A target for the area set: the questions, then the wards as they would be apportioned, then it is set."""

import datetime as dt
import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from commongoal.access.engine.permissions import Viewer, allowed
from commongoal.access.queries.sharing import programmes_on
from commongoal.kernel.errors import Refused
from commongoal.kernel.spreadsheets import csv_text
from commongoal.pathway.queries.pathways import pathways_now
from commongoal.places.actions.targets import VERB, checked, set_area_target
from commongoal.places.engine import apportioning, evidence
from commongoal.places.engine.apportioning import Ward
from commongoal.places.engine.targets import Grounds, NewTarget, NoTitle, TargetSeen, WardWithoutFigure
from commongoal.places.engine.volumes import StageChances, volumes
from commongoal.places.engine.ward_lines import wards_from
from commongoal.places.queries.targets import area_target
from commongoal.valuation.queries.runs import newest_runs, run
from commongoal.web.area_choices import Areas, areas_for
from commongoal.web.asking import kept
from commongoal.web.choices import offer
from commongoal.web.forms import DateField, Radios
from commongoal.web.official_figures import Needs, count_indicators, ward_needs
from commongoal.web.place_evidence import Known, known_of
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.stage_chances import stage_chances
from commongoal.web.without_identities import WithoutIdentities

OWN = "own"
MOST_LINES = 20_000  # characters
NO_RUN = "No valuation of this programme is finished, so the chances along its pathway are not known yet."
NOT_YOURS = "Whoever set this target may not see valuations, so the chances along the pathway were not used."
BESIDE: dict[type[Refused], str] = {
    NoTitle: "title",
    evidence.EndsBeforeStart: "until_on",
    apportioning.MoreThanInNeed: "people",
    apportioning.CapsTooLow: "people",
    apportioning.FloorsTooHigh: "people",
    apportioning.FloorAboveCap: "lines",
    apportioning.NobodyReached: "by_reach",
    apportioning.NobodyInNeed: "need",
    apportioning.FigureImpossible: "lines",
    WardWithoutFigure: "leave_out",
}


class TargetForm(WithoutIdentities):
    """A target and what it is apportioned by."""

    token = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label="What is the target called?", max_length=200)
    stage = forms.ChoiceField(label="Which stage are people to reach?")
    people = forms.IntegerField(label="How many people?", min_value=1, max_value=1_000_000)
    from_on = DateField(label="From", what="first day")
    until_on = DateField(label="By", what="last day")
    need = forms.ChoiceField(label="What says how many people are in need in each ward?", widget=Radios())
    lines = forms.CharField(
        label="Your own figures of wards (optional)",
        help_text="One line for each ward: its name or code, people in need, share of them that can be reached, fewest "
        "people, most people. For example: Bidston, 640, 45%, 10, 60. Leave out what you do not know.",
        required=False,
        max_length=MOST_LINES,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    need_source = forms.CharField(
        label="Where do your own figures come from? (optional)", max_length=300, required=False
    )
    by_reach = forms.IntegerField(
        label="How many parts in 100 go by reach as well?",
        help_text="0: need alone decides. 100: only those who can be reached count.",
        min_value=0,
        max_value=100,
        initial=0,
    )
    reach = forms.CharField(
        label="What is meant by reach? (optional)",
        help_text="For example: the share of claimants who came to a hub in 2025",
        max_length=200,
        required=False,
    )
    leave_out = forms.BooleanField(label="Leave out wards that have no figure of need", required=False)

    def clean(self) -> None:
        """What one answer asks of another."""
        super().clean()
        found = self.cleaned_data
        if found.get("need") == OWN and not found.get("lines", "").strip() and "lines" not in self.errors:
            self.add_error("lines", "Write the people in need in each ward")
        if found.get("need") == OWN and not found.get("need_source"):
            self.add_error("need_source", "Say where your own figures come from")
        if found.get("by_reach") and not found.get("reach"):
            self.add_error("reach", "Say what is meant by reach, and where it comes from")


def add(request: Request) -> Page | HttpResponse:
    """Set a target."""
    return _ask(request, None)


def change(request: Request, area_target: int) -> Page | HttpResponse:
    """Set another target in the place of one."""
    return _ask(request, _target(request, area_target))


def _ask(request: Request, before: TargetSeen | None) -> Page | HttpResponse:
    known = known_of(request.viewer)
    areas = areas_for(request, known.evidence.geography)
    form = TargetForm(request.POST or None, initial=_initial(before, request.today))
    offer(form, "stage", _stages(request.today))
    offer(form, "need", [*((each.code, each.name) for each in count_indicators(known)), (OWN, "My own figures")])
    values = {"form": form, "before": before, "areas": areas, "wards": len(areas.wards)}
    if request.method != "POST" or not form.is_valid():
        return Page("commongoal/evidence/target_form.html", values)
    found: list[Any] = []
    if not kept(form, lambda: found.append(_given(request, form, known, areas)), BESIDE) or form.errors:
        return Page("commongoal/evidence/target_form.html", values)
    target = found[0]
    if not kept(form, lambda: found.append(checked(target)), BESIDE) or "change" in request.POST:
        return Page("commongoal/evidence/target_form.html", values)
    if "confirmed" in request.POST:
        made = [0]

        def action() -> None:
            made[0] = set_area_target(
                by=request.viewer, at=request.at, target=target, token=form.cleaned_data["token"],
                supersedes=before.id if before else None,
            )  # fmt: skip

        if not kept(form, action, BESIDE):
            return Page("commongoal/evidence/target_form.html", values)
        messages.success(request, "Target set. Its wards add up to it")
        return goto("area_target", made[0])
    return _check(request, form, target, found[1], areas)


def _check(request: Request, form: TargetForm, target: NewTarget, shares: Any, areas: Areas) -> Page:
    """The wards as they would be, and what the target would take, before anything is set."""
    takes = None
    if target.chances:
        takes = volumes(target.people, target.stage, target.chances, [(s.ward.code, s.people) for s in shares])
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    values = {
        "target": target,
        "area": areas.name(target.area),
        "shares": shares,
        "sum": sum(share.people for share in shares),
        "volumes": takes,
        "hidden": [(name, value) for name, value in sent if name not in ("csrfmiddlewaretoken", "confirmed", "change")],
    }
    return Page("commongoal/evidence/target_check.html", values)


def _given(request: Request, form: TargetForm, known: Known, areas: Areas) -> NewTarget:
    """The answers as a target; faults of lines become the form's. Raises `WardWithoutFigure` and others."""
    found = form.cleaned_data
    needs = Needs() if found["need"] == OWN else ward_needs(known, areas, found["need"], request.today)
    wards, problems = wards_from(found["lines"], areas.wards, needs.counts)
    if problems:
        form.add_error("lines", ValidationError([str(each).partition(": ")[2] for each in problems[:20]]))
    missing = tuple(area.name for area in areas.wards if area.code not in {ward.code for ward in wards})
    if missing and not found["leave_out"] and not problems:
        raise WardWithoutFigure(f"They are {', '.join(missing[:10])}{' and others' if len(missing) > 10 else ''}.")
    programme, _, stage = found["stage"].partition(":")
    chances, why = _chances(request.viewer, int(programme))
    name = dict(_stages(request.today))[found["stage"]].partition(" (")[0]
    plain = {key: found[key] for key in ("title", "people", "from_on", "until_on")}
    return NewTarget(
        **plain, area=areas.home, programme=int(programme), stage=stage, stage_name=name, wards=wards,
        by_reach=found["by_reach"] / 100, grounds=_grounds(found, needs, missing, wards), chances=chances,
        why_no_volumes=why,
    )  # fmt: skip


def _grounds(found: dict[str, Any], needs: Needs, missing: tuple[str, ...], wards: tuple[Ward, ...]) -> Grounds:
    source = "; ".join(part for part in (needs.source, found["need_source"]) if part)
    changed = any(needs.counts.get(ward.code) not in (None, ward.need) for ward in wards)
    marks = (*needs.marks, "some set by hand") if changed else needs.marks
    reach = found["reach"] or "the same in every ward"
    return Grounds(needs.words, source, reach, "", needs.period, needs.editions, marks, missing)


def _chances(viewer: Viewer, programme: int) -> tuple[StageChances | None, str]:
    """The chances of the programme's newest finished valuation, or why there are none."""
    if not allowed(viewer, "see value"):
        return None, NOT_YOURS
    newest = newest_runs(viewer).get(programme)
    if newest is None:
        return None, NO_RUN
    try:
        return stage_chances(run(newest, viewer)), ""
    except Refused as refusal:
        return None, str(refusal)


def _stages(on: dt.date) -> list[tuple[str, str]]:
    """Every stage after the first of every programme that runs, with the programme's name."""
    known = pathways_now()
    return [
        (f"{programme.id}:{stage.id}", f"{stage.name} ({programme.name})")
        for programme in programmes_on(on)
        if programme.id in known
        for stage in known[programme.id].programme.pathway.stages[1:]
    ]


def _initial(before: TargetSeen | None, today: dt.date) -> dict[str, Any]:
    first = {"token": secrets.token_hex(10), "from_on": today, "by_reach": 0}
    if before is None:
        return first
    lines = csv_text(
        (each.name, f"{each.need:g}", f"{each.reach * 100:g}%", each.least, "" if each.most is None else each.most)
        for each in before.shares
    )
    return first | {
        "title": before.title, "stage": f"{before.programme}:{before.stage}", "people": before.people, "need": OWN,
        "from_on": before.from_on, "until_on": before.until_on, "by_reach": round(before.by_reach * 100),
        "reach": before.grounds.reach if before.by_reach else "", "lines": lines,
        "need_source": before.grounds.need_source,
    }  # fmt: skip


def _target(request: Request, pk: int) -> TargetSeen:
    return area_target(request.viewer, pk)


ROUTES = (
    Route("places/targets/add/", add, "add_area_target", VERB),
    Route("places/targets/<int:area_target>/change/", change, "change_area_target", VERB, ("area target",)),
)
