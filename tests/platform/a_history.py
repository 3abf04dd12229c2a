"""A history drawn at random and entered through the actions, with a log of its own of what then stands.

The log knows nothing of tables or queries: it is what a clerk would have kept in a spreadsheet, and becomes the files
that `commongoal ledger import` reads.
"""

import csv
import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from commongoal.kernel.errors import Refused
from commongoal.pathway.actions import assessing, moving, supporting, working
from commongoal.pathway.engine.casework import PayPeriod
from commongoal.pathway.engine.jobs import JobDetails
from commongoal.pathway.queries.ledger_tables import hidden, pseudonym
from commongoal.people.actions import merging
from commongoal.people.models import Person
from tests.platform.world import World, make_person

START = dt.date(2026, 4, 6)  # after the world was made, as time goes
GAP = 28  # days: casework.assessment_gap_days of the common file
STAGES = ("engaged", "barriers_removed", "skilled", "supported", "in_work", "sustained", "left")
AREAS = ("work", "skills", "health")
EMPLOYERS = ("Harbour Care", "The Bakery", "Dock 7 Ltd")


def begun(world: World, on: dt.date = START) -> int:
    """A person with a journey."""
    person = make_person(world, area_code="E01008881")
    _begin(world, person, on)
    return person


def _begin(world: World, person: int, on: dt.date) -> int:
    return moving.begin_journey(
        by=world.viewer(), at=noon(on), person=person, programme=world.programme.pk, on=on, attributes={"age": "young"}
    )


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


@dataclass
class Told:
    """What stands about one person, by id of the row that says it."""

    moves: dict[int, dict[str, Any]] = field(default_factory=dict)
    support: dict[int, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[int, JobDetails] = field(default_factory=dict)
    assessed: dict[int, tuple[dt.date, dict[str, int | None]]] = field(default_factory=dict)


@dataclass
class History:
    """People of a world, what stands about them, and the day it has come to."""

    world: World
    draw: random.Random
    today: dt.date = START
    told: dict[int, Told] = field(default_factory=dict)
    merged: list[int] = field(default_factory=list)
    refused: int = 0
    count: int = 0

    @property
    def same(self) -> dict[str, Any]:
        return {"by": self.world.viewer(), "at": noon(self.today)}

    def day(self) -> dt.date:
        """Mostly today, sometimes up to three weeks ago."""
        return self.today - dt.timedelta(days=self.draw.choice((0, 0, 0, 1, 5, 21)))

    def step(self, deeds: tuple[str, ...]) -> None:
        """A few days later, something happens to somebody, if the rules let it."""
        self.today += dt.timedelta(days=self.draw.choice((0, 0, 1, 3, 9)))
        deed: Callable[[], None] = getattr(self, self.draw.choice(deeds))
        try:
            deed()
        except Refused:
            self.refused += 1

    # --- people

    def one(self) -> int:
        return self.draw.choice(sorted(self.told))

    def begin(self) -> None:
        person, on = make_person(self.world, area_code=self.draw.choice(("E01008881", ""))), self.day()
        _begin(self.world, person, self.today) if on == self.today else moving.begin_journey(
            **self.same, person=person, programme=self.world.programme.pk, on=on, attributes={"age": "young"}
        )
        from commongoal.pathway.models import Move

        move = Move.objects.get(journey__person=person).pk
        self.told[person] = Told(moves={move: {"on": on, "place": 0, "stage": "referred", "reason": "", "kind": ""}})

    def merge(self) -> None:
        """Two records turn out to be of one person; the log of the two is given up."""
        kept, gone = (self.draw.choice(sorted(self.told)) for _ in range(2))
        versions = tuple(Person.objects.get(pk=pk).version for pk in (kept, gone))
        manager = self._manager()
        self.merged.append(merging.merge_people(kept, gone, versions=versions, **manager))

    def part(self) -> None:
        if self.merged:
            merging.part_people(self.merged[-1], **self._manager())
            self.merged.pop()

    def _manager(self) -> dict[str, Any]:
        from commongoal.access.engine.permissions import Role

        return {"by": self.world.viewer(role=Role.MANAGER), "at": noon(self.today)}

    # --- moves

    def move(self) -> None:
        person = self.one()
        said = self._move()
        pk = moving.record_move(**self.same, person=person, programme=self.world.programme.pk, **said)
        self._note_move(person, pk, said, None)

    def correct_move(self) -> None:
        person = self.one()
        if old := self._some(self.told[person].moves):
            said = self._move()
            pk = moving.correct_move(**self.same, person=person, move=old, **said)
            self._note_move(person, pk, said, self.told[person].moves.pop(old))

    def withdraw_move(self) -> None:
        person = self.one()
        moves = self.told[person].moves
        if len(moves) > 1 and (old := self._some(moves)):
            moving.withdraw_move(**self.same, person=person, move=old, why="A slip")
            del moves[old]

    def _move(self) -> dict[str, Any]:
        stage = self.draw.choice(STAGES)
        reason = "Moved out of area" if stage == "left" else ""
        kind = self.draw.choice(("seen", "letter"))
        return {"stage": stage, "on": self.day(), "evidence_kind": kind, "why": "They told me", "reason": reason}

    def _note_move(self, person: int, pk: int, said: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Of several on a day the newest comes last; one corrected on its own day stays where it was."""
        moves = self.told[person].moves
        places = [each["place"] for each in moves.values() if each["on"] == said["on"]]
        stays = old is not None and old["on"] == said["on"]
        place = old["place"] if old is not None and stays else max(places, default=-1) + 1
        row = {"on": said["on"], "place": place, "stage": said["stage"], "reason": said["reason"]}
        kind = "" if said["stage"] == "left" and said["evidence_kind"] == "" else said["evidence_kind"]
        moves[pk] = {**row, "kind": kind}

    # --- support

    def support(self) -> None:
        person = self.one()
        said = {"intervention": self.draw.choice(("advice", "coaching")), "from_on": self.day(), "contract": "C1"}
        pk = supporting.begin_support(**self.same, person=person, programme=self.world.programme.pk, **said)
        self.told[person].support[pk] = said | {"to_on": None}

    def end_support(self) -> None:
        person = self.one()
        if pk := self._some(self.told[person].support):
            end = self.day()
            supporting.end_support(**self.same, person=person, support=pk, to_on=end)
            self.told[person].support[pk]["to_on"] = end

    def correct_support(self) -> None:
        person = self.one()
        if old := self._some(self.told[person].support):
            start = self.day()
            said = {"intervention": self.draw.choice(("advice", "coaching")), "from_on": start, "contract": ""}
            said["to_on"] = self.draw.choice((None, self.today))
            pk = supporting.correct_support(**self.same, person=person, support=old, **said)
            del self.told[person].support[old]
            self.told[person].support[pk] = said

    def withdraw_support(self) -> None:
        person = self.one()
        if old := self._some(self.told[person].support):
            supporting.withdraw_support(**self.same, person=person, support=old, why="A slip")
            del self.told[person].support[old]

    # --- work and assessments

    def job(self) -> None:
        person = self.one()
        details = self._job()
        pk = working.record_job(**self.same, person=person, programme=self.world.programme.pk, details=details)
        self.told[person].jobs[pk] = details

    def end_job(self) -> None:
        person = self.one()
        if pk := self._some(self.told[person].jobs):
            end = self.day()
            working.end_job(**self.same, person=person, job=pk, to_on=end, why="It ended")
            self.told[person].jobs[pk] = replace(self.told[person].jobs[pk], to_on=end)

    def correct_job(self) -> None:
        person = self.one()
        if old := self._some(self.told[person].jobs):
            details = self._job()
            pk = working.correct_job(**self.same, person=person, job=old, details=details)
            del self.told[person].jobs[old]
            self.told[person].jobs[pk] = details

    def _job(self) -> JobDetails:
        alone = self.draw.random() < 0.2
        return JobDetails(
            from_on=self.day(),
            weekly_hours=Decimal(self.draw.choice(("7.5", "16", "37"))),
            pay_pence=1500,
            pay_period=PayPeriod.HOUR,
            occupation="Care assistant",
            evidence_kind=self.draw.choice(("payslip", "none_yet")),
            employer="" if alone else self.draw.choice(EMPLOYERS),
            self_employed=alone,
        )

    def assess(self) -> None:
        person, on, levels = self.one(), self.day(), self._levels()
        pk = assessing.record_assessment(
            **self.same,
            person=person,
            programme=self.world.programme.pk,
            on=on,
            levels=levels,
            notes={},
            token=self._token(),
        )
        self.told[person].assessed[pk] = (on, levels)

    def correct_assessment(self) -> None:
        person = self.one()
        if old := self._some(self.told[person].assessed):
            on, levels = self.day(), self._levels()
            pk = assessing.correct_assessment(
                **self.same, person=person, assessment=old, on=on, levels=levels, notes={}, token=self._token()
            )
            del self.told[person].assessed[old]
            self.told[person].assessed[pk] = (on, levels)

    def _levels(self) -> dict[str, int | None]:
        return {area: self.draw.choice((None, 1, 2, 3, 4, 5)) for area in AREAS}

    def _token(self) -> str:
        self.count += 1
        return f"form {self.count}"

    def _some(self, rows: dict[int, Any]) -> int | None:
        return self.draw.choice(sorted(rows)) if rows else None

    # --- as files

    def write(self, folder: Path) -> None:
        """The log as the files of a ledger. Rows from before somebody was referred are left out, as the ledger asks."""
        folder.mkdir()
        people, entries, support, work, readings = [], [], [], [], []
        for person, told in self.told.items():
            who = pseudonym(person)
            people.append((who, Person.objects.get(pk=person).area_code, "young"))
            stood = ""
            for row in sorted(told.moves.values(), key=lambda row: (row["on"], row["place"])):
                entries.append(
                    (who, row["on"], row["place"], stood, row["stage"], row["reason"], "council", row["kind"])
                )
                stood = row["stage"]
            first = min(row["on"] for row in told.moves.values())
            support += [
                (who, "council", row["intervention"], row["contract"], row["from_on"], row["to_on"] or "")
                for row in told.support.values()
                if row["from_on"] >= first
            ]
            for job in told.jobs.values():
                employer = hidden("employer", job.employer.casefold()) if job.employer else ""
                alone = "yes" if job.self_employed else "no"
                if job.to_on is None or job.to_on > first:
                    hours = float(job.weekly_hours)
                    work.append((who, employer, alone, job.from_on, job.to_on or "", hours, job.evidence_kind))
            readings += [(who, *row) for row in _counting(told.assessed) if row[0] >= first]
        _table(folder, "people", "person,area,age", people)
        _table(folder, "entries", "person,on,seq,stage_from,stage_to,reason,recorded_by,evidence", entries)
        _table(folder, "support", "person,provider,intervention,contract,from_on,to_on", support)
        _table(folder, "work", "person,employer,self_employed,from_on,to_on,weekly_hours,evidence", work)
        _table(folder, "readings", "person,on,area,level", readings)


def _counting(assessed: dict[int, tuple[dt.date, dict[str, int | None]]]) -> list[tuple[dt.date, str, int]]:
    rows, last = [], None
    for _, (on, levels) in sorted(assessed.items(), key=lambda item: (item[1][0], item[0])):
        if last is None or (on - last).days >= GAP:
            last = on
            rows += [(on, area, level) for area, level in levels.items() if level is not None]
    return rows


def _table(folder: Path, name: str, header: str, rows: list[tuple[Any, ...]]) -> None:
    with (folder / f"{name}.csv").open("w", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])


CASEWORK = (
    "begin", "move", "move", "move", "move", "correct_move", "withdraw_move", "support", "support", "end_support",
    "correct_support", "withdraw_support", "job", "end_job", "correct_job", "assess", "assess", "correct_assessment",
)  # fmt: skip


def a_history(world: World, seed: int, steps: int, deeds: tuple[str, ...] = CASEWORK) -> History:
    """So many steps, the first few of which are people who begin."""
    history = History(world, random.Random(seed))
    for _ in range(3):
        history.begin()
    for _ in range(steps):
        history.step(deeds)
    return history
