"""The makers of the matrix for groups, appointments and documents; see `tests.platform.matrix`."""

import datetime as dt
from typing import Any

from commongoal.access.engine.permissions import Viewer
from commongoal.pathway.models import Appointment, Group, GroupMember, GroupSession, PathwayFile
from commongoal.people.models import Document
from tests.platform.world import AT, put_in_force

OWN = "own"


def make_group(scene: Any, standing: Any, viewer: Viewer) -> int:
    """A group of the viewer's organisation, or of another."""
    if not PathwayFile.objects.exists():
        put_in_force(scene.world)
    return Group.objects.create(
        organisation_id=scene.organisation("council" if standing == OWN else "charity"),
        programme=scene.world.programme, intervention="advice", name="Job club", made_at=AT,
    ).pk  # fmt: skip


def group_member_of(scene: Any, group: int, viewer: Viewer) -> int:
    """Two in the group: one within reach, whose id it is, and one whom the viewer's organisation does not know."""
    from tests.platform.matrix import Standing, make_person

    person, other = make_person(scene, Standing.OWN, viewer), make_person(scene, Standing.NONE, viewer)
    for each in (person, other):
        GroupMember.objects.create(group_id=group, person_id=each, from_on=dt.date(2026, 1, 5))
    return person


def session_of(scene: Any, group: int, viewer: Viewer) -> int:
    """A session that is over, with somebody on its list whom the viewer may see and somebody they may not."""
    group_member_of(scene, group, viewer)
    return GroupSession.objects.create(
        group_id=group, starts_at=AT, minutes=60, membership_id=viewer.membership
    ).pk  # fmt: skip


def appointment_of(scene: Any, person: int, viewer: Viewer) -> int:
    """One with the viewer that is over and of no outcome."""
    return Appointment.objects.create(
        person_id=person, organisation_id=viewer.organisation, membership_id=viewer.membership, starts_at=AT,
        minutes=30, mode="telephone", status="booked", reminder="none", booked_at=AT,
    ).pk  # fmt: skip


def document_of(scene: Any, person: int, viewer: Viewer) -> int:
    """One that the viewer's organisation added; its file is gone, which the page says to whoever may see it."""
    number = next(scene.counter)
    return Document.objects.create(
        person_id=person, organisation_id=viewer.organisation, membership_id=viewer.membership, kind="letter",
        title="A letter", file_name="letter.pdf", media_type="application/pdf", size=1, digest="0" * 64,
        stored=f"{number:032}", added_at=AT,
    ).pk  # fmt: skip


PARTS = {
    "group member": group_member_of,
    "session": session_of,
    "appointment": appointment_of,
    "document": document_of,
}
