"""Distance travelled is one figure: the journey of a person, the team's figures and the ledger count the same readings.

An assessment inside the programme's minimum gap is kept, shown and marked, and counts in none of them.
"""

import datetime as dt
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from commongoal.access.engine.permissions import Role
from commongoal.pathway.actions.moving import begin_journey
from commongoal.pathway.actions.snapshots import INSTALLATION, take_snapshot
from commongoal.pathway.engine.distance import AreaDistance, distance
from commongoal.pathway.engine.scan import first_scan
from commongoal.pathway.engine.scan_sql import Frame
from commongoal.pathway.engine.snapshots import TakenSnapshot
from commongoal.pathway.engine.team_figures import AreaFigures
from commongoal.pathway.files import check_ledger, read_programme
from commongoal.pathway.queries.assessments import assessments
from commongoal.pathway.queries.snapshots import snapshot
from commongoal.pathway.queries.team_figures import team_figures
from commongoal.pathway.sessions.duck import DuckSession
from tests.platform.test_assessments import DAY, days_back, done
from tests.platform.world import AT, PATHWAY, World, make_person, put_in_force

ASKED = 'question = "How is it?", words = ["a", "b", "c", "d", "e"], levels = 5'
MONEY = f'{{ id = "money", name = "Money", {ASKED}, reliability = 0.8, reliability_source = "invented" }}'
HOME = f'{{ id = "housing", name = "Home", {ASKED} }}'
SURE = PATHWAY.replace('areas = "common"', f"areas = [{MONEY}, {HOME}]")
FEWER = SURE.replace(MONEY, MONEY.replace('"c", "d", "e"], levels = 5', '"c"], levels = 3'))
BEGUN = days_back(200)


@pytest.fixture
def place(world: World, tmp_path: Path, settings: object) -> World:
    settings.SNAPSHOTS = tmp_path
    put_in_force(world, SURE)
    return world


def on_programme(world: World, name: str, begun: dt.date = BEGUN) -> int:
    person = make_person(world, last_name=name)
    begin_journey(
        by=world.viewer(), at=AT, person=person, programme=world.programme.pk, on=begun, attributes={"age": "young"}
    )
    return person


def of_team(world: World) -> dict[str, AreaFigures]:
    found = team_figures(world.viewer(role=Role.ANALYST), world.programme.pk)
    return {each.area.id: each for each in found.areas}


def of_ledger(world: World) -> tuple[TakenSnapshot, dict[str, AreaDistance]]:
    """The distance that a valuation of a fresh snapshot tells."""
    taken = snapshot(take_snapshot(by=INSTALLATION, at=AT, programme=world.programme.pk))
    programme = read_programme(taken.programme_file)
    assert check_ledger(programme, [taken.ledger], taken.snapshot_on).problems == ()
    with DuckSession(taken.ledger) as session:
        day = (taken.snapshot_on - dt.date(1970, 1, 1)).days
        stats = first_scan(session, Frame(programme, session.dialect, day, (0,) * len(programme.segments)))
    return taken, {each.area: each for each in distance(stats.readings, programme.areas)}


def test_what_is_inside_the_gap_counts_nowhere_and_the_rest_everywhere(place: World) -> None:
    levels = [1, 2, 3, 2, 1, 4, 2, 3, 1, 2, 5, 3]
    for number, level in enumerate(levels):
        person = on_programme(place, f"Moved{number}")
        done(place, person, days_back(150), {"money": level, "housing": 2})
        done(place, person, days_back(140), {"money": 5, "housing": 5})  # inside the gap
        done(place, person, days_back(20), {"money": min(level + 1, 5), "housing": None})
        done(place, person, DAY, {"money": 1, "housing": 1})  # inside the gap of the last that counts
        told = assessments(person, place.viewer()).value
        assert [each.counts for each in told] in ([True, False, True, False], [False, True, False, True])
    for number in range(11):
        done(place, on_programme(place, f"Once{number}"), days_back(90), {"money": 4, "housing": 4})

    taken, ledger = of_ledger(place)
    team = of_team(place)
    money, said = ledger["money"], team["money"]
    assert taken.rows["readings"] == 12 * 3 + 11 * 2
    assert (money.paired, money.left_out) == (12, 11) == (said.paired, said.left_out.once)
    assert (money.mean_first, money.mean_latest) == (said.mean_first, said.mean_latest)
    assert said.mean_first == pytest.approx(sum(levels) / 12)
    assert said.mean_latest == pytest.approx(sum(min(level + 1, 5) for level in levels) / 12)
    assert money.change == said.change
    assert money.threshold == said.threshold
    assert said.threshold is not None
    assert money.really_better == 0, "one level is within the error of these readings"
    assert said.really_better in (0, None)
    # At home all but the first preferred not to say: the ledger has no second reading, the team leaves them out.
    assert (ledger["housing"].paired, ledger["housing"].left_out) == (0, 23)
    assert (team["housing"].paired, team["housing"].change) == (0, None)


def test_levels_of_another_scale_are_compared_nowhere(place: World) -> None:
    """The area had five levels and has three: its early readings are none, those of other areas stay."""
    people = [on_programme(place, f"Before{number}") for number in range(12)]
    for person in people:
        done(place, person, days_back(150), {"money": 3, "housing": 2})
    put_in_force(place, FEWER)
    for person in people:
        done(place, person, DAY, {"money": 3, "housing": 3})
    taken, ledger = of_ledger(place)
    assert taken.left_out == {"a reading of an area or level that the pathway no longer has": 12}
    read = Counter(row["area"] for row in pq.read_table(taken.ledger / "readings.parquet").to_pylist())
    assert read == {"money": 12, "housing": 24}
    assert (ledger["money"].paired, ledger["money"].left_out, ledger["housing"].paired) == (0, 12, 12)
    team = of_team(place)
    assert (team["money"].paired, team["housing"].paired) == (0, 12)
    assert team["housing"].change == ledger["housing"].change


def test_a_reading_from_before_the_pathway_counts_for_the_team_and_not_for_the_ledger(place: World) -> None:
    """A spell begins with the referral: what was found before is left out of it, counted by reason."""
    for number in range(12):
        person = on_programme(place, f"Early{number}", begun=days_back(100))
        done(place, person, days_back(150), {"money": 1})
        done(place, person, days_back(50), {"money": 3})
    taken, ledger = of_ledger(place)
    assert of_team(place)["money"].paired == 12
    assert (ledger["money"].paired, ledger["money"].left_out) == (0, 12)
    assert taken.left_out == {"a row from before the person was referred": 12}
