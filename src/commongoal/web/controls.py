"""The controls of forms written as markup: a form of twenty questions has a hundred choices, and a template for each of
them takes longer than all else of the page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Control = Mapping[str, Any]
"""What Django's widgets tell their templates of a control: name, value, attrs, type, optgroups."""


def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """The attributes of a control; placeholders are none of ours."""
    shown = ((name, value) for name, value in attrs.items() if value is not False and name != "placeholder")
    return SafeString(
        "".join(f" {name}" if value is True else f' {name}="{conditional_escape(value)}"' for name, value in shown)
    )


def _options(control: Control) -> Iterator[tuple[str, Control]]:
    """Each choice, with the name of its group if it has one."""
    for group, options, _ in control["optgroups"]:
        for option in options:
            yield group or "", option


def _value(option: Control) -> str:
    return conditional_escape(str(option["value"]))


def _choices(pattern: str) -> Callable[[Control], str]:
    def drawn(control: Control) -> str:
        return "".join(_choice(pattern, option) for _, option in _options(control))

    return drawn


def _choice(pattern: str, option: Control) -> str:
    """One radio or checkbox with its label, and a hint where it has one."""
    key, hint = option["attrs"].get("id", ""), option.get("hint", "")
    described = f' aria-describedby="{key}_hint"' if hint else ""
    below = f'<div class="govuk-hint govuk-{pattern}__hint" id="{key}_hint">{conditional_escape(hint)}</div>'
    return (
        f'<div class="govuk-{pattern}__item"><input type="{option["type"]}" name="{option["name"]}" '
        f'value="{_value(option)}"{attributes(option["attrs"])}{described}>'
        f'<label class="govuk-label govuk-{pattern}__label" for="{key}">{conditional_escape(option["label"])}</label>'
        f"{below if hint else ''}</div>"
    )


def _select(control: Control) -> str:
    found, last = [], ""
    for group, option in _options(control):
        if group != last:
            found.append(f"{'</optgroup>' if last else ''}{_group(group)}")
            last = group
        label = conditional_escape(option["label"])
        found.append(f'<option value="{_value(option)}"{attributes(option["attrs"])}>{label}</option>')
    end = "</optgroup>" if last else ""
    return f'<select name="{control["name"]}"{attributes(control["attrs"])}>{"".join(found)}{end}</select>'


def _group(name: str) -> str:
    return f'<optgroup label="{conditional_escape(name)}">' if name else ""


def _textarea(control: Control) -> str:
    text = conditional_escape(control["value"] or "")
    return f'<textarea name="{control["name"]}"{attributes(control["attrs"])}>\n{text}</textarea>'


def _input(control: Control) -> str:
    value = "" if control["value"] is None else f' value="{_value(control)}"'
    return f'<input type="{control["type"]}" name="{control["name"]}"{value}{attributes(control["attrs"])}>'


_AT = "django/forms/widgets/"
CONTROLS: dict[str, Callable[[Control], str]] = {
    f"{_AT}radio.html": _choices("radios"),
    f"{_AT}checkbox_select.html": _choices("checkboxes"),
    f"{_AT}select.html": _select,
    f"{_AT}textarea.html": _textarea,
    f"{_AT}input.html": _input,
    f"{_AT}text.html": _input,
    f"{_AT}hidden.html": _input,
    f"{_AT}email.html": _input,
}
"""By the name of the template that Django would draw the control with."""
