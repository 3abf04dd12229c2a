"""The directory: services found, read, added, changed and checked."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse

from commongoal.access.engine.permissions import allowed, relations_allowing
from commongoal.access.engine.refusals import NotAllowed
from commongoal.directory.actions.services import mark_checked, save_service
from commongoal.directory.engine.entries import LocationEntry, ServiceEntry, ServiceStatus
from commongoal.directory.engine.open_referral_out import page_document
from commongoal.directory.engine.shown_services import Search, ServiceShown
from commongoal.directory.queries.entries import services_to_export
from commongoal.directory.queries.services import (
    may_add,
    may_change,
    may_check,
    need_names,
    services_offered,
)
from commongoal.directory.queries.services import service as service_of
from commongoal.places.engine.postcodes import written_postcode
from commongoal.web.asking import page_number
from commongoal.web.choices import choices_of
from commongoal.web.pages.places import PostcodeField
from commongoal.web.routing import Page, Request, Route, goto

SEARCH = "service_search"  # the session's key: what was looked for stays out of the address
NEEDS = choices_of(need_names())
MILES = [("1", "1 mile"), ("3", "3 miles"), ("5", "5 miles"), ("10", "10 miles"), ("25", "25 miles")]


class SearchForm(forms.Form):
    """What is looked for."""

    text = forms.CharField(label="Words (optional)", required=False, max_length=100)
    need = forms.ChoiceField(label="Need (optional)", required=False, choices=[("", "Any need"), *NEEDS])
    near = PostcodeField(label="Near a postcode (optional)", required=False, max_length=12)
    miles = forms.ChoiceField(label="Within", required=False, choices=MILES, initial="5")


class ServiceForm(forms.Form):
    """A service of one's own organisation."""

    name = forms.CharField(label="Name", max_length=200)
    description = forms.CharField(label="What it does", widget=forms.Textarea, max_length=4000)
    needs = forms.MultipleChoiceField(
        label="Needs it meets",
        choices=NEEDS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one need"},
    )
    status = forms.ChoiceField(label="Is it open?", choices=choices_of(ServiceStatus))
    phone = forms.CharField(label="Telephone (optional)", required=False, max_length=60)
    email = forms.EmailField(label="E-mail (optional)", required=False)
    url = forms.URLField(label="Website (optional)", required=False, assume_scheme="https", max_length=500)
    opening = forms.CharField(label="When it runs (optional)", required=False, max_length=300)
    fees = forms.CharField(label="What it costs (optional)", required=False, max_length=300)
    minimum_age = forms.IntegerField(label="Youngest age (optional)", required=False, min_value=0, max_value=120)
    maximum_age = forms.IntegerField(label="Oldest age (optional)", required=False, min_value=0, max_value=120)
    address = forms.CharField(label="Address (optional)", required=False, max_length=300)
    postcode = PostcodeField(label="Postcode (optional)", required=False, max_length=12)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        youngest, oldest = self.cleaned_data.get("minimum_age"), self.cleaned_data.get("maximum_age")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error("maximum_age", ValidationError("The oldest age must be at least the youngest"))

    def entry(self, kept: ServiceEntry | None) -> ServiceEntry:
        """What the form says; what it does not ask stays as it was."""
        values = self.cleaned_data
        place = LocationEntry(address=values["address"], postcode=values["postcode"])
        return ServiceEntry(
            external_id="",
            name=values["name"],
            description=values["description"],
            url=values["url"],
            email=values["email"],
            status=ServiceStatus(values["status"]),
            fees=values["fees"],
            minimum_age=values["minimum_age"],
            maximum_age=values["maximum_age"],
            phones=(values["phone"],) if values["phone"] else (),
            schedules=(values["opening"],) if values["opening"] else (),
            locations=(place,) if place != LocationEntry() else (),
            contacts=kept.contacts if kept else (),
            languages=kept.languages if kept else (),
            areas=kept.areas if kept else (),
            terms=tuple(values["needs"]),
        )


def services(request: Request) -> Page | HttpResponse:
    """The services that answer what was last looked for."""
    if request.method == "POST":
        form = SearchForm(request.POST)
        if "clear" in request.POST or form.is_valid():
            request.session[SEARCH] = {} if "clear" in request.POST else form.cleaned_data
            return goto("services")
    kept = request.session.get(SEARCH, {})
    if request.method != "POST":
        shown = {**kept, "near": written_postcode(kept.get("near", ""))}
        form = SearchForm(initial=shown if kept else {"miles": "5"})
    needs = (kept["need"],) if kept.get("need") else ()
    search = Search(kept.get("text", ""), needs, kept.get("near", ""), float(kept.get("miles") or 5))
    found = services_offered(request.viewer, search, page=page_number(request), on=request.today)
    values = {"form": form, "found": found, "searched": any(kept.get(name) for name in ("text", "need", "near"))}
    may = {"may_add": may_add(request.viewer), "may_import": allowed(request.viewer, "import services")}
    may["may_refer"] = _may_refer(request)
    return Page("commongoal/services/services.html", values | may)


def one_service(request: Request, service: int) -> Page:
    """All that a service says, and when that was last checked."""
    shown = service_of(request.viewer, service, on=request.today)
    changes = may_change(request.viewer, shown)
    values = {"shown": shown, "entry": shown.entry, "rows": _rows(shown), "may_change": changes}
    may = {"may_check": may_check(request.viewer, shown), "may_refer": _may_refer(request)}
    return Page("commongoal/services/service.html", values | may)


def _may_refer(request: Request) -> bool:
    return bool(relations_allowing(request.viewer.role, "send referral"))


def check_service(request: Request, service: int) -> HttpResponse:
    """Notes that the service was checked today."""
    if request.method == "POST":
        mark_checked(service, by=request.viewer, at=request.at)
        messages.success(request, "Noted: checked today")
    return goto("service", service)


def add_service(request: Request) -> Page | HttpResponse:
    """A new service of one's own organisation."""
    if not may_add(request.viewer):
        raise NotAllowed
    form = ServiceForm(request.POST or None, initial={"status": ServiceStatus.ACTIVE.value})
    if request.method == "POST" and form.is_valid():
        needs = form.cleaned_data["needs"]
        added = save_service(form.entry(None), needs, by=request.viewer, at=request.at)
        messages.success(request, "Service added")
        return goto("service", added)
    return Page("commongoal/services/change.html", {"form": form})


def change_service(request: Request, service: int) -> Page | HttpResponse:
    """A service of one's own organisation, changed."""
    shown = service_of(request.viewer, service, on=request.today)
    if not may_change(request.viewer, shown):
        raise NotAllowed
    form = ServiceForm(request.POST or None, initial=_initial(shown))
    if request.method == "POST" and form.is_valid():
        save_service(
            form.entry(shown.entry),
            form.cleaned_data["needs"],
            by=request.viewer,
            at=request.at,
            service=service,
            version=form.cleaned_data["version"] or 0,
        )
        messages.success(request, "Service changed")
        return goto("service", service)
    return Page("commongoal/services/change.html", {"form": form, "shown": shown})


def export_services(request: Request) -> HttpResponse:
    """All services offered, as one page of Open Referral UK."""
    document = page_document(services_to_export(request.viewer))
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="services-{request.today}.json"'
    return answer


def _rows(shown: ServiceShown) -> list[tuple[str, str]]:
    """What there is to say, as label and value."""
    entry = shown.entry
    ages = {(True, True): "{} to {}", (True, False): "{} and over", (False, True): "up to {1}"}
    known = entry.minimum_age is not None, entry.maximum_age is not None
    age = ages[known].format(entry.minimum_age, entry.maximum_age) if any(known) else ""
    places = (
        ", ".join(part for part in (p.name, p.address, p.city, written_postcode(p.postcode)) if part)
        for p in entry.locations
    )
    rows = [
        ("Run by", shown.organisation_name or (entry.provider.name if entry.provider else "")),
        ("Needs it meets", ", ".join(shown.needs)),
        ("Telephone", ", ".join(entry.phones)),
        ("E-mail", entry.email),
        ("When", "; ".join(entry.schedules)),
        ("Where", "; ".join(places)),
        ("For people living in", ", ".join(entry.areas)),
        ("Ages", age),
        ("Cost", entry.fees),
        ("Languages", ", ".join(entry.languages)),
        ("Contact", "; ".join(entry.contacts)),
        ("Who it is for", ", ".join(term for term in entry.terms if term not in shown.needs)),
        ("Accreditation", entry.accreditations),
        ("From the directory of", shown.source),
    ]
    return [row for row in rows if row[1]]


def _initial(shown: ServiceShown) -> dict[str, object]:
    entry = shown.entry
    place = entry.locations[0] if entry.locations else LocationEntry()
    fields = ("name", "description", "url", "email", "fees", "minimum_age", "maximum_age")
    return {field: getattr(entry, field) for field in fields} | {
        "needs": list(shown.needs),
        "status": entry.status.value,
        "phone": entry.phones[0] if entry.phones else "",
        "opening": entry.schedules[0] if entry.schedules else "",
        "address": place.address,
        "postcode": written_postcode(place.postcode),
        "version": shown.version,
    }


ROUTES = (
    Route("services/", services, "services", verb="see services", menu="Services"),
    Route("services/add/", add_service, "add_service", verb="change services"),
    Route("services/export/", export_services, "export_services", verb="see services"),
    Route("services/<int:service>/", one_service, "service", verb="see services", about=("service",)),
    Route(
        "services/<int:service>/change/", change_service, "change_service", verb="change services", about=("service",)
    ),
    Route(
        "services/<int:service>/checked/", check_service, "check_service", verb="change services", about=("service",)
    ),
)
