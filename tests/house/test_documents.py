"""Documents are short, current, and link to what is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]+)?\)")
README_LINES = 60


def markdown(root: Path) -> list[Path]:
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]


def headings(path: Path) -> set[str]:
    """Anchors of a page, as they are written in links."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_generated_pages_are_current(root: Path) -> None:
    command = [sys.executable, "scripts/make_docs.py", "--check"]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def test_readme_is_short(root: Path) -> None:
    assert (root / "README.md").read_text(encoding="utf-8").count("\n") <= README_LINES


def test_links_lead_somewhere(root: Path) -> None:
    dead = []
    for page in markdown(root):
        for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
            if "://" in target or target.startswith("mailto:"):
                continue
            file = (page.parent / target).resolve()
            if not file.exists() or (anchor and file.suffix == ".md" and anchor not in headings(file)):
                dead.append(f"{page.relative_to(root)}: {target}{anchor}")
    assert dead == []


def test_every_page_is_in_the_index(root: Path) -> None:
    """A page is linked from the index, or from the README of its own folder."""
    docs = root / "docs"
    linked = set()
    for index in docs.rglob("README.md"):
        targets = [target for target, _ in LINK.findall(index.read_text(encoding="utf-8")) if "://" not in target]
        linked |= {(index.parent / target).resolve() for target in targets}
    pages = {page for page in docs.rglob("*.md") if page.name != "README.md" and page.parent.name != "decisions"}
    assert sorted(str(page.relative_to(root)) for page in pages - linked) == []


def test_decisions_are_numbered_and_whole(root: Path) -> None:
    pages = sorted((root / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(len(pages)))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        missing = [
            part
            for part in ("Context", "Decision", "Options not taken", "What checks it")
            if f"**{part}.**" not in text
        ]
        assert missing == [], page.name


def test_glossary_holds_only_words_in_use(root: Path) -> None:
    terms = re.findall(r"^\| \*\*([^*]+)\*\*", (root / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    others = [page for page in markdown(root) if page.name != "GLOSSARY.md"]
    sources = [*(root / "src").rglob("*.py"), *(root / "src").rglob("*.toml"), *(root / "src").rglob("*.html"), *others]
    text = " ".join(path.read_text(encoding="utf-8").lower().replace("_", " ") for path in sources)
    words = [word for term in terms for word in re.split(r", | and ", term)]
    assert [word for word in words if word.lower() not in text] == []


@pytest.mark.parametrize("name", ["LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "GLOSSARY.md", "docs/README.md"])
def test_house_document_is_there(root: Path, name: str) -> None:
    assert (root / name).stat().st_size > 0
