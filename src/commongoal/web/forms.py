"""Forms drawn by the patterns of the GOV.UK Design System; validation is Django's.

A page with a form, whole:

    class MoveForm(forms.Form):                                   # django.forms; no base class of ours
        moved_on = DateField(label="Day of the move", what="day of the move")
        why = forms.ChoiceField(label="Why", choices=WHY, widget=forms.RadioSelect)
        kind = forms.ChoiceField(label="Home", choices=KINDS, widget=Radios(hints={"hostel": "A shared kitchen"}))
        told = forms.BooleanField(label="The landlord knows", required=False)
        note = forms.CharField(label="More (optional)", required=False, max_length=500, widget=forms.Textarea)

    def move(request: Request, person: int) -> Page | HttpResponse:
        form = MoveForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            record_move(person, form.cleaned_data["moved_on"], by=request.viewer, at=request.at)
            messages.success(request, "Move recorded")
            return goto("person", person)
        return Page("commongoal/people/move.html", {"form": form, "person": shown.value}, people=shown.people)

    {% extends "commongoal/base.html" %}
    {% block title %}When did they move?{% endblock %}      ("Error: " comes before it by itself)
    {% block before %}{% back "person" person.id %}{% endblock %}
    {% block content %}
    {% include "commongoal/forms/errors.html" %}                  (every bound form of the page, linked to its fields)
    <h1 class="govuk-heading-l">When did they move?</h1>
    <form method="post" novalidate>{% csrf_token %}
      {{ form }}                                                  (all fields; or {{ form.why.as_field_group }})
      {% submit "Save the move" %}
    </form>
    {% endblock %}

A page of one question makes the question its heading: `{% ask form.moved_on size="l" heading=True %}`.
Widths and inline radios are classes on the widget: `forms.TextInput(attrs={"class": "govuk-input--width-10"})`,
`forms.RadioSelect(attrs={"class": "govuk-radios--inline"})`. Fields are drawn with `autocomplete="off"`,
because what is typed is mostly about somebody else and the next user of the browser must not be offered it; a field
about the user herself sets its own. What may be left empty says "(optional)" in its label.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from commongoal.web.controls import CONTROLS
from commongoal.web.field_groups import field_group

PARTS = ("day", "month", "year")
WIDTHS = ((5, "5"), (10, "10"), (20, "20"))
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class _Hinted(forms.widgets.ChoiceWidget):
    """Choices that may have a hint each, by the choice's value."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **named: Any) -> None:
        self.hints = {str(key): hint for key, hint in (hints or {}).items()}
        super().__init__(*args, **named)

    def create_option(self, name: str, value: Any, *args: Any, **named: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **named)
        return option | {"hint": self.hints.get(str(value), "")}


class Radios(_Hinted, forms.RadioSelect):
    """Radios with hints."""


class Checkboxes(_Hinted, forms.CheckboxSelectMultiple):
    """Checkboxes with hints."""


class DateInput(forms.Widget):
    """Day, month and year in three boxes; what is sent may also be one date as 2026-03-02."""

    template_name = "commongoal/forms/date.html"
    use_fieldset = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:  # noqa: ARG002 - Django's call
        parts = tuple(str(data.get(f"{name}_{part}") or "").strip() for part in PARTS)
        return parts if any(parts) else data.get(name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:  # noqa: ARG002
        return name not in data and all(f"{name}_{part}" not in data for part in PARTS)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_day" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = dict(attrs or {})
        wrong, birthday = attrs.pop("wrong", ()), self.attrs.get("autocomplete") == "bday"
        found = self._parts(value)
        context: dict[str, Any] = super().get_context(name, None, attrs)
        context["widget"]["parts"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{attrs.get('id', name)}_{part}",
                "label": part.capitalize(),
                "value": found[index],
                "width": 4 if part == "year" else 2,
                "wrong": part in wrong,
                "autocomplete": f"bday-{part}" if birthday else "off",
            }
            for index, part in enumerate(PARTS)
        ]
        return context

    @staticmethod
    def _parts(value: Any) -> tuple[str, str, str]:
        if isinstance(value, tuple) and len(value) == 3:
            return value
        if isinstance(value, str):
            try:
                value = dt.date.fromisoformat(value)
            except ValueError:
                return (value, "", "") if value else ("", "", "")
        if isinstance(value, dt.date):
            return (str(value.day), str(value.month), str(value.year))
        return ("", "", "")


class DateField(forms.Field):
    """A day of the calendar, between 1900 and 2100. `what` names it in sentences: "day of the move"."""

    widget = DateInput

    def __init__(self, *, what: str = "date", **named: Any) -> None:
        self.what = what
        super().__init__(**named)
        if "required" not in (named.get("error_messages") or {}):
            self.error_messages["required"] = f"Enter the {what}"

    def to_python(self, value: Any) -> dt.date | None:
        if value in EMPTY_VALUES:
            return None
        if isinstance(value, dt.date):
            return value
        if isinstance(value, str):
            return self._real(value.split("-")[::-1])
        missing = [part for part, text in zip(PARTS, value, strict=True) if not text]
        if missing:
            raise ValidationError(self._sentence("must include a " + " and a ".join(missing)), code=" ".join(missing))
        return self._real(value)

    def _real(self, parts: Any) -> dt.date:
        """The date of three texts; a month may be written in letters, a year has four figures."""
        try:
            day, month, year = parts
            date = dt.date(int(year), _month(month), int(day))
        except (ValueError, OverflowError) as fault:
            raise ValidationError(self._sentence("must be a real date, such as 27 3 2026"), code="date") from fault
        if not 1900 <= date.year <= 2100:
            raise ValidationError(self._sentence("must have a year of four figures, such as 2026"), code="year")
        return date

    def _sentence(self, rest: str) -> str:
        return f"The {self.what} {rest}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


def _month(text: str) -> int:
    word = text.strip().lower()
    return MONTHS.index(word[:3]) + 1 if len(word) >= 3 and word.isalpha() else int(word)


class Question(BoundField):
    """A field as it is drawn: its pattern, its classes, its words when nothing was entered."""

    size = "s"  # of the label or legend: s, m, l, xl
    heading = False  # the label or legend is the page's h1

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if str(field.error_messages.get("required")) == str(forms.Field.default_error_messages["required"]):
            field.error_messages["required"] = self._asked_again()

    def _asked_again(self) -> str:
        label = str(self.label)
        if label.endswith("?"):
            return f"Answer “{label}”"
        plain = label if label[1:2].isupper() or not label else label[0].lower() + label[1:]
        if self.pattern == "checkbox":
            return f"Tick “{label}” to go on"
        return f"{'Choose' if self.pattern in ('radios', 'checkboxes', 'select', 'file') else 'Enter'} {plain}"

    @property
    def pattern(self) -> str:
        """Which pattern of the Design System draws this field."""
        widget = self.field.widget
        for pattern, kinds in _PATTERNS:
            if isinstance(widget, kinds):
                return pattern
        return "input"

    @property
    def wrapper(self) -> str:
        """Classes asked for radios or checkboxes as a whole."""
        return str(self.field.widget.attrs.get("class", ""))

    @property
    def limit(self) -> int | None:
        """The number of characters that a large field takes."""
        longest = getattr(self.field, "max_length", None)
        return longest if self.pattern == "textarea" else None

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        """The boxes of a date that the error is about."""
        if self.pattern != "date" or not self.errors:
            return ()
        codes = {word for error in self.errors.as_data() for word in str(error.code or "").split()}
        return tuple(part for part in PARTS if part in codes) or PARTS

    @property
    def first_id(self) -> str:
        """The id of the control that an error sends the user to."""
        if self.pattern == "date":
            return f"{self.auto_id}_{(self.wrong_parts or PARTS)[0]}"
        return f"{self.auto_id}_0" if self.pattern in ("radios", "checkboxes") else self.auto_id

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's attributes, with the classes of the pattern; the browser's own checks are left out."""
        found: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        found.pop("required", None)
        if self.is_hidden or (widget and widget.is_hidden):
            return found
        if self.pattern == "date":
            return found | {"wrong": self.wrong_parts}
        own = self.field.widget.attrs
        base, error = _CLASSES[self.pattern]
        if self.pattern in ("radios", "checkboxes", "checkbox"):
            found.pop("aria-invalid", None)
            return found | {"class": base}
        classes = [base, own.get("class", ""), error if self.errors else "", self._width(own)]
        found["class"] = " ".join(word for word in classes if word)
        if self.limit:
            found["aria-describedby"] = f"{found.get('aria-describedby', '')} {self.auto_id}-info".strip()
            found["class"] += " govuk-js-character-count"
        if self.pattern == "textarea" and str(own.get("rows")) == "10":
            found["rows"] = "5"
        if self.pattern in ("input", "textarea"):
            found["autocomplete"] = own.get("autocomplete", "off")
        return found

    def _width(self, own: Mapping[str, Any]) -> str:
        """As wide as what it takes."""
        longest = getattr(self.field, "max_length", None)
        if self.pattern != "input" or "govuk-input--width" in own.get("class", ""):
            return ""
        if isinstance(self.field, forms.IntegerField):
            return "govuk-input--width-5"
        width = next((name for most, name in WIDTHS if longest and longest <= most), "")
        return f"govuk-input--width-{width}" if width else ""


_PATTERNS: tuple[tuple[str, type[forms.Widget] | tuple[type[forms.Widget], ...]], ...] = (
    ("date", DateInput),
    ("checkboxes", forms.CheckboxSelectMultiple),
    ("radios", forms.RadioSelect),
    ("checkbox", forms.CheckboxInput),
    ("select", forms.Select),
    ("textarea", forms.Textarea),
    ("file", forms.FileInput),
    ("password", forms.PasswordInput),
)
_CLASSES = {
    "input": ("govuk-input", "govuk-input--error"),
    "password": ("govuk-input govuk-password-input__input govuk-js-password-input-input", "govuk-input--error"),
    "textarea": ("govuk-textarea", "govuk-textarea--error"),
    "select": ("govuk-select", "govuk-select--error"),
    "file": ("govuk-file-upload", "govuk-file-upload--error"),
    "radios": ("govuk-radios__input", ""),
    "checkboxes": ("govuk-checkboxes__input", ""),
    "checkbox": ("govuk-checkboxes__input", ""),
}


class GovukRenderer(TemplatesSetting):
    """Draws every form, whoever wrote it, with our templates."""

    form_template_name = "commongoal/forms/form.html"
    field_template_name = "commongoal/forms/field"  # no file: see `field_group`
    bound_field_class = Question

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The markup; of questions, and of the controls that pages have many of, without a template."""
        if template_name == self.field_template_name:
            return field_group(context["field"])
        drawn = CONTROLS.get(template_name)
        return SafeString(drawn(context["widget"])) if drawn else super().render(template_name, context, request)
