"""A time of day as people write it: 10am, 2.30pm, 14:30; and a day and a time as a moment of the place."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.utils import timezone

WRITTEN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?")
WORDS = {"midday": dt.time(12), "noon": dt.time(12), "midnight": dt.time(0)}
AFTERNOON = range(1, 7)  # of these hours nobody can tell which half of the day is meant


class TimeField(forms.Field):
    """A time of day. `what` names it in sentences: "start time"."""

    def __init__(self, *, what: str = "time", **named: Any) -> None:
        self.what = what
        widget = forms.TextInput(attrs={"class": "govuk-input--width-5"})
        super().__init__(**{"widget": widget, "help_text": "For example, 10am or 2:30pm", **named})
        self.error_messages["required"] = f"Enter the {what}"

    def to_python(self, value: Any) -> Any:
        """The time, or None for nothing. Raises `ValidationError` for what is no time, or could be two."""
        if value in EMPTY_VALUES or isinstance(value, dt.time):
            return value or None
        text = str(value).strip().lower()
        if text in WORDS:
            return WORDS[text]
        found = WRITTEN.fullmatch(text)
        if found is None or not (found[2] or found[3]):
            raise ValidationError(f"The {self.what} must be a time, such as 10am or 2:30pm", code="time")
        return self._time(found[1], int(found[2] or 0), found[3] or "")

    def _time(self, hours: str, minute: int, half: str) -> dt.time:
        hour = int(hours)
        if not half and len(hours) == 1 and hour in AFTERNOON:
            raise ValidationError(f"Say whether the {self.what} is am or pm", code="half")
        if half and not 1 <= hour <= 12:
            raise ValidationError(f"The {self.what} must be a real time, such as 10am or 14:30", code="time")
        try:
            return dt.time(hour % 12 + (12 if half == "pm" else 0) if half else hour, minute)
        except ValueError as fault:
            raise ValidationError(f"The {self.what} must be a real time, such as 10am or 14:30", code="time") from fault


def moment_of(day: dt.date, time: dt.time) -> dt.datetime:
    """The moment of a day and a time of the place."""
    return timezone.make_aware(dt.datetime.combine(day, time))
