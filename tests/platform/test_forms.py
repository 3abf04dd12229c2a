"""How forms are drawn: labels, hints, errors, dates; and what a date field takes."""

import datetime as dt

import pytest
from django import forms
from django.template import engines

from commongoal.web.forms import DateField, Radios


class Move(forms.Form):
    name = forms.CharField(label="Name of the street", max_length=20, help_text="Without the number")
    moved_on = DateField(label="When?", what="day of the move", help_text="For example, 27 3 2026")
    why = forms.ChoiceField(
        label="Why?", choices=[("a", "Rent"), ("b", "Work")], widget=Radios(hints={"a": "Too high"})
    )
    told = forms.BooleanField(label="The landlord knows")
    note = forms.CharField(label="More (optional)", required=False, max_length=300, widget=forms.Textarea)
    hours = forms.IntegerField(label="NI hours", min_value=1)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def drawn(form: forms.Form, template: str = "") -> str:
    source = template or '{% include "commongoal/forms/errors.html" %}{{ form }}'
    return engines["django"].from_string(source).render({"form": form})


def test_every_control_is_labelled_and_described() -> None:
    page = drawn(Move({"moved_on_day": "27", "moved_on_year": "2026"}))
    assert 'for="id_name"' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-describedby="id_moved_on_helptext id_moved_on_error"' in page  # on the fieldset
    assert 'aria-describedby="id_why_0_hint"' in page
    assert 'aria-describedby="id_note-info"' in page
    assert "placeholder" not in page
    assert " required" not in page  # the server says what is wrong, in words


def test_the_summary_sends_to_the_control_that_is_wrong() -> None:
    page = drawn(Move({"moved_on_day": "27", "moved_on_year": "2026"}))
    for line in (
        '<a href="#id_name">Enter name of the street</a>',
        '<a href="#id_moved_on_month">The day of the move must include a month</a>',
        '<a href="#id_why_0">Answer “Why?”</a>',
        '<a href="#id_told">Tick “The landlord knows” to go on</a>',
        '<a href="#id_hours">Enter NI hours</a>',
    ):
        assert line in page
    assert page.count('aria-invalid="true"') == 3  # name, month, hours


def test_a_form_not_yet_sent_has_no_fault() -> None:
    assert "There is a problem" not in drawn(Move())
    assert drawn(Move(), "{% error_prefix %}") == ""
    assert drawn(Move({}), "{% error_prefix %}") == "Error: "


def test_what_is_typed_is_not_offered_to_the_next_user() -> None:
    page = drawn(Move())
    assert page.count('autocomplete="off"') == 6  # name, three boxes of the date, note, hours


def test_a_question_may_be_the_heading_of_its_page() -> None:
    page = drawn(Move(), '{% ask form.moved_on size="l" heading=True %}{% ask form.name heading=True %}')
    assert '<h1 class="govuk-fieldset__heading">When?</h1>' in page
    assert page.count("<h1") == 2


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("27", "3", "2026"), dt.date(2026, 3, 27)),
        (("1", "Mar", "1985"), dt.date(1985, 3, 1)),
        (("1", "september", "1985"), dt.date(1985, 9, 1)),
        (("29", "2", "2024"), dt.date(2024, 2, 29)),
    ],
)
def test_a_date_in_parts(typed: tuple[str, str, str], expected: dt.date) -> None:
    assert _sent(typed).cleaned_data["moved_on"] == expected


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("", "", ""), "Enter the day of the move"),
        (("1", "", ""), "The day of the move must include a month and a year"),
        (("31", "2", "2026"), "The day of the move must be a real date, such as 27 3 2026"),
        (("x", "2", "2026"), "The day of the move must be a real date, such as 27 3 2026"),
        (("1", "2", "26"), "The day of the move must have a year of four figures, such as 2026"),
        (("1", "2", "99999999999999999999999"), "The day of the move must be a real date, such as 27 3 2026"),
    ],
)
def test_a_date_that_is_none(typed: tuple[str, str, str], said: str) -> None:
    assert _sent(typed).errors["moved_on"] == [said]


def test_a_date_may_be_sent_whole_and_is_shown_in_parts() -> None:
    form = Move({"moved_on": "2026-03-27"})
    form.full_clean()
    assert form.cleaned_data["moved_on"] == dt.date(2026, 3, 27)
    page = drawn(Move(initial={"moved_on": dt.date(2026, 3, 27)}))
    assert 'name="moved_on_day" type="text" inputmode="numeric" autocomplete="off" value="27"' in page


def test_what_was_typed_is_escaped() -> None:
    page = drawn(Move({"name": '"><script>', "moved_on_day": '"><script>'}))
    assert "<script>" not in page


def _sent(typed: tuple[str, str, str]) -> Move:
    form = Move(dict(zip(("moved_on_day", "moved_on_month", "moved_on_year"), typed, strict=True)))
    form.full_clean()
    return form
