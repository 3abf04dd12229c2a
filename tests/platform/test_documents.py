"""Documents: kept outside what is served, handed out to be saved and never shown, and removed with a reason."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commongoal.access.engine.permissions import Viewer
from commongoal.access.models import Reading
from commongoal.jobs.documents import remove_orphans
from commongoal.people.actions.documents import remove_document
from commongoal.people.engine.documents import DocumentGone, DocumentOfOthers, NeedsReason
from commongoal.people.files.storage import put
from commongoal.people.models import Document, Holding
from commongoal.people.queries.documents import documents_for_choice
from tests.platform.deeds_meeting import PDF, helped, kept
from tests.platform.test_page_prices import dear
from tests.platform.world import AT, World, later, now

SignIn = Callable[[Viewer], Client]


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DOCUMENTS = tmp_path / "documents"
    return settings.DOCUMENTS


def sent(client: Client, person: int, name: str, content: bytes, **fields: str):
    file = SimpleUploadedFile(name, content, content_type="text/html")
    return client.post(f"/people/{person}/documents/add/", {"title": "CV", "kind": "letter", "file": file, **fields})


def test_added_handed_out_and_removed(
    world: World, signed_in: SignIn, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    person, client = helped(world), signed_in(world.viewer())
    at = f"/people/{person}/documents/"
    assert "No document is kept here" in client.get(at).content.decode()
    assert sent(client, person, "Mein Lebenslauf – ü.pdf", PDF).status_code == 302
    row = Document.objects.get()
    assert (row.media_type, row.size, row.file_name) == ("application/pdf", len(PDF), "Mein Lebenslauf – ü.pdf")
    assert (folder / row.stored).read_bytes() == PDF
    answer = client.get(f"{at}{row.pk}/")
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Mein%20Lebenslauf")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert Reading.objects.filter(person_id=person, page="document").count() == 1
    assert "1 document" in client.get(at).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{at}{row.pk}/remove/", {"why": "Added twice"}).status_code == 302
    assert list(folder.iterdir()) == []
    assert "Added twice" in client.get(at).content.decode()
    assert client.get(f"{at}{row.pk}/").status_code == 409
    timeline = client.get(f"/people/{person}/").content.decode()
    assert "Document added" in timeline
    assert "Document removed" in timeline


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cv.pdf", b"<html>", "not what its name says"),
        ("cv.exe", b"MZ", "must be a PDF"),
        ("cv.pdf", b"", "The file is empty"),
        ("cv.pdf", PDF + b" " * 10 * 1024 * 1024, "larger than 10 MB"),
    ],
)
def test_what_is_refused_leaves_nothing(
    world: World, signed_in: SignIn, folder: Path, name: str, content: bytes, said: str
) -> None:
    answer = sent(signed_in(world.viewer()), helped(world), name, content)
    assert said in answer.content.decode()
    assert not Document.objects.exists()
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_hostile_name_is_only_a_name(world: World, signed_in: SignIn, folder: Path) -> None:
    person, client = helped(world), signed_in(world.viewer())
    row = Document.objects.get(pk=kept(world, person, folder, name='..\\../evil"; filename=a.html\r\nX: y.pdf'))
    answer = client.get(f"/people/{person}/documents/{row.pk}/")
    assert "/" not in row.file_name
    assert "\n" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_second_click_keeps_one(world: World, folder: Path) -> None:
    person = helped(world)
    assert kept(world, person, folder) == kept(world, person, folder)
    assert len(list(folder.iterdir())) == Document.objects.count() == 1


def test_a_file_that_changed_is_not_handed_out(world: World, signed_in: SignIn, folder: Path) -> None:
    person = helped(world)
    row = Document.objects.get(pk=kept(world, person, folder))
    (folder / row.stored).write_bytes(b"<script>")
    answer = signed_in(world.viewer()).get(f"/people/{person}/documents/{row.pk}/")
    assert answer.status_code == 409
    assert b"<script>alert" not in answer.content
    assert "not there as it was added" in answer.content.decode()


def test_removing(world: World, folder: Path) -> None:
    person, by = helped(world), world.viewer()
    pk = kept(world, person, folder)
    provider = world.viewer("provider")
    Holding.objects.create(
        person_id=person, organisation=world.organisations["provider"], relation="own", why="test", since_at=AT
    )
    given = {"at": AT, "person": person, "document": pk, "folder": folder}
    with pytest.raises(NeedsReason):
        remove_document(by=by, why=" ", **given)
    with pytest.raises(DocumentOfOthers):
        remove_document(by=provider, why="x", **given)
    assert documents_for_choice(person, by) == ((pk, "Their CV (cv.pdf)"),)
    remove_document(by=by, why="x", **given)
    with pytest.raises(DocumentGone):
        remove_document(by=by, why="x", **given)
    assert documents_for_choice(person, by) == ()


def test_what_is_not_shared_is_not_listed(world: World, signed_in: SignIn, folder: Path) -> None:
    person = helped(world)
    pk = kept(world, person, folder)
    Holding.objects.create(
        person_id=person, organisation=world.organisations["provider"], relation="agreed", classes=["identity"],
        why="test", since_at=AT,
    )  # fmt: skip
    client = signed_in(world.viewer("provider"))
    for address in (f"/people/{person}/documents/", f"/people/{person}/documents/{pk}/"):
        answer = client.get(address)
        assert answer.status_code == 409
        assert b"Their CV" not in answer.content
    assert documents_for_choice(person, world.viewer("provider")) == ()


def test_files_that_no_document_names_go_after_a_day(world: World, folder: Path) -> None:
    pk = kept(world, helped(world), folder)
    left, young = put(folder, PDF), put(folder, PDF)
    old = later(-3).timestamp()
    for stored in (left, Document.objects.get(pk=pk).stored):
        os.utime(folder / stored, (old, old))
    assert remove_orphans(now()) == 1
    assert {each.name for each in folder.iterdir()} == {young, Document.objects.get(pk=pk).stored}


@pytest.mark.django_db(transaction=True)
def test_a_removal_that_is_not_kept_deletes_nothing(transactional_db: None, folder: Path) -> None:
    from django.db import transaction

    from tests.platform.world import make_world

    world = make_world()
    person = helped(world)
    pk = kept(world, person, folder)
    with transaction.atomic():
        remove_document(by=world.viewer(), at=AT, person=person, document=pk, why="x", folder=folder)
        transaction.set_rollback(True)
    assert len(list(folder.iterdir())) == 1


def test_the_pages_are_cheap(world: World, signed_in: SignIn, folder: Path) -> None:
    person, client = helped(world), signed_in(world.viewer())
    for number in range(30):
        pk = kept(world, person, folder, PDF + str(number).encode())
    at = f"/people/{person}/documents/"
    pages = {name: (lambda name=name: client.get(at + name)) for name in ("", "add/", f"{pk}/", f"{pk}/remove/")}
    assert dear(pages) == ""
