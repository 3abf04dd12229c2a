"""The deeds of the pathway and of the directory; see `tests.platform.deeds`."""

import json
from collections.abc import Callable
from dataclasses import replace

from commongoal.access.engine.permissions import Role
from commongoal.directory.actions import services
from commongoal.directory.engine.entries import ServiceEntry
from commongoal.directory.models import Service
from commongoal.pathway.actions import answers, participations, sending
from commongoal.pathway.engine.referral import Outcome, RejectionReason
from commongoal.people.models import Agreement
from tests.platform import test_eligibility, test_starts
from tests.platform.test_referrals import AT, DAY, a_sending, agree, sent
from tests.platform.world import World, make_person

Deed = Callable[[], object]


def answer_eligibility(world: World) -> Deed:
    person = make_person(world)
    test_eligibility.answered(world, person)
    return lambda: test_eligibility.answered(world, person)


def start_person(world: World) -> Deed:
    person = make_person(world)
    test_eligibility.answered(world, person)
    return lambda: test_starts.start(world, person)


def end_participation(world: World) -> Deed:
    person = make_person(world)
    test_eligibility.answered(world, person)
    part, by = test_starts.start(world, person), world.viewer()
    return lambda: participations.end_participation(
        by=by, at=AT, person=person, participation=part, ended_on=DAY, exit_reason="in work"
    )


def send_referral(world: World) -> Deed:
    person, by = make_person(world, phone="01632 960111"), world.viewer()
    agree(world, person, "provider")
    return lambda: sending.send_referral(by=by, at=AT, sending=a_sending(world, person))


def send_referrals(world: World) -> Deed:
    people, by = [make_person(world), make_person(world), make_person(world)], world.viewer()
    for person in people[:2]:
        agree(world, person, "provider")
    one = replace(a_sending(world, people[0]), token="several")
    return lambda: sending.send_referrals(by=by, at=AT, people=people, sending=one, all_or_none=False)


def pass_on_referral(world: World) -> Deed:
    referral = _accepted(world)
    by, person = world.viewer("provider"), _person(referral)
    agree(world, person, "charity")
    Agreement.objects.filter(person_id=person).update(from_organisation=by.organisation)
    onward = a_sending(world, person, "charity")
    return lambda: sending.pass_on_referral(by=by, at=AT, referral=referral, sending=onward)


def _person(referral: int) -> int:
    from commongoal.pathway.models import Referral

    return Referral.objects.get(pk=referral).person_id


def _accepted(world: World) -> int:
    _, referral = sent(world)
    answers.accept_referral(by=world.viewer("provider"), at=AT, referral=referral)
    return referral


def receive_referral(world: World) -> Deed:
    (_, referral), by = sent(world), world.viewer("provider")
    return lambda: answers.receive_referral(by=by, at=AT, referral=referral)


def accept_referral(world: World) -> Deed:
    (_, referral), by = sent(world), world.viewer("provider")
    return lambda: answers.accept_referral(by=by, at=AT, referral=referral)


def reject_referral(world: World) -> Deed:
    (_, referral), by = sent(world), world.viewer("provider")
    code = RejectionReason.NO_CAPACITY
    return lambda: answers.reject_referral(by=by, at=AT, referral=referral, code=code)


def confirm_first_contact(world: World) -> Deed:
    referral, by = _accepted(world), world.viewer("provider")
    return lambda: answers.confirm_first_contact(by=by, at=AT, referral=referral, contact_on=DAY)


def close_referral(world: World) -> Deed:
    referral, by = _accepted(world), world.viewer("provider")
    return lambda: answers.close_referral(by=by, at=AT, referral=referral, outcome=Outcome.DECLINED)


def withdraw_referral(world: World) -> Deed:
    (_, referral), by = sent(world), world.viewer()
    return lambda: answers.withdraw_referral(by=by, at=AT, referral=referral, note="A slip")


def look_at_override(world: World) -> Deed:
    from commongoal.pathway.models import Referral

    (_, referral), by = sent(world), world.viewer("council", Role.MANAGER)
    Referral.objects.filter(pk=referral).update(override_reason="It could not wait")
    return lambda: answers.look_at_override(by=by, at=AT, referral=referral)


# --- services

_ID = "{}0000000-0000-4000-8000-000000000000"
DOCUMENT = json.dumps(
    [{"id": _ID.format(i), "name": f"Course {i}", "status": "active", "description": "Learn"} for i in (1, 2)]
).encode()


def import_services(world: World) -> Deed:
    by = world.viewer("council", Role.ADMINISTRATOR)
    return lambda: services.import_services(DOCUMENT, source="place", file="a.json", by=by, at=AT, keep_good=True)


def save_service(world: World) -> Deed:
    by = world.viewer("council", Role.MANAGER)
    return lambda: services.save_service(ServiceEntry(external_id="", name="A course"), [], by=by, at=AT)


def mark_checked(world: World) -> Deed:
    by = world.viewer("council", Role.MANAGER)
    save_service(world)()
    service = Service.objects.latest("pk").pk
    return lambda: services.mark_checked(service, by=by, at=AT)
