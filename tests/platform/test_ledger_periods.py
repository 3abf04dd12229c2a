"""Agreements and lawful bases become periods of the ledger, and pass its check."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.refusals import NotAllowed
from commongoal.pathway.actions.answers import accept_referral
from commongoal.pathway.engine.ledger_periods import SharingPeriod, cut, joined
from commongoal.pathway.engine.programme import programme_from
from commongoal.pathway.files import check_ledger
from commongoal.pathway.queries.ledger_periods import ledger_periods, pseudonym
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import Person
from tests.engine.good_ledger import named
from tests.platform.test_referrals import AT, DAY, agree, sent
from tests.platform.world import World

SNAPSHOT = dt.date(2026, 6, 30)


def written(folder: Path, name: str, header: str, rows: list[tuple[object, ...]]) -> None:
    with (folder / f"{name}.csv").open("w", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])


def test_agreements_and_bases_pass_the_check_of_the_ledger(world: World, tmp_path: Path) -> None:
    assert world.programme
    assert world.basis
    person, pk = sent(world)
    agree(
        world, person, "provider", [DataClass.IDENTITY, DataClass.NOTES]
    )  # takes the place of the first, the same day
    agree(world, person, "nhs")
    accept_referral(by=world.viewer("provider"), at=AT, referral=pk)
    Person.objects.filter(pk=person).update(area_code="E01008881")
    with pytest.raises(NotAllowed):
        ledger_periods(world.viewer(), world.programme.pk)
    found = ledger_periods(world.viewer("council", Role.ANALYST), world.programme.pk)
    provider = f"organisation_{world.organisations['provider'].pk}"
    assert found.people == ((pseudonym(person), "E01008881"),)
    scopes = {period.scope for period in found.periods if period.organisation == provider}
    assert scopes == {
        "area: health",
        "area: work",
        "data: identity",
        "data: notes",
        "basis: public task: helping people into work",
    }
    assert "Rosa" not in str(found)
    written(tmp_path, "people", "person,area", [*found.people])
    moves = [(found.people[0][0], DAY, "", "referred")]
    written(tmp_path, "entries", "person,on,stage_from,stage_to", moves)
    rows = [(p.person, p.organisation, p.scope, p.from_on, p.to_on or "") for p in found.periods]
    written(tmp_path, "agreement", "person,organisation,scope,from_on,to_on", rows)
    programme = programme_from(
        {
            "name": "Together into work",
            "place": "Testham",
            "pathway": {"stages": named("referred", "in_work"), "work_stage": "in_work"},
            "providers": named("provider"),
            "interventions": named("advice"),
        }
    )
    report = check_ledger(programme, [tmp_path], SNAPSHOT)
    assert report.problems == ()
    assert report.good["agreement"] == len(rows) > 5


def day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number)


def test_periods_of_a_kind_are_joined_and_empty_ones_dropped() -> None:
    def period(first: int, last: int | None, scope: str = "area: work") -> SharingPeriod:
        return SharingPeriod("p", "o", scope, day(first), None if last is None else day(last))

    assert joined([period(5, 9), period(0, 5), period(3, 3)]) == (period(0, 9),)
    assert joined([period(0, 2), period(4, None), period(6, 7)]) == (period(0, 2), period(4, None))
    assert joined([period(0, 2), period(1, 3, "data: notes")]) == (period(0, 2), period(1, 3, "data: notes"))


def test_what_two_periods_have_in_common() -> None:
    assert cut(day(0), day(5), day(3), None) == (day(3), day(5))
    assert cut(day(0), None, day(3), None) == (day(3), None)
    assert cut(day(0), day(3), day(3), day(5)) is None
