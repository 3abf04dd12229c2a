"""Two users at once on evidence, priorities and targets: one wins, the other is told, nothing is written twice."""

import pytest

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.access.models import Action
from commongoal.places.actions.evidence import add_finding, send_return, withdraw_finding
from commongoal.places.actions.priorities import cite, end_priority
from commongoal.places.actions.targets import set_area_target
from commongoal.places.engine.evidence import AlreadyCited, Stance
from commongoal.places.engine.evidence_given import NewCitation
from commongoal.places.models import AreaTarget, Citation, Finding, Return, TargetShare
from tests.platform.evidenced import (
    a_finding,
    a_return,
    a_target,
    make_finding,
    make_priority,
    make_research,
    make_target,
)
from tests.platform.test_concurrency import PAUSES, the_loser
from tests.platform.together import at_once
from tests.platform.world import AT, World, make_world

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.mark.parametrize("pause", PAUSES)
def test_two_set_another_in_the_place_of_one_target(world: World, pause: int) -> None:
    one, two = world.viewer(role=Role.COMMISSIONER), world.another(role=Role.COMMISSIONER)
    first, given = make_target(world), a_target(world, people=120)
    results = at_once(
        lambda: set_area_target(by=one, at=AT, target=given, token="a", supersedes=first),
        lambda: set_area_target(by=two, at=AT, target=given, token="b", supersedes=first),
        pause=pause,
    )
    told = the_loser(results)
    assert isinstance(told, ChangedMeanwhile)
    assert (two if isinstance(results[0], ChangedMeanwhile) else one).name in str(told)
    assert (AreaTarget.objects.count(), TargetShare.objects.count()) == (2, 6)


@pytest.mark.parametrize("pause", PAUSES)
def test_a_double_click_sends_one_return_and_adds_one_finding(world: World, pause: int) -> None:
    by, research = world.viewer(role=Role.MANAGER), make_research(world)
    sent = at_once(*[lambda: send_return(by=by, at=AT, given=a_return(), token="same")] * 2, pause=pause)
    assert sent == [sent[0]] * 2, sent
    added = at_once(*[lambda: add_finding(by=by, at=AT, research=research, finding=a_finding())] * 2, pause=pause)
    assert added == [added[0]] * 2, added
    assert (Return.objects.count(), Finding.objects.count()) == (1, 1)


@pytest.mark.parametrize("pause", PAUSES)
def test_two_withdraw_the_same_finding(world: World, pause: int) -> None:
    one, two = world.viewer(role=Role.MANAGER), world.viewer(role=Role.ANALYST)
    of = make_research(world)
    finding = make_finding(world, of)
    results = at_once(
        lambda: withdraw_finding(by=one, at=AT, research=of, finding=finding, why="Misread"),
        lambda: withdraw_finding(by=two, at=AT, research=of, finding=finding, why="Miscounted"),
        pause=pause,
    )
    assert isinstance(the_loser(results), ChangedMeanwhile)
    assert Action.objects.filter(subject="finding of research", subject_id=finding).count() == 2


@pytest.mark.parametrize("pause", PAUSES)
def test_two_cite_the_same_and_one_ends_what_another_cites(world: World, pause: int) -> None:
    one, two = world.viewer(role=Role.COMMISSIONER), world.viewer(role=Role.ANALYST)
    priority, given = make_priority(world), NewCitation(Stance.FOR, finding=make_finding(world, make_research(world)))
    cites = [lambda by=by: cite(by=by, at=AT, priority=priority, citation=given) for by in (one, two)]
    results = at_once(*cites, pause=pause)
    assert isinstance(the_loser(results), AlreadyCited)
    assert Citation.objects.count() == 1
    ends = [lambda by=by: end_priority(by=by, at=AT, priority=priority, why="Done") for by in (one, two)]
    ended = at_once(*ends, pause=pause)
    assert isinstance(the_loser(ended), ChangedMeanwhile)
