"""Plain text out of what directories send as descriptions: HTML, entities, spaces that do not break."""

import html
import re
from html.parser import HTMLParser

MARK_UP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
ENTITY = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]+);")
BLANKS = re.compile(r"[^\S\n]+")
LINES = re.compile(r"\n{3,}")
PARAGRAPHS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "section"})
NEW_LINES = frozenset({"br", "tr", "dt", "dd"})
UNSEEN = frozenset({"script", "style"})
DEEPEST = 5  # texts were escaped twice, never more


class _Text(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's call
        self.unseen += tag in UNSEEN
        if tag in PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag in NEW_LINES:
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN and self.unseen > 0
        if tag in PARAGRAPHS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(data)


def has_mark_up(text: str) -> bool:
    """Whether the text holds HTML tags."""
    return bool(MARK_UP.search(text))


def plain_text(text: str) -> str:
    """What a reader would see of the text; `plain_text(plain_text(text))` is the same."""
    for _ in range(DEEPEST):
        plain = _once(text)
        if plain == text:
            break
        text = plain
    return text


def _once(text: str) -> str:
    if MARK_UP.search(text):
        reader = _Text()
        reader.feed(text)
        reader.close()
        text = "".join(reader.parts)
    elif ENTITY.search(text):
        text = html.unescape(text)
    text = BLANKS.sub(" ", text.replace("\r", "\n").replace("\u200b", ""))
    text = "\n".join(line.strip() for line in text.split("\n"))
    return LINES.sub("\n\n", text).strip()
