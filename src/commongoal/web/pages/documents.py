"""Documents about a person: listed, added, handed out to be kept, removed. None is ever shown in the browser."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from commongoal.access.actions.reading import note_reading
from commongoal.people.actions.documents import add_document, remove_document
from commongoal.people.engine.documents import LARGEST, LARGEST_MB, DocumentGone, DocumentOfOthers, DocumentTooLarge
from commongoal.people.engine.vocabulary import DocumentKind
from commongoal.people.files.kinds import KINDS
from commongoal.people.queries.documents import document as one_document
from commongoal.people.queries.documents import document_content
from commongoal.people.queries.documents import documents as documents_of
from commongoal.people.queries.person_page import person_heading
from commongoal.web.asking import kept, page_number, question
from commongoal.web.choices import choices_of
from commongoal.web.forms import Radios
from commongoal.web.routing import Page, Request, Route, goto

HINTS = {
    DocumentKind.EVIDENCE.value: "It shows that something is so: a payslip, a letter of appointment",
    DocumentKind.CERTIFICATE.value: "A course or a licence that they have",
}


class DocumentForm(forms.Form):
    """The file, and what it is."""

    title = forms.CharField(label="What is it?", max_length=200, help_text="For example, CV or first payslip")
    kind = forms.ChoiceField(
        label="What kind of document?", choices=choices_of(DocumentKind), widget=Radios(hints=HINTS)
    )
    file = forms.FileField(
        label="The file",
        help_text=f"PDF, PNG, JPEG, Word, Excel, OpenDocument text, plain text or CSV; at most {LARGEST_MB} MB",
        widget=forms.FileInput(attrs={"accept": ",".join(f".{each}" for each in KINDS)}),
        allow_empty_file=True,  # the rule says in its own words that it is empty
        max_length=1000,
    )

    def clean_file(self) -> Any:
        """Nothing too large is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise ValidationError(DocumentTooLarge.sentence())
        return file


class RemoveForm(forms.Form):
    """Why it goes."""

    why = forms.CharField(
        label="Why is it removed?", max_length=200, help_text="For example, added to the wrong person"
    )


def listed(request: Request, person: int) -> Page:
    """What is kept about the person, and what was removed."""
    shown = documents_of(person, request.viewer, page_number(request))
    heading = person_heading(person, request.viewer, "read person").value
    part = shown.value
    there = sum(each.removed_at is None for each in part.rows)
    values = {
        "person": heading,
        "heading": _counted(there, more=part.more or part.number > 1),
        "part": part,
        "may": "add document" in heading.may,
    }
    return Page("commongoal/documents/list.html", values, people=shown.people)


def add(request: Request, person: int) -> Page | HttpResponse:
    """Add a file."""
    shown = person_heading(person, request.viewer, "add document")
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()

    def act() -> None:
        given = form.cleaned_data
        add_document(
            by=request.viewer, at=request.at, person=person, kind=DocumentKind(given["kind"]), title=given["title"],
            file_name=str(given["file"].name), content=given["file"].read(), folder=settings.DOCUMENTS,
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and kept(form, act, beside="file"):
        messages.success(request, "Document added")
        return goto("documents", person)
    return Page("commongoal/documents/add.html", {"person": shown.value, "form": form}, people=shown.people)


def download(request: Request, person: int, document: int) -> HttpResponse:
    """The file, to be kept on the reader's device: no browser shows it, whatever it holds. The reading is noted."""
    shown = document_content(person, document, request.viewer, settings.DOCUMENTS)
    stored, content = shown.value
    note_reading(shown.people, page="document", by=request.viewer, at=request.at)
    return HttpResponse(
        content,
        headers={
            "Content-Type": "application/octet-stream",
            "Content-Disposition": content_disposition_header(True, stored.file_name) or "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def remove(request: Request, person: int, document: int) -> Page | HttpResponse:
    """Delete the file, and say why."""
    shown = person_heading(person, request.viewer, "add document")
    found = one_document(person, document, request.viewer).value
    if not found.ours:
        raise DocumentOfOthers
    if found.removed_at is not None:
        raise DocumentGone
    form = RemoveForm(request.POST or None)

    def act() -> None:
        remove_document(
            by=request.viewer, at=request.at, person=person, document=document, why=form.cleaned_data["why"],
            folder=settings.DOCUMENTS,
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and kept(form, act):
        messages.success(request, "Document removed")
        return goto("documents", person)
    lead = "The file is deleted and cannot be brought back. That it was here, and why it went, stays."
    heading = f"Remove “{found.title}”?"
    return question(shown, form, heading, "Remove the document", lead=lead, back="documents", kind="warning")


def _counted(there: int, *, more: bool) -> str:
    if more:
        return "Documents, the newest first"
    if not there:
        return "No document is kept here"
    return f"{there} document{'' if there == 1 else 's'}"


ADD, ABOUT = "add document", ("person", "document")
AT = "people/<int:person>/documents/"
ROUTES = (
    Route(AT, listed, "documents", verb="read person", about=("person",)),
    Route(f"{AT}add/", add, "add_document", verb=ADD, about=("person",)),
    Route(f"{AT}<int:document>/", download, "document", verb="read person", about=ABOUT),
    Route(f"{AT}<int:document>/remove/", remove, "remove_document", verb=ADD, about=ABOUT),
)
