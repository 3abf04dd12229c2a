"""Jobs and staying in work: weeks counted, jobs with their evidence, and the checkpoints at which somebody asks."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from commongoal.kernel.pictures.drawing import NARROW, Picture
from commongoal.kernel.pictures.weeks import Mark, Weeks, weeks_picture
from commongoal.kernel.words import counted as in_words
from commongoal.kernel.words import pounds, written_day
from commongoal.pathway.engine.casework import PayPeriod
from commongoal.pathway.engine.jobs import JobRecord, Work
from commongoal.pathway.engine.weeks import Cell, Counted
from commongoal.pathway.queries.jobs import work_of
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.queries.person_page import person_heading
from commongoal.web.routing import Page, Request, Route
from commongoal.web.tags import day

PERIOD_WORDS = {period: f"a {period.value}" for period in PayPeriod} | {
    PayPeriod.HOUR: "an hour",
    PayPeriod.FORTNIGHT: "every two weeks",
}


def work(request: Request, person: int) -> Page:
    """The jobs, the weeks that count, and whom to ask when."""
    heading = person_heading(person, request.viewer, "read person").value
    shown = work_of(person, request.viewer, request.today)
    found = shown.value
    values = {
        "person": heading,
        "heading": work_heading(found, request.today),
        "out_since": out_since(found, request.today),
        "windows": tuple(windows(found)),
        "jobs": tuple(job_lines(found.jobs, request.today)),
        "due": [(each, each.due_on < request.today) for each in found.due],
        "answered": found.answered,
        "may": "record job" in heading.may,
        "sees_documents": DataClass.NOTES in heading.classes,
    }
    return Page("commongoal/work/work.html", values, people=shown.people)


def work_heading(work: Work, today: dt.date) -> str:
    """The answer of the page: the first window not yet met, else the last that was, else whether they work."""
    windows = [counted for _, counted in work.windows]
    for counted in windows:
        if counted.last_on and not counted.met:
            so_far = f"{in_words(counted.counted, 'week', 'weeks')} counted"
            return f"{so_far}, {counted.needed} more needed by {written_day(counted.last_on)}"
    if windows and all(counted.met for counted in windows):
        return f"{windows[-1].window.weeks} weeks counted: no more are needed"
    last = out_since(work, today)
    if last:
        return f"Not in work since {written_day(last)}"
    return "In work" if work.jobs else "No job recorded yet"


def out_since(work: Work, today: dt.date) -> dt.date | None:
    """The last day in work of somebody who is not in work today; none for others."""
    ended = [job.last_on for job in work.jobs if job.last_on and job.last_on < today]
    return max(ended) if ended and len(ended) == len(work.jobs) else None


def windows(work: Work) -> Iterator[dict[str, Any]]:
    """Each window: its name, a sentence of how it stands, and the picture."""
    for place, (_, counted) in enumerate(work.windows):
        window = counted.window
        said = sentence(counted)
        yield {"name": window.name, "said": said, "rule": window.rule, "picture": picture(counted, place)}


def sentence(counted: Counted) -> str:
    """How a window stands, in a sentence."""
    so_far = f"{in_words(counted.counted, 'week', 'weeks')} counted since {written_day(counted.start)}"
    if counted.met_on:
        return f"Met on {written_day(counted.met_on)}, counted from {written_day(counted.start)}."
    if counted.last_on and counted.soonest_on:
        soonest, last = written_day(counted.soonest_on), written_day(counted.last_on)
        return (
            f"{so_far}, {counted.needed} more needed. It can be met on {soonest} at the soonest and {last} at the last."
        )
    return f"{so_far}. It cannot be met from there any more: counting begins again with the next job."


def picture(counted: Counted, place: int) -> Picture:
    """The weeks as cells."""
    left = counted.needed
    marks: list[Mark] = []
    for cell in counted.cells:
        if cell is Cell.AHEAD:
            marks.append(Mark.NEEDED if left > 0 and counted.last_on else Mark.SPARE)
            left -= 1
        else:
            marks.append(Mark.COUNTS if cell is Cell.COUNTED else Mark.MISSED)
    last = None if counted.met else counted.last_on
    return weeks_picture(Weeks(counted.window.name, counted.start, tuple(marks), last), f"weeks{place}", NARROW + 60)


def job_lines(jobs: tuple[JobRecord, ...], today: dt.date) -> Iterator[dict[str, Any]]:
    """Each job with its rows of a summary list."""
    for each in jobs:
        details = each.details
        pay = f"{pounds(details.pay_pence / 100, 2)} {PERIOD_WORDS[details.pay_period]}"
        days = f"{day(details.from_on)} to {day(each.last_on)}" if each.last_on else f"Since {day(details.from_on)}"
        evidence = "Still needed" if each.evidence_needed else each.evidence_name
        rows = [
            ("When", f"{days}. {details.ended_why}" if details.ended_why else days),
            ("Hours", f"{details.weekly_hours.normalize():f} a week"),
            (
                "Pay",
                f"{pay}. Under the minimum wage: {details.below_minimum_why}" if details.below_minimum_why else pay,
            ),
            ("Evidence", ". ".join(part for part in (evidence, details.evidence) if part)),
            ("Recorded by", f"{each.who}, {each.organisation}, {day(each.on)}"),
        ]
        if details.occupation_code:
            rows.insert(1, ("Occupation code", details.occupation_code))
        yield {"job": each, "rows": rows, "runs": details.to_on is None or details.to_on > today}


ROUTES = (Route("people/<int:person>/work/", work, "jobs", verb="read person", about=("person",)),)
