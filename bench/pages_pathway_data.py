"""What a big invented partnership does with its people, for `bench/pages.py`: the pathway, by COPY.

Journeys with their moves, assessments, plans with goals and tasks, support, appointments, jobs with checkpoints, costs,
and a snapshot with its finished valuation. What waits for the viewer is the same whatever the number of people.
"""

import datetime as dt
import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pages_data import CASELOAD, ORGANISATIONS, SEED, STAFF_EACH, fill, home, settle, worker
from tests.engine.sample_valuation import sample
from tests.platform.world import PATHWAY

from commongoal.access.models import Membership, User
from commongoal.pathway.models import (
    Appointment,
    Assessment,
    AssessmentLevel,
    Checkpoint,
    Cost,
    Goal,
    Job,
    Journey,
    Move,
    PathwayFile,
    Plan,
    PlanVersion,
    Snapshot,
    Support,
    Task,
)
from commongoal.pathway.queries.pathways import read_pathway
from commongoal.valuation.engine.report.as_json import as_data, digest_of
from commongoal.valuation.models import Run

ANALYST = ORGANISATIONS * STAFF_EACH + 1
PROVIDERS = {"council": 1, "jobcentre": 2, "charity": 3, "provider": 4}
STAGES = ("referred", "engaged", "barriers_removed", "supported", "in_work")
ASSESSED, GOALS, TASKS, MET, WEEKS = 2, 2, 2, 3, (4, 13, 26, 52)
WEEK = dt.timedelta(weeks=1)

Row = dict[str, Any]


def make_pathway_steps(people: int, today: dt.date) -> int:
    """All of it; returns the valuation. Every person has a journey of one year at most, begun in the last two."""
    at = dt.datetime(today.year, today.month, today.day, 9, tzinfo=dt.UTC)
    fill(User, [{"id": ANALYST, "email": "analyst@example.org", "name": "Analyst", "password": "!", "created_at": at}])
    since = dt.date(today.year - 3, 4, 1)
    analyst = {"user_id": ANALYST, "organisation_id": 1, "role": "analyst", "from_on": since}
    fill(Membership, [{"id": ANALYST, **analyst}])
    digest = hashlib.sha256(PATHWAY.encode()).hexdigest()
    file = {"programme_id": 1, "text": PATHWAY, "digest": digest, "membership_id": ANALYST, "at": at}
    fill(PathwayFile, [{"id": 1, "organisations": {"providers": PROVIDERS, "partners": {"council": 1}}, **file}])
    draw = random.Random(SEED + 3)
    begun = {person: today - dt.timedelta(days=370 + draw.randrange(300)) for person in range(1, people + 1)}
    for model, rows in TABLES.items():
        fill(model, rows(begun, today))
    fill(Cost, (_cost(number, since, at) for number in range(36)))
    taken = {"programme_id": 1, "pathway_file_id": 1, "snapshot_on": today, "directory": "together/one", "at": at}
    fill(Snapshot, [{"id": 1, "digest": "5" * 64, "rows": {}, "last_action": 0, "people_read": people, **taken}])
    result = as_data(sample())
    times = dict.fromkeys(("asked_at", "begun_at", "heard_at", "ended_at"), at)
    done = {"snapshot_id": 1, "rule": "net", "status": "done", "membership_id": ANALYST, "result": result, **times}
    fill(Run, [{"id": 1, "digest": digest_of(result), "steps_done": 0, **done}])
    settle(User, Membership, PathwayFile, Cost, Snapshot, Run, *TABLES)
    return 1


Begun = dict[int, dt.date]


def _by(person: int) -> Row:
    return {"organisation_id": home(person), "membership_id": worker(person)}


def _about(person: int) -> Row:
    return {"person_id": person, "programme_id": 1, **_by(person)}


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


def _reached(person: int) -> int:
    """How many stages a person has reached; every third one is in work."""
    return len(STAGES) if person % 3 == 0 else 1 + person % 4


def _journeys(begun: Begun, _: dt.date) -> Iterator[Row]:
    for person, day in begun.items():
        reached = _reached(person)
        yield {"id": person, "person_id": person, "programme_id": 1, "attributes": {"age": "young"}, "begun_on": day,
               "stage": STAGES[reached - 1], "since_on": day + 8 * WEEK * (reached - 1)}  # fmt: skip


def _moves(begun: Begun, _: dt.date) -> Iterator[Row]:
    for person, day in begun.items():
        for number in range(_reached(person)):
            on = day + 8 * WEEK * number
            yield {"journey_id": person, "on": on, "stage": STAGES[number], "evidence_kind": "seen",
                   "evidence": "Seen by the worker", "at": _noon(on), **_by(person)}  # fmt: skip


def _assessments(begun: Begun, _: dt.date) -> Iterator[Row]:
    for person, day in begun.items():
        for number in range(ASSESSED):
            on = day + 26 * WEEK * number
            yield {"id": ASSESSED * person + number, "pathway_file_id": 1, "on": on, "at": _noon(on),
                   "token": f"bench {person} {number}", **_about(person)}  # fmt: skip


def _levels(begun: Begun, _: dt.date) -> Iterator[Row]:
    areas = read_pathway(PATHWAY, "bench")[0].areas
    for person in begun:
        for number in range(ASSESSED):
            for place, area in enumerate(areas):
                level = 1 + (person + place + number) % area.levels
                yield {"assessment_id": ASSESSED * person + number, "area": area.id, "level": level,
                       "note": "Said so"}  # fmt: skip


def _plans(begun: Begun, today: dt.date) -> Iterator[Row]:
    for person, day in begun.items():
        late = person <= CASELOAD and person % 6 == 0
        row = {key: value for key, value in _about(person).items() if key != "membership_id"}
        yield {"id": person, "made_on": day, "review_on": today + (-WEEK if late else 6 * WEEK), **row}


def _goals(begun: Begun, _: dt.date) -> Iterator[Row]:
    for person, day in begun.items():
        for number in range(GOALS):
            yield {"id": GOALS * person + number, "plan_id": person, "words": "Find work near home", "made_on": day,
                   "membership_id": worker(person)}  # fmt: skip


def _tasks(begun: Begun, today: dt.date) -> Iterator[Row]:
    """One done, one to do: for the viewer's people some are due, for others they come later."""
    for person, day in begun.items():
        for goal in range(GOALS * person, GOALS * person + GOALS):
            done = {"status": "done", "due_on": day + 4 * WEEK, "finished_on": day + 3 * WEEK}
            yield {"goal_id": goal, "words": "Write a CV", "owner": "the person", **done}
            due = today + (dt.timedelta() if person <= CASELOAD and person % 5 == 0 else 2 * WEEK)
            yield {"goal_id": goal, "words": "Ring the college", "owner": "a worker", "worker_id": worker(person),
                   "due_on": due}  # fmt: skip


def _versions(begun: Begun, _: dt.date) -> Iterator[Row]:
    content = {"programme": "Together into work", "goals": []}
    for person, day in begun.items():
        yield {"plan_id": person, "number": 1, "content": content, "agreed_on": day, "agreed_by": f"Person {person}",
               "given_how": "signed form", "membership_id": worker(person), "at": _noon(day)}  # fmt: skip


def _support(begun: Begun, _: dt.date) -> Iterator[Row]:
    for person, day in begun.items():
        yield {"intervention": "advice", "from_on": day, "to_on": day + 20 * WEEK, "at": _noon(day), **_about(person)}


def _appointments(begun: Begun, today: dt.date) -> Iterator[Row]:
    """Three that were kept, and one to come for one person in four."""
    for person, day in begun.items():
        common = {"person_id": person, "minutes": 30, "mode": "telephone", "reminder": "none", **_by(person)}
        for number in range(MET):
            on = _noon(day + 6 * WEEK * number)
            yield {"starts_at": on, "status": "came", "booked_at": on, **common}
        if person % 4 == 0:
            yield {"starts_at": _noon(today + WEEK), "status": "booked", "booked_at": _noon(day), **common}


def _in_work(begun: Begun) -> Iterator[tuple[int, dt.date]]:
    return ((person, day + 40 * WEEK) for person, day in begun.items() if person % 3 == 0)


def _jobs(begun: Begun, _: dt.date) -> Iterator[Row]:
    for person, day in _in_work(begun):
        yield {"id": person, "employer": f"Firm {person % 5000}", "occupation": "Care work", "from_on": day,
               "weekly_hours": 24, "pay_pence": 1300, "pay_period": "hour", "evidence_kind": "payslip",
               "at": _noon(day), **_about(person)}  # fmt: skip


def _checkpoints(begun: Begun, today: dt.date) -> Iterator[Row]:
    """Answered where their day is past, but for a few of the viewer's people."""
    for person, day in _in_work(begun):
        for weeks in WEEKS:
            due = day + weeks * WEEK
            row = {"job_id": person, "weeks": weeks, "due_on": due, "contact": "Ring them", **_about(person)}
            if due < today and not (person <= CASELOAD and person % 10 == 0):
                yield {**row, "status": "in work", "answered_on": due, "evidence_kind": "payslip"}
            else:
                yield {**row, "membership_id": None}


def _cost(number: int, since: dt.date, at: dt.datetime) -> Row:
    first = since + 4 * WEEK * number
    return {"programme_id": 1, "provider": "council", "from_on": first, "to_on": first + 4 * WEEK, "at": at,
            "amount_pence": 10**6, "borne_by": "council", "basis": "cash", "source": "invented", "organisation_id": 1,
            "membership_id": ANALYST}  # fmt: skip


TABLES: dict[Any, Callable[[Begun, dt.date], Iterator[Row]]] = {
    Journey: _journeys,
    Move: _moves,
    Assessment: _assessments,
    AssessmentLevel: _levels,
    Plan: _plans,
    Goal: _goals,
    Task: _tasks,
    PlanVersion: _versions,
    Support: _support,
    Appointment: _appointments,
    Job: _jobs,
    Checkpoint: _checkpoints,
}
