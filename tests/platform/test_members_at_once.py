"""Two at once: an invitation makes one account, and somebody always stays who can change members."""

import pytest

from commongoal.access.actions.invitations import LinkNoLongerWorks, accept_invitation, invite_member
from commongoal.access.actions.members import NobodyLeft, end_membership
from commongoal.access.engine.permissions import Role
from commongoal.access.models import Membership, User
from tests.platform.together import at_once, parted
from tests.platform.world import World, make_world, now


@pytest.fixture
def here(transactional_db: None) -> World:
    return make_world()


def test_two_administrators_who_end_each_other_leave_one(here: World) -> None:
    one, other = here.viewer("council", Role.ADMINISTRATOR), here.viewer("charity", Role.ADMINISTRATOR)
    won, lost = parted(
        at_once(
            lambda: end_membership(one.membership, by=other, at=now()),
            lambda: end_membership(other.membership, by=one, at=now()),
        )
    )
    assert (len(won), [type(fault) for fault in lost]) == (1, [NobodyLeft])
    assert Membership.objects.filter(role=Role.ADMINISTRATOR, until_on=None).count() == 1


def test_a_link_opened_three_times_at_once_makes_one_account(here: World) -> None:
    admin, charity = here.viewer("council", Role.ADMINISTRATOR), here.organisations["charity"].pk
    invited = invite_member("nora@example.org", "Nora", charity, Role.KEY_WORKER, by=admin, at=now())
    open_it = [lambda: accept_invitation(invited.token, name="Nora", password="long enough", at=now())] * 3
    won, lost = parted(at_once(*open_it))
    assert (len(won), [type(fault) for fault in lost]) == (1, [LinkNoLongerWorks] * 2)
    assert User.objects.filter(email="nora@example.org").count() == 1
