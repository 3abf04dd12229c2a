"""A programme's pathway put in force: read whole, matched with the organisations here, or refused with every fault."""

import pytest

from commongoal.access.engine.permissions import Role
from commongoal.access.engine.refusals import NotAllowed
from commongoal.kernel.errors import BadInput
from commongoal.pathway.actions.pathways import SamePathway, put_pathway
from commongoal.pathway.engine.in_force import NoPathway
from commongoal.pathway.queries.pathways import pathway_of
from tests.platform.world import AT, PATHWAY, World, put_in_force


def test_a_pathway_in_force_knows_its_organisations_and_the_common_assessment(world: World) -> None:
    with pytest.raises(NoPathway):
        pathway_of(world.programme.pk)
    row = put_in_force(world)
    found = pathway_of(world.programme.pk)
    assert found.file == row.pk
    assert found.provider(world.organisations["charity"].pk) == "charity"
    assert found.partners == {
        "council": world.organisations["council"].pk,
        "jobcentre": world.organisations["jobcentre"].pk,
    }
    assert [len(area.words) for area in found.programme.areas] == [5] * 8
    assert found.area("skills").evidences == ("skilled",)
    assert found.stage_name("barriers_removed") == "Barriers removed"
    assert found.casework.plan_review_days == 28


def test_every_fault_of_a_file_is_said_at_once_and_nothing_is_kept(world: World) -> None:
    before = put_in_force(world)
    text = PATHWAY.replace('name = "The charity"', 'name = "The choir"').replace(
        'name = "The provider"', 'name = "The council"'
    )
    text = text.replace('areas = "common"', 'areas = [{ id = "mood", name = "Mood" }]')
    with pytest.raises(BadInput) as refusal:
        put_in_force(world, text)
    assert [problem.code for problem in refusal.value.problems] == [
        "area_without_words",
        "no_such_body",
        "provider_twice",
    ]
    assert pathway_of(world.programme.pk).file == before.pk
    with pytest.raises(SamePathway):
        put_in_force(world)


def test_a_name_that_no_database_keeps_is_refused_at_once(world: World) -> None:
    with pytest.raises(BadInput) as refusal:
        put_in_force(world, PATHWAY.replace('name = "The charity"', 'name = "The\\u0000charity"'))
    assert "U+0000" in str(refusal.value)


def test_only_analysts_and_administrators_put_one_there(world: World) -> None:
    for role in set(Role) - {Role.ANALYST, Role.ADMINISTRATOR}:
        of = world.viewer("employer" if role is Role.EMPLOYER else "council", role)
        with pytest.raises(NotAllowed):
            put_pathway(by=of, at=AT, programme=world.programme.pk, content=PATHWAY.encode(), file="test.toml")
