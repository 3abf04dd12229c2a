"""The printed page of an action plan: what it says, in plain words, on one page, whatever signs are in it."""

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongoal.pathway.engine.casework import TaskOwner, TaskStatus
from commongoal.pathway.engine.plan import Goal, Owner, Plan, Task, Version, content_of
from commongoal.pathway.engine.plan_agreed import family_in, goals_agreed
from commongoal.pathway.engine.plan_paper import Call, Paper, paper_of, paper_of_version
from commongoal.pathway.files.plan_paper import as_pdf
from commongoal.people.engine.vocabulary import GivenHow

DAY = dt.date(2026, 3, 2)
OURS = Owner(TaskOwner.WORKER, 1)
WORKER = Call("Sam Ashdown, The council", "01632 960000")


def task(pk: int, words: str = "Ring the landlord about the repairs", **more: Any) -> Task:
    owner, name = (OURS, "Sam Ashdown, The council") if pk % 3 == 0 else (Owner(TaskOwner.RESIDENT), "")
    return Task(pk, words, more.pop("owner", owner), more.pop("owner_name", name), DAY + dt.timedelta(days=pk), **more)


def plan(goals: int = 1, tasks: int = 1) -> Plan:
    kept = tuple(
        Goal(goal, f"A settled home {goal}", DAY, "housing", "Housing",
             tuple(task(goal * tasks + number) for number in range(tasks)))
        for goal in range(1, goals + 1)
    )  # fmt: skip
    return Plan(1, 2, 3, "Together into work", "The council", DAY, DAY + dt.timedelta(days=28), goals=kept)


def with_tasks(*tasks: Task) -> Plan:
    return replace(plan(), goals=(Goal(1, "A settled home", DAY, tasks=tasks),))


def read(paper: Paper) -> Any:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(as_pdf(paper)))


def text(paper: Paper) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(paper).pages).split())


def test_it_says_what_who_when_the_review_and_whom_to_call() -> None:
    ring = task(1, service=4, service_name="Quayside Debt Advice", service_phone="01632 960111")
    forms = task(3, "Fill in the forms", for_person=9, for_name="Kim Marden", status=TaskStatus.DONE, finished_on=DAY)
    said = text(paper_of(with_tasks(ring, forms), "Rosa Marden", [WORKER]))
    for words in (
        "Action plan: Rosa Marden",
        "You have not agreed to this plan yet.",
        "A settled home",
        "Ring the landlord about the repairs",
        "With Quayside Debt Advice",
        "You 3 March 2026",
        "For Kim Marden",
        "Done, 2 March 2026",
        "We look at this plan together again by 30 March 2026.",
        "Sam Ashdown, The council: 01632 960000",
        "Quayside Debt Advice: 01632 960111",
        "Sign here if you agree",
    ):
        assert words in said, words


def test_each_number_is_there_once_and_none_without_a_name() -> None:
    doubled = task(3, owner=Owner(TaskOwner.AGENCY, 1), owner_name="The council", phone="01632960000")
    found = paper_of(with_tasks(doubled, task(1, service_phone="01632 960111")), "Rosa", [WORKER]).calls
    assert found == (WORKER,)


@pytest.mark.parametrize(("goals", "tasks"), [(1, 1), (2, 5), (3, 3), (4, 3), (5, 1)])
def test_an_ordinary_plan_is_one_page(goals: int, tasks: int) -> None:
    assert len(read(paper_of(plan(goals, tasks), "Rosa Marden", [WORKER])).pages) == 1


def test_forty_tasks_go_on_as_large_as_they_were() -> None:
    few, many = (read(paper_of(plan(goals, 10), "Rosa Marden", [WORKER])) for goals in (1, 4))
    assert 2 <= len(many.pages) <= 4
    assert "Page 1 of" in many.pages[0].extract_text()
    assert "Page 1 of" not in few.pages[0].extract_text()
    assert sum(page.extract_text().count("Ring the landlord") for page in many.pages) == 40
    assert sizes(few) == sizes(many) - {10.0}, "the number of the page alone is smaller"


def sizes(pdf: Any) -> set[float]:
    found: set[float] = set()

    def note(said: str, _: Any, __: Any, ___: Any, size: float) -> None:
        found.update({round(size, 1)} if said.strip() else ())

    for page in pdf.pages:
        page.extract_text(visitor_text=note)
    return found


def test_whoever_cannot_see_has_it_read_aloud() -> None:
    pdf = read(paper_of(plan(), "Rosa Marden", [WORKER]))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].lower().startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert pdf.metadata["/Title"] == "Action plan: Rosa Marden"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert {"/H1", "/H2", "/TH", "/TD"} <= kinds(root["/StructTreeRoot"])


def kinds(node: Any, deep: int = 30) -> set[str]:
    """The kinds of parts in the tree of what is read aloud."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return set().union(*(kinds(child, deep) for child in node))
    if not isinstance(node, dict) or not deep:
        return set()
    own = {str(node["/S"])} if "/S" in node else set()
    return own | (kinds(node["/K"], deep - 1) if "/K" in node else set())


@pytest.mark.parametrize(
    "signs", ["#let x = 1", "*bold* _it_ `c`", "<a> \"b\" 'c' @d", "$x^2$ \\ // /* ~ = - + [ ] { }"]
)
def test_no_sign_is_taken_for_the_layouts(signs: str) -> None:
    found = with_tasks(task(1, signs, service_name=signs, why=signs))
    said = text(paper_of(found, f"Rosa {signs}", [Call(signs, "01632 960000")]))
    assert said.count(" ".join(signs.split())) == 4


@pytest.mark.parametrize("name", ["Siân Llŷr Ŵyn", "Łucja Żółć-Ćwiąkała", "Zoë O’Hara", "Đặng Ştefan Ōno"])
def test_names_keep_their_letters(name: str) -> None:
    assert name in text(paper_of(plan(), name, []))


@pytest.mark.parametrize("name", ["陈静", "Rosa\x00\x07 Marden", "Rosa 🙂", "\ue000", "روزا"])
def test_a_letter_that_no_font_has_stops_no_page(name: str) -> None:
    assert len(read(paper_of(plan(), name, [])).pages) == 1


@settings(max_examples=15)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_at_all_is_printed(words: str, name: str) -> None:
    assert as_pdf(paper_of(with_tasks(task(1, words)), name, [Call(name, words)])).startswith(b"%PDF")


def test_the_same_plan_is_the_same_file() -> None:
    assert as_pdf(paper_of(plan(), "Rosa", [WORKER])) == as_pdf(paper_of(plan(), "Rosa", [WORKER]))


def version_of(found: Plan) -> Version:
    return Version(7, 1, DAY, "Rosa Marden", GivenHow.SIGNED, "Sam", content_of(found.programme_name, found.running))


def test_a_version_is_printed_as_it_was_agreed_without_lines_to_sign() -> None:
    was = with_tasks(task(1), task(3, for_person=9, for_name="Kim Marden"))
    kept = version_of(was)
    assert family_in(kept.content) == {9}
    goals = goals_agreed(kept.content, DAY, {})
    now = with_tasks(task(1, "Something else"))
    said = text(paper_of_version(now, kept, goals, "Rosa Marden", [WORKER]))
    assert "Rosa Marden agreed to this plan on 2 March 2026 (signed form)." in said
    assert "Ring the landlord" in said
    assert "Something else" not in said
    assert "Sign here" not in said
    assert "Kim" not in said, "the reader may not know the name"
    assert "For somebody in your family" in said
    assert "For Kim Marden" in text(
        paper_of_version(now, kept, goals_agreed(kept.content, DAY, {9: "Kim Marden"}), "R", [])
    )


def test_what_a_version_keeps_comes_back() -> None:
    was = with_tasks(
        task(1), task(3, status=TaskStatus.NOT_NEEDED, finished_on=DAY, why="They moved", service_name="Aid")
    )
    again = goals_agreed(version_of(was).content, DAY, {})
    assert content_of("p", again) == content_of("p", was.running)


def test_it_says_whether_they_agreed_to_what_is_there() -> None:
    agreed = replace(plan(), versions=(version_of(plan()),))
    assert paper_of(agreed, "Rosa", []).agreed == "You agreed to this plan on 2 March 2026."
    more = replace(agreed, goals=(*agreed.goals, Goal(99, "A bus pass", DAY)))
    assert paper_of(more, "Rosa", []).agreed == "Some of it is new since you agreed to it on 2 March 2026."
    ended = replace(agreed, ended_on=DAY)
    assert paper_of(ended, "Rosa", []).review == "This plan ended on 2 March 2026."
    assert not paper_of(ended, "Rosa", []).to_sign


def test_its_letters_come_with_typst_and_not_from_the_machine() -> None:
    (page,) = read(paper_of(plan(), "Łucja Ŵyn", [WORKER])).pages
    fonts = {font.get_object()["/BaseFont"].partition("+")[2] for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all(name.startswith("LibertinusSerif") for name in fonts), fonts
