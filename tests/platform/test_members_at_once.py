"""Two at once: an invitation makes one account, and somebody always stays who can change members."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from commongoal.access.actions.invitations import LinkNoLongerWorks, accept_invitation, invite_member
from commongoal.access.actions.members import NobodyLeft, end_membership
from commongoal.access.engine.permissions import Role
from commongoal.access.models import Membership, User
from commongoal.kernel.errors import Refused
from tests.platform.world import World, make_world, now


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """What each returned or was refused with; where the database lets one writer in at a time, one after another."""
    if connection.vendor == "sqlite":
        return [_answer(call) for call in calls]
    found: list[object] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place: int) -> None:
        gate.wait()
        try:
            found[place] = _answer(calls[place])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _answer(call: Callable[[], object]) -> object:
    try:
        return call()
    except Refused as refusal:
        return type(refusal)


@pytest.fixture
def here(transactional_db: None) -> World:
    return make_world()


def test_two_administrators_who_end_each_other_leave_one(here: World) -> None:
    one, other = here.viewer("council", Role.ADMINISTRATOR), here.viewer("charity", Role.ADMINISTRATOR)
    found = at_once(
        [
            lambda: end_membership(one.membership, by=other, at=now()),
            lambda: end_membership(other.membership, by=one, at=now()),
        ]
    )
    assert sorted(map(str, found)) == sorted(map(str, [None, NobodyLeft]))
    assert Membership.objects.filter(role=Role.ADMINISTRATOR, until_on=None).count() == 1


def test_a_link_opened_three_times_at_once_makes_one_account(here: World) -> None:
    admin, charity = here.viewer("council", Role.ADMINISTRATOR), here.organisations["charity"].pk
    invited = invite_member("nora@example.org", "Nora", charity, Role.KEY_WORKER, by=admin, at=now())
    found = at_once([lambda: accept_invitation(invited.token, name="Nora", password="long enough", at=now())] * 3)
    assert found.count(LinkNoLongerWorks) == 2
    assert User.objects.filter(email="nora@example.org").count() == 1
