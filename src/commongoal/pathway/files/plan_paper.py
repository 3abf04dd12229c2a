"""The page of paper of an action plan, as a PDF that can be read aloud."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from commongoal.pathway.engine.plan_paper import Paper

LAYOUT = Path(__file__).resolve().parent.parent / "data" / "plan.typ"
FOR_EVERYBODY: Literal["ua-1"] = (
    "ua-1"  # PDF/UA: tagged, with a language and a title, and with no letter that is only a picture
)


def as_pdf(paper: Paper) -> bytes:
    """The paper as a PDF/UA-1; the same paper is always the same bytes.

    The words go in as data, so that no sign in them is taken for the layout's. The letters are those that typst brings
    with it, which every machine has, and a font of the machine's for a letter that they lack. A letter that no font
    has leaves a box, in a PDF that is tagged as well but does not claim the standard.
    """
    import typst

    words = {"paper": json.dumps(asdict(paper), ensure_ascii=False)}
    layout = LAYOUT.read_bytes()
    try:
        made = typst.compile(layout, format="pdf", sys_inputs=words, pdf_standards=FOR_EVERYBODY)
    except typst.TypstError:
        made = typst.compile(layout, format="pdf", sys_inputs=words)
    assert isinstance(made, bytes)  # pages of a picture would be a list
    return made
