"""Copies the compiled GOV.UK frontend without what only gov.uk may use: its typeface, and its crest and crown."""

import re
import shutil
import sys
from pathlib import Path

STYLE, SCRIPT = "govuk-frontend.min.css", "govuk-frontend.min.js"
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
CREST = re.compile(r"url\([^)]*govuk-crest[^)]*\)")
SOURCE_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+( \*/)?")


def main(source: Path, to: Path) -> None:
    """Write the style and the script under `to`, replacing what was there."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    style, count = FONT_FACE.subn("", (source / STYLE).read_text(encoding="utf-8"))
    if count != 2:
        raise SystemExit(f"{STYLE}: {count} @font-face blocks, not 2; look at what changed")
    style = CREST.sub("none", style.replace("GDS Transport,", ""))
    for name, text in ((STYLE, style), (SCRIPT, (source / SCRIPT).read_text(encoding="utf-8"))):
        (to / name).write_text(SOURCE_MAP.sub("", text), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
