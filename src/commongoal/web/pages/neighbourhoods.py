"""Neighbourhoods: those drawn, one of them, drawing another from small areas, and withdrawing one."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from commongoal.access.engine.permissions import allowed
from commongoal.access.queries.partnerships import home_area
from commongoal.kernel.errors import Refused
from commongoal.kernel.pictures import NARROW, WIDE, Picture
from commongoal.kernel.pictures.place_map import MapArea, PlaceMap, place_map_picture
from commongoal.kernel.words import counted
from commongoal.places.actions.neighbourhoods import VERB, draw_neighbourhood, withdraw_neighbourhood
from commongoal.places.engine import neighbourhoods as rules
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.neighbourhoods import Drawing, Neighbourhood
from commongoal.places.queries.neighbourhoods import Group, areas_around, rings_of, to_draw_from
from commongoal.places.queries.neighbourhoods import neighbourhood as one_neighbourhood
from commongoal.places.queries.neighbourhoods import neighbourhoods as every_neighbourhood
from commongoal.web.asking import kept
from commongoal.web.choices import offer
from commongoal.web.routing import Page, Request, Route, goto

SEE = "see place"
BESIDE: dict[type[Refused], str] = {
    rules.NoName: "name",
    rules.NameTaken: "name",
    rules.NoSmallArea: "lsoas",
    rules.NotOfThatYear: "lsoas",
}
BESIDE_A_FORM = 470  # pixels


class DrawForm(forms.Form):
    """A name, what it is for, and small areas."""

    name = forms.CharField(label="What is it called?", max_length=rules.LONGEST_NAME)
    why = forms.CharField(
        label="What is it for? (optional)", required=False, max_length=rules.LONGEST_WHY,
        help_text="For example, where the community centre’s work reaches",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    lsoas = forms.MultipleChoiceField(
        label="Which small areas are in it?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one small area"},
    )


def neighbourhoods(request: Request) -> Page:
    """Those that stand, and those withdrawn."""
    every = every_neighbourhood(request.viewer)
    standing = [one for one in every if one.withdrawn_at is None]
    values = {
        "heading": f"{counted(len(standing), 'neighbourhood is', 'neighbourhoods are')} drawn"
        if standing
        else "No neighbourhood is drawn yet",
        "standing": standing,
        "withdrawn": [one for one in every if one.withdrawn_at is not None],
        "may": allowed(request.viewer, VERB),
    }
    return Page("commongoal/neighbourhoods/list.html", values)


def neighbourhood(request: Request, neighbourhood: int) -> Page:
    """One neighbourhood: where it lies, what it is made of, who drew it."""
    found = one_neighbourhood(request.viewer, neighbourhood)
    values = {
        "heading": f"{found.name}: {counted(len(found.parts), 'small area', 'small areas')}",
        "neighbourhood": found,
        "pictures": _where_it_lies(request, found),
        "may": allowed(request.viewer, VERB) and found.withdrawn_at is None,
    }
    return Page("commongoal/neighbourhoods/one.html", values)


def draw(request: Request) -> Page | HttpResponse:
    """Choose small areas of a district by ward, with the map of them beside."""
    asked = (request.GET.get("district", ""), request.POST.get("district", ""), home_area(request.viewer)[0])
    found = to_draw_from(request.viewer, asked)
    areas = [area for _, inside in found.groups for area in inside]
    looking = "look" in request.POST
    form = DrawForm(initial=_entered(request)) if looking or not request.POST else DrawForm(request.POST)
    offer(form, "lsoas", [(area.code, area.name) for area in areas])
    if not looking and request.method == "POST" and form.is_valid():
        drawing = Drawing(
            form.cleaned_data["name"], tuple(form.cleaned_data["lsoas"]), areas[0].vintage, form.cleaned_data["why"]
        )
        if kept(form, lambda: draw_neighbourhood(by=request.viewer, at=request.at, drawing=drawing), BESIDE):
            messages.success(request, f"{drawing.name} is drawn. Its figures are the totals of its small areas")
            return goto("neighbourhoods")
    chosen = set(request.POST.getlist("lsoas"))
    values = {
        "form": form,
        "groups": _checkboxes(found.groups, chosen),
        "pictures": _to_choose_from(areas, chosen),
        "districts": found.districts,
        "district": found.district,
        "chosen": counted(len(chosen & {area.code for area in areas}), "small area is", "small areas are"),
        "year": areas[0].vintage if areas else "",
    }
    return Page("commongoal/neighbourhoods/draw.html", values)


def withdraw(request: Request, neighbourhood: int) -> Page | HttpResponse:
    """Ask once more, then take it out of what is counted."""
    found = one_neighbourhood(request.viewer, neighbourhood)
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        by, at = request.viewer, request.at
        form = forms.Form(request.POST)
        if kept(form, lambda: withdraw_neighbourhood(by=by, at=at, neighbourhood=neighbourhood)):
            messages.success(request, f"{found.name} is withdrawn. What it was stays here to be read")
            return goto("neighbourhoods")
    return Page("commongoal/neighbourhoods/withdraw.html", {"form": form, "neighbourhood": found})


def _entered(request: Request) -> dict[str, Any]:
    """What stands in the form, kept as it is while somebody looks at the map."""
    return {"name": request.POST.get("name", ""), "why": request.POST.get("why", "")}


def _checkboxes(groups: Iterable[Group], chosen: Collection[str]) -> list[dict[str, Any]]:
    """Each ward with its small areas; the first has the id that an error about all of them leads to."""
    found: list[dict[str, Any]] = []
    number = 0
    for ward, areas in groups:
        boxes = []
        for area in areas:
            boxes.append({"id": f"id_lsoas_{number}", "area": area, "on": area.code in chosen})
            number += 1
        found.append({"name": ward or "In no ward that we know", "boxes": boxes, "id": f"ward-{len(found)}"})
    return found


def _to_choose_from(areas: list[AreaName], chosen: Collection[str]) -> dict[str, Picture]:
    """A map whose areas lead to their checkboxes, beside the list and above it on a phone; empty without boundaries."""
    drawn = rings_of(areas)
    shown = tuple(
        _area(area, drawn[area.code], area.code in chosen, f"#id_lsoas_{number}")
        for number, area in enumerate(areas)
        if area.code in drawn
    )
    return _pictures(_map("Small areas to choose from", shown), "choose", BESIDE_A_FORM)


def _pictures(data: PlaceMap, key: str, wide: int = WIDE) -> dict[str, Picture]:
    """The map at both widths; nothing where there is no area to draw."""
    widths = {"wide": wide, "narrow": NARROW} if data.areas else {}
    return {name: place_map_picture(data, f"{key}-{name}", width) for name, width in widths.items()}


def _where_it_lies(request: Request, found: Neighbourhood) -> dict[str, Picture]:
    """A map of the neighbourhood among the small areas of its district, at both widths; empty without boundaries."""
    codes = {area.code for area in found.parts}
    around = areas_around(request.viewer, found)
    drawn = rings_of(around)
    shown = tuple(
        _area(area, drawn[area.code], area.code in codes, reverse("area", args=[area.code]))
        for area in around
        if area.code in drawn
    )
    return _pictures(_map(f"Where {found.name} lies", shown), "where")


def _map(title: str, shown: tuple[MapArea, ...]) -> PlaceMap:
    return PlaceMap(
        title, "Small areas (LSOAs)", shown, breaks=(0.5,), words=("not in it", "in the neighbourhood"),
        names="Small area",
    )  # fmt: skip


def _area(area: AreaName, rings: tuple[Any, ...], chosen: bool, link: str) -> MapArea:
    text = "in the neighbourhood" if chosen else "not in it"
    return MapArea(area.code, area.name, rings, float(chosen), text, link)


ABOUT = ("neighbourhood",)
ROUTES = (
    Route(
        "places/neighbourhoods/",
        neighbourhoods,
        "neighbourhoods",
        SEE,
        menu="Neighbourhoods",
        section="Place",
        menu_verb="follow evidence",
    ),
    Route("places/neighbourhoods/draw/", draw, "add_neighbourhood", VERB),
    Route("places/neighbourhoods/<int:neighbourhood>/", neighbourhood, "neighbourhood", SEE, ABOUT),
    Route("places/neighbourhoods/<int:neighbourhood>/withdraw/", withdraw, "withdraw_neighbourhood", VERB, ABOUT),
)
