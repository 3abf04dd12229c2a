"""What a total says of itself: from how many figures it is, how they were treated, and what it is without."""

from collections.abc import Sequence
from dataclasses import dataclass

from commongoal.kernel.words import number
from commongoal.places.engine.observations import Edition, Perturbation


@dataclass(frozen=True, slots=True)
class Left:
    """An area without a figure, and why."""

    area: str
    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.name} ({self.area}): {self.why}"


def error_words(count: int, editions: Sequence[Edition], error: float | None, likely: float | None) -> str:
    """From how many figures a total is, what was done to them, and how far that may have moved it."""
    how = f"Added up from {count:,} figures" if count > 1 else "One figure"
    treated = sorted({treatment(edition) for edition in editions} - {""})
    how += f" {' and '.join(treated)}" if treated else ""
    if error is None:
        return f"{how}: how far that may have moved the total is not known."
    if error == 0:
        return f"{how}, none of them rounded." if count > 1 else f"{how}, not rounded."
    sure = f"{how}: within {short(error)}"
    if count == 1 or likely is None or likely >= error:
        return sure + "."
    return f"{sure}, and most likely (95%) within {short(likely)}."


def treatment(edition: Edition) -> str:
    """What was done to the figures of an edition, for a sentence; empty where nothing was."""
    words = []
    if edition.rounding:
        words.append(f"rounded to {edition.rounding:g}")
    elif edition.rounding is None:
        words.append("of which nobody says how they are rounded")
    if edition.perturbation == Perturbation.NOISE:
        far = f"by up to {edition.noise:g}" if edition.noise is not None else "by an amount that is not published"
        words.append(f"moved at random {far}")
    elif edition.perturbation == Perturbation.NOT_STATED:
        words.append("of which nobody says whether they were moved at random")
    return ", ".join(words)


def state_words(count: int, provisional: int, revised: int) -> list[str]:
    """How many of the figures are provisional or revised."""
    marked = (("provisional: they will be revised", provisional), ("revised since they were first published", revised))
    return [
        f"{'All' if many == count else f'{many:,} of the {count:,}'} figures {'is' if many == 1 else 'are'} {what}."
        for what, many in marked
        if many
    ]


def left_words(little: tuple[Left, ...], missing: tuple[Left, ...], more: float) -> list[str]:
    """What a total is without."""
    words = []
    if little:
        names = ", ".join(left.name for left in little)
        words.append(f"Too small to show: {names}. Together they may add up to less than {short(more)} more.")
    if missing:
        words.append("Without " + ", ".join(f"{left.name} ({left.why})" for left in missing) + ".")
    return words


def marks(count: int, editions: Sequence[Edition], provisional: int, revised: int) -> tuple[str, ...]:
    """The marks of a total, short."""
    found = ["added up"] if count > 1 else []
    found += sorted({f"rounded to {edition.rounding:g}" for edition in editions if edition.rounding})
    if any(edition.perturbation == Perturbation.NOISE for edition in editions):
        found.append("perturbed")
    return (*found, *(word for word, many in (("provisional", provisional), ("revised", revised)) if many))


def short(value: float) -> str:
    """A figure with no more decimals than it needs: none for a whole number, one from 1 on, three below."""
    if abs(value) < 1:
        return number(value, 3 if value else 0)
    return number(value, 0 if abs(value - round(value)) < 0.05 else 1)
