"""Whether figures added up are what was published elsewhere."""

import math
from dataclasses import dataclass

from commongoal.places.engine.total_words import short
from commongoal.places.engine.totals import Total, Z

TOLERANCE = 1e-6  # what adding up in binary fractions may lose, per figure


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether a total is what was published, as far as rounding lets one tell; None where that cannot be told.

    `difference` is the total less the published figure. `allowed` is the most that rounding of both can do, and
    `likely` whether the difference is no more than what it does in 95 of 100 cases. A difference that is possible and
    not likely has another reason more often than not: a revision, or people whose area is not known.
    """

    agrees: bool | None
    difference: float
    allowed: float | None
    likely: bool | None
    words: str


def agrees(added: Total, published: float, published_rounding: float | None = 0.0) -> Agreement:
    """Whether a total is what was published elsewhere, within what rounding of both allows.

    `published_rounding` is the base to which the published figure was rounded; None where nobody said.
    """
    difference = added.value - published
    told = f"{short(added.value)} added up, {short(published)} published: {_apart(difference)}"
    if added.missing:
        without = ", ".join(left.name for left in added.missing)
        return Agreement(None, difference, None, None, f"{told}; but the total is without {without}.")
    if added.low is None or added.high is None or added.likely is None or published_rounding is None:
        return Agreement(None, difference, None, None, f"{told}. Whether rounding explains that is not known.")
    half, slack = published_rounding / 2, TOLERANCE * max(added.figures, 1)
    allowed = max(added.value - added.low, added.high - added.value) + half
    within = added.low - half - slack <= published <= added.high + half + slack
    usual = min(math.hypot(added.likely, Z * published_rounding / math.sqrt(12)), allowed)
    likely = within and (abs(difference) <= usual + slack or bool(added.little))
    return Agreement(within, difference, allowed, likely, _words(told, difference, within, likely, usual, allowed))


def _words(told: str, difference: float, within: bool, likely: bool, usual: float, allowed: float) -> str:
    if abs(difference) < TOLERANCE:
        return f"{told}."
    if likely:
        return f"{told}, which rounding explains (up to {short(usual)} is likely, {short(allowed)} the most)."
    if within:
        return (
            f"{told}. Rounding could explain that at the very most ({short(allowed)}), but more than {short(usual)} is "
            "not likely: look for another reason."
        )
    return f"{told}, more than rounding explains ({short(allowed)} at the most)."


def _apart(difference: float) -> str:
    if abs(difference) < TOLERANCE:
        return "the same"
    return f"{short(abs(difference))} too {'many' if difference > 0 else 'few'}"
