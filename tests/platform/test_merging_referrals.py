"""Merging where programmes and referrals hang on both records: what stands, what waits, and what parting returns."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.models import Invitation, Membership
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions.answers import accept_referral, close_referral, confirm_first_contact, reject_referral
from commongoal.pathway.actions.eligibility import answer_eligibility
from commongoal.pathway.actions.participations import end_participation, start_person
from commongoal.pathway.actions.sending import pass_on_referral, send_referral
from commongoal.pathway.engine.participation import AlreadyStarted, Days
from commongoal.pathway.engine.referral import AlreadyReferred, Outcome, RejectionReason
from commongoal.pathway.models import EligibilityAnswers, Participation, Referral
from commongoal.pathway.queries.eligibility import current_eligibility, terms
from commongoal.people.actions.accounts import HasOwnAccount, SeesOwnRecord, accept_invitation, invite_resident
from commongoal.people.actions.agreements import withdraw_agreement
from commongoal.people.actions.indexing import index_person
from commongoal.people.actions.merging import part_people
from commongoal.people.actions.notes import correct_note, write_note
from commongoal.people.engine.merging import OtherGoesFurther
from commongoal.people.engine.vocabulary import GivenHow, NoteKind
from commongoal.people.models import Agreement, Holding, Note, Person, ResidentAccount
from commongoal.people.queries.notes import note_with_history, notes
from commongoal.people.queries.own_record import own_person
from commongoal.people.queries.reach import relations_to
from tests.platform.test_merging import everything, furnished, merge, part
from tests.platform.test_referrals import AT, DAY, a_sending, agree, sent
from tests.platform.together import at_once, parted
from tests.platform.world import World, make_person, make_world, now

SignIn = Callable[[Viewer], Client]


def programme(world: World) -> int:
    assert world.programme is not None
    return world.programme.pk


def eligible(world: World, person: int, by: Viewer) -> int:
    rules = terms(programme(world)).rules
    answers = {rule.id: next(option.id for option in rule.options) for rule in rules}
    return answer_eligibility(by=by, at=AT, person=person, programme=programme(world), answers=answers)


def started(world: World, person: int, days_ago: int = 0, by: Viewer | None = None) -> int:
    by = by or world.viewer()
    eligible(world, person, by)
    days = Days(started_on=DAY - dt.timedelta(days=days_ago))
    return start_person(by=by, at=AT, person=person, programme=programme(world), days=days, why="Seen soon")


def running(person: int) -> list[int]:
    return list(Participation.objects.filter(person=person, ended_on=None).values_list("pk", flat=True))


def test_of_two_starts_the_further_stands_and_the_other_waits(world: World) -> None:
    kept, gone = make_person(world), make_person(world)
    first, second = started(world, kept, days_ago=9), started(world, gone)
    before = everything()
    with pytest.raises(OtherGoesFurther, match="Together into work"):
        merge(world, gone, kept)
    assert everything() == before  # nothing of the merge that was refused is left
    merged = merge(world, kept, gone)
    assert (running(kept), running(gone)) == ([first], [second])
    with pytest.raises(AlreadyStarted):
        started(world, kept)
    end_participation(by=world.viewer(), at=AT, person=kept, participation=first, ended_on=DAY,
                      exit_reason=terms(programme(world)).exit_reasons[0])  # fmt: skip
    # Its holding waited as well: nobody goes on knowing because of a start that has ended.
    assert not Holding.objects.filter(person=kept, source__startswith="participation", until_at=None).exists()
    part(world, merged)
    assert (running(kept), running(gone)) == ([], [second])


def test_two_open_referrals_both_stand_and_one_is_refused_as_a_duplicate(world: World) -> None:
    kept, first = sent(world)
    gone, second = sent(world)
    merged = merge(world, kept, gone)
    provider = world.viewer("provider")
    with pytest.raises(AlreadyReferred):
        send_referral(by=world.viewer(), at=AT, sending=replace(a_sending(world, kept), token="third"))
    accept_referral(by=provider, at=AT, referral=first)
    accept_referral(by=provider, at=AT, referral=second)
    assert len(running(kept)) == 1
    part(world, merged)
    assert list(Referral.objects.filter(person=gone).values_list("pk", flat=True)) == [second]
    # What the receiver may know because of it went with it.
    assert Relation.REFERRED in relations_to(gone, provider)
    assert Holding.objects.filter(person=kept, source=f"referral {second}").count() == 0


def test_a_duplicate_refused_leaves_the_other_alone(world: World) -> None:
    kept, first = sent(world)
    gone, second = sent(world)
    merge(world, kept, gone)
    provider = world.viewer("provider")
    reject_referral(by=provider, at=AT, referral=second, code=RejectionReason.DUPLICATE)
    accept_referral(by=provider, at=AT, referral=first)
    confirm_first_contact(by=provider, at=AT, referral=first, contact_on=DAY)
    close_referral(by=provider, at=AT, referral=first, outcome=Outcome.OTHER)
    assert running(kept) == []
    assert send_referral(by=world.viewer(), at=AT, sending=replace(a_sending(world, kept), token="again"))


def test_what_came_of_a_referral_goes_with_it(world: World) -> None:
    kept = make_person(world)
    gone, referral = sent(world)
    agree(world, gone, "charity")
    merged = merge(world, kept, gone)
    onward = a_sending(world, kept, "charity")
    new = pass_on_referral(by=world.viewer("provider"), at=AT, referral=referral, sending=onward)
    accept_referral(by=world.viewer("charity"), at=AT, referral=new)
    assert Participation.objects.get(referral=new).person_id == kept
    part(world, merged)
    assert set(Referral.objects.filter(person=gone).values_list("pk", flat=True)) == {referral, new}
    assert Participation.objects.get(referral=new).person_id == gone
    assert relations_to(kept, world.viewer("charity")) == frozenset()
    assert Relation.REFERRED in relations_to(gone, world.viewer("charity"))


def test_the_newest_answers_stand_in_a_merged_history(world: World) -> None:
    kept, gone = make_person(world), make_person(world)
    eligible(world, kept, world.viewer())
    newer = eligible(world, gone, world.viewer())
    merged = merge(world, kept, gone)
    assert [each.id for each in current_eligibility(kept)] == [newer]
    newest = eligible(world, kept, world.viewer())
    assert [each.id for each in current_eligibility(kept)] == [newest]
    part(world, merged)
    assert [each.id for each in current_eligibility(kept)] == [newest]
    assert [each.id for each in current_eligibility(gone)] == [newer]


def test_a_correction_goes_with_its_note(world: World) -> None:
    kept, gone = make_person(world), make_person(world)
    by = world.viewer()
    mistaken = write_note(by=by, at=AT, person=gone, kind=NoteKind.NOTE, text="Met", on=DAY)
    merged = merge(world, kept, gone)
    right = correct_note(by=by, at=AT, person=kept, note=mistaken, text="Rang", on=DAY)
    part(world, merged)
    assert [note.text for note in notes(gone, by).value.rows] == ["Rang"]
    assert len(note_with_history(gone, right, by).value) == 2
    assert not Note.objects.filter(person=kept).exists()


@pytest.mark.parametrize("kept_withdrew", [True, False])
def test_the_latest_word_about_sharing_stands(world: World, kept_withdrew: bool) -> None:
    kept, gone = make_person(world), make_person(world)
    for person in (kept, gone):
        index_person(person)
    withdrew, agreed = (kept, gone) if kept_withdrew else (gone, kept)
    agreement, still = agree(world, withdrew, "charity"), agree(world, agreed, "charity")
    by = world.viewer()
    withdraw_agreement(by=by, at=AT, person=withdrew, agreement=agreement, how=GivenHow.SPOKEN)
    before = everything()
    merged = merge(world, kept, gone)
    assert relations_to(kept, world.viewer("charity")) == frozenset()
    assert Agreement.objects.get(pk=still).withdrawn_how == GivenHow.SPOKEN.value
    part(world, merged)
    assert everything() == before
    agree(world, withdrew, "charity")
    merge(world, kept, gone)
    assert relations_to(kept, world.viewer("charity")) == {Relation.AGREED}


def invited(world: World, person: int) -> str:
    Person.objects.filter(pk=person).update(email=f"person{person}@example.org")
    return invite_resident(by=world.viewer(), at=AT, person=person).token


def test_the_account_that_works_is_kept(world: World) -> None:
    kept, gone = make_person(world), make_person(world)
    token = invited(world, gone)
    membership = accept_invitation(token, name="Rosa", password="correct horse battery staple", at=AT)
    later = invited(world, kept)
    resident = replace(world.viewer(role=Role.RESIDENT), membership=membership)
    merged = merge(world, kept, gone)
    assert own_person(resident) == kept
    with pytest.raises(HasOwnAccount):
        invite_resident(by=world.viewer(), at=AT, person=kept)
    with pytest.raises(SeesOwnRecord):
        accept_invitation(later, name="Rosa", password="correct horse battery staple", at=AT)
    assert Membership.objects.filter(role=Role.RESIDENT.value).count() == 2  # the fixture's, and the one that works
    assert Invitation.objects.filter(accepted_at=None).count() == 1
    part(world, merged)
    assert own_person(resident) == gone
    assert accept_invitation(later, name="Rosa", password="correct horse battery staple", at=AT)
    assert ResidentAccount.objects.filter(membership=None).count() == 0


def busy(world: World, name: str) -> int:
    """A person with something in every table, on the programme, and referred."""
    person = furnished(world, name)
    agree(world, person, "provider")
    started(world, person, days_ago=3)
    referral = send_referral(by=world.viewer(), at=AT, sending=a_sending(world, person))
    accept_referral(by=world.viewer("provider"), at=AT, referral=referral)
    return person


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_merges_of_busy_people_undone_in_any_order_restore_everything(world: World, data: st.DataObject) -> None:
    alive = [busy(world, name) for name in ("Ada", "Bea", "Cat", "Dot")]
    before = everything()
    merges: list[int] = []
    for _ in range(data.draw(st.integers(1, 3))):
        # Whoever was entered first started no later, and has gone at least as far.
        kept, gone = sorted(data.draw(st.permutations(alive))[:2])
        merges.append(merge(world, kept, gone))
        alive.remove(gone)
        assert len(running(kept)) == 2  # one with the council, one with the provider
    for merged in data.draw(st.permutations(merges)):
        part(world, merged)
    assert everything() == before


def test_the_page_offers_what_was_written_since(world: World, signed_in: SignIn) -> None:
    kept, gone = make_person(world), make_person(world, first_name="Rosie")
    merged = merge(world, kept, gone)
    by = world.viewer()
    staying = write_note(by=by, at=AT, person=kept, kind=NoteKind.NOTE, text="About Rosa", on=DAY)
    going = write_note(by=by, at=AT, person=kept, kind=NoteKind.NOTE, text="About Rosie", on=DAY)
    older = Note.objects.create(person_id=gone, membership_id=by.membership, organisation_id=by.organisation,
                                kind="note", text="x", on=DAY, written_at=AT)  # fmt: skip
    eligible(world, kept, by)
    agree(world, kept, "provider")
    referral = send_referral(by=by, at=AT, sending=a_sending(world, kept))
    accept_referral(by=world.viewer("provider"), at=AT, referral=referral)
    client = signed_in(world.viewer(role=Role.MANAGER))
    address = reverse("merge_person", args=[kept])
    page = client.get(address).content.decode()
    assert "Which of these, written since, are about Rosie Marden?" in page
    for words in ("About Rosie", "Referral to The provider", "Eligibility for Together", "Agreement to share with"):
        assert words in page
    assert f"pathway.participation {Participation.objects.get().pk}" not in page  # it goes with its referral
    values = {"merge": str(merged), "goes": [f"people.note {older.pk}"]}
    assert "There is a problem" in client.post(address, values).content.decode()
    assert Person.objects.get(pk=gone).merged_into_id == kept
    values["goes"] = [f"people.note {going}", f"pathway.referral {referral}"]
    assert client.post(address, values).status_code == 302
    assert Note.objects.get(pk=staying).person_id == kept
    assert Note.objects.get(pk=going).person_id == gone
    assert Participation.objects.get().person_id == gone
    assert relations_to(kept, world.viewer("provider")) == {Relation.AGREED}
    assert Relation.REFERRED in relations_to(gone, world.viewer("provider"))


def test_what_another_record_brought_later_is_not_offered(world: World, signed_in: SignIn) -> None:
    kept, gone, third, last = (make_person(world, first_name=name) for name in ("Ada", "Bea", "Cat", "Dot"))
    by = world.viewer()
    merged = merge(world, kept, gone)
    written = {
        name: write_note(by=by, at=AT, person=person, kind=NoteKind.NOTE, text=name, on=DAY)
        for name, person in (("kept's", kept), ("third's", third), ("last's", last))
    }
    merge(world, kept, third)
    merge(world, last, kept)
    also = {"people.note": written.values()}
    part_people(merged, by=world.viewer(role=Role.MANAGER), at=now(), also=also)
    assert [note.text for note in notes(gone, by).value.rows] == ["kept's"]
    assert {note.text for note in notes(last, by).value.rows} == {"third's", "last's"}


def test_a_record_out_of_reach_is_neither_compared_nor_kept(world: World, signed_in: SignIn) -> None:
    ours, theirs = make_person(world), make_person(world, "nhs")
    client = signed_in(world.viewer(role=Role.MANAGER))
    for pair in ((ours, theirs), (theirs, ours)):
        assert client.get(reverse("compare_people", args=pair)).status_code == 404
        assert client.post(reverse("compare_people", args=pair), {"decision": "merge"}).status_code == 404
    officer = signed_in(world.viewer(role=Role.DATA_PROTECTION))
    page = officer.get(reverse("compare_people", args=[ours, theirs])).content.decode()
    assert "Keep the other record instead" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pause", [0, 2, 4, 8])
def test_a_referral_accepted_while_another_merges(transactional_db: None, pause: int) -> None:
    world = make_world()
    kept = make_person(world)
    gone, referral = sent(world)
    manager, provider = world.viewer(role=Role.MANAGER), world.viewer("provider")
    results = at_once(
        lambda: merge(world, kept, gone),
        lambda: accept_referral(by=provider, at=now(), referral=referral),
        pause=pause,
    )
    won, lost = parted(results)
    assert all(isinstance(each, Refused) for each in lost), results
    assert len(won) == 2, results
    assert manager.name
    # Whatever came first, nothing hangs on the record given up.
    assert not Participation.objects.filter(person=gone).exists()
    assert not Holding.objects.filter(person=gone).exists()
    assert Participation.objects.filter(person=kept).count() == 1
    assert EligibilityAnswers.objects.count() == 0
