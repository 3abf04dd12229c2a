"""Two records made one by mistake: a manager parts them again and says which of what was written since goes."""

import pytest
from tests.journeys.browser import DESK, NARROW, press, sideways, violations
from tests.platform.test_merging import merge
from tests.platform.test_referrals import AT, DAY, a_sending, agree
from tests.platform.world import make_person

from commongoal.access.engine.permissions import Role
from commongoal.pathway.actions.sending import send_referral
from commongoal.people.actions.notes import write_note
from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.models import Note

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_manager_parts_two_records_again(site) -> None:
    kept, gone = make_person(site.world), make_person(site.world, first_name="Rosie", last_name="Marsden")
    merge(site.world, kept, gone)
    by = site.world.viewer()
    for text in (
        "Rang about the interview on Tuesday",
        "Brought her certificates, and a letter from an employer",
    ):
        write_note(by=by, at=AT, person=kept, kind=NoteKind.CONTACT, text=text, on=DAY)
    agree(site.world, kept, "provider")
    send_referral(by=by, at=AT, sending=a_sending(site.world, kept))
    page = site.page(site.world.viewer(role=Role.MANAGER))
    site.open(page, f"/people/{kept}/merge/")
    for width in (DESK, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []
        assert not sideways(page)
    site.shot(page, "parting")
    page.get_by_label("Brought her certificates").check()
    press(page, "text=Part them again")
    page.wait_for_selector("text=The two records are two again")
    assert list(Note.objects.filter(person=gone).values_list("text", flat=True)) == [
        "Brought her certificates, and a letter from an employer"
    ]
    assert page.locator("text=Part them again").count() == 0
