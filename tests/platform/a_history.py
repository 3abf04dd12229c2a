"""A history drawn at random and entered through the actions, with a log of its own of what then stands.

The log (`tests.platform.a_log`) knows nothing of tables or queries,
and `tests.platform.as_files` makes of it the files that `commongoal ledger import` reads.
"""

import datetime as dt
import random
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from commongoal.access.engine.permissions import Role
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions import answers, moving, sending
from commongoal.pathway.engine.referral import Outcome
from commongoal.pathway.models import Move
from commongoal.people.actions import agreements, merging
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, GivenHow
from commongoal.people.models import Person
from tests.platform.a_help import Helped
from tests.platform.a_log import START, Row, Sheet, noon
from tests.platform.test_referrals import a_sending
from tests.platform.world import PATHWAY, World, make_person

STAGES = ("engaged", "barriers_removed", "skilled", "supported", "in_work", "sustained", "left")
OPEN_MOVES = {tuple(move) for move in tomllib.loads(PATHWAY)["pathway"]["moves"]}
ENDS = {"left": "not engaged", "ended": "moved_away"}
PERSON = {"first_name": "Rosa", "last_name": "Marden", "ni_blind": "QQ123456C"}


def begun(world: World, on: dt.date = START) -> int:
    """A person with a journey."""
    person = make_person(world, area_code="E01008881")
    _begin(world, person, on, noon(on))
    return person


def _begin(world: World, person: int, on: dt.date, at: dt.datetime) -> int:
    programme, by = world.programme.pk, world.viewer()
    return moving.begin_journey(by=by, at=at, person=person, programme=programme, on=on, attributes={"age": "young"})


class History(Helped):
    """People of a world, and all that happens to them."""

    # --- people

    def begin(self) -> None:
        area = self.draw.choice(("E01008881", ""))
        person, on = make_person(self.world, area_code=area, **PERSON), self.day()
        _begin(self.world, person, on, noon(self.today))
        move = Move.objects.get(journey__person=person).pk
        first = {"on": on, "place": 0, "stage": "referred", "reason": "", "kind": "", "by": "council"}
        self.sheets[person] = Sheet(moves={move: first})

    def merge(self) -> None:
        kept, gone = self.draw.sample(self.tops(), 2)
        versions = tuple(Person.objects.get(pk=pk).version for pk in (kept, gone))
        merge = merging.merge_people(kept, gone, versions=versions, **self._as(Role.MANAGER))
        self.merges[merge] = (kept, gone)

    def part(self) -> None:
        """Any merge, not only the last."""
        if not self.merges:
            raise Refused
        merge = self.draw.choice(sorted(self.merges))
        merging.part_people(merge, **self._as(Role.MANAGER))
        del self.merges[merge]

    # --- moves

    def move(self) -> None:
        person, (name, by) = self.one(), self.helper()
        said = self._move(person)
        at = noon(self.today)
        pk = moving.record_move(by=by, at=at, person=person, programme=self.programme, **said)
        self.sheets[person].moves[pk] = self._arrival(person, said, name)
        self.let_count(person)

    def move_over(self) -> None:
        """To a stage that the provider delivers: it counts once they have spoken to the person."""
        person = self.one("referrals")
        said = self._move(person)
        referral, on_sheet = self.some(person, "referrals")
        if said["stage"] in ENDS:
            raise Refused
        pk = moving.record_move(**self.same, person=person, programme=self.programme, referral=referral, **said)
        contact_on, sheet = on_sheet[referral]["contact_on"], self.sheets[person]
        row = self._arrival(person, said | {"on": max(said["on"], contact_on or said["on"])}, "council")
        if contact_on:
            sheet.moves[pk] = row
        else:
            sheet.waiting[pk] = row | {"referral": referral}
        self.let_count(person)

    def correct_move(self) -> None:
        """Mostly another day for the same stage."""
        person = self.one()
        moves = self.sheets[person].moves
        said, pk = self._move(person), self.draw.choice(sorted(moves))
        if self.draw.random() < 0.7:
            said |= {"stage": moves[pk]["stage"], "reason": ENDS.get(moves[pk]["stage"], "")}
        new = moving.correct_move(**self.same, person=person, move=pk, **said)
        old = self.sheets[person].moves.pop(pk)
        row = self._arrival(person, said, "council")
        self.sheets[person].moves[new] = row | ({"place": old["place"]} if old["on"] == said["on"] else {})
        self.let_count(person)

    def withdraw_move(self) -> None:
        person = self.one()
        moves = self.sheets[person].moves
        if len(moves) == 1:
            raise Refused
        pk = self.draw.choice(sorted(moves))
        moving.withdraw_move(**self.same, person=person, move=pk, why="A slip")
        del moves[pk]
        self.let_count(person)

    def _move(self, person: int) -> Row:
        """Mostly where they may go from where they stand, sometimes anywhere."""
        last = max(self.sheets[person].moves.values(), key=lambda row: (row["on"], row["place"]))["stage"]
        likely = [to for to in STAGES if _open(last, to)] if self.draw.random() < 0.8 else []
        stage = self.draw.choice(likely or (*STAGES, "ended"))
        kind = self.draw.choice(("seen", "letter"))
        reason = ENDS.get(stage, "")
        return {"stage": stage, "on": self.day(), "evidence_kind": kind, "why": "They told me", "reason": reason}

    def _arrival(self, home: int, said: Mapping[str, Any], by: str) -> Row:
        """Of several on a day the newest comes last."""
        places = [each["place"] for each in self.sheets[home].moves.values() if each["on"] == said["on"]]
        row = {"on": said["on"], "place": max(places, default=-1) + 1, "stage": said["stage"]}
        return row | {"reason": said["reason"], "kind": said["evidence_kind"], "by": by}

    def let_count(self, home: int) -> None:
        """What waited counts from first contact on, if the story then still holds."""
        sheet = self.sheets[home]
        every = {pk: row for each in self.sheets.values() for pk, row in each.referrals.items()}
        for pk, row in sorted(sheet.waiting.items(), key=lambda item: (item[1]["on"], item[1]["place"], item[0])):
            if contact_on := every[row["referral"]]["contact_on"]:
                said = row | {"on": max(row["on"], contact_on), "evidence_kind": row["kind"]}
                counts = self._arrival(home, said, "council")
                if holds([*sheet.moves.values(), counts]):
                    sheet.moves[pk] = counts
                    del sheet.waiting[pk]

    # --- referrals and agreements

    def refer(self) -> None:
        person = self.one()
        if not any(row["to_on"] is None for each in self.group(person) for row in self.sheets[each].agreed.values()):
            self.agree(person)
        self.count += 1
        sending_ = a_sending(self.world, person, token=f"sending {self.count}")
        pk = sending.send_referral(**self.same, sending=sending_)
        self.sheets[person].referrals[pk] = {"sent_on": self.today, "contact_on": None}
        answers.accept_referral(**self._as(Role.KEY_WORKER, "provider"), referral=pk)
        self.sheets[person].parts[pk] = {"from_on": self.today, "to_on": None}

    def contact(self) -> None:
        pk, sheet = self.some(self.one("referrals"), "referrals")
        on = max(sheet[pk]["sent_on"], self.day())
        answers.confirm_first_contact(**self._as(Role.KEY_WORKER, "provider"), referral=pk, contact_on=on)
        sheet[pk]["contact_on"] = on
        for home, each in self.sheets.items():
            if any(row["referral"] == pk for row in each.waiting.values()):
                self.let_count(home)

    def close(self) -> None:
        """Before first contact, what waited for it comes to nothing; else it waits on until the story allows it."""
        pk, sheet = self.some(self.one("referrals"), "referrals")
        answers.close_referral(**self._as(Role.KEY_WORKER, "provider"), referral=pk, outcome=Outcome.OTHER)
        for each in self.sheets.values():
            if pk in each.parts:
                each.parts[pk]["to_on"] = self.today
            if sheet[pk]["contact_on"] is None:
                each.waiting = {move: row for move, row in each.waiting.items() if row["referral"] != pk}

    def agree(self, person: int | None = None) -> None:
        person = person or self.one()
        areas = frozenset({AreaOfLife.WORK, AreaOfLife.HEALTH, self.draw.choice((AreaOfLife.MONEY, AreaOfLife.WORK))})
        terms = agreements.Terms(
            to_organisation=self.world.organisations["provider"].pk,
            areas=areas,
            classes=frozenset({DataClass.IDENTITY, DataClass.CONTACT}),
            given_how=GivenHow.SIGNED,
            document_version="2",
            from_on=self.today,
        )
        pk = agreements.give_agreement(**self.same, person=person, terms=terms)
        self._end_agreed(person)
        scopes = [f"area: {area.value}" for area in areas] + ["data: identity", "data: contact"]
        self.sheets[person].agreed[pk] = {"scopes": scopes, "from_on": self.today, "to_on": None}

    def withdraw_agreed(self) -> None:
        person = self.one("agreed")
        pk, sheet = self.some(person, "agreed")
        agreements.withdraw_agreement(**self.same, person=person, agreement=pk, how=GivenHow.SPOKEN)
        sheet[pk]["to_on"] = self.today

    def _end_agreed(self, person: int) -> None:
        for each in self.group(person):
            for row in self.sheets[each].agreed.values():
                row["to_on"] = row["to_on"] or self.today


def holds(moves: list[Row]) -> bool:
    """Whether these moves tell a story that the programme allows."""
    ordered = sorted(moves, key=lambda row: (row["on"], row["place"]))
    steps = [(one["stage"], other["stage"], other["on"]) for one, other in pairwise(ordered)]
    fine = ordered[0]["stage"] == "referred" and len(set(steps)) == len(steps)
    return fine and all(_open(one, other) for one, other, _ in steps)


def _open(one: str, other: str) -> bool:
    if one == "ended" or one == other:
        return False
    return one == "left" or other in ENDS or (one, other) in OPEN_MOVES


CASEWORK = (
    *("begin", "move", "move", "move", "move", "move", "correct_move", "withdraw_move"),
    *("support", "support", "end_support", "correct_support", "withdraw_support"),
    *("job", "end_job", "correct_job", "withdraw_job", "assess", "assess", "correct_assessment"),
    *("cost", "cost", "cost", "correct_cost", "withdraw_cost"),
)
PARTNERS = (*("refer", "refer", "move_over", "move_over", "contact", "contact", "close", "agree", "withdraw_agreed"),)
MERGES = ("merge", "merge", "part")


def a_history(world: World, seed: int, steps: int, deeds: tuple[str, ...] = CASEWORK) -> History:
    """So many steps, the first few of which are people who begin."""
    history = History(world, random.Random(seed))
    for _ in range(3):
        history.begin()
    for _ in range(steps):
        history.step(deeds)
    return history
