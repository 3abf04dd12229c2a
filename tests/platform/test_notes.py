"""Notes and contacts: dated, corrected by a newer one, never overwritten."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Relation, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile
from commongoal.access.models import Action
from commongoal.people.actions.notes import EmptyNote, NoteInFuture, NoteOfOthers, correct_note, write_note
from commongoal.people.engine.vocabulary import NoteKind
from commongoal.people.models import Holding, Note
from commongoal.people.queries.notes import notes
from tests.platform.world import World, make_person, now

SignIn = Callable[[Viewer], Client]
TODAY = now().date()


def a_note(world: World, person: int, text: str = "Came in") -> int:
    return write_note(by=world.viewer(), at=now(), person=person, kind=NoteKind.NOTE, text=text, on=TODAY)


def test_a_correction_stands_before_what_was_written(world: World) -> None:
    person, by = make_person(world), world.viewer()
    first = a_note(world, person, "Came in on Mnday")
    correct_note(by=by, at=now(), person=person, note=first, text="Came in on Monday", on=TODAY)
    assert [note.text for note in notes(person, by).value.rows] == ["Came in on Monday"]
    assert Note.objects.get(pk=first).text == "Came in on Mnday"
    with pytest.raises(ChangedMeanwhile, match="has corrected this note"):
        correct_note(by=by, at=now(), person=person, note=first, text="Again", on=TODAY)


def test_a_note_says_something_about_a_day_that_was(world: World) -> None:
    person, by = make_person(world), world.viewer()
    with pytest.raises(EmptyNote):
        a_note(world, person, "  ")
    with pytest.raises(NoteInFuture):
        write_note(by=by, at=now(), person=person, kind=NoteKind.NOTE, text="x", on=TODAY + dt.timedelta(days=2))


def test_the_audit_holds_no_copy_of_a_note(world: World) -> None:
    a_note(world, make_person(world), "Something private")
    assert "private" not in str(list(Action.objects.values("before", "after")))


def test_the_receiver_writes_notes_and_corrects_nobody_elses(world: World) -> None:
    person, receiver = make_person(world), world.viewer("provider")
    first = a_note(world, person)
    Holding.objects.create(
        person_id=person,
        organisation_id=receiver.organisation,
        relation=Relation.REFERRED.value,
        classes=["identity"],
        why="t",
        since_at=now(),
    )
    write_note(by=receiver, at=now(), person=person, kind=NoteKind.CONTACT, text="Rang", on=TODAY)
    with pytest.raises(NoteOfOthers):
        correct_note(by=receiver, at=now(), person=person, note=first, text="No", on=TODAY)


def test_notes_that_are_not_shared_are_not_in_the_page(world: World, signed_in: SignIn) -> None:
    person, receiver = make_person(world), world.viewer("provider")
    note = a_note(world, person, "Something private")
    Holding.objects.create(
        person_id=person,
        organisation_id=receiver.organisation,
        relation=Relation.AGREED.value,
        classes=["identity", "progress"],
        why="t",
        since_at=now(),
    )
    client = signed_in(receiver)
    for address in (f"/people/{person}/", f"/people/{person}/notes/", f"/people/{person}/notes/{note}/"):
        assert "private" not in client.get(address).content.decode()


def test_the_pages_write_read_and_correct(world: World, signed_in: SignIn) -> None:
    person, other, client = make_person(world), make_person(world), signed_in(world.viewer())
    answers = {"kind": "contact", "text": "Met at <the> library", "on": TODAY.isoformat()}
    page = client.post(f"/people/{person}/notes/write/", answers, follow=True).content.decode()
    assert "Met at &lt;the&gt; library" in page
    note = Note.objects.get().pk
    assert client.get(f"/people/{other}/notes/{note}/").status_code == 404
    assert client.get(f"/people/{other}/notes/{note}/correct/").status_code == 404
    answers = {"text": "Met at home", "on": TODAY.isoformat()}
    page = client.post(f"/people/{person}/notes/{note}/correct/", answers, follow=True).content.decode()
    assert "Met at home" in page
    assert "library" not in page
    newer = Note.objects.get(supersedes=note).pk
    assert "library" in client.get(f"/people/{person}/notes/{newer}/").content.decode()


def test_notes_come_in_pages(world: World, signed_in: SignIn) -> None:
    person, by = make_person(world), world.viewer()
    Note.objects.bulk_create(
        Note(
            person_id=person,
            membership_id=by.membership,
            organisation_id=by.organisation,
            kind="note",
            text=f"Number {day}.",
            on=TODAY - dt.timedelta(days=day),
            written_at=now(),
        )
        for day in range(60)
    )
    client = signed_in(by)
    for address in (f"/people/{person}/", f"/people/{person}/notes/"):
        first, second = (client.get(f"{address}?page={page}").content.decode() for page in (1, 2))
        assert "Number 24." in first
        assert "Number 25." not in first
        assert "Number 25." in second
        assert "Number 24." not in second
        assert client.get(f"{address}?page=x").status_code == 200
    assert "?page=4" not in client.get(f"/people/{person}/notes/?page=3").content.decode()
