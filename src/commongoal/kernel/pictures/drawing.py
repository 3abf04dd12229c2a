"""What every picture is drawn with: an SVG builder, a scale, ticks at round numbers, and text that wraps.

Lengths are in the units of the viewBox, which are pixels at full size. Text is escaped here and nowhere else.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

from commongoal.kernel.pictures.tables import Table
from commongoal.kernel.words import clean

WIDE = 720
NARROW = 300
"""A picture is drawn for a desk and for a phone, so that its words are never scaled below reading size."""

INK = "#0b0c0c"
GREY = "#505a5f"
BLUE = "#1d70b8"
TINT = "#cfe1f2"
TRACK = "#f3f2f1"
WHITE = "#ffffff"
Attributes = dict[str, str | float]
HALO: Attributes = {"stroke": WHITE, "stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"}
"""Keeps words legible where a line runs behind them."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn picture: the SVG, what it is called and shows, and the tables that say the same."""

    title: str
    description: str
    svg: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale from `low`..`high` in the data to `start`..`end` in the picture; values beyond are held."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value stands; one that is not a number stands at the start."""
        if math.isnan(value):
            return self.start
        span = (self.high - self.low) or 1.0
        held = min(max(value, self.low), self.high)
        return self.start + (held - self.low) / span * (self.end - self.start)


def nice_ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Round numbers (1, 2, 2.5 or 5 times a power of ten) from at or below `low` to at or above `high`."""
    if not high > low:
        high = low + 1
    rough = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(index * step, 12) + 0.0 for index in range(first, last + 1))


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Rough width of text in the widest of the usual system fonts: enough to wrap by."""
    return sum(_width(char) for char in text) * size * (1.14 if bold else 1.0)


def wrap(text: str, width: float, size: float, lines: int = 3, bold: bool = False) -> tuple[str, ...]:
    """Text broken at spaces, and inside words too long for a line, with "…" where `lines` are not enough."""
    found: list[str] = []
    for word in _short_words(clean(text).split(), width, size, bold):
        joined = f"{found[-1]} {word}" if found else word
        if found and text_width(joined, size, bold) <= width:
            found[-1] = joined
        else:
            found.append(word)
    if len(found) <= lines:
        return tuple(found) or ("",)
    last = found[lines - 1]
    while len(last) > 1 and text_width(f"{last}…", size, bold) > width:
        last = last[:-1]
    return (*found[: lines - 1], f"{last.rstrip()}…")


@dataclass(slots=True)
class Drawing:
    """An SVG being drawn. `key` makes its ids unique on a page, and must be a plain word."""

    key: str
    width: int
    parts: list[str] = field(default_factory=list)

    @property
    def narrow(self) -> bool:
        """Whether this is the phone's version."""
        return self.width < 480

    @property
    def size(self) -> int:
        """Size of ordinary text."""
        return 14 if self.narrow else 16

    def shape(self, name: str, inside: str = "", /, **attributes: str | float) -> None:
        """Any element; underscores in attribute names stand for hyphens."""
        written = "".join(f' {key.replace("_", "-")}="{_plain(value)}"' for key, value in attributes.items())
        self.parts.append(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")

    def rect(self, x: float, y: float, width: float, height: float, **attributes: str | float) -> None:
        """A rectangle, never of negative size."""
        self.shape("rect", x=x, y=y, width=max(width, 0), height=max(height, 0), **attributes)

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: str | float) -> None:
        """A straight line, in ink and one wide unless said otherwise."""
        given: Attributes = {"stroke": INK, "stroke_width": 1, **attributes}
        self.shape("line", x1=x1, y1=y1, x2=x2, y2=y2, **given)

    def text(self, x: float, y: float, words: str, **attributes: str | float) -> None:
        """One line of text with its baseline at y."""
        given: Attributes = {"x": x, "y": y, "font_size": self.size, "fill": INK, **attributes}
        self.shape("text", escape(clean(words)), **given)

    def lines(self, x: float, y: float, words: Iterable[str], leading: float, **attributes: str | float) -> float:
        """Lines of text under one another; returns the baseline after the last."""
        for words_of_line in words:
            self.text(x, y, words_of_line, **attributes)
            y += leading
        return y

    def hatch(self, name: str, colour: str) -> str:
        """Defines diagonal lines, which print in black and white, and returns the fill that uses them."""
        identity = f"{self.key}-{name}"
        stroke = f'<rect width="6" height="6" fill="{WHITE}"/><path d="M0 0V6" stroke="{colour}" stroke-width="5"/>'
        self.parts.append(
            f'<defs><pattern id="{identity}" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)">{stroke}</pattern></defs>'
        )
        return f"url(#{identity})"

    def svg(self, title: str, description: str, height: float, role: str = "img") -> str:
        """The whole picture, named and described for those who hear it; one with links in it is a "group" of them."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="{role}" aria-labelledby="{self.key}-title {self.key}-desc" '
            f'viewBox="0 0 {self.width} {height:.0f}" width="{self.width}" height="{height:.0f}" '
            f'style="max-width:100%;height:auto" font-family="{FONT}">'
            f'<title id="{self.key}-title">{escape(clean(title))}</title>'
            f'<desc id="{self.key}-desc">{escape(clean(description))}</desc>'
            f'<rect width="{self.width}" height="{height:.0f}" fill="{WHITE}"/>{"".join(self.parts)}</svg>'
        )


def axis(
    drawing: Drawing, scale: Scale, ticks: Iterable[float], top: float, foot: float, write: Callable[[float], str]
) -> None:
    """Upright grid lines from `top` to `foot` with their values beneath, skipping words that would collide."""
    after = -math.inf
    for tick in ticks:
        x, words = scale(tick), write(tick)
        drawing.line(x, top, x, foot, stroke="#b1b4b6")
        half = text_width(words, drawing.size - 1) / 2
        if x - half > after:
            centre = min(max(x, half), drawing.width - half)
            drawing.text(centre, foot + drawing.size + 4, words, text_anchor="middle", font_size=drawing.size - 1)
            after = x + half + 6


def _plain(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


@lru_cache(maxsize=4096)
def _width(char: str) -> float:
    """In ems."""
    if _is_wide(char):
        return 1.1
    if char in "MWmw@%…\N{MINUS SIGN}":
        return 1.0
    if char in " .,:;'|iljfrt()":
        return 0.34 if char not in "frt()" else 0.43
    return 0.56 if char in "cskvxyz" else 0.72 if char.isupper() else 0.62


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" or ord(char) > 0x1F000


def _short_words(words: Iterable[str], width: float, size: float, bold: bool) -> Iterable[str]:
    for word in words:
        start = 0
        for end in range(1, len(word) + 1):
            if text_width(word[start:end], size, bold) > width and end - start > 1:
                yield word[start : end - 1]
                start = end - 1
        yield word[start:]
