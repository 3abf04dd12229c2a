"""What stands on every page: the name of the partnership, its area and its colour."""

import re
from dataclasses import dataclass

PLAIN = "#0b4c5f"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Front:
    """A partnership's name, its area in words ("" where there is none), its colour as #rrggbb, and its area's code."""

    name: str
    area: str = ""
    colour: str = PLAIN
    code: str = ""


COMMON = Front("Common Goal")


def is_colour(text: str) -> bool:
    """Whether the text is a colour as #rrggbb."""
    return bool(_COLOUR.fullmatch(text))


def words_on(colour: str) -> str:
    """White or black, whichever stands out more on a colour #rrggbb.

    Contrast is (L1 + 0.05) / (L2 + 0.05) of relative luminances, WCAG 2.2 success criterion 1.4.3; the better of the
    two is never under 4.58 to 1.
    """
    light = luminance(colour)
    on_white, on_black = 1.05 / (light + 0.05), (light + 0.05) / 0.05
    return "#ffffff" if on_white >= on_black else "#000000"


def luminance(colour: str) -> float:
    """Relative luminance of a colour #rrggbb, 0 (black) to 1 (white); WCAG 2.2, definition."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
