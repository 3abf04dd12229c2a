"""The common assessment: done with the person, corrected, and read as movement since last time."""

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpResponse

from commongoal.access.engine.naming import Named
from commongoal.access.queries.sharing import programme as one_programme
from commongoal.access.queries.sharing import programmes_on
from commongoal.pathway.actions.assessing import correct_assessment, record_assessment
from commongoal.pathway.engine.assessing import (
    LONGEST_NOTE,
    AssessedInFuture,
    Assessment,
    AssessmentOfOthers,
    NotALevel,
    NothingAnswered,
    blocking,
    due_on,
    words_of,
)
from commongoal.pathway.engine.programme import Area
from commongoal.pathway.queries.assessments import assessment_with_history, assessments_of, days_that_count
from commongoal.pathway.queries.assessments import assessments as assessments_about
from commongoal.pathway.queries.participations import participations_of
from commongoal.pathway.queries.pathways import pathway_as_of, pathway_of
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, question
from commongoal.web.choices import offer
from commongoal.web.forms import DateField
from commongoal.web.pages.assessment_pictures import drawn, moved_words, with_earlier
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

UNSAID = "unsaid"
TOGETHER = (("yes", "Yes, we did it together"), ("no", "No, I filled it in for them"))
NOTED = MaxLengthValidator(LONGEST_NOTE, f"A note on one area is at most {LONGEST_NOTE} characters")


class ProgrammeForm(forms.Form):
    """Which programme's assessment."""

    programme = forms.TypedChoiceField(label="Which programme?", coerce=int, widget=forms.RadioSelect)


class AssessmentForm(forms.Form):
    """A day, a level or "prefer not to say" for each area, and a note on it if they like."""

    on = DateField(label="When did you do it?", what="day of the assessment")
    together = forms.ChoiceField(label="Did you do it with them?", choices=TOGETHER, widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, areas: Sequence[Area], request: Request, initial: dict[str, object]) -> None:
        super().__init__(request.POST or None, initial=initial)
        self.areas, self.today = tuple(areas), request.today
        for area in self.areas:
            self.fields[f"level_{area.id}"] = forms.ChoiceField(
                label=area.question or area.name,
                choices=[
                    *((str(level), f"{level} – {words_of(area, level)}") for level in range(1, area.levels + 1)),
                    (UNSAID, "Prefer not to say"),
                ],
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"note_{area.id}"] = forms.CharField(
                label=f"Note on {area.name.lower()} (optional)",
                widget=forms.Textarea(attrs={"rows": 2}),
                required=False,
                validators=[NOTED],
            )

    def clean_on(self) -> dt.date:
        """The day, beside which a rule about it is told; the action asks again."""
        on: dt.date = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError(AssessedInFuture.sentence())
        return on

    def clean(self) -> dict[str, object]:
        """What is missing is told beside the area that it is missing from."""
        given = super().clean() or self.cleaned_data
        noted = [area for area in self.areas if given.get(f"note_{area.id}") and not given.get(f"level_{area.id}")]
        for area in noted:
            self.add_error(f"level_{area.id}", f"{NotALevel.sentence()} There is a note on {area.name.lower()}.")
        if self.areas and not noted and not any(given.get(f"level_{area.id}") for area in self.areas):
            self.add_error(f"level_{self.areas[0].id}", NothingAnswered.sentence())
        return given

    @property
    def groups(self) -> Iterator[tuple[Area, forms.BoundField, forms.BoundField]]:
        """Each area with its two questions."""
        for area in self.areas:
            yield area, self[f"level_{area.id}"], self[f"note_{area.id}"]

    @property
    def levels(self) -> dict[str, int | None]:
        """The levels chosen; None for "prefer not to say", and nothing for an area left alone."""
        chosen = {area.id: str(self.cleaned_data[f"level_{area.id}"]) for area in self.areas}
        return {area: None if level == UNSAID else int(level) for area, level in chosen.items() if level}

    @property
    def notes(self) -> dict[str, str]:
        """The notes written."""
        return {area.id: self.cleaned_data[f"note_{area.id}"] for area in self.areas}


def filled(assessment: Assessment) -> dict[str, object]:
    """What a form holds at first that corrects an assessment."""
    found: dict[str, object] = {"on": assessment.on, "together": "yes" if assessment.together else "no"}
    for each in assessment.findings:
        found |= {f"level_{each.area}": str(each.level or UNSAID), f"note_{each.area}": each.note}
    return found


def overview(request: Request, person: int) -> Page:
    """First, last and now for each area, what moved since last time, and every assessment."""
    shown = assessments_about(person, request.viewer)
    heading = person_heading(person, request.viewer, "read person").value
    every = shown.value
    programmes = {each.programme: each.programme_name for each in every}
    asked = request.GET.get("programme", "")
    programme = next((each for each in programmes if str(each) == asked), None)
    programme = programme or (every[-1].programme if every else None)
    values: dict[str, object] = {"person": heading, "heading": "No assessment yet"}
    if programme is not None:
        values |= _about(programme, [each for each in every if each.programme == programme], request)
        values["others"] = [(pk, name) for pk, name in programmes.items() if pk != programme]
    return Page("commongoal/assessments/overview.html", values, people=shown.people)


def _about(programme: int, found: Sequence[Assessment], request: Request) -> dict[str, object]:
    """What the page says of one programme's assessments, the earliest first; there is at least one."""
    in_force = pathway_of(programme)
    casework, pathway = in_force.casework, with_earlier(in_force)
    counted = [each for each in found if each.counts] or list(found)
    due = due_on((each.on for each in counted), casework.assessment_every_days)
    picture = drawn(found, pathway)
    return {
        "heading": picture.words,
        "further": moved_words(counted[0], counted[-1], pathway) if len(counted) > 2 else "",
        "wide": picture.wide,
        "narrow": picture.narrow,
        "found": list(reversed(found)),
        "programme": Named(programme, found[-1].programme_name),
        "due": due,
        "overdue": due is not None and due < request.today,
        "gap": casework.assessment_gap_days,
    }


def choose(request: Request, person: int) -> Page | HttpResponse:
    """Which programme's assessment; straight to it where there is one running, or one that the person is on."""
    shown = person_heading(person, request.viewer, "assess person")
    running = programmes_on(request.today)
    on = {each.programme for each in participations_of(person) if each.days.ended_on is None}
    likely = [each for each in running if each.id in on] or list(running)
    if len(likely) == 1:
        return goto("assess_on", person, likely[0].id)
    form = ProgrammeForm(request.POST or None)
    offer(form, "programme", [(each.id, each.name) for each in likely])
    if request.method == "POST" and form.is_valid():
        return goto("assess_on", person, form.cleaned_data["programme"])
    return question(shown, form, "Which programme is the assessment for?", "Go on", back="assessments")


def assess(request: Request, person: int, programme: int) -> Page | HttpResponse:
    """Do the assessment: one page, an area under another."""
    shown = person_heading(person, request.viewer, "assess person")
    name = one_programme(programme).name
    pathway = pathway_of(programme)
    first = {"on": request.today, "together": "yes", "token": secrets.token_hex(16)}
    form = AssessmentForm(pathway.programme.areas, request, first)
    if request.method == "POST" and form.is_valid():
        saved: list[int] = []

        def act() -> None:
            given = {"programme": programme, **_given(form)}
            saved.append(record_assessment(by=request.viewer, at=request.at, person=person, **given))  # type: ignore[arg-type]

        if kept(form, act):
            _tell(request, person, saved[0], "Assessment saved")
            return goto("assessments", person)
    values = {
        "person": shown.value,
        "form": form,
        "heading": "How are things now?",
        "lead": f"{name}. Go through it together and let them choose. Leave out what you did not talk about.",
        "soon": _too_soon(person, programme, request, pathway.casework.assessment_gap_days),
        "submit_text": "Save the assessment",
    }
    return Page("commongoal/assessments/assess.html", values, people=shown.people)


def correct(request: Request, person: int, assessment: int) -> Page | HttpResponse:
    """Write what it should have said; what was written before stays readable behind it."""
    shown = person_heading(person, request.viewer, "assess person")
    found = assessment_with_history(person, assessment, request.viewer).value[0]
    if not found.ours:
        raise AssessmentOfOthers
    areas = pathway_as_of(found.file).programme.areas
    form = AssessmentForm(areas, request, filled(found) | {"token": secrets.token_hex(16)})
    if request.method == "POST" and form.is_valid():
        saved: list[int] = []

        def act() -> None:
            given = {"assessment": assessment, **_given(form)}
            saved.append(correct_assessment(by=request.viewer, at=request.at, person=person, **given))  # type: ignore[arg-type]

        if kept(form, act):
            _tell(request, person, saved[0], "Corrected. What was written before is kept")
            return goto("assessment", person, saved[0])
    values = {
        "person": shown.value,
        "form": form,
        "heading": f"What should the assessment of {day(found.on)} say?",
        "lead": f"{found.who} wrote it on {day(found.at)}. The older answers are kept behind yours.",
        "submit_text": "Save the correction",
    }
    return Page("commongoal/assessments/assess.html", values, people=shown.people)


def _given(form: AssessmentForm) -> dict[str, object]:
    given = form.cleaned_data
    return {
        "on": given["on"],
        "levels": form.levels,
        "notes": form.notes,
        "token": given["token"],
        "together": given["together"] == "yes",
    }


def _too_soon(person: int, programme: int, request: Request, gap: int) -> str:
    """What to know before an assessment that comes inside the gap after the last that counts; else nothing."""
    before = blocking(request.today, days_that_count(person, programme), gap)
    if before is None:
        return ""
    return (
        f"The last assessment was on {day(before)}, less than {gap} days ago. You can do one now and it will be "
        "kept, but it will not count towards how things have moved."
    )


def _tell(request: Request, person: int, pk: int, done: str) -> None:
    """Say that it was saved, and whether it counts."""
    found = next((each for each in assessments_of(person, request.viewer) if each.id == pk), None)
    if found is None or found.counts:
        messages.success(request, done)
        return
    gap = pathway_of(found.programme).casework.assessment_gap_days
    messages.success(
        request, f"{done}. It does not count towards movement: it is less than {gap} days after the one before"
    )


def one(request: Request, person: int, assessment: int) -> Page:
    """One assessment with its notes, and what it corrected."""
    shown = assessment_with_history(person, assessment, request.viewer)
    heading = person_heading(person, request.viewer, "read person").value
    versions = [(each, tuple(rows_of(each))) for each in shown.value]
    values = {"person": heading, "found": shown.value[0], "versions": versions}
    return Page("commongoal/assessments/one.html", values, people=shown.people)


def rows_of(assessment: Assessment) -> Iterator[dict[str, object]]:
    """Each area asked: the level with its words, or that they preferred not to say, and the note."""
    for area in pathway_as_of(assessment.file).programme.areas:
        found = assessment.finding(area.id)
        if found is None:
            yield {"name": area.name, "words": "Not asked", "note": ""}
        elif found.level is None:
            yield {"name": area.name, "words": "Preferred not to say", "note": found.note}
        else:
            yield {
                "name": area.name,
                "score": f"{found.level} of {area.levels}",
                "words": words_of(area, found.level),
                "note": found.note,
            }


READ, ASSESS = "read person", "assess person"
AT, ABOUT = "people/<int:person>/assessments/", ("person", "assessment")
ROUTES = (
    Route(AT, overview, "assessments", verb=READ, about=("person",)),
    Route(f"{AT}new/", choose, "assess", verb=ASSESS, about=("person",)),
    Route(f"{AT}new/<int:programme>/", assess, "assess_on", verb=ASSESS, about=("person", "programme")),
    Route(f"{AT}<int:assessment>/", one, "assessment", verb=READ, about=ABOUT),
    Route(f"{AT}<int:assessment>/correct/", correct, "assessment_correct", verb=ASSESS, about=ABOUT),
)
