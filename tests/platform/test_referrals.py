"""Referrals: what may be sent, what travels, what the two ends see, and what becomes of it."""

import datetime as dt
from collections.abc import Callable, Iterable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.models import Action, ControllerRole
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions.answers import (
    accept_referral,
    close_referral,
    confirm_first_contact,
    look_at_override,
    receive_referral,
    reject_referral,
    withdraw_referral,
)
from commongoal.pathway.actions.sending import pass_on_referral, send_referral, send_referrals
from commongoal.pathway.engine import referral as rules
from commongoal.pathway.engine import sending as sending_rules
from commongoal.pathway.engine.referral import Outcome, RejectionReason, Sending, Side, Status
from commongoal.pathway.models import Participation, Referral, ReferralEvent
from commongoal.pathway.queries.person_part import person_part
from commongoal.pathway.queries.referrals import overrides, referral, referrals
from commongoal.pathway.queries.sending import preview
from commongoal.pathway.queries.timeline import events
from commongoal.people.actions.agreements import Terms, give_agreement
from commongoal.people.engine.vocabulary import AreaOfLife, DataClass, GivenHow
from commongoal.people.models import NamedStaff, Person
from commongoal.people.queries.reach import classes_seen, relations_to
from tests.platform.world import World, make_person, make_worker

AT = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)  # a Monday
DAY = AT.date()
IDENTITY = frozenset({DataClass.IDENTITY})
SHARED = frozenset({DataClass.IDENTITY, DataClass.CONTACT})


def agree(world: World, person: int, to: str, classes: Iterable[DataClass] = SHARED, by: Viewer | None = None) -> int:
    terms = Terms(
        to_organisation=world.organisations[to].pk,
        areas=frozenset({AreaOfLife.WORK, AreaOfLife.HEALTH}),
        classes=frozenset(classes),
        given_how=GivenHow.SIGNED,
        document_version="2",
        from_on=DAY,
    )
    return give_agreement(by=by or world.viewer(), at=AT, person=person, terms=terms)


def a_sending(world: World, person: int, to: str = "provider", **more: object) -> Sending:
    assert world.programme
    values: dict[str, object] = {"classes": SHARED, "token": f"token {person} {to}", **more}
    return Sending(
        person=person,
        programme=world.programme.pk,
        receiver=world.organisations[to].pk,
        reason="Wants to work with animals",
        **values,  # type: ignore[arg-type]
    )


def sent(world: World, to: str = "provider", **fields: object) -> tuple[int, int]:
    """A person and the referral that sent them, with basis and agreement."""
    person = make_person(world, phone="01632 960111", postcode="SR1 1AA", **fields)
    agree(world, person, to)
    return person, send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person, to))


def test_only_agreed_and_chosen_fields_travel_and_are_frozen(world: World) -> None:
    person = make_person(world, phone="01632 960111", ni_blind="blind")
    agree(world, person, "provider", [*SHARED, DataClass.NEEDS])
    sending = a_sending(world, person)
    shown = preview(sending, world.viewer(), DAY).value
    pk = send_referral(by=world.viewer(), at=AT, sending=sending)
    Person.objects.filter(pk=person).update(first_name="Changed", phone="changed")
    record = referral(pk, world.viewer("provider"), DAY).value
    assert record.sent == shown.lines
    assert [(line.label, line.value) for line in record.sent] == [
        ("Name", "Rosa Marden"),
        ("Date of birth", "12 April 1985"),
        ("Telephone", "01632 960111"),
    ]
    assert record.classes == (DataClass.CONTACT, DataClass.IDENTITY)
    assert "Rosa" not in str(list(Action.objects.filter(subject="referral").values("before", "after")))


def test_nothing_goes_without_a_basis_or_an_agreement(world: World) -> None:
    person = make_person(world)
    with pytest.raises(rules.NoAgreement):
        send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person))
    agree(world, person, "nhs")
    with pytest.raises(rules.NoBasis):
        send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person, "nhs"))
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"classes": SHARED | {DataClass.NOTES}}, rules.NotAgreedToShare),
        ({"classes": frozenset()}, rules.NothingChosen),
        ({"need": AreaOfLife.MONEY}, sending_rules.NotAgreedArea),
        ({"to": "council"}, rules.ToItself),
        ({"override_reason": "because"}, NotThere),
        ({"seen": "another digest"}, sending_rules.ChangedSinceChecked),
    ],
)
def test_refused(world: World, more: dict[str, object], refusal: type[Refused]) -> None:
    person = make_person(world)
    agree(world, person, "provider")
    with pytest.raises(refusal):
        send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person, **more))  # type: ignore[arg-type]
    assert not Referral.objects.exists()


def test_an_override_sends_identity_and_contact_only_and_is_listed(world: World) -> None:
    manager, officer = world.viewer("council", Role.MANAGER), world.viewer("council", Role.DATA_PROTECTION)
    person = make_person(world, phone="01632 960111")
    sending = a_sending(world, person, "nhs", override_reason="She may harm herself", classes=frozenset(DataClass))
    with pytest.raises(NotThere):
        send_referral(by=world.viewer(), at=AT, sending=sending)
    pk = send_referral(by=manager, at=AT, sending=sending)
    assert {line.data_class for line in referral(pk, manager, DAY).value.sent} == SHARED
    (line,) = overrides(manager, 1).value
    assert (line.referral, line.missing, line.looked_by) == (pk, "lawful basis and agreement to share", "")
    assert overrides(officer, 1).value == (line,)
    assert overrides(world.viewer("provider", Role.MANAGER), 1).value == ()
    with pytest.raises(NotAllowed):
        overrides(world.viewer(), 1)
    with pytest.raises(NotThere):
        look_at_override(by=world.viewer("provider", Role.MANAGER), at=AT, referral=pk)
    look_at_override(by=officer, at=AT, referral=pk)
    assert overrides(manager, 1).value[0].looked_by == officer.name


def test_nothing_is_overridden_where_nothing_is_missing(world: World) -> None:
    person = make_person(world)
    agree(world, person, "provider")
    sending = a_sending(world, person, override_reason="in a hurry")
    with pytest.raises(rules.NothingToOverride):
        send_referral(by=world.viewer("council", Role.MANAGER), at=AT, sending=sending)


def test_a_double_click_sends_one_and_an_open_referral_is_not_repeated(world: World) -> None:
    person, pk = sent(world)
    assert send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person)) == pk
    with pytest.raises(rules.AlreadyReferred):
        send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person, token="another"))
    withdraw_referral(by=world.viewer(), at=AT, referral=pk, note="changed her mind")
    again = send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person, token="another"))
    assert again != pk


def test_the_handover_is_done_only_when_the_receiver_confirms_first_contact(world: World) -> None:
    person, pk = sent(world)
    there = world.viewer("provider")
    assert classes_seen(person, there) == SHARED  # the agreement's own holding
    receive_referral(by=there, at=AT, referral=pk)
    accept_referral(by=there, at=AT + dt.timedelta(days=1), referral=pk)
    assert "referred" in relations_to(person, there)
    assert "own" not in relations_to(person, there)
    early = AT - dt.timedelta(days=1)
    with pytest.raises(rules.ContactOutOfOrder):
        confirm_first_contact(by=there, at=AT, referral=pk, contact_on=early.date())
    with pytest.raises(rules.ContactOutOfOrder):
        confirm_first_contact(by=there, at=AT, referral=pk, contact_on=DAY + dt.timedelta(days=9))
    then = AT + dt.timedelta(days=3)
    confirm_first_contact(by=there, at=then, referral=pk, contact_on=then.date())
    assert "own" in relations_to(person, there)
    row = Participation.objects.get(person_id=person)
    assert (row.referred_on, row.first_contact_on, row.started_on) == (DAY, then.date(), None)
    close_referral(by=there, at=then, referral=pk, outcome=Outcome.NOT_REACHED)
    assert "own" not in relations_to(person, there)
    record = referral(pk, world.viewer(), DAY).value
    assert [(change.status.value, change.on.day) for change in record.changes] == [
        ("sent", 2),
        ("received", 2),
        ("accepted", 3),
        ("first contact", 5),
        ("closed", 5),
    ]
    assert {event.title for event in events(person, world.viewer())} >= {"First contact by The provider"}


def test_a_receiver_rejects_with_a_coded_reason(world: World) -> None:
    person, pk = sent(world)
    there = world.viewer("provider")
    with pytest.raises(rules.NeedsCode):
        reject_referral(by=there, at=AT, referral=pk, code=None)
    assert referral(pk, there, DAY).value.line.status is Status.SENT
    reject_referral(by=there, at=AT, referral=pk, code=RejectionReason.NO_CAPACITY, note="Try in May")
    record = referral(pk, world.viewer(), DAY).value
    assert [change.status.value for change in record.changes] == ["sent", "received", "rejected"]
    assert (record.changes[-1].code, record.changes[-1].note) == ("no capacity", "Try in May")
    with pytest.raises(rules.NotFromHere):
        accept_referral(by=there, at=AT, referral=pk)
    assert person_part(person, world.viewer()).referrals[0].code == "no capacity"


def test_each_end_does_its_own_and_others_find_nothing(world: World) -> None:
    _, pk = sent(world)
    with pytest.raises(NotAllowed):
        accept_referral(by=world.viewer(), at=AT, referral=pk)
    with pytest.raises(NotAllowed):
        withdraw_referral(by=world.viewer("provider"), at=AT, referral=pk, note="")
    for stranger in (world.viewer("charity"), world.viewer("nhs", Role.MANAGER)):
        with pytest.raises(NotThere):
            accept_referral(by=stranger, at=AT, referral=pk)
        with pytest.raises(NotThere):
            referral(pk, stranger, DAY)
    assert referral(pk, world.viewer("nhs", Role.DATA_PROTECTION), DAY).value.side is None
    with pytest.raises(NotThere):
        referral(pk + 1, world.viewer(), DAY)


def test_an_unanswered_referral_turns_overdue_on_both_sides(world: World) -> None:
    _, pk = sent(world)
    here, there = world.viewer(), world.viewer("provider")
    due = dt.date(2026, 3, 9)  # five working days after Monday 2 March
    assert referral(pk, here, due).value.line.answer_due_on == due
    assert not referral(pk, here, due).value.line.overdue
    for viewer, side in ((here, Side.SENDER), (there, Side.RECEIVER)):
        assert referrals(viewer, side, "overdue", 1, due).value.rows == ()
        (line,) = referrals(viewer, side, "overdue", 1, due + dt.timedelta(days=2)).value.rows
        assert (line.id, line.days_late) == (pk, 2)
        assert [one.id for one in referrals(viewer, side, "waiting", 1, due).value.rows] == [pk]
    assert referrals(here, Side.RECEIVER, "waiting", 1, due).value.rows == ()
    accept_referral(by=there, at=AT, referral=pk)
    assert referrals(here, Side.SENDER, "overdue", 1, due + dt.timedelta(days=9)).value.rows == ()
    assert [one.id for one in referrals(here, Side.SENDER, "accepted", 1, due).value.rows] == [pk]


def test_passing_on_needs_its_own_basis_and_agreement_and_tells_no_more(world: World) -> None:
    person, pk = sent(world)
    there = world.viewer("provider")
    onward = a_sending(world, person, "charity", classes=SHARED | {DataClass.NOTES})
    with pytest.raises(rules.NoAgreement):
        pass_on_referral(by=there, at=AT, referral=pk, sending=onward)
    accept_referral(by=there, at=AT, referral=pk)
    confirm_first_contact(by=there, at=AT, referral=pk, contact_on=DAY)
    agree(world, person, "charity", [*SHARED, DataClass.NOTES], by=there)
    with pytest.raises(rules.NotFromHere):
        pass_on_referral(by=there, at=AT, referral=pk, sending=onward)


def test_passed_on_is_linked_and_seen_by_the_first_sender(world: World) -> None:
    person, pk = sent(world)
    there = world.viewer("provider")
    from commongoal.people.models import Agreement

    Agreement.objects.create(
        person_id=person,
        from_organisation=world.organisations["provider"],
        to_organisation=world.organisations["charity"],
        areas=["work"],
        classes=[*(kind.value for kind in SHARED), "notes"],
        given_how="signed form",
        document_version="2",
        from_on=DAY,
    )
    onward = a_sending(world, person, "charity", classes=SHARED | {DataClass.NOTES})
    new = pass_on_referral(by=there, at=AT, referral=pk, sending=onward)
    assert pass_on_referral(by=there, at=AT, referral=pk, sending=onward) == new
    record = referral(pk, world.viewer(), DAY).value
    assert record.line.status is Status.PASSED_ON
    assert record.passed_on_to
    assert (record.passed_on_to.receiver, record.passed_on_to.status) == ("The charity", Status.SENT)
    assert {line.data_class for line in referral(new, world.viewer("charity"), DAY).value.sent} == SHARED


def test_many_at_once_each_checked(world: World) -> None:
    people = [make_person(world, first_name=name) for name in ("Ann", "Ben", "Cat")]
    for person in people[:2]:
        agree(world, person, "provider")
    elsewhere = make_person(world, "nhs")
    sending = a_sending(world, 0, token="bulk")
    whole = [*people, elsewhere]
    with pytest.raises(sending_rules.SomeRefused):
        send_referrals(by=world.viewer(), at=AT, people=whole, sending=sending, all_or_none=True)
    assert not Referral.objects.exists()
    tried = send_referrals(by=world.viewer(), at=AT, people=whole, sending=sending, all_or_none=False)
    assert [bool(each.referral) for each in tried] == [True, True, False, False]
    assert "not agreed to share" in tried[2].refusal
    assert ReferralEvent.objects.count() == 2
    with pytest.raises(sending_rules.NobodyChosen):
        send_referrals(by=world.viewer(), at=AT, people=[], sending=sending, all_or_none=False)


def test_a_restricted_record_is_not_sent_and_drops_out_of_lists(world: World) -> None:
    person, pk = sent(world)
    named = world.viewer()
    Person.objects.filter(pk=person).update(restricted=True)
    NamedStaff.objects.create(person_id=person, membership_id=named.membership, since_at=AT)
    with pytest.raises(NotThere):
        referral(pk, world.another(), DAY)
    assert referrals(world.another(), Side.SENDER, "waiting", 1, DAY).value.rows == ()
    assert len(referrals(named, Side.SENDER, "waiting", 1, DAY).value.rows) == 1
    assert referrals(world.viewer("provider"), Side.RECEIVER, "waiting", 1, DAY).value.rows == ()
    with pytest.raises(rules.RestrictedRecord):
        send_referral(by=named, at=AT, sending=a_sending(world, person, "charity"))


def test_a_processor_under_the_basis_may_receive(world: World) -> None:
    ControllerRole.objects.create(basis=world.basis, organisation=world.organisations["nhs"], kind="processor")
    assert sent(world, "nhs")


Signed = Callable[[Viewer], Client]


def walk(client: Client, person: int, world: World, **more: object) -> str:
    """The pages of sending up to the check; returns that page."""
    assert world.programme
    answers = {
        "receiver": world.organisations["provider"].pk,
        "programme": world.programme.pk,
        "need": "work",
        "reason": "Wants to work with animals",
        "urgency": "routine",
    }
    assert client.get(f"/people/{person}/refer/").status_code == 200
    first = client.post(f"/people/{person}/refer/", answers | more)
    assert first.headers["Location"] == f"/people/{person}/refer/share/", first.content.decode()
    assert "What do you share" in client.get(f"/people/{person}/refer/share/").content.decode()
    second = client.post(f"/people/{person}/refer/share/", {"classes": ["identity", "contact"]})
    assert second.headers["Location"] == f"/people/{person}/refer/check/", second.content.decode()
    return client.get(f"/people/{person}/refer/check/").content.decode()


def test_pages_from_sending_to_first_contact(world: World, signed_in: Signed) -> None:
    person = make_person(world, phone="01632 960111", postcode="SR1 1AA")
    agree(world, person, "provider", [*SHARED, DataClass.NEEDS])
    here = signed_in(world.viewer())
    shown = walk(here, person, world)
    assert "01632 960111" in shown
    assert "needs, such as an interpreter" in shown  # among what is not sent
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    done = here.post(f"/people/{person}/refer/check/", {"seen": seen})
    pk = Referral.objects.get().pk
    assert done.headers["Location"] == f"/referrals/{pk}/"
    again = here.post(f"/people/{person}/refer/check/", {"seen": seen})
    assert again.headers["Location"] == f"/referrals/{pk}/"
    assert Referral.objects.count() == 1
    assert "1 referral waiting for an answer" in here.get("/referrals/out/").content.decode()
    there = signed_in(world.viewer("provider"))
    assert "1 referral waiting for your answer" in there.get("/referrals/").content.decode()
    assert "01632 960111" in there.get(f"/referrals/{pk}/").content.decode()
    assert there.post(f"/referrals/{pk}/received/").status_code == 302
    assert there.post(f"/referrals/{pk}/answer/", {}).status_code == 200
    assert there.post(f"/referrals/{pk}/answer/", {"answer": "accept"}).status_code == 302
    assert "waiting for you to make contact" in there.get("/referrals/?which=accepted").content.decode()
    early = there.post(f"/referrals/{pk}/first-contact/", {"contact_on": "2020-01-01"})
    assert "First contact cannot be before" in early.content.decode()
    today = Referral.objects.get().sent_on
    assert there.post(f"/referrals/{pk}/first-contact/", {"contact_on": today.isoformat()}).status_code == 302
    assert "First contact" in here.get(f"/referrals/{pk}/").content.decode()
    assert there.post(f"/referrals/{pk}/close/", {"outcome": "support finished"}).status_code == 302
    assert here.get(f"/referrals/{pk}/answer/").status_code == 404
    assert signed_in(world.viewer("charity")).get(f"/referrals/{pk}/").status_code == 404


def test_a_page_says_what_is_missing_and_a_manager_overrides(world: World, signed_in: Signed) -> None:
    assert world.programme
    person = make_person(world)
    answers = {
        "receiver": world.organisations["nhs"].pk,
        "programme": world.programme.pk,
        "need": "health",
        "reason": "Not safe",
        "urgency": "urgent",
    }
    worker, manager = signed_in(world.viewer()), signed_in(world.viewer("council", Role.MANAGER))
    worker.post(f"/people/{person}/refer/", answers)
    told = worker.get(f"/people/{person}/refer/share/").content.decode()
    assert "No lawful basis" in told
    assert "has not agreed to share" in told
    assert "override_reason" not in told
    manager.post(f"/people/{person}/refer/", answers)
    manager.post(f"/people/{person}/refer/share/", {"override_reason": "She may be in danger"})
    shown = manager.get(f"/people/{person}/refer/check/").content.decode()
    assert "listed for managers" in shown
    manager.post(f"/people/{person}/refer/check/", {})
    assert "1 override nobody has looked at" in manager.get("/referrals/overrides/").content.decode()
    pk = Referral.objects.get().pk
    assert manager.post(f"/referrals/{pk}/looked-at/").status_code == 302
    assert "Every override has been looked at" in manager.get("/referrals/overrides/").content.decode()
    assert worker.get("/referrals/overrides/").status_code == 403


def test_pages_for_many_and_for_passing_on(world: World, signed_in: Signed) -> None:
    assert world.programme
    people = [make_person(world, first_name=name) for name in ("Ann", "Ben")]
    for person in people:
        make_worker(person, world.viewer(), AT)
    agree(world, people[0], "provider")
    here, there = signed_in(world.viewer()), signed_in(world.viewer("provider"))
    answers = {
        "people": people,
        "receiver": world.organisations["provider"].pk,
        "programme": world.programme.pk,
        "need": "work",
        "reason": "A jobs fair",
        "urgency": "routine",
        "classes": ["identity"],
    }
    assert here.get("/referrals/several/").status_code == 200
    assert here.post("/referrals/several/", answers).headers["Location"] == "/referrals/several/check/"
    assert "1 of 2 can be sent" in here.get("/referrals/several/check/").content.decode()
    assert "none was sent" in here.post("/referrals/several/check/", {"all_or_none": "yes"}).content.decode()
    assert "1 of 2 sent" in here.post("/referrals/several/check/", {"all_or_none": "no"}).content.decode()
    pk = Referral.objects.get().pk
    agree(world, people[0], "charity")
    onward = {"receiver": world.organisations["charity"].pk, "need": "work", "reason": "r", "urgency": "soon"}
    assert there.get(f"/referrals/{pk}/pass-on/").status_code == 200
    first = there.post(f"/referrals/{pk}/pass-on/", onward | {"classes": ["identity"]})
    assert first.headers["Location"] == f"/referrals/{pk}/pass-on/check/", first.content.decode()
    assert "Ann Marden" in there.get(f"/referrals/{pk}/pass-on/check/").content.decode()
    assert there.post(f"/referrals/{pk}/pass-on/check/", {}).headers["Location"] == f"/referrals/{pk}/"
    assert "Passed on to The charity, where it is sent now" in here.get(f"/referrals/{pk}/").content.decode()


def test_a_service_of_the_receiver_is_named_in_the_referral(world: World) -> None:
    from commongoal.directory.models import Service

    person = make_person(world)
    agree(world, person, "provider")
    theirs, other = (
        Service.objects.create(
            external_id=name, name=f"Jobs club of {name}", organisation=world.organisations[name], status="active"
        )
        for name in ("provider", "charity")
    )
    with pytest.raises(sending_rules.NotTheirService):
        send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person, service=other.pk))
    pk = send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person, service=theirs.pk))
    assert referral(pk, world.viewer("provider"), DAY).value.service == "Jobs club of provider"
