"""Groups that meet: the list of them, one with its members and sessions, and who came, by list."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.access.queries.sharing import programmes_on
from commongoal.kernel.words import written_day
from commongoal.pathway.actions.groups import (
    add_group,
    cancel_session,
    join_group,
    leave_group,
    plan_sessions,
    take_attendance,
)
from commongoal.pathway.engine.appointments import LONGEST_MINUTES
from commongoal.pathway.engine.casework import AttendanceStatus
from commongoal.pathway.engine.groups import MOST_SESSIONS, Mark, SessionCancelled, SessionPage
from commongoal.pathway.engine.in_force import NoPathway
from commongoal.pathway.queries.groups import group as one_group
from commongoal.pathway.queries.groups import group_name, group_session, may_join
from commongoal.pathway.queries.groups import groups as groups_of
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.web.asking import kept, page_number
from commongoal.web.choices import choices_of, offer
from commongoal.web.forms import DateField
from commongoal.web.routing import LARGEST_ID, Page, Request, Route, goto
from commongoal.web.times import TimeField, moment_of

WEEK = dt.timedelta(weeks=1)
NO_RECORD = "No record that you can see has this reference"


class GroupForm(forms.Form):
    """Its name, what support it is, and where it meets."""

    name = forms.CharField(label="What is the group called?", max_length=200, help_text="For example, Monday job club")
    support = forms.ChoiceField(label="What support is it?", widget=forms.Select)
    place = forms.CharField(label="Where does it meet? (optional)", required=False, max_length=200)


class JoinForm(forms.Form):
    """Who joins, and from when."""

    people = forms.TypedMultipleChoiceField(
        label="Who joins? (optional)", required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text="The people you are the named worker of",
    )  # fmt: skip
    reference = forms.IntegerField(
        label="Or the reference of somebody’s record (optional)", required=False, min_value=1, max_value=LARGEST_ID,
        help_text="It stands in the details of the record", error_messages={"max_value": NO_RECORD},
    )  # fmt: skip
    from_on = DateField(label="From which day?", what="day they join")


class LeaveForm(forms.Form):
    """When they leave."""

    to_on = DateField(label="From which day are they no longer in the group?", what="day they leave")


class SessionForm(forms.Form):
    """When it meets, and for how many weeks."""

    on = DateField(label="On which day?", what="day")
    starts = TimeField(label="At what time?", what="time")
    minutes = forms.IntegerField(label="How many minutes?", min_value=5, max_value=LONGEST_MINUTES, initial=90)
    weeks = forms.IntegerField(
        label="How many sessions, a week apart?", min_value=1, max_value=MOST_SESSIONS, initial=1
    )
    place = forms.CharField(label="Where, if not at the usual place? (optional)", required=False, max_length=200)


class CancelForm(forms.Form):
    """Why."""

    why = forms.CharField(label="Why does it not take place?", max_length=200)


class ListForm(forms.Form):
    """Everybody on the list of a session, each with whether they came."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, page: SessionPage) -> None:
        super().__init__(data, initial={"version": page.session.version})
        self.marked = page.marks
        for mark in page.marks:
            self.fields[_field(mark)] = forms.ChoiceField(
                label=mark.name,
                choices=choices_of(AttendanceStatus),
                required=False,
                initial=mark.status.value if mark.status else None,
                help_text=_before(mark),
                widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline govuk-radios--small"}),
            )

    def marks(self) -> dict[int, AttendanceStatus]:
        """Who came, of those of whom something was said."""
        said = ((mark.person, self.cleaned_data.get(_field(mark))) for mark in self.marked)
        return {person: AttendanceStatus(status) for person, status in said if status}


def groups(request: Request) -> Page:
    """The groups of the viewer's organisation; with `?closed=yes` those that meet no more."""
    closed = request.GET.get("closed") == "yes"
    part = groups_of(request.viewer, request.at, page_number(request), closed=closed)
    heading = _counted(len(part.rows), closed=closed)
    if part.more or part.number > 1:
        heading = "Closed groups" if closed else "Groups"
    return Page("commongoal/groups/list.html", {"part": part, "heading": heading, "closed": closed})


def _counted(count: int, *, closed: bool) -> str:
    if not count:
        return "No group is closed" if closed else "No group meets yet"
    return f"{count} {'closed ' if closed else ''}group{'' if count == 1 else 's'}"


def add(request: Request) -> Page | HttpResponse:
    """Make a group."""
    form = GroupForm(request.POST or None)
    offer(form, "support", [("", "Choose"), *_interventions(request.today)])

    def act() -> int:
        programme, _, intervention = form.cleaned_data["support"].partition(" ")
        name, place = form.cleaned_data["name"], form.cleaned_data["place"]
        return add_group(
            by=request.viewer, at=request.at, programme=int(programme), intervention=intervention, name=name,
            place=place,
        )  # fmt: skip

    made: list[int] = []
    if request.method == "POST" and form.is_valid() and kept(form, lambda: made.append(act())):
        messages.success(request, "Group added. Now say who is in it, and when it meets")
        return goto("group", made[0])
    return _question(form, "Which group do you start?", "Add the group")


def group(request: Request, group: int) -> Page:
    """Its members and its sessions."""
    shown = one_group(group, request.viewer, request.at)
    count = len(shown.value.members) + shown.value.others
    heading = f"{shown.value.name}: {count} {'person' if count == 1 else 'people'}"
    return Page("commongoal/groups/one.html", {"group": shown.value, "heading": heading}, listed=shown.listed)


def join(request: Request, group: int) -> Page | HttpResponse:
    """People join."""
    name = group_name(group, request.viewer)
    people = may_join(group, request.viewer)
    form = JoinForm(request.POST or None, initial={"from_on": request.today})
    offer(form, "people", people.value)
    if not people.value:
        form.fields.pop("people")
    if request.method == "POST" and form.is_valid() and _joined(request, group, form):
        return goto("group", group)
    page = _question(form, f"Who joins {name}?", "Add them to the group", group)
    return Page(page.template, page.values, listed=people.listed)


def _joined(request: Request, group: int, form: forms.Form) -> bool:
    given = form.cleaned_data
    people = [*given.get("people", ()), *([given["reference"]] if given["reference"] else [])]
    if not people:
        form.add_error(None, "Choose somebody, or enter a reference")
        return False
    count: list[int] = []

    def act() -> None:
        count.append(join_group(by=request.viewer, at=request.at, group=group, people=people, from_on=given["from_on"]))

    try:
        done = kept(form, act)
    except NotThere:
        form.add_error("reference" if given["reference"] else None, NO_RECORD)
        return False
    if done:
        messages.success(request, "1 person joined" if count == [1] else f"{count[0]} people joined")
    return done


def leave(request: Request, group: int, person: int) -> Page | HttpResponse:
    """Somebody leaves."""
    shown = one_group(group, request.viewer, request.at)
    member = next((each for each in shown.value.members if each.person == person), None)
    if member is None:
        raise NotThere
    form = LeaveForm(request.POST or None, initial={"to_on": request.today})

    def act() -> None:
        leave_group(by=request.viewer, at=request.at, group=group, person=person, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and kept(form, act):
        messages.success(request, f"{member.name} is no longer in the group")
        return goto("group", group)
    page = _question(form, f"When does {member.name} leave {shown.value.name}?", "Save it", group)
    return Page(page.template, page.values, listed=(person,))


def plan(request: Request, group: int) -> Page | HttpResponse:
    """Sessions, one or a series."""
    name = group_name(group, request.viewer)
    form = SessionForm(request.POST or None)

    def act() -> None:
        given = form.cleaned_data
        starts = [moment_of(given["on"] + week * WEEK, given["starts"]) for week in range(given["weeks"])]
        plan_sessions(
            by=request.viewer, at=request.at, group=group, starts=starts, minutes=given["minutes"], place=given["place"]
        )

    if request.method == "POST" and form.is_valid() and kept(form, act):
        messages.success(request, "Sessions added")
        return goto("group", group)
    return _question(form, f"When does {name} meet?", "Add the sessions", group)


def session(request: Request, group: int, session: int) -> Page | HttpResponse:
    """Who came: the whole list on one page, saved at once."""
    shown = group_session(group, session, request.viewer)
    form = ListForm(request.POST or None, shown.value)
    if request.method == "POST" and form.is_valid() and _taken(request, form, shown.value):
        messages.success(request, "The list is saved")
        return goto("group", group)
    values = {
        "page": shown.value,
        "form": form,
        "heading": _asked_of(shown.value, request),
        "may_mark": not shown.value.session.cancelled_why and shown.value.session.starts_at <= request.at,
        "may_cancel": not shown.value.session.cancelled_why and not shown.value.session.came,
    }
    return Page("commongoal/groups/session.html", values, listed=shown.listed)


def _taken(request: Request, form: ListForm, page: SessionPage) -> bool:
    """Whether the list was saved. Whoever comes second sees beside each of their marks what the first one saved."""
    try:
        take_attendance(
            by=request.viewer, at=request.at, group=page.group, session=page.session.pk,
            version=form.cleaned_data["version"], marks=form.marks(),
        )  # fmt: skip
    except ChangedMeanwhile as refusal:
        _show_both(form, page)
        form.add_error(None, f"{refusal} Yours is below, with what was saved beside it: check it and save again.")
        return False
    return True


def _show_both(form: ListForm, page: SessionPage) -> None:
    form.data = {**{name: form.data.get(name) for name in form.data}, "version": page.session.version}
    mine = form.marks()
    for mark in page.marks:
        if mark.status and mine.get(mark.person) != mark.status:
            form[_field(mark)].help_text = f"Saved meanwhile: {mark.status.value}"


def cancel(request: Request, group: int, session: int) -> Page | HttpResponse:
    """It does not take place."""
    found = group_session(group, session, request.viewer).value
    if found.session.cancelled_why:
        raise SessionCancelled
    form = CancelForm(request.POST or None)

    def act() -> None:
        cancel_session(by=request.viewer, at=request.at, group=group, session=session, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and kept(form, act):
        messages.success(request, "The session is cancelled. Tell the people who expect it")
        return goto("group", group)
    return _question(form, f"Cancel this session of {found.group_name}?", "Cancel the session", group, kind="warning")


def _question(form: forms.Form, heading: str, submit: str, group: int = 0, *, kind: str = "") -> Page:
    values = {"form": form, "heading": heading, "submit_text": submit, "kind": kind, "group": group}
    return Page("commongoal/groups/question.html", values)


def _interventions(on: dt.date) -> Iterator[tuple[str, str]]:
    """What a group can be, of every programme with a pathway; which one is said where there are several."""
    programmes = programmes_on(on)
    found = False
    for each in programmes:
        try:
            known = pathway_of(each.id).programme.interventions
        except NoPathway:
            continue
        found = True
        for one in known:
            yield f"{each.id} {one.id}", f"{one.name} ({each.name})" if len(programmes) > 1 else one.name
    if not found:
        raise NoPathway


def _asked_of(page: SessionPage, request: Request) -> str:
    if page.session.cancelled_why:
        return "This session was cancelled"
    if page.session.starts_at > request.at:
        return "This session has not begun"
    return "Who came?" if not page.session.listed_at else f"{page.session.came} came"


def _before(mark: Mark) -> str:
    """What was said of them before it was put right."""
    return " ".join(f"Before: {one.said}, put right by {one.who} on {written_day(one.on)}." for one in mark.before)


def _field(mark: Mark) -> str:
    return f"person_{mark.person}"


RUN, ABOUT = "run groups", ("group", "session")
AT = "groups/<int:group>/"
ROUTES = (
    Route("groups/", groups, "groups", verb=RUN, menu="Groups", section="Diary"),
    Route("groups/add/", add, "add_group", verb=RUN),
    Route(AT, group, "group", verb=RUN, about=("group",)),
    Route(f"{AT}join/", join, "join_group", verb=RUN, about=("group",)),
    Route(f"{AT}members/<int:person>/leave/", leave, "leave_group", verb=RUN, about=("group", "group member")),
    Route(f"{AT}sessions/add/", plan, "plan_sessions", verb=RUN, about=("group",)),
    Route(f"{AT}sessions/<int:session>/", session, "group_session", verb=RUN, about=ABOUT),
    Route(f"{AT}sessions/<int:session>/cancel/", cancel, "cancel_session", verb=RUN, about=ABOUT),
)
