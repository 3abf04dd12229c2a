"""Programmes' pathways: seen by all who work here, downloaded, and put in force as a file."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from commongoal.access.engine.permissions import allowed
from commongoal.access.engine.refusals import NotThere
from commongoal.access.queries.sharing import every_organisation
from commongoal.kernel.errors import BadInput
from commongoal.kernel.words import listed
from commongoal.pathway.actions.pathways import put_pathway
from commongoal.pathway.engine.in_force import InForce
from commongoal.pathway.engine.ledger import ENDED, LEFT
from commongoal.pathway.engine.moves import open_moves
from commongoal.pathway.queries.pathways import pathway_shown, pathway_text, pathways_shown
from commongoal.web.asking import kept
from commongoal.web.routing import Page, Request, Route, goto

LARGEST = 256 * 1024  # a programme's file has ten kilobytes
MOST_SHOWN = 500


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(label="The pathway’s file", help_text="TOML, at most 256 KB. The one before it is kept")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise ValidationError("The file must be at most 256 KB")
        return file


def pathways(request: Request) -> Page:
    """Every programme that runs, with how its pathway goes in a line."""
    found = pathways_shown(request.viewer, request.today)
    lines = [(programme, pathway, _in_a_line(pathway)) for programme, pathway in found]
    return Page("commongoal/pathways/pathways.html", {"lines": lines, "may": allowed(request.viewer, CHANGE)})


def _in_a_line(pathway: InForce | None) -> str:
    return listed([stage.name for stage in pathway.programme.pathway.stages]) if pathway else ""


def pathway(request: Request, programme: int) -> Page:
    """The stages and where each leads, the assessment, who helps and with what."""
    named, found = pathway_shown(programme, request.viewer)
    values: dict[str, Any] = {"programme": named, "pathway": found, "may": allowed(request.viewer, CHANGE)}
    if found:
        names = dict(every_organisation())
        values |= {
            "stages": list(_stages(found)),
            "areas": [(area, [found.stage_name(stage) for stage in area.evidences]) for area in found.programme.areas],
            "providers": [(each.name, names.get(found.providers[each.id], "")) for each in found.programme.providers],
        }
    return Page("commongoal/pathways/pathway.html", values)


def _stages(pathway: InForce) -> Iterator[dict[str, Any]]:
    for stage in pathway.programme.pathway.stages:
        onward = [pathway.stage_name(each) for each in open_moves(stage.id, pathway) if each not in {LEFT, ENDED}]
        yield {
            "name": stage.name,
            "meaning": stage.meaning,
            "onward": listed(onward) or "Nowhere: it is the last",
            "evidenced": listed([area.name for area in pathway.programme.areas if stage.id in area.evidences]),
        }


def change(request: Request, programme: int) -> Page | HttpResponse:
    """Put another file in force; a file with faults is refused whole, with each of them."""
    named, _ = pathway_shown(programme, request.viewer, CHANGE)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    values: dict[str, Any] = {"programme": named, "form": form, "problems": ()}
    if request.method != "POST" or not form.is_valid():
        return Page("commongoal/pathways/change.html", values)
    file = form.cleaned_data["file"]
    given = {"programme": programme, "content": file.read(), "file": str(file.name)}
    try:
        if kept_whole(form, request, given):
            messages.success(request, "The pathway is in force")
            return goto("pathway", programme)
    except BadInput as refusal:
        values |= {"problems": refusal.problems[:MOST_SHOWN], "count": len(refusal.problems)}
        values["hidden"] = max(0, len(refusal.problems) - MOST_SHOWN)
    return Page("commongoal/pathways/change.html", values, status=422)


def kept_whole(form: forms.Form, request: Request, given: dict[str, Any]) -> bool:
    """As `kept`, letting the faults of the file through, for the page lists every one."""
    faults: list[BadInput] = []

    def act() -> None:
        try:
            put_pathway(by=request.viewer, at=request.at, **given)
        except BadInput as refusal:
            faults.append(refusal)

    done = kept(form, act, "file")
    if faults:
        raise faults[0]
    return done


def download(request: Request, programme: int) -> HttpResponse:
    """The file in force, as it was put there."""
    named, found = pathway_shown(programme, request.viewer)
    if found is None:
        raise NotThere
    answer = HttpResponse(pathway_text(found.file, request.viewer), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{named.code}.toml"'
    return answer


SEE, CHANGE, ABOUT = "see pathways", "change pathways", ("programme",)
ROUTES = (
    Route("pathways/", pathways, "pathways", verb=SEE, menu="Pathways", section="Results", menu_verb=CHANGE),
    Route("pathways/<int:programme>/", pathway, "pathway", verb=SEE, about=ABOUT),
    Route("pathways/<int:programme>/change/", change, "change_pathway", verb=CHANGE, about=ABOUT),
    Route("pathways/<int:programme>/file/", download, "pathway_file", verb=SEE, about=ABOUT),
)
