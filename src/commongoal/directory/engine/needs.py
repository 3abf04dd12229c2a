"""Needs that services meet, and how a service's own words say which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from commongoal.directory.engine.stems import stems
from commongoal.people.engine.vocabulary import AreaOfLife


@dataclass(frozen=True, slots=True)
class Need:
    """Something that stands between somebody and work. Audiences are a source's own terms, in small letters.

    `phrases` are words as stems: a service has one when its stems stand in a row in the name or description.
    """

    name: str
    area: AreaOfLife
    audiences: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """The vocabulary, the months after which a service must be checked again, and the miles of a search nearby."""

    needs: tuple[Need, ...]
    assured_for_months: int
    search_miles: float

    @property
    def names(self) -> tuple[str, ...]:
        """The needs by name, in the order of the file."""
        return tuple(need.name for need in self.needs)


def settings_from(data: Mapping[str, Any]) -> Settings:
    """The settings that a parsed file holds. Raises `ValueError` or `KeyError` for a file that is not right."""
    needs = tuple(
        Need(
            row["need"],
            AreaOfLife(row["area"]),
            frozenset(term.lower() for term in (*row["audiences"], row["need"])),
            tuple(tuple(stems(words)) for words in row["words"]),
        )
        for row in data["needs"]
    )
    if len({need.name for need in needs}) != len(needs):
        raise ValueError("a need stands twice in the vocabulary")
    return Settings(needs, int(data["assurance"]["months"]), float(data["search"]["miles"]))


def needs_met(name: str, description: str, terms: Iterable[str], vocabulary: Iterable[Need]) -> tuple[str, ...]:
    """The needs that a service meets, as its audiences and its own words say, in the order of the vocabulary."""
    told = {term.strip().lower() for term in terms}
    texts = [f" {' '.join(stems(text))} " for text in (name, description)]
    return tuple(
        need.name
        for need in vocabulary
        if told & need.audiences or any(f" {' '.join(phrase)} " in text for phrase in need.phrases for text in texts)
    )
