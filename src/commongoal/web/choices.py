"""The choices of a field: a vocabulary in the words that people read, and fields whose choices a page knows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst


def choices_of(vocabulary: Iterable[str], words: Mapping[Any, str] | None = None) -> list[tuple[str, str]]:
    """Each value with its words, a capital first; the words are the values themselves where none are given."""
    return [(str(value), capfirst(words[value] if words else str(value))) for value in vocabulary]


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    """Give a field its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
